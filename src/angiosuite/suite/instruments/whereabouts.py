"""The vessel that a tip is in, as people are told it: a branch once it is in it by more than its mouth."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from angiosuite.anatomy.vessels.graph import Junction, Vessel, VesselGraph

if TYPE_CHECKING:
    from .stack import Stack

__all__ = ["Mouth", "Mouths", "Whereabouts", "beyond_mm"]

Floats = NDArray[np.float64]

ENTERS, STAYS = 0.6, 0.3
"""Shares of a branch's radius beyond what it leaves: from the one a tip is in it, to the other it stays."""
BACK = 0.5
"""Along the branch it stays so much of a radius longer."""
STEP_MM = 0.5
"""A branch's centre line is looked at so densely for where it leaves its parent."""
ENDS_MM = 1.0
"""What begins so near to its parent's end goes on from it, and has no mouth in its wall."""

LONGEST = 4.0
"""A mouth is at most so many radii long: beyond, a branch of 15 degrees has left what it comes from."""
COUNTS = 0.5
"""What leaves the parent beside a vessel and is not so wide, as a share, has a mouth in it at most."""


def beyond_mm(points_mm: Floats, vessel: Vessel, is_open: bool = False) -> Floats:
    """How far beyond a vessel's wall points (n, 3) lie, mm, shape (n,); negative within.

    Parameters
    ----------
    points_mm : float64 (n, 3)
        LPS, mm, at rest as the vessel is.
    vessel : Vessel
    is_open : bool
        Whether its far end is open: what lies past it is as far beyond as can be (infinite).
    """
    begin, end = vessel.points_mm[:-1], vessel.points_mm[1:]
    along = end - begin
    off = points_mm[:, None] - begin
    share = np.einsum("nmc,mc->nm", off, along) / np.maximum(np.einsum("mc,mc->m", along, along), 1e-18)
    q = np.clip(share, 0.0, 1.0)
    radius = vessel.radius_mm[:-1] + q * np.diff(vessel.radius_mm)
    gap = (np.linalg.norm(off - q[..., None] * along, axis=2) - radius).min(axis=1)
    return np.where(share[:, -1] >= 1.0, np.inf, gap) if is_open else gap


@dataclass(frozen=True, slots=True)
class Mouth:
    """Where a vessel leaves others.

    Parameters
    ----------
    radius_mm : float
        Of the vessel there.
    from_mm : float
        Arc length from which whatever is in its lumen is beyond its mouth.
    walls : tuple of (Vessel, bool)
        What it leaves, and whether its far end is open to it: its parent, and what leaves that beside it.
    """

    radius_mm: float
    from_mm: float
    walls: tuple[tuple[Vessel, bool], ...]

    def beyond_mm(self, points_mm: Floats) -> Floats:
        """How far points (n, 3) at rest lie beyond what the vessel leaves, mm, shape (n,)."""
        return np.min([beyond_mm(points_mm, wall, is_open) for wall, is_open in self.walls], axis=0)

    def is_passed(self, point_mm: Floats, at_mm: float, was_passed: bool) -> bool:
        """Whether a point in the vessel's lumen, (3,) at rest and so far along it, is beyond the mouth."""
        back_mm, share = (BACK * self.radius_mm, STAYS) if was_passed else (0.0, ENTERS)
        if at_mm >= self.from_mm - back_mm:
            return True
        return float(self.beyond_mm(point_mm[None])[0]) >= share * self.radius_mm


class Mouths:
    """The mouths of the vessels of a graph.

    Parameters
    ----------
    graph : VesselGraph

    Notes
    -----
    **Model** a tip is in a branch once it lies 0.6 of the branch's radius beyond the walls of the branch's
    parent and of what leaves the parent beside it, nearly as wide; coming back, until it lies less than 0.3
    of it beyond. So is whatever lies farther along than where the centre line is a whole radius beyond them,
    whichever wall it hugs: what slides in the parent past the mouth of a straight branch, at any angle φ,
    comes no farther along than r cos φ / sin φ from where the centre line crosses the wall, and that place
    is r / sin φ from it. What goes on from its parent's end alone has no mouth; what runs on beside the
    vessel that it leaves is left four radii on. **Source** own choice. In runs tips that slid across the
    mouth of a renal artery or were caught at it sagged in by up to 0.55 of its radius (a J, narrower than
    the mouth, dipped by more), and a Cobra that held in it lay 0.7 to 1.4 of it deep. **Valid for** vessels
    that leave in a straight line; the far end of a loop (`Vessel.joins`) is taken as its own. Held by
    ``tests/suite/instruments/test_whereabouts.py``.
    """

    def __init__(self, graph: VesselGraph) -> None:
        self._graph = graph
        self._known: dict[str, Mouth] = {}

    def of(self, vessel: str) -> Mouth:
        """The mouth of a vessel that has a parent."""
        if vessel not in self._known:
            own = self._graph.vessels[vessel]
            assert own.parent is not None
            self._known[vessel] = self._found(own, own.parent)
        return self._known[vessel]

    def _found(self, own: Vessel, on: Junction) -> Mouth:
        parent = self._graph.vessels[on.vessel]
        width = parent.at(on.at_mm)[1]
        radius = own.at(min(width, own.length_mm))[1]
        beside = self._beside(own, on, width, radius)
        goes_on = on.at_mm > parent.length_mm - ENDS_MM
        mouth = Mouth(radius, 0.0, ((parent, goes_on), *((other, False) for other in beside)))
        at = np.arange(0.0, own.length_mm, STEP_MM)
        out = mouth.beyond_mm(
            np.stack([np.interp(at, own.arc_mm, own.points_mm[:, c]) for c in range(3)], axis=1)
        )
        left = np.append(at[out >= 0.0], own.length_mm)[0]
        deep = np.append(at[out >= radius], own.length_mm)[0]
        return replace(mouth, from_mm=float(min(deep, left + LONGEST * radius)))

    def _beside(self, own: Vessel, on: Junction, width_mm: float, radius_mm: float) -> Iterator[Vessel]:
        """What leaves the parent near where a vessel does, and is not much narrower."""
        for other in self._graph.children(on.vessel):
            assert other.parent is not None
            near = abs(other.parent.at_mm - on.at_mm) < width_mm + 2.0 * radius_mm
            if other.id != own.id and near and other.radius_mm[0] >= COUNTS * radius_mm:
                yield other


class Whereabouts:
    """Vessels of the tips of one session, as page and log tell them.

    Parameters
    ----------
    graph : VesselGraph

    Notes
    -----
    **Model** the lumen that a tip is deepest in names it where the tip is in it beyond its mouth (`Mouths`);
    until then its parent does, and so on. A vessel that is named stays so until the tip has come back by a
    share of its radius, so that a tip that breath moves at the mouth is not named to and fro. :meth:`look`
    alone, on the log's beat, changes what is remembered: who asks in between changes nothing.
    Held by ``tests/suite/instruments/test_whereabouts.py``.
    """

    def __init__(self, graph: VesselGraph) -> None:
        self._graph = graph
        self._mouths = Mouths(graph)
        self._named: dict[str, str | None] = {}

    def look(self, stacks: Mapping[str, Stack]) -> None:
        """Remember where each tip is now; what is out is forgotten."""
        self._named = {
            one.instrument.id: self.tip(stack, k)[1]
            for stack in stacks.values()
            for k, one in enumerate(stack.lying)
        }

    def tip(self, stack: Stack, k: int) -> tuple[Floats, str | None, float]:
        """Point of a tool's tip, the vessel that it is said to be in, and where along it, mm."""
        point, vessel, at_mm = stack.tip(k)
        if vessel is None or self._graph.vessels[vessel].parent is None:
            return point, vessel, at_mm
        held = self._named.get(stack.lying[k].instrument.id)
        return point, *self.place(stack.at_rest(point), vessel, at_mm, held)

    def place(self, rest_mm: Floats, vessel: str, at_mm: float, held: str | None) -> tuple[str, float]:
        """Vessel and place along it that a point is said to lie at.

        Parameters
        ----------
        rest_mm : float64 (3,)
            The point, where walls are at rest, LPS mm.
        vessel, at_mm : str, float
            Lumen that it is deepest in, and where along it, mm.
        held : str or None
            What it was said to be in before.
        """
        kept = tuple(self._ways(held))
        while (parent := self._graph.vessels[vessel].parent) is not None:
            if self._mouths.of(vessel).is_passed(rest_mm, at_mm, vessel in kept):
                break
            vessel = parent.vessel
            at_mm = _along_mm(rest_mm, self._graph.vessels[vessel])
        return vessel, at_mm

    def _ways(self, vessel: str | None) -> Iterator[str]:
        """A vessel and those before it."""
        while vessel is not None:
            yield vessel
            parent = self._graph.vessels[vessel].parent
            vessel = None if parent is None else parent.vessel

    def state(self) -> dict[str, str | None]:
        """What is remembered."""
        return dict(self._named)

    def restore(self, state: Mapping[str, str | None]) -> None:
        """Return to a state taken by :meth:`state`."""
        self._named = dict(state)


def _along_mm(point_mm: Floats, vessel: Vessel) -> float:
    """Arc length of the place of a vessel in whose lumen a point is deepest, mm."""
    begin, along = vessel.points_mm[:-1], np.diff(vessel.points_mm, axis=0)
    off = point_mm - begin
    q = np.clip((off * along).sum(axis=1) / np.maximum((along * along).sum(axis=1), 1e-18), 0.0, 1.0)
    radius = vessel.radius_mm[:-1] + q * np.diff(vessel.radius_mm)
    k = int((np.linalg.norm(off - q[:, None] * along, axis=1) - radius).argmin())
    arc = vessel.arc_mm
    return float(arc[k] + q[k] * (arc[k + 1] - arc[k]))
