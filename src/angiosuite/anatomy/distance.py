"""Exact distances inside masks, and the openings and closings by balls that follow from them."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from angiosuite.physics.threads import share

Mask = NDArray[np.bool_]


def distance_mm(mask: Mask, edge: float) -> NDArray[np.float32]:
    """Distance (mm) of each voxel of a mask to the nearest voxel outside it; 0 outside.

    Parameters
    ----------
    mask : (z, y, x) bool
        The border of the array does not count as outside.
    edge : float
        Voxel, mm.

    Notes
    -----
    **Model** exact Euclidean distance by lower envelopes of parabolas, axis by axis; planes are shared by
    the threads and written apart, so their number changes nothing.
    **Source** Felzenszwalb and Huttenlocher, Theory of Computing 8 (2012) 415-428.
    Held by tests/anatomy/test_distance.py, against SciPy.
    """
    volume = np.ascontiguousarray(mask)
    squared = np.empty(volume.shape, np.float32)
    share(lambda k, n: _planes(volume, squared, k, n))
    share(lambda k, n: _across(squared, k, n))
    np.sqrt(squared, out=squared)
    squared *= np.float32(edge)
    return squared


def within(mask: Mask, reach_mm: float, edge: float) -> Mask:
    """Voxels no further than `reach_mm` from a mask."""
    if not mask.any():
        return np.zeros_like(mask)
    near: Mask = distance_mm(~mask, edge) <= reach_mm
    return near


def opened(mask: Mask, radius_mm: float, edge: float) -> Mask:
    """What of a mask a ball of that radius can reach without leaving it."""
    return within(distance_mm(mask, edge) > radius_mm, radius_mm, edge)


def closed(mask: Mask, radius_mm: float, edge: float) -> Mask:
    """A mask with all gaps filled that a ball of that radius cannot enter."""
    result: Mask = distance_mm(within(mask, radius_mm, edge), edge) > radius_mm
    return result | mask


@njit(cache=True, nogil=True)
def _envelope(
    line: NDArray[np.float32], count: int, feet: NDArray[np.int64], bounds: NDArray[np.float64]
) -> None:
    """Replace f(q) of a line by the least of f(p) + (q - p)^2 over all p."""
    last = 0
    feet[0] = 0
    bounds[0] = -1e30
    bounds[1] = 1e30
    for q in range(1, count):
        if line[q] >= 1e9:
            continue
        place = ((line[q] + q * q) - (line[feet[last]] + feet[last] * feet[last])) / (2.0 * (q - feet[last]))
        while place <= bounds[last]:
            last -= 1
            foot = feet[last]
            place = ((line[q] + q * q) - (line[foot] + foot * foot)) / (2.0 * (q - foot))
        last += 1
        feet[last] = q
        bounds[last] = place
        bounds[last + 1] = 1e30
    values = np.empty(last + 1, np.float32)
    for k in range(last + 1):
        values[k] = line[feet[k]]
    k = 0
    for q in range(count):
        while bounds[k + 1] < q:
            k += 1
        away = q - feet[k]
        line[q] = min(values[k] + np.float32(away * away), np.float32(1e9))


@njit(cache=True, nogil=True)
def _planes(mask: NDArray[np.bool_], squared: NDArray[np.float32], first: int, step: int) -> None:
    """Squared distance within each slice."""
    nz, ny, nx = mask.shape
    column = np.empty(ny, np.float32)
    feet = np.empty(ny + 1, np.int64)
    bounds = np.empty(ny + 2, np.float64)
    for z in range(first, nz, step):
        for y in range(ny):
            away = 40000
            for x in range(nx):
                away = away + 1 if mask[z, y, x] else 0
                squared[z, y, x] = away
            away = 40000
            for x in range(nx - 1, -1, -1):
                away = away + 1 if mask[z, y, x] else 0
                least = min(squared[z, y, x], np.float32(away))
                squared[z, y, x] = least * least if least < 30000 else np.float32(1e9)
        for x in range(nx):
            busy = False
            for y in range(ny):
                column[y] = squared[z, y, x]
                busy = busy or column[y] > 0
            if busy:
                _envelope(column, ny, feet, bounds)
                for y in range(ny):
                    squared[z, y, x] = column[y]


@njit(cache=True, nogil=True)
def _across(squared: NDArray[np.float32], first: int, step: int) -> None:
    """The same from slice to slice."""
    nz, ny, nx = squared.shape
    plane = np.empty((nx, nz), np.float32)
    feet = np.empty(nz + 1, np.int64)
    bounds = np.empty(nz + 2, np.float64)
    for y in range(first, ny, step):
        for z in range(nz):
            for x in range(nx):
                plane[x, z] = squared[z, y, x]
        for x in range(nx):
            if plane[x].max() > 0:
                _envelope(plane[x], nz, feet, bounds)
        for z in range(nz):
            for x in range(nx):
                squared[z, y, x] = plane[x, z]
