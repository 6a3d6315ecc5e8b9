"""The lumen of a tree of vessels as a signed distance in sparse bricks: what a rod asks at every node.

Distance is positive inside, negative beyond the wall. Bricks of eight cells a side hold it where a wall is near;
elsewhere there is nothing to touch.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from angiosuite.kit.errors import WrongUse

__all__ = ["Bricks", "bake", "gap_in_bricks"]

Floats = NDArray[np.float64]

CELLS = 8
CORNERS = CELLS + 1
#: Cells a side of what says which vessel it is.
BLOCKS = 4
#: How far inside and outside a wall distances are kept, mm.
INSIDE_MM, OUTSIDE_MM = 2.5, 3.0
#: Width over which two vessels that meet are rounded, as a share of the narrower one, and at most, mm.
ROUND, ROUND_MM = 0.2, 0.6
FREE_MM = 1e3
"""Told where no wall is near."""


@dataclass(frozen=True, slots=True, eq=False)
class Bricks:
    """A baked lumen.

    Attributes
    ----------
    origin_mm : float64 (3,)
        Corner of brick (0, 0, 0).
    cell_mm : float
    place : int32 (x, y, z)
        Number of each brick; -1 where no wall is near.
    gap_mm : float32 (bricks, 9, 9, 9)
        At the corners of the cells.
    vessel : int16 (bricks, 4, 4, 4)
        Vessel that is nearest to the middle of every two by two by two cells.
    arc_mm : float32 (bricks, 4, 4, 4)
        Where along it.
    """

    origin_mm: Floats
    cell_mm: float
    place: NDArray[np.int32]
    gap_mm: NDArray[np.float32]
    vessel: NDArray[np.int16]
    arc_mm: NDArray[np.float32]

    @property
    def nbytes(self) -> int:
        """Memory, bytes."""
        return int(self.place.nbytes + self.gap_mm.nbytes + self.vessel.nbytes + self.arc_mm.nbytes)

    def gaps(self, points_mm: Floats) -> tuple[Floats, Floats]:
        """Distance and inward normal at points, (n,) and (n, 3)."""
        points = np.ascontiguousarray(points_mm, np.float64)
        gap, inward = np.empty(len(points)), np.empty((len(points), 3))
        _gaps(points, self.origin_mm, self.cell_mm, self.place, self.gap_mm, gap, inward)
        return gap, inward


def bake(lines: Sequence[Floats], cell_mm: float = 0.5) -> Bricks:
    """The lumen of many vessels.

    Parameters
    ----------
    lines : sequence of float64 (points, 4)
        Centre line and radius of each, mm.
    cell_mm : float

    Notes
    -----
    **Model** within a vessel the distance to the nearest of its cones; where vessels meet, a smooth union
    (log-sum-exp) rounds the rim over a fifth of the narrower one's radius. Held by
    ``tests/physics/rods/test_bricks.py``.
    """
    if not lines or any(len(one) < 2 for one in lines):
        raise WrongUse("A lumen needs vessels of two points or more", code="no-lumen", value=len(lines))
    sizes = np.array([len(one) for one in lines])
    points = np.ascontiguousarray(np.concatenate(lines), np.float64)
    starts = np.concatenate([[0], np.cumsum(sizes)])
    of = np.repeat(np.arange(len(lines)), sizes)
    segments = np.flatnonzero(of[1:] == of[:-1])
    step = np.linalg.norm(np.diff(points[:, :3], axis=0), axis=1)
    arc = np.concatenate([np.concatenate([[0.0], np.cumsum(step[a : b - 1])]) for a, b in zip(starts, starts[1:])])
    brick_mm = CELLS * cell_mm
    wide = points[:, 3].max() + OUTSIDE_MM
    origin = points[:, :3].min(axis=0) - wide - brick_mm
    shape = np.ceil((points[:, :3].max(axis=0) + wide + brick_mm - origin) / brick_mm).astype(np.int64)
    counts = np.zeros(tuple(shape), np.int32)
    _claim(points, segments, origin, brick_mm, counts)
    place = np.full(tuple(shape), -1, np.int32)
    some = np.argwhere(counts > 0)
    place[tuple(some.T)] = np.arange(len(some))
    begins = np.concatenate([[0], np.cumsum(counts[tuple(some.T)])]).astype(np.int64)
    lists, filled = np.zeros(int(begins[-1]), np.int64), begins[:-1].copy()
    _collect(points, segments, origin, brick_mm, place, filled, lists)
    gap = np.empty((len(some), CORNERS, CORNERS, CORNERS), np.float32)
    vessel = np.empty((len(some), BLOCKS, BLOCKS, BLOCKS), np.int16)
    along = np.empty((len(some), BLOCKS, BLOCKS, BLOCKS), np.float32)
    _fill(points, of, arc, some, begins, lists, origin, cell_mm, gap, vessel, along)
    near = (gap.max(axis=(1, 2, 3)) > -OUTSIDE_MM) & (gap.min(axis=(1, 2, 3)) < INSIDE_MM)
    place[tuple(some.T)] = np.where(near, np.cumsum(near) - 1, -1)
    return Bricks(origin, cell_mm, place, gap[near], vessel[near], along[near])


@njit(cache=True, nogil=True)
def _reach(points: NDArray, s: int, origin: NDArray, brick: float, shape: tuple, low: NDArray, high: NDArray) -> None:
    """Bricks that a segment may matter to: `low` to `high`, the last one not included."""
    wide = max(points[s, 3], points[s + 1, 3]) + OUTSIDE_MM
    for c in range(3):
        a, b = min(points[s, c], points[s + 1, c]) - wide, max(points[s, c], points[s + 1, c]) + wide
        low[c] = max(int(np.floor((a - origin[c]) / brick)), 0)
        high[c] = min(int(np.floor((b - origin[c]) / brick)) + 1, shape[c])


@njit(cache=True, nogil=True)
def _near_brick(points: NDArray, s: int, mx: float, my: float, mz: float, brick: float) -> bool:
    """Whether some of a brick about a middle can lie within the segment's wall and what is kept beside it."""
    gap, _ = _cone(points, s, mx, my, mz)
    return gap > -OUTSIDE_MM - 0.867 * brick


@njit(cache=True, nogil=True)
def _claim(points: NDArray, segments: NDArray, origin: NDArray, brick: float, counts: NDArray) -> None:
    """Count the segments that matter to each brick."""
    low, high = np.empty(3, np.int64), np.empty(3, np.int64)
    for s in segments:
        _reach(points, s, origin, brick, counts.shape, low, high)
        for i in range(low[0], high[0]):
            for j in range(low[1], high[1]):
                for k in range(low[2], high[2]):
                    mx, my, mz = origin[0] + (i + 0.5) * brick, origin[1] + (j + 0.5) * brick, origin[2] + (k + 0.5) * brick
                    if _near_brick(points, s, mx, my, mz, brick):
                        counts[i, j, k] += 1


@njit(cache=True, nogil=True)
def _collect(
    points: NDArray, segments: NDArray, origin: NDArray, brick: float, place: NDArray, filled: NDArray, lists: NDArray
) -> None:
    """List them."""
    low, high = np.empty(3, np.int64), np.empty(3, np.int64)
    for s in segments:
        _reach(points, s, origin, brick, place.shape, low, high)
        for i in range(low[0], high[0]):
            for j in range(low[1], high[1]):
                for k in range(low[2], high[2]):
                    mx, my, mz = origin[0] + (i + 0.5) * brick, origin[1] + (j + 0.5) * brick, origin[2] + (k + 0.5) * brick
                    if _near_brick(points, s, mx, my, mz, brick):
                        n = place[i, j, k]
                        lists[filled[n]] = s
                        filled[n] += 1


@njit(cache=True, nogil=True, error_model="numpy")
def _cone(points: NDArray, s: int, px: float, py: float, pz: float) -> tuple[float, float]:
    """Radius less distance at a point, and where along the segment."""
    ux, uy, uz = points[s + 1, 0] - points[s, 0], points[s + 1, 1] - points[s, 1], points[s + 1, 2] - points[s, 2]
    wx, wy, wz = px - points[s, 0], py - points[s, 1], pz - points[s, 2]
    q = (wx * ux + wy * uy + wz * uz) / max(ux * ux + uy * uy + uz * uz, 1e-18)
    q = min(max(q, 0.0), 1.0)
    dx, dy, dz = wx - q * ux, wy - q * uy, wz - q * uz
    return points[s, 3] + q * (points[s + 1, 3] - points[s, 3]) - np.sqrt(dx * dx + dy * dy + dz * dz), q


@njit(cache=True, nogil=True, error_model="numpy")
def _union(
    points: NDArray, of: NDArray, lists: NDArray, first: int, last: int, px: float, py: float, pz: float
) -> tuple[float, int, float]:
    """Distance in the smooth union of vessels; the nearest segment, and where along it."""
    best, segment, along = -1e9, -1, 0.0
    for n in range(first, last):
        gap, q = _cone(points, lists[n], px, py, pz)
        if gap > best:
            best, segment, along = gap, lists[n], q
    if segment < 0:
        return -1e9, -1, 0.0
    total, n = 0.0, first
    while n < last:  # lists ascend, so the segments of a vessel follow each other
        vessel, own, radius = of[lists[n]], -1e9, 0.0
        while n < last and of[lists[n]] == vessel:
            gap, q = _cone(points, lists[n], px, py, pz)
            if gap > own:
                own, radius = gap, points[lists[n], 3]
            n += 1
        if vessel != of[segment]:
            width = min(ROUND * min(radius, points[segment, 3]), ROUND_MM)
            if own - best > -8.0 * width:
                total = max(total, width * np.log(1.0 + np.exp((own - best) / width)))
    return best + total, segment, along


@njit(cache=True, nogil=True, error_model="numpy")
def _fill(
    points: NDArray, of: NDArray, arc: NDArray, some: NDArray, begins: NDArray, lists: NDArray, origin: NDArray,
    cell: float, gap: NDArray, vessel: NDArray, along: NDArray,
) -> None:  # fmt: skip
    for n in range(len(some)):
        x0, y0, z0 = (
            origin[0] + some[n, 0] * CELLS * cell,
            origin[1] + some[n, 1] * CELLS * cell,
            origin[2] + some[n, 2] * CELLS * cell,
        )
        for i in range(CORNERS):
            for j in range(CORNERS):
                for k in range(CORNERS):
                    value, _, _ = _union(
                        points, of, lists, begins[n], begins[n + 1], x0 + i * cell, y0 + j * cell, z0 + k * cell
                    )
                    gap[n, i, j, k] = value
        block = cell * CELLS / BLOCKS
        for i in range(BLOCKS):
            for j in range(BLOCKS):
                for k in range(BLOCKS):
                    _, s, q = _union(
                        points, of, lists, begins[n], begins[n + 1],
                        x0 + (i + 0.5) * block, y0 + (j + 0.5) * block, z0 + (k + 0.5) * block,
                    )  # fmt: skip
                    vessel[n, i, j, k] = of[s] if s >= 0 else -1
                    along[n, i, j, k] = arc[s] + q * (arc[s + 1] - arc[s]) if s >= 0 else 0.0


@njit(cache=True, nogil=True, error_model="numpy", boundscheck=False)
def gap_in_bricks(
    px: float, py: float, pz: float, origin: NDArray, cell: float, place: NDArray, gap: NDArray
) -> tuple[float, float, float, float]:
    """Distance to the wall, mm, positive inside, and the unit normal inward; far from walls `FREE_MM`."""
    value, nx, ny, nz = _in_cell(px, py, pz, origin, cell, place, gap)
    if value >= FREE_MM:
        return value, nx, ny, nz
    h = 0.75 * cell
    a, _, _, _ = _in_cell(px + h, py, pz, origin, cell, place, gap)
    b, _, _, _ = _in_cell(px - h, py, pz, origin, cell, place, gap)
    c, _, _, _ = _in_cell(px, py + h, pz, origin, cell, place, gap)
    d, _, _, _ = _in_cell(px, py - h, pz, origin, cell, place, gap)
    e, _, _, _ = _in_cell(px, py, pz + h, origin, cell, place, gap)
    f, _, _, _ = _in_cell(px, py, pz - h, origin, cell, place, gap)
    if max(max(a, b), max(max(c, d), max(e, f))) >= FREE_MM:
        return value, nx, ny, nz
    nx, ny, nz = a - b, c - d, e - f
    size = np.sqrt(nx * nx + ny * ny + nz * nz)
    return value, nx / size, ny / size, nz / size


@njit(cache=True, nogil=True, error_model="numpy", boundscheck=False)
def _in_cell(
    px: float, py: float, pz: float, origin: NDArray, cell: float, place: NDArray, gap: NDArray
) -> tuple[float, float, float, float]:
    """Distance to the wall, mm, positive inside, and the unit normal inward; far from walls `FREE_MM`."""
    fx, fy, fz = (px - origin[0]) / cell, (py - origin[1]) / cell, (pz - origin[2]) / cell
    if fx < 0.0 or fy < 0.0 or fz < 0.0:
        return FREE_MM, 0.0, 0.0, 0.0
    ix, iy, iz = int(fx), int(fy), int(fz)
    bx, by, bz = ix // CELLS, iy // CELLS, iz // CELLS
    if bx >= place.shape[0] or by >= place.shape[1] or bz >= place.shape[2]:
        return FREE_MM, 0.0, 0.0, 0.0
    n = place[bx, by, bz]
    if n < 0:
        return FREE_MM, 0.0, 0.0, 0.0
    x, y, z = fx - ix, fy - iy, fz - iz
    i, j, k = ix - bx * CELLS, iy - by * CELLS, iz - bz * CELLS
    g = gap[n]
    a00, a01 = float(g[i, j, k]), float(g[i, j, k + 1])
    a10, a11 = float(g[i, j + 1, k]), float(g[i, j + 1, k + 1])
    b00, b01 = float(g[i + 1, j, k]), float(g[i + 1, j, k + 1])
    b10, b11 = float(g[i + 1, j + 1, k]), float(g[i + 1, j + 1, k + 1])
    a0, a1 = a00 + z * (a01 - a00), a10 + z * (a11 - a10)
    b0, b1 = b00 + z * (b01 - b00), b10 + z * (b11 - b10)
    a, b = a0 + y * (a1 - a0), b0 + y * (b1 - b0)
    nx = b - a
    ny = (1.0 - x) * (a1 - a0) + x * (b1 - b0)
    nz = (1.0 - x) * ((1.0 - y) * (a01 - a00) + y * (a11 - a10)) + x * ((1.0 - y) * (b01 - b00) + y * (b11 - b10))
    size = np.sqrt(nx * nx + ny * ny + nz * nz)
    if size < 1e-12:
        return a + x * (b - a), 0.0, 0.0, 0.0
    return a + x * (b - a), nx / size, ny / size, nz / size


@njit(cache=True, nogil=True)
def _gaps(
    points: NDArray, origin: NDArray, cell: float, place: NDArray, gap: NDArray, out: NDArray, inward: NDArray
) -> None:
    for n in range(len(points)):
        out[n], inward[n, 0], inward[n, 1], inward[n, 2] = gap_in_bricks(
            points[n, 0], points[n, 1], points[n, 2], origin, cell, place, gap
        )
