"""A stack of slices put on the patient's axes: turned when it lies along them, else resampled in slabs."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

AIR_HU = -1024
STRAIGHT = 0.3
"""Largest error at the far corner, in the smallest voxel edge, that turning alone may leave."""
SLAB, THREADS = 16, 2

Grid = tuple[NDArray[np.int16], tuple[float, float, float], tuple[float, float, float]]


def placed(
    hu: NDArray[np.int16],
    first_mm: NDArray[np.float64],
    steps_mm: NDArray[np.float64],
    most_voxels: int,
    report: Callable[[float], None],
) -> Grid:
    """The voxels on rising (z, y, x), the origin (x, y, z) mm and the spacing (z, y, x) mm.

    Parameters
    ----------
    hu : (k, row, column) int16
        Voxels as they were stacked.
    first_mm : (3,) float
        Centre of voxel [0, 0, 0], LPS.
    steps_mm : (3, 3) float
        Columns: from a voxel to the next in k, row and column, LPS.
    most_voxels : int
        Of the result; it is coarser rather than larger.
    report : callable
        Fraction done.

    Notes
    -----
    **Model** affine: x = first + steps · index. Trilinear where it does not lie along the axes; outside the
    stack is air. Held by tests/dicom/test_geometry.py: marks within half a voxel.
    """
    axes = np.argmax(np.abs(steps_mm), axis=0)
    if sorted(axes) == [0, 1, 2] and _is_straight(hu.shape, steps_mm, axes):
        return _turned(hu, first_mm, steps_mm, axes)
    return _resampled(hu, first_mm, steps_mm, most_voxels, report)


def _is_straight(shape: tuple[int, ...], steps: NDArray[np.float64], axes: NDArray[np.intp]) -> bool:
    off = np.abs(steps).copy()
    off[axes, np.arange(3)] = 0.0
    return float((off @ (np.array(shape) - 1)).max()) <= STRAIGHT * float(np.abs(steps).max(axis=0).min())


def _turned(
    hu: NDArray[np.int16],
    first: NDArray[np.float64],
    steps: NDArray[np.float64],
    axes: NDArray[np.intp],
) -> Grid:
    order = [int(np.flatnonzero(axes == patient)[0]) for patient in (2, 1, 0)]
    origin = first.copy()
    flips = []
    for axis in order:
        step = steps[axes[axis], axis]
        flips.append(slice(None, None, -1 if step < 0 else 1))
        if step < 0:
            origin[axes[axis]] += step * (hu.shape[axis] - 1)
    z_mm, y_mm, x_mm = (float(abs(steps[axes[axis], axis])) for axis in order)
    turned = np.ascontiguousarray(hu.transpose(order)[tuple(flips)])
    return turned, _three(origin), (z_mm, y_mm, x_mm)


def _resampled(
    hu: NDArray[np.int16],
    first: NDArray[np.float64],
    steps: NDArray[np.float64],
    most_voxels: int,
    report: Callable[[float], None],
) -> Grid:
    ends = np.array(hu.shape) - 1
    corners = np.array([[i, j, k] for i in (0, 1) for j in (0, 1) for k in (0, 1)]) * ends @ steps.T + first
    low, extent = corners.min(axis=0), np.ptp(corners, axis=0)
    edges = np.linalg.norm(steps, axis=0)[np.argmax(np.abs(steps), axis=1)]
    voxels = float(np.prod(extent / edges + 1))
    edges = edges * max(1.0, voxels / most_voxels) ** (1 / 3) * (1.0001 if voxels > most_voxels else 1.0)
    counts = (np.floor(extent / edges + 1e-6) + 1).astype(int)
    shape = int(counts[2]), int(counts[1]), int(counts[0])
    to_index = np.linalg.inv(steps) @ np.diag(edges)[:, ::-1]  # from (z, y, x) index to (k, row, column)
    offset = np.linalg.inv(steps) @ (low - first)
    result = np.empty(shape, np.int16)

    def fill(start: int) -> int:
        stop = min(start + SLAB, shape[0])
        slab = np.empty((stop - start, *shape[1:]), np.float32)
        ndimage.affine_transform(
            hu, to_index, offset + to_index[:, 0] * start, slab.shape, slab, 1, "constant", AIR_HU, False
        )
        result[start:stop] = np.rint(slab)
        return stop

    starts = range(0, shape[0], SLAB)
    with ThreadPoolExecutor(THREADS) as pool:  # slabs do not touch one another, so the order does not matter
        for first_of_pair in range(0, len(starts), THREADS):
            for stop in pool.map(fill, starts[first_of_pair : first_of_pair + THREADS]):
                report(stop / shape[0])
    x_mm, y_mm, z_mm = _three(edges)
    return result, _three(low), (z_mm, y_mm, x_mm)


def _three(values: NDArray[np.float64]) -> tuple[float, float, float]:
    return float(values[0]), float(values[1]), float(values[2])
