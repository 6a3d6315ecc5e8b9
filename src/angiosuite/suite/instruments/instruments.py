"""Instruments of one session: what lies on the table, what lies in the patient, and the hands on it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from angiosuite.content.catheter import Catheter
from angiosuite.content.compatibility import fits, rides_over
from angiosuite.content.guide_wire import GuideWire
from angiosuite.content.sheath import Sheath
from angiosuite.kit import clock as ticks
from angiosuite.kit.errors import WrongUse

from . import shown
from .access import Access, access_named, accesses_of
from .aftermath import Aftermath
from .harming import Harming
from .instrument import Instrument, device_named
from .leading import Leading
from .pictured import Pictured
from .seen import InstrumentsSeen
from .sheath_change import check_change, sheath_part
from .stack import Lying, Stack, advance
from .table import Table
from .trees import tree_walls
from .tube_lumens import TubeLumens
from .whereabouts import Whereabouts

if TYPE_CHECKING:
    from angiosuite.physics.rods.walls import Walls
    from angiosuite.suite.session import Session

__all__ = ["Instruments"]

HAND_S = ticks.HAND_STEP_US * 1e-6
FAST_MM_S, FLUSH_ML = 200.0, 10.0


class Instruments:
    """Table and patient of one session.

    Parameters
    ----------
    session : Session
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self.table = Table(session.room.content)
        self.stacks: dict[str, Stack] = {}
        self.connected: str | None = None
        self.aid = False
        self.harming = Harming(session)
        self._walls: dict[str, Walls] = {}
        self._accesses: dict[str, Access] | None = None
        self._sheaths: dict[str, tuple[str, float]] = {}
        self.sheaths_out: set[str] = set()
        """Accesses whose sheath was taken out."""
        self._leading = Leading(session, self)
        self._pictured = Pictured(session, self)
        self._told: dict[str, Any] = {}
        self._whereabouts: Whereabouts | None = None

    @property
    def aftermath(self) -> Aftermath:
        """What was done to the patient so far."""
        return self.harming.aftermath

    def left_share(self, tool: str) -> float:
        """Share of a tube's lumen that a kink left open."""
        return self.aftermath.consequences.kinking.left_share(tool)

    @property
    def lumens(self) -> TubeLumens:
        """What lies in the lumens of catheters."""
        return self.harming.lumens

    # ---- the table -------------------------------------------------------------------------------------

    def pick(self, device: str) -> str:
        """Take a device from the cupboard; its id."""
        self._session.blood.allowed.check_device(device)
        one = self.table.pick(device)
        self.harming.lumens.picked(one)
        part = one.device.part.model_dump(mode="json", exclude_defaults=True)
        self._tell("instrument-picked", one, f"{one.device.title} is on the table", {"part": part})
        return one.id

    def put_back(self, tool: str) -> None:
        """Put an instrument away."""
        one = self.table.take(tool)
        self.harming.lumens.put_back(tool)
        self._tell("instrument-returned", one, f"{one.device.title} is put away")

    def wet(self, tool: str) -> None:
        """Wet the coat of an instrument."""
        one = self.table.wet(tool)
        self._tell("instrument-wetted", one, f"{one.device.title} is wet")

    def flush(self, tool: str) -> None:
        """Fill a lumen with saline on the table, or push saline through it in the patient."""
        if tool in self.table.items:
            one = self.table.flush(tool)
            self.harming.lumens.flush_on_table(tool)
        else:
            one = self.lying(tool)[1].instrument
            self.connect(tool)
            self._session.blood.desk.flush(FLUSH_ML)
        where = "table" if tool in self.table.items else "patient"
        self._tell("instrument-flushed", one, f"{one.device.title} is flushed", {"where": where})

    def aspirate(self, tool: str, ml: float) -> None:
        """Draw back at the hub of a catheter in the patient: what comes is seen in the syringe."""
        one = self.lying(tool)[1].instrument
        lumen = self.lumens.of.get(tool)
        if lumen is None:
            raise WrongUse(
                f"Nothing is drawn from {one.device.title}",
                code="no-lumen",
                value=tool,
                way_out="Choose a catheter.",
            )
        drawn = lumen.aspirate(ml)
        data = {
            "ml": round(drawn.ml, 2),
            "air_ml": round(drawn.air_ml, 3),
            "clot_mm3": round(drawn.clot_mm3, 1),
            "blocked": drawn.is_blocked,
        }
        what = "Nothing comes" if drawn.is_blocked else "Blood comes"
        what += ", with air" if drawn.air_ml > 0.01 else ""
        what += ", with clot" if drawn.clot_mm3 > 0.1 else ""
        self._tell("instrument-aspirated", one, what, data)

    def shape(self, tool: str, degrees: float, length_mm: float) -> None:
        """Shape the tip of a wire with the fingers."""
        one = self.table.shape(tool, degrees, length_mm)
        data = {"angle_deg": degrees, "length_mm": length_mm}
        self._tell("instrument-shaped", one, f"The tip of {one.device.title} is shaped", data)

    # ---- in the patient --------------------------------------------------------------------------------

    @property
    def accesses(self) -> dict[str, Access]:
        """Where this patient may be entered."""
        if self._accesses is None:
            graph = self._session.blood.graph if self._session.room.has_vessels else None
            found = {} if graph is None else accesses_of(graph, self._sheaths)
            self._accesses = self._session.blood.allowed.open_accesses(found)
        return self._accesses

    @property
    def is_empty(self) -> bool:
        """Whether nothing lies in the patient."""
        return not any(stack.lying for stack in self.stacks.values())

    def lying(self, tool: str) -> tuple[Stack, Lying]:
        """An instrument in the patient, with the stack that it is of."""
        for stack in self.stacks.values():
            for one in stack.lying:
                if one.instrument.id == tool:
                    return stack, one
        raise WrongUse(
            f"'{tool}' does not lie in the patient",
            code="not-in-patient",
            value=tool,
            way_out="Load it first.",
        )

    def load(self, tool: str, access: str, over: str | None) -> None:
        """Bring an instrument in: into the innermost lumen, or over one that lies there."""
        one = self.table.on_it(tool)
        _ = one.rod
        where = self._entered(access)
        stack = self._stack(where)
        k = 0 if over is None else stack.index(over) + 1
        self._check_fit(one, stack, k)
        self._session.blood.begin_flow()
        stack.enter(one, k)
        self.table.take(tool)
        data = {
            "access": access,
            "over": over,
            "wet": one.is_wet or one.coat is None,
            "flushed": one.is_flushed,
        }
        self._tell("instrument-loaded", one, f"{one.device.title} comes into the {where.title.lower()}", data)
        if one.is_tube and isinstance(one.device.part, Catheter):
            self.connect(tool)

    def change_sheath(self, access: str, tool: str) -> None:
        """A sheath from the table takes the place of the one in an access, over the wire in it or its own."""
        one, where = self.table.on_it(tool), self._entered(access)
        part, stack = sheath_part(one), self.stacks.get(access)
        wire = check_change(one, self._sheath(where), stack)
        self.table.take(tool)
        self.lumens.put_back(tool)
        self._sheaths[access] = (one.device.id, 10.0 * part.length_cm)
        self._accesses = None
        if stack is not None and wire is None:
            del self.stacks[access]
        elif stack is not None:
            stack.access = self.accesses[access]
        self._pictured = Pictured(self._session, self)
        data = {"access": access, "from": where.sheath, "french": part.label_f, "over_wire": wire is not None}
        self._tell("sheath-changed", one, f"{one.device.title} lies in the {where.title.lower()}", data)

    def take_sheath_out(self, access: str) -> Access:
        """Draw the sheath out of an access, in which nothing may lie any more; the access that it was."""
        where, stack = self._entered(access), self.stacks.get(access)
        if stack is not None and stack.lying:
            inner = stack.lying[-1].instrument
            raise WrongUse(
                f"{inner.device.title} lies in the sheath",
                code="sheath-in-use",
                where="closing",
                value=inner.id,
                way_out="Draw it out first.",
            )
        self.stacks.pop(access, None)
        self.sheaths_out.add(access)
        data = {"access": access, "device": where.sheath, "french": self.sheath_f(where)}
        self._session.event("sheath-removed", data, f"The sheath is out of the {where.title.lower()}")
        return where

    def _entered(self, access: str) -> Access:
        """An access with a sheath in it."""
        where = access_named(self.accesses, access)
        if access in self.sheaths_out:
            raise WrongUse(
                f"The {where.title.lower()} has no sheath any more",
                code="sheath-out",
                value=access,
                way_out="Use another access.",
            )
        return where

    def connect(self, tool: str) -> None:
        """Injector, syringe and pressure line come to this tube's hub."""
        _, lying = self.lying(tool)
        if not isinstance(lying.instrument.device.part, Catheter):
            raise WrongUse(
                f"Nothing is injected through {lying.instrument.device.title}",
                code="not-a-catheter",
                value=tool,
                way_out="Connect a catheter.",
            )
        self.connected = tool
        self._leading.follow(anew=True)

    def hand(self, tool: str) -> Lying:
        """The instrument that a hand is put on; `WrongUse` of one that glue holds fast."""
        self._session.treating.agents.tip.refuse_glued(tool)
        return self.lying(tool)[1]

    def remove(self, tool: str) -> None:
        """Draw an instrument out."""
        self._session.treating.agents.tip.refuse_glued(tool)
        stack, one = self.lying(tool)
        one.goal_mm = stack.entry_mm(stack.index(tool)) - 1.0
        one.mm_s = FAST_MM_S

    def halt(self) -> None:
        """All hands come off."""
        for stack in self.stacks.values():
            for one in stack.lying:
                one.halt()

    def _stack(self, access: Access) -> Stack:
        if access.id not in self.stacks:
            self.stacks[access.id] = Stack(self._tree(access.system), access)
        return self.stacks[access.id]

    @property
    def trees(self) -> Mapping[str, Walls]:
        """Walls that instruments run in, by the tree of vessels that was entered."""
        return self._walls

    def _tree(self, system: str) -> Walls:
        if system not in self._walls:
            session = self._session
            walls = tree_walls(session.room.cache, session.blood.graph, system)
            session.treating.walls.fit(system, walls)
            self._walls[system] = walls
        return self._walls[system]

    def _check_fit(self, one: Instrument, stack: Stack, k: int) -> None:
        """Refuse what cannot go into what is around it, or over what is in it."""
        rod = one.rod
        around = stack.lying[k].instrument.rod if k < len(stack.lying) else self._sheath(stack.access)
        if isinstance(around, GuideWire):
            raise WrongUse(
                "Nothing goes into a wire",
                code="does-not-fit",
                value=one.id,
                way_out="Load it over the wire.",
            )
        found = [fits(rod, around)]
        if k > 0:
            inner = stack.lying[k - 1].instrument.rod
            if isinstance(rod, GuideWire):
                raise WrongUse(
                    "A wire goes over nothing",
                    code="does-not-fit",
                    value=one.id,
                    way_out="Load it without `over`.",
                )
            found.append(rides_over(rod, inner) if isinstance(inner, GuideWire) else fits(inner, rod))
        for fit in found:
            if not fit.fits:
                raise WrongUse(fit.words, code="does-not-fit", value=one.device.id, way_out=fit.way_out)

    def sheath_f(self, access: Access) -> float:
        """French of what goes through the sheath in an access."""
        return self._sheath(access).label_f

    def sheath_bore_mm(self, access: Access) -> float:
        """Bore of the sheath in an access, mm."""
        return self._sheath(access).bore_mm

    def _sheath(self, access: Access) -> Sheath:
        part = device_named(self._session.room.content, access.sheath).part
        assert isinstance(part, Sheath)
        return part

    def where(self, stack: Stack, k: int) -> str:
        """The vessel that a tip is in, in words."""
        _, vessel, _ = self.whereabouts.tip(stack, k)
        return "no vessel" if vessel is None else self._session.blood.graph.vessels[vessel].name

    @property
    def whereabouts(self) -> Whereabouts:
        """Which vessels tips are said to be in."""
        if self._whereabouts is None:
            self._whereabouts = Whereabouts(self._session.blood.graph)
        return self._whereabouts

    def set_aid(self, on: bool) -> None:
        """Tell in words where each tip is, or no more; a task that is marked refuses."""
        if on and self._session.task is not None and self._session.task.mode != "practice":
            raise WrongUse(
                "This task is done without the aid", code="aid-refused", way_out="Look at the picture."
            )
        self.aid = on

    # ---- time ------------------------------------------------------------------------------------------

    def advance(self) -> None:
        """The next 20 ms: hands, rods, what they do, and where blood and injector find the catheter."""
        contacts = []
        for system, walls in self._walls.items():
            mine = [one for one in self.stacks.values() if one.access.system == system and one.lying]
            contacts += advance(mine, HAND_S, self._affines(walls) if mine else None)
            for stack in mine:
                for one in stack.out:
                    self._came_out(stack, one)
                stack.out.clear()
        if self.stacks:
            self._leading.follow()
        self.harming.step(contacts, self.inside)
        for stack in self.stacks.values():
            stack.pierce(self.aftermath.pierced)
        self.aftermath.pierced.clear()

    @property
    def inside(self) -> dict[str, Instrument]:
        """What lies in the patient, by id."""
        return {one.instrument.id: one.instrument for stack in self.stacks.values() for one in stack.lying}

    def observe(self) -> None:
        """Write into the log what changed since the last time."""
        self.harming.observe()
        if not self.stacks:
            return
        self.whereabouts.look(self.stacks)
        now = shown.observed(self)
        changed = {name: told for name, told in now.items() if self._told.get(name) != told}
        changed |= {name: [] for name in self._told if name not in now}
        if changed:
            self._session.write("observation", "instruments", changed)
        self._told = now

    def seen(self) -> InstrumentsSeen | None:
        """What a picture shows of them; None where nothing lies in the patient."""
        left = self._session.treating.tools()
        if self.is_empty and not left:
            return None
        return self._pictured.seen(self._session.blood.seen(), left)

    def count(self) -> None:
        """The session closes: what is still in the patient."""
        left = [(name, one.instrument) for name, stack in self.stacks.items() for one in stack.lying]
        if left:
            titles = ", ".join(one.device.title for _, one in left)
            items = [{"tool": one.id, "title": one.device.title, "access": name} for name, one in left]
            devices = [one.device.id for _, one in left]
            data = {"tools": [one.id for _, one in left], "devices": devices, "items": items}
            self._session.event("retained", data, f"Left in the patient: {titles}")

    def _came_out(self, stack: Stack, one: Instrument) -> None:
        self.table.lay(one)
        self.aftermath.out(one.id)
        if self.connected == one.id:
            self.connected = None
            self._leading.let_go()
        self._tell("instrument-removed", one, f"{one.device.title} is out", {"access": stack.access.id})

    def moved_mm(
        self, vessel: str, at_mm: NDArray[np.float64], rest_mm: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """How far places of a vessel are from where they rest, mm, (n, 3); 0 where no walls are known."""
        for walls in self._walls.values():
            affines = self._affines(walls)
            if vessel in walls.names and affines is not None:
                number = np.full(len(at_mm), walls.names.index(vessel), np.int32)
                return walls.shifts(number, at_mm, rest_mm, affines)
        return np.zeros_like(rest_mm)

    def _affines(self, walls: Walls) -> NDArray[np.float64] | None:
        session = self._session
        return self._leading.affines(walls, session.breathing.dome_mm, session.heart.phase)

    def _tell(self, name: str, one: Instrument, text: str, more: Mapping[str, Any] | None = None) -> None:
        self._session.event(name, {"tool": one.id, "device": one.device.id, **(more or {})}, text)

    # ---- state -----------------------------------------------------------------------------------------

    def state(self) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
        """Plain values and arrays that the next step depends on."""
        stacks: dict[str, Any] = {}
        arrays: dict[str, NDArray[Any]] = {}
        for access, stack in self.stacks.items():
            stacks[access], more = stack.state()
            arrays |= {f"instruments/{access}.{name}": value for name, value in more.items()}
        plain = {
            "table": self.table.state(),
            "connected": self.connected,
            "aid": self.aid,
            "sheaths": {access: list(sheath) for access, sheath in self._sheaths.items()},
            "sheaths_out": sorted(self.sheaths_out),
            "stacks": stacks,
            "walls": sorted(self._walls),
            "told": self._told,
            "named": {} if self._whereabouts is None else self._whereabouts.state(),
        }
        plain["harming"], done = self.harming.state()
        arrays |= {f"instruments/{name}": value for name, value in done.items()}
        for system, walls in self._walls.items():
            arrays |= {f"instruments/walls-{system}.{name}": value for name, value in walls.state().items()}
        return plain, arrays

    def restore_harms(self, plain: Mapping[str, Any] | None, arrays: Mapping[str, NDArray[Any]]) -> None:
        """Bring back what was done to the vessels; while the blood is brought back, before it flows."""
        if plain is not None:
            self.harming.restore_vessels(plain["harming"], _under("instruments/", arrays))

    def restore(self, plain: Mapping[str, Any] | None, arrays: Mapping[str, NDArray[Any]]) -> None:
        """Return to a state taken by :meth:`state`; logs of releases without instruments have none."""
        self.stacks, self._walls, self._accesses, self._whereabouts = {}, {}, None, None
        self.connected, self.aid, self._told, self._sheaths = None, False, {}, {}
        self.sheaths_out = set()
        self.table.restore(None if plain is None else plain["table"])
        if plain is None:
            return
        content = self._session.room.content
        own = _under("instruments/", arrays)
        self.aid = plain["aid"]
        self._sheaths = {access: (device, mm) for access, (device, mm) in plain["sheaths"].items()}
        self.sheaths_out = set(plain.get("sheaths_out", ()))
        self._pictured = Pictured(self._session, self)
        for system in plain["walls"]:
            self._tree(system).restore(_under(f"walls-{system}.", own))
        for access, kept in plain["stacks"].items():
            stack = self._stack(access_named(self.accesses, access))
            made = [Instrument.of(content, one["instrument"]) for one in kept["lying"]]
            stack.restore(made, kept, _under(f"{access}.", own))
        self.connected, self._told = plain["connected"], dict(plain["told"])
        if named := plain.get("named"):
            self.whereabouts.restore(named)
        self.harming.restore([*self.table.items.values(), *self.inside.values()], plain["harming"], own)


def _under(prefix: str, arrays: Mapping[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    return {key.removeprefix(prefix): value for key, value in arrays.items() if key.startswith(prefix)}
