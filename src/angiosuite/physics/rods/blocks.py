"""Vectors and three-by-three blocks as tuples of numbers, and where they go in gradient and banded matrix.

Blocks are told by rows; symmetric ones by what lies on and right of the diagonal. A compiler keeps tuples in
registers, as it does not arrays.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

__all__ = [
    "add_across",
    "add_block",
    "add_symmetric",
    "add_vector",
    "cross",
    "dot",
    "less",
    "plus_outer",
    "plus_square",
    "scaled",
    "sum_of",
    "turned_over",
    "vector",
    "whole",
]

Vector = tuple[float, float, float]
Symmetric = tuple[float, float, float, float, float, float]
Block = tuple[float, float, float, float, float, float, float, float, float]

kernel = njit(cache=True, nogil=True, error_model="numpy", boundscheck=False, no_cpython_wrapper=True)
place = np.uint64


@kernel
def vector(rows: NDArray, i: int) -> Vector:
    """Row i."""
    return rows[i, 0], rows[i, 1], rows[i, 2]


@kernel
def dot(a: Vector, b: Vector) -> float:
    """Scalar product."""
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]


@kernel
def cross(a: Vector, b: Vector) -> Vector:
    """Vector product."""
    return a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]


@kernel
def scaled(s: float, a: Vector) -> Vector:
    """``s a``."""
    return s * a[0], s * a[1], s * a[2]


@kernel
def sum_of(s: float, a: Vector, t: float, b: Vector) -> Vector:
    """``s a + t b``."""
    return s * a[0] + t * b[0], s * a[1] + t * b[1], s * a[2] + t * b[2]


@kernel
def less(a: Vector, b: Vector) -> Vector:
    """``a - b``."""
    return a[0] - b[0], a[1] - b[1], a[2] - b[2]


@kernel
def turned_over(a: Vector) -> Vector:
    """``-a``."""
    return -a[0], -a[1], -a[2]


@kernel
def plus_square(total: Symmetric, s: float, a: Vector) -> Symmetric:
    """``total + s a a'``."""
    x, y, z = s * a[0], s * a[1], s * a[2]
    return (
        total[0] + x * a[0], total[1] + x * a[1], total[2] + x * a[2],
        total[3] + y * a[1], total[4] + y * a[2], total[5] + z * a[2],
    )  # fmt: skip


@kernel
def plus_outer(total: Block, s: float, a: Vector, b: Vector) -> Block:
    """``total + s a b'``."""
    x, y, z = s * a[0], s * a[1], s * a[2]
    return (
        total[0] + x * b[0], total[1] + x * b[1], total[2] + x * b[2],
        total[3] + y * b[0], total[4] + y * b[1], total[5] + y * b[2],
        total[6] + z * b[0], total[7] + z * b[1], total[8] + z * b[2],
    )  # fmt: skip


@kernel
def whole(a: Symmetric) -> Block:
    """All nine elements."""
    return a[0], a[1], a[2], a[1], a[3], a[4], a[2], a[4], a[5]


@kernel
def add_vector(right: NDArray, at: int, sign: float, a: Vector) -> None:
    """Add ``sign a`` to three elements from `at` on."""
    p = place(at)
    right[p] += sign * a[0]
    right[p + place(1)] += sign * a[1]
    right[p + place(2)] += sign * a[2]


@kernel
def add_symmetric(flat: NDArray, at: int, columns: int, a: Symmetric) -> None:
    """Add a block on the diagonal whose first element is `at` in the flat matrix."""
    p, down = place(at), place(columns)
    flat[p] += a[0]
    flat[p + place(1)] += a[1]
    flat[p + place(2)] += a[2]
    p += down
    flat[p] += a[3]
    flat[p + place(1)] += a[4]
    flat[p + down] += a[5]


@kernel
def add_block(flat: NDArray, at: int, columns: int, sign: float, a: Block) -> None:
    """Add ``sign a`` right of the diagonal, its first element `at` in the flat matrix."""
    p, down = place(at), place(columns - 1)
    flat[p] += sign * a[0]
    flat[p + place(1)] += sign * a[1]
    flat[p + place(2)] += sign * a[2]
    p += down
    flat[p] += sign * a[3]
    flat[p + place(1)] += sign * a[4]
    flat[p + place(2)] += sign * a[5]
    p += down
    flat[p] += sign * a[6]
    flat[p + place(1)] += sign * a[7]
    flat[p + place(2)] += sign * a[8]


@kernel
def add_across(flat: NDArray, at: int, columns: int, a: Vector) -> None:
    """Add a column of three right of the diagonal, its first element `at` in the flat matrix."""
    p, down = place(at), place(columns - 1)
    flat[p] += a[0]
    flat[p + down] += a[1]
    flat[p + down + down] += a[2]
