"""What lies in one access: instruments in each other, how deep, and the chain that they make in the vessels.

Knows nothing of a session: research code and a session use the same.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from angiosuite.kit.errors import WrongUse
from angiosuite.physics.rods.chain import Chain

from .access import Access
from .contact import Contact
from .feeling import Felt, contact_of, given_way, grip_n
from .instrument import Instrument, outer_mm, rod_tool
from .lengths import back_mm, entry_mm, room_mm
from .passage import Passage

if TYPE_CHECKING:
    from angiosuite.physics.rods.walls import Walls

__all__ = ["IN_SHEATH_MM", "Lying", "Stack", "advance"]

Floats = NDArray[np.float64]

IN_SHEATH_MM = 6.0
"""The chain is clamped so far behind the sheath's tip."""
SPACING_MM = 3.0
STEP_S = 0.01
MOST_MM, MOST_RAD = 1.0, 0.3
"""What a hand gives in one step of the chain."""
MOST_COVERED_MM = 4.0
"""The same while the tip lies in a tube: no wall feels it."""
PASSES = 8
STOP_MM = 0.1
"""A step has converged where no node moves farther in a pass."""


@dataclass(slots=True)
class Lying:
    """An instrument in the patient and the hand on it.

    Parameters
    ----------
    instrument : Instrument
    depth_mm : float
        Its tip beyond the sheath's tip; negative within the sheath.
    turn : float
        Of its hub, rad.
    mm_s, rad_s : float
        What the hand gives now.
    queued_mm, queued_rad : float
        What it has yet to give.
    goal_mm : float or None
        Depth that it goes on to.
    pinned : bool
        Whether the other hand holds it while something else moves.
    torquer : bool
        Whether a torque device is clamped on it.
    anchored : bool
        Whether something on it holds it in the vessel: a balloon that is up.
    least_mm : float or None
        Depth that it cannot be drawn back beyond: something on it does not go into a tube's mouth.
    """

    instrument: Instrument
    depth_mm: float
    turn: float = 0.0
    mm_s: float = 0.0
    rad_s: float = 0.0
    queued_mm: float = 0.0
    queued_rad: float = 0.0
    goal_mm: float | None = None
    pinned: bool = True
    torquer: bool = False
    anchored: bool = False
    least_mm: float | None = None
    stalled: bool = False
    push_n: float = 0.0
    torque_nmm: float = 0.0
    wall_n: float = 0.0

    @property
    def is_moved(self) -> bool:
        """Whether a hand moves it."""
        busy = self.mm_s or self.rad_s or self.queued_mm or self.queued_rad
        return bool(busy) or self.goal_mm is not None

    def halt(self) -> None:
        """The hand comes off."""
        self.mm_s = self.rad_s = self.queued_mm = self.queued_rad = 0.0
        self.goal_mm = None

    def take(self, seconds: float, most_mm: float = MOST_MM) -> tuple[float, float]:
        """What the hand gives over a step: mm, of at most so many, and rad."""
        mm, rad = self.mm_s * seconds, self.rad_s * seconds
        if self.goal_mm is not None:
            left = self.goal_mm - self.depth_mm
            mm = min(max(left, -abs(mm)), abs(mm))
        mm, rad = mm + self.queued_mm, rad + self.queued_rad
        given_mm = min(max(mm, -most_mm), most_mm)
        given = min(max(rad, -MOST_RAD), MOST_RAD)
        if self.queued_mm:
            self.queued_mm = mm - given_mm if abs(mm - given_mm) > 1e-9 else 0.0
        if self.queued_rad:
            self.queued_rad = rad - given if abs(rad - given) > 1e-9 else 0.0
        return given_mm, given


PLAIN = (
    "depth_mm", "turn", "mm_s", "rad_s", "queued_mm", "queued_rad", "goal_mm", "pinned", "torquer",
    "anchored", "least_mm", "stalled", "push_n", "torque_nmm", "wall_n",
)  # fmt: skip


@dataclass
class Stack:
    """Instruments in one access, innermost first.

    Parameters
    ----------
    walls : Walls
        The vessels of its tree.
    access : Access
    """

    walls: Walls
    access: Access
    lying: list[Lying] = field(default_factory=list)
    chain: Chain | None = None
    out: list[Instrument] = field(default_factory=list)
    """Instruments that came out since the last look."""
    felt: Felt | None = None
    passage: Passage | None = None
    """The hole in a wall that its foremost tip is out through."""
    _from_mm: dict[str, float] = field(default_factory=dict)

    # ---- what lies in it -------------------------------------------------------------------------------

    @property
    def depths_mm(self) -> list[float]:
        """Tips beyond the sheath's."""
        return [one.depth_mm for one in self.lying]

    @property
    def lengths_mm(self) -> list[float]:
        """Of the instruments."""
        return [one.instrument.length_mm for one in self.lying]

    @property
    def are_tubes(self) -> list[bool]:
        """Which of them something lies in or may."""
        return [one.instrument.is_tube for one in self.lying]

    @property
    def backs_mm(self) -> Floats:
        """See :func:`.lengths.back_mm`."""
        return back_mm(self.lengths_mm, self.depths_mm, self.access.sheath_mm)

    def radius_mm(self, k: int) -> float:
        """Outer radius of a tool."""
        return 0.5 * outer_mm(self.lying[k].instrument.rod)

    def index(self, tool: str) -> int:
        """Place of an instrument in the stack; `WrongUse` where it is not in it."""
        for k, one in enumerate(self.lying):
            if one.instrument.id == tool:
                return k
        raise WrongUse(
            f"'{tool}' does not lie in the {self.access.title.lower()}",
            code="not-in-patient",
            value=tool,
            way_out="Load it first.",
        )

    def enter(self, instrument: Instrument, k: int) -> None:
        """An instrument comes into the valve at a place of the order."""
        lengths, depths = self.lengths_mm, self.depths_mm
        depth_mm = entry_mm(k - 1, lengths, depths, self.access.sheath_mm)
        self.lying.insert(k, Lying(instrument, depth_mm))
        if self.chain is not None:
            self.chain.insert(k, rod_tool(instrument), IN_SHEATH_MM + depth_mm)
            self._feel_anew()

    def entry_mm(self, k: int) -> float:
        """Depth at which a tool is out."""
        return entry_mm(k, self.lengths_mm, self.depths_mm, self.access.sheath_mm)

    def take_out(self, k: int) -> None:
        """An instrument is out."""
        self.out.append(self.lying.pop(k).instrument)
        if self.chain is not None:
            if len(self.lying) == 0:
                self.chain = self.passage = None
            else:
                self.chain.remove(k)

    # ---- time ------------------------------------------------------------------------------------------

    @property
    def is_moved(self) -> bool:
        """Whether a hand is on something."""
        return any(one.is_moved for one in self.lying)

    def begin(self) -> None:
        """Some steps begin: what is fed from here on counts for the next look at the walls."""
        self._from_mm = {one.instrument.id: one.depth_mm for one in self.lying}

    def feel(self, seconds: float) -> Contact | None:
        """What the steps since `begin` did to the walls; None while all lies in the sheath."""
        if self.chain is None:
            self.felt = None
            return None
        fed = [one.depth_mm - self._from_mm.get(one.instrument.id, one.depth_mm) for one in self.lying]
        self.felt, contact = contact_of(self, self.chain, np.array(fed), seconds)
        for k, one in enumerate(self.lying):
            one.torque_nmm, one.wall_n = float(self.felt.torque_nmm[k]), float(self.felt.wall_n[k])
        return contact

    def _feel_anew(self) -> None:
        """What is felt is of the tools that lie here now: the next step leans on it."""
        self.begin()
        self.feel(STEP_S)

    def step(self) -> None:
        """One step of hands and rods; walls are moved before and settle after it."""
        if not self.lying:
            return
        feeds, turns = self._hands()
        for one, mm, rad in zip(self.lying, feeds, turns, strict=True):
            one.depth_mm += mm
            one.turn += rad
        deepest = max(self.depths_mm)
        if self.chain is None and deepest >= 0.0:
            self.chain = self._born()
        elif self.chain is not None and deepest < 0.0:
            self.chain = self.passage = None
        elif self.chain is not None:
            if self.passage is not None:
                self.passage.enter(self.chain, self.walls, feeds[self.chain.leader])
            self.chain.advance(feeds, turns, STEP_S, STOP_MM, PASSES)
            if self.passage is not None and not self.passage.leave(self.chain, self.walls):
                self.passage = None
        push = np.zeros(len(self.lying)) if self.chain is None else self.chain.push_n
        for one, force in zip(self.lying, push, strict=True):
            one.push_n = float(force)
        for k in reversed(range(len(self.lying))):
            one = self.lying[k]
            if one.goal_mm is not None and abs(one.goal_mm - one.depth_mm) < 1e-6:
                one.goal_mm, one.mm_s = None, 0.0
            over = one.depth_mm - self.entry_mm(k)
            if over < -1e-6 or (feeds[k] < 0.0 and over <= 1e-9):
                self.take_out(k)

    def _hands(self) -> tuple[list[float], list[float]]:
        """What each tool is fed and turned in this step: hands, as far as force and hubs let them."""
        feeds, turns = [0.0] * len(self.lying), [0.0] * len(self.lying)
        for k, one in enumerate(self.lying):
            if not one.is_moved:
                one.stalled = False
                continue
            mm, rad = one.take(STEP_S, MOST_MM if self._is_free(k) else MOST_COVERED_MM)
            low, high = room_mm(k, self.are_tubes, self.lengths_mm, self.depths_mm, self.access.sheath_mm)
            if one.least_mm is not None:
                low = max(low, min(one.least_mm - one.depth_mm, 0.0))
            free = min(max(mm, low), high)
            limit = grip_n(one.instrument, one.torquer, free < 0.0)
            given = 0.0 if one.anchored else given_way(free, one.push_n, limit)
            one.stalled = abs(given - mm) > 1e-9
            feeds[k] += given
            turns[k] += rad
        self._drag(feeds)
        return feeds, turns

    def _is_free(self, k: int) -> bool:
        """Whether a tip may touch a wall in this step."""
        cover = max([0.0, *self.depths_mm[k + 1 :]])
        return self.depths_mm[k] > cover - MOST_COVERED_MM

    def _drag(self, feeds: list[float]) -> None:
        """What lies in a tube that moves, and is held by nobody, goes with it where walls do not hold it."""
        for k in reversed(range(len(self.lying))):
            for j in range(k):
                inner = self.lying[j]
                if (
                    not feeds[k]
                    or inner.is_moved
                    or inner.anchored
                    or (inner.pinned and self.backs_mm[j] > 0.0)
                ):
                    continue
                if self.felt is None or self.felt.follows(j):
                    feeds[j] += feeds[k]

    def _born(self) -> Chain:
        """The chain begins: the foremost tip leaves the sheath."""
        clamp, way = self.access.back_from_tip(IN_SHEATH_MM)
        inserted = [IN_SHEATH_MM + depth for depth in self.depths_mm]
        tools = [rod_tool(one.instrument) for one in self.lying]
        chain = Chain(tools, inserted, clamp.tolist(), way.tolist(), SPACING_MM, self.walls)
        chain.turn_hubs([one.turn for one in self.lying])
        return chain

    def pierce(self, tools: Collection[str]) -> None:
        """Tips of these tools have made holes in the wall that they press on: what leads goes on through.

        Behind it, others run in the lumen.
        """
        if self.chain is None or self.passage is not None:
            return
        if self.lying[self.chain.leader].instrument.id in tools:
            self.passage = Passage.at_tip(self.chain)

    def is_outside(self, k: int) -> bool:
        """Whether a tip lies outside the vessels, through a hole."""
        if self.passage is None or self.chain is None:
            return False
        return self.passage.is_before(self.chain, float(self.chain.inserted_mm[k]))

    # ---- what is seen ----------------------------------------------------------------------------------

    def tip(self, k: int) -> tuple[Floats, str | None, float]:
        """Where a tool's tip is: point, vessel, and where along it, mm."""
        one = self.lying[k]
        if self.chain is None or one.depth_mm <= -IN_SHEATH_MM:
            point, _ = self.access.back_from_tip(max(-one.depth_mm, 0.0))
        else:
            point, _ = self.chain.tip(k)
        if self.is_outside(k):
            return point, None, 0.0
        vessel, at_mm = self.place(point)
        return point, vessel, at_mm

    def place(self, point_mm: Floats) -> tuple[str | None, float]:
        """Vessel of a point of the stack as its walls lie now, None outside all, and where along it, mm."""
        vessel, at_mm = self.walls.places(self.at_rest(point_mm)[None])
        return (None if vessel[0] < 0 else self.walls.names[int(vessel[0])]), float(at_mm[0])

    def at_rest(self, point_mm: Floats) -> Floats:
        """A point of the stack where it would lie were its walls at rest, LPS mm, shape (3,)."""
        if self.chain is None:
            return point_mm
        shift = self.chain.shift[int(np.argmin(((self.chain.x - point_mm) ** 2).sum(axis=1)))]
        return np.asarray(point_mm - shift)

    def course_mm(self, k: int) -> Floats:
        """The course of a tool from the skin to its own tip, LPS mm, shape (n, 3)."""
        one = self.lying[k]
        if self.chain is None or one.depth_mm <= -IN_SHEATH_MM:
            return self.access.up_to(max(-one.depth_mm, 0.0))
        end, _ = self.chain.tip(k)
        nodes = self.chain.x[1 : 1 + self.free_nodes(k)]
        return np.concatenate([self.access.up_to(IN_SHEATH_MM)[:-1], nodes, end[None]])

    def free_nodes(self, k: int) -> int:
        """Nodes of the chain, from its second on, that lie before a tool's own tip; none in the sheath."""
        depth_mm = self.lying[k].depth_mm
        if self.chain is None or depth_mm <= -IN_SHEATH_MM:
            return 0
        arc = self.chain.arc_mm[1 : self.chain.nodes]
        return int(np.count_nonzero(arc < IN_SHEATH_MM + depth_mm - 1e-6))

    # ---- state -----------------------------------------------------------------------------------------

    def state(self) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
        """Plain values and arrays that the next step depends on."""
        plain = {
            "lying": [
                {"instrument": one.instrument.state(), **{name: getattr(one, name) for name in PLAIN}}
                for one in self.lying
            ],
            "chain": self.chain is not None,
            "passage": None if self.passage is None else [list(point) for point in self.passage.track_mm],
        }
        return plain, {} if self.chain is None else self.chain.state()

    def restore(
        self, instruments: Sequence[Instrument], plain: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]
    ) -> None:
        """Return to a state taken by :meth:`state`; `instruments` are those that it names, made again."""
        self.lying = []
        for instrument, kept in zip(instruments, plain["lying"], strict=True):
            self.lying.append(Lying(instrument, **{name: kept[name] for name in PLAIN if name in kept}))
        self.chain = self.passage = None
        if plain["chain"]:
            self.chain = self._born()
            self.chain.restore(arrays)
            track = plain.get("passage")
            self.passage = None if track is None else Passage([np.array(point) for point in track])
            self._feel_anew()


def advance(stacks: Sequence[Stack], seconds: float, affines: Floats | None = None) -> list[Contact]:
    """Hands and rods of stacks in the same walls over some hundredths of a second; what walls felt.

    Parameters
    ----------
    stacks : sequence of Stack
    seconds : float
    affines : float64 (organs, 4, 4), optional
        Where the organs are that the walls follow, world from rest; None: where they were.
    """
    if not stacks:
        return []
    walls = stacks[0].walls
    for stack in stacks:
        stack.begin()
    steps, before = round(seconds / STEP_S), walls.affines
    for k in range(steps):
        if affines is not None:
            walls.move(before + (k + 1) / steps * (affines - before))
        for stack in stacks:
            stack.step()
        walls.settle(STEP_S)
    felt = [stack.feel(seconds) for stack in stacks]
    return [contact for contact in felt if contact is not None]
