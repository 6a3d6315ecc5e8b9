"""The allow-list: the only attributes of a DICOM file that are ever read, as plain checked values.

De-identification by omission: what is not listed in `READ` is skipped by the parser. Of what is read, the
series identifier only tells series apart and is dropped; texts are mapped to words of closed lists.
"""

from __future__ import annotations

import logging
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import pydicom
import pydicom.config
from pydicom.uid import UID

from angiosuite.dicom.attributes import Attributes
from angiosuite.dicom.facts import closed_facts
from angiosuite.dicom.refusal import refused

READ = [
    "SOPClassUID", "Modality", "ImageType", "SeriesInstanceUID", "SeriesNumber",
    "Rows", "Columns", "SamplesPerPixel", "PhotometricInterpretation", "NumberOfFrames",
    "BitsAllocated", "BitsStored", "HighBit", "PixelRepresentation", "PixelPaddingValue",
    "PixelSpacing", "ImageOrientationPatient", "ImagePositionPatient", "GantryDetectorTilt",
    "RescaleSlope", "RescaleIntercept", "RescaleType", "BurnedInAnnotation",
    "KVP", "ConvolutionKernel", "ContrastBolusAgent", "ContrastBolusRoute", "SeriesDescription",
    "PatientSex", "PatientAge", "BodyPartExamined",
]  # fmt: skip
"""Keywords of the attributes that are read from a file; the pixels are read beside them."""

CT_IMAGE = "1.2.840.10008.5.1.4.1.1.2"
DIRECTORY = "1.2.840.10008.1.3.10"
PLAIN_SYNTAXES = {
    "1.2.840.10008.1.2": "<",
    "1.2.840.10008.1.2.1": "<",
    "1.2.840.10008.1.2.2": ">",
}
"""Transfer syntaxes without compression, with the byte order of their pixels."""


@dataclass(frozen=True, slots=True)
class SliceHeader:
    """Checked attributes of one CT slice.

    Parameters
    ----------
    series : str
        Tells series apart while reading; never kept.
    series_number : int or None
        For messages.
    is_localizer : bool
        A scout view.
    rows, columns : int
        Matrix.
    byte_order : {"<", ">"}
        Of the pixels.
    is_signed, bits_stored : bool, int
        Of the stored values.
    padding : int or None
        Stored value outside the reconstruction.
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

    series: str
    series_number: int | None
    is_localizer: bool
    rows: int
    columns: int
    byte_order: str
    is_signed: bool
    bits_stored: int
    padding: int | None
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


def is_dicom(data: bytes) -> bool:
    """Whether bytes begin like a DICOM file (preamble and `DICM`)."""
    return data[128:132] == b"DICM"


def parse(data: bytes, where: str, *, with_pixels: bool = False) -> pydicom.Dataset:
    """The listed attributes of a file, and its pixels when asked.

    Raises
    ------
    RefusedInput
        When it is not a DICOM file, or is cut short or malformed.
    """
    if not is_dicom(data):
        raise refused(
            "not-dicom",
            "This is not a DICOM file",
            where=where,
            way_out="Remove it from the folder, or name the folder of the series.",
        )
    tags: list[Any] = [*READ, "PixelData"] if with_pixels else list(READ)
    try:
        return pydicom.dcmread(BytesIO(data), specific_tags=tags, stop_before_pixels=not with_pixels)
    except Exception as error:  # a malformed file may fail anywhere in the parser, with any exception
        raise refused(
            "dicom-malformed",
            "The DICOM file is malformed or cut short",
            where=where,
            value=type(error).__name__,
            way_out="Export the series again.",
        ) from error


def is_directory(dataset: pydicom.Dataset) -> bool:
    """Whether a file is a DICOM directory (DICOMDIR), which holds no image."""
    try:
        return str(dataset.file_meta.MediaStorageSOPClassUID) == DIRECTORY
    except Exception:  # as in `parse`: values are converted on first access
        return False


def syntax_of(dataset: pydicom.Dataset, where: str) -> str:
    """UID of the transfer syntax.

    Raises
    ------
    RefusedInput
        When it is missing, or compressed (names the extra that will read it).
    """
    try:
        syntax = UID(str(dataset.file_meta.TransferSyntaxUID))
    except Exception as error:  # as in `parse`: lazily converted values
        raise refused(
            "no-transfer-syntax",
            "The file does not say how it is encoded (transfer syntax)",
            where=where,
            way_out="Export the series again as 'Explicit VR Little Endian'.",
        ) from error
    if syntax not in PLAIN_SYNTAXES:
        has_name = syntax.is_valid and syntax.name != str(syntax)
        raise refused(
            "compressed",
            "The images are compressed, which is not read yet",
            where=where,
            value=syntax.name if has_name else "unknown transfer syntax",
            way_out=(
                "Export uncompressed ('Explicit VR Little Endian'), or convert with `gdcmconv --raw`; "
                "the full import, with the extra `angiosuite[dicom]`, will read compressed images."
            ),
        )
    return str(syntax)


def slice_header(dataset: pydicom.Dataset, where: str) -> SliceHeader:
    """Checked header of one plain CT slice.

    Raises
    ------
    RefusedInput
        For anything but an uncompressed grey CT image with complete geometry and rescale.
    """
    get = Attributes(dataset, where)
    sop_class, modality = get.text("SOPClassUID", ""), get.text("Modality", "")
    if sop_class != CT_IMAGE or modality not in ("CT", ""):
        name = UID(sop_class).name if sop_class else "no SOP class"
        word = modality if re.fullmatch(r"[A-Z]{2,16}", modality) else "no modality"
        raise refused(
            "not-ct",
            "This is not a CT image",
            where=where,
            value=f"{word}, {name if name != sop_class else 'unknown class'}",
            way_out="Name the folder of one CT series.",
        )
    syntax = syntax_of(dataset, where)
    _check_picture(get)
    spacing = get.numbers("PixelSpacing", 2)
    orientation = get.numbers("ImageOrientationPatient", 6)
    x, y, z = get.numbers("ImagePositionPatient", 3)
    rows, columns = get.whole("Rows"), get.whole("Columns")
    if not (min(spacing) >= 0.05 and max(spacing) <= 10.0):
        raise get.absurd("PixelSpacing", f"{spacing[0]:g} x {spacing[1]:g} mm")
    if max(abs(v) for v in (x, y, z)) > 10_000:
        raise get.absurd("ImagePositionPatient", f"{x:g}, {y:g}, {z:g} mm")
    if not (16 <= rows <= 4096 and 16 <= columns <= 4096):
        raise get.absurd("Rows and Columns", f"{rows} x {columns}")
    tilt = get.number("GantryDetectorTilt", 0.0)
    if abs(tilt) > 0.5:
        raise refused(
            "tilted",
            "The gantry was tilted",
            where=where,
            value=f"{tilt:g} degrees",
            way_out="Ask for an untilted reconstruction; the full import will straighten tilted series.",
        )
    return SliceHeader(
        series=get.text("SeriesInstanceUID"),
        series_number=get.whole("SeriesNumber", None),
        is_localizer="LOCALIZER" in get.texts("ImageType"),
        rows=rows,
        columns=columns,
        byte_order=PLAIN_SYNTAXES[syntax],
        is_signed=get.whole("PixelRepresentation") == 1,
        bits_stored=get.whole("BitsStored"),
        padding=get.whole("PixelPaddingValue", None),
        pixel_spacing_mm=(spacing[0], spacing[1]),
        orientation=tuple(orientation),
        position_mm=(x, y, z),
        slope=_slope(get),
        intercept=_intercept(get),
        facts=closed_facts(get),
    )


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
    if get.whole("NumberOfFrames", 1) != 1:
        raise refused(
            "multi-frame",
            "The file holds several frames (enhanced CT), which is not read yet",
            where=where,
            value=get.whole("NumberOfFrames", 1),
            way_out="Export as one file per slice.",
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
