"""A branch begins where the source stood, is a session of its own, and leaves the source as it was."""

from __future__ import annotations

import hashlib
import json
import shutil

import pytest

from angiosuite.kit.errors import WrongUse
from angiosuite.kit.log import carried, read_entries, read_header
from angiosuite.suite.branching import branch
from angiosuite.suite.checkpoints import LEFT_OUT
from angiosuite.suite.opening import create_session, resume_session
from angiosuite.suite.replay import replay

SECOND = 1_000_000


def work(session):
    """Two presses with the gantry turning, and a run between them."""
    session.command("exposure.set", {"pulse_rate": 7.5})
    session.command("gantry.move", {"axis": "rotation", "rate": 0.5})
    session.command("xray.press", {"pedal": "fluoro"})
    session.advance(1_200_000)
    session.command("xray.release", {})
    session.command("acquisition.set", {"matrix": 512, "phases": [[3.0, 2.0]]})
    session.command("xray.press", {"pedal": "acquire"})
    session.advance(2_600_000)
    session.command("xray.release", {})
    session.command("session.note", {"text": "here"})
    session.advance(3_000_000)


@pytest.fixture(scope="module")
def source(small_room, tmp_path_factory):
    """A session that was closed."""
    session = create_session(tmp_path_factory.mktemp("source") / "s1", small_room, seed=5, owner="me")
    work(session)
    session.close()
    return session.folder.path


def fingerprint(folder):
    """Every file below a folder with its bytes."""
    files = sorted(p for p in folder.rglob("*") if p.is_file())
    return {str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest() for p in files}


def stood_at(folder, t_us):
    """Room, frames and dose by the log before a moment."""
    entries = [e for e in carried(read_entries(folder / "log.jsonl")) if e.t_us < t_us]
    frames = [e.data["index"] for e in entries if e.name == "frame"]
    doses = sum(e.data.get("kar_mgy", 0.0) for e in entries if e.name == "frame")
    return len(frames), doses


@pytest.mark.parametrize(
    "t_us", [640_000, *(pytest.param(t, marks=pytest.mark.ci) for t in (300_000, 1_100_000, 2_000_000))]
)
def test_a_branch_stands_where_the_source_stood(source, small_room, tmp_path, t_us):
    before = fingerprint(source)
    made = branch(source, t_us, tmp_path / "s2", owner="you")
    session = resume_session(made.path, small_room)
    frames, dose = stood_at(source, t_us)
    assert session.now_us == t_us + 2_000 and session.pedals.down is None and not session.gantry.is_moving
    assert session.frame_count == frames and session.picture.dose.kar_mgy == pytest.approx(dose, rel=1e-6)
    assert session.pictures == "all" and session.events[-1]["name"] == "session-branched"
    assert read_header(made.log)["branched_from"] == {"session": "s1", "t_us": t_us}
    assert made.facts().owner == "you" and made.facts().id == "s2"
    session.command("xray.press", {"pedal": "fluoro"})
    session.advance(session.now_us + 400_000)
    session.command("xray.release", {})
    session.advance(session.now_us + 100_000)
    session.close()
    report = replay(made.path, small_room, tmp_path / "again")
    assert report.is_same, report.differences[:3]
    assert fingerprint(source) == before


def test_a_branch_starts_at_a_light_checkpoint(source, small_room, tmp_path):
    copy = tmp_path / "s1"
    shutil.copytree(source, copy)
    for heavy in (copy / "checkpoints").glob("*-images.npz"):
        heavy.unlink()
    light = [e for e in read_entries(copy / "log.jsonl") if e.kind == "checkpoint" and LEFT_OUT in e.data]
    assert light
    made = branch(copy, 2_900_000, tmp_path / "s2")
    session = resume_session(made.path, small_room)
    assert session.frame_count == stood_at(source, 2_900_000)[0]
    assert session.xrays.runs.get(1).ended


@pytest.mark.ci
def test_a_branch_can_be_branched_and_killed(source, small_room, tmp_path):
    first = branch(source, 2_000_000, tmp_path / "s2")
    session = resume_session(first.path, small_room)
    session.advance(2_500_000)
    session.log.close()  # killed
    again = resume_session(first.path, small_room)
    assert again.now_us >= 2_480_000 and again.pictures == "all"
    again.close()
    second = branch(first.path, 2_400_000, tmp_path / "s3", pictures="asked")
    last = resume_session(second.path, small_room)
    assert last.pictures == "asked" and last.now_us == 2_402_000
    last.close()
    assert replay(second.path, small_room, tmp_path / "again").is_same


def test_a_branch_past_the_end_begins_at_the_end(source, tmp_path):
    made = branch(source, 3600 * SECOND, tmp_path / "s2")
    end_us = list(read_entries(source / "log.jsonl"))[-1].t_us
    assert list(read_entries(made.log))[-1].t_us == end_us


def test_a_folder_that_exists_is_left_alone(source, tmp_path):
    (tmp_path / "s2").mkdir()
    with pytest.raises(WrongUse, match="exists"):
        branch(source, 1_000_000, tmp_path / "s2")


def test_a_finished_task_is_open_again_before_its_finish(small_room, tmp_path):
    task = {"id": "t", "title": "T", "kind": "drill", "mode": "practice", "minutes": 1, "brief": "b"}
    session = create_session(tmp_path / "s1", small_room, seed=1, task=task)
    session.advance(400_000)
    session.command("task.finish", {})
    session.advance(500_000)
    session.close()
    made = branch(session.folder.path, 400_000, tmp_path / "s2")
    again = resume_session(made.path, small_room)
    assert not again.snapshot()["task"]["finished"] and not again.paused
    assert json.loads(made.task.read_text()) == json.loads(session.folder.task.read_text())
    again.close()
