"""What a chain lies in, as its kernels see it: nothing, a tube of cones, or baked bricks."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from angiosuite.physics.rods.bricks import Bricks, gap_in_bricks
from angiosuite.physics.rods.capsules import gap_in_capsules

__all__ = ["NO_WALL_N_MM2", "Lumen", "find_gaps", "gap_of", "lumen_of"]

NO_WALL_N_MM2 = 0.01
"""What is held more softly lies in tissue beyond a hole: it goes through nothing."""


class Lumen(NamedTuple):
    """A tube (no points where there is none) and bricks (none where `place` is empty).

    With bricks, a tube is the track that a tip has made for itself in the tissue beyond a hole.
    """

    tube: NDArray  # float64 (points, 4): centre line and radius
    corner: NDArray  # float64 (3,)
    cell: float
    place: NDArray  # int32 (x, y, z)
    bricks: NDArray  # float32 (bricks, 9, 9, 9)


def lumen_of(wall: NDArray | Bricks | None) -> Lumen:
    """Arrays of a wall."""
    tube = np.zeros((0, 4))
    if isinstance(wall, Bricks):
        return Lumen(
            tube,
            np.ascontiguousarray(wall.origin_mm, np.float64),
            float(wall.cell_mm),
            wall.place,
            wall.gap_mm,
        )
    if wall is not None:
        tube = np.ascontiguousarray(wall, np.float64)
    return Lumen(tube, np.zeros(3), 1.0, np.zeros((0, 0, 0), np.int32), np.zeros((0, 9, 9, 9), np.float32))


@njit(cache=True, nogil=True, error_model="numpy", boundscheck=False)
def gap_of(
    px: float, py: float, pz: float, lumen: Lumen, in_tissue: bool, hint: int
) -> tuple[float, float, float, float, int]:
    """Distance to the wall at a point of the wall at rest, mm; the unit normal inward; segment of a tube."""
    if lumen.place.shape[0] > 0 and not (in_tissue and lumen.tube.shape[0] > 1):
        gap, nx, ny, nz = gap_in_bricks(px, py, pz, lumen.corner, lumen.cell, lumen.place, lumen.bricks)
        return float(gap), float(nx), float(ny), float(nz), hint
    gap, nx, ny, nz, at = gap_in_capsules(px, py, pz, lumen.tube, hint)
    return float(gap), float(nx), float(ny), float(nz), at


@njit(cache=True, nogil=True, error_model="numpy", boundscheck=False)
def find_gaps(
    nodes: int,
    lumen: Lumen,
    x: NDArray,
    shift: NDArray,
    outer: NDArray,
    wall: NDArray,
    hint: NDArray,
    gap: NDArray,
    inward: NDArray,
) -> None:
    """Look up the wall of every free node: how far its skin is from it, and the normal.

    As `gap_of` for each, with the kind of lumen asked once: a twentieth of a step.
    """
    tube = lumen.tube
    if lumen.place.shape[0] > 0:
        corner, cell, place, bricks = lumen.corner, lumen.cell, lumen.place, lumen.bricks
        for i in range(2, nodes):
            if wall[i] < NO_WALL_N_MM2 and tube.shape[0] > 1:
                g, nx, ny, nz, hint[i] = gap_in_capsules(
                    x[i, 0] - shift[i, 0], x[i, 1] - shift[i, 1], x[i, 2] - shift[i, 2], tube, hint[i]
                )
                gap[i], inward[i, 0], inward[i, 1], inward[i, 2] = g - outer[i], nx, ny, nz
                continue
            g, nx, ny, nz = gap_in_bricks(
                x[i, 0] - shift[i, 0],
                x[i, 1] - shift[i, 1],
                x[i, 2] - shift[i, 2],
                corner,
                cell,
                place,
                bricks,
            )
            gap[i], inward[i, 0], inward[i, 1], inward[i, 2] = g - outer[i], nx, ny, nz
    else:
        for i in range(2, nodes):
            g, nx, ny, nz, hint[i] = gap_in_capsules(
                x[i, 0] - shift[i, 0], x[i, 1] - shift[i, 1], x[i, 2] - shift[i, 2], tube, hint[i]
            )
            gap[i], inward[i, 0], inward[i, 1], inward[i, 2] = g - outer[i], nx, ny, nz
