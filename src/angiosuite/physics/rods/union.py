"""The lumen of many vessels as a distance: cones, smooth unions where they meet, walls where they do not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from angiosuite.kit.errors import WrongUse

__all__ = ["MEET", "NEVER", "YOUNG", "Lines", "Tree", "cone", "matter", "union"]

Floats = NDArray[np.float64]

#: Width over which two vessels that meet are rounded, as a share of the narrower one, and at most, mm.
ROUND, ROUND_MM = 0.2, 0.6
#: Widths after which rounding is nothing.
WIDTHS = 6.0
WALL_MM = 0.5
"""Between the lumens of a vessel and one that only runs past it."""
MEET, YOUNG, NEVER = 0, 1, 2
"""How two vessels open into each other: wherever they touch, only where one of them begins, nowhere."""
WIDER = 2.0
"""How many times as wide a vessel is that keeps another out."""


@dataclass(frozen=True, slots=True, eq=False)
class Lines:
    """Centre lines of many vessels, one after the other.

    Attributes
    ----------
    points : float64 (n, 4)
        Points and radii, mm.
    of : int32 (n,)
        Vessel of each.
    arc_mm : float64 (n,)
        Where along it.
    """

    points: Floats
    of: NDArray[np.int32]
    arc_mm: Floats

    @classmethod
    def joined(cls, lines: Sequence[Floats]) -> Lines:
        """Of points and radii (points, 4) of each vessel."""
        if not lines or any(len(one) < 2 for one in lines):
            raise WrongUse("A lumen needs vessels of two points or more", code="no-lumen", value=len(lines))
        points = np.ascontiguousarray(np.concatenate(lines), np.float64)
        of = np.repeat(np.arange(len(lines), dtype=np.int32), [len(one) for one in lines])
        arcs = [
            np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(one[:, :3], axis=0), axis=1))])
            for one in lines
        ]
        return cls(points, of, np.concatenate(arcs))


class Tree(NamedTuple):
    """Centre lines as kernels see them."""

    points: NDArray  # float64 (n, 4): points and radii
    of: NDArray  # int32 (n,): vessel of each
    apart: NDArray  # int8 (vessels, vessels): `MEET`, `YOUNG` or `NEVER`; none where all meet
    young: NDArray  # bool (n,): near where its vessel begins


@njit(cache=True, nogil=True, error_model="numpy")
def cone(points: NDArray, s: int, px: float, py: float, pz: float) -> tuple[float, float]:
    """Radius less distance at a point, mm, and where along the segment, 0 to 1."""
    ux, uy, uz = (
        points[s + 1, 0] - points[s, 0],
        points[s + 1, 1] - points[s, 1],
        points[s + 1, 2] - points[s, 2],
    )
    wx, wy, wz = px - points[s, 0], py - points[s, 1], pz - points[s, 2]
    q = (wx * ux + wy * uy + wz * uz) / max(ux * ux + uy * uy + uz * uz, 1e-18)
    q = min(max(q, 0.0), 1.0)
    dx, dy, dz = wx - q * ux, wy - q * uy, wz - q * uz
    return points[s, 3] + q * (points[s + 1, 3] - points[s, 3]) - np.sqrt(dx * dx + dy * dy + dz * dz), q


@njit(cache=True, nogil=True, error_model="numpy")
def union(
    tree: Tree, listed: NDArray, count: int, px: float, py: float, pz: float, own: NDArray
) -> tuple[float, int]:
    """Distance in the union of vessels, and the nearest of the segments listed, vessel by vessel."""
    points, of = tree.points, tree.of
    best, segment = -1e9, -1
    for n in range(count):
        own[n], _ = cone(points, listed[n], px, py, pz)
        if own[n] > best:
            best, segment = own[n], listed[n]
    if count == 0 or of[listed[0]] == of[listed[count - 1]]:
        return best, segment
    if len(tree.apart) > 0 and best > -WALL_MM:
        best, segment = _walled(tree, listed, count, own)
    total, n = 0.0, 0
    while n < count:
        vessel, most, radius, other = of[listed[n]], -1e9, 0.0, listed[n]
        while n < count and of[listed[n]] == vessel:
            if own[n] > most:
                most, radius, other = own[n], points[listed[n], 3], listed[n]
            n += 1
        if vessel != of[segment] and not _split(tree, other, segment):
            width = min(ROUND * min(radius, points[segment, 3]), ROUND_MM)
            if most - best > -WIDTHS * width:
                total = max(total, width * np.log(1.0 + np.exp((most - best) / width)))
    return best + total, segment


@njit(cache=True, nogil=True, error_model="numpy")
def _split(tree: Tree, a: int, b: int) -> bool:
    """Whether two segments do not open into each other."""
    if len(tree.apart) == 0:
        return False
    told = tree.apart[tree.of[a], tree.of[b]]
    return told == NEVER or (told == YOUNG and not (tree.young[a] or tree.young[b]))


@njit(cache=True, nogil=True, error_model="numpy")
def _walled(tree: Tree, listed: NDArray, count: int, own: NDArray) -> tuple[float, int]:
    """Keep a vessel out of a much wider one that it has nothing to do with; then the nearest of all."""
    points = tree.points
    for n in range(count):
        if own[n] < -WALL_MM:
            continue
        for m in range(count):
            a, b = listed[n], listed[m]
            if own[m] <= -WALL_MM - own[n] or points[b, 3] <= WIDER * points[a, 3]:
                continue
            if _split(tree, a, b):
                own[n] = -own[m] - WALL_MM
    best, segment = -1e9, -1
    for n in range(count):
        if own[n] > best:
            best, segment = own[n], listed[n]
    return best, segment


@njit(cache=True, nogil=True, error_model="numpy")
def matter(
    points: NDArray, lists: NDArray, first: int, last: int, mx: float, my: float, mz: float, reach: float,
    own: NDArray, listed: NDArray,
) -> tuple[int, float]:  # fmt: skip
    """Write into `listed` the segments that can matter near a middle: how many, and the distance there."""
    best, count = -1e9, 0
    for n in range(first, last):
        own[n - first], _ = cone(points, lists[n], mx, my, mz)
        best = max(best, own[n - first])
    for n in range(first, last):
        s = lists[n]
        if own[n - first] > best - 2.0 * reach - 2.0 * WALL_MM - WIDTHS * min(
            ROUND * max(points[s, 3], points[s + 1, 3]), ROUND_MM
        ):
            listed[count] = s
            count += 1
    return count, best
