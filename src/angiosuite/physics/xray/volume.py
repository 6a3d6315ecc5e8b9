"""A density volume made ready for projection: one layout for both axes, occupied pieces, a half level."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from angiosuite.kit.errors import WrongUse
from angiosuite.physics.xray.lanes import LANES

#: Bits of an occupancy word: a row of voxels along z is told apart in this many pieces.
PIECES = 32
_FULL_SCALE = 32000


@dataclass(frozen=True, eq=False)
class PreparedVolume:
    """Mass density on a cubic grid, laid out for the slice projector.

    Attributes
    ----------
    voxels : ndarray, shape (y, x, z), int16 or uint8
        Counts, z contiguous and padded with zeros to whole pieces, cropped to what is not zero.
    occupied : ndarray, shape (y, x), uint32
        Bit k is set where the voxels ``[k * piece, (k + 1) * piece)`` along z are not all zero.
    origin_mm : ndarray, shape (3,)
        Centre (x, y, z) of voxel [0, 0, 0], mm.
    spacing_mm : float
        Edge of a voxel, mm.
    scale_g_cm3 : float
        Mass density of one count, g/cm3.
    """

    voxels: NDArray
    occupied: NDArray[np.uint32]
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
        data = np.ascontiguousarray(data[box].transpose(1, 2, 0))
        scale = float(scale_g_cm3)
        if data.dtype not in (np.int16, np.uint8):
            peak = float(np.abs(data).max(initial=0))
            if np.issubdtype(data.dtype, np.integer) and peak <= 32767:
                data = data.astype(np.int16)
            else:
                step = peak / _FULL_SCALE if peak > 0 else 1.0
                data = np.rint(data / step).astype(np.int16)
                scale *= step
        shift = np.array([box[2].start, box[1].start, box[0].start], dtype=np.float64) * spacing_mm
        return cls._of_layout(data, np.asarray(origin_mm, np.float64) + shift, float(spacing_mm), scale)

    @classmethod
    def _of_layout(cls, data: NDArray, origin: NDArray, spacing: float, scale: float) -> PreparedVolume:
        ny, nx, nz = data.shape
        piece = LANES * max(1, -(-nz // (PIECES * LANES)))
        padded = -(-nz // piece) * piece
        if padded != nz:
            data = np.pad(data, ((0, 0), (0, 0), (0, padded - nz)))
        bits = np.uint32(1) << np.arange(padded // piece, dtype=np.uint32)
        occupied = np.empty((ny, nx), np.uint32)
        for y in range(ny):
            some = (data[y].reshape(nx, padded // piece, piece) != 0).any(axis=2)
            occupied[y] = (some * bits).sum(axis=1, dtype=np.uint32)
        return cls(data, occupied, origin, spacing, scale)

    @property
    def piece(self) -> int:
        """Voxels along z that one bit of `occupied` stands for."""
        return int(LANES * max(1, -(-self.voxels.shape[2] // (PIECES * LANES))))

    @property
    def empty(self) -> bool:
        """True when every voxel is zero."""
        return not self.occupied.any()

    @property
    def nbytes(self) -> int:
        """Memory held, bytes, the half level included where it was made."""
        half = self.__dict__.get("half")
        return int(self.voxels.nbytes + self.occupied.nbytes + (half.nbytes if half is not None else 0))

    @cached_property
    def half(self) -> PreparedVolume:
        """The same mass at twice the spacing (means of 2 x 2 x 2 voxels)."""
        ny, nx, nz = self.voxels.shape
        whole = np.zeros((-(-ny // 2), -(-nx // 2), -(-nz // 2)), self.voxels.dtype)
        for y in range(whole.shape[0]):
            pair = self.voxels[2 * y : 2 * y + 2].astype(np.int32).sum(axis=0)
            pair = np.pad(pair, ((0, nx % 2), (0, nz % 2)))
            total = pair[0::2, 0::2] + pair[1::2, 0::2] + pair[0::2, 1::2] + pair[1::2, 1::2]
            whole[y] = (total + 4) >> 3
        return self._of_layout(
            whole, self.origin_mm + self.spacing_mm / 2, 2 * self.spacing_mm, self.scale_g_cm3
        )

    def corners_mm(self) -> NDArray[np.float64]:
        """The eight corners of the box outside which the interpolant is zero, shape (8, 3), mm."""
        ny, nx, nz = self.voxels.shape
        low = self.origin_mm - self.spacing_mm
        high = self.origin_mm + self.spacing_mm * np.array([nx, ny, nz])
        pick = np.array([[i, j, k] for i in (0, 1) for j in (0, 1) for k in (0, 1)])
        return np.where(pick == 1, high, low)

    def as_zyx(self) -> NDArray:
        """The voxels as a (z, y, x) view, the padding included."""
        return self.voxels.transpose(2, 0, 1)


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
