"""Lines that keep clear of bone: pushed out along the signed distance of the reference body's bones."""

from __future__ import annotations

import lzma
from dataclasses import dataclass
from typing import Self

import numpy as np
from numba import njit
from numpy.typing import NDArray

from angiosuite.anatomy.labelsource import ShippedLabels

__all__ = ["Bones"]

Floats = NDArray[np.float64]
#: Distance between an artery's wall and the surface of a bone, mm.
MARGIN_MM = 0.8
ROUNDS = 30


@dataclass(frozen=True, slots=True)
class Bones:
    """Signed distance to bone on the reference grid, in steps; 128 is the surface, less is inside."""

    distance: NDArray[np.uint8]
    origin_mm: Floats
    spacing_mm: float
    step_mm: float

    @classmethod
    def shipped(cls) -> Self:
        """Those of the reference body that ships, about a third of a second to read."""
        import json

        folder = ShippedLabels().folder
        facts = json.loads((folder / "base.json").read_text(encoding="utf-8"))
        data = bytearray(lzma.decompress((folder / "bone-distance.xz").read_bytes()))
        volume = np.frombuffer(data, np.uint8).reshape(facts["shape"])
        np.cumsum(volume, axis=2, dtype=np.uint8, out=volume)
        return cls(volume, np.asarray(facts["origin_mm"]), facts["spacing_mm"], facts["distance_step_mm"])

    def clear(self, line_mm: Floats, radius_mm: Floats, free: int = 1) -> Floats:
        """The line moved out of bone, smoothly; its first `free` points and its last stay.

        Parameters
        ----------
        line_mm : ndarray, shape (n, 3)
            Base mm.
        radius_mm : ndarray, shape (n,)
        free : int

        Notes
        -----
        **Model** thirty rounds: a node nearer to bone than its radius and a margin of 0.8 mm goes up the
        gradient of the distance; the moves are then averaged over neighbours, so that the line stays smooth.
        **Valid for** lines that start no deeper in bone than the band of the distance, 4 mm.
        Held by ``tests/anatomy/vessels/test_settle.py``.
        """
        if len(line_mm) < 4:
            return line_mm
        index = (line_mm - self.origin_mm) / self.spacing_mm
        wanted = np.minimum(radius_mm + MARGIN_MM, 3.6) / self.step_mm + 128.0
        _push(index, wanted, self.distance, self.step_mm / self.spacing_mm, free)
        return index * self.spacing_mm + self.origin_mm

    def depth_mm(self, points_mm: Floats) -> Floats:
        """Signed distance to bone at base points, mm, within the band of 4 mm: negative inside."""
        index = (np.atleast_2d(points_mm) - self.origin_mm) / self.spacing_mm
        return (np.array([_at(self.distance, *p) for p in index]) - 128.0) * self.step_mm


@njit(cache=True, nogil=True)
def _at(volume, x, y, z):  # type: ignore[no-untyped-def]
    """Trilinear sample; 255 outside the grid."""
    nz, ny, nx = volume.shape
    i, j, k = int(np.floor(x)), int(np.floor(y)), int(np.floor(z))
    if i < 0 or j < 0 or k < 0 or i >= nx - 1 or j >= ny - 1 or k >= nz - 1:
        return 255.0
    u, v, w = x - i, y - j, z - k
    total = 0.0
    for c in range(2):
        for b in range(2):
            for a in range(2):
                share = (u if a else 1 - u) * (v if b else 1 - v) * (w if c else 1 - w)
                total += share * volume[k + c, j + b, i + a]
    return total


@njit(cache=True, nogil=True)
def _push(index, wanted, volume, scale, free):  # type: ignore[no-untyped-def]
    """Move nodes (voxel units) until the sampled distance is what is wanted."""
    n = index.shape[0]
    move = np.zeros((n, 3))
    for _ in range(ROUNDS):
        touched = False
        for i in range(n):
            for a in range(3):
                move[i, a] = 0.0
            if i < free or i == n - 1:
                continue
            x, y, z = index[i, 0], index[i, 1], index[i, 2]
            lack = wanted[i] - _at(volume, x, y, z)
            if lack <= 0.0:
                continue
            gx = _at(volume, x + 1, y, z) - _at(volume, x - 1, y, z)
            gy = _at(volume, x, y + 1, z) - _at(volume, x, y - 1, z)
            gz = _at(volume, x, y, z + 1) - _at(volume, x, y, z - 1)
            size = np.sqrt(gx * gx + gy * gy + gz * gz)
            if size < 1e-6:
                continue
            touched = True
            far = 0.7 * min(lack * scale, 1.5) / size
            move[i, 0], move[i, 1], move[i, 2] = far * gx, far * gy, far * gz
        if not touched:
            break
        for _ in range(2):
            for a in range(3):
                before = move[0, a]
                for i in range(1, n - 1):
                    here = move[i, a]
                    move[i, a] = 0.25 * before + 0.5 * here + 0.25 * move[i + 1, a]
                    before = here
        for i in range(free, n - 1):
            for a in range(3):
                index[i, a] += 1.6 * move[i, a]
