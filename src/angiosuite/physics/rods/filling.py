"""What is in a brick: the union of vessels at its knots, and whether a coarser brick would do."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from angiosuite.physics.rods.bricks import PER_MM, RADII_MM, in_brick
from angiosuite.physics.rods.spline import CELLS, KNOTS
from angiosuite.physics.rods.union import Tree, matter, union

__all__ = ["LISTED", "OUTSIDE_MM", "fill"]

#: How far beyond a wall distances are told, mm: a node that a jerk threw out finds its way back.
OUTSIDE_MM = 6.0
#: About the wall, outside and inside, a coarse brick is held to the true distance within `CLOSE_MM`, mm.
BEYOND_MM, WITHIN_MM, CLOSE_MM = 1.25, 3.0, 0.015
SAMPLES = KNOTS + 2
#: Samples a side of the parts of a brick that are baked together, and parts a side.
PART, SIDE = 4, SAMPLES // 4
#: Segments that a brick lists at most.
LISTED = 64
#: Least radius that a brick is bent by, mm: less, and what is kept leaves 16 bits.
LEAST_MM = 0.7


@njit(cache=True, nogil=True, error_model="numpy")
def fill(
    begin: int, end: int, at: NDArray, root: NDArray, above: NDArray, begins: NDArray, lists: NDArray,
    tree: Tree, origin: NDArray, cell: float, coarse: NDArray, coarse_row: NDArray, knots: NDArray,
    row: NDArray, near: NDArray, nears: NDArray,
) -> None:  # fmt: skip
    """Bake the bricks of a batch; those that the coarse ones above them tell well enough are left out."""
    points, longest = tree.points, 0
    for n in range(begin, end):
        longest = max(longest, begins[root[n] + 1] - begins[root[n]])
    own, listed, some = np.empty(longest), np.empty(longest, np.int64), np.empty(longest, np.int64)
    raw, part = np.empty((SAMPLES, SAMPLES, SAMPLES)), np.empty((SAMPLES, SAMPLES, SAMPLES))
    best = np.empty((SAMPLES, SAMPLES, SAMPLES), np.int64)
    top = len(coarse) == 0
    for n in range(begin, end):
        x0, y0, z0 = (
            origin[0] + at[n, 0] * CELLS * cell,
            origin[1] + at[n, 1] * CELLS * cell,
            origin[2] + at[n, 2] * CELLS * cell,
        )
        half = 0.5 * CELLS * cell
        count, middle = matter(
            points, lists, begins[root[n]], begins[root[n] + 1], x0 + half, y0 + half, z0 + half,
            1.7321 * 0.5 * (SAMPLES - 1) * cell, own, listed,
        )  # fmt: skip
        far = 1.7321 * half
        if not top and (middle + far < -BEYOND_MM or middle - far > WITHIN_MM):
            continue
        if not top and _told(
            tree, listed, count, x0, y0, z0, cell, coarse, above[n], RADII_MM[coarse_row[above[n]]], at[n],
            own, some,
        ):  # fmt: skip
            continue
        within, radius = -1e9, 0.0
        for block in range(SIDE**3):
            i0, j0, k0 = block // SIDE**2 * PART, block // SIDE % SIDE * PART, block % SIDE * PART
            few, _ = matter(
                points, listed, 0, count, x0 + (i0 + 0.5 * PART - 2.0) * cell,
                y0 + (j0 + 0.5 * PART - 2.0) * cell, z0 + (k0 + 0.5 * PART - 2.0) * cell,
                0.867 * (PART - 1) * cell, own, some,
            )  # fmt: skip
            for i in range(i0, i0 + PART):
                for j in range(j0, j0 + PART):
                    for k in range(k0, k0 + PART):
                        value, s = union(
                            tree, some, few, x0 + (i - 1.5) * cell, y0 + (j - 1.5) * cell,
                            z0 + (k - 1.5) * cell, own,
                        )  # fmt: skip
                        raw[i, j, k], best[i, j, k] = value, s
                        within = max(within, value)
                        if value > -BEYOND_MM:
                            radius = max(radius, max(points[s, 3], points[s + 1, 3]))
        if top and within < -OUTSIDE_MM:
            continue
        wanted = max(radius, within) if radius > 0.0 else LEAST_MM
        which = int(np.ceil(64.0 * np.log2(max(wanted, LEAST_MM) / RADII_MM[0])))
        which = min(which, len(RADII_MM) - 1)
        row[n] = which
        _knots(raw, part, RADII_MM[which], knots[n])
        for i in range(SAMPLES):
            for j in range(SAMPLES):
                for k in range(SAMPLES):
                    s, known = best[i, j, k], False
                    for m in range(nears[n]):
                        known = known or near[n, m] == s
                    if not known and nears[n] < LISTED:
                        near[n, nears[n]] = s
                        nears[n] += 1
        near[n, : nears[n]].sort()


@njit(cache=True, nogil=True, error_model="numpy")
def _told(
    tree: Tree, listed: NDArray, count: int, x0: float, y0: float, z0: float, cell: float,
    coarse: NDArray, above: int, radius: float, at: NDArray, own: NDArray, some: NDArray,
) -> bool:  # fmt: skip
    """Whether the coarse brick tells the distance at the middles of every second cell near the wall."""
    half = CELLS // 2
    left, front, low = (at[0] & 1) * half, (at[1] & 1) * half, (at[2] & 1) * half
    for block in range(8):
        i0, j0, k0 = block // 4 * PART, block // 2 % 2 * PART, block % 2 * PART
        few, middle = matter(
            tree.points, listed, 0, count, x0 + (i0 + 0.5 * PART) * cell, y0 + (j0 + 0.5 * PART) * cell,
            z0 + (k0 + 0.5 * PART) * cell, 0.867 * PART * cell, own, some,
        )  # fmt: skip
        if middle + 0.867 * PART * cell < -BEYOND_MM or middle - 0.867 * PART * cell > WITHIN_MM:
            continue
        for i in range(i0, i0 + PART):
            for j in range(j0, j0 + PART):
                for k in range(k0 + (i + j) % 2, k0 + PART, 2):
                    x, y, z = i + 0.5, j + 0.5, k + 0.5
                    g, _ = union(tree, some, few, x0 + x * cell, y0 + y * cell, z0 + z * cell, own)
                    if -BEYOND_MM < g < WITHIN_MM:
                        h, _, _, _ = in_brick(left + 0.5 * x, front + 0.5 * y, low + 0.5 * z, coarse, above)
                        if abs(h / PER_MM - (g - g * g / (2.0 * radius))) > CLOSE_MM:
                            return False
    return True


@njit(cache=True, nogil=True, error_model="numpy")
def _knots(raw: NDArray, part: NDArray, radius: float, knots: NDArray) -> None:
    """Coefficients, in steps, whose spline has the samples' value to third order; spoils `raw`."""
    n = SAMPLES
    for i in range(n):
        for j in range(n):
            for k in range(n):
                raw[i, j, k] -= raw[i, j, k] * raw[i, j, k] / (2.0 * radius)
    for i in range(1, n - 1):
        for j in range(n):
            for k in range(n):
                part[i, j, k] = 1.25 * raw[i, j, k] - 0.125 * (raw[i - 1, j, k] + raw[i + 1, j, k])
    for i in range(1, n - 1):
        for j in range(1, n - 1):
            for k in range(n):
                raw[i, j, k] = 1.25 * part[i, j, k] - 0.125 * (part[i, j - 1, k] + part[i, j + 1, k])
    for i in range(1, n - 1):
        for j in range(1, n - 1):
            for k in range(1, n - 1):
                value = 1.25 * raw[i, j, k] - 0.125 * (raw[i, j, k - 1] + raw[i, j, k + 1])
                knots[i - 1, j - 1, k - 1] = int(np.rint(min(max(PER_MM * value, -32767.0), 32767.0)))
