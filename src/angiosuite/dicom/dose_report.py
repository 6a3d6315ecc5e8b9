"""The X-Ray Radiation Dose SR of a session: what was accumulated, and every irradiation event."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from pydicom.dataset import Dataset
from pydicom.sequence import Sequence as Items
from pydicom.uid import UID, XRayAngiographicImageStorage, XRayRadiationDoseSRStorage

from angiosuite.dicom.content_items import (
    Code,
    code,
    container,
    dcm,
    image,
    moment,
    number,
    reference,
    sct,
    text,
    uid,
    unit,
)
from angiosuite.dicom.study import NOTICE, Instance, Series, Study, begin
from angiosuite.dicom.xa import RUNS, BeamPose, Exposed, xa_uid

REPORT = Series("dose", 3, "SR", "Radiation dose (simulated)")
REFERENCE_POINT_MM = 150.0
"""Reference point before the isocentre, toward the source, mm (IEC 60601-2-43)."""

ACQUISITION_PLANE = dcm("113764", "Acquisition Plane")
SINGLE_PLANE = dcm("113622", "Single Plane")
FLUOROSCOPY = sct("44491008", "Fluoroscopy")
STATIONARY = dcm("113611", "Stationary Acquisition")
STEPPING = dcm("113612", "Stepping Acquisition")
ROTATIONAL = dcm("113613", "Rotational Acquisition")
TURNED_DEG, STEPPED_MM = 1.0, 1.0
"""An acquisition in which gantry or table moves further than this is rotational or stepping."""
GRAY, GRAY_M2, MM, DEGREE = unit("Gy"), unit("Gy.m2"), unit("mm"), unit("deg")
SECOND, MILLISECOND, ONE = unit("s"), unit("ms"), unit("1", "no units")
REFERENCE_POINT = (
    dcm("113780", "Reference Point Definition"),
    dcm("113860", "15cm from Isocenter toward Source"),
)


@dataclass(frozen=True, slots=True)
class IrradiationEvent:
    """One press of a pedal that made X-rays.

    Parameters
    ----------
    number : int
        1, 2, 3 … in the session.
    kind : {"fluoroscopy", "run", "shot"}
        Pedal.
    label : str
        Protocol, in words.
    frames : sequence of Exposed
        Every pulse.
    rate_hz : float
        Pulses a second; 0 for a single shot.
    duration_s : float
        Time that the pulses stand for.
    field_mm : (float, float)
        Width and height of the collimated field at the detector, mean over the pulses.
    grid : bool
        Anti-scatter grid in.
    run : int or None
        Number of the run that it made.
    """

    number: int
    kind: Literal["fluoroscopy", "run", "shot"]
    label: str
    frames: Sequence[Exposed]
    rate_hz: float
    duration_s: float
    field_mm: tuple[float, float]
    grid: bool
    run: int | None = None

    @property
    def kar_mgy(self) -> float:
        """Air kerma at the reference point, mGy."""
        return sum(frame.kar_mgy for frame in self.frames)

    @property
    def pka_ugy_m2(self) -> float:
        """Kerma-area product, µGy m²."""
        return sum(frame.pka_ugy_m2 for frame in self.frames)


def event_uid(study: Study, number: int) -> UID:
    """Unique identifier of an irradiation event."""
    return study.made_uid("event", number)


def report_instance(
    study: Study, events: Sequence[IrradiationEvent], t_us: int, runs: frozenset[int] = frozenset()
) -> Instance:
    """The dose report, ready to be written.

    Model
    -----
    PS3.16 TID 10001 (one plane) with TID 10002, 10004, 10007 for the totals and TID 10003, 10003A, B, C for
    each event. A dose of a simulation is calculated, and says so (`Derivation`); there is no calibration. The
    field's area is that at the detector. Signs: lateral to the patient's left, longitudinal towards the head,
    height downwards.
    **Held by** ``dciodvfy``, ``dsrdump`` and PySkinDose in ``tests/dicom/test_dose_report.py``.

    Parameters
    ----------
    study : Study
    events : sequence of IrradiationEvent
        All of the session, in order.
    t_us : int
        Simulated time at which the report was made, microseconds.
    runs : frozenset of int
        Runs that are exported beside it and are referred to.
    """
    made = begin(
        study, REPORT, XRayRadiationDoseSRStorage, study.made_uid("dose", len(events), t_us), 1, t_us
    )
    made.CompletionFlag, made.VerificationFlag = "COMPLETE", "UNVERIFIED"
    made.ReferencedPerformedProcedureStepSequence = Items()
    made.PerformedProcedureCodeSequence = Items()
    shown = {
        event.number: xa_uid(study, event.run, len(event.frames))
        for event in events
        if event.run is not None and event.run in runs
    }
    if shown:
        made.CurrentRequestedProcedureEvidenceSequence = Items([_evidence(study, shown.values())])
    template = Dataset()
    template.MappingResource, template.TemplateIdentifier = "DCMR", "10001"
    made.ContentTemplateSequence = Items([template])
    made.ValueType, made.ContinuityOfContent = "CONTAINER", "SEPARATE"
    made.ConceptNameCodeSequence = Items([dcm("113701", "X-Ray Radiation Dose Report").item()])
    made.ContentSequence = Items(
        [
            *_context(study),
            container(dcm("113702", "Accumulated X-Ray Dose Data"), *_accumulated(events)),
            *(
                container(
                    dcm("113706", "Irradiation Event X-Ray Data"),
                    *_event(study, event, shown.get(event.number)),
                )
                for event in events
            ),
            text(dcm("121106", "Comment"), f"{NOTICE}. Doses are calculated."),
            code(dcm("113854", "Source of Dose Information"), dcm("113856", "Automated Data Collection")),
        ]
    )
    return Instance(made, "DOSE0001")


def _evidence(study: Study, runs: Iterable[UID]) -> Dataset:
    """The runs that the report refers to."""
    series = Dataset()
    series.SeriesInstanceUID = study.made_uid("series", RUNS.key)
    series.ReferencedSOPSequence = Items([reference(XRayAngiographicImageStorage, run) for run in runs])
    made = Dataset()
    made.StudyInstanceUID = study.uid
    made.ReferencedSeriesSequence = Items([series])
    return made


def _context(study: Study) -> Iterator[Dataset]:
    """What is reported, by which device, over what (TID 10001 rows 2 to 10, TID 1002)."""
    intent = code(
        sct("363703001", "Has Intent"),
        sct("261004008", "Diagnostic Intent"),
        "HAS CONCEPT MOD",
    )
    yield code(
        dcm("121058", "Procedure reported"), dcm("113704", "Projection X-Ray"), "HAS CONCEPT MOD", intent
    )
    yield code(
        dcm("122142", "Acquisition Device Type"),
        dcm("113957", "Fluoroscopy-Guided Projection Radiography System"),
    )
    yield code(dcm("121005", "Observer Type"), dcm("121007", "Device"), "HAS OBS CONTEXT")
    yield uid(dcm("121012", "Device Observer UID"), study.made_uid("device"), "HAS OBS CONTEXT")
    for value, meaning, words in (
        ("121013", "Device Observer Name", "Angiosuite (simulated)"),
        ("121014", "Device Observer Manufacturer", "Angiosuite"),
        ("121015", "Device Observer Model Name", study.machine),
        ("121016", "Device Observer Serial Number", "SIMULATED"),
    ):
        yield text(dcm(value, meaning), words, "HAS OBS CONTEXT")
    yield code(
        dcm("113705", "Scope of Accumulation"),
        dcm("113014", "Study"),
        "HAS OBS CONTEXT",
        uid(dcm("110180", "Study Instance UID"), study.uid, "HAS PROPERTIES"),
    )
    for value, part in (("113945", "Detector"), ("113943", "Source"), ("113944", "Mechanical")):
        yield code(dcm(value, f"X-Ray {part} Data Available"), sct("373066001", "Yes"))


def _calculated() -> Dataset:
    return code(dcm("121401", "Derivation"), sct("258090004", "Calculated"), "HAS CONCEPT MOD")


def _accumulated(events: Sequence[IrradiationEvent]) -> Iterator[Dataset]:
    """Totals of the plane (TID 10002, 10004, 10007)."""
    fluoroscopy = [event for event in events if event.kind == "fluoroscopy"]
    acquisitions = [event for event in events if event.kind != "fluoroscopy"]
    yield code(ACQUISITION_PLANE, SINGLE_PLANE, "HAS CONCEPT MOD")
    yield number(dcm("113722", "Dose Area Product Total"), _gray_m2(events), GRAY_M2, _calculated())
    yield number(dcm("113725", "Dose (RP) Total"), _gray(events), GRAY, _calculated())
    if fluoroscopy:
        yield number(dcm("113726", "Fluoro Dose Area Product Total"), _gray_m2(fluoroscopy), GRAY_M2)
        yield number(dcm("113728", "Fluoro Dose (RP) Total"), _gray(fluoroscopy), GRAY)
        yield number(dcm("113730", "Total Fluoro Time"), _seconds(fluoroscopy), SECOND)
    yield number(dcm("113727", "Acquisition Dose Area Product Total"), _gray_m2(acquisitions), GRAY_M2)
    yield number(dcm("113729", "Acquisition Dose (RP) Total"), _gray(acquisitions), GRAY)
    yield number(dcm("113855", "Total Acquisition Time"), _seconds(acquisitions), SECOND)
    frames = sum(len(event.frames) for event in acquisitions)
    yield number(dcm("113731", "Total Number of Radiographic Frames"), frames, ONE)
    yield code(*REFERENCE_POINT)


def _gray(events: Sequence[IrradiationEvent]) -> float:
    return sum(event.kar_mgy for event in events) / 1e3


def _gray_m2(events: Sequence[IrradiationEvent]) -> float:
    return sum(event.pka_ugy_m2 for event in events) / 1e6


def _seconds(events: Sequence[IrradiationEvent]) -> float:
    return sum(event.duration_s for event in events)


def _event(study: Study, event: IrradiationEvent, pictured: UID | None) -> Iterator[Dataset]:
    """One irradiation event (TID 10003)."""
    begun: datetime = study.at(event.frames[0].t_us)
    yield code(ACQUISITION_PLANE, SINGLE_PLANE, "HAS CONCEPT MOD")
    yield uid(dcm("113769", "Irradiation Event UID"), event_uid(study, event.number))
    yield moment(dcm("111526", "DateTime Started"), begun)
    yield code(dcm("113721", "Irradiation Event Type"), _event_type(event))
    yield text(dcm("125203", "Acquisition Protocol"), event.label)
    yield code(*REFERENCE_POINT)
    yield number(dcm("122130", "Dose Area Product"), event.pka_ugy_m2 / 1e6, GRAY_M2)
    yield number(dcm("113738", "Dose (RP)"), event.kar_mgy / 1e3, GRAY)
    yield code(
        dcm("113743", "Patient Orientation"),
        sct("102538003", "recumbent"),
        "CONTAINS",
        code(dcm("113744", "Patient Orientation Modifier"), sct("40199007", "supine"), "HAS CONCEPT MOD"),
    )
    yield code(dcm("113745", "Patient Table Relationship"), sct("102540001", "headfirst"))
    yield code(dcm("123014", "Target Region"), sct("38266002", "Entire body"))
    if pictured is not None:
        yield image(dcm("113795", "Acquired Image"), XRayAngiographicImageStorage, pictured)
    yield from _source(event)
    yield from _mechanics(event.frames[0].pose, event.frames[-1].pose)


def _event_type(event: IrradiationEvent) -> Code:
    """CID 10002: fluoroscopy, or an acquisition that stands, steps or turns."""
    if event.kind == "fluoroscopy":
        return FLUOROSCOPY
    first = event.frames[0].pose
    turned = max(
        max(abs(f.pose.primary_deg - first.primary_deg), abs(f.pose.secondary_deg - first.secondary_deg))
        for f in event.frames
    )
    stepped = max(
        max(
            abs(f.pose.table_head_mm - first.table_head_mm),
            abs(f.pose.table_lateral_mm - first.table_lateral_mm),
        )
        for f in event.frames
    )
    return ROTATIONAL if turned > TURNED_DEG else STEPPING if stepped > STEPPED_MM else STATIONARY


def _source(event: IrradiationEvent) -> Iterator[Dataset]:
    """Tube, filter and field (TID 10003B)."""
    frames = event.frames
    ms = sum(frame.ms for frame in frames)
    uas = sum(frame.ma * frame.ms for frame in frames)
    if event.kind == "fluoroscopy":
        yield code(dcm("113732", "Fluoro Mode"), dcm("113631", "Pulsed"))
    if event.rate_hz:
        yield number(dcm("113791", "Pulse Rate"), event.rate_hz, unit("{pulse}/s", "pulse/s"))
    yield number(dcm("113768", "Number of Pulses"), len(frames), ONE)
    yield number(dcm("113793", "Pulse Width"), ms / len(frames), MILLISECOND)
    yield number(dcm("113742", "Irradiation Duration"), event.duration_s, SECOND)
    yield number(dcm("113733", "KVP"), statistics.fmean(frame.kv for frame in frames), unit("kV"))
    yield number(dcm("113734", "X-Ray Tube Current"), uas / ms, unit("mA"))
    yield number(dcm("113735", "Exposure Time"), ms, MILLISECOND)
    yield number(dcm("113736", "Exposure"), uas, unit("uA.s"))
    yield number(dcm("113766", "Focal Spot Size"), frames[0].focal_mm, MM)
    copper = [frame.cu_mm for frame in frames]
    if max(copper):
        yield container(
            dcm("113771", "X-Ray Filters"),
            code(dcm("113772", "X-Ray Filter Type"), dcm("113650", "Strip filter")),
            code(dcm("113757", "X-Ray Filter Material"), sct("66925006", "Copper or Copper compound")),
            number(dcm("113758", "X-Ray Filter Thickness Minimum"), min(copper), MM),
            number(dcm("113773", "X-Ray Filter Thickness Maximum"), max(copper), MM),
        )
    else:
        yield container(
            dcm("113771", "X-Ray Filters"),
            code(dcm("113772", "X-Ray Filter Type"), dcm("111609", "No Filter")),
        )
    width_mm, height_mm = event.field_mm
    yield number(dcm("113790", "Collimated Field Area"), width_mm * height_mm * 1e-6, unit("m2"))
    yield number(dcm("113788", "Collimated Field Height"), height_mm, MM)
    yield number(dcm("113789", "Collimated Field Width"), width_mm, MM)
    grid = dcm("111642", "Focused grid") if event.grid else dcm("111646", "No grid")
    yield code(dcm("111635", "X-Ray Grid"), grid)


def _mechanics(first: BeamPose, last: BeamPose) -> Iterator[Dataset]:
    """Gantry and table at the first pulse and, where they moved, at the last (TID 10003C)."""
    yield number(dcm("112011", "Positioner Primary Angle"), first.primary_deg, DEGREE)
    yield number(dcm("112012", "Positioner Secondary Angle"), first.secondary_deg, DEGREE)
    if (first.primary_deg, first.secondary_deg) != (last.primary_deg, last.secondary_deg):
        yield number(dcm("113739", "Positioner Primary End Angle"), last.primary_deg, DEGREE)
        yield number(dcm("113740", "Positioner Secondary End Angle"), last.secondary_deg, DEGREE)
    yield number(dcm("113754", "Table Head Tilt Angle"), first.tilt_deg, DEGREE)
    yield number(dcm("113755", "Table Horizontal Rotation Angle"), 0.0, DEGREE)
    yield number(dcm("113756", "Table Cradle Tilt Angle"), 0.0, DEGREE)
    ends = (
        ("113751", "113759", "Table Longitudinal", first.table_head_mm, last.table_head_mm),
        ("113752", "113760", "Table Lateral", first.table_lateral_mm, last.table_lateral_mm),
        ("113753", "113761", "Table Height", first.table_down_mm, last.table_down_mm),
    )
    for start, end, way, begins_mm, ends_mm in ends:
        yield number(dcm(start, f"{way} Position"), begins_mm, MM)
        if begins_mm != ends_mm:
            yield number(dcm(end, f"{way} End Position"), ends_mm, MM)
    yield number(dcm("113748", "Distance Source to Isocenter"), first.sod_mm, MM)
    yield number(dcm("113737", "Distance Source to Reference Point"), first.sod_mm - REFERENCE_POINT_MM, MM)
    yield number(dcm("113750", "Distance Source to Detector"), first.sid_mm, MM)
