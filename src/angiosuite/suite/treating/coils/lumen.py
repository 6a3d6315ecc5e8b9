"""The lumen about a catheter's tip as a strand lies in it: pieces of the vessels within reach."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from angiosuite.anatomy.vessels.graph import VesselGraph

__all__ = ["NearLumen", "near_lumen", "parents_of"]

Floats = NDArray[np.float64]
REACH_MM = 60.0
"""So far along the vessels from the tip a strand may lie."""


@dataclass(frozen=True, slots=True, eq=False)
class NearLumen:
    """Pieces of some vessels.

    Parameters
    ----------
    ends : ndarray (pieces, 8)
        Both ends of each: point and radius, mm; see `physics.treating.coil_strand`.
    vessels : tuple of str
    of : ndarray (pieces,)
        Which of them each belongs to.
    arc_mm : ndarray (pieces, 2)
        Where along it each begins and ends.
    """

    ends: Floats
    vessels: tuple[str, ...]
    of: NDArray[np.int64]
    arc_mm: Floats

    def places(self, x: Floats, piece: NDArray[np.int64]) -> tuple[NDArray[np.int64], Floats]:
        """Vessel, by number, and arc length, mm, of points that lie in given pieces."""
        a, b = self.ends[piece, 0:3], self.ends[piece, 4:7]
        along = b - a
        size = np.maximum((along * along).sum(axis=1), 1e-12)
        q = np.clip(((x - a) * along).sum(axis=1) / size, 0.0, 1.0)
        arc = self.arc_mm[piece]
        return self.of[piece], np.asarray(arc[:, 0] + q * (arc[:, 1] - arc[:, 0]))

    def axis(self, piece: NDArray[np.int64]) -> Floats:
        """Direction of given pieces."""
        along = self.ends[piece, 4:7] - self.ends[piece, 0:3]
        return np.asarray(along / np.maximum(np.linalg.norm(along, axis=1), 1e-9)[:, None])

    def off(self, x: Floats, piece: NDArray[np.int64]) -> tuple[Floats, Floats]:
        """How far points lie from the middle of their pieces, and the radius there, mm."""
        a, b = self.ends[piece, 0:3], self.ends[piece, 4:7]
        along = b - a
        size = np.maximum((along * along).sum(axis=1), 1e-12)
        q = np.clip(((x - a) * along).sum(axis=1) / size, 0.0, 1.0)
        wide = self.ends[piece, 3] + q * (self.ends[piece, 7] - self.ends[piece, 3])
        return np.linalg.norm(x - a - q[:, None] * along, axis=1), np.asarray(wide)


def near_lumen(graph: VesselGraph, vessel: str, at_mm: float, reach_mm: float = REACH_MM) -> NearLumen:
    """The vessels within reach of a place, along their lumens: those beside it that do not open are left out.

    Held by ``tests/suite/treating/coils/test_lumen.py``.
    """
    stretches: dict[str, tuple[float, float]] = {}
    waiting = [(vessel, at_mm, reach_mm)]
    while waiting:
        name, at, left = waiting.pop(0)
        line = graph.vessels[name]
        low, high = max(at - left, 0.0), min(at + left, line.length_mm)
        known = stretches.get(name)
        if known is not None and known[0] <= low and high <= known[1]:
            continue
        stretches[name] = (low, high) if known is None else (min(low, known[0]), max(high, known[1]))
        if line.parent is not None and at - left < 0.0:
            waiting.append((line.parent.vessel, line.parent.at_mm, left - at))
        for child in graph.children(name):
            assert child.parent is not None
            if child.system == line.system and low <= child.parent.at_mm <= high:
                waiting.append((child.id, 0.0, left - abs(child.parent.at_mm - at)))
    ends, of, arcs = [], [], []
    for k, (name, (low, high)) in enumerate(stretches.items()):
        line = graph.vessels[name]
        arc = line.arc_mm
        at_points = np.unique(np.concatenate([[low], arc[(arc > low) & (arc < high)], [high]]))
        if len(at_points) < 2:
            continue
        points = np.stack(
            [np.interp(at_points, arc, column) for column in (*line.points_mm.T, line.radius_mm)], axis=1
        )
        ends.append(np.concatenate([points[:-1], points[1:]], axis=1))
        of.append(np.full(len(at_points) - 1, k, np.int64))
        arcs.append(np.stack([at_points[:-1], at_points[1:]], axis=1))
    return NearLumen(
        np.ascontiguousarray(np.concatenate(ends)), tuple(stretches), np.concatenate(of), np.concatenate(arcs)
    )


def parents_of(graph: VesselGraph, vessel: str) -> tuple[str, ...]:
    """What a vessel hangs on, and so on up to its root."""
    found: list[str] = []
    parent = graph.vessels[vessel].parent
    while parent is not None:
        found.append(parent.vessel)
        parent = graph.vessels[parent.vessel].parent
    return tuple(found)
