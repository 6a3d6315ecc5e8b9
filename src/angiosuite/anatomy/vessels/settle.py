"""Lines that keep clear of bone and of hollow organs: pushed out along a signed distance."""

from __future__ import annotations

import json
import lzma
from dataclasses import dataclass
from typing import Self

import numpy as np
from numba import njit
from numpy.typing import NDArray

from angiosuite.anatomy.labelsource import ShippedLabels
from angiosuite.anatomy.vessels.reference import REFERENCE_FOLDER

__all__ = ["Clearance"]

Floats = NDArray[np.float64]
#: Distance between an artery's wall and the surface of a bone, mm.
MARGIN_MM = 0.8
ROUNDS, SMOOTHINGS = 40, 4


@dataclass(frozen=True, slots=True)
class Clearance:
    """Signed distance to what lines keep clear of, on the reference body; 128 is the surface, less is inside.

    Parameters
    ----------
    distance : (z, y, x) uint8
        In steps.
    origin_mm : (3,)
    spacing_mm, step_mm : float
    """

    distance: NDArray[np.uint8]
    origin_mm: Floats
    spacing_mm: float
    step_mm: float

    @classmethod
    def of_bones(cls) -> Self:
        """Distance to bone of the reference body that ships, about a third of a second to read."""
        folder = ShippedLabels().folder
        facts = json.loads((folder / "base.json").read_text(encoding="utf-8"))
        data = bytearray(lzma.decompress((folder / "bone-distance.xz").read_bytes()))
        volume = np.frombuffer(data, np.uint8).reshape(facts["shape"])
        np.cumsum(volume, axis=2, dtype=np.uint8, out=volume)
        return cls(volume, np.asarray(facts["origin_mm"]), facts["spacing_mm"], facts["distance_step_mm"])

    @classmethod
    def of_hollows(cls) -> Self:
        """Distance to lungs, stomach, bowel, bladder, airways, discs and spinal canal; at rest."""
        with np.load(REFERENCE_FOLDER / "hollows.npz") as kept:
            return cls(kept["distance"], kept["origin_mm"], float(kept["spacing_mm"]), float(kept["step_mm"]))

    def clear(
        self, line_mm: Floats, radius_mm: Floats, free: int = 1, margin_mm: float = MARGIN_MM
    ) -> Floats:
        """The line moved out, smoothly; its first `free` points and its last stay.

        Parameters
        ----------
        line_mm : ndarray, shape (n, 3)
            Base mm.
        radius_mm : ndarray, shape (n,)
        free : int
        margin_mm : float
            Room between wall and surface.

        Notes
        -----
        **Model** forty rounds: a node nearer than its radius and a margin goes up the gradient of the
        distance; the sum of moves is averaged over neighbours, so that the line stays smooth.
        **Valid for** lines that start no deeper than the band of the distance: 4 mm in bone, 8 mm in hollows.
        Held by ``tests/anatomy/vessels/test_settle.py``.
        """
        if len(line_mm) < 4:
            return line_mm
        index = (line_mm - self.origin_mm) / self.spacing_mm
        wanted = np.minimum(radius_mm + margin_mm, 3.6) / self.step_mm + 128.0
        _push(index, wanted, self.distance, self.step_mm / self.spacing_mm, free)
        return index * self.spacing_mm + self.origin_mm

    def depth_mm(self, points_mm: Floats) -> Floats:
        """Signed distance at base points, mm, within the band: negative inside."""
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
    """Move nodes (voxel units) until the sampled distance is what is wanted; the shift stays smooth."""
    n = index.shape[0]
    start, shift = index.copy(), np.zeros((n, 3))
    for _ in range(ROUNDS):
        touched = False
        for i in range(free, n - 1):
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
            far = min(lack * scale, 1.0) / size
            shift[i, 0] += far * gx
            shift[i, 1] += far * gy
            shift[i, 2] += far * gz
        if not touched:
            break
        for _ in range(SMOOTHINGS):
            for a in range(3):
                before = 0.0
                for i in range(free, n - 1):
                    here = shift[i, a]
                    shift[i, a] = 0.25 * before + 0.5 * here + 0.25 * shift[i + 1, a]
                    before = here
        for i in range(free, n - 1):
            for a in range(3):
                index[i, a] = start[i, a] + shift[i, a]
