"""A small CT of a trunk, and of a head, written as DICOM with a made-up person's whole identity in it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pydicom
from numpy.typing import NDArray
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.sequence import Sequence
from pydicom.uid import ExplicitVRLittleEndian, generate_uid

IDENTITY = {
    "PatientName": "Quellwasser^Ottilie",
    "PatientID": "KH-7734201",
    "PatientBirthDate": "19511203",
    "StudyDate": "20190417",
    "StudyTime": "081523",
    "AccessionNumber": "ACC99120034",
    "InstitutionName": "Kreisspital Hinterwald",
    "ReferringPhysicianName": "Zwickelbauer^Hanno",
    "StudyDescription": "Bauch Ottilie Quellwasser",
    "DeviceSerialNumber": "SN-55512-XQ",
    "StationName": "CTSTATION77",
    "OperatorsName": "Pfeifenkopf",
    "ProtocolName": "Protokoll Quellwasser",
    "PatientComments": "allergic to parsley",
    "PatientAddress": "Lindenallee 9",
}
PRIVATE = "secret-of-the-vendor"
ROWS, COLUMNS, SLICES = 72, 96, 24
PIXEL_MM, SLICE_MM = 4.0, 5.0


def _uid(name: str) -> str:
    return generate_uid(entropy_srcs=[name])[:54].rstrip(".")


def trunk(slices: int = SLICES, rows: int = ROWS, columns: int = COLUMNS) -> NDArray[np.int16]:
    """HU of an elliptic trunk: fat, muscle, lungs above, spine, ribs, a table; (z, y, x), feet first."""
    across, along = (np.arange(columns) * 2 - columns) / columns, (np.arange(rows) * 2 - rows) / rows
    z, y, x = np.meshgrid(np.arange(slices), along, across, indexing="ij")
    hu = np.full((slices, rows, columns), -1000, np.int16)
    r = np.hypot(x / 0.8, y / 0.62)
    hu[r < 1] = -100
    hu[r < 0.88] = 45
    ribs = np.sin(10 * np.arctan2(y, x) + z) > 0.2
    hu[(abs(r - 0.8) < 0.05) & ribs & (z > slices // 2)] = 350
    hu[(np.hypot(abs(x) - 0.3, y / 0.9) < 0.22) & (z > slices // 2)] = -850
    hu[np.hypot(x, (y - 0.32)) < 0.12] = 420
    hu[(np.hypot(x - 0.2, y + 0.3) < 0.08) & (z < slices // 2)] = -900
    hu[(abs(y - 0.75) < 0.05) & (abs(x) < 0.7)] = -200
    return hu


def head(slices: int = 40, size: int = 120) -> NDArray[np.int16]:
    """HU of an egg with a closed skull, brain and skin; pixels of 2 mm, (z, y, x)."""
    z, y, x = np.meshgrid(np.linspace(-0.9, 0.9, slices), *[np.linspace(-1, 1, size)] * 2, indexing="ij")
    r = np.sqrt((x / 0.62) ** 2 + (y / 0.78) ** 2 + (0.75 * z) ** 2)
    hu = np.full(r.shape, -1000, np.int16)
    hu[r < 1] = 30
    hu[(r < 0.95) & (r > 0.84)] = 900
    return hu


def dataset(
    image: NDArray[np.int16], index: int, series: str, study: str, slice_mm: float, pixel_mm: float
) -> Dataset:
    """One slice as a data set, identity included."""
    one = Dataset()
    one.file_meta = FileMetaDataset()
    one.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    one.file_meta.MediaStorageSOPClassUID = "1.2.840.10008.5.1.4.1.1.2"
    one.SOPClassUID = "1.2.840.10008.5.1.4.1.1.2"
    one.SOPInstanceUID = one.file_meta.MediaStorageSOPInstanceUID = f"{series}.{index}"
    one.Modality, one.ImageType = "CT", ["ORIGINAL", "PRIMARY", "AXIAL"]
    one.SeriesInstanceUID, one.StudyInstanceUID, one.FrameOfReferenceUID = series, study, study + ".9"
    one.SeriesNumber, one.InstanceNumber = 4, index + 1
    one.SeriesDescription = "Portal venous Quellwasser"
    for name, value in IDENTITY.items():
        setattr(one, name, value)
    one.PatientSex, one.PatientAge, one.BodyPartExamined = "F", "067Y", "ABDOMEN"
    one.KVP, one.ConvolutionKernel = 120, "B30f"
    one.add_new((0x0029, 0x0010), "LO", "QUELLWASSER PRIVATE")
    one.add_new((0x0029, 0x1001), "LO", PRIVATE)
    request = Dataset()
    request.ReferringPhysicianName = IDENTITY["ReferringPhysicianName"]
    one.RequestAttributesSequence = Sequence([request])
    one.Rows, one.Columns = image.shape
    one.PixelSpacing, one.SliceThickness = [pixel_mm, pixel_mm], slice_mm
    one.ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
    one.ImagePositionPatient = [-180.0, -150.0, -400.0 + slice_mm * index]
    one.SamplesPerPixel, one.PhotometricInterpretation = 1, "MONOCHROME2"
    one.BitsAllocated, one.BitsStored, one.HighBit, one.PixelRepresentation = 16, 12, 11, 0
    one.RescaleSlope, one.RescaleIntercept, one.RescaleType = 1, -1024, "HU"
    one.PixelData = (image.astype(np.int32) + 1024).clip(0, 4095).astype("<u2").tobytes()
    return one


Change = Callable[[Dataset, int], Dataset | None]


def write_ct(
    folder: Path,
    hu: NDArray[np.int16] | None = None,
    change: Change | None = None,
    *,
    slice_mm: float = SLICE_MM,
    pixel_mm: float = PIXEL_MM,
    order: NDArray[np.int64] | None = None,
) -> Path:
    """Write a series into a folder, a file a slice; `change` may alter or leave out (None) each."""
    hu = trunk() if hu is None else hu
    series, study = _uid("series"), _uid("study")
    folder.mkdir(parents=True, exist_ok=True)
    for name, index in enumerate(range(len(hu)) if order is None else order):
        one: Dataset | None = dataset(hu[index], int(index), series, study, slice_mm, pixel_mm)
        if change is not None:
            one = change(one, int(index))
        if one is not None:
            path = folder / f"quellwasser-{name:04d}.dcm"
            syntax = str(one.file_meta.TransferSyntaxUID)
            if syntax == "1.2.840.10008.1.2.2":
                one.PixelData = np.frombuffer(one.PixelData, "<u2").astype(">u2").tobytes()
            pydicom.dcmwrite(path, one, enforce_file_format=True)
    return folder


def identifying(folder: Path) -> list[bytes]:
    """Every byte string that would name the person or the study of a written series."""
    words = [w for value in IDENTITY.values() for w in value.replace("^", " ").split() if len(w) > 4]
    uids = [_uid("series"), _uid("study")]
    return [w.encode() for w in [*words, *uids, PRIVATE, "quellwasser", folder.name]]
