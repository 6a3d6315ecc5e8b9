"""Grey values as they leave: 12 bits that grow with the logarithm of the signal, and the way back."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

BITS = 12
STEPS = 2**BITS


def describe_pixels(made: Dataset, rows: int, columns: int) -> None:
    """The Image Pixel module of 12 bits in 16, unsigned, bright where much signal is (PS3.3 C.7.6.3)."""
    made.SamplesPerPixel, made.PhotometricInterpretation = 1, "MONOCHROME2"
    made.Rows, made.Columns = rows, columns
    made.BitsAllocated, made.BitsStored, made.HighBit, made.PixelRepresentation = 16, BITS, BITS - 1, 0
    made.BurnedInAnnotation = "NO"
    made.LossyImageCompression = "00"


def to_linear(full_signal: float, floor_signal: float) -> NDArray[np.uint16]:
    """Signal for each of the 4096 stored values, in units of full signal / 65535.

    Model
    -----
    The inverse of v = 4095 ln(1 + x/f) / ln(1 + F/f): x = f (exp(v/4095 · ln(1 + F/f)) − 1).
    Held by ``tests/dicom/test_xa.py``.
    """
    steps = np.arange(STEPS) / (STEPS - 1)
    signal = floor_signal * np.expm1(steps * np.log1p(full_signal / floor_signal))
    return np.rint(np.clip(signal / full_signal, 0.0, 1.0) * 65535.0).astype(np.uint16)


def describe_logarithm(made: Dataset, table: NDArray[np.uint16]) -> None:
    """Say that values are logarithmic and give the table back to intensity (PS3.3 C.8.7.1, C.11.1)."""
    made.PixelIntensityRelationship = "LOG"
    made.PixelIntensityRelationshipSign = 1
    item = Dataset()
    item.LUTDescriptor = [STEPS, 0, 16]
    item.LUTExplanation = "To X-ray intensity"
    item.ModalityLUTType = "US"
    item.add_new("LUTData", "OW", table.astype("<u2").tobytes())
    made.ModalityLUTSequence = Sequence([item])


def describe_window(made: Dataset, image: NDArray[np.uint16]) -> None:
    """A window from one frame: its 0.5 and 99.5 percentile, in stored values.

    The table back to intensity is not for display: an angiographic image is windowed as it is stored
    (PS3.4 N.2.1.2).
    """
    low, high = (float(v) for v in np.percentile(image[::4, ::4], (0.5, 99.5)))
    made.WindowCenter = f"{(low + high) / 2:.1f}"
    made.WindowWidth = f"{max(high - low, 1.0):.1f}"


def describe_calibration(made: Dataset, pixel_mm_iso: float) -> None:
    """Pixel spacing in the isocentre's plane, and that it follows from geometry (PS3.3 §10.7)."""
    made.PixelSpacing = [f"{pixel_mm_iso:.6f}"] * 2
    made.PixelSpacingCalibrationType = "GEOMETRY"
    made.PixelSpacingCalibrationDescription = "At the isocentre, from source distances"
