"""A large CT series as an archive might send it: one zip of DICOM slices of a trunk, always the same."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from . import xray_phantom

SLICES, ROWS = 512, 512
PIXEL_MM, SLICE_MM = 0.7, 1.0
NOISE_HU = 12.0
_ROOT = "1.2.826.0.1.3680043.8.498."


def write_series(path: Path, slices: int = SLICES) -> Path:
    """Write the series as a zip and return its path."""
    import pydicom
    from pydicom.dataset import FileDataset, FileMetaDataset
    from pydicom.uid import UID, CTImageStorage, ExplicitVRLittleEndian

    hu = _hounsfield()
    rng = np.random.Generator(np.random.Philox(512))
    noise = rng.normal(0.0, NOISE_HU, (ROWS, ROWS)).astype(np.float32)
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = CTImageStorage
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for k in range(slices):
            meta.MediaStorageSOPInstanceUID = UID(f"{_ROOT}512.{k + 1}")
            dataset = FileDataset("", {}, file_meta=meta, preamble=b"\0" * 128)
            dataset.SOPClassUID, dataset.SOPInstanceUID = CTImageStorage, meta.MediaStorageSOPInstanceUID
            dataset.StudyInstanceUID, dataset.SeriesInstanceUID = f"{_ROOT}1", f"{_ROOT}2"
            dataset.FrameOfReferenceUID = f"{_ROOT}3"
            dataset.Modality, dataset.PatientID, dataset.PatientName = "CT", "BENCH", "Bench^Trunk"
            dataset.ImageType = ["ORIGINAL", "PRIMARY", "AXIAL"]
            dataset.SeriesNumber, dataset.InstanceNumber = 2, k + 1
            dataset.ImagePositionPatient = [-PIXEL_MM * ROWS / 2, -PIXEL_MM * ROWS / 2, SLICE_MM * k]
            dataset.ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
            dataset.PixelSpacing, dataset.SliceThickness = [PIXEL_MM, PIXEL_MM], SLICE_MM
            dataset.KVP, dataset.PatientPosition = 120, "HFS"
            dataset.Rows, dataset.Columns, dataset.SamplesPerPixel = ROWS, ROWS, 1
            dataset.PhotometricInterpretation, dataset.PixelRepresentation = "MONOCHROME2", 0
            dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit = 16, 16, 15
            dataset.RescaleSlope, dataset.RescaleIntercept = 1, -1024
            dataset.PixelData = _plane(hu, noise, k).tobytes()
            buffer = io.BytesIO()
            pydicom.dcmwrite(buffer, dataset, enforce_file_format=True)
            archive.writestr(zipfile.ZipInfo(f"CT/{k + 1:04d}.dcm"), buffer.getvalue())
    return path


def _hounsfield() -> NDArray[np.float32]:
    hu = xray_phantom.attenuation_per_mm()
    hu *= np.float32(1000.0 / xray_phantom.MU_WATER_60KEV_MM)
    hu -= np.float32(1000.0)
    return hu


def _plane(hu: NDArray[np.float32], noise: NDArray[np.float32], k: int) -> NDArray[np.uint16]:
    """One slice, nearest voxels of the phantom, the noise rolled."""
    place = min(round(k * SLICE_MM / xray_phantom.SPACING_MM), len(hu) - 1)
    across = np.minimum(np.arange(ROWS) * PIXEL_MM / xray_phantom.SPACING_MM, hu.shape[1] - 1).astype(int)
    plane = hu[place][np.ix_(across, across)] + np.roll(noise, 7919 * k)
    return np.clip(np.rint(plane + 1024.0), 0, 4095).astype(np.uint16)
