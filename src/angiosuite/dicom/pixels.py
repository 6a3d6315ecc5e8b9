"""Stored pixels of one slice as HU."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from angiosuite.dicom.header import SliceHeader, parse
from angiosuite.dicom.refusal import refused

LOWEST_HU, HIGHEST_HU = -1024, 30_000
"""Values kept: air outside the reconstruction below, metal above."""


def hounsfield(data: bytes, header: SliceHeader, where: str) -> NDArray[np.int16]:
    """HU of one slice, (row, column) int16, rounded and clipped to `LOWEST_HU` … `HIGHEST_HU`.

    Model
    -----
    HU = slope × stored + intercept (DICOM PS3.3 C.11.1); padding becomes air.

    Raises
    ------
    RefusedInput
        When the pixels are missing or not rows × columns × 2 bytes.
    """
    dataset = parse(data, where, with_pixels=True)
    raw = dataset.get("PixelData")
    needed = header.rows * header.columns * 2
    if not isinstance(raw, bytes) or not needed <= len(raw) <= needed + 1:
        raise refused(
            "pixels-missing",
            "The image has fewer or more pixels than its size says",
            where=where,
            value=f"{len(raw) if isinstance(raw, bytes) else 0} bytes where {needed} belong",
            way_out="Export the series again; the copy may be cut short.",
        )
    stored = np.frombuffer(raw, dtype=header.byte_order + "u2", count=header.rows * header.columns)
    stored = stored.reshape(header.rows, header.columns).astype(np.int32)
    stored &= (1 << header.bits_stored) - 1
    if header.is_signed:
        stored -= (stored & (1 << (header.bits_stored - 1))) << 1
    values = stored * header.slope + header.intercept
    if header.padding is not None:
        values[stored == header.padding] = LOWEST_HU
    return as_hounsfield(values)


def as_hounsfield(values: NDArray[np.floating]) -> NDArray[np.int16]:
    """Finite values rounded and clipped to int16 HU."""
    return np.clip(np.rint(values), LOWEST_HU, HIGHEST_HU).astype(np.int16)
