"""Noise of a frame, keyed by (seed, subsystem, frame) and pixel, so that threads cannot change it."""

from __future__ import annotations

import hashlib
from functools import cache

import numpy as np
from numba import njit
from numpy.typing import NDArray
from scipy.special import ndtri

from angiosuite.physics.threads import share

_TABLE_BITS = 12
_TABLE_SIZE = 1 << _TABLE_BITS

POISSON_BELOW = 20.0
"""Mean number of quanta under which a pixel is drawn from Poisson's law itself."""


@cache
def normal_table() -> NDArray[np.float32]:
    """Quantiles of the standard normal at 4096 midpoints, scaled to variance 1, float32.

    A draw takes 12 bits for the quantile and 4 more to slide to its neighbour, see :func:`add_noise`.
    """
    middle = ndtri((np.arange(_TABLE_SIZE) + 0.5) / _TABLE_SIZE)
    ends = np.concatenate([middle, middle[-1:] + 0.25])
    steps = (np.arange(16) + 0.5) / 16 - 0.5
    grid = ends[:-1, None] + np.diff(ends)[:, None] * steps[None, :]
    table = (ends - grid.mean()) / grid.std()
    result = table.astype(np.float32)
    result.setflags(write=False)
    return result


def philox_key(seed: int, subsystem: str) -> tuple[np.uint32, np.uint32]:
    """Two 32-bit key words for a seed and a subsystem name."""
    digest = hashlib.sha256(f"{seed}/{subsystem}".encode()).digest()
    return np.uint32(int.from_bytes(digest[:4], "little")), np.uint32(int.from_bytes(digest[4:8], "little"))


@njit(cache=True, nogil=True, inline="always")
def _philox(c0, c1, c2, c3, k0, k1):  # type: ignore[no-untyped-def]
    """Philox4x32-10 of one counter."""
    mask = np.uint64(0xFFFFFFFF)
    a0, a1, a2, a3 = np.uint64(c0), np.uint64(c1), np.uint64(c2), np.uint64(c3)
    key0, key1 = np.uint64(k0), np.uint64(k1)
    for _ in range(10):
        p0 = np.uint64(0xD2511F53) * a0
        p1 = np.uint64(0xCD9E8D57) * a2
        a0, a1, a2, a3 = (
            (p1 >> np.uint64(32)) ^ a1 ^ key0,
            p1 & mask,
            (p0 >> np.uint64(32)) ^ a3 ^ key1,
            p0 & mask,
        )
        key0 = (key0 + np.uint64(0x9E3779B9)) & mask
        key1 = (key1 + np.uint64(0xBB67AE85)) & mask
    return a0, a1, a2, a3


@njit(cache=True, nogil=True)
def philox4x32(c0: int, c1: int, c2: int, c3: int, k0: int, k1: int) -> tuple[int, int, int, int]:
    """Philox4x32-10 of one counter, four 32-bit words; compared with the authors' vectors in the tests."""
    return _philox(c0, c1, c2, c3, k0, k1)


@njit(cache=True, nogil=True, inline="always")
def _normal(half, table):  # type: ignore[no-untyped-def]
    """Standard normal from 16 random bits."""
    index = np.uint32(half >> np.uint32(4))
    slide = np.float32(half & np.uint32(15)) * np.float32(0.0625) - np.float32(0.46875)
    return table[index] + slide * (table[index + np.uint32(1)] - table[index])


@njit(cache=True, nogil=True)
def _poisson(mean: float, uniform: float) -> float:
    """Poisson number by inversion of its distribution (mean below about 20)."""
    term = np.exp(-mean)
    total = term
    k = 0
    while uniform > total and k < 120:
        k += 1
        term *= mean / k
        total += term
    return float(k)


@njit(cache=True, nogil=True)
def noise_row(row, noise, words, r, excess, electronic, key0, key1, frame, table):  # type: ignore[no-untyped-def]
    """One row of :func:`add_noise`; `words` is scratch of shape (4, columns/4 rounded up), uint32."""
    columns = row.shape[0]
    blocks = words.shape[1]
    low16 = np.uint32(0xFFFF)
    w0, w1, w2, w3 = words[0], words[1], words[2], words[3]
    for b in range(blocks):
        x0, x1, x2, x3 = _philox(np.uint32(b), np.uint32(r), np.uint32(frame), np.uint32(0), key0, key1)
        w0[b] = np.uint32(x0)
        w1[b] = np.uint32(x1)
        w2[b] = np.uint32(x2)
        w3[b] = np.uint32(x3)
    for c in range(columns):
        word = words[c & 3, c >> 2]
        high = np.uint32(word >> np.uint32(16))
        mean = row[c]
        if mean >= np.float32(POISSON_BELOW):
            row[c] = mean + np.sqrt(mean) * excess * _normal(high, table)
        elif mean > np.float32(0.0):
            drawn = _poisson(mean, (high + 0.5) / 65536.0)
            row[c] = mean + np.float32(drawn - mean) * excess
        noise[c] = electronic * _normal(np.uint32(word & low16), table)


@njit(cache=True, nogil=True)
def _noise_rows(quanta, white, row0, row1, excess, electronic, key0, key1, frame, table):  # type: ignore[no-untyped-def]
    words = np.empty((4, (quanta.shape[1] + 3) // 4), np.uint32)
    for r in range(row0, row1):
        noise_row(quanta[r], white[r], words, r, excess, electronic, key0, key1, frame, table)


def add_noise(
    quanta: NDArray[np.float32],
    white: NDArray[np.float32],
    *,
    excess: float,
    electronic: float,
    key: tuple[np.uint32, np.uint32],
    frame: int,
) -> None:
    """Turn mean quanta into counted quanta, in place, and fill `white` with the electronics' noise.

    Parameters
    ----------
    quanta : float32 (rows, columns)
        Mean detected quanta of each pixel; overwritten with the noisy value.
    white : float32 (rows, columns)
        Receives the electronic noise, to be added behind the scintillator's blur.
    excess : float
        sqrt(1/Swank), factor on the deviation.
    electronic : float
        Standard deviation of the electronic noise, quanta.
    key : tuple of uint32
        :func:`philox_key`.
    frame : int
        Number of the frame.

    Notes
    -----
    **Model**: Poisson below 20 quanta, Gaussian with variance equal to the mean above; random bits by
    Philox4x32-10, counter (block of four pixels, row, frame).
    **Source**: Salmon et al., Parallel random numbers: as easy as 1, 2, 3 (SC 2011).
    Held by ``tests/imaging/test_noise.py``.
    """
    table = normal_table()
    rows = quanta.shape[0]

    def strand(k: int, n: int) -> None:
        _noise_rows(
            quanta,
            white,
            k * rows // n,
            (k + 1) * rows // n,
            np.float32(excess),
            np.float32(electronic),
            *key,
            np.uint32(frame),
            table,
        )

    share(strand)
