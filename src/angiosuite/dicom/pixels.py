"""Stored pixels of a slice as HU."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from io import BytesIO
from typing import IO

import numpy as np
import pydicom
from numpy.typing import NDArray

from angiosuite.dicom.codestream import check_decoder, decoded
from angiosuite.dicom.container import UNREADABLE, Container
from angiosuite.dicom.encoding import PLAIN, opened
from angiosuite.dicom.header import READ, SliceHeader
from angiosuite.dicom.refusal import refused
from angiosuite.dicom.series import Slice

LOWEST_HU, HIGHEST_HU = -1024, 30_000
"""Values kept: air outside the reconstruction below, metal above."""
PADDING_IS_BELOW_HU, PADDING_IS_ABOVE_HU = -500.0, 3000.0
"""A padding value between these would be tissue, and is not believed."""


def images(container: Container, slices: Sequence[Slice]) -> Iterator[NDArray[np.int16]]:
    """HU of the slices one after another, (row, column) int16; a file of many frames is opened once.

    Raises
    ------
    RefusedInput
        When pixels are missing, damaged, or of a kind that no installed decoder reads.
    """
    at = 0
    while at < len(slices):
        last = at + 1
        while last < len(slices) and slices[last].entry == slices[at].entry:
            last += 1
        yield from _of_one_file(container, slices[at:last])
        at = last


def _of_one_file(container: Container, slices: Sequence[Slice]) -> Iterator[NDArray[np.int16]]:
    entry, header = slices[0].entry, slices[0].header
    where = container.label(entry)
    is_plain = header.syntax in PLAIN
    if not is_plain:
        check_decoder(header.syntax, where)
    with container.open(entry) as raw:
        is_random = len(slices) > 1 and container.is_archive  # seeking back in an archive unpacks it anew
        file = opened(BytesIO(raw.read()) if is_random else raw, where).file
        if is_plain:
            start = _first_pixel(file, header, where)
            for one in slices:
                yield _to_hu(_plain(file, start, one.header, where), one.header)
            return
        file.seek(0)
        try:
            dataset = pydicom.dcmread(file, specific_tags=[*READ, "PixelData"])
            has_pixels = bool(dataset.PixelData)
        except UNREADABLE:
            raise
        except Exception as error:  # as in `header.parse`
            raise _missing(where, type(error).__name__) from error
        if not has_pixels:
            raise _missing(where, "no pixels")
    shape = header.rows, header.columns
    for one in slices:
        frame = one.header.frame
        yield _to_hu(decoded(dataset, header.syntax, frame, header.frames, shape, where), one.header)


def _missing(where: str, value: str) -> Exception:
    return refused(
        "pixels-missing",
        "The image has fewer or more pixels than its size says",
        where=where,
        value=value,
        way_out="Export the series again; the copy may be cut short.",
    )


def _first_pixel(file: IO[bytes], header: SliceHeader, where: str) -> int:
    """Place of the first pixel, after the element's head (PS3.5 section 7.1)."""
    if header.pixels_at < 0:
        raise _missing(where, "no pixels")
    file.seek(header.pixels_at)
    head = file.read(12)
    order = PLAIN[header.syntax]
    is_implicit = header.syntax == "1.2.840.10008.1.2"
    if len(head) < 12 or struct.unpack_from(order + "HH", head) != (0x7FE0, 0x0010):
        raise _missing(where, "no pixels")
    length = int(struct.unpack_from(order + "I", head, 4 if is_implicit else 8)[0])
    needed = header.rows * header.columns * 2 * header.frames
    if not needed <= length <= needed + 1:
        raise _missing(where, f"{length} bytes where {needed} belong")
    return header.pixels_at + (8 if is_implicit else 12)


def _plain(file: IO[bytes], start: int, header: SliceHeader, where: str) -> NDArray[np.int32]:
    count = header.rows * header.columns
    file.seek(start + header.frame * count * 2)
    data = file.read(count * 2)
    if len(data) < count * 2:
        raise _missing(where, f"{len(data)} bytes where {count * 2} belong")
    stored = np.frombuffer(data, PLAIN[header.syntax] + "u2", count=count)
    return stored.reshape(header.rows, header.columns).astype(np.int32)


def _to_hu(stored: NDArray[np.int32], header: SliceHeader) -> NDArray[np.int16]:
    """HU of one slice, rounded and clipped to `LOWEST_HU` … `HIGHEST_HU`.

    Model
    -----
    HU = slope × stored + intercept (DICOM PS3.3 C.11.1); bits above those stored are dropped; padding, a
    value or a range (PS3.3 C.7.5.1.1.2), becomes air unless it would be the value of tissue.
    """
    stored &= (1 << header.bits_stored) - 1
    if header.is_signed:
        stored -= (stored & (1 << (header.bits_stored - 1))) << 1
    values = stored * np.float32(header.slope) + np.float32(header.intercept)
    if header.padding is not None:
        low, high = header.padding
        padded = [header.slope * end + header.intercept for end in (low, high)]
        if max(padded) < PADDING_IS_BELOW_HU or min(padded) > PADDING_IS_ABOVE_HU:
            values[(stored >= low) & (stored <= high)] = LOWEST_HU
    return as_hounsfield(values)


def as_hounsfield(values: NDArray[np.floating]) -> NDArray[np.int16]:
    """Finite values rounded and clipped to int16 HU."""
    return np.clip(np.rint(values), LOWEST_HU, HIGHEST_HU).astype(np.int16)
