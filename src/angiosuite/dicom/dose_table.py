"""A dose report as a tidy table: one row an irradiation event, totals by plane, and what is wrong with it.

Concepts are found by their code, never by their wording. What is missing stays empty; what is odd is said in
`findings` and never put right.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

import pydicom
from pydicom.dataset import Dataset

from angiosuite.dicom.dose_items import Items, meaning
from angiosuite.dicom.header import without_warnings
from angiosuite.dicom.refusal import refused
from angiosuite.kit.errors import RefusedInput

LARGEST_BYTES = 64 * 2**20
REPORT, TOTALS, EVENT, CT_EVENT = "113701", "113702", "113706", "113819"
TOLERANCE = 0.01
"""Share by which a total may depart from the sum of its events and count as the same."""
DOSE_CLASSES = ("1.2.840.10008.5.1.4.1.1.88.67", "1.2.840.10008.5.1.4.1.1.88.22")


@dataclass(frozen=True, slots=True)
class DoseEvent:
    """One irradiation event; None where the report does not say.

    Kerma at the reference point in Gy, kerma-area product in Gy m², exposure in µA s, lengths in mm, field in
    m²; positive angles LAO and cranial; table as the machine counts it.
    """

    number: int
    plane: str | None
    type: str | None
    protocol: str | None
    started: str | None
    kerma_gy: float | None
    kerma_area_gy_m2: float | None
    kv: float | None
    ma: float | None
    pulse_ms: float | None
    pulses: float | None
    rate_hz: float | None
    exposure_ms: float | None
    exposure_uas: float | None
    duration_s: float | None
    copper_mm: float | None
    aluminium_mm: float | None
    primary_deg: float | None
    secondary_deg: float | None
    sod_mm: float | None
    sid_mm: float | None
    field_m2: float | None
    table_longitudinal_mm: float | None
    table_lateral_mm: float | None
    table_height_mm: float | None
    uid: str | None


@dataclass(frozen=True, slots=True)
class PlaneTotals:
    """What a report says was accumulated in one plane, and the sums of its events; Gy, Gy m², s."""

    plane: str | None
    kerma_gy: float | None
    kerma_area_gy_m2: float | None
    fluoroscopy_kerma_gy: float | None
    fluoroscopy_kerma_area_gy_m2: float | None
    fluoroscopy_s: float | None
    acquisition_kerma_gy: float | None
    acquisition_kerma_area_gy_m2: float | None
    acquisition_s: float | None
    reference_point: str | None
    events: int
    summed_kerma_gy: float | None
    summed_kerma_area_gy_m2: float | None


@dataclass(frozen=True, slots=True)
class DoseTable:
    """A dose report: machine, totals, events, findings."""

    manufacturer: str
    model: str
    totals: tuple[PlaneTotals, ...]
    events: tuple[DoseEvent, ...]
    findings: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON values."""
        return asdict(self)

    @staticmethod
    def columns() -> tuple[str, ...]:
        """Names of an event's columns."""
        return tuple(f.name for f in fields(DoseEvent))


NUMBERS = {
    "kerma_gy": ("113738", "kerma"),
    "kerma_area_gy_m2": ("122130", "kerma-area"),
    "kv": ("113733", "voltage"),
    "ma": ("113734", "current"),
    "pulse_ms": ("113793", "time-ms"),
    "pulses": ("113768", "count"),
    "rate_hz": ("113791", "rate"),
    "exposure_ms": ("113735", "time-ms"),
    "exposure_uas": ("113736", "charge"),
    "duration_s": ("113742", "time-s"),
    "primary_deg": ("112011", "angle"),
    "secondary_deg": ("112012", "angle"),
    "sod_mm": ("113748", "length"),
    "sid_mm": ("113750", "length"),
    "field_m2": ("113790", "area"),
    "table_longitudinal_mm": ("113751", "length"),
    "table_lateral_mm": ("113752", "length"),
    "table_height_mm": ("113753", "length"),
}
"""Column of an event: its concept (PS3.16 Annex D, scheme DCM) and quantity."""
TOTAL_NUMBERS = {
    "kerma_gy": ("113725", "kerma"),
    "kerma_area_gy_m2": ("113722", "kerma-area"),
    "fluoroscopy_kerma_gy": ("113728", "kerma"),
    "fluoroscopy_kerma_area_gy_m2": ("113726", "kerma-area"),
    "fluoroscopy_s": ("113730", "time-s"),
    "acquisition_kerma_gy": ("113729", "kerma"),
    "acquisition_kerma_area_gy_m2": ("113727", "kerma-area"),
    "acquisition_s": ("113855", "time-s"),
}
WANTED = ("kerma_gy", "kerma_area_gy_m2", "kv", "ma", "primary_deg", "secondary_deg", "sod_mm", "sid_mm",
          "table_longitudinal_mm", "table_lateral_mm", "table_height_mm")  # fmt: skip
"""Columns whose absence is said; a skin dose cannot be estimated without them."""


def read_dose_report(path: Path) -> DoseTable:
    """The table of one dose report.

    Raises
    ------
    RefusedInput
        When it is not a DICOM file, is malformed, or is not a report of projection X-ray.
    """
    dataset = _parsed(path)
    found: list[str] = []
    with without_warnings():
        try:
            return _table(dataset, found, path)
        except RefusedInput:
            raise
        except Exception as error:  # values are converted on first access and may fail with any exception
            raise refused(
                "dicom-malformed",
                "The dose report is malformed",
                where=path.name,
                value=type(error).__name__,
                way_out="Export it again.",
            ) from error


def _parsed(path: Path) -> Dataset:
    if not path.is_file():
        raise refused("not-found", "There is no file here", where=str(path), way_out="Check the spelling.")
    if path.stat().st_size > LARGEST_BYTES:
        raise refused(
            "file-too-large",
            "A dose report is never so large",
            where=path.name,
            value=f"{path.stat().st_size / 2**20:.0f} MB",
            way_out="Name the dose report.",
        )
    data = path.read_bytes()
    if data[128:132] != b"DICM":
        raise refused(
            "not-dicom", "This is not a DICOM file", where=path.name, way_out="Name a DICOM dose report."
        )
    with without_warnings():
        try:
            dataset = pydicom.dcmread(pydicom.filebase.DicomBytesIO(data), stop_before_pixels=True)
            root = str(dataset.ConceptNameCodeSequence[0].CodeValue) if "ContentSequence" in dataset else ""
        except Exception as error:  # a malformed file may fail anywhere in the parser, with any exception
            raise refused(
                "dicom-malformed",
                "The DICOM file is malformed or cut short",
                where=path.name,
                value=type(error).__name__,
                way_out="Export the report again.",
            ) from error
    if root != REPORT:
        raise refused(
            "not-a-dose-report",
            "This is not a radiation dose report",
            where=path.name,
            way_out="Name an X-Ray Radiation Dose SR.",
        )
    return dataset


def _table(dataset: Dataset, found: list[str], path: Path) -> DoseTable:
    root = Items(dataset, "the report", found)
    if root.all(CT_EVENT) and not root.all(EVENT):
        raise refused(
            "ct-dose-report",
            "This is the dose report of a CT",
            where=path.name,
            way_out="Name one of a fluoroscopy or angiography system.",
        )
    _check_header(dataset, found)
    events = tuple(_event(item, number, found) for number, item in enumerate(root.all(EVENT), start=1))
    totals = tuple(_totals(item, events, found) for item in root.all(TOTALS))
    _check(events, totals, found)
    return DoseTable(
        str(dataset.get("Manufacturer", "")),
        str(dataset.get("ManufacturerModelName", "")),
        totals,
        events,
        tuple(_counted(found)),
    )


def _event(item: Dataset, number: int, found: list[str]) -> DoseEvent:
    items = Items(item, f"event {number}", found)
    numbers = {name: items.number(code, kind) for name, (code, kind) in NUMBERS.items()}
    filters = items.filters()
    return DoseEvent(
        number=number,
        plane=items.answer("113764"),
        type=items.answer("113721"),
        protocol=items.answer("125203"),
        started=items.answer("111526"),
        uid=items.answer("113769"),
        copper_mm=filters.get("copper"),
        aluminium_mm=filters.get("aluminium"),
        **numbers,
    )


def _totals(item: Dataset, events: Sequence[DoseEvent], found: list[str]) -> PlaneTotals:
    plane = Items(item, "the totals", []).answer("113764")
    items = Items(item, f"the totals of {plane or 'an unnamed plane'}", found)
    own = [event for event in events if event.plane == plane]
    point = items.answer("113780")
    if point is not None and not items.is_coded("113780"):
        found.append(f"{items.where}: reference point in words, '{point[:60]}', not by a code")
    return PlaneTotals(
        plane=plane,
        reference_point=point,
        events=len(own),
        summed_kerma_gy=_sum([event.kerma_gy for event in own]),
        summed_kerma_area_gy_m2=_sum([event.kerma_area_gy_m2 for event in own]),
        **{name: items.number(code, kind) for name, (code, kind) in TOTAL_NUMBERS.items()},
    )


def _sum(values: Sequence[float | None]) -> float | None:
    """The sum; None when a value is missing, since a part of it would be taken for the whole."""
    return None if any(value is None for value in values) else sum(value or 0.0 for value in values)


def _check_header(dataset: Dataset, found: list[str]) -> None:
    if str(dataset.get("SOPClassUID", "")) not in DOSE_CLASSES:
        found.append("the object's class is not that of a dose report")
    flag = str(dataset.get("CompletionFlag", ""))
    if flag != "COMPLETE":
        found.append(f"the report is not marked complete (completion flag '{flag}')")
    stored = dataset.file_meta.get("MediaStorageSOPInstanceUID")
    if stored is not None and stored != dataset.get("SOPInstanceUID"):
        found.append("the file's header names another object than the object itself")


def _check(events: Sequence[DoseEvent], totals: Sequence[PlaneTotals], found: list[str]) -> None:
    for name in WANTED:
        count = sum(getattr(event, name) is None for event in events)
        if count:
            found.append(f"{meaning(NUMBERS[name][0])} is missing in {count} of {len(events)} events")
    uids = [event.uid for event in events if event.uid is not None]
    if len(set(uids)) < len(uids):
        found.append("two events have the same identifier")
    if not totals:
        found.append("there are no totals")
    planes = {total.plane for total in totals}
    for plane in sorted({str(event.plane) for event in events if event.plane not in planes}):
        found.append(f"there are events of {plane}, but no totals of it")
    for total in totals:
        _check_sums(total, found)


def _check_sums(total: PlaneTotals, found: list[str]) -> None:
    if not total.events:
        found.append(f"{total.plane}: no event")
    for what, said, summed, unit in (
        ("dose at the reference point", total.kerma_gy, total.summed_kerma_gy, "Gy"),
        ("kerma-area product", total.kerma_area_gy_m2, total.summed_kerma_area_gy_m2, "Gy.m2"),
    ):
        if said is None or summed is None:
            found.append(f"{total.plane}: the total {what} cannot be compared with its events")
        elif abs(said - summed) > TOLERANCE * max(said, summed):
            departs = f"{summed:.4g} {unit} in the events, {said:.4g} {unit} in the total"
            found.append(f"{total.plane}: {what} does not add up, {departs}")
    dose = total.acquisition_kerma_gy or total.acquisition_kerma_area_gy_m2
    if dose and total.acquisition_s == 0:
        found.append(f"{total.plane}: acquisitions have dose, but their total time is 0 s")


def _counted(found: Sequence[str]) -> list[str]:
    """Findings that recur in many events once, with how often."""
    counts: dict[str, int] = {}
    for text in found:
        where, _, what = text.partition(": ")
        key = f"events: {what}" if where.startswith("event ") else text
        counts[key] = counts.get(key, 0) + 1
    return [
        f"{text.removeprefix('events: ')} (in {count} places)" if text.startswith("events: ") else text
        for text, count in counts.items()
    ]
