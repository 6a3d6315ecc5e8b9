"""Sums what rays found in pieces of tubes into a picture: where they were cast, or moved from there."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from angiosuite.physics.xray.tube_pieces import ROW_BITS

__all__ = ["add_moved", "add_up"]

COLUMN_MASK = (1 << ROW_BITS) - 1


@njit(cache=True, nogil=True, error_model="numpy")
def add_up(
    work: NDArray,  # int64 (work,): pieces to add, ascending
    pixel: NDArray,  # int32 (room,): row and column, see `ROW_BITS`
    lengths: NDArray,  # float32 (room, 2), mm
    place: NDArray,  # int64 (pieces,)
    counts: NDArray,  # int64 (pieces,)
    ends: NDArray,  # int64 (pieces, 2)
    density: NDArray,  # float64 (nodes,), g/cm3
    mass: NDArray,  # float32 (rows, columns), g/cm2; added to
) -> None:
    """Mass on every pixel: lengths times concentration."""
    for n in range(len(work)):
        p = work[n]
        a, b = np.float32(0.1 * density[ends[p, 0]]), np.float32(0.1 * density[ends[p, 1]])
        for k in range(place[p], place[p] + counts[p]):
            mass[pixel[k] >> ROW_BITS, pixel[k] & COLUMN_MASK] += lengths[k, 0] * a + lengths[k, 1] * b


@njit(cache=True, nogil=True, error_model="numpy")
def add_moved(
    work: NDArray,  # int64 (work,): pieces to add, ascending
    pixel: NDArray,  # int32 (room,): row and column on the detector with its margin
    lengths: NDArray,  # float32 (room, 2), mm
    place: NDArray,  # int64 (pieces,)
    counts: NDArray,  # int64 (pieces,)
    boxes: NDArray,  # int64 (pieces, 4): on the detector with its margin
    ends: NDArray,  # int64 (pieces, 2)
    density: NDArray,  # float64 (nodes,), g/cm3
    stood: NDArray,  # float64 (nodes, 3): where rays were cast, mm
    nodes: NDArray,  # float64 (nodes, 3): where they are now, mm
    view: NDArray,  # float64 (7, 3): see BeamGeometry.numbers
    margin: int,
    mass: NDArray,  # float32 (rows, columns), g/cm2; added to
    touched: NDArray,  # int64 (4,): window that was touched; written
) -> None:
    """Mass on every pixel of pieces whose shadows have moved as their middles did."""
    rows, own_columns = mass.shape
    shift = np.empty(2)
    for n in range(len(work)):
        p = work[n]
        i, j = ends[p, 0], ends[p, 1]
        for axis in range(2):
            before, after, far_before, far_after = 0.0, 0.0, 0.0, 0.0
            for k in range(3):
                then = 0.5 * (stood[i, k] + stood[j, k]) - view[0, k]
                now = 0.5 * (nodes[i, k] + nodes[j, k]) - view[0, k]
                before += view[1 + axis, k] * then
                after += view[1 + axis, k] * now
                far_before += view[3, k] * then
                far_after += view[3, k] * now
            shift[axis] = after / far_after - before / far_before
        down, right = int(np.floor(shift[0])), int(np.floor(shift[1]))
        low, left = np.float32(shift[0] - down), np.float32(shift[1] - right)
        high, close = np.float32(1.0) - low, np.float32(1.0) - left
        a, b = np.float32(0.1 * density[i]), np.float32(0.1 * density[j])
        box = boxes[p]
        down, right = down - margin, right - margin
        inside = box[0] + down >= 0 and box[1] + down < rows and box[2] + right >= 0
        inside = inside and box[3] + right < own_columns
        for k in range(place[p], place[p] + counts[p]):
            r, c = (pixel[k] >> ROW_BITS) + down, (pixel[k] & COLUMN_MASK) + right
            value = lengths[k, 0] * a + lengths[k, 1] * b
            if inside:
                mass[r, c] += high * close * value
                mass[r, c + 1] += high * left * value
                mass[r + 1, c] += low * close * value
                mass[r + 1, c + 1] += low * left * value
                continue
            if 0 <= r < rows:
                if 0 <= c < own_columns:
                    mass[r, c] += high * close * value
                if 0 <= c + 1 < own_columns:
                    mass[r, c + 1] += high * left * value
            if 0 <= r + 1 < rows:
                if 0 <= c < own_columns:
                    mass[r + 1, c] += low * close * value
                if 0 <= c + 1 < own_columns:
                    mass[r + 1, c + 1] += low * left * value
        touched[0] = max(min(touched[0], box[0] + down), 0)
        touched[1] = min(max(touched[1], box[1] + down + 1), rows)
        touched[2] = max(min(touched[2], box[2] + right), 0)
        touched[3] = min(max(touched[3], box[3] + right + 1), own_columns)
