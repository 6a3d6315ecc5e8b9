"""A log as measures read it: whole where the log is, empty where it is not."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from angiosuite.assess.measures import MEASURES
from angiosuite.assess.session_log import SessionLog
from angiosuite.kit.log import Entry
from angiosuite.suite.pose import Pose, detector_direction, room_from_patient

from .hand_made_log import log

HISTORY = sorted((Path(__file__).parents[1] / "golden" / "history").glob("*/log.jsonl"))
ANGLES = st.floats(-90, 90)


@settings(max_examples=25)
@given(ANGLES, ANGLES, st.floats(-20, 20))
def test_the_central_ray_is_the_one_of_the_room_seen_from_the_patient(turn, lean, tilt) -> None:
    pose = Pose(rotation_deg=turn, angulation_deg=lean, table_tilt_deg=tilt)
    (frame,) = log([{"at": 0, "frame": {"mode": "held", "pose": pose.as_exact()}}]).frames
    assert np.allclose(frame.ray, room_from_patient(pose)[0].T @ detector_direction(pose), atol=1e-12)


@pytest.mark.parametrize("path", HISTORY, ids=lambda path: path.parent.name)
def test_logs_of_older_versions_are_read_and_what_they_lack_is_said(path: Path) -> None:
    old = SessionLog.read(path.parent)
    for measure in MEASURES.values():
        needs = measure.definition.needs
        of = "head" if needs in ("target", "question") else None
        for within in measure.definition.within:
            read = measure.read(old, of, within, {"head": "yes"})
            assert read.missing or read.value is not None
            assert read.why or read.moments


def test_a_room_that_tells_only_changes_gives_the_same_as_one_that_tells_all() -> None:
    whole = [
        Entry(n, n * 40_000, "observation", "room", 1, {"dose": [n // 3, 0, 0], "breath_mm": n})
        for n in range(9)
    ]
    changes, before = [], {}
    for one in whole:
        data = {key: value for key, value in one.data.items() if before.get(key) != value}
        changes.append(Entry(one.seq, one.t_us, one.kind, one.name, 2, data))
        before = one.data
    assert SessionLog.of(changes).doses == SessionLog.of(whole).doses


def test_x_rays_that_were_not_switched_off_last_until_the_end() -> None:
    read = log([{"at": 1, "event": "xray-on", "pedal": "fluoro"}, {"at": 4, "event": "note"}])
    assert [(beam.from_us, beam.to_us) for beam in read.beams] == [(1_000_000, 4_000_000)]
