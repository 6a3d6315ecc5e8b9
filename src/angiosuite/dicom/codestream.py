"""Compressed frames: run-length decoded here, the JPEG family by a decoder that is installed beside.

Before a decoder sees a frame its own header is read: one that declares another size than the image is a
decompression bomb or damaged, and is refused.
"""

from __future__ import annotations

import struct

import numpy as np
import pydicom
from numpy.typing import NDArray
from pydicom.encaps import get_frame
from pydicom.pixels.decoders.base import get_decoder
from pydicom.uid import UID

from angiosuite.dicom.encoding import RUN_LENGTH
from angiosuite.dicom.refusal import refused

EXTRA = 'pip install "angiosuite[codecs]"'


def check_decoder(syntax: str, where: str) -> None:
    """Refuse a syntax for which no decoder is installed, naming what to install.

    Raises
    ------
    RefusedInput
    """
    if syntax == RUN_LENGTH or get_decoder(UID(syntax)).is_available:
        return
    raise refused(
        "compressed",
        "The images are compressed, and no decoder for them is installed",
        where=where,
        value=UID(syntax).name,
        way_out=f"Install the decoders ({EXTRA}), or export as 'Explicit VR Little Endian'.",
    )


def decoded(
    dataset: pydicom.Dataset, syntax: str, frame: int, frames: int, shape: tuple[int, int], where: str
) -> NDArray[np.int32]:
    """Stored values of one compressed frame, (row, column).

    Raises
    ------
    RefusedInput
        When the frame is damaged, declares another size, or cannot be decoded.
    """
    try:
        stream = get_frame(dataset.PixelData, frame, number_of_frames=frames)
    except Exception as error:  # a malformed fragment list may fail anywhere
        raise _damaged(where, type(error).__name__) from error
    if syntax == RUN_LENGTH:
        return _run_length(stream, shape, where)
    declared = declared_size(stream)
    if declared != shape:
        raise _damaged(where, f"{declared} declared where {shape} belong")
    try:
        array, _ = get_decoder(UID(syntax)).as_array(dataset, index=frame, raw=True)
    except Exception as error:  # decoders fail with whatever they like
        raise _damaged(where, type(error).__name__) from error
    if array.shape != shape:
        raise _damaged(where, f"{array.shape} decoded where {shape} belong")
    return array.astype(np.int32)


def declared_size(stream: bytes) -> tuple[int, int] | None:
    """Rows and columns that a JPEG, JPEG-LS or JPEG 2000 stream declares; None when it declares none.

    Source
    ------
    ITU-T T.81 B.2.2 (frame header), T.87 C.2.2, T.800 A.5.1 (SIZ marker).
    """
    if stream[:4] == b"\xff\x4f\xff\x51" and len(stream) >= 24:
        width, height, x, y = struct.unpack_from(">4I", stream, 8)
        return (height - y, width - x)
    at = 2
    while at + 9 <= len(stream) and stream[at] == 0xFF:
        marker, length = stream[at + 1], struct.unpack_from(">H", stream, at + 2)[0]
        is_frame = 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC)
        if is_frame or marker == 0xF7:
            rows, columns = struct.unpack_from(">HH", stream, at + 5)
            return (rows, columns)
        at += 2 + max(length, 2)
    return None


def _damaged(where: str, value: str) -> Exception:
    return refused(
        "pixels-damaged",
        "The compressed image is damaged",
        where=where,
        value=value,
        way_out="Export the series again, uncompressed.",
    )


def _run_length(stream: bytes, shape: tuple[int, int], where: str) -> NDArray[np.int32]:
    """A 16-bit frame of two byte planes, high byte first (PS3.5 annex G)."""
    count = shape[0] * shape[1]
    planes = struct.unpack_from("<I", stream)[0] if len(stream) >= 64 else 0
    if planes != 2:
        raise _damaged(where, f"{planes} planes where 2 belong")
    first, second = struct.unpack_from("<2I", stream, 4)
    high = _unpacked(stream[first:second], count)
    low = _unpacked(stream[second:], count)
    if len(high) < count or len(low) < count:
        raise _damaged(where, "cut short")
    wide = np.frombuffer(high, np.uint8, count).astype(np.int32) << 8
    return (wide | np.frombuffer(low, np.uint8, count)).reshape(shape)


def _unpacked(data: bytes, count: int) -> bytearray:
    """PackBits up to `count` bytes, so that no run makes more than an image holds."""
    result = bytearray()
    at, end = 0, len(data)
    while at + 1 < end and len(result) < count:
        step = data[at]
        if step < 128:
            result += data[at + 1 : at + 2 + step]
            at += 2 + step
        elif step > 128:
            result += data[at + 1 : at + 2] * (257 - step)
            at += 2
        else:
            at += 1
    return result
