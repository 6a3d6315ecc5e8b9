"""A held image or a single shot as Secondary Capture: 12 bits, lossless, with a window.

The stored values go out, not the picture as shown: that one is kept as lossy JPEG, and a viewer has no use
for the tone curve of another monitor. Plain single-frame Secondary Capture, because every reader takes it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pydicom.uid import UID, SecondaryCaptureImageStorage

from angiosuite.dicom.stored_values import describe_calibration, describe_pixels, describe_window
from angiosuite.dicom.study import NOTICE, Instance, Series, Study, acquired, begin

PICTURES = Series("pictures", 2, "XA", "Held images and single shots (simulated)")


@dataclass(frozen=True, slots=True)
class CapturedPicture:
    """One picture with where it came from.

    Parameters
    ----------
    index : int
        Its index in the session.
    t_us : int
        Simulated time, microseconds.
    image : (rows, columns) uint16
        Stored values, 0 to 4095, logarithmic.
    pixel_mm_iso : float
        Pixel at the isocentre.
    orientation : (str, str)
        Direction in the patient of a row and of a column.
    title : str
        What it is, for example "Held image".
    derivation : str
        How it came about.
    event_uid : UID or None
        The irradiation event that it comes from.
    """

    index: int
    t_us: int
    image: NDArray[np.uint16]
    pixel_mm_iso: float
    orientation: tuple[str, str]
    title: str
    derivation: str
    event_uid: UID | None


def picture_uid(study: Study, index: int) -> UID:
    """SOP Instance UID of a picture."""
    return study.made_uid("picture", index)


def picture_instance(study: Study, picture: CapturedPicture) -> Instance:
    """The picture as an object (PS3.3 A.8.1, C.8.6), ready to be written.

    Held by ``dciodvfy`` and dcmtk in ``tests/dicom/test_secondary_capture.py``.
    """
    rows, columns = picture.image.shape
    made = begin(
        study,
        PICTURES,
        SecondaryCaptureImageStorage,
        picture_uid(study, picture.index),
        picture.index,
        picture.t_us,
    )
    acquired(made, study, picture.t_us, picture.event_uid, picture.index)
    made.ConversionType = "SYN"
    made.ImageType = ["DERIVED", "SECONDARY"]
    made.DerivationDescription = picture.derivation[:1024]
    made.ImageComments = f"{picture.title}. {NOTICE}."
    made.PatientOrientation, made.Laterality = list(picture.orientation), ""
    describe_pixels(made, rows, columns)
    describe_window(made, picture.image)
    describe_calibration(made, picture.pixel_mm_iso)
    values = np.ascontiguousarray(picture.image, "<u2").tobytes()
    return Instance(made, f"PIC{picture.index % 100_000:05d}", len(values), lambda: iter((values,)))
