"""Sums of resampled slices on the base plane: the projector's inner loops.

The base plane lies across the chosen axis, through the middle of the volume. Seen from the source, each
slice of voxels is the base plane scaled about the source's foot, so a slice is resampled row by row
(two neighbouring rows of voxels, weighted) and then along the row (two neighbours, weighted): each
sample of the base plane is Joseph's sum along its ray.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from angiosuite.physics.xray.lanes import LANES, add_blend, blend_rows, prefetch, turn

_OPTIONS: dict[str, Any] = {"cache": True, "nogil": True, "error_model": "numpy", "boundscheck": False}
_ROW = np.uint64(LANES)
_ZERO = np.float32(0.0)
_ONE = np.float32(1.0)


@njit(**_OPTIONS)
def _aligned(count: int) -> NDArray:
    """Zeros, float32, that begin at a cache line."""
    room = np.zeros(count + LANES, np.float32)
    skip = ((64 - room.ctypes.data % 64) % 64) // 4
    return room[skip : skip + count]


@njit(**_OPTIONS)
def _first_from(ascending: NDArray, value: int) -> int:
    """Index of the first entry that is not under `value`, or the length."""
    low, high = 0, len(ascending)
    while low < high:
        middle = (low + high) // 2
        if ascending[middle] < np.int64(value):
            low = middle + 1
        else:
            high = middle
    return low


@njit(**_OPTIONS)
def _bits(word: int) -> int:
    """Number of bits that are set in a uint32."""
    w = np.uint32(word)
    w = np.uint32(w - ((w >> np.uint32(1)) & np.uint32(0x55555555)))
    w = np.uint32((w & np.uint32(0x33333333)) + ((w >> np.uint32(2)) & np.uint32(0x33333333)))
    w = np.uint32((w + (w >> np.uint32(4))) & np.uint32(0x0F0F0F0F))
    return int(np.uint32(w * np.uint32(0x01010101)) >> np.uint32(24))


@njit(**_OPTIONS)
def count_at(counts: NDArray, occupied: NDArray, first: NDArray, piece: int, s: int, z: int, u: int) -> int:
    """One stored count: slice s, depth z, place u of the row (inside the grid)."""
    k = u // piece
    word = occupied[s, z]
    if not (word >> np.uint32(k)) & np.uint32(1):
        return 0
    below = _bits(word & np.uint32((np.uint64(1) << np.uint64(k)) - np.uint64(1)))
    return int(counts[(int(first[s, z]) + int(below)) * piece + u % piece])


@njit(**_OPTIONS)
def accumulate(
    counts: NDArray,  # flat, int16 or uint8: stored pieces, the first is empty
    occupied: NDArray,  # uint32 (slices, depth): which pieces of a row are stored
    first: NDArray,  # uint32 (slices, depth): number of a row's first stored piece
    piece: int,
    row: int,
    start: NDArray,  # float64 (slices,): depth of base row 0, voxels
    step: NDArray,  # float64 (slices,): depth a base row, voxels
    index: NDArray,  # int32 (slices, base columns): floor of the place in the row, plus one
    weight: NDArray,  # float32 (slices, base columns)
    needed: NDArray,  # uint32 (slices,): pieces of the row that the base columns can see
    image: NDArray,  # float32 (base rows, base columns), both multiples of sixteen
    block0: int,
    block_step: int,
) -> None:
    """Sum every slice over the blocks ``block0, block0 + block_step, ...`` of sixteen base rows."""
    slices, depth = occupied.shape
    columns, target = image.shape[1], image.reshape(-1)
    turned = _aligned((row + 2) * LANES)  # sixteen base rows side by side, one empty place at either end
    base = _aligned(columns * LANES)  # sums, base column by sixteen base rows
    rows = np.empty(2 * LANES, np.uint64)  # where the voxel row of each base row lies, less its place u
    word, stored = np.empty(2 * LANES, np.uint32), np.empty(2 * LANES, np.uint64)
    weights = np.empty(2 * LANES, np.float32)
    lower, upper, low_weight, high_weight = rows[:LANES], rows[LANES:], weights[:LANES], weights[LANES:]
    ahead, length = np.empty(4 * LANES, np.uint64), np.empty(4 * LANES, np.uint64)
    size, line = np.uint64(piece), np.uint64(64 // counts.itemsize)
    one = np.uint32(1)
    for block in range(block0, image.shape[0] // LANES, block_step):
        base[:] = _ZERO
        for s in range(slices):
            union, common = np.uint32(0), needed[s]
            for k in range(LANES):
                place = start[s] + step[s] * (block * LANES + k)
                floor = np.floor(place)
                share = np.float32(place - floor)
                weights[k], weights[LANES + k] = _ONE - share, share
                for n in range(2):
                    z, m = int(floor) + n, n * LANES + k
                    word[m] = 0
                    if 0 <= z < depth:
                        word[m], stored[m] = occupied[s, z], first[s, z]
                    union |= word[m]
                    common &= word[m]
            union &= needed[s]
            if union == np.uint32(0):
                continue
            soon = _next_rows(occupied, first, start, step, needed, s + 1, block, size, ahead, length)
            fetched = np.uint64(0)
            bit = 0
            while bit < 32 and (union >> np.uint32(bit)) != 0:
                if not (union >> np.uint32(bit)) & one:
                    bit += 1
                    continue
                begin = bit
                while bit < 32 and (union >> np.uint32(bit)) & one:
                    at = np.uint32(bit)
                    inner = (common >> at) & one
                    if bit == begin or not (inner and (common >> (at - one)) & one):
                        below = np.uint32((np.uint64(1) << np.uint64(bit)) - np.uint64(1))
                        for m in range(2 * LANES):
                            number = stored[m] + np.uint64(_bits(word[m] & below))
                            if not (word[m] >> at) & one:
                                number = np.uint64(0)
                            rows[m] = (number - np.uint64(bit)) * size
                    low = np.uint64(bit) * size
                    for u in range(low, low + size, _ROW):
                        blend_rows(
                            counts,
                            lower,
                            upper,
                            low_weight,
                            high_weight,
                            u,
                            turned,
                            (u + np.uint64(1)) * _ROW,
                        )
                    for _ in range(np.uint64(0), size, line if line < size else size):
                        for k in range(soon):  # the next slice comes from memory meanwhile
                            if fetched < length[k]:
                                prefetch(counts, ahead[k] + fetched)
                        fetched += line if line < size else size
                    bit += 1
                low, high = np.uint64(begin) * size, np.uint64(bit) * size
                for k in range(_ROW):
                    turned[low * _ROW + k] = _ZERO
                    turned[(high + np.uint64(1)) * _ROW + k] = _ZERO
                places, shares = index[s], weight[s]
                c0 = _first_from(places, low)
                c1 = _first_from(places, high + np.uint64(1))
                for c in range(np.uint64(c0), np.uint64(c1)):
                    add_blend(base, c * _ROW, turned, np.uint64(places[c]) * _ROW, shares[c])
        corner = np.uint64(block * LANES * columns)
        for c in range(np.uint64(0), np.uint64(columns), _ROW):
            turn(base, c * _ROW, target, corner + c, np.uint64(columns))


@njit(**_OPTIONS)
def _next_rows(
    occupied: NDArray,
    first: NDArray,
    start: NDArray,
    step: NDArray,
    needed: NDArray,
    s: int,
    block: int,
    size: int,
    ahead: NDArray,
    length: NDArray,
) -> int:
    """Where the needed voxels of a block's rows lie in slice s, and how many; returns the number of rows."""
    slices, depth = occupied.shape
    if s >= slices or needed[s] == np.uint32(0):
        return 0
    z0 = max(int(np.floor(start[s] + step[s] * (block * LANES))), 0)
    z1 = min(int(np.floor(start[s] + step[s] * (block * LANES + LANES - 1))) + 2, depth, z0 + len(ahead))
    lowest = needed[s] & np.uint32(np.uint32(~needed[s]) + np.uint32(1))
    below = np.uint32(lowest - np.uint32(1))
    for z in range(z0, z1):
        word = occupied[s, z]
        ahead[z - z0] = (np.uint64(first[s, z]) + np.uint64(_bits(word & below))) * size
        length[z - z0] = np.uint64(_bits(word & needed[s])) * size
    return max(z1 - z0, 0)


@njit(**_OPTIONS)
def row_places(
    start: NDArray, step: NDArray, last: int, index: NDArray, weight: NDArray, needed: NDArray, piece: int
) -> None:
    """Where each base column falls in the rows of each slice: floor plus one, share, and the pieces seen.

    `start` and `step` are float64 (slices,), voxels; `last` is the number of voxels of a padded row.
    """
    columns = np.uint64(index.shape[1])
    for s in range(index.shape[0]):
        places, shares = index[s], weight[s]
        a, b = start[s], step[s]
        for c in range(columns):
            place = a + b * np.float64(np.int64(c))
            floor = np.floor(place)
            places[c] = np.int32(min(max(floor + 1.0, -1.0), last + 1.0))
            shares[c] = np.float32(place - floor)
        low = min(max(int(places[0]) - 1, 0), last)
        high = min(max(int(places[index.shape[1] - 1]) + 1, 0), last)
        needed[s] = np.uint32(0)
        for k in range(low // piece, min((high + piece - 1) // piece, 32)):
            needed[s] |= np.uint32(1) << np.uint32(k)


@njit(**_OPTIONS)
def refine(image: NDArray, fine: NDArray, row0: int, row1: int) -> None:
    """Double the base image's sampling with the cubic of Catmull and Rom.

    ``fine[2 r, 2 c]`` is the base sample (r, c); the samples between are (-1, 9, 9, -1)/16 of their four
    neighbours; base rows [row0, row1) are done. `image` is (rows, columns), `fine`
    (2 rows, 2 columns), float32; the outermost samples of `image` are zero.
    """
    rows, columns = image.shape
    flat = image.reshape(-1)
    line = np.zeros(columns, np.float32)
    near, far = np.float32(9.0 / 16.0), np.float32(-1.0 / 16.0)
    width, one, two = np.uint64(columns), np.uint64(1), np.uint64(2)
    for r in range(row0, row1):
        at = np.uint64(r) * width
        for half in range(2):
            out = fine[2 * r + half]
            if half == 0:
                for c in range(width):
                    line[c] = flat[at + c]
            elif r < 1 or r > rows - 3:
                for c in range(width):
                    line[c] = _ZERO
            else:
                up, down, below = at - width, at + width, at + two * width
                for c in range(width):
                    line[c] = near * (flat[at + c] + flat[down + c]) + far * (flat[up + c] + flat[below + c])
            for c in range(width - one):
                out[two * c] = line[c]
                out[two * c + one] = near * (line[c] + line[c + one])
            for c in range(one, width - two):
                out[two * c + one] += far * (line[c - one] + line[c + two])
            out[two * (width - one)] = line[width - one]
            out[two * width - one] = _ZERO


@njit(**_OPTIONS)
def warp(fine: NDArray, to_base: NDArray, world_ray: NDArray, out: NDArray, row0: int, row1: int) -> None:
    """Carry the refined base image to the detector: rows [row0, row1) of `out`.

    `to_base` (3, 3) gives numerator of the fine column, numerator of the fine row and the ray's component
    across the base plane, each as (per row, per column, constant); `world_ray` (3, 3) the ray in the world
    times the slice weight, so that |ray| / |component| is the mass that one count on one slice stands for.
    The picture is added to `out`.
    """
    columns = out.shape[1]
    flat = fine.reshape(-1)
    stride = np.uint32(fine.shape[1])
    last_u, last_z = np.float32(fine.shape[1] - 2), np.float32(fine.shape[0] - 2)
    at = np.empty(columns, np.uint32)
    fu = np.empty(columns, np.float32)
    fz = np.empty(columns, np.float32)
    mass = np.empty(columns, np.float32)
    n = np.uint32(columns)
    one = np.uint32(1)
    du, dz, da = np.float32(to_base[0, 1]), np.float32(to_base[1, 1]), np.float32(to_base[2, 1])
    dx, dy, dw = np.float32(world_ray[0, 1]), np.float32(world_ray[1, 1]), np.float32(world_ray[2, 1])
    for r in range(row0, row1):
        u0 = np.float32(to_base[0, 0] * r + to_base[0, 2])
        z0 = np.float32(to_base[1, 0] * r + to_base[1, 2])
        a0 = np.float32(to_base[2, 0] * r + to_base[2, 2])
        x0 = np.float32(world_ray[0, 0] * r + world_ray[0, 2])
        y0 = np.float32(world_ray[1, 0] * r + world_ray[1, 2])
        w0 = np.float32(world_ray[2, 0] * r + world_ray[2, 2])
        for c in range(n):
            x = np.float32(np.int32(c))
            inverse = _ONE / (a0 + da * x)
            u = min(max((u0 + du * x) * inverse, _ZERO), last_u)
            z = min(max((z0 + dz * x) * inverse, _ZERO), last_z)
            iu, iz = np.int32(u), np.int32(z)
            fu[c] = u - np.float32(iu)
            fz[c] = z - np.float32(iz)
            at[c] = np.uint32(iz) * stride + np.uint32(iu)
            lx, ly, lw = x0 + dx * x, y0 + dy * x, w0 + dw * x
            mass[c] = np.sqrt((lx * lx + ly * ly) + lw * lw) * abs(inverse)
        line = out[r]
        for c in range(n):
            k = at[c]
            m = np.uint32(k + stride)
            share = fu[c]
            upper = flat[k] + share * (flat[np.uint32(k + one)] - flat[k])
            lower = flat[m] + share * (flat[np.uint32(m + one)] - flat[m])
            line[c] += (upper + fz[c] * (lower - upper)) * mass[c]
