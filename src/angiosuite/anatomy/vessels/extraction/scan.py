"""`Scan`: the part of a CT that holds opacified vessels, on cubic voxels as fine as the CT itself."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from angiosuite.anatomy.sampling import sample

__all__ = ["FINEST_MM", "Scan", "scan_of"]

Floats = NDArray[np.float64]
Image = NDArray[np.float32]
Mask = NDArray[np.bool_]
Box = tuple[Floats, Floats]

#: The finest working voxel, and the most voxels that are worked on.
FINEST_MM, MAX_VOXELS = 0.7, 32_000_000


@dataclass(frozen=True, slots=True, eq=False)
class Scan:
    """CT numbers on cubic voxels.

    Parameters
    ----------
    hu : (z, y, x) float32
    origin_mm : (x, y, z) float
        Centre of voxel [0, 0, 0], LPS, mm.
    edge_mm : float
    """

    hu: Image
    origin_mm: tuple[float, float, float]
    edge_mm: float

    def index(self, points_mm: Floats) -> Floats:
        """Index coordinates (z, y, x) of points (x, y, z in mm), shape (..., 3)."""
        return (np.asarray(points_mm, np.float64) - self.origin_mm)[..., ::-1] / self.edge_mm

    def points_mm(self, index: NDArray[np.generic]) -> Floats:
        """Points (x, y, z in mm) of index coordinates (z, y, x), shape (..., 3)."""
        return np.asarray(index, np.float64)[..., ::-1] * self.edge_mm + self.origin_mm

    def voxels(self, points_mm: Floats) -> NDArray[np.intp]:
        """Nearest voxels (z, y, x) of points, kept within the grid."""
        near = np.rint(self.index(points_mm)).astype(np.intp)
        return np.clip(near, 0, np.array(self.hu.shape) - 1)

    def at(self, points_mm: Floats, outside: float = -1000.0) -> Image:
        """CT numbers (HU) at points, by linear interpolation; a value of one's own outside the grid."""
        places = np.moveaxis(self.index(points_mm), -1, 0)
        found: Image = ndimage.map_coordinates(self.hu, places, order=1, mode="constant", cval=outside)
        return found

    def carried(self, mask: NDArray[np.generic], origin: tuple[float, ...], spacing: float) -> Image:
        """Another grid's mask or weights on this one, by linear interpolation."""
        places = [
            np.asarray(
                (self.origin_mm[2 - k] - origin[2 - k] + self.edge_mm * np.arange(count)) / spacing,
                np.float64,
            )
            for k, count in enumerate(self.hu.shape)
        ]
        return sample(mask, places)


def scan_of(
    hu: NDArray[np.int16] | Image,
    origin_mm: tuple[float, float, float],
    spacing_zyx_mm: tuple[float, float, float],
    box: Box,
) -> Scan:
    """The part of a CT within a box (lowest and highest x, y, z), on cubic voxels.

    Notes
    -----
    **Model** linear interpolation to an edge of the cube root of the CT's voxel, 0.7 mm at least, or what
    keeps the box below 32 million voxels. Held by tests/anatomy/vessels/extraction/test_scan.py.
    """
    low, high = (np.array(corner, np.float64) for corner in box)
    for k in range(3):
        last = origin_mm[k] + spacing_zyx_mm[2 - k] * (hu.shape[2 - k] - 1)
        low[k], high[k] = max(low[k], origin_mm[k]), min(high[k], last)
    edge = max(FINEST_MM, float(np.prod(spacing_zyx_mm)) ** (1.0 / 3.0))
    edge = max(edge, float(np.prod(high - low + 2.0) / MAX_VOXELS) ** (1.0 / 3.0))
    counts = [int((high[k] - low[k]) / edge + 1e-6) + 1 for k in (2, 1, 0)]
    places = [
        ((low[2 - k] - origin_mm[2 - k] + edge * np.arange(counts[k])) / spacing_zyx_mm[k]).astype(np.float64)
        for k in range(3)
    ]
    x, y, z = (float(value) for value in low)
    return Scan(sample(hu, places), (x, y, z), edge)
