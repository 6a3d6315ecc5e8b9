"""A run as a multi-frame X-Ray Angiographic image that other software plays, subtracts and measures.

Standard attributes carry what the standard has room for. What it has none for in this object, the exposure of
each frame, stands in one private block (`PRIVATE_CREATOR`), listed in ``docs/howto/dicom-out.md``.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence as Items
from pydicom.tag import Tag
from pydicom.uid import UID, XRayAngiographicImageStorage

from angiosuite.dicom.refusal import refused
from angiosuite.dicom.stored_values import (
    describe_calibration,
    describe_logarithm,
    describe_pixels,
    describe_window,
)
from angiosuite.dicom.study import (
    LARGEST_BYTES,
    NOTICE,
    Chunks,
    Instance,
    Series,
    Study,
    acquired,
    begin,
    dicom_time,
)

RUNS = Series("runs", 1, "XA", "Runs (simulated)")
PRIVATE_GROUP = 0x0019
PRIVATE_CREATOR = "ANGIOSUITE 1.0"
"""Owner of the block with the exposure of each frame."""
STILL_DEG, STILL_MM = 0.05, 0.05
"""Less movement than this between two frames is none."""


@dataclass(frozen=True, slots=True)
class BeamPose:
    """How gantry and table stood.

    Parameters
    ----------
    primary_deg, secondary_deg : float
        Positioner angles, LAO and cranial positive (PS3.3 C.8.7.5).
    sid_mm, sod_mm : float
        Source to detector, source to isocentre.
    table_lateral_mm, table_down_mm, table_head_mm : float
        Table's travel to the patient's left, down and towards the head from its reference.
    tilt_deg : float
        Table's tilt, head up positive (PS3.16 TID 10003C).
    orientation : (str, str)
        Direction in the patient of a row and of a column, as in ``("L", "F")``.
    """

    primary_deg: float
    secondary_deg: float
    sid_mm: float
    sod_mm: float
    table_lateral_mm: float
    table_down_mm: float
    table_head_mm: float
    tilt_deg: float
    orientation: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Exposed:
    """One exposure.

    Parameters
    ----------
    t_us : int
        Simulated time, microseconds.
    pose : BeamPose
        Gantry and table.
    kv, ma, ms : float
        Technique.
    cu_mm, focal_mm : float
        Copper filter, focal spot.
    kar_mgy, pka_ugy_m2 : float
        Reference air kerma and kerma-area product of this pulse.
    settling : bool
        Exposure control was still finding its technique.
    """

    t_us: int
    pose: BeamPose
    kv: float
    ma: float
    ms: float
    cu_mm: float
    focal_mm: float
    kar_mgy: float
    pka_ugy_m2: float
    settling: bool = False


@dataclass(frozen=True, slots=True)
class Opening:
    """Edges of the collimated field in pixels: the last covered column, row and the first after it."""

    left: int
    right: int
    top: int
    bottom: int


@dataclass(frozen=True, slots=True)
class Subtraction:
    """How a run is to be subtracted: mask frames from 1, and shift of the mask right and down in pixels."""

    frames: tuple[int, ...]
    shift_px: tuple[float, float]
    explanation: str = ""


@dataclass(frozen=True, slots=True)
class Contrast:
    """An injection during the run: what flowed, and when."""

    agent: str
    t_us: int


@dataclass(frozen=True, slots=True)
class XaRun:
    """One run with its stored frames.

    Parameters
    ----------
    number : int
        In the session.
    label : str
        Programme, in words.
    rows : int
        Rows and columns.
    pixel_mm_iso : float
        Pixel at the isocentre.
    frames : sequence of Exposed
        One an image frame.
    rate_hz : float
        Of the first phase.
    opening : Opening or None
        Collimated field, when known.
    grid : bool
        Anti-scatter grid in.
    subtraction, contrast
        None without.
    event_uid : UID
        The irradiation event of the dose report.
    comment : str
        Further words, for example that a test phantom stood in the beam.
    to_linear : (4096,) uint16
        Stored value to intensity.
    middle : (rows, columns) uint16
        A frame from its middle, for the window.
    pixels : callable
        Opens the stored frames, chunk by chunk, little-endian.
    """

    number: int
    label: str
    rows: int
    pixel_mm_iso: float
    frames: Sequence[Exposed]
    rate_hz: float
    opening: Opening | None
    grid: bool
    subtraction: Subtraction | None
    contrast: Contrast | None
    event_uid: UID
    comment: str
    to_linear: NDArray[np.uint16]
    middle: NDArray[np.uint16]
    pixels: Callable[[], Chunks]


def xa_uid(study: Study, number: int, frames: int) -> UID:
    """SOP Instance UID of a run; one that was taken out while it was being made is another object."""
    return study.made_uid("run", number, frames)


def xa_instance(study: Study, run: XaRun) -> Instance:
    """The run as an object, ready to be written.

    Model
    -----
    Geometry, exposure, mask and calibration as PS3.3 A.14 asks: modules X-Ray Image (C.8.7.1), Acquisition
    (C.8.7.2), Collimator (C.8.7.3), Table (C.8.7.4), XA Positioner (C.8.7.5), Filtration (C.8.7.10), Mask
    (C.7.6.10), Multi-frame and Cine (C.7.6.5, C.7.6.6), Modality LUT (C.11.1).
    **Held by** ``dciodvfy`` and dcmtk in ``tests/dicom/test_xa.py``.

    Raises
    ------
    RefusedInput
        When the run has no frame, or more pixels than one object may hold.
    """
    size = run.rows * run.rows * 2 * len(run.frames)
    if not run.frames or size > LARGEST_BYTES:
        raise refused(
            "run-not-writable",
            "The run cannot be one DICOM object",
            where=f"run {run.number}",
            value=f"{len(run.frames)} frames, {size / 2**20:.0f} MB",
            way_out="A run needs a frame and at most 4 GB; remove this run from the session.",
        )
    first = run.frames[0]
    uid = xa_uid(study, run.number, len(run.frames))
    made = begin(study, RUNS, XRayAngiographicImageStorage, uid, run.number, first.t_us)
    acquired(made, study, first.t_us, run.event_uid, run.number)
    made.ImageType = ["ORIGINAL", "PRIMARY", "SINGLE PLANE"]
    made.PatientOrientation, made.Laterality = list(first.pose.orientation), ""
    made.ProtocolName = run.label[:64]
    made.ImageComments = " ".join(filter(None, (f"{NOTICE}.", run.comment)))
    describe_pixels(made, run.rows, run.rows)
    describe_logarithm(made, run.to_linear)
    describe_window(made, run.middle)
    describe_calibration(made, run.pixel_mm_iso)
    _describe_time(made, run)
    _describe_exposure(made, run)
    _describe_geometry(made, run)
    if run.opening is not None:
        _describe_opening(made, run.opening)
    if run.subtraction is not None:
        _describe_mask(made, run.subtraction)
    if run.contrast is not None:
        made.ContrastBolusAgent = run.contrast.agent[:64]
        made.ContrastBolusStartTime = dicom_time(study.at(run.contrast.t_us))
    _describe_each_frame(made, run.frames)
    return Instance(made, f"RUN{run.number:05d}", size, run.pixels)


def _describe_time(made: Dataset, run: XaRun) -> None:
    """Frame time, or a vector of them where the rate changed."""
    times = [frame.t_us / 1000.0 for frame in run.frames]
    steps = [later - earlier for earlier, later in pairwise(times)]
    made.NumberOfFrames = len(times)
    if steps and max(steps) - min(steps) > 4.0:  # pulses fall on physics steps of 2 ms
        made.FrameIncrementPointer = Tag("FrameTimeVector")
        made.FrameTimeVector = [_short(step) for step in (0.0, *steps)]
    else:
        made.FrameIncrementPointer = Tag("FrameTime")
        made.FrameTime = _short(statistics.fmean(steps) if steps else 1000.0 / run.rate_hz)
    made.CineRate = made.RecommendedDisplayFrameRate = max(round(run.rate_hz), 1)
    made.StartTrim, made.StopTrim = 1, len(times)
    made.FrameDelay = "0"
    made.EffectiveDuration = _short((times[-1] - times[0]) / 1000.0 + 1.0 / run.rate_hz)
    made.RepresentativeFrameNumber = len(times) // 2 + 1


def _describe_exposure(made: Dataset, run: XaRun) -> None:
    frames = run.frames
    ms = sum(frame.ms for frame in frames)
    mas = sum(frame.ma * frame.ms for frame in frames) / 1000.0
    made.KVP = _short(statistics.fmean(frame.kv for frame in frames))
    made.RadiationSetting, made.RadiationMode = "GR", "PULSED"
    made.XRayTubeCurrent = round(mas / ms * 1000.0)
    made.XRayTubeCurrentInuA = _short(mas / ms * 1e6)
    made.ExposureTime, made.ExposureTimeInuS = round(ms), _short(ms * 1000.0)
    made.Exposure, made.ExposureInuAs = round(mas), round(mas * 1000.0)
    made.AveragePulseWidth = _short(ms / len(frames))
    made.FocalSpots = _short(frames[0].focal_mm)
    made.ImageAndFluoroscopyAreaDoseProduct = _short(sum(frame.pka_ugy_m2 for frame in frames) * 0.1)
    made.Grid = "IN" if run.grid else "NONE"
    copper = [frame.cu_mm for frame in frames]
    made.TypeOfFilters = "COPPER" if max(copper) else "NONE"
    if max(copper):
        made.FilterMaterial = "COPPER"
        made.FilterThicknessMinimum, made.FilterThicknessMaximum = _short(min(copper)), _short(max(copper))


def _describe_geometry(made: Dataset, run: XaRun) -> None:
    """Positioner and table; increments count from the first frame."""
    poses = [frame.pose for frame in run.frames]
    first = poses[0]
    magnification = first.sid_mm / first.sod_mm
    detector_mm = run.pixel_mm_iso * magnification
    made.DistanceSourceToDetector, made.DistanceSourceToPatient = _short(first.sid_mm), _short(first.sod_mm)
    made.EstimatedRadiographicMagnificationFactor = _short(magnification)
    made.ImagerPixelSpacing = [f"{detector_mm:.6f}"] * 2
    made.FieldOfViewShape = "RECTANGLE"
    made.FieldOfViewDimensions = [round(detector_mm * run.rows)] * 2
    made.IntensifierSize = _short(detector_mm * run.rows * 2**0.5)
    made.PositionerPrimaryAngle = _short(first.primary_deg)
    made.PositionerSecondaryAngle = _short(first.secondary_deg)
    turns = (
        [pose.primary_deg - first.primary_deg for pose in poses],
        [pose.secondary_deg - first.secondary_deg for pose in poses],
    )
    made.PositionerMotion = "DYNAMIC" if _moves(turns, STILL_DEG) else "STATIC"
    if made.PositionerMotion == "DYNAMIC":
        made.PositionerPrimaryAngleIncrement = [_short(v) for v in turns[0]]
        made.PositionerSecondaryAngleIncrement = [_short(v) for v in turns[1]]
    slides = (
        [pose.table_down_mm - first.table_down_mm for pose in poses],
        [pose.table_lateral_mm - first.table_lateral_mm for pose in poses],
        [pose.table_head_mm - first.table_head_mm for pose in poses],
    )
    made.TableMotion = "DYNAMIC" if _moves(slides, STILL_MM) else "STATIC"
    made.TableAngle = _short(first.tilt_deg)
    if made.TableMotion == "DYNAMIC":
        made.TableVerticalIncrement = [_short(v) for v in slides[0]]
        made.TableLateralIncrement = [_short(v) for v in slides[1]]
        made.TableLongitudinalIncrement = [_short(v) for v in slides[2]]
    made.PatientPosition = "HFS"


def _moves(ways: Sequence[Sequence[float]], least: float) -> bool:
    return any(abs(value) > least for way in ways for value in way)


def _describe_opening(made: Dataset, opening: Opening) -> None:
    made.CollimatorShape = "RECTANGULAR"
    made.CollimatorLeftVerticalEdge, made.CollimatorRightVerticalEdge = opening.left, opening.right
    made.CollimatorUpperHorizontalEdge, made.CollimatorLowerHorizontalEdge = opening.top, opening.bottom


def _describe_mask(made: Dataset, subtraction: Subtraction) -> None:
    item = Dataset()
    item.MaskOperation = "AVG_SUB"
    item.ApplicableFrameRange = [1, int(made.NumberOfFrames)]
    item.MaskFrameNumbers = list(subtraction.frames)
    item.ContrastFrameAveraging = 1
    right, down = subtraction.shift_px
    item.MaskSubPixelShift = [down, right]
    if subtraction.explanation:
        item.MaskOperationExplanation = subtraction.explanation
    made.MaskSubtractionSequence = Items([item])
    made.RecommendedViewingMode = "SUB"


def _describe_each_frame(made: Dataset, frames: Sequence[Exposed]) -> None:
    """The private block: one value a frame."""
    block = made.private_block(PRIVATE_GROUP, PRIVATE_CREATOR, create=True)
    columns = (
        [frame.kv for frame in frames],
        [frame.ma for frame in frames],
        [frame.ms for frame in frames],
        [frame.cu_mm for frame in frames],
        [frame.kar_mgy for frame in frames],
        [frame.pka_ugy_m2 for frame in frames],
        [frame.t_us / 1000.0 - frames[0].t_us / 1000.0 for frame in frames],
    )
    for offset, column in enumerate(columns):
        block.add_new(offset, "FD", column)
    block.add_new(len(columns), "US", [int(frame.settling) for frame in frames])


def _short(value: float) -> str:
    """A decimal string, at most 16 characters as PS3.5 §6.2 has it."""
    text = f"{value:.6f}".rstrip("0").rstrip(".")
    return "0" if text in ("", "-0") else text if len(text) <= 16 else f"{value:.8e}"
