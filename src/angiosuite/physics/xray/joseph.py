"""Joseph's line integral ray by ray in double precision: the exact mode, and the way of steep beams."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from angiosuite.physics.threads import share
from angiosuite.physics.xray.geometry import BeamGeometry
from angiosuite.physics.xray.slices import count_at
from angiosuite.physics.xray.volume import PreparedVolume


@njit(cache=True, nogil=True, error_model="numpy")
def _rays(
    counts: NDArray,
    occupied: NDArray,
    first: NDArray,
    piece: int,
    nx: int,
    beam: NDArray,
    out: NDArray,
    row0: int,
    row_step: int,
) -> None:
    """Sums of counts times voxels of path; slices across y, `beam` in voxels (x, y, z)."""
    sizes = (nx, occupied.shape[0], occupied.shape[1])
    place = np.empty(3, np.int64)
    for r in range(row0, out.shape[0], row_step):
        for c in range(out.shape[1]):
            d = beam[1] + r * beam[2] + c * beam[3]
            a = 0
            if abs(d[1]) > abs(d[a]):
                a = 1
            if abs(d[2]) > abs(d[a]):
                a = 2
            b, e = (a + 1) % 3, (a + 2) % 3
            total = 0.0
            for k in range(sizes[a]):
                t = (k - beam[0, a]) / d[a]
                if t < 0.0 or t > 1.0:
                    continue
                p, q = beam[0, b] + t * d[b], beam[0, e] + t * d[e]
                if not (-1.0 < p < sizes[b] and -1.0 < q < sizes[e]):
                    continue
                i, j = int(np.floor(p)), int(np.floor(q))
                place[a] = k
                for n in range(4):
                    place[b], place[e] = i + (n & 1), j + (n >> 1)
                    if 0 <= place[b] < sizes[b] and 0 <= place[e] < sizes[e]:
                        w = abs(1 - (n & 1) - (p - i)) * abs(1 - (n >> 1) - (q - j))
                        total += w * count_at(counts, occupied, first, piece, place[1], place[2], place[0])
            out[r, c] = total / abs(d[a])


def add_rays(volume: PreparedVolume, world: BeamGeometry, rest: BeamGeometry, out: NDArray) -> None:
    """Add to `out` the g/cm2 along the rays of `world`, which the volume at rest sees as `rest`.

    **Model** Joseph's sum along the axis that is steepest for each ray; the segment from source to pixel.
    **Valid for** any beam. Held by ``tests/physics/xray/test_oracles.py``.
    """
    h = volume.spacing_mm
    beam = np.stack([
        (rest.source_mm - volume.origin_mm) / h,
        (rest.origin_mm - rest.source_mm) / h,
        rest.row_step_mm / h,
        rest.column_step_mm / h,
    ])  # fmt: skip
    sums = np.empty((world.rows, world.columns))
    of = volume.across_y
    nx = volume.shape[2]
    share(lambda k, n: _rays(of.counts, of.occupied, of.first, of.piece, nx, beam, sums, k, n))
    sums *= np.linalg.norm(world.pixels_mm() - world.source_mm, axis=-1) * (0.1 * volume.scale_g_cm3)
    out += sums.astype(np.float32)
