"""References in plain double precision, slow and easy to check, that the projector is held against."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from angiosuite.physics.xray.geometry import BeamGeometry

Point = tuple[float, float, float] | NDArray[np.float64]


def siddon(
    volume: NDArray, origin_mm: Point, spacing_mm: float, source_mm: NDArray, targets_mm: NDArray
) -> NDArray[np.float64]:
    """Sums of value times mm of path through box voxels, shape of `targets_mm` less its last axis.

    Parameters
    ----------
    volume : ndarray, shape (z, y, x)
    origin_mm : (x, y, z)
        Centre of voxel [0, 0, 0], mm.
    spacing_mm : float
    source_mm : ndarray, shape (3,)
    targets_mm : ndarray, shape (..., 3)
        Ends of the rays, mm.

    Notes
    -----
    **Model** every voxel is a homogeneous cube; the crossings with all planes are sorted along the ray.
    **Source** Siddon 1985 (Med Phys 12:252). **Valid for** any ray.
    Held by ``tests/physics/xray/test_oracles.py``: chords of a ball and of a block.
    """
    shape = np.array(volume.shape[::-1])
    low = np.asarray(origin_mm, np.float64) - spacing_mm / 2
    planes = [low[a] + spacing_mm * np.arange(shape[a] + 1) for a in range(3)]
    ends = np.asarray(targets_mm, np.float64).reshape(-1, 3)
    sums = np.empty(len(ends))
    for i in range(0, len(ends), 2048):
        ray = _never_zero(ends[i : i + 2048] - source_mm)
        crossings = [(planes[a][None, :] - source_mm[a]) / ray[:, a : a + 1] for a in range(3)]
        t = np.sort(np.clip(np.concatenate(crossings, axis=1), 0.0, 1.0), axis=1)
        middle, length = 0.5 * (t[:, 1:] + t[:, :-1]), np.diff(t, axis=1)
        inside = length > 1e-13
        index = []
        for a in range(3):
            k = np.floor((source_mm[a] + middle * ray[:, a : a + 1] - low[a]) / spacing_mm).astype(np.int64)
            inside &= (k >= 0) & (k < shape[a])
            index.append(np.clip(k, 0, shape[a] - 1))
        value = np.where(inside, volume[index[2], index[1], index[0]], 0)
        sums[i : i + 2048] = (value * length).sum(axis=1) * np.linalg.norm(ray, axis=1)
    return sums.reshape(np.shape(targets_mm)[:-1])


def trilinear(
    volume: NDArray,
    origin_mm: Point,
    spacing_mm: float,
    source_mm: NDArray,
    targets_mm: NDArray,
    step_mm: float = 0.1,
) -> NDArray[np.float64]:
    """Finely stepped sums of value times mm along rays through the trilinear interpolant.

    Arguments as for :func:`siddon`. **Model** midpoint rule with steps of at most `step_mm`; the
    interpolant falls to zero one voxel outside the grid. **Valid for** any ray.
    Held by ``tests/physics/xray/test_oracles.py``.
    """
    shape = np.array(volume.shape[::-1])
    padded = np.pad(np.asarray(volume, np.float64), 1)
    first = np.asarray(origin_mm, np.float64) - spacing_mm
    last = first + spacing_mm * (shape + 1)
    ends = np.asarray(targets_mm, np.float64).reshape(-1, 3)
    sums = np.empty(len(ends))
    for i in range(0, len(ends), 256):
        ray = _never_zero(ends[i : i + 256] - source_mm)
        length = np.linalg.norm(ray, axis=1)
        a, b = (first - source_mm) / ray, (last - source_mm) / ray
        t0 = np.clip(np.minimum(a, b).max(axis=1), 0, 1)
        t1 = np.maximum(np.clip(np.maximum(a, b).min(axis=1), 0, 1), t0)
        steps = max(2, int(np.ceil(((t1 - t0) * length).max() / step_mm)))
        t = t0[:, None] + (t1 - t0)[:, None] * (np.arange(steps) + 0.5) / steps
        place = (source_mm + t[..., None] * ray[:, None, :] - first) / spacing_mm
        low = np.clip(np.floor(place).astype(np.int64), 0, shape)
        share = place - low
        total = np.zeros(t.shape)
        for corner in range(8):
            up = np.array([corner & 1, corner >> 1 & 1, corner >> 2 & 1])
            weight = np.where(up == 1, share, 1 - share).prod(axis=-1)
            x, y, z = np.moveaxis(low + up, -1, 0)
            total += weight * padded[z, y, x]
        sums[i : i + 256] = total.sum(axis=1) * (t1 - t0) * length / steps
    return sums.reshape(np.shape(targets_mm)[:-1])


def relative_error(picture: NDArray, truth: NDArray) -> float:
    """Norm of the difference over the norm of the truth, 1."""
    return float(np.linalg.norm(picture - truth) / np.linalg.norm(truth))


def sparse_pixels(geometry: BeamGeometry, count: int = 64) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Rows and columns of an even grid of `count` by `count` pixels of a detector."""
    rows = (np.arange(count) * geometry.rows + geometry.rows // 2) // count
    columns = (np.arange(count) * geometry.columns + geometry.columns // 2) // count
    return rows, columns


def _never_zero(ray: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.where(np.abs(ray) < 1e-9, 1e-9, ray)
