"""The course of an instrument as it is drawn: a smooth curve through its nodes, cut where it is made anew."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

__all__ = ["lay_out"]

#: A piece leaves the curve by no more than this, mm, a tenth of a pixel; and is no longer than that, mm.
OFF_MM, LONGEST_MM = 0.03, 9.0
#: Most pieces between two given nodes, and the turn of one, rad.
MOST_PARTS, MOST_TURN = 12, 0.2
#: Given nodes that are closer than this are one, mm, and so are cuts.
_SAME_NODE_MM, _SAME_MM = 0.02, 1e-6


@njit(cache=True, nogil=True, error_model="numpy")
def _kept_arcs(points: NDArray, arc: NDArray, out: NDArray) -> int:
    """Arc lengths at which a curve through `points` is cut into pieces that are nearly straight."""
    n = len(points)
    turn = np.zeros(n)
    for i in range(1, n - 1):
        dot, a, b = 0.0, 0.0, 0.0
        for k in range(3):
            u, v = points[i, k] - points[i - 1, k], points[i + 1, k] - points[i, k]
            dot, a, b = dot + u * v, a + u * u, b + v * v
        turn[i] = np.arccos(min(max(dot / np.sqrt(a * b), -1.0), 1.0))
    out[0], count, turned = 0.0, 1, 0.0
    for i in range(n - 1):
        most = max(turn[i], turn[i + 1])
        # a chord of length l that stands for a turn by a leaves its arc by l a / 8
        bowed = np.sqrt((arc[i + 1] - arc[i]) * most / (8.0 * OFF_MM))
        parts = min(max(int(np.ceil(max(bowed, most / MOST_TURN))), 1), MOST_PARTS)
        for part in range(1, parts):
            out[count] = arc[i] + (arc[i + 1] - arc[i]) * part / parts
            count += 1
        turned += turn[i + 1]
        far = arc[min(i + 2, n - 1)] - out[count - 1]
        ahead = turned + turn[min(i + 2, n - 1)]
        if i + 1 < n - 1 and parts == 1 and far * ahead < 8.0 * OFF_MM and far < LONGEST_MM:
            continue
        out[count], turned = arc[i + 1], 0.0
        count += 1
    return count


@njit(cache=True, nogil=True, error_model="numpy")
def _tangents(points: NDArray, arc: NDArray, out: NDArray) -> None:
    """Derivative by arc length at each node: that of the parabola through it and its neighbours."""
    n = len(points)
    for k in range(3):
        for i in range(1, n - 1):
            before, after = arc[i] - arc[i - 1], arc[i + 1] - arc[i]
            a, b = (points[i, k] - points[i - 1, k]) / before, (points[i + 1, k] - points[i, k]) / after
            out[i, k] = (a * after + b * before) / (before + after)
        out[0, k] = (points[1, k] - points[0, k]) / (arc[1] - arc[0])
        out[n - 1, k] = (points[n - 1, k] - points[n - 2, k]) / (arc[n - 1] - arc[n - 2])


@njit(cache=True, nogil=True, error_model="numpy")
def lay_out(
    given: NDArray,  # float64 (n, 3): from the skin to the tip, mm
    borders: NDArray,  # float64 (borders,): where its make changes, mm from the tip, ascending
    cuts: NDArray,  # float64 (cuts,): further arc lengths from the skin to cut at, mm, ascending
    nodes: NDArray,  # float64 (room, 3); written from `used` on
    arcs: NDArray,  # float64 (room,): mm from the skin; written
    make: NDArray,  # int64 (room,): number of the stretch between a node and the next, -1 at the tip; written
    used: int,
) -> int:
    """Lay the pieces of one instrument's picture; how many nodes are used by now.

    **Model** a cubic through the nodes with the tangents of neighbouring parabolas (Catmull and Rom, for
    uneven spacing), cut so that no piece leaves it by more than 0.03 mm; what is nearly straight becomes one
    piece up to 9 mm long. Stretches are told by arc length from the tip, measured along the given nodes.
    **Source** Catmull and Rom, in Computer Aided Geometric Design (1974) 317.
    **Valid for** nodes no further apart than the curve's radius; as much room as `room_for` says.
    Held by ``tests/physics/xray/test_instrument_shadow.py``.
    """
    points, arc, count = np.empty_like(given), np.empty(len(given)), 0
    for i in range(len(given)):
        step = 0.0
        if count > 0:
            for k in range(3):
                step += (given[i, k] - points[count - 1, k]) ** 2
            step = np.sqrt(step)
            if step <= _SAME_NODE_MM:
                continue
        points[count] = given[i]
        arc[count] = step if count == 0 else arc[count - 1] + step
        count += 1
    if count < 2:
        return used
    points, arc = points[:count], arc[:count]
    slopes, kept = np.empty_like(points), np.empty(MOST_PARTS * count)
    _tangents(points, arc, slopes)
    number, length = _kept_arcs(points, arc, kept), arc[count - 1]
    stretch = len(borders)
    while stretch > 0 and borders[stretch - 1] >= length:
        stretch -= 1
    i, at, cut, interval = 0, -1.0, 0, 0
    while cut < len(cuts) and cuts[cut] <= _SAME_MM:
        cut += 1
    while i < number:
        here = kept[i]
        border = length - borders[stretch - 1] if stretch > 0 else np.inf
        other = cuts[cut] if cut < len(cuts) else np.inf
        if border <= here:
            here = border
            stretch -= 1
        if other <= here:
            here = other
            cut += 1
        if kept[i] <= here:
            i += 1
        if here > length:
            break
        if here - at <= _SAME_MM:
            make[used - 1] = stretch
            continue
        at = here
        while interval < count - 2 and arc[interval + 1] < here:
            interval += 1
        h = arc[interval + 1] - arc[interval]
        t = (here - arc[interval]) / h
        a, b = (1.0 + 2.0 * t) * (1.0 - t) ** 2, t * (1.0 - t) ** 2 * h
        c, d = t * t * (3.0 - 2.0 * t), t * t * (t - 1.0) * h
        for k in range(3):
            first, last = points[interval, k], points[interval + 1, k]
            nodes[used, k] = a * first + b * slopes[interval, k] + c * last + d * slopes[interval + 1, k]
        arcs[used], make[used] = here, stretch
        used += 1
    make[used - 1] = -1
    return used


def room_for(points: int, borders: int, cuts: int) -> int:
    """Nodes that a course may take at most."""
    return MOST_PARTS * points + borders + cuts + 1
