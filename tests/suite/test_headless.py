"""A session that nobody watches draws fewer pictures and comes to the same."""

from __future__ import annotations

import shutil

import numpy as np
import pytest

from angiosuite.kit.log import carried, read_entries
from angiosuite.suite.collimator import Blades
from angiosuite.suite.opening import create_session, resume_session
from angiosuite.suite.replay import replay

SECOND = 1_000_000
PICTURES_ALONE = ("file", "picture", "raw", "raw_hash")


def work(session):
    """Fluoroscopy with a moving gantry, a breath, blades, a restless patient, a shot and a short run."""
    session.command("exposure.set", {"pulse_rate": 15.0})
    session.command("patient.restless", {"level": 0.6})
    session.command("gantry.goto", {"pose": {"rotation_deg": 12.0, "table_x_mm": 8.0}})
    session.command("patient.breathe", {"to": "hold"})
    session.command("xray.press", {"pedal": "fluoro"})
    session.advance(900_000)
    session.command("collimator.set", {"left": 0.7, "top": 0.8})
    session.advance(2_000_000)
    session.command("xray.release", {})
    session.command("patient.breathe", {"to": "free"})
    session.advance(2_300_000)
    session.command("xray.press", {"pedal": "shot"})
    session.advance(2_500_000)
    session.command("acquisition.set", {"matrix": 512, "phases": [[3.0, 1.0]]})
    session.command("xray.press", {"pedal": "acquire"})
    session.advance(3_900_000)
    session.command("xray.press", {"pedal": "fluoro"})
    session.advance(4_200_000)
    session.command("xray.release", {})
    session.advance(4_300_000)


def told(folder):
    """The log without what belongs to pictures alone."""
    left_out = (*PICTURES_ALONE, "judged")
    return [
        (e.t_us, e.kind, e.name, {key: value for key, value in e.data.items() if key not in left_out})
        for e in carried(read_entries(folder.log))
        if e.kind != "checkpoint"
    ]


def frames_of(folder):
    """Facts of every picture."""
    return [entry.data for entry in read_entries(folder.log) if entry.name == "frame"]


@pytest.fixture(scope="module")
def pair(small_room, tmp_path_factory):
    """The same work watched and not."""
    both = {}
    for pictures in ("all", "asked"):
        path = tmp_path_factory.mktemp(pictures) / "s1"
        session = create_session(path, small_room, seed=7, pictures=pictures)
        work(session)
        session.close()
        both[pictures] = session.folder
    return both


def test_technique_dose_and_geometry_are_those_of_a_watched_session(pair):
    watched, alone = told(pair["all"]), told(pair["asked"])
    for one, other in zip(watched, alone, strict=True):
        assert one == other


def test_of_fluoroscopy_only_the_held_image_is_drawn(pair):
    frames = frames_of(pair["asked"])
    modes = ("fluoro", "held", "shot", "run")
    drawn = {mode: {"picture" in facts for facts in frames if facts["mode"] == mode} for mode in modes}
    assert drawn == {"fluoro": {False}, "held": {True}, "shot": {True}, "run": {True}}


def test_a_held_image_drawn_later_is_the_watched_one_but_for_lag(pair):
    held = [e for e in frames_of(pair["asked"]) if e["mode"] == "held"]
    assert len(held) == 2
    for facts in held:
        watched, alone = (pair[name].read_raw(facts["index"]).astype(np.int64) for name in ("all", "asked"))
        row0, row1, column0, column1 = Blades(**facts["blades"]).pixel_window(512)
        apart = np.abs(watched - alone)[row0 + 8 : row1 - 8, column0 + 8 : column1 - 8]
        assert np.percentile(apart, 99.9) <= 6 and np.median(apart) <= 1  # of 4095, logarithmic
        assert np.abs(watched - alone).max() <= 60  # afterglow where blades have just closed


@pytest.mark.ci
def test_looking_changes_nothing(small_room, tmp_path):
    logs = []
    for name in ("looked", "not"):
        session = create_session(tmp_path / name, small_room, seed=3, pictures="asked")
        session.command("exposure.set", {"pulse_rate": 7.5})
        session.command("xray.press", {"pedal": "fluoro"})
        for until in range(200_000, 1_000_000, 200_000):
            session.advance(until)
            if name == "looked":
                seen = session.look()
                assert seen is not None and seen.image.shape == (512, 512) and seen.image.std() > 5
        session.command("xray.release", {})
        session.advance(1_100_000)
        assert session.look().image is not None
        session.close()
        entries = read_entries(session.folder.log)
        logs.append([(e.t_us, e.name, e.data) for e in entries if e.kind != "checkpoint"])
    assert logs[0] == logs[1]


@pytest.mark.ci
def test_an_unwatched_session_replays_and_goes_on_after_a_kill(pair, small_room, tmp_path):
    log = pair["asked"].log.read_bytes()
    folder = tmp_path / "cut" / "s1"
    shutil.copytree(pair["asked"].path, folder)
    (folder / "log.jsonl").write_bytes(log[: log.index(b'"t_us":1520000,')])
    session = resume_session(folder, small_room)
    assert session.pictures == "asked"
    session.advance(session.now_us + 100_000)
    session.close()
    report = replay(folder, small_room, tmp_path / "again")
    assert report.is_same, report.differences[:3]


@pytest.mark.ci
def test_the_whole_unwatched_session_replays(pair, small_room, tmp_path):
    report = replay(pair["asked"].path, small_room, tmp_path / "again")
    assert report.is_same, report.differences[:3]
