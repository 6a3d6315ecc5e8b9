"""Blood of one session and what a person does with it: a catheter, injections, pressure.

It stands still until a catheter is placed: before that nothing of it can be seen, and a session that needs
none costs nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from numpy.typing import NDArray

from angiosuite.anatomy.body import Body
from angiosuite.anatomy.vessels.graph import Junction, VesselGraph
from angiosuite.content.device import DeviceItem
from angiosuite.kit import clock as ticks
from angiosuite.kit.errors import WrongUse
from angiosuite.physics.flow.lumen_column import LumenColumn
from angiosuite.physics.physiology.breathing import Breathing
from angiosuite.physics.physiology.heart_rhythm import HeartRhythm

from .allowed import Allowed
from .catheter import FREED_SHARE, Placed, Tip, catheter_named, place, placed_of, pulled
from .circulation import Circulation
from .desk import Desk
from .gas_desk import GasDesk
from .harms import Harms
from .injecting import Injecting
from .lumens import Lumens, lumens_of
from .mixture import Mixture
from .pressures import Pressures
from .quiet import breathing_mmhg
from .seeing import Seeing
from .seen import BloodSeen
from .sick import Sick
from .sides import sides_of
from .wall import Wall

if TYPE_CHECKING:
    from angiosuite.suite.session import Session

__all__ = ["Blood"]

STEPS = ticks.HAND_STEP_US // ticks.BASE_STEP_US
BASE_S = ticks.BASE_STEP_US * 1e-6
EXTRA_SHARE = 0.5
"""Strength of a beat that begins in a ventricle, which contracts out of order (own choice; draft)."""


class Blood:
    """The bloodstream of one session.

    Parameters
    ----------
    session : Session
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self.circulation: Circulation | None = None
        self.placed: Placed | None = None
        self.desk = Desk(session.room.content, session.seed, self._may_use)
        self.gas = GasDesk(session.room.content)
        self.injecting = Injecting(session, self)
        self.pressures = Pressures(session.seed)
        self.wall = Wall()
        self.harms: Harms | None = None
        """What instruments did to the vessels, once there are any."""
        self.shows_tree = True
        self.seeing: Seeing | None = None
        self._placings = 0
        self._rate = session.heart.rate_per_min
        self._patient: Sick | None = None
        self._made: dict[str, Any] = {"variants": {}, "lesions": []}
        self.egfr_ml_min: float | None = None
        self._anew = False
        """A checkpoint's vessels are not those that this version makes: blood begins at rest."""

    # ---- what hands do -----------------------------------------------------------------------------------

    def place(self, device: str, vessel: str, at_mm: float, contact: Tip | None = None) -> None:
        """Put a catheter down in a vessel; one that lies elsewhere is taken out.

        How its tip lies is drawn from the seed unless `contact` says it.
        """
        session = self._session
        self.allowed.check_place(device, vessel, self.placed is not None)
        if self.placed is not None and self.placed.led is not None:
            raise WrongUse(
                "A catheter that hands have led lies there", code="catheter-led", way_out="Draw it out first."
            )
        graph, item = self.graph, self._device(device)
        placed = place(graph, item, Junction(vessel, at_mm), session.seed, self._placings + 1)
        if contact is not None:
            placed = replace(placed, contact=contact)
        self._begin()
        self._placings += 1
        if self.placed is None or self.placed.device.id != item.id:
            self.desk.connect(item)
            self.gas.connect(item)
        self._lay(placed)
        name = graph.vessels[vessel].name
        data = {"device": item.id, "vessel": vessel, "at_mm": round(at_mm, 1)}
        session.event("catheter-placed", data, f"{item.title} in the {name}")

    def pull(self, mm: float, share: float = 1.0) -> None:
        """Draw the catheter back by some mm along its vessel; negative advances it."""
        placed = self.catheter
        if placed.led is not None:
            raise WrongUse(
                "Hands have led this catheter",
                code="catheter-led",
                way_out="Move it by hand: instrument.move.",
            )
        self._session.treating.agents.tip.refuse_glued(placed.device.id)
        self._placings += 1
        moved = pulled(placed, self.graph, mm, self._session.seed, self._placings, share)
        self._lay(moved)
        data = {"vessel": moved.tip.vessel, "at_mm": round(moved.tip.at_mm, 1), "mm": round(mm, 1)}
        self._session.event("catheter-moved", data, f"Catheter {'drawn back' if mm > 0 else 'advanced'}")

    def free(self) -> None:
        """A small pull and turn, which mostly frees a tip that touched."""
        self.pull(1.0, FREED_SHARE)

    def remove(self) -> None:
        """Take the catheter out."""
        if self.catheter.led is not None:
            raise WrongUse(
                "Hands have led this catheter",
                code="catheter-led",
                way_out="Draw it out by hand: instrument.remove.",
            )
        self._session.treating.agents.tip.refuse_glued(self.catheter.device.id)
        self.let_go()
        self._session.event("catheter-removed", {}, "Catheter out")

    def start(self) -> bool:
        """The injector begins, where it is armed."""
        self.injecting.end()
        started = self.placed is not None and self.desk.injector.start()
        if started:
            self.part()
            setting = self.desk.injector.setting
            self.injecting.begin("injector", self.desk.medium or "", setting.rate_ml_s, setting.volume_ml)
        return started

    def puff(self, ml: float, rate_ml_s: float) -> None:
        """A hand injection; it shows whether the tip is free."""
        self.injecting.end()
        self.desk.puff(ml, rate_ml_s)
        self.part()
        self.injecting.begin("hand", self.desk.hand_medium, rate_ml_s, ml)
        self._check("puff")

    def mix(self, ml: float, rate_ml_s: float, medium: str, mixture: Mixture) -> None:
        """Inject by hand what was prepared, a suspension or a liquid that embolises."""
        self.injecting.end()
        self.desk.mix(ml, rate_ml_s, medium, mixture)
        self.part()
        self.injecting.begin("hand", medium, rate_ml_s, ml)

    def record(self, label: str) -> None:
        """Keep the pressure as it is; it shows whether the tip is free."""
        placed = self.catheter
        kept = self.pressures.record(label, placed.tip.vessel, self._session.clock.now_us * 1e-6)
        if kept is None:
            raise WrongUse("No pressure was measured yet", code="no-pressure", way_out="Wait a second.")
        where = {"vessel": kept.vessel, "at_mm": round(placed.tip.at_mm, 1)}
        data = {"label": label, "device": placed.device.id, **where}
        figures = {"systolic": kept.systolic, "diastolic": kept.diastolic, "mean": kept.mean}
        zeroed = {"zeroed": self.pressures.line.zeroed, "level_cm": self.pressures.line.level_cm}
        text = f"{kept.systolic:.0f}/{kept.diastolic:.0f} mmHg, mean {kept.mean:.0f}"
        effects = () if self.patient.afflicted is None else self.patient.afflicted.effects
        lesions = {"lesions": sides_of(placed.tip, self.graph, effects)}
        self._session.event("pressure-recorded", {**data, **figures, **zeroed, **lesions}, text)
        self._check("pressure")

    def _check(self, how: str) -> None:
        placed = self.catheter
        if placed.is_checked:
            return
        self.placed = placed.checked()
        words = {
            "free": "The tip is free",
            "wall": "The tip lies against the wall",
            "wedged": "The tip is wedged",
        }
        data = {"how": how, "contact": placed.contact, "vessel": placed.tip.vessel}
        self._session.event("tip-checked", data, words[placed.contact])

    def _device(self, name: str) -> DeviceItem:
        return catheter_named(self._session.room.content, name)

    # ---- how it lies -------------------------------------------------------------------------------------

    @property
    def graph(self) -> VesselGraph:
        """The vessels of this session's patient, as they are seen."""
        return self.patient.drawn

    @property
    def blood(self) -> Circulation:
        """The circulation that runs."""
        assert self.circulation is not None
        return self.circulation

    @property
    def catheter(self) -> Placed:
        """The catheter in the patient.

        Raises
        ------
        WrongUse
            Where none is.
        """
        if self.placed is None:
            raise WrongUse("No catheter is in the patient", code="no-catheter", way_out="Place one first.")
        return self.placed

    def _begin(self) -> Seeing:
        """The blood begins to flow."""
        if self.circulation is None or self.seeing is None:
            room, patient = self._session.room, self.patient
            self.circulation = Circulation(patient.plumbed, patient.rest, room.plumbed, patient.afflicted)
            self.seeing = Seeing(self, lumens_of(patient.drawn, room.body, patient.leaks))
            room.paths.show_vessels(patient.drawn, self.seeing.lumens)  # no pedal waits for these seconds
        return self.seeing

    def begin_flow(self) -> None:
        """The blood begins to flow, where it does not yet."""
        self._begin()

    @property
    def patient(self) -> Sick:
        """The vessels of this session's patient: the room's, with what a task changed."""
        if self._patient is None:
            self._patient = Sick.healthy(self._session.room, self._rate)
        return self._patient

    def begin(
        self,
        variants: Mapping[str, str] | None = None,
        lesions: Sequence[Mapping[str, Any]] = (),
        egfr_ml_min: float | None = None,
    ) -> None:
        """Make this session's patient another one before anything flows.

        Parameters
        ----------
        variants : mapping of site to variant, optional
        lesions : sequence of mapping
            As `LesionItem.plain` gives them.
        egfr_ml_min : float, optional
            Filtration of the kidneys, ml/min.
        """
        self._made = {"variants": dict(variants or {}), "lesions": [dict(one) for one in lesions]}
        self.egfr_ml_min = egfr_ml_min
        self._patient = None
        self._make()
        egfr = egfr_ml_min or self._session.room.about.get("egfr_ml_min")
        counts = {name: len(made) for name, made in self._made.items()}
        self._session.event("blood-begun", {"egfr_ml_min": egfr, **counts}, "Blood as the task has it")

    def _make(self) -> None:
        made, session = self._made, self._session
        if made["variants"] or made["lesions"]:
            self._patient = Sick.made(
                session.room, self._rate, session.seed, made["variants"], made["lesions"]
            )

    def lesion(self, name: str) -> Mapping[str, Any]:
        """A lesion that this session's patient was given, as its content has it; empty where it has none."""
        return next((one for one in self._made["lesions"] if str(one.get("id")) == name), {})

    @property
    def shown(self) -> tuple[VesselGraph | None, Lumens | None]:
        """The vessels that pictures show, as they are drawn; None while no blood flows."""
        return (None, None) if self.seeing is None else (self.patient.drawn, self.seeing.lumens)

    @property
    def body(self) -> Body:
        """The body that it flows in."""
        return self._session.room.body

    @property
    def allowed(self) -> Allowed:
        """What the session's task lets a person choose."""
        return Allowed.of(self._session.task)

    def _may_use(self, medium: str) -> None:
        self.allowed.check_medium(medium)

    def _lay(self, placed: Placed) -> None:
        """Part the vessels at the catheter's holes and narrow them along its way."""
        self.injecting.recorder.moved()
        self._clear_lumens(self.placed)
        self.placed = placed
        if placed.led is None or self.injecting.is_busy:
            self.part()
        for edge, radius_mm in self._edges_on(placed):
            self.blood.network.set_catheter(edge, radius_mm)
        self.pressures.connect(placed.device.catheter, placed.contact)
        self.wall.touch()

    def part(self) -> None:
        """Part the vessels where the catheter gives contrast off; what narrows them is told again."""
        placed = self.catheter
        if placed.led is not None:
            self._clear_lumens(placed)
        self.blood.part_at(placed.holes_mm(self.graph))
        if placed.led is not None:
            for edge, radius_mm in self._edges_on(placed):
                self.blood.network.set_catheter(edge, radius_mm)

    def lead(
        self, placed: Placed, column: LumenColumn | None, inside_mm: float, open_mm: float | None
    ) -> None:
        """A catheter lies so now: hands have led it there.

        Parameters
        ----------
        placed : Placed
        column : LumenColumn or None
            What lies in its lumen.
        inside_mm : float
            Thickness of what lies there beside.
        open_mm : float or None
            What a kink or clot leaves open of the lumen.
        """
        before = self.placed
        self._begin()
        assert placed.led is not None
        if before is None or before.led is None or before.led.tool != placed.led.tool:
            self.desk.connect(placed.device, column)
            self.gas.connect(placed.device)
        self.desk.leave_free(inside_mm, open_mm)
        self._lay(placed)

    def let_go(self) -> None:
        """No catheter is connected any more."""
        if self.placed is not None:
            self._clear_lumens(self.placed)
            self.placed = None
            self.desk.disconnect()
            self.pressures.disconnect()
            self.blood.part_at({})

    def _clear_lumens(self, placed: Placed | None) -> None:
        if placed is not None:
            for edge, _ in self._edges_on(placed):
                self.blood.network.set_catheter(edge, None)

    def _edges_on(self, placed: Placed) -> list[tuple[int, float]]:
        """Edges that the catheter lies in, and its radius there."""
        plumbing, found = self.blood.plumbing, []
        for vessel, low, high, radius_mm in placed.stretches():
            course = plumbing.courses[vessel]
            for k, name in enumerate(course.edges):
                middle = 0.5 * float(course.stations_mm[k] + course.stations_mm[k + 1])
                if low <= middle <= high:
                    found.append((plumbing.edge[name], radius_mm))
        return found

    # ---- time --------------------------------------------------------------------------------------------

    def advance(self, heart: HeartRhythm, breathing: Breathing) -> None:
        """The next 20 ms: flow, what is injected, pressure at the tip."""
        if self._anew and not self._session.silent:
            self._anew = False
            self._session.event("blood-anew", {}, ANEW)
        if self.circulation is None:
            return
        blood, placed = self.circulation, self.placed
        outside = breathing_mmhg(breathing)
        turn = BASE_S / heart.interval_s
        giving = self.injecting.is_busy
        into = self.injecting.holes(placed) if placed is not None and giving else ()
        tip = blood.edge_at(placed.tip.vessel, placed.tip.at_mm) if placed is not None else None
        inflow = self.injecting if giving else None
        listener = self.pressures if placed is not None else None
        blood.control.beat(blood.network, EXTRA_SHARE if heart.is_ventricular else 1.0)
        blood.advance(heart.phase, turn, outside, STEPS, inflow, into, listener, tip)
        heart.rate_per_min = self._rate * blood.heart_rate
        if self.wall.stains:
            self.wall.fade(STEPS * BASE_S)
        if placed is not None:
            self.injecting.recorder.listen(blood, placed, self.graph, self.desk, STEPS * BASE_S)
        if giving:
            self.injecting.settle()
            self.injecting.tell()

    # ---- what is seen ------------------------------------------------------------------------------------

    def seen(self) -> BloodSeen | None:
        """Contrast and catheter as they are now; None while there is neither."""
        return None if self.seeing is None else self.seeing.at(self._session.clock.now_us)

    def look_at_run(self, t_s: float) -> None:
        """A frame of a run was made."""
        if self.seeing is not None:
            self.seeing.look_at_run(self._session.clock.now_us, t_s)

    def end_run(self, number: int) -> None:
        """A run ended: what contrast reached goes into the log."""
        told = None if self.seeing is None else self.seeing.end_run()
        if told is not None:
            self._session.write("observation", "opacified", {"run": number, **told})

    # ---- state -------------------------------------------------------------------------------------------

    def state(self) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
        """Plain values and arrays that the next step depends on."""
        desk, desk_arrays = self.desk.state()
        pressures, pressure_arrays = self.pressures.state()
        gas, gas_arrays = self.gas.state()
        plain: dict[str, Any] = {
            "placed": None if self.placed is None else self.placed.state(),
            "also": None if self.circulation is None else {k: list(v) for k, v in self.blood.also.items()},
            "graph": None if self.circulation is None else self.patient.plumbed.content_hash,
            "desk": desk,
            "pressures": pressures,
            "gas": gas,
            "wall": self.wall.state(),
            "shows_tree": self.shows_tree,
            "placings": self._placings,
            "made": self._made,
            "egfr_ml_min": self.egfr_ml_min,
            "recorder": self.injecting.recorder.state(),
        }
        arrays: dict[str, NDArray[Any]] = {f"desk.{key}": value for key, value in desk_arrays.items()}
        arrays |= {f"gas.{key}": value for key, value in gas_arrays.items()}
        arrays |= {f"pressure.{key}": value for key, value in pressure_arrays.items()}
        if self.circulation is not None:
            arrays |= {f"flow.{key}": value for key, value in self.circulation.state().items()}
        if self.seeing is not None:
            arrays |= {f"run.{key}": value for key, value in self.seeing.state().items()}
        return plain, {f"blood/{key}": value for key, value in arrays.items()}

    def restore_patient(self, plain: Mapping[str, Any] | None) -> None:
        """The patient of a state, before all that is done to one."""
        if plain is not None:
            self._patient, self._made, self.egfr_ml_min = None, plain["made"], plain["egfr_ml_min"]
            self._make()

    def restore(
        self,
        plain: Mapping[str, Any] | None,
        arrays: Mapping[str, NDArray[Any]],
        harms: Callable[[], None] = lambda: None,
        column_of: Callable[[str], LumenColumn | None] = lambda tool: None,
    ) -> None:
        """Return to a state taken by :meth:`state`; logs of releases without blood have none.

        `harms` brings back what was done to the vessels, before blood flows in them again; `column_of` finds
        what lies in the lumen of a catheter that hands have led.
        """
        if plain is None:
            return
        own = {k.removeprefix("blood/"): v for k, v in arrays.items() if k.startswith("blood/")}
        self.circulation, self.placed, self.seeing = None, None, None
        self._anew = plain["also"] is not None and plain["graph"] != self.patient.plumbed.content_hash
        flows = plain["also"] is not None and not self._anew
        if flows:
            self._begin()
        harms()
        if flows:
            self._begin().restore(_under("run.", own))
            also = {vessel: tuple(places) for vessel, places in plain["also"].items()}
            self.blood.restore(also, _under("flow.", own))
        if plain["placed"] is not None and not self._anew:
            device = self._device(plain["placed"]["device"])
            self.placed = placed_of(self.graph, device, plain["placed"])
            led = self.placed.led
            self.desk.connect(device, None if led is None else column_of(led.tool))
            self.gas.connect(device)
        self.gas.restore(plain["gas"], _under("gas.", own))
        if self._anew:
            self.desk.recall(plain["desk"])
        else:
            self.desk.restore(plain["desk"], _under("desk.", own))
        self.pressures.restore(plain["pressures"], _under("pressure.", own))
        if self._anew:
            self.pressures.disconnect()
        self.wall.restore(plain["wall"])
        self.shows_tree, self._placings = plain["shows_tree"], plain["placings"]
        self.injecting.recorder.restore(plain["recorder"])


ANEW = "This version makes the patient's vessels anew: the blood begins at rest, the catheter is out"


def _under(prefix: str, arrays: Mapping[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    return {key.removeprefix(prefix): value for key, value in arrays.items() if key.startswith(prefix)}
