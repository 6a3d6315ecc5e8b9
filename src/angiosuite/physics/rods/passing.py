"""Whether a chain goes through a wall between two places where it lies in a lumen."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from angiosuite.physics.rods.line import Line
from angiosuite.physics.rods.lumen import NO_WALL_N_MM2, Lumen, gap_of

__all__ = ["CUT_MM", "cuts_through", "leapt", "lie_with_an_end", "went_through"]

CUT_MM = 0.3
"""How much deeper in a wall than at both ends a way may lead, mm."""
PACE_MM = 0.4
"""Between the places that are looked at."""
CUT_EDGE_MM = 0.8
"""Edges that are no longer are not cut in two."""
LEAP_MM = 3.0
"""How far a node may go in a step, mm: what leaps farther has a way between that the step did not see, and
may come to lie where no force would have brought it."""


@njit(cache=True, nogil=True, error_model="numpy", boundscheck=False)
def _gap(lumen: Lumen, px: float, py: float, pz: float, hint: int) -> float:
    """Distance to the wall at a point of the wall at rest, mm."""
    gap, _, _, _, _ = gap_of(px, py, pz, lumen, False, hint)
    return float(gap)


@njit(cache=True, nogil=True, error_model="numpy", boundscheck=False)
def leapt(nodes: int, line: Line, before: NDArray) -> bool:
    """Whether a node within walls leapt from `before` (nodes, 3)."""
    x = line.x
    for i in range(2, nodes):
        far = 0.0
        for c in range(3):
            far += (x[i, c] - before[i, c]) ** 2
        if far > LEAP_MM * LEAP_MM and line.wall[i] >= NO_WALL_N_MM2:
            return True
    return False


@njit(cache=True, nogil=True, error_model="numpy", boundscheck=False)
def went_through(nodes: int, line: Line, lumen: Lumen, before: NDArray) -> bool:
    """Whether a node's straight way from `before` (nodes, 3) leads through a wall.

    A distance changes by no more than the way: what is far enough from all walls is not looked at.
    """
    x, shift, gap, outer, hint = line.x, line.shift, line.gap, line.outer, line.hint
    for i in range(2, nodes):
        if line.wall[i] < NO_WALL_N_MM2:
            continue
        far = 0.0
        for c in range(3):
            far += (x[i, c] - before[i, c]) ** 2
        if far < 4.0 * CUT_MM * CUT_MM or (gap[i] > 0.0 and gap[i] * gap[i] > far):
            continue
        far = np.sqrt(far)
        px, py, pz = before[i, 0] - shift[i, 0], before[i, 1] - shift[i, 1], before[i, 2] - shift[i, 2]
        dx, dy, dz = x[i, 0] - before[i, 0], x[i, 1] - before[i, 1], x[i, 2] - before[i, 2]
        deep = min(min(gap[i], _gap(lumen, px, py, pz, hint[i]) - outer[i]), 0.0) - CUT_MM
        parts = int(np.ceil(far / PACE_MM))
        for j in range(1, parts):
            s = j / parts
            if _gap(lumen, px + s * dx, py + s * dy, pz + s * dz, hint[i]) - outer[i] < deep:
                return True
    return False


@njit(cache=True, nogil=True, error_model="numpy", boundscheck=False)
def cuts_through(first: int, nodes: int, line: Line, lumen: Lumen) -> tuple[int, float]:
    """The first edge from `first` on whose middle lies in a wall though its ends do not, -1 where none does;
    the distance there, mm."""
    if lumen.place.shape[0] == 0 and lumen.tube.shape[0] < 2:
        return -1, 0.0
    x, shift, gap, outer = line.x, line.shift, line.gap, line.outer
    for e in range(first, nodes - 1):
        long = line.rest[e]
        if long < CUT_EDGE_MM or max(gap[e], gap[e + 1]) > 0.5 * long:
            continue
        if min(line.wall[e], line.wall[e + 1]) < NO_WALL_N_MM2:
            continue
        middle = _gap(
            lumen,
            0.5 * (x[e, 0] + x[e + 1, 0] - shift[e, 0] - shift[e + 1, 0]),
            0.5 * (x[e, 1] + x[e + 1, 1] - shift[e, 1] - shift[e + 1, 1]),
            0.5 * (x[e, 2] + x[e + 1, 2] - shift[e, 2] - shift[e + 1, 2]),
            line.hint[e],
        )
        if middle - max(outer[e], outer[e + 1]) < min(min(gap[e], gap[e + 1]), 0.0) - CUT_MM:
            return e, middle - max(outer[e], outer[e + 1])
    return -1, 0.0


@njit(cache=True, nogil=True, error_model="numpy", boundscheck=False)
def lie_with_an_end(i: int, line: Line, lumen: Lumen) -> None:
    """Give a node that was just born in an edge the wall of that end with whose it lies farther inside.

    Ends may lie in vessels that are pushed aside differently; half way between the two there is no wall.
    """
    x, shift = line.x, line.shift
    for end in (i - 1, i + 1):
        gap = line.gap[i]
        own = _gap(
            lumen, x[i, 0] - shift[end, 0], x[i, 1] - shift[end, 1], x[i, 2] - shift[end, 2], line.hint[i]
        )
        if own - line.outer[i] > gap:
            line.gap[i] = own - line.outer[i]
            for c in range(3):
                shift[i, c] = shift[end, c]
