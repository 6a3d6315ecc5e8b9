"""From a log to irradiation events and directions in the patient."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from angiosuite.bench.session_sample import SessionSample
from angiosuite.suite.pose import Pose, beam_geometry, room_from_patient
from angiosuite.suite.recorded import LETTERS, orientation, recorded

ANGLES = st.floats(-120, 120)


@pytest.mark.parametrize(
    ("pose", "row", "column"),
    [
        (Pose(), "L", "F"),
        (Pose(rotation_deg=90.0), "P", "F"),
        (Pose(rotation_deg=-90.0), "A", "F"),
        (Pose(rotation_deg=30.0), "LP", "F"),
        (Pose(detector_rotation_deg=90.0), "F", "R"),
        (Pose(table_tilt_deg=10.0), "L", "FA"),
    ],
)
def test_rows_and_columns_point_where_the_patient_lies(pose: Pose, row: str, column: str) -> None:
    assert orientation(pose) == (row, column)


def test_a_positive_tilt_lifts_the_head_as_dicom_has_it() -> None:
    turn, _ = room_from_patient(Pose(table_tilt_deg=10.0))
    assert (turn @ [0.0, 0.0, 1.0])[1] < 0, "the room's y points down"


@given(ANGLES, st.floats(-50, 50), st.floats(-90, 90), st.floats(-15, 15))
def test_letters_agree_with_the_rays(rotation: float, angulation: float, turn: float, tilt: float) -> None:
    pose = Pose(rotation, angulation, table_tilt_deg=tilt, detector_rotation_deg=turn)
    geometry = beam_geometry(pose, np.zeros(3), 200.0, 16)
    for letters, step in zip(orientation(pose), (geometry.column_step_mm, geometry.row_step_mm), strict=True):
        axis = int(np.argmax(np.abs(step)))
        share = np.sort(np.abs(step))[::-1]
        if share[0] - share[1] > 1e-6 * share[0]:
            assert letters[0] == LETTERS[axis][0 if step[axis] > 0 else 1]


def test_dose_of_the_events_is_the_dose_of_the_log(sample_session: Path) -> None:
    session = recorded(sample_session)
    assert [event.kind for event in session.events] == [
        "fluoroscopy", "run", "run", "run", "fluoroscopy", "shot",
    ]  # fmt: skip
    assert [run.number for run in session.runs] == [1, 3]
    assert session.runs[0].kar_mgy == pytest.approx(session.events[1].kar_mgy)
    assert [event.grid for event in session.events] == [True, True, False, False, False, False]


def test_two_presses_that_follow_at_once_are_two_events(tmp_path: Path) -> None:
    sample = SessionSample(tmp_path / "20261129-083000-abcd")
    sample.fluoroscopy(2)
    sample.t_us -= 1_000_000
    sample.fluoroscopy(2)
    assert [len(event.frames) for event in recorded(sample.folder.path).events] == [2, 2]


@settings(max_examples=8)
@given(frames=st.integers(1, 40), rate=st.sampled_from([3.75, 7.5, 15.0, 30.0]))
def test_time_of_fluoroscopy_is_pulses_over_rate(
    tmp_path_factory: pytest.TempPathFactory, frames: int, rate: float
) -> None:
    sample = SessionSample(tmp_path_factory.mktemp("s") / "20261129-083000-abcd", rows=8)
    sample.fluoroscopy(20, rate)
    sample.fluoroscopy(frames, rate)
    event = recorded(sample.folder.path).events[1]
    assert event.duration_s == pytest.approx(frames / rate, rel=0.05)
    assert event.rate_hz == pytest.approx(rate, rel=0.05)
