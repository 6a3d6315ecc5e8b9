"""`Aspirating`: a pump or a locked syringe draws at a catheter, on clot or on blood."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from math import pi
from typing import TYPE_CHECKING, Any

from numpy.typing import NDArray

from angiosuite.content.aspirator import Aspirator
from angiosuite.kit.errors import WrongUse
from angiosuite.physics.treating.aspiration import KPA_PER_INHG, flow_ml_s, taken
from angiosuite.suite.circulation.harm import Release
from angiosuite.suite.circulation.narrowed import Stretch
from angiosuite.suite.instruments.seen import ToolSeen
from angiosuite.suite.treating.coils.tube import PLACED, DeliveryTube, delivery_tube
from angiosuite.suite.treating.part import Arrays

from .clot_seat import Seat

if TYPE_CHECKING:
    from angiosuite.suite.session import Session

__all__ = ["Aspirating"]

STREAM_SHARE, CLOT_SHARE = 0.4, 0.5
"""What runs while clot goes in, of the flow of blood, and how much of it is clot (own choice; draft)."""
CRUMBLES = 0.05
"""Of clot that goes in or is dragged, what breaks off and goes with the blood (own choice; draft)."""
LUMP_MM3 = 15.0
"""Crumbs go as lumps of this size; what is left of them at the end goes too."""
GRASPS = 3.0
"""A tip holds a piece of so many times its bore, and tears it off the rest (own choice; draft)."""
SQUEEZED = 0.4
"""Fresh clot goes into a mouth of this share of its thickness, organised clot of all (own choice; draft)."""
ORGANISED = {"fresh": 0.0, "organised": 1.0}
STUCK: Mapping[str, float] = {"clot": 0.2, "plaque": 1.0}
"""Of what is stuck in a vessel, by its matter: how far it is organised (own choice; draft)."""
WORDS = {
    "ingested": "Clot comes through the catheter",
    "corked": "The catheter is corked: nothing comes, and the clot holds to its tip",
    "stays": "Nothing comes: the clot holds to its vessel harder than the tip to it",
    "blood": "Blood comes",
}


@dataclass(slots=True)
class Draw:
    """Vacuum on a catheter.

    Parameters
    ----------
    tool : str
        The aspirator on the table.
    through : str
        The catheter.
    seconds, blood_ml, clot_mm3 : float
        So far.
    does : str
        `blood`, `ingested`, `corked`, `stays`, or `full`: a syringe that has no vacuum left.
    cork_mm3, cork_mm, cork_organised : float
        Clot that holds to the tip, how thick it is, and how far organised.
    crumbs_mm3, at_vessel, at_mm : float, str, float
        What broke off and has not gone yet, and where.
    """

    tool: str
    through: str
    seconds: float = 0.0
    blood_ml: float = 0.0
    clot_mm3: float = 0.0
    does: str = ""
    cork_mm3: float = 0.0
    cork_mm: float = 0.0
    cork_organised: float = 0.0
    crumbs_mm3: float = 0.0
    at_vessel: str = ""
    at_mm: float = 0.0


class Aspirating:
    """What one vacuum draws out of the patient.

    Parameters
    ----------
    session : Session

    Notes
    -----
    **Model** a tip in clot draws on the pieces of it within some millimetres (`clot_seat`): they stay, go in
    or cork the tip as `physics.treating.aspiration` says; through a free tip blood comes, at the flow of that
    law, out of the patient's circulation. A cork is a piece as thick as the tip grasps. It comes with the
    catheter while the vacuum holds and falls off when that ends; what is thicker than the sheath, squeezed,
    is stripped off at its mouth. A twentieth of all that is taken crumbles and goes with the blood
    (`Emboli`). A syringe that is full draws no more. Clots are the patient's thrombi and what got stuck in a
    drawn vessel; beds beyond them are out of reach. Contrast in the blood that is drawn off stays in the
    patient. **Source** of the forces, the law's own; how much a stream is clot, what crumbles and what a tip
    grasps are own choices (draft). **Valid for** which clot comes, and in how many passes, by bore and age.
    Held by ``tests/suite/treating/vacuum/test_aspiration.py``.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self.draw: Draw | None = None
        self.seats: dict[str, Seat] = {}
        """Clot that a tip has drawn on, by name."""
        self._stuck: dict[str, Stretch] = {}
        self.blood_ml = self.clot_mm3 = self.lost_mm3 = 0.0
        """All that came out so far, and the clot that went with the blood."""

    # ---- hands -------------------------------------------------------------------------------------------

    def start(self, tool: str, through: str | None) -> None:
        """Open the tap between a vacuum and a catheter."""
        session = self._session
        if self.draw is not None:
            raise _refused("It draws already", "aspirating", tool, "Stop first: aspiration.stop.")
        one = session.instruments.table.on_it(tool)
        if not isinstance(one.device.part, Aspirator):
            raise _refused(
                f"{one.device.title} draws nothing", "not-an-aspirator", tool, "Pick an aspirator."
            )
        tube = delivery_tube(session, through)
        if tube.holds:
            raise _refused(
                "Something lies in its lumen", "lumen-taken", tube.holds, "Draw the wire out first."
            )
        session.blood.begin_flow()
        session.treating.plaques.look()
        self.draw = Draw(tool, tube.id)
        self._event(
            "started", {"tool": tool, "device": one.device.id, "through": tube.id}, "The vacuum is on"
        )

    def stop(self) -> None:
        """Close the tap: the vacuum is gone, what holds to the tip falls off."""
        if self.draw is None:
            raise _refused("Nothing draws", "not-aspirating", None, "Start first: aspiration.start.")
        self._end(self.draw)

    def _end(self, one: Draw) -> None:
        self.draw = None
        if one.cork_mm3 > 0.0:
            try:
                tube = delivery_tube(self._session, one.through)
            except WrongUse:
                tube = None
            if tube is not None:
                vessel = tube.vessel or one.at_vessel
                at_mm = tube.at_mm if tube.vessel else one.at_mm
                self._release(one.cork_mm3, vessel, at_mm)
                data = {"mm3": round(one.cork_mm3), "vessel": vessel, "at_mm": round(at_mm, 1)}
                self._event("cork-lost", data, "The vacuum ends: the clot falls off the tip")
        self._crumble(one, least_mm3=0.0)
        data = {
            "tool": one.tool, "through": one.through, "seconds": round(one.seconds, 1),
            "blood_ml": round(one.blood_ml, 1), "clot_mm3": round(one.clot_mm3),
        }  # fmt: skip
        self._event("ended", data, f"{one.blood_ml:.0f} ml of blood and {1e-3 * one.clot_mm3:.1f} ml of clot")

    # ---- time --------------------------------------------------------------------------------------------

    def advance(self, seconds: float) -> None:
        """The next 20 ms of a vacuum."""
        one = self.draw
        if one is None:
            return
        item = self._session.instruments.table.items.get(one.tool)
        try:
            tube = delivery_tube(self._session, one.through)
        except WrongUse:
            self._came_out(one)
            return
        if item is None or tube.holds:
            self._end(one)
            return
        part = item.device.part
        assert isinstance(part, Aspirator)
        one.seconds += seconds
        if one.cork_mm3 > 0.0:
            self._drag(one, tube)
            if tube.vessel is not None:
                one.at_vessel, one.at_mm = tube.vessel, tube.at_mm
            return
        if self._is_full(one, part):
            self._does(one, "full", "The syringe is full: no vacuum is left")
            return
        if tube.vessel is not None:
            one.at_vessel, one.at_mm = tube.vessel, tube.at_mm
            self._suck(one, tube, tube.vessel, part, seconds)

    @staticmethod
    def _is_full(one: Draw, part: Aspirator) -> bool:
        return one.blood_ml + 1e-3 * one.clot_mm3 >= part.volume_ml

    def _suck(self, one: Draw, tube: DeliveryTube, vessel: str, part: Aspirator, seconds: float) -> None:
        """On clot or on blood, with nothing on the tip."""
        vacuum_kpa = KPA_PER_INHG * part.vacuum_inhg
        free_ml_s = flow_ml_s(vacuum_kpa, tube.open_mm, tube.length_mm, part.tubing_mm)
        self._find(vessel)
        for seat in self._seats(vessel, tube.at_mm):
            cells = seat.near(vessel, tube.at_mm)
            how = taken(tube.open_mm, vacuum_kpa, seat.thick_mm, seat.organised)
            self._does(one, how, WORDS[how], seat)
            if how == "stays":
                return
            if how == "corked":
                one.cork_mm = min(seat.thick_mm, GRASPS * tube.open_mm)
                long_mm = float(cells.sum()) * seat.length_mm / len(cells)
                one.cork_mm3 = seat.take(cells, 0.25 * pi * one.cork_mm**2 * long_mm)
                one.cork_organised = seat.organised
            else:
                stream = STREAM_SHARE * free_ml_s * seconds
                mm3 = seat.take(cells, 1e3 * CLOT_SHARE * stream)
                self._got(one, mm3 * (1.0 - CRUMBLES))
                one.crumbs_mm3 += mm3 * CRUMBLES
                self._bleed(one, tube, (1.0 - CLOT_SHARE) * stream, seconds)
                self._crumble(one)
            self._settle(seat)
            return
        self._does(one, "blood", WORDS["blood"])
        self._bleed(one, tube, free_ml_s * seconds, seconds)

    def _does(self, one: Draw, what: str, words: str, seat: Seat | None = None) -> None:
        """Told once each time that it becomes something else."""
        if one.does == what:
            return
        one.does = what
        data: dict[str, Any] = {"tool": one.tool, "through": one.through}
        if seat is not None:
            data |= {"clot": seat.name, "vessel": seat.vessel, "left_mm3": round(seat.mm3)}
        self._event(what, data, words)

    def _got(self, one: Draw, mm3: float) -> None:
        one.clot_mm3 += mm3
        self.clot_mm3 += mm3

    def _bleed(self, one: Draw, tube: DeliveryTube, ml: float, seconds: float) -> None:
        """Blood leaves the patient through the catheter, over this step."""
        blood = self._session.blood.circulation
        if blood is None or tube.vessel not in blood.plumbing.courses:
            return
        one.blood_ml += ml
        self.blood_ml += ml
        blood.network.sources_ml_s[blood.node_at(tube.vessel, tube.at_mm)] -= ml / seconds
        lumen = self._session.instruments.lumens.of.get(tube.id)
        if lumen is not None:
            lumen.aspirate(ml)

    def _drag(self, one: Draw, tube: DeliveryTube) -> None:
        """A cork goes where the tip goes; at the sheath's mouth what is too thick for it is stripped off."""
        if tube.id == PLACED:
            return
        stack, lying = self._session.instruments.lying(tube.id)
        bore = self._session.instruments.sheath_bore_mm(stack.access)
        squeezed = one.cork_mm * (SQUEEZED + (1.0 - SQUEEZED) * one.cork_organised)
        if lying.depth_mm > 0.0 or squeezed <= bore:
            return
        kept = (bore / squeezed) ** 2
        lost, one.cork_mm3, one.cork_mm = one.cork_mm3 * (1.0 - kept), one.cork_mm3 * kept, 0.0
        vessel, at_mm = stack.place(stack.access.back_from_tip(0.0)[0])
        vessel = vessel or one.at_vessel
        self._release(lost, vessel, at_mm)
        data = {"mm3": round(lost), "vessel": vessel, "bore_mm": round(bore, 2)}
        self._event("stripped", data, "The sheath's mouth strips clot off the tip")

    def _came_out(self, one: Draw) -> None:
        """The catheter is out, with what holds to it."""
        if one.cork_mm3 > 0.0:
            mm3, one.cork_mm3 = one.cork_mm3, 0.0
            self._got(one, mm3 * (1.0 - CRUMBLES))
            one.crumbs_mm3 += mm3 * CRUMBLES
            self._event("cork-out", {"mm3": round(mm3), "through": one.through}, "Clot comes out on the tip")
        self._end(one)

    # ---- clot --------------------------------------------------------------------------------------------

    def _seats(self, vessel: str, at_mm: float) -> Iterator[Seat]:
        for seat in self.seats.values():
            if seat.near(vessel, at_mm).any():
                yield seat

    def _find(self, vessel: str) -> None:
        """Clot of a vessel that nobody has drawn on yet."""
        for plaque in self._session.treating.plaques.of.values():
            told = self._session.blood.lesion(plaque.lesion)
            if plaque.vessel == vessel and plaque.lesion not in self.seats and told.get("kind") == "thrombus":
                self.seats[plaque.lesion] = Seat(
                    plaque.lesion, vessel, plaque.at_mm, plaque.length_mm, plaque.healthy_mm,
                    plaque.throat_mm, ORGANISED[told["age"]],
                )  # fmt: skip
        known = {id(one) for one in self._stuck.values()}
        for stuck in self._session.instruments.aftermath.harms.narrowed.stretches:
            if stuck.vessel != vessel or stuck.matter not in STUCK or id(stuck) in known:
                continue
            name, middle = f"stuck-{len(self.seats) + 1}", 0.5 * (stuck.first_mm + stuck.last_mm)
            wide = 2.0 * self._session.blood.graph.vessels[vessel].at(middle)[1]
            self.seats[name] = Seat(
                name, vessel, middle, stuck.last_mm - stuck.first_mm, wide, wide * stuck.left_share**0.5,
                STUCK[stuck.matter], is_even=True,
            )  # fmt: skip
            self._stuck[name] = stuck

    def _settle(self, seat: Seat) -> None:
        """Flow and pictures see what is left of a clot."""
        treating, harms = self._session.treating, self._session.instruments.aftermath.harms
        plaque = treating.plaques.of.get(seat.name)
        if plaque is not None:
            throat = max(seat.throat_now_mm, plaque.throat_mm)
            if abs(throat - plaque.throat_mm) > 0.02 or not seat.mm3:
                plaque.throat_mm = throat
                treating.plaques.settle(harms)
            return
        stuck = self._stuck.get(seat.name)
        if stuck is not None:
            share = 1.0 if seat.left_share < 0.02 else (seat.throat_now_mm / seat.lumen_mm) ** 2
            if abs(share - stuck.left_share) > 0.01:
                now = harms.narrowed.clear(stuck, share)
                if now is None:
                    del self._stuck[seat.name], self.seats[seat.name]
                else:
                    self._stuck[seat.name] = now

    def _crumble(self, one: Draw, least_mm3: float = LUMP_MM3) -> None:
        """What broke off goes with the blood, in lumps."""
        if one.crumbs_mm3 > 0.0 and one.crumbs_mm3 >= least_mm3 and one.at_vessel:
            mm3, one.crumbs_mm3 = one.crumbs_mm3, 0.0
            self._release(mm3, one.at_vessel, one.at_mm)

    def _release(self, mm3: float, vessel: str, at_mm: float) -> None:
        self.lost_mm3 += mm3
        if vessel:
            self._session.instruments.harming.release(Release("clot", mm3, vessel, at_mm))

    def _event(self, name: str, data: Mapping[str, Any], text: str) -> None:
        self._session.event(f"aspiration-{name}", data, text)

    # ---- what is seen and told ---------------------------------------------------------------------------

    def tools(self) -> list[ToolSeen]:
        """Clot and vacuum are not seen."""
        return []

    def left(self) -> list[dict[str, Any]]:
        """Nothing of it stays."""
        return []

    def show(self) -> dict[str, Any]:
        """For the page: what is seen in jar or syringe."""
        one = self.draw
        return {
            "tool": None if one is None else one.tool,
            "through": None if one is None else one.through,
            "does": "" if one is None else one.does,
            "blood_ml": round(self.blood_ml),
            "clot_ml": round(1e-3 * self.clot_mm3, 1),
        }

    def observed(self) -> dict[str, Any] | None:
        """For the log: what nobody sees too; None while nobody has drawn at anything."""
        if self.draw is None and not self.seats and not self.blood_ml:
            return None
        clots = [
            {"clot": one.name, "vessel": one.vessel, "left_percent": round(100.0 * one.left_share)}
            for one in self.seats.values()
        ]
        return {**self.show(), "clots": clots, "lost_mm3": round(self.lost_mm3)}

    # ---- state -------------------------------------------------------------------------------------------

    def state(self) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
        """Plain values."""
        plain = {
            "draw": None if self.draw is None else asdict(self.draw),
            "seats": [one.state() for one in self.seats.values()],
            "stuck": {name: list(_key(one)) for name, one in self._stuck.items()},
            "blood_ml": self.blood_ml,
            "clot_mm3": self.clot_mm3,
            "lost_mm3": self.lost_mm3,
        }
        return plain, {}

    def restore(self, plain: Mapping[str, Any], arrays: Arrays) -> None:
        """Return to a state taken by :meth:`state`; what is stuck where is there again."""
        self.draw = None if plain["draw"] is None else Draw(**plain["draw"])
        seats = [Seat.restored(kept) for kept in plain["seats"]]
        self.seats = {one.name: one for one in seats}
        stretches = self._session.instruments.aftermath.harms.narrowed.stretches
        known = {_key(one): one for one in stretches if one.matter}
        self._stuck = {name: known[(key[0], key[1], key[2])] for name, key in plain["stuck"].items()}
        self.blood_ml, self.clot_mm3, self.lost_mm3 = (
            plain[name] for name in ("blood_ml", "clot_mm3", "lost_mm3")
        )


def _key(stuck: Stretch) -> tuple[str, float, float]:
    return stuck.vessel, stuck.first_mm, stuck.last_mm


def _refused(message: str, code: str, value: str | None, way_out: str) -> WrongUse:
    return WrongUse(message, code=code, where="aspiration", value=value, way_out=way_out)
