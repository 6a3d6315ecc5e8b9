"""Which vessel a point lies in, and where along it: what is asked of the walls besides the distance."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from angiosuite.physics.rods.bricks import NUMBER, coded
from angiosuite.physics.rods.lumen import NO_WALL_N_MM2
from angiosuite.physics.rods.union import cone

__all__ = ["Seen", "find_directions", "find_places", "find_pressed", "measure"]


MOST_N = 5.0
"""Most that a node pushes a vessel aside with, N: beyond it tissue holds however hard it is pressed."""


class Seen(NamedTuple):
    """What of the walls does not change, as kernels see it."""

    origin: NDArray  # of the bricks, see `Bricks`
    cell: float
    place: NDArray
    begins: NDArray
    near: NDArray
    points: NDArray  # of the lines, see `Lines`
    of: NDArray
    arc: NDArray
    follows: NDArray  # of each vessel
    share: NDArray  # of each point
    stiff: NDArray  # of each vessel
    rub: NDArray
    first: NDArray  # of the foundation, see `add_moved`
    edges: NDArray
    step_mm: NDArray
    most: int  # segments by a brick


@njit(cache=True, nogil=True, error_model="numpy")
def measure(px: float, py: float, pz: float, seen: Seen, deep: NDArray) -> tuple[int, float, float, int, int]:
    """The segment that a point is deepest in (-1 far from all), where on it, how deep; the brick's list.

    How deep it is in each of the list, mm, and where on each, are written into `deep` (`most`, 2).
    """
    code = coded(px, py, pz, seen.origin, seen.cell, seen.place)
    if code < 0:
        return -1, 0.0, 0.0, 0, 0
    n = code & NUMBER
    best, segment, along = -1e9, -1, 0.0
    begin, last = seen.begins[n], seen.begins[n + 1]
    for m in range(begin, last):
        gap, q = cone(seen.points, seen.near[m], px, py, pz)
        deep[m - begin, 0], deep[m - begin, 1] = gap, q
        if gap > best:
            best, segment, along = gap, seen.near[m], q
    return segment, along, best, begin, last


@njit(cache=True, nogil=True, error_model="numpy")
def find_places(x: NDArray, seen: Seen, vessel: NDArray, at_mm: NDArray) -> None:
    """Vessel of each point at rest, -1 far from all, and where along it."""
    of, arc, deep = seen.of, seen.arc, np.empty((seen.most, 2))
    for i in range(len(x)):
        s, q, _, _, _ = measure(x[i, 0], x[i, 1], x[i, 2], seen, deep)
        vessel[i], at_mm[i] = -1, 0.0
        if s >= 0:
            vessel[i], at_mm[i] = of[s], arc[s] + q * (arc[s + 1] - arc[s])


@njit(cache=True, nogil=True, error_model="numpy")
def find_pressed(
    x: NDArray, shift: NDArray, nodes: int, wall: NDArray, pressed: NDArray, inward: NDArray, seen: Seen,
    vessel: NDArray, at_mm: NDArray, force: NDArray,
) -> None:  # fmt: skip
    """Vessel of each node that presses on a wall, -1 for others, where along it, and its force on it, N."""
    of, arc, deep = seen.of, seen.arc, np.empty((seen.most, 2))
    for i in range(nodes):
        vessel[i], at_mm[i] = -1, 0.0
        for c in range(3):
            force[i, c] = -min(pressed[i], MOST_N) * inward[i, c]
        if pressed[i] == 0.0 or wall[i] < NO_WALL_N_MM2:
            continue
        px, py, pz = x[i, 0] - shift[i, 0], x[i, 1] - shift[i, 1], x[i, 2] - shift[i, 2]
        s, q, _, _, _ = measure(px, py, pz, seen, deep)
        if s >= 0:
            vessel[i], at_mm[i] = of[s], arc[s] + q * (arc[s + 1] - arc[s])


@njit(cache=True, nogil=True, error_model="numpy")
def find_directions(
    vessel: NDArray, at_mm: NDArray, nodes: int, points: NDArray, arc: NDArray, begin: NDArray, along: NDArray
) -> None:
    """Direction of vessels at arc lengths."""
    for i in range(nodes):
        v = vessel[i]
        if v < 0:
            along[i] = 0.0
            continue
        low, high = begin[v], begin[v + 1] - 1
        while high - low > 1:
            middle = (low + high) // 2
            if arc[middle] <= at_mm[i]:
                low = middle
            else:
                high = middle
        size = 0.0
        for c in range(3):
            along[i, c] = points[low + 1, c] - points[low, c]
            size += along[i, c] ** 2
        for c in range(3):
            along[i, c] /= max(np.sqrt(size), 1e-12)
