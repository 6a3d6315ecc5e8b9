"""Cheapest ways through a lumen: distances and the way back, voxel by voxel."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

__all__ = ["cheapest", "way_back"]

Mask = NDArray[np.bool_]


def cheapest(
    cost: NDArray[np.float32], inside: Mask, starts: NDArray[np.intp]
) -> tuple[NDArray[np.float32], NDArray[np.int32]]:
    """Least sum of cost times step from any start, and each voxel's step back.

    Parameters
    ----------
    cost : (z, y, x) float32
        Cost of a voxel edge of way, above 0.
    inside : (z, y, x) bool
        Where a way may lead.
    starts : (n, 3) int
        Voxels where ways begin.

    Returns
    -------
    far : (z, y, x) float32
        Infinite where no way leads.
    back : (z, y, x) int32
        Flat index of the voxel before; -1 at a start and where no way leads.

    Notes
    -----
    **Model** the 26 neighbours, steps of 1, sqrt 2 and sqrt 3 edges times the mean of both costs.
    **Source** Dijkstra, Numerische Mathematik 1 (1959) 269-271.
    Held by tests/anatomy/vessels/extraction/test_geodesic.py.
    """
    nz, ny, nx = inside.shape
    flat = np.ravel_multi_index(tuple(np.asarray(starts, np.intp).T), inside.shape).astype(np.int64)
    far, back = _spread(cost.ravel(), inside.ravel(), flat, ny, nx, nz)
    return far.reshape(inside.shape), back.reshape(inside.shape)


def way_back(back: NDArray[np.int32], end: tuple[int, int, int]) -> NDArray[np.intp]:
    """Voxels (n, 3) from an end to the start of its way."""
    flat, shape = back.ravel(), back.shape
    at = int(np.ravel_multi_index(end, shape))
    way = [at]
    while (at := int(flat[at])) >= 0:
        way.append(at)
    return np.stack(np.unravel_index(np.array(way), shape), 1)


@njit(cache=True, nogil=True)
def _sift_up(keys: NDArray[np.float32], places: NDArray[np.int64], at: int) -> None:
    while at > 0:
        above = (at - 1) >> 1
        if keys[above] <= keys[at]:
            return
        keys[above], keys[at] = keys[at], keys[above]
        places[above], places[at] = places[at], places[above]
        at = above


@njit(cache=True, nogil=True)
def _sift_down(keys: NDArray[np.float32], places: NDArray[np.int64], count: int) -> None:
    at = 0
    while True:
        child = 2 * at + 1
        if child >= count:
            return
        if child + 1 < count and keys[child + 1] < keys[child]:
            child += 1
        if keys[at] <= keys[child]:
            return
        keys[at], keys[child] = keys[child], keys[at]
        places[at], places[child] = places[child], places[at]
        at = child


@njit(cache=True, nogil=True)
def _spread(
    cost: NDArray[np.float32],
    inside: NDArray[np.bool_],
    starts: NDArray[np.int64],
    ny: int,
    nx: int,
    nz: int,
) -> tuple[NDArray[np.float32], NDArray[np.int32]]:
    far = np.full(cost.size, np.inf, np.float32)
    back = np.full(cost.size, -1, np.int32)
    keys = np.empty(1024, np.float32)
    places = np.empty(1024, np.int64)
    count = 0
    for start in starts:
        if inside[start] and far[start] > 0.0:
            far[start] = 0.0
            if count == keys.size:
                keys = np.concatenate((keys, np.empty_like(keys)))
                places = np.concatenate((places, np.empty_like(places)))
            keys[count], places[count] = 0.0, start
            count += 1
            _sift_up(keys, places, count - 1)
    while count > 0:
        key, here = keys[0], places[0]
        count -= 1
        keys[0], places[0] = keys[count], places[count]
        _sift_down(keys, places, count)
        if key > far[here]:
            continue
        z, rest = here // (ny * nx), here % (ny * nx)
        y, x = rest // nx, rest % nx
        for dz in range(-1, 2):
            a = z + dz
            if a < 0 or a >= nz:
                continue
            for dy in range(-1, 2):
                b = y + dy
                if b < 0 or b >= ny:
                    continue
                for dx in range(-1, 2):
                    c = x + dx
                    if c < 0 or c >= nx:
                        continue
                    there = (a * ny + b) * nx + c
                    if not inside[there]:
                        continue
                    step = np.float32(np.sqrt(dz * dz + dy * dy + dx * dx))
                    reach = key + np.float32(0.5) * step * (cost[here] + cost[there])
                    if reach < far[there]:
                        far[there] = reach
                        back[there] = here
                        if count == keys.size:
                            keys = np.concatenate((keys, np.empty_like(keys)))
                            places = np.concatenate((places, np.empty_like(places)))
                        keys[count], places[count] = reach, there
                        count += 1
                        _sift_up(keys, places, count - 1)
    return far, back
