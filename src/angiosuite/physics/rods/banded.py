"""Symmetric banded systems: LDL^T in place, one row a pass."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

__all__ = ["factor", "solve"]


@njit(cache=True, nogil=True, error_model="numpy", boundscheck=False)
def factor(band: NDArray, size: int) -> None:
    """Factor a positive matrix; ``band[i, k]`` is its element (i, i - k), then L's, with D on the diagonal."""
    width = band.shape[1] - 1
    row = np.empty(width + 1)
    for i in range(size):
        reach = min(width, i)
        for k in range(reach, 0, -1):
            j = i - k
            value = band[i, k]
            for m in range(1, min(reach - k, width) + 1):
                value -= row[k + m] * band[j, m]
            row[k] = value
        diagonal = band[i, 0]
        for k in range(1, reach + 1):
            lower = row[k] / band[i - k, 0]
            diagonal -= lower * row[k]
            band[i, k] = lower
        band[i, 0] = diagonal


@njit(cache=True, nogil=True, error_model="numpy", boundscheck=False)
def solve(band: NDArray, size: int, right: NDArray) -> None:
    """Solve with a factored matrix; `right` becomes the solution."""
    width = band.shape[1] - 1
    for i in range(size):
        value = right[i]
        for k in range(1, min(width, i) + 1):
            value -= band[i, k] * right[i - k]
        right[i] = value
    for i in range(size):
        right[i] /= band[i, 0]
    for i in range(size - 1, -1, -1):
        value = right[i]
        for k in range(1, min(width, i) + 1):
            right[i - k] -= band[i, k] * value
