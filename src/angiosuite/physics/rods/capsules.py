"""A lumen as a chain of cones along a centre line: for single tubes and tests."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

__all__ = ["gap_in_capsules"]

#: Segments beside the last one that are looked at first.
NEAR = 2


@njit(cache=True, nogil=True, error_model="numpy", boundscheck=False)
def gap_in_capsules(
    px: float, py: float, pz: float, wall: NDArray, hint: int
) -> tuple[float, float, float, float, int]:
    """Distance to the wall, mm, positive inside; the unit normal inward; the segment it was found at.

    `wall` is float64 (points, 4): centre line and radius. The search goes on as long as the segment that is
    found lies at the end of what was looked at.
    """
    segments = wall.shape[0] - 1
    at = max(min(hint, segments - 1), 0)
    first, last = max(at - NEAR, 0), min(at + NEAR, segments - 1)
    best, found = -1e9, at
    bx, by, bz, bo = 0.0, 0.0, 0.0, 1.0
    low, high = first, last
    while True:
        for s in range(first, last + 1):
            ux, uy, uz = wall[s + 1, 0] - wall[s, 0], wall[s + 1, 1] - wall[s, 1], wall[s + 1, 2] - wall[s, 2]
            wx, wy, wz = px - wall[s, 0], py - wall[s, 1], pz - wall[s, 2]
            q = (wx * ux + wy * uy + wz * uz) / (ux * ux + uy * uy + uz * uz)
            q = min(max(q, 0.0), 1.0)
            dx, dy, dz = wx - q * ux, wy - q * uy, wz - q * uz
            off = np.sqrt(dx * dx + dy * dy + dz * dz)
            gap = wall[s, 3] + q * (wall[s + 1, 3] - wall[s, 3]) - off
            if gap > best:
                best, found = gap, s
                bx, by, bz, bo = dx, dy, dz, off
        if found == high and high < segments - 1:
            first, last = high + 1, min(high + NEAR, segments - 1)
            high = last
        elif found == low and low > 0:
            first, last = max(low - NEAR, 0), low - 1
            low = first
        else:
            break
    per = -1.0 / max(bo, 1e-12)
    return best, per * bx, per * by, per * bz, found
