"""The vessel that a tip is in, as people are told it: a branch once it is in it by more than its mouth."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from angiosuite.anatomy.vessels.graph import Junction, Vessel, VesselGraph

if TYPE_CHECKING:
    from .stack import Stack

__all__ = ["Mouths", "Whereabouts", "beyond_mm"]

Floats = NDArray[np.float64]

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


class Mouths:
    """Where along each vessel of a graph it counts as entered.

    Parameters
    ----------
    graph : VesselGraph

    Notes
    -----
    **Model** a vessel is entered where its centre line first lies its own radius beyond the walls of its
    parent and of what leaves the parent beside it, nearly as wide. A tip that slides along the parent's wall
    past the mouth of a straight branch, whatever the angle, lies less far along the branch than that: with
    angle φ and radius r it comes to r cos φ / sin φ beyond where the centre line crosses the wall, and the
    branch is entered at r / sin φ beyond. What goes on from its parent's end alone has no mouth. What runs
    on beside the vessel that it leaves is entered four radii beyond its mouth. **Source** own definition:
    the mouth of a vessel is as deep as its radius. **Valid for** vessels that leave in a straight line; the
    far end of a loop (`Vessel.joins`) is taken as its own. Held by
    ``tests/suite/instruments/test_whereabouts.py``.
    """

    def __init__(self, graph: VesselGraph) -> None:
        self._graph = graph
        self._known: dict[str, tuple[float, float]] = {}

    def of(self, vessel: str) -> tuple[float, float]:
        """Arc length from which a vessel is entered, and its radius at its mouth, mm; (0, 0) for a root."""
        if vessel not in self._known:
            own = self._graph.vessels[vessel]
            self._known[vessel] = (0.0, 0.0) if own.parent is None else self._found(own, own.parent)
        return self._known[vessel]

    def _found(self, own: Vessel, on: Junction) -> tuple[float, float]:
        parent = self._graph.vessels[on.vessel]
        width = parent.at(on.at_mm)[1]
        radius = own.at(min(width, own.length_mm))[1]
        at = np.arange(0.0, own.length_mm, STEP_MM)
        points = np.stack([np.interp(at, own.arc_mm, own.points_mm[:, c]) for c in range(3)], axis=1)
        goes_on = on.at_mm > parent.length_mm - ENDS_MM
        out = beyond_mm(points, parent, goes_on)
        for beside in self._beside(own, on, width, radius):
            out = np.minimum(out, beyond_mm(points, beside))
        left = np.append(at[out >= 0.0], own.length_mm)[0]
        deep = np.append(at[out >= radius], own.length_mm)[0]
        return float(min(deep, left + LONGEST * radius)), radius

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
    until then its parent does, and so on. A vessel that is named stays so until the tip has come back half a
    radius from there, so that a tip that breath moves at the mouth is not named to and fro. :meth:`look`
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
            from_mm, radius_mm = self._mouths.of(vessel)
            if at_mm >= from_mm - (0.5 * radius_mm if vessel in kept else 0.0):
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
