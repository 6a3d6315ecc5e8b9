"""Dose reports of real systems as a tidy table: units, planes, and what is wrong said rather than guessed."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pydicom
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom.dataset import Dataset

from angiosuite.dicom.dose_table import DoseTable, read_dose_report
from angiosuite.dicom.dose_units import factor
from angiosuite.kit.errors import RefusedInput

REPORTS = {
    "philips_allura_clarity_u104": (25, "Plane A", 7.84e-06, 0.00071, 37),
    "philips_allura_clarity_u601": (29, "Single Plane", 1.093e-05, 0.00553, 55),
    "siemens_axiom_artis": (21, "Single Plane", 9.37e-06, 0.00136, 18),
    "siemens_axiom_example_procedure": (24, "Single Plane", 2.79e-04, 0.01406, 74),
}
"""Events, plane, Gy.m2, Gy and s as the data's own README has them."""
FLIPS = st.lists(st.tuples(st.integers(0, 60_000), st.integers(0, 255)), max_size=8)
"""Places and values of bytes to change."""


@pytest.fixture(scope="module")
def report(shared_data: Path) -> Callable[[str], Path]:
    """Path of a real report."""
    return lambda name: shared_data / "data" / "rdsr-xray" / f"{name}.dcm"


@pytest.fixture(scope="module")
def table(report: Callable[[str], Path]) -> Callable[[str], DoseTable]:
    """A real report as a table."""
    return lambda name: read_dose_report(report(name))


def everywhere(dataset: Dataset) -> Iterator[Dataset]:
    """Every content item of a report."""
    for item in dataset.get("ContentSequence") or ():
        yield item
        yield from everywhere(item)


def rewritten(source: Path, target: Path, change: Callable[[Dataset], None]) -> Path:
    """A copy of a report with its content items changed."""
    dataset = pydicom.dcmread(source)
    for item in everywhere(dataset):
        change(item)
    dataset.save_as(target)
    return target


@pytest.mark.parametrize("name", list(REPORTS))
def test_events_and_totals_are_those_of_the_report(table: Callable[[str], DoseTable], name: str) -> None:
    events, plane, area, kerma, seconds = REPORTS[name]
    read = table(name)
    assert len(read.events) == events
    total = next(total for total in read.totals if total.plane == plane)
    assert total.kerma_area_gy_m2 == pytest.approx(area, rel=5e-3)
    assert total.kerma_gy == pytest.approx(kerma, rel=5e-3)
    assert total.fluoroscopy_s == seconds and total.events == events
    assert total.summed_kerma_gy == pytest.approx(total.kerma_gy, rel=0.01)
    assert all(event.kv and event.ma and event.sod_mm and event.uid for event in read.events)


def test_a_biplane_system_keeps_its_planes_apart(table: Callable[[str], DoseTable]) -> None:
    read = table("philips_allura_clarity_u104")
    assert [total.plane for total in read.totals] == ["Plane A", "Plane B"]
    assert read.totals[1].events == 0 and "Plane B: no event" in read.findings


def test_what_does_not_add_up_is_said_and_not_put_right(table: Callable[[str], DoseTable]) -> None:
    read = table("philips_allura_clarity_u104")
    (found,) = [f for f in read.findings if "does not add up" in f]
    assert "6.591e-06" in found and "7.839e-06" in found
    assert read.totals[0].kerma_area_gy_m2 == pytest.approx(7.8391324289e-06)


def test_what_is_missing_stays_empty_and_is_counted(table: Callable[[str], DoseTable]) -> None:
    read = table("philips_allura_clarity_u601")
    assert "Distance Source to Detector is missing in 27 of 29 events" in read.findings
    assert sum(event.sid_mm is None for event in read.events) == 27
    assert all(event.table_height_mm is None for event in read.events), "the maker's own code is no guess"


def test_a_spelling_of_a_unit_that_is_not_the_standard_s_is_read_and_said(
    table: Callable[[str], DoseTable],
) -> None:
    findings = " ".join(table("siemens_axiom_artis").findings)
    assert "'Gym2' where the standard has 'Gy.m2'" in findings and "PARTIAL" in findings
    assert "'Gym2'" not in " ".join(table("philips_allura_clarity_u601").findings)


@pytest.mark.parametrize(
    "name", ["siemens_axiom_artis", pytest.param("philips_allura_clarity_u601", marks=pytest.mark.ci)]
)
def test_copies_in_dgy_cm2_and_mgy_give_the_same_table(
    report: Callable[[str], Path], table: Callable[[str], DoseTable], tmp_path: Path, name: str
) -> None:
    def change(item: Dataset) -> None:
        if item.get("ValueType") != "NUM" or not item.get("MeasuredValueSequence"):
            return
        measured = item.MeasuredValueSequence[0]
        unit = measured.MeasurementUnitsCodeSequence[0]
        if unit.CodeValue in ("Gym2", "Gy.m2"):
            unit.CodeValue, times = "dGy.cm2", 1e5
        elif unit.CodeValue == "Gy":
            unit.CodeValue, times = "mGy", 1e3
        else:
            return
        measured.NumericValue = f"{float(measured.NumericValue) * times:.10g}"

    copy = read_dose_report(rewritten(report(name), tmp_path / "copy.dcm", change))
    for ours, theirs in zip(copy.events, table(name).events, strict=True):
        assert ours.kerma_gy == pytest.approx(theirs.kerma_gy, rel=1e-8)
        assert ours.kerma_area_gy_m2 == pytest.approx(theirs.kerma_area_gy_m2, rel=1e-8)
    assert copy.totals[0].kerma_gy == pytest.approx(table(name).totals[0].kerma_gy, rel=1e-8)
    assert "given in 'dGy.cm2'" in " ".join(copy.findings)


def test_an_unknown_unit_leaves_the_cell_empty(report: Callable[[str], Path], tmp_path: Path) -> None:
    def change(item: Dataset) -> None:
        if item.get("ValueType") == "NUM" and item.get("MeasuredValueSequence"):
            unit = item.MeasuredValueSequence[0].MeasurementUnitsCodeSequence[0]
            if unit.CodeValue == "Gym2":
                unit.CodeValue = "R.cm2"

    read = read_dose_report(rewritten(report("siemens_axiom_artis"), tmp_path / "copy.dcm", change))
    assert all(event.kerma_area_gy_m2 is None for event in read.events)
    assert any("unit that is not known, 'R.cm2'" in finding for finding in read.findings)
    assert read.totals[0].summed_kerma_area_gy_m2 is None


def test_our_own_report_reads_without_a_finding(exported: Path) -> None:
    read = read_dose_report(exported / "dicom" / "DOSE0001")
    assert not read.findings and len(read.events) == 6
    assert [event.copper_mm for event in read.events] == [0.3, 0.1, 0.1, 0.1, 0.3, 0.1]


@pytest.mark.parametrize("name", ["RUN00001", "PIC00010", "DICOMDIR"])
def test_what_is_no_dose_report_is_refused_by_name(exported: Path, name: str) -> None:
    with pytest.raises(RefusedInput) as refused:
        read_dose_report(exported / "dicom" / name)
    assert refused.value.code == "not-a-dose-report"


@settings(max_examples=25)
@given(cut=st.integers(0, 60_000), flips=FLIPS)
def test_a_damaged_report_is_read_or_refused(
    exported: Path, tmp_path_factory: pytest.TempPathFactory, cut: int, flips: list[tuple[int, int]]
) -> None:
    data = bytearray((exported / "dicom" / "DOSE0001").read_bytes())
    for place, value in flips:
        data[place % len(data)] = value
    path = tmp_path_factory.getbasetemp() / "damaged.dcm"
    path.write_bytes(bytes(data[: cut or None]))
    with contextlib.suppress(RefusedInput):
        read_dose_report(path)


@given(
    st.sampled_from(["", "d", "c", "m", "u"]),
    st.sampled_from(["", "d", "c"]),
    st.sampled_from([".", "", "*", "·"]),
)
def test_every_spelling_of_a_kerma_area_unit_has_its_factor(prefix: str, length: str, between: str) -> None:
    expected = {"": 1, "d": 1e-1, "c": 1e-2, "m": 1e-3, "u": 1e-6}[prefix]
    expected *= {"": 1, "d": 1e-1, "c": 1e-2}[length] ** 2
    assert factor("kerma-area", f"{prefix}Gy{between}{length}m2") == pytest.approx(expected)
    assert factor("kerma", f"{prefix}Gy{between}{length}m2") is None
