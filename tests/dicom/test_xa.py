"""Runs as X-Ray Angiographic objects: what the log says, other programs read."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pydicom
import pytest
from hypothesis import given
from hypothesis import strategies as st

from angiosuite.dicom.stored_values import to_linear
from angiosuite.dicom.study import Study
from angiosuite.dicom.xa import PRIVATE_CREATOR, PRIVATE_GROUP
from angiosuite.imaging.detector import FULL_WELL, from_twelve_bits
from angiosuite.suite.dicom_out import instances
from angiosuite.suite.recorded import recorded

RUNS = ("RUN00001", "RUN00003")


@pytest.fixture(scope="module")
def dsa(exported: Path) -> pydicom.Dataset:
    """The first run: subtraction, two phases, a test phantom, an injection."""
    return pydicom.dcmread(exported / "dicom" / "RUN00001")


@pytest.fixture(scope="module")
def cine(exported: Path) -> pydicom.Dataset:
    """The third run: the table slides."""
    return pydicom.dcmread(exported / "dicom" / "RUN00003")


def frames_of(session: Path, run: int) -> list[dict]:
    """Facts of a run's frames as the log has them."""
    lines = [json.loads(line) for line in (session / "log.jsonl").read_text().splitlines()[1:]]
    return [line["data"] for line in lines if line["name"] == "frame" and line["data"].get("run") == run]


@pytest.mark.parametrize("name", RUNS)
def test_dciodvfy_finds_no_error_in_a_run(exported: Path, tool: Callable[[str, str], str], name: str) -> None:
    shown = subprocess.run(
        [tool("dicom3tools", "dciodvfy"), "-new", str(exported / "dicom" / name)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "XAImage" in shown.stderr and "Error" not in shown.stderr, shown.stderr


@pytest.mark.parametrize("name", RUNS)
def test_dcmtk_shows_every_frame_of_a_run(
    exported: Path, tool: Callable[[str, str], str], tmp_path: Path, name: str
) -> None:
    path = exported / "dicom" / name
    shown = subprocess.run([tool("dcmtk", "dcmdump"), str(path)], capture_output=True, text=True, check=False)
    assert shown.returncode == 0 and "PositionerPrimaryAngle" in shown.stdout
    drawn = subprocess.run(
        [tool("dcmtk", "dcmj2pnm"), "+Fa", "+Wi", "1", "+op", str(path), str(tmp_path / "frame")],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    pictures = sorted(tmp_path.iterdir())
    assert drawn.returncode == 0 and len(pictures) == pydicom.dcmread(path).NumberOfFrames, drawn.stderr
    first = np.frombuffer(pictures[0].read_bytes()[-64 * 64 :], np.uint8)
    assert first.std() > 20, "the window shows the picture"


def test_pixels_are_those_of_the_run_s_file(sample_session: Path, dsa: pydicom.Dataset) -> None:
    stored = np.fromfile(sample_session / "runs" / "001.u16", "<u2").reshape(-1, 64, 64)
    assert np.array_equal(dsa.pixel_array, stored)


def test_the_table_leads_back_to_the_detector_s_signal(dsa: pydicom.Dataset) -> None:
    item = dsa.ModalityLUTSequence[0]
    table = np.frombuffer(item.LUTData, "<u2")
    signal = from_twelve_bits(np.arange(4096, dtype=np.uint16))
    assert dsa.PixelIntensityRelationship == "LOG" and item.LUTDescriptor[0] == 4096
    assert np.abs(table / 65535.0 * FULL_WELL - signal).max() < FULL_WELL / 65535.0


@given(st.floats(1.0, 1000.0), st.floats(1e-4, 0.5))
def test_the_way_back_grows_from_nothing_to_the_full_signal(full: float, floor: float) -> None:
    table = to_linear(full, floor)
    assert table[0] == 0 and table[-1] == 65535 and (np.diff(table.astype(int)) >= 0).all()


def test_geometry_follows_the_log(sample_session: Path, dsa: pydicom.Dataset) -> None:
    facts = frames_of(sample_session, 1)[0]
    pose = facts["pose"]
    assert float(dsa.PositionerPrimaryAngle) == pose["rotation_deg"]
    assert float(dsa.PositionerSecondaryAngle) == pose["angulation_deg"]
    assert float(dsa.DistanceSourceToDetector) == pose["sid_mm"]
    assert float(dsa.DistanceSourceToPatient) == pose["sod_mm"]
    magnification = float(dsa.EstimatedRadiographicMagnificationFactor)
    assert magnification == pytest.approx(pose["sid_mm"] / pose["sod_mm"], rel=1e-5)
    assert float(dsa.PixelSpacing[0]) == pytest.approx(facts["pixel_mm_iso"], rel=1e-5)
    assert float(dsa.ImagerPixelSpacing[0]) == pytest.approx(297.0 / 64, rel=1e-5)
    assert dsa.PixelSpacingCalibrationType == "GEOMETRY"
    assert list(dsa.FieldOfViewDimensions) == [297, 297]
    edges = (
        dsa.CollimatorLeftVerticalEdge,
        dsa.CollimatorRightVerticalEdge,
        dsa.CollimatorUpperHorizontalEdge,
    )
    assert edges == (0, 59, 3)


def test_a_rate_that_changes_becomes_a_vector_of_frame_times(
    dsa: pydicom.Dataset, cine: pydicom.Dataset
) -> None:
    assert dsa.FrameIncrementPointer == pydicom.tag.Tag("FrameTimeVector")
    assert [float(v) for v in dsa.FrameTimeVector] == [0, 500, 500, 500, 500, 166, 166, 166, 166]
    assert cine.FrameIncrementPointer == pydicom.tag.Tag("FrameTime")
    assert float(cine.FrameTime) == pytest.approx(1000 / 15, abs=1.0)


def test_mask_shift_and_contrast_are_told(dsa: pydicom.Dataset, cine: pydicom.Dataset) -> None:
    item = dsa.MaskSubtractionSequence[0]
    assert (item.MaskOperation, list(item.MaskFrameNumbers)) == ("AVG_SUB", [2, 3])
    assert list(item.MaskSubPixelShift) == [-0.25, 0.5], "down, then right"
    assert "test phantom" in dsa.ContrastBolusAgent and "Forked tube" in dsa.ImageComments
    assert "MaskSubtractionSequence" not in cine and "ContrastBolusAgent" not in cine


def test_a_sliding_table_is_told_frame_by_frame(dsa: pydicom.Dataset, cine: pydicom.Dataset) -> None:
    assert (dsa.TableMotion, cine.TableMotion, cine.PositionerMotion) == ("STATIC", "DYNAMIC", "STATIC")
    assert [float(v) for v in cine.TableLongitudinalIncrement] == [-4.0 * k for k in range(6)]


def test_exposure_of_each_frame_stands_in_the_private_block(
    sample_session: Path, dsa: pydicom.Dataset
) -> None:
    facts = frames_of(sample_session, 1)
    block = dsa.private_block(PRIVATE_GROUP, PRIVATE_CREATOR)
    assert list(block[4].value) == [frame["kar_mgy"] for frame in facts]
    assert list(block[0].value) == [frame["technique"]["kv"] for frame in facts]
    assert list(block[7].value) == [1] + [0] * 8
    area = float(dsa.ImageAndFluoroscopyAreaDoseProduct)
    assert area == pytest.approx(sum(f["pka_ugy_m2"] for f in facts) / 10, rel=1e-6), "dGy cm²"


def test_nobody_is_named_and_everything_is_said_to_be_simulated(dsa: pydicom.Dataset) -> None:
    assert str(dsa.PatientName) == "ANGIOSUITE^SIMULATED" and dsa.PatientIdentityRemoved == "YES"
    assert "Simulated" in dsa.ImageComments and dsa.BurnedInAnnotation == "NO"


def test_a_second_export_gives_the_same_identifiers(sample_session: Path) -> None:
    first, again = ([i.uid for i in instances(recorded(sample_session))] for _ in range(2))
    assert first == again and len(set(first)) == len(first)


@given(st.text(min_size=1, max_size=12), st.text(min_size=1, max_size=12))
def test_identifiers_are_valid_and_differ_with_the_session(one: str, other: str) -> None:
    from datetime import UTC, datetime

    begun = datetime(2026, 11, 29, tzinfo=UTC)
    uids = [Study(name, "p", begun, "m", "0").made_uid("run", 1) for name in (one, other)]
    assert all(uid.is_valid and len(uid) <= 64 for uid in uids)
    assert (uids[0] == uids[1]) == (one == other)
