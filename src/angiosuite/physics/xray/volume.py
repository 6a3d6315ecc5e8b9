"""A density volume made ready for projection: slices across x and across y, occupied pieces, a half level."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from angiosuite.kit.errors import WrongUse
from angiosuite.physics.xray.lanes import LANES

#: Bits of an occupancy word: a row of voxels is told apart in this many pieces at most.
PIECES = 32
_FULL_SCALE = 32000
BLOCK_BYTES = 1 << 19
"""Memory of the slices that are laid out at once: what a processor keeps near."""


@dataclass(frozen=True, slots=True, eq=False)
class Slices:
    """The counts as slices across one axis; pieces of rows that hold nothing take no room.

    Attributes
    ----------
    counts : ndarray, flat, int16 or uint8
        The occupied pieces in the order slice, z, row; the first piece is empty and stands for all that are
        not stored.
    occupied : ndarray, shape (slice, z), uint32
        Bit k is set where the voxels ``[k * piece, (k + 1) * piece)`` of the row (along x for slices across
        y, along y for slices across x) are stored.
    first : ndarray, shape (slice, z), uint32
        Number of the row's first stored piece.
    piece : int
        Voxels of a piece, a multiple of sixteen.
    row : int
        Voxels of a row, whole pieces.
    """

    counts: NDArray
    occupied: NDArray[np.uint32]
    first: NDArray[np.uint32]
    piece: int
    row: int

    @classmethod
    def of(cls, dense: NDArray) -> Slices:
        """Lay out a (slice, z, row) view."""
        slices, depth, length = dense.shape
        piece = LANES * max(1, -(-length // (PIECES * LANES)))
        pieces = -(-length // piece)
        bits = np.uint32(1) << np.arange(pieces, dtype=np.uint32)
        occupied = np.zeros((slices, depth), np.uint32)
        for z, block in _blocks(dense, pieces * piece):
            some = _any(block, piece)
            occupied[:, z] = (some * bits).sum(axis=2, dtype=np.uint32).T
        stored = np.bitwise_count(occupied).astype(np.int64).reshape(-1)
        before = np.cumsum(stored) - stored + 1
        counts = _aligned_zeros((int(stored.sum()) + 1) * piece, dense.dtype)
        whole = _piece_of(piece, dense.dtype)
        places, start = counts.view(whole), before.reshape(slices, depth)
        held = stored.reshape(slices, depth)
        for z, block in _blocks(dense, pieces * piece):
            filled = (occupied[:, z].T[:, :, None] & bits) != 0
            here = held[:, z].T.reshape(-1)
            at = np.repeat(start[:, z].T.reshape(-1) - (np.cumsum(here) - here), here)
            places[at + np.arange(at.size)] = block.view(whole)[filled]
        first = before.astype(np.uint32).reshape(slices, depth)
        return cls(counts, occupied, first, piece, pieces * piece)

    def slice(self, k: int) -> NDArray:
        """Slice k with its empty pieces, shape (z, row)."""
        pieces = self.row // self.piece
        filled = (self.occupied[k][:, None] >> np.arange(pieces, dtype=np.uint32)) & np.uint32(1) != 0
        dense = np.zeros((len(filled), self.row), self.counts.dtype)
        start = int(self.first[k, 0])
        whole = _piece_of(self.piece, self.counts.dtype)
        dense.view(whole)[filled] = self.counts.view(whole)[start : start + int(filled.sum())]
        return dense

    @property
    def nbytes(self) -> int:
        """Memory held, bytes."""
        return int(self.counts.nbytes + self.occupied.nbytes + self.first.nbytes)


def _blocks(dense: NDArray, row: int) -> Iterator[tuple[slice, NDArray]]:
    """A (slice, z, row) view, some z at a time, as (z, slice, row) with rows padded with zeros.

    Going by z reads the memory of a (z, y, x) volume in its order, whichever way its slices lie.
    """
    slices, depth, length = dense.shape
    step = max(1, BLOCK_BYTES // (slices * row * dense.dtype.itemsize))
    for low in range(0, depth, step):
        z = slice(low, min(low + step, depth))
        padded = np.zeros((z.stop - z.start, slices, row), dense.dtype)
        padded[:, :, :length] = dense[:, z].transpose(1, 0, 2)
        yield z, padded


def _piece_of(piece: int, dtype: np.dtype) -> np.dtype:
    """A piece as one element of an array, which numpy moves much faster than as so many voxels."""
    return np.dtype((np.void, piece * dtype.itemsize))


def _any(block: NDArray, piece: int) -> NDArray[np.bool_]:
    """Whether each piece of the rows of (z, slice, row) holds something, looked at eight bytes at a time."""
    words = block.view(np.uint64).reshape(*block.shape[:2], -1, piece * block.dtype.itemsize // 8)
    either = words[..., 0].copy()
    for k in range(1, words.shape[3]):
        either |= words[..., k]
    return either != 0


@dataclass(frozen=True, eq=False)
class PreparedVolume:
    """Mass density on a cubic grid, laid out twice for the slice projector.

    Attributes
    ----------
    across_x, across_y : Slices
        The same counts as slices across x (rows along y) and across y (rows along x), cropped to what is
        not zero.
    shape : tuple of int
        Voxels along z, y and x after cropping.
    origin_mm : ndarray, shape (3,)
        Centre (x, y, z) of the first voxel, mm.
    spacing_mm : float
        Edge of a voxel, mm.
    scale_g_cm3 : float
        Mass density of one count, g/cm3.
    """

    across_x: Slices
    across_y: Slices
    shape: tuple[int, int, int]
    origin_mm: NDArray[np.float64]
    spacing_mm: float
    scale_g_cm3: float

    @classmethod
    def from_array(
        cls,
        volume: NDArray,
        origin_mm: tuple[float, float, float] | NDArray,
        spacing_mm: float,
        scale_g_cm3: float = 1e-3,
    ) -> PreparedVolume:
        """Prepare a (z, y, x) volume of counts.

        Parameters
        ----------
        volume : ndarray, shape (z, y, x)
            Any integer or real type; may be negative. uint8 stays, all else becomes int16: integers that
            do not fit and real numbers are scaled so that the largest is 32000 counts (a relative
            rounding of 1.6e-5 of the largest).
        origin_mm : (x, y, z)
            Centre of voxel [0, 0, 0], mm.
        spacing_mm : float
            Edge of a voxel, mm.
        scale_g_cm3 : float
            Mass density of a count of `volume`, g/cm3 (0.001 for mg/cm3, 0.008 for the bone channel).
        """
        data = np.asarray(volume)
        if data.ndim != 3 or spacing_mm <= 0:
            raise WrongUse(
                "A volume has three axes and a positive spacing", code="bad-volume", value=list(data.shape)
            )
        box = _occupied_box(data)
        data, scale = _as_counts(data[box], float(scale_g_cm3))
        shift = np.array([box[2].start, box[1].start, box[0].start], dtype=np.float64) * spacing_mm
        return cls._of_counts(data, np.asarray(origin_mm, np.float64) + shift, float(spacing_mm), scale)

    @classmethod
    def _of_counts(cls, counts: NDArray, origin: NDArray, spacing: float, scale: float) -> PreparedVolume:
        across_x, across_y = Slices.of(counts.transpose(2, 0, 1)), Slices.of(counts.transpose(1, 0, 2))
        nz, ny, nx = counts.shape
        return cls(across_x, across_y, (nz, ny, nx), origin, spacing, scale)

    @property
    def empty(self) -> bool:
        """True when every voxel is zero."""
        return not self.across_y.occupied.any()

    @property
    def nbytes(self) -> int:
        """Memory held, bytes, the half level included where it was made."""
        half = self.__dict__.get("half")
        return self.across_x.nbytes + self.across_y.nbytes + (half.nbytes if half is not None else 0)

    @cached_property
    def half(self) -> PreparedVolume:
        """The same mass at twice the spacing (means of 2 x 2 x 2 voxels)."""
        nz, ny, nx = self.shape
        dtype = self.across_y.counts.dtype
        small = np.zeros((-(-ny // 2), -(-nz // 2), -(-nx // 2)), dtype)
        for y in range(small.shape[0]):
            pair = np.zeros((nz + nz % 2, nx + nx % 2), np.int32)
            for k in range(2 * y, min(2 * y + 2, ny)):
                pair[:nz, :nx] += self.across_y.slice(k)[:, :nx]
            rows = pair[0::2] + pair[1::2]
            small[y] = (rows[:, 0::2] + rows[:, 1::2] + 4) >> 3
        origin = self.origin_mm + self.spacing_mm / 2
        return self._of_counts(small.transpose(1, 0, 2), origin, 2 * self.spacing_mm, self.scale_g_cm3)

    def corners_mm(self) -> NDArray[np.float64]:
        """The eight corners of the box outside which the interpolant is zero, shape (8, 3), mm."""
        low = self.origin_mm - self.spacing_mm
        high = self.origin_mm + self.spacing_mm * np.array(self.shape[::-1])
        pick = np.array([[i, j, k] for i in (0, 1) for j in (0, 1) for k in (0, 1)])
        return np.where(pick == 1, high, low)

    def counts_zyx(self) -> NDArray:
        """The cropped counts, shape (z, y, x), newly made."""
        return np.stack([self.across_y.slice(k)[:, : self.shape[2]] for k in range(self.shape[1])], axis=1)


def _aligned_zeros(size: int, dtype: np.dtype) -> NDArray:
    """Zeros that begin at a cache line, so that no vector of a row straddles two."""
    room = np.zeros(size * dtype.itemsize + 64, np.uint8)
    skip = -room.ctypes.data % 64
    return room[skip : skip + size * dtype.itemsize].view(dtype)


def _as_counts(data: NDArray, scale: float) -> tuple[NDArray, float]:
    """int16 or uint8 counts and the density of one count."""
    if data.dtype in (np.int16, np.uint8):
        return data, scale
    peak = float(np.abs(data).max(initial=0))
    if data.dtype == bool or (np.issubdtype(data.dtype, np.integer) and peak <= 32767):
        return data.astype(np.int16), scale
    step = peak / _FULL_SCALE if peak > 0 else 1.0
    return np.rint(data / step).astype(np.int16), scale * step


def _occupied_box(data: NDArray) -> tuple[slice, slice, slice]:
    planes = np.array([bool(plane.any()) for plane in data])
    if not planes.any():
        return slice(0, 1), slice(0, 1), slice(0, 1)
    shadow = np.zeros(data.shape[1:], bool)
    for plane in data[planes]:
        shadow |= plane != 0
    spans = []
    for line in (planes, shadow.any(axis=1), shadow.any(axis=0)):
        where = np.flatnonzero(line)
        spans.append(slice(int(where[0]), int(where[-1]) + 1))
    return spans[0], spans[1], spans[2]
