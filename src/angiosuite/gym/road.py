"""The road from the sheath to the target: what a roadmap shows, and how far it still is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from angiosuite.anatomy.vessels.graph import VesselGraph

__all__ = ["TRUNK", "Place", "Road", "trunk_of"]

Floats = NDArray[np.float64]
STEP_MM = 1.5
#: The aorta, from below.
TRUNK = ("abdominal-aorta", "descending-thoracic-aorta", "aortic-arch", "ascending-aorta")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a point lies in the tree.

    Parameters
    ----------
    vessel : str
    at_mm : float
        Along it, from where it hangs on its parent.
    inside_mm : float
        Radius less distance from the centre line.
    left_mm : float
        Way through the tree to the goal, 0 beyond it.
    is_beyond : bool
        Whether it lies in the target vessel, or what hangs on it, past the goal.
    """

    vessel: str
    at_mm: float
    inside_mm: float
    left_mm: float
    is_beyond: bool


class Road:
    """The way through the centre lines of a tree from one place to another.

    Parameters
    ----------
    graph : VesselGraph
    start : str
        Vessel where it begins.
    start_mm : float
        Where along it.
    target : str
        Vessel where it ends.
    deep_mm : float
        How far beyond its mouth, which is the parent's radius from its beginning; at most four fifths of it.
    """

    def __init__(self, graph: VesselGraph, start: str, start_mm: float, target: str, deep_mm: float) -> None:
        self.graph = graph
        names = graph.path(start, target)
        end = graph.vessels[target]
        mouth = 0.0
        if end.parent is not None:
            mouth = graph.vessels[end.parent.vessel].at(end.parent.at_mm)[1]
        self.target, self.goal_mm = target, min(mouth + deep_mm, 0.8 * end.length_mm)
        self._spans: dict[str, tuple[float, float]] = {}
        points, radii, order = [], [], []
        here = start_mm
        for k, name in enumerate(names):
            vessel = graph.vessels[name]
            following = names[k + 1] if k + 1 < len(names) else None
            if following is None:
                there = self.goal_mm
            elif vessel.parent is not None and vessel.parent.vessel == following:
                there = 0.0
            else:
                there = graph.vessels[following].parent.at_mm  # type: ignore[union-attr]
            self._spans[name] = (here, there)
            along = np.linspace(here, there, max(2, int(abs(there - here) / STEP_MM) + 1))
            arc = vessel.arc_mm
            points.append(np.stack([np.interp(along, arc, vessel.points_mm[:, c]) for c in range(3)], axis=1))
            radii.append(np.interp(along, arc, vessel.radius_mm))
            order.append(np.full(len(along), k))
            if vessel.parent is not None and vessel.parent.vessel == following:
                here = vessel.parent.at_mm
            else:
                here = 0.0
        joined, radius, number = np.concatenate(points), np.concatenate(radii), np.concatenate(order)
        new = np.concatenate([[True], np.linalg.norm(np.diff(joined, axis=0), axis=1) > 1e-6])
        self.points_mm, self.radius_mm, self.order = joined[new], radius[new], number[new]
        steps = np.linalg.norm(np.diff(self.points_mm, axis=0), axis=1)
        self.arc_mm = np.concatenate([[0.0], np.cumsum(steps)])
        self.names = names
        self._after = self._rests(names)
        self._index_tree()

    @property
    def length_mm(self) -> float:
        """From the start to the goal, mm."""
        return float(self.arc_mm[-1])

    def _rests(self, names: tuple[str, ...]) -> dict[str, float]:
        """Way that is left at the end of each vessel of the road."""
        rest, after = 0.0, {}
        for name in reversed(names):
            after[name] = rest
            here, there = self._spans[name]
            rest += abs(there - here)
        return after

    def left_mm(self, vessel: str, at_mm: float) -> float:
        """Way through the tree from a place to the goal, mm."""
        way = 0.0
        while vessel not in self._spans:
            parent = self.graph.vessels[vessel].parent
            if parent is None:
                return way + self.length_mm
            way += at_mm
            vessel, at_mm = parent.vessel, parent.at_mm
        here, there = self._spans[vessel]
        if vessel == self.target and at_mm >= there:
            return 0.0
        on = min(max(at_mm, min(here, there)), max(here, there))
        return way + abs(at_mm - on) + abs(there - on) + self._after[vessel]

    def _index_tree(self) -> None:
        lines, radii, arcs, of = [], [], [], []
        vessels = list(self.graph.vessels.values())
        for k, vessel in enumerate(vessels):
            count = max(2, int(vessel.length_mm / STEP_MM) + 1)
            at = np.linspace(0.0, vessel.length_mm, count)
            arc = vessel.arc_mm
            lines.append(np.stack([np.interp(at, arc, vessel.points_mm[:, c]) for c in range(3)], axis=1))
            radii.append(np.interp(at, arc, vessel.radius_mm))
            arcs.append(at)
            of.append(np.full(count, k))
        self._lines = np.ascontiguousarray(np.concatenate(lines).T)
        self._radii, self._arcs, self._of = np.concatenate(radii), np.concatenate(arcs), np.concatenate(of)
        self._vessels = [vessel.id for vessel in vessels]
        past = {self.target: 0.0}  # way from the target's beginning to that of each vessel that hangs on it
        for vessel in vessels:  # parents come before children
            if vessel.parent is not None and vessel.parent.vessel in past:
                past[vessel.id] = past[vessel.parent.vessel] + vessel.parent.at_mm
        self._past = past

    def place(self, point_mm: Floats) -> Place:
        """Where a point lies: in the lumen that it is deepest in."""
        x, y, z = self._lines
        off = np.sqrt((x - point_mm[0]) ** 2 + (y - point_mm[1]) ** 2 + (z - point_mm[2]) ** 2)
        deep = self._radii - off
        k = int(np.argmax(deep))
        vessel, at = self._vessels[self._of[k]], float(self._arcs[k])
        beyond = vessel in self._past and self._past[vessel] + at >= self.goal_mm
        return Place(vessel, at, float(deep[k]), 0.0 if beyond else self.left_mm(vessel, at), beyond)


def trunk_of(graph: VesselGraph) -> tuple[Floats, Floats]:
    """Centre line and radius of the aorta from its end in the pelvis to the heart, (n, 3) and (n,)."""
    lines, radii = [], []
    for name in TRUNK:
        vessel = graph.vessels[name]
        lines.append(vessel.points_mm[::-1])
        radii.append(vessel.radius_mm[::-1])
    line, radius = np.concatenate(lines), np.concatenate(radii)
    new = np.concatenate([[True], np.linalg.norm(np.diff(line, axis=0), axis=1) > 1e-6])
    return line[new], radius[new]
