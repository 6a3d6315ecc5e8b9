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
from angiosuite.physics.rods.bricks import LEVEL_BITS, LEVELS, NUMBER_BITS, Bricks
from angiosuite.physics.rods.filling import LISTED, OUTSIDE_MM, fill
from angiosuite.physics.rods.spline import CELLS, KNOTS
from angiosuite.physics.rods.union import Lines, Tree, cone

__all__ = ["VERSION", "bake", "bake_box", "claimed", "coarsest_mm", "segments_of", "tree_of"]

Floats = NDArray[np.float64]

VERSION = 2
"""Of what is baked: raise it when the same lines give other bricks."""
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
    (log-sum-exp) rounds the rim over a fifth of the narrower one's radius. Where vessels cross that are
    `apart` and one is twice as wide, it keeps its lumen, and the narrower ends half a millimetre before it.
    Bricks of the coarsest cells hold all that is within 6 mm of a vessel; where they miss the distance near
    the wall by more than `CLOSE_MM` finer ones take their place. Held by
    ``tests/physics/rods/test_bricks.py``.
    """
    tree = tree_of(Lines.joined(lines), apart, young_mm)
    points = tree.points
    wide = points[:, 3].max() + OUTSIDE_MM
    origin = points[:, :3].min(axis=0) - wide
    shape = np.ceil((points[:, :3].max(axis=0) + wide - origin) / coarsest_mm(cell_mm)).astype(np.int64)
    return bake_box(tree, origin, (int(shape[0]), int(shape[1]), int(shape[2])), cell_mm, threads)


def tree_of(lines: Lines, apart: NDArray[np.int8] | None = None, young_mm: Floats | None = None) -> Tree:
    """Centre lines and how they open into each other, as kernels see them; see :func:`bake`."""
    of = lines.of
    return Tree(
        lines.points,
        of,
        np.zeros((0, 0), np.int8) if apart is None else np.ascontiguousarray(apart, np.int8),
        np.zeros(len(of), np.bool_) if young_mm is None else lines.arc_mm < np.asarray(young_mm)[of],
    )


def coarsest_mm(cell_mm: float) -> float:
    """Side of the coarsest bricks, mm."""
    return float(CELLS * cell_mm * 2 ** (LEVELS - 1))


def bake_box(
    tree: Tree, origin: Floats, shape: tuple[int, int, int], cell_mm: float, threads: int | None = None
) -> Bricks:
    """The bricks of a box of so many of the coarsest, from its corner on."""
    points, of = tree.points, tree.of
    segments = segments_of(of)
    brick_mm = coarsest_mm(cell_mm)
    counts = np.zeros(shape, np.int64)
    _claim(points, segments, origin, brick_mm, counts)
    at = np.argwhere(counts > 0)
    begins = np.concatenate([[0], np.cumsum(counts[tuple(at.T)])])
    number = np.full(shape, -1, np.int64)
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
                    fill, a, min(a + BATCH, len(at)), at, root, above, begins, lists, tree, origin,
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
    return _laid(levels, origin, cell_mm, shape)


def segments_of(of: NDArray[np.int32]) -> NDArray[np.int64]:
    """First points of the segments of centre lines, by the vessel of each point."""
    return np.flatnonzero(of[1:] == of[:-1])


def claimed(points: Floats, segments: NDArray[np.int64], bricks: Bricks) -> NDArray[np.int64]:
    """How many of these segments matter to each of the coarsest bricks of a lumen, (x, y, z)."""
    counts = np.zeros(tuple(n >> (LEVELS - 1) for n in bricks.place.shape), np.int64)
    _claim(points, segments, bricks.origin_mm, coarsest_mm(bricks.cell_mm), counts)
    return counts


@dataclass(frozen=True, slots=True, eq=False)
class _Level:
    """Bricks of one size: where, what is in them, the row of their radius (-1: a coarser one will do)."""

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
    code[used] = (
        np.arange(len(used)) | level_of[used] << NUMBER_BITS | row[used] << (NUMBER_BITS + LEVEL_BITS)
    )
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
def _reach(
    points: NDArray, s: int, origin: NDArray, brick: float, shape: tuple, low: NDArray, high: NDArray
) -> None:
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
    points: NDArray,
    segments: NDArray,
    origin: NDArray,
    brick: float,
    number: NDArray,
    filled: NDArray,
    lists: NDArray,
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
