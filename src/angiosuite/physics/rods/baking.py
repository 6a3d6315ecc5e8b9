"""Making the bricks of a lumen: the smooth union of vessels, in cells as coarse as it allows."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from angiosuite.kit.errors import WrongUse
from angiosuite.physics.rods.bricks import (
    LEVEL_BITS,
    LEVELS,
    NUMBER_BITS,
    PER_MM,
    RADII_MM,
    Bricks,
    in_brick,
)
from angiosuite.physics.rods.spline import CELLS, KNOTS
from angiosuite.physics.rods.union import Lines, cone, matter, union

__all__ = ["VERSION", "bake"]

Floats = NDArray[np.float64]

VERSION = 2
"""Of what is baked: raise it when the same lines give other bricks."""
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
#: Bricks that one thread takes at a time.
BATCH = 64
OCTANTS = np.stack(np.meshgrid([0, 1], [0, 1], [0, 1], indexing="ij"), axis=-1).reshape(-1, 3)


def bake(
    lines: Sequence[Floats],
    cell_mm: float = 0.5,
    apart: NDArray[np.int8] | None = None,
    young_mm: Floats | None = None,
    threads: int | None = None,
) -> Bricks:
    """The lumen of many vessels.

    Parameters
    ----------
    lines : sequence of float64 (points, 4)
        Centre line and radius of each, mm.
    cell_mm : float
        Of the finest bricks.
    apart : int8 (vessels, vessels), optional
        Which of them open into each other where they touch: `MEET`, `YOUNG`, `NEVER`; None: all do.
    young_mm : float64 (vessels,), optional
        How far from where it begins each still is young.
    threads : int, optional
        How many work at it; the bricks are the same with any number.

    Notes
    -----
    **Model** within a vessel the distance to the nearest of its cones; where vessels meet, a smooth union
    (log-sum-exp) rounds the rim over a fifth of the narrower one's radius. Where vessels cross that are `apart` and one is
    twice as wide, it keeps its lumen, and the narrower ends half a millimetre before it. Bricks of the coarsest cells hold all
    that is within 6 mm of a vessel; where they miss the distance near the wall by more than `CLOSE_MM` finer ones
    take their place. Held by ``tests/physics/rods/test_bricks.py``.
    """
    joined = Lines.joined(lines)
    points, of = joined.points, joined.of
    split = np.zeros((0, 0), np.int8) if apart is None else np.ascontiguousarray(apart, np.int8)
    fresh = np.zeros(len(of), np.bool_) if young_mm is None else joined.arc_mm < np.asarray(young_mm)[of]
    segments = np.flatnonzero(of[1:] == of[:-1])
    brick_mm = CELLS * cell_mm * 2 ** (LEVELS - 1)
    wide = points[:, 3].max() + OUTSIDE_MM
    origin = points[:, :3].min(axis=0) - wide
    shape = np.ceil((points[:, :3].max(axis=0) + wide - origin) / brick_mm).astype(np.int64)
    counts = np.zeros(tuple(shape), np.int64)
    _claim(points, segments, origin, brick_mm, counts)
    at = np.argwhere(counts > 0)
    begins = np.concatenate([[0], np.cumsum(counts[tuple(at.T)])])
    number = np.full(tuple(shape), -1, np.int64)
    number[tuple(at.T)] = np.arange(len(at))
    lists, filled = np.zeros(int(begins[-1]), np.int64), begins[:-1].copy()
    _collect(points, segments, origin, brick_mm, number, filled, lists)
    root = above = np.arange(len(at))
    levels: list[_Level] = []
    with ThreadPoolExecutor(threads or os.cpu_count() or 1) as pool:
        for level in range(LEVELS - 1, -1, -1):
            made, coarse = _Level.empty(at), levels[-1] if levels else _Level.empty(at[:0])
            jobs = [
                pool.submit(
                    _fill, a, min(a + BATCH, len(at)), at, root, above, begins, lists, points, of, split, fresh, origin,
                    cell_mm * 2**level, coarse.knots, coarse.row, made.knots, made.row, made.near, made.nears,
                )
                for a in range(0, len(at), BATCH)
            ]  # fmt: skip
            for job in jobs:
                job.result()
            levels.append(made)
            above = np.repeat(np.flatnonzero(made.row >= 0), 8)
            root = root[above]
            at = 2 * at[above] + np.tile(OCTANTS, (len(above) // 8, 1))
    return _laid(levels, origin, cell_mm, tuple(int(n) for n in shape))


@dataclass(frozen=True, slots=True, eq=False)
class _Level:
    """Bricks of one size: where, what is in them, and the row of their radius, -1 where a coarser one will do."""

    at: NDArray[np.int64]
    knots: NDArray[np.int16]
    row: NDArray[np.int32]
    near: NDArray[np.int32]
    nears: NDArray[np.int64]

    @classmethod
    def empty(cls, at: NDArray[np.int64]) -> _Level:
        """Nothing in them yet."""
        n = len(at)
        knots, near = np.zeros((n, KNOTS, KNOTS, KNOTS), np.int16), np.zeros((n, LISTED), np.int32)
        return cls(at, knots, np.full(n, -1, np.int32), near, np.zeros(n, np.int64))


def _laid(levels: Sequence[_Level], origin: Floats, cell_mm: float, shape: tuple[int, ...]) -> Bricks:
    """The bricks in their places, the finest that there is in each; from the coarsest level to the finest."""
    wide = 2 ** (LEVELS - 1)
    place = np.full(tuple(wide * n for n in shape), -1, np.int32)
    first = 0
    for one, level in zip(levels, range(LEVELS - 1, -1, -1), strict=True):
        kept = np.flatnonzero(one.row >= 0)
        side = 2**level
        for n, (i, j, k) in zip(kept, one.at[kept] * side, strict=True):
            place[i : i + side, j : j + side, k : k + side] = first + n
        first += len(one.at)
    used = np.unique(place[place >= 0])
    if len(used) >= 1 << NUMBER_BITS:
        raise WrongUse("A lumen has too many bricks", code="lumen-too-large", value=len(used))
    level_of = np.repeat(np.arange(LEVELS - 1, -1, -1), [len(one.at) for one in levels])
    row = np.concatenate([one.row for one in levels])
    code = np.full(first, -1, np.int64)
    code[used] = np.arange(len(used)) | level_of[used] << NUMBER_BITS | row[used] << (NUMBER_BITS + LEVEL_BITS)
    filled = place >= 0
    place[filled] = code[place[filled]]
    nears = np.concatenate([one.nears for one in levels])[used]
    near = np.concatenate([one.near for one in levels])[used]
    knots = np.concatenate([one.knots for one in levels])[used]
    return Bricks(
        origin, cell_mm, place, np.concatenate([knots, np.zeros_like(knots, shape=(1, *knots.shape[1:]))]),
        np.concatenate([[0], np.cumsum(nears)]), near[np.arange(LISTED) < nears[:, None]],
    )  # fmt: skip


@njit(cache=True, nogil=True)
def _reach(points: NDArray, s: int, origin: NDArray, brick: float, shape: tuple, low: NDArray, high: NDArray) -> None:
    """Bricks that a segment may matter to: `low` to `high`, the last one not included."""
    wide = max(points[s, 3], points[s + 1, 3]) + OUTSIDE_MM
    for c in range(3):
        a, b = min(points[s, c], points[s + 1, c]) - wide, max(points[s, c], points[s + 1, c]) + wide
        low[c] = max(int(np.floor((a - origin[c]) / brick)), 0)
        high[c] = min(int(np.floor((b - origin[c]) / brick)) + 1, shape[c])


@njit(cache=True, nogil=True)
def _near_brick(points: NDArray, s: int, i: int, j: int, k: int, origin: NDArray, brick: float) -> bool:
    """Whether some of a brick can lie within the segment's wall and what is kept beside it."""
    gap, _ = cone(
        points, s, origin[0] + (i + 0.5) * brick, origin[1] + (j + 0.5) * brick, origin[2] + (k + 0.5) * brick
    )
    return gap > -OUTSIDE_MM - 1.1 * brick  # half its diagonal and the knots beyond it


@njit(cache=True, nogil=True)
def _claim(points: NDArray, segments: NDArray, origin: NDArray, brick: float, counts: NDArray) -> None:
    """Count the segments that matter to each brick."""
    low, high = np.empty(3, np.int64), np.empty(3, np.int64)
    for s in segments:
        _reach(points, s, origin, brick, counts.shape, low, high)
        for i in range(low[0], high[0]):
            for j in range(low[1], high[1]):
                for k in range(low[2], high[2]):
                    if _near_brick(points, s, i, j, k, origin, brick):
                        counts[i, j, k] += 1


@njit(cache=True, nogil=True)
def _collect(
    points: NDArray, segments: NDArray, origin: NDArray, brick: float, number: NDArray, filled: NDArray, lists: NDArray
) -> None:
    """List them."""
    low, high = np.empty(3, np.int64), np.empty(3, np.int64)
    for s in segments:
        _reach(points, s, origin, brick, number.shape, low, high)
        for i in range(low[0], high[0]):
            for j in range(low[1], high[1]):
                for k in range(low[2], high[2]):
                    if _near_brick(points, s, i, j, k, origin, brick):
                        n = number[i, j, k]
                        lists[filled[n]] = s
                        filled[n] += 1


@njit(cache=True, nogil=True, error_model="numpy")
def _fill(
    begin: int, end: int, at: NDArray, root: NDArray, above: NDArray, begins: NDArray, lists: NDArray,
    points: NDArray, of: NDArray, apart: NDArray, young: NDArray, origin: NDArray, cell: float, coarse: NDArray, coarse_row: NDArray,
    knots: NDArray, row: NDArray, near: NDArray, nears: NDArray,
) -> None:  # fmt: skip
    """Bake the bricks of a batch; those that the coarse ones above them tell well enough are left out."""
    longest = 0
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
            points, of, apart, young, listed, count, x0, y0, z0, cell, coarse, above[n], RADII_MM[coarse_row[above[n]]], at[n],
            own, some,
        ):  # fmt: skip
            continue
        within, radius = -1e9, 0.0
        for block in range(SIDE**3):
            i0, j0, k0 = block // SIDE**2 * PART, block // SIDE % SIDE * PART, block % SIDE * PART
            few, _ = matter(
                points, listed, 0, count, x0 + (i0 + 0.5 * PART - 2.0) * cell, y0 + (j0 + 0.5 * PART - 2.0) * cell,
                z0 + (k0 + 0.5 * PART - 2.0) * cell, 0.867 * (PART - 1) * cell, own, some,
            )  # fmt: skip
            for i in range(i0, i0 + PART):
                for j in range(j0, j0 + PART):
                    for k in range(k0, k0 + PART):
                        value, s = union(
                            points, of, apart, young, some, few, x0 + (i - 1.5) * cell, y0 + (j - 1.5) * cell,
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
    points: NDArray, of: NDArray, apart: NDArray, young: NDArray, listed: NDArray, count: int, x0: float, y0: float, z0: float, cell: float,
    coarse: NDArray, above: int, radius: float, at: NDArray, own: NDArray, some: NDArray,
) -> bool:  # fmt: skip
    """Whether the coarse brick tells the distance at the middles of every second cell near the wall."""
    half = CELLS // 2
    left, front, low = (at[0] & 1) * half, (at[1] & 1) * half, (at[2] & 1) * half
    for block in range(8):
        i0, j0, k0 = block // 4 * PART, block // 2 % 2 * PART, block % 2 * PART
        few, middle = matter(
            points, listed, 0, count, x0 + (i0 + 0.5 * PART) * cell, y0 + (j0 + 0.5 * PART) * cell,
            z0 + (k0 + 0.5 * PART) * cell, 0.867 * PART * cell, own, some,
        )  # fmt: skip
        if middle + 0.867 * PART * cell < -BEYOND_MM or middle - 0.867 * PART * cell > WITHIN_MM:
            continue
        for i in range(i0, i0 + PART):
            for j in range(j0, j0 + PART):
                for k in range(k0 + (i + j) % 2, k0 + PART, 2):
                    x, y, z = i + 0.5, j + 0.5, k + 0.5
                    g, _ = union(points, of, apart, young, some, few, x0 + x * cell, y0 + y * cell, z0 + z * cell, own)
                    if -BEYOND_MM < g < WITHIN_MM:
                        h, _, _, _ = in_brick(left + 0.5 * x, front + 0.5 * y, low + 0.5 * z, coarse, above)
                        if abs(h / PER_MM - (g - g * g / (2.0 * radius))) > CLOSE_MM:
                            return False
    return True


@njit(cache=True, nogil=True, error_model="numpy")
def _knots(raw: NDArray, part: NDArray, radius: float, knots: NDArray) -> None:
    """Coefficients whose spline has the samples' value up to their third differences, in steps; spoils `raw`."""
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
