"""The dose report of a session: every press, and totals that are the sums of the log."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pydicom
import pytest

from angiosuite.suite.recorded import recorded


@pytest.fixture(scope="module")
def report(exported: Path) -> pydicom.Dataset:
    """The dose report."""
    return pydicom.dcmread(exported / "dicom" / "DOSE0001")


@pytest.fixture(scope="module")
def pulses(sample_session: Path) -> list[dict]:
    """Every pulse of the log."""
    lines = [json.loads(line) for line in (sample_session / "log.jsonl").read_text().splitlines()[1:]]
    return [line["data"] for line in lines if line["name"] == "frame" and "kar_mgy" in line["data"]]


def children(item: pydicom.Dataset, meaning: str) -> list[pydicom.Dataset]:
    """Content items of this name directly below."""
    return [c for c in item.ContentSequence if c.ConceptNameCodeSequence[0].CodeMeaning == meaning]


def value(item: pydicom.Dataset, meaning: str) -> float:
    """The number of this name directly below."""
    (found,) = children(item, meaning)
    return float(found.MeasuredValueSequence[0].NumericValue)


def test_dciodvfy_and_dcmtk_take_the_report(exported: Path, tool: Callable[[str, str], str]) -> None:
    path = str(exported / "dicom" / "DOSE0001")
    shown = subprocess.run(
        [tool("dicom3tools", "dciodvfy"), "-new", path], capture_output=True, text=True, check=False
    )
    assert "XRayRadiationDoseSR" in shown.stderr and "Error" not in shown.stderr, shown.stderr
    printed = subprocess.run(
        [tool("dcmtk", "dsrdump"), "+Pc", path], capture_output=True, text=True, check=False
    )
    assert printed.returncode == 0, printed.stderr
    assert printed.stdout.count('(113706,DCM,"Irradiation Event X-Ray Data")') == 6
    assert '(113860,DCM,"15cm from Isocenter toward Source")' in printed.stdout


def test_totals_are_the_sums_over_the_log(report: pydicom.Dataset, pulses: list[dict]) -> None:
    (total,) = children(report, "Accumulated X-Ray Dose Data")
    for kinds, kerma, area in (
        (("fluoro", "run", "shot"), "Dose (RP) Total", "Dose Area Product Total"),
        (("fluoro",), "Fluoro Dose (RP) Total", "Fluoro Dose Area Product Total"),
        (("run", "shot"), "Acquisition Dose (RP) Total", "Acquisition Dose Area Product Total"),
    ):
        chosen = [pulse for pulse in pulses if pulse["mode"] in kinds]
        assert value(total, kerma) == pytest.approx(sum(p["kar_mgy"] for p in chosen) / 1e3, rel=1e-6)
        assert value(total, area) == pytest.approx(sum(p["pka_ugy_m2"] for p in chosen) / 1e6, rel=1e-6)
    assert value(total, "Total Number of Radiographic Frames") == sum(p["mode"] != "fluoro" for p in pulses)


def test_every_press_is_an_event_removed_runs_too(report: pydicom.Dataset, pulses: list[dict]) -> None:
    events = children(report, "Irradiation Event X-Ray Data")
    kinds = [children(e, "Irradiation Event Type")[0].ConceptCodeSequence[0].CodeMeaning for e in events]
    assert kinds == [
        "Fluoroscopy", "Stationary Acquisition", "Stationary Acquisition", "Stepping Acquisition",
        "Fluoroscopy", "Stationary Acquisition",
    ]  # fmt: skip
    assert sum(value(event, "Number of Pulses") for event in events) == len(pulses)
    assert sum(value(event, "Dose (RP)") for event in events) == pytest.approx(
        sum(pulse["kar_mgy"] for pulse in pulses) / 1e3, rel=1e-6
    )
    pictured = [len(children(event, "Acquired Image")) for event in events]
    assert pictured == [0, 1, 0, 1, 0, 0], "the removed run has dose, but no image"


def test_an_event_tells_technique_and_geometry(report: pydicom.Dataset) -> None:
    turning, dsa = children(report, "Irradiation Event X-Ray Data")[:2]
    assert value(turning, "Positioner Primary End Angle") == pytest.approx(8 * 0.6)
    assert value(turning, "Pulse Rate") == pytest.approx(15, abs=0.3)
    assert (value(dsa, "KVP"), value(dsa, "Pulse Width")) == (75, 60)
    assert value(dsa, "Exposure") == pytest.approx(9 * 400 * 60)
    assert value(dsa, "Distance Source to Reference Point") == 785 - 150
    (filters,) = children(dsa, "X-Ray Filters")
    assert value(filters, "X-Ray Filter Thickness Maximum") == 0.1
    width, height = value(dsa, "Collimated Field Width"), value(dsa, "Collimated Field Height")
    assert width == pytest.approx(297 * 0.9, rel=1e-4) and height == pytest.approx(297 * 0.95, rel=1e-4)
    assert value(dsa, "Collimated Field Area") == pytest.approx(width * height * 1e-6, rel=1e-5)


def test_time_of_fluoroscopy_is_that_of_the_pulses(sample_session: Path, report: pydicom.Dataset) -> None:
    (total,) = children(report, "Accumulated X-Ray Dose Data")
    assert value(total, "Total Fluoro Time") == pytest.approx(10 / 15, rel=0.02)
    durations = [event.duration_s for event in recorded(sample_session).events]
    assert durations[1] == pytest.approx(4 / 2 + 5 / 6, rel=0.01)


def test_pyskindose_reads_the_report_and_agrees(report: pydicom.Dataset, pulses: list[dict]) -> None:
    parser = pytest.importorskip("pyskindose.rdsr_parser", reason="PySkinDose is not installed")
    from pyskindose import PyskindoseSettings, load_settings_example_json
    from pyskindose.rdsr_normalizer import rdsr_normalizer
    from pyskindose.settings.normalization_settings import NormalizationSettings

    parsed = parser.rdsr_parser(report)
    assert len(parsed) == 6
    assert parsed["DoseRP_Gy"].sum() * 1e3 == pytest.approx(sum(p["kar_mgy"] for p in pulses), rel=0.01)
    assert parsed["DoseAreaProduct_Gym2"].sum() * 1e6 == pytest.approx(
        sum(p["pka_ugy_m2"] for p in pulses), rel=0.01
    )
    settings = PyskindoseSettings(load_settings_example_json())
    plus = dict.fromkeys(("x", "y", "z"), "+")
    settings.normalization_settings = NormalizationSettings(
        [
            {
                "manufacturer": "Angiosuite",
                "models": ["ceiling-single-plane"],
                "translation_offset": {"x": 0.0, "y": 0.0, "z": 0.0},
                "translation_direction": plus,
                "rotation_direction": dict.fromkeys(("Ap1", "Ap2", "Ap3", "At1", "At2", "At3"), "+"),
                "field_size_mode": "CFA",
                "detector_side_length": 30,
            }
        ]
    )
    normal = rdsr_normalizer(parsed, settings)
    assert list(normal["DSI"]) == [78.5] * 6 and list(normal["DSIRP"]) == [63.5] * 6
    assert normal["filter_thickness_Cu"].tolist() == [0.3, 0.1, 0.1, 0.1, 0.3, 0.1]
    assert normal["K_IRP"].sum() == pytest.approx(sum(p["kar_mgy"] for p in pulses), rel=0.01)
