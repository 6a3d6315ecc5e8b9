"""What straight pieces of tubes give to the pixels of their shadows, kept apart for both their ends."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from angiosuite.physics.xray.bands import spread_pieces
from angiosuite.physics.xray.tube_pieces import ROW_BITS

__all__ = ["PER_CM", "rows_of_bands"]

#: Sums take lengths in mm and concentrations over cm.
PER_CM = 10.0


@njit(cache=True, nogil=True, error_model="numpy")
def rows_of_bands(
    nodes: NDArray,  # float64 (nodes, 3), mm
    ends: NDArray,  # int64 (pieces, 2)
    radii: NDArray,  # float64 (pieces, 2), mm
    joints: NDArray,  # int64 (pieces, 2)
    work: NDArray,  # int64 (work,): pieces to do
    view: NDArray,  # float64 (7, 3): see BeamGeometry.numbers
    area: float,  # of a pixel, mm2
    scratch: NDArray,  # float32 (2, rows, columns): zeros before and after
    pixel: NDArray,  # int32 (room,): row and column, see `ROW_BITS`; written from `used` on
    lengths: NDArray,  # float32 (room, 2), mm for the first and the second node; written
    used: int,
    place: NDArray,  # int64 (pieces,); written
    counts: NDArray,  # int64 (pieces,); written
    boxes: NDArray,  # int64 (pieces, 4); written
    done: int,
) -> tuple[int, int]:
    """Go on with piece `done` of the work as far as there is room: pieces done by now, and room used.

    **Model** as :func:`~.bands.spread_bands`, which is linear in the concentrations at both ends of a piece.
    Held by ``tests/physics/xray/test_bands.py``.
    """
    one, touched = np.empty(1, np.int64), np.empty(4, np.int64)
    first, second = np.zeros((1, 2)), np.zeros((1, 2))
    first[0, 0], second[0, 1] = PER_CM, PER_CM
    for n in range(done, len(work)):
        p = work[n]
        one[0] = p
        touched[0], touched[1], touched[2], touched[3] = scratch.shape[1], 0, scratch.shape[2], 0
        spread_pieces(nodes, ends, radii, joints, one, first, view, area, scratch[0], touched)
        spread_pieces(nodes, ends, radii, joints, one, second, view, area, scratch[1], touched)
        r0, r1, c0, c1 = touched
        counts[p] = 0
        if r0 >= r1 or c0 >= c1:
            continue
        if used + (r1 - r0) * (c1 - c0) > len(pixel):
            scratch[:, r0:r1, c0:c1] = np.float32(0.0)
            return n, used
        place[p] = used
        for r in range(r0, r1):
            for c in range(c0, c1):
                a, b = scratch[0, r, c], scratch[1, r, c]
                if a != np.float32(0.0) or b != np.float32(0.0):
                    pixel[used] = (r << ROW_BITS) + c
                    lengths[used, 0], lengths[used, 1] = a, b
                    scratch[0, r, c], scratch[1, r, c] = np.float32(0.0), np.float32(0.0)
                    used += 1
        counts[p] = used - place[p]
        boxes[p, 0], boxes[p, 1], boxes[p, 2], boxes[p, 3] = r0, r1, c0, c1
    return len(work), used
