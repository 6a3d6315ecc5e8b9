"""Sums of resampled slices on the base plane: the projector's inner loops.

The base plane lies across the chosen axis, through the middle of the volume. Seen from the source, each
slice of voxels is the base plane scaled about the source's foot, so a slice is resampled column by column
(two neighbouring rows of voxels, weighted) and then row by row (two neighbours along z, weighted): each
sample of the base plane is Joseph's sum along its ray.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from angiosuite.physics.xray.lanes import LANES, add_blend, transpose

_OPTIONS: dict[str, Any] = {"cache": True, "nogil": True, "error_model": "numpy", "boundscheck": False}
_ROW = np.uint64(LANES)
_ZERO = np.float32(0.0)
_ONE = np.float32(1.0)


@njit(**_OPTIONS)
def _neighbours(position: float, count: int, weights: NDArray, at: int) -> tuple[int, int]:
    """Two rows that hold `position` and their weights; a row outside has weight zero."""
    floor = np.floor(position)
    low = int(floor)
    share = np.float32(position - floor)
    high = low + 1
    weights[at] = _ONE - share if 0 <= low < count else _ZERO
    weights[at + 1] = share if 0 <= high < count else _ZERO
    return min(max(low, 0), count - 1), min(max(high, 0), count - 1)


@njit(**_OPTIONS)
def accumulate(
    voxels: NDArray,  # flat counts, int16 or uint8
    occupied: NDArray,  # flat uint32
    layout: NDArray,  # int64: slice and row stride (voxels), slice and row stride (words), rows, depth, piece
    start: NDArray,  # float64 (slices,): row of base column 0
    step: NDArray,  # float64 (slices,): rows a base column
    pairs: NDArray,  # int64 (pairs, 2): the slices that share one resampling along z
    depth_index: NDArray,  # int32 (pairs, base rows): floor of z, plus one
    depth_weight: NDArray,  # float32 (pairs, base rows)
    needed: NDArray,  # uint32 (pairs,): pieces of z that the base rows can see
    base: NDArray,  # float32, flat (blocks, base rows, 16); added to
    base_rows: int,
    block0: int,
    block_step: int,
) -> None:
    """Add every slice to the blocks ``block0, block0 + block_step, ...`` of sixteen base columns."""
    slice_stride, row_stride, slice_word, row_word, rows, depth, piece = layout
    blocks = base.size // (base_rows * LANES)
    lines = np.zeros(LANES * depth, np.float32)  # sixteen columns, z contiguous
    turned = np.zeros((depth + 2) * LANES, np.float32)  # z by sixteen columns, one empty row at either end
    near = np.empty((LANES, 4), np.int64)
    weights = np.empty((LANES, 4), np.float32)
    words = np.empty(LANES, np.uint32)
    stride = np.uint64(depth)
    for block in range(block0, blocks, block_step):
        first = np.uint64(block * base_rows * LANES)
        for p in range(pairs.shape[0]):
            s0, s1 = pairs[p, 0], pairs[p, 1]
            union = np.uint32(0)
            for k in range(LANES):
                column = block * LANES + k
                a, b = _neighbours(start[s0] + step[s0] * column, rows, weights[k], 0)
                c, d = _neighbours(start[s1] + step[s1] * column, rows, weights[k], 2)
                w0, w1 = s0 * slice_word, s1 * slice_word
                word = np.uint32(0)
                if weights[k, 0] != _ZERO:
                    word |= occupied[w0 + a * row_word]
                if weights[k, 1] != _ZERO:
                    word |= occupied[w0 + b * row_word]
                if s1 != s0:
                    if weights[k, 2] != _ZERO:
                        word |= occupied[w1 + c * row_word]
                    if weights[k, 3] != _ZERO:
                        word |= occupied[w1 + d * row_word]
                near[k, 0] = s0 * slice_stride + a * row_stride
                near[k, 1] = s0 * slice_stride + b * row_stride
                near[k, 2] = s1 * slice_stride + c * row_stride
                near[k, 3] = s1 * slice_stride + d * row_stride
                word &= needed[p]
                words[k] = word
                union |= word
            bit = 0
            while (union >> np.uint32(bit)) != 0 and bit < 32:
                if not (union >> np.uint32(bit)) & np.uint32(1):
                    bit += 1
                    continue
                end = bit
                run = np.uint32(0)
                while end < 32 and (union >> np.uint32(end)) & np.uint32(1):
                    run |= np.uint32(1) << np.uint32(end)
                    end += 1
                low, high = np.uint64(bit * piece), np.uint64(end * piece)
                bit = end
                for k in range(LANES):
                    line = np.uint64(k) * stride
                    if not words[k] & run:
                        for z in range(low, high):
                            lines[line + z] = _ZERO
                        continue
                    w0, w1, w2, w3 = weights[k, 0], weights[k, 1], weights[k, 2], weights[k, 3]
                    n0, n1 = np.uint64(near[k, 0]), np.uint64(near[k, 1])
                    n2, n3 = np.uint64(near[k, 2]), np.uint64(near[k, 3])
                    if s1 == s0:
                        for z in range(low, high):
                            lines[line + z] = w0 * np.float32(voxels[n0 + z]) + w1 * np.float32(
                                voxels[n1 + z]
                            )
                    else:
                        for z in range(low, high):
                            lines[line + z] = (
                                w0 * np.float32(voxels[n0 + z]) + w1 * np.float32(voxels[n1 + z])
                            ) + (w2 * np.float32(voxels[n2 + z]) + w3 * np.float32(voxels[n3 + z]))
                for k in range(_ROW):
                    turned[low * _ROW + k] = _ZERO
                    turned[(high + np.uint64(1)) * _ROW + k] = _ZERO
                for z in range(low, high, _ROW):
                    transpose(lines, z, stride, turned, (z + np.uint64(1)) * _ROW)
                index, weight = depth_index[p], depth_weight[p]
                r0 = np.searchsorted(index, np.int32(low))
                r1 = np.searchsorted(index, np.int32(high + np.uint64(1)))
                for r in range(np.uint64(r0), np.uint64(r1)):
                    add_blend(base, first + r * _ROW, turned, np.uint64(index[r]) * _ROW, weight[r])


@njit(**_OPTIONS)
def refine(base: NDArray, base_rows: int, fine: NDArray, row0: int, row_step: int) -> None:
    """Double the base image's sampling with the cubic of Catmull and Rom: rows row0, row0 + row_step, ... of it.

    ``fine[2 r, 2 c]`` is the base sample (r, c); the samples between are (-1, 9, 9, -1)/16 of their four
    neighbours. `base` is flat (blocks, base rows, 16), `fine` is (2 base rows, 2 columns), float32.
    """
    columns = fine.shape[1] // 2
    blocks = columns // LANES
    line = np.zeros(columns, np.float32)
    near, far = np.float32(9.0 / 16.0), np.float32(-1.0 / 16.0)
    for r in range(row0, base_rows, row_step):
        for half in range(2):
            out = fine[2 * r + half]
            if half == 1 and (r < 1 or r > base_rows - 3):
                for c in range(np.uint64(2 * columns)):
                    out[c] = _ZERO
                continue
            for block in range(blocks):
                at = np.uint64((block * base_rows + r) * LANES)
                to = np.uint64(block * LANES)
                if half == 0:
                    for k in range(_ROW):
                        line[to + k] = base[at + k]
                else:
                    for k in range(_ROW):
                        line[to + k] = near * (base[at + k] + base[at + k + _ROW]) + far * (
                            base[at + k - _ROW] + base[at + k + _ROW + _ROW]
                        )
            for c in range(np.uint64(columns)):
                out[np.uint64(2) * c] = line[c]
            for c in range(np.uint64(1), np.uint64(columns - 2)):
                out[np.uint64(2) * c + np.uint64(1)] = near * (line[c] + line[c + np.uint64(1)]) + far * (
                    line[c - np.uint64(1)] + line[c + np.uint64(2)]
                )
            out[1] = _ZERO
            out[2 * columns - 3] = _ZERO
            out[2 * columns - 1] = _ZERO


@njit(**_OPTIONS)
def warp(fine: NDArray, to_base: NDArray, world_ray: NDArray, out: NDArray, row0: int, row_step: int) -> None:
    """Carry the refined base image to the detector: rows row0, row0 + row_step, ... of `out`.

    `to_base` (3, 3) gives numerator of the fine column, numerator of the fine row and the ray's component
    across the base plane, each as (per row, per column, constant); `world_ray` (3, 3) the ray in the world
    times the slice weight, so that |ray| / |component| is the mass that one count on one slice stands for.
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
    for r in range(row0, out.shape[0], row_step):
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
            line[c] = (upper + fz[c] * (lower - upper)) * mass[c]
