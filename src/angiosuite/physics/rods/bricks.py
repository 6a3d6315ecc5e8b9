"""The lumen of a tree of vessels in sparse bricks, read: what a rod asks at every node.

Distance to the wall is positive inside, negative beyond it. Bricks of eight cells a side hold it where a
vessel is near, coarse ones where that is exact enough; elsewhere there is nothing to touch. `baking` makes
them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from angiosuite.physics.rods.spline import CELLS, KNOTS, spline_at

__all__ = [
    "FREE_MM",
    "LEVELS",
    "NO_BRICKS",
    "NUMBER",
    "PER_MM",
    "RADII_MM",
    "Bricks",
    "coded",
    "gap_in_bricks",
    "in_brick",
]

Floats = NDArray[np.float64]

LEVELS = 3
"""Sizes of bricks: cells of one, two and four times the finest."""
SIZES = 0.5 ** np.arange(LEVELS)
FREE_MM = 1e3
"""Told where no wall is near."""
PER_MM = 1024.0
"""Steps of what is kept, a mm."""
#: Bits of the number of a brick and of its level.
NUMBER_BITS, LEVEL_BITS = 20, 2
NUMBER, LEVEL = (1 << NUMBER_BITS) - 1, (1 << LEVEL_BITS) - 1
#: Radii that bricks are bent by, mm: from the finest capillary that a rod enters to any aneurysm.
RADII_MM = 0.5 * 2.0 ** (np.arange(512) / 64.0)
#: Two over the radius, for what is kept in steps: a query divides as seldom as it can.
PER_RADIUS = 2.0 / (PER_MM * RADII_MM)
SOFT = 0.1
"""Share of the radius about the middle line within which the normal fades: no side is nearest there."""


@dataclass(frozen=True, slots=True, eq=False)
class Bricks:
    """A baked lumen.

    Attributes
    ----------
    origin_mm : float64 (3,)
        Corner of brick (0, 0, 0).
    cell_mm : float
        Of the finest bricks.
    place : int32 (x, y, z)
        For every finest brick which one holds it, -1 where no wall is near: its number, above it its level
        (cells of 1, 2 or 4 times `cell_mm`), above that the row of `RADII_MM` that it is bent by.
    gap_mm : int16 (bricks + 1, 10, 10, 10)
        Coefficients of the quadratic spline of each, in 1 / `PER_MM` mm; an empty one ends them.
    begins : int64 (bricks + 1,)
        Where the list of each brick begins in `near`.
    near : int32 (...)
        Segments of centre lines of which one is the nearest, wherever in the brick.

    Notes
    -----
    **Model** within a tube the distance to the wall has an edge along the middle line, which no grid follows
    in a vessel of a few cells. A brick keeps ``g - g^2 / 2R`` in its place (R the radius of its widest
    vessel): ``(R^2 - d^2) / 2R`` at a distance d from the middle of a straight tube, a quadratic polynomial,
    which the spline holds exactly whatever the size of its cells. The distance is then found again by the
    inverse. Its gradient is the spline's own, so the normal is continuous and belongs to the distance.
    **Source** quadratic B-splines: C. de Boor, A Practical Guide to Splines (1978). **Valid for** tools
    narrower than the vessel; where a tool fills it, there is no nearest side, and the normal fades within a
    tenth of R of the middle. Held by ``tests/physics/rods/test_bricks.py``.
    """

    origin_mm: Floats
    cell_mm: float
    place: NDArray[np.int32]
    gap_mm: NDArray[np.int16]
    begins: NDArray[np.int64]
    near: NDArray[np.int32]

    @property
    def nbytes(self) -> int:
        """Memory, bytes."""
        return int(self.place.nbytes + self.gap_mm.nbytes + self.begins.nbytes + self.near.nbytes)

    def gaps(self, points_mm: Floats) -> tuple[Floats, Floats]:
        """Distance and inward normal at points, (n,) and (n, 3)."""
        points = np.ascontiguousarray(points_mm, np.float64)
        gap, inward = np.empty(len(points)), np.empty((len(points), 3))
        _gaps(points, self.origin_mm, self.cell_mm, self.place, self.gap_mm, gap, inward)
        return gap, inward


NO_BRICKS = Bricks(
    np.zeros(3), 1.0, np.zeros((0, 0, 0), np.int32), np.zeros((1, KNOTS, KNOTS, KNOTS), np.int16),
    np.zeros(1, np.int64), np.zeros(0, np.int32),
)  # fmt: skip


@njit(cache=True, nogil=True, error_model="numpy", boundscheck=False, forceinline=True)
def gap_in_bricks(
    px: float, py: float, pz: float, origin: NDArray, cell: float, place: NDArray, gap: NDArray
) -> tuple[float, float, float, float]:
    """Distance to the wall, mm, positive inside, and the normal inward; far from vessels `FREE_MM`.

    The normal has length one but near the middle line of a vessel, where it fades to nothing.
    """
    per = 1.0 / cell
    fx, fy, fz = (px - origin[0]) * per, (py - origin[1]) * per, (pz - origin[2]) * per
    if not (fx >= 0.0 and fy >= 0.0 and fz >= 0.0):
        return FREE_MM, 0.0, 0.0, 0.0
    ix, iy, iz = np.int64(fx), np.int64(fy), np.int64(fz)
    if ix >> 3 >= place.shape[0] or iy >> 3 >= place.shape[1] or iz >> 3 >= place.shape[2]:
        return FREE_MM, 0.0, 0.0, 0.0
    code = np.int64(place[np.uintp(ix >> 3), np.uintp(iy >> 3), np.uintp(iz >> 3)])
    if code < 0:
        return FREE_MM, 0.0, 0.0, 0.0
    level = (code >> NUMBER_BITS) & LEVEL
    row = np.uintp(code >> (NUMBER_BITS + LEVEL_BITS))
    radius, size = RADII_MM[row], SIZES[np.uintp(level)]
    inside = ~((CELLS << level) - 1)
    h, nx, ny, nz = in_brick(
        (fx - float(ix & inside)) * size, (fy - float(iy & inside)) * size, (fz - float(iz & inside)) * size,
        gap, code & NUMBER,
    )  # fmt: skip
    one = 1.0 / max(np.sqrt(nx * nx + ny * ny + nz * nz), SOFT * PER_MM * cell * float(1 << level))
    bent = 1.0 - h * PER_RADIUS[row]
    return radius * (1.0 - np.sqrt(max(bent, 0.0))), nx * one, ny * one, nz * one


@njit(cache=True, nogil=True, error_model="numpy", boundscheck=False, forceinline=True)
def in_brick(x: float, y: float, z: float, gap: NDArray, n: int) -> tuple[float, float, float, float]:
    """What brick n keeps at cells (x, y, z) from its corner, in steps, and its gradient, in steps a cell."""
    i, j, k = np.int64(x), np.int64(y), np.int64(z)
    return spline_at(gap, ((n * KNOTS + i) * KNOTS + j) * KNOTS + k, x - float(i), y - float(j), z - float(k))


@njit(cache=True, nogil=True, error_model="numpy", boundscheck=False, forceinline=True)
def coded(px: float, py: float, pz: float, origin: NDArray, cell: float, place: NDArray) -> int:
    """What `place` says of a point; -1 far from vessels."""
    fx, fy, fz = (px - origin[0]) / cell, (py - origin[1]) / cell, (pz - origin[2]) / cell
    if not (fx >= 0.0 and fy >= 0.0 and fz >= 0.0):
        return -1
    bx, by, bz = np.int64(fx) >> 3, np.int64(fy) >> 3, np.int64(fz) >> 3
    if bx >= place.shape[0] or by >= place.shape[1] or bz >= place.shape[2]:
        return -1
    return int(place[bx, by, bz])


@njit(cache=True, nogil=True, error_model="numpy", boundscheck=False)
def _gaps(
    points: NDArray, origin: NDArray, cell: float, place: NDArray, gap: NDArray, out: NDArray, inward: NDArray
) -> None:
    for n in range(len(points)):
        out[n], inward[n, 0], inward[n, 1], inward[n, 2] = gap_in_bricks(
            points[n, 0], points[n, 1], points[n, 2], origin, cell, place, gap
        )
