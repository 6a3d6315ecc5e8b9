"""How a DICOM file is encoded, and its data set ready to read: inflated when deflated, within limits."""

from __future__ import annotations

import io
import struct
import zlib
from dataclasses import dataclass
from typing import IO

from pydicom.uid import UID

from angiosuite.dicom.refusal import refused

PLAIN = {
    "1.2.840.10008.1.2": "<",
    "1.2.840.10008.1.2.1": "<",
    "1.2.840.10008.1.2.2": ">",
}
"""Transfer syntaxes without compression, with the byte order of their pixels."""
EXPLICIT, DEFLATED, RUN_LENGTH = "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.1.99", "1.2.840.10008.1.2.5"
LOSSY = {
    "1.2.840.10008.1.2.4.50",
    "1.2.840.10008.1.2.4.51",
    "1.2.840.10008.1.2.4.81",
    "1.2.840.10008.1.2.4.91",
    "1.2.840.10008.1.2.4.203",
}
"""Syntaxes that need not give back what was scanned."""
CODED = LOSSY | {
    "1.2.840.10008.1.2.4.57",
    "1.2.840.10008.1.2.4.70",
    "1.2.840.10008.1.2.4.80",
    "1.2.840.10008.1.2.4.90",
    "1.2.840.10008.1.2.4.201",
    "1.2.840.10008.1.2.4.202",
}
"""Syntaxes of the JPEG family that a decoder of the extra `codecs` reads (PS3.5 section 8.2)."""
MAX_INFLATED_BYTES = 2**30
INFLATED_RATIO, INFLATED_FREE_BYTES = 100, 64 * 2**20
"""A deflated file longer than the latter may not inflate by more than the former."""
MAX_VALUE_BYTES, MAX_HEADER_BYTES = 16 * 2**20, 128 * 2**20
"""Longest single value, and longest header, that is read; 2000 frames' functional groups are 4 MB."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A data set ready to be parsed: the file at its preamble, and the UID of its syntax (empty: unsaid)."""

    file: IO[bytes]
    syntax: str
    is_deflated: bool = False


class Bounded(io.RawIOBase):
    """A file of which a header may be read, but no more than a header has."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._left = MAX_HEADER_BYTES

    def read(self, size: int = -1) -> bytes:
        """Up to `size` bytes.

        Raises
        ------
        ValueError
            When more is asked for than a value or header may have (an `EOFError` would be taken for the end).
        """
        if size < 0 or size > MAX_VALUE_BYTES or self._left < 0:
            raise ValueError("a value longer than any header holds")
        data = self._file.read(size)
        self._left -= len(data)
        return data

    def seek(self, offset: int, whence: int = 0) -> int:
        """Move to another place."""
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        """The present place."""
        return self._file.tell()


def opened(file: IO[bytes], where: str) -> Opened:
    """The file ready to be parsed from its preamble on.

    Raises
    ------
    RefusedInput
        When it is no DICOM file, or inflates beyond measure.
    """
    head = file.read(65_536)
    if head[128:132] != b"DICM":
        raise refused(
            "not-dicom",
            "This is not a DICOM file",
            where=where,
            way_out="Remove it from the folder, or name the folder of the series.",
        )
    syntax, end = _meta(head)
    file.seek(0)
    if syntax != DEFLATED:
        return Opened(file, syntax)
    file.seek(end)
    meta = struct.pack("<HH2sH", 2, 0x10, b"UI", 20) + EXPLICIT.encode() + b"\0"
    head = b"\0" * 128 + b"DICM" + struct.pack("<HH2sHI", 2, 0, b"UL", 4, len(meta)) + meta
    return Opened(io.BytesIO(head + _inflated(file, where)), EXPLICIT, is_deflated=True)


def _inflated(file: IO[bytes], where: str) -> bytes:
    packed = file.read(MAX_INFLATED_BYTES)
    limit = min(MAX_INFLATED_BYTES, max(INFLATED_FREE_BYTES, INFLATED_RATIO * len(packed)))
    try:
        data = zlib.decompressobj(-zlib.MAX_WBITS).decompress(packed, limit)
    except zlib.error as error:
        raise refused(
            "dicom-malformed",
            "The DICOM file is malformed or cut short",
            where=where,
            value="cannot be inflated",
            way_out="Export the series again.",
        ) from error
    if len(data) >= limit:
        raise refused(
            "decompression-bomb",
            "A deflated file unpacks to far more than any CT would",
            where=where,
            value=f"more than {limit // 2**20} MB out of {len(packed) / 2**20:.1f} MB",
            way_out="Export as 'Explicit VR Little Endian'.",
        )
    return data


def _meta(head: bytes) -> tuple[str, int]:
    """Transfer syntax and end of the file meta information (PS3.10 section 7.1)."""
    at, syntax = 132, ""
    while at + 12 <= len(head):
        group, element, vr, length = struct.unpack_from("<HH2sH", head, at)
        start = at + 8
        if group != 2:
            break
        if vr in (b"OB", b"OW", b"UN", b"UT", b"SQ"):
            (length,), start = struct.unpack_from("<I", head, at + 8), at + 12
        if element == 0x10:
            syntax = head[start : start + length].rstrip(b"\0 ").decode("ascii", "replace")
        at = start + length
    return syntax, at


def check_syntax(syntax: str, where: str) -> None:
    """Refuse a transfer syntax that is not read.

    Raises
    ------
    RefusedInput
        When it is missing, or none of those of still images.
    """
    if not syntax:
        raise refused(
            "no-transfer-syntax",
            "The file does not say how it is encoded (transfer syntax)",
            where=where,
            way_out="Export the series again as 'Explicit VR Little Endian'.",
        )
    if syntax not in PLAIN and syntax != RUN_LENGTH and syntax not in CODED:
        uid = UID(syntax)
        has_name = uid.is_valid and uid.name != syntax
        raise refused(
            "transfer-syntax",
            "The images are encoded in a way that is not read",
            where=where,
            value=uid.name if has_name else "unknown transfer syntax",
            way_out="Export uncompressed, as 'Explicit VR Little Endian'.",
        )
