"""A run that a hospital's system made: geometry, times and exposure of its frames, pixels, and what is odd.

What the object does not say stays None; how the answer was come by is never guessed, only told in `findings`.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
from numpy.typing import NDArray
from pydicom.dataset import Dataset
from pydicom.uid import XRayAngiographicImageStorage

from angiosuite.dicom.header import without_warnings
from angiosuite.dicom.refusal import refused
from angiosuite.dicom.xa import PRIVATE_CREATOR
from angiosuite.kit.errors import RefusedInput

MOST_PIXELS = 2**31
"""Pixels of a run that are decoded."""
EACH_FRAME = {
    (PRIVATE_CREATOR, 0): "kv",
    (PRIVATE_CREATOR, 1): "ma",
    (PRIVATE_CREATOR, 2): "ms",
    (PRIVATE_CREATOR, 4): "kar_mgy",
    (PRIVATE_CREATOR, 5): "pka_ugy_m2",
    ("GEMS_DL_IMG_01", 0xAF): "kv",
    ("GEMS_DL_IMG_01", 0xB0): "mas",
    ("GEMS_DL_IMG_01", 0xC2): "ms",
    ("GEMS_DL_IMG_01", 0xBE): "sid_mm",
}
"""Private elements of group 0019 with one value a frame: owner and offset, and what they hold."""
PRIVATE_GROUP = 0x0019


@dataclass(frozen=True, slots=True)
class RunRead:
    """A multi-frame angiographic run as its object says it.

    Parameters
    ----------
    path : Path
        Its file.
    frames, rows, columns, bits : int
        How much there is.
    times_s : (frames,) float64 or None
        Time of each frame after the first.
    primary_deg, secondary_deg : (frames,) float64 or None
        Positioner angles, LAO and cranial positive.
    sid_mm, sod_mm : float or None
        Source to detector, source to patient (the isocentre of most makers).
    imager_pixel_mm : (float, float) or None
        Pixel at the detector.
    iso_pixel_mm : (float, float) or None
        The same at the distance of the patient; None when a part is missing.
    kvp, ma, exposure_ms, pulse_ms : float or None
        Technique of the whole run.
    is_moving : bool
        Positioner or table moves.
    mask_frames : tuple of int
        Frames that the object proposes as mask.
    each_frame : dict of str to (frames,) float64
        Exposure of each frame where its maker's private elements are known.
    findings : tuple of str
        What is missing or does not agree.
    """

    path: Path
    frames: int
    rows: int
    columns: int
    bits: int
    times_s: NDArray[np.float64] | None
    primary_deg: NDArray[np.float64] | None
    secondary_deg: NDArray[np.float64] | None
    sid_mm: float | None
    sod_mm: float | None
    imager_pixel_mm: tuple[float, float] | None
    iso_pixel_mm: tuple[float, float] | None
    kvp: float | None
    ma: float | None
    exposure_ms: float | None
    pulse_ms: float | None
    is_moving: bool
    mask_frames: tuple[int, ...]
    each_frame: dict[str, NDArray[np.float64]]
    findings: tuple[str, ...]

    def pixels(self) -> NDArray[Any]:
        """Stored values (frames, rows, columns).

        Raises
        ------
        RefusedInput
            When the compression needs an extra that is not installed, or the pixels are damaged.
        """
        with without_warnings():
            dataset = pydicom.dcmread(self.path)
            name = dataset.file_meta.TransferSyntaxUID.name
            try:
                return np.asarray(dataset.pixel_array).reshape(self.frames, self.rows, self.columns)
            except RuntimeError as error:
                raise refused(
                    "codec-missing",
                    "The pixels are compressed in a way that needs a decoder",
                    where=self.path.name,
                    value=name,
                    way_out="pip install 'angiosuite[codecs]', then try again.",
                ) from error
            except Exception as error:  # damaged pixels fail anywhere in a decoder, with any exception
                raise refused(
                    "pixels-damaged",
                    "The pixels cannot be decoded",
                    where=self.path.name,
                    value=f"{name}: {type(error).__name__}",
                    way_out="Export the run again.",
                ) from error


def read_run(path: Path) -> RunRead:
    """What a run's object says, without its pixels.

    Raises
    ------
    RefusedInput
        When it is no DICOM file, is malformed, or is not an angiographic image.
    """
    dataset = _parsed(path)
    with without_warnings():
        try:
            return _read(dataset, path)
        except RefusedInput:
            raise
        except Exception as error:  # values are converted on first access and may fail with any exception
            raise refused(
                "dicom-malformed",
                "The run is malformed",
                where=path.name,
                value=type(error).__name__,
                way_out="Export it again.",
            ) from error


def _parsed(path: Path) -> Dataset:
    if not path.is_file():
        raise refused("not-found", "There is no file here", where=str(path), way_out="Check the spelling.")
    with open(path, "rb") as file:
        if file.read(132)[128:] != b"DICM":
            raise refused(
                "not-dicom", "This is not a DICOM file", where=path.name, way_out="Name a run's file."
            )
    with without_warnings():
        try:
            dataset = pydicom.dcmread(path, stop_before_pixels=True)
            sop_class = str(dataset.SOPClassUID)
        except Exception as error:  # a malformed file may fail anywhere in the parser, with any exception
            raise refused(
                "dicom-malformed",
                "The DICOM file is malformed or cut short",
                where=path.name,
                value=type(error).__name__,
                way_out="Export the run again.",
            ) from error
    if sop_class != XRayAngiographicImageStorage:
        raise refused(
            "not-a-run",
            "This is not an X-ray angiographic image",
            where=path.name,
            value=sop_class,
            way_out="Name a run of an angiography system.",
        )
    return dataset


def _read(dataset: Dataset, path: Path) -> RunRead:
    found: list[str] = []
    frames = int(dataset.get("NumberOfFrames") or 1)
    rows, columns = int(dataset.Rows), int(dataset.Columns)
    if not 1 <= frames * rows * columns <= MOST_PIXELS:
        raise ValueError("size")
    sid_mm, sod_mm = _number(dataset, "DistanceSourceToDetector"), _number(dataset, "DistanceSourceToPatient")
    imager = _pair(dataset, "ImagerPixelSpacing")
    for name, value in (
        ("ImagerPixelSpacing", imager),
        ("DistanceSourceToDetector", sid_mm),
        ("DistanceSourceToPatient", sod_mm),
    ):
        if value is None:
            found.append(f"{name} is missing: lengths cannot be measured without a calibration")
    magnification = _number(dataset, "EstimatedRadiographicMagnificationFactor")
    if sid_mm and sod_mm and magnification and abs(sid_mm / sod_mm / magnification - 1) > 0.01:
        found.append(
            f"magnification is given as {magnification:g}, but the distances make it {sid_mm / sod_mm:.3f}"
        )
    iso = None
    if imager is not None and sid_mm and sod_mm:
        iso = (imager[0] * sod_mm / sid_mm, imager[1] * sod_mm / sid_mm)
    primary = _angles(dataset, "PositionerPrimaryAngle", frames, found)
    secondary = _angles(dataset, "PositionerSecondaryAngle", frames, found)
    masks = dataset.get("MaskSubtractionSequence") or ()
    motions = (dataset.get("PositionerMotion"), dataset.get("TableMotion"))
    return RunRead(
        path=path,
        frames=frames,
        rows=rows,
        columns=columns,
        bits=int(dataset.BitsStored),
        times_s=_times_s(dataset, frames, found),
        primary_deg=primary,
        secondary_deg=secondary,
        sid_mm=sid_mm,
        sod_mm=sod_mm,
        imager_pixel_mm=imager,
        iso_pixel_mm=iso,
        kvp=_number(dataset, "KVP"),
        ma=_number(dataset, "XRayTubeCurrent"),
        exposure_ms=_number(dataset, "ExposureTime"),
        pulse_ms=_number(dataset, "AveragePulseWidth"),
        is_moving="DYNAMIC" in motions,
        mask_frames=tuple(int(k) for mask in masks for k in _list(mask.get("MaskFrameNumbers"))),
        each_frame=_each_frame(dataset, frames, found),
        findings=tuple(found),
    )


def _list(value: Any) -> list[Any]:
    if value is None or value == "":
        return []
    return list(value) if hasattr(value, "__len__") and not isinstance(value, str) else [value]


def _number(dataset: Dataset, name: str) -> float | None:
    value = dataset.get(name)
    if value is None or value == "":
        return None
    number = float(value)
    return number if np.isfinite(number) else None


def _pair(dataset: Dataset, name: str) -> tuple[float, float] | None:
    values = [float(v) for v in _list(dataset.get(name))]
    return (values[0], values[1]) if len(values) == 2 and min(values) > 0 else None


def _times_s(dataset: Dataset, frames: int, found: list[str]) -> NDArray[np.float64] | None:
    """Time of each frame after the first, s, by what the object says increments."""
    vector = [float(v) for v in _list(dataset.get("FrameTimeVector"))]
    if vector:
        if len(vector) == frames:
            return np.array(list(accumulate(vector))) / 1000.0 - vector[0] / 1000.0
        found.append(f"FrameTimeVector has {len(vector)} values for {frames} frames")
    step_ms = _number(dataset, "FrameTime")
    if step_ms is None:
        if frames > 1:
            found.append("the time between frames is missing")
        return None
    return np.asarray(np.arange(frames) * step_ms / 1000.0, np.float64)


def _angles(dataset: Dataset, name: str, frames: int, found: list[str]) -> NDArray[np.float64] | None:
    """Angle of each frame, degrees: the first one and, where the positioner moves, its increments."""
    first = _number(dataset, name)
    if first is None:
        found.append(f"{name} is missing")
        return None
    if dataset.get("PositionerMotion") != "DYNAMIC":
        return np.full(frames, first)
    steps = np.array([float(v) for v in _list(dataset.get(f"{name}Increment"))], np.float64)
    if len(steps) != frames:
        found.append(f"the positioner moves, but {name}Increment has {len(steps)} values for {frames} frames")
        return None
    return np.asarray(first + steps, np.float64)


def _each_frame(dataset: Dataset, frames: int, found: list[str]) -> dict[str, NDArray[np.float64]]:
    values: dict[str, NDArray[np.float64]] = {}
    for (creator, offset), name in EACH_FRAME.items():
        try:
            column = _list(dataset.private_block(PRIVATE_GROUP, creator)[offset].value)
        except KeyError:
            continue
        if len(column) == frames:
            values[name] = np.array([float(v) for v in column])
        else:
            found.append(f"the maker's list of {name} has {len(column)} values for {frames} frames")
    return values
