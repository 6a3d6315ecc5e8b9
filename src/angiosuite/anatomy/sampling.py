"""Values of a volume between its voxels."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def sample(volume: NDArray[np.generic], coordinates: list[NDArray[np.float64]]) -> NDArray[np.float32]:
    """Linear interpolation on a rectilinear grid, axis by axis (edge values outside)."""
    low_z = int(np.clip(np.floor(coordinates[0].min()), 0, volume.shape[0] - 1))
    high_z = int(np.clip(np.ceil(coordinates[0].max()) + 1, low_z + 1, volume.shape[0]))
    result = volume[low_z:high_z].astype(np.float32)
    shifted = [coordinates[0] - low_z, coordinates[1], coordinates[2]]
    for axis, wanted in enumerate(shifted):
        count = result.shape[axis]
        wanted = np.clip(wanted, 0, count - 1)
        low = np.minimum(wanted.astype(np.intp), max(count - 2, 0))
        weight = (wanted - low).astype(np.float32).reshape([-1 if k == axis else 1 for k in range(3)])
        a = np.take(result, low, axis)
        b = np.take(result, np.minimum(low + 1, count - 1), axis)
        result = a + weight * (b - a)
    return result
