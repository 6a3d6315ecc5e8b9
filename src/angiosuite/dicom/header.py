"""The allow-list: the only attributes of a DICOM file that are ever read, as plain checked values.

De-identification by omission: what is not listed in `READ` is skipped by the parser, private and nested
attributes too. Of what is read, the identifiers of `TELLS_APART` become one keyed digest at once, with a key
that lives as long as the process: it says "same" or "other" and nothing else. Texts are mapped to words of
closed lists.
"""

from __future__ import annotations

import hashlib
import logging
import re
import secrets
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pydicom
import pydicom.config

from angiosuite.dicom.attributes import Attributes
from angiosuite.dicom.encoding import Bounded, Opened, check_syntax
from angiosuite.dicom.facts import closed_facts
from angiosuite.dicom.refusal import refused

READ = [
    "SOPClassUID", "Modality", "ImageType", "SeriesNumber", "AcquisitionNumber", "InstanceNumber",
    "Rows", "Columns", "SamplesPerPixel", "PhotometricInterpretation", "NumberOfFrames",
    "BitsAllocated", "BitsStored", "HighBit", "PixelRepresentation", "PixelPaddingValue",
    "PixelPaddingRangeLimit", "LossyImageCompression",
    "PixelSpacing", "ImageOrientationPatient", "ImagePositionPatient", "GantryDetectorTilt",
    "RescaleSlope", "RescaleIntercept", "RescaleType", "BurnedInAnnotation",
    "KVP", "ConvolutionKernel", "ContrastBolusAgent", "ContrastBolusRoute", "SeriesDescription",
    "PatientSex", "PatientAge", "BodyPartExamined",
]  # fmt: skip
"""Keywords of the attributes that are read from a file; the pixels are read beside them."""

TELLS_APART = ["PatientID", "StudyInstanceUID", "FrameOfReferenceUID"]
"""Compared by digest, so that images of two persons or examinations are never stacked."""
SERIES = "SeriesInstanceUID"
FRAMES = ["SharedFunctionalGroupsSequence", "PerFrameFunctionalGroupsSequence"]
"""Of a multi-frame image; what is read inside is listed in `multiframe`."""

CT_IMAGE = "1.2.840.10008.5.1.4.1.1.2"
MULTI_FRAME_CT = ("1.2.840.10008.5.1.4.1.1.2.1", "1.2.840.10008.5.1.4.1.1.2.2")
"""Enhanced CT, and Legacy Converted Enhanced CT (PS3.4 B.5)."""
_KEY = secrets.token_bytes(16)
MATRIX = (16, 4096)


@dataclass(frozen=True, slots=True)
class SliceHeader:
    """Checked attributes of one CT slice.

    Parameters
    ----------
    kin : bytes
        Digest that tells persons, studies and frames of reference apart.
    series : bytes
        Digest of the series identifier; empty when there is none.
    order : tuple of int
        Acquisition and instance number, to tell phases at one place apart.
    rows, columns : int
        Matrix.
    syntax : str
        Transfer syntax of the pixels.
    pixels_at : int
        Place of the pixels' element in the (inflated) file; -1 when there is none.
    frame, frames : int
        Which frame of how many.
    is_signed, bits_stored : bool, int
        Of the stored values.
    padding : (int, int) or None
        Range of stored values outside the reconstruction.
    pixel_spacing_mm : (float, float)
        Between rows, between columns.
    orientation : tuple of six floats
        Directions of a row and of a column, LPS.
    position_mm : (x, y, z)
        Centre of the first pixel, LPS.
    slope, intercept : float
        Stored value to HU.
    facts : dict
        Words from closed lists: see `closed_facts`.
    """

    kin: bytes
    series: bytes
    order: tuple[int, ...]
    rows: int
    columns: int
    syntax: str
    pixels_at: int
    frame: int
    frames: int
    is_signed: bool
    bits_stored: int
    padding: tuple[int, int] | None
    pixel_spacing_mm: tuple[float, float]
    orientation: tuple[float, ...]
    position_mm: tuple[float, float, float]
    slope: float
    intercept: float
    facts: dict[str, Any]


@contextmanager
def without_warnings() -> Iterator[None]:
    """The parser without its warnings, which would print values of the file, names among them."""
    settings, logger = pydicom.config.settings, logging.getLogger("pydicom")
    before, was_disabled = settings.reading_validation_mode, logger.disabled
    settings.reading_validation_mode, logger.disabled = pydicom.config.IGNORE, True
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        settings.reading_validation_mode, logger.disabled = before, was_disabled


def parse(image: Opened, where: str) -> tuple[pydicom.Dataset, int]:
    """The listed attributes of a file, and the place of its pixels (-1: none).

    Raises
    ------
    RefusedInput
        When it is cut short or malformed.
    """
    tags: list[Any] = [*READ, *TELLS_APART, SERIES, *FRAMES]
    bounded: Any = Bounded(image.file)
    try:
        dataset = pydicom.dcmread(bounded, specific_tags=tags, stop_before_pixels=True)
        at = bounded.tell()
        return dataset, at if len(bounded.read(4)) == 4 else -1
    except Exception as error:  # a malformed file may fail anywhere in the parser, with any exception
        raise refused(
            "dicom-malformed",
            "The DICOM file is malformed or cut short",
            where=where,
            value=type(error).__name__,
            way_out="Export the series again.",
        ) from error


def digests(get: Attributes) -> tuple[bytes, bytes]:
    """What tells examinations apart, and what tells series apart; the latter empty when unsaid."""
    kin = "\n".join(get.text(name, "") for name in TELLS_APART)
    series = get.text(SERIES, "")
    return _digest(kin), _digest(series) if series else b""


def _digest(text: str) -> bytes:
    return hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=16, key=_KEY).digest()


def slice_headers(
    dataset: pydicom.Dataset, pixels_at: int, syntax: str, where: str, groups: list[dict[str, Any]] | None
) -> list[SliceHeader]:
    """Checked headers of a CT image, one a frame.

    Parameters
    ----------
    groups : list of dict or None
        Each frame's own values (see `multiframe`); None for a single slice.

    Raises
    ------
    RefusedInput
        For anything but a grey CT image with complete geometry and rescale.
    """
    get = Attributes(dataset, where)
    check_syntax(syntax, where)
    _check_picture(get)
    rows, columns = get.whole("Rows"), get.whole("Columns")
    if not (MATRIX[0] <= rows <= MATRIX[1] and MATRIX[0] <= columns <= MATRIX[1]):
        raise get.absurd("Rows and Columns", f"{rows} x {columns}")
    kin, series = digests(get)
    facts = closed_facts(get)
    is_signed, bits_stored = get.whole("PixelRepresentation") == 1, get.whole("BitsStored")
    order = (get.whole("AcquisitionNumber", 0), get.whole("InstanceNumber", 0))
    headers = []
    for frame, own in enumerate(groups or [{}]):
        values = Attributes(dataset, where, own)
        spacing, orientation, position = _geometry(values)
        headers.append(
            SliceHeader(
                kin=kin,
                series=series,
                order=(*own.get("order", order), frame),
                rows=rows,
                columns=columns,
                syntax=syntax,
                pixels_at=pixels_at,
                frame=frame,
                frames=len(groups or [{}]),
                is_signed=is_signed,
                bits_stored=bits_stored,
                padding=_padding(get, is_signed),
                pixel_spacing_mm=spacing,
                orientation=orientation,
                position_mm=position,
                slope=_slope(values),
                intercept=_intercept(values),
                facts=facts | own.get("facts", {}),
            )
        )
    return headers


def _geometry(
    get: Attributes,
) -> tuple[tuple[float, float], tuple[float, ...], tuple[float, float, float]]:
    spacing = get.numbers("PixelSpacing", 2)
    orientation = get.numbers("ImageOrientationPatient", 6)
    x, y, z = get.numbers("ImagePositionPatient", 3)
    if not (min(spacing) >= 0.05 and max(spacing) <= 10.0):
        raise get.absurd("PixelSpacing", f"{spacing[0]:g} x {spacing[1]:g} mm")
    if max(abs(v) for v in (x, y, z)) > 10_000:
        raise get.absurd("ImagePositionPatient", f"{x:g}, {y:g}, {z:g} mm")
    if max(abs(v) for v in orientation) > 2.0:
        raise get.absurd("ImageOrientationPatient", "not directions")
    return (spacing[0], spacing[1]), tuple(orientation), (x, y, z)


def _padding(get: Attributes, is_signed: bool) -> tuple[int, int] | None:
    value = get.whole("PixelPaddingValue", None)
    if value is None:
        return None
    limit = get.whole("PixelPaddingRangeLimit", value)
    ends = [v - 0x10000 if is_signed and v > 0x7FFF else v for v in (value, limit)]
    return min(ends), max(ends)


def _check_picture(get: Attributes) -> None:
    where = get.where
    if get.whole("SamplesPerPixel", 1) != 1 or get.text("PhotometricInterpretation", "") not in (
        "MONOCHROME2",
        "MONOCHROME1",
        "",
    ):
        raise refused(
            "colour",
            "The image is in colour, so it is not CT numbers",
            where=where,
            way_out="Export the originals.",
        )
    if get.text("BurnedInAnnotation", "NO").upper() == "YES":
        raise refused(
            "burned-in-text",
            "The file says that text is burned into the image, which may name the patient",
            where=where,
            way_out="Export the originals without annotation.",
        )
    allocated, stored = get.whole("BitsAllocated"), get.whole("BitsStored")
    high, sign = get.whole("HighBit", stored - 1), get.whole("PixelRepresentation")
    if allocated != 16 or not 8 <= stored <= 16 or high != stored - 1 or sign not in (0, 1):
        raise refused(
            "pixel-format",
            "The pixels are not the 16-bit words of a CT",
            where=where,
            value=f"{allocated} bits allocated, {stored} stored, high bit {high}",
            way_out="Export the originals.",
        )


def _slope(get: Attributes) -> float:
    slope = get.number("RescaleSlope")
    kind = get.text("RescaleType", "HU").upper()
    if kind not in ("HU", "US", ""):
        raise get.absurd("RescaleType", "not HU")
    if not 1e-3 <= slope <= 100:
        raise get.absurd("RescaleSlope", slope)
    return slope


def _intercept(get: Attributes) -> float:
    intercept = get.number("RescaleIntercept")
    if abs(intercept) > 35_000:
        raise get.absurd("RescaleIntercept", intercept)
    return intercept


def modality_word(get: Attributes) -> str:
    """The modality as a word of capitals, or a word that says that there is none."""
    word = get.text("Modality", "")
    return word if re.fullmatch(r"[A-Z]{2,4}", word) else "no modality"


def is_dicom(data: bytes) -> bool:
    """Whether bytes begin like a DICOM file (preamble and `DICM`)."""
    return data[128:132] == b"DICM"
