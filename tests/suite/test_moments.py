"""Any moment of a log by its index is what reading the whole log says."""

from __future__ import annotations

import json
import os
import shutil

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from angiosuite.kit.log import LogWriter, carried, read_entries
from angiosuite.suite.folder import SessionFolder
from angiosuite.suite.moments import INDEX, Moments


def write(path, end_us=31_000_000):
    """A log by hand: a room of which parts change, pictures, events, watchers, a task."""
    (path / "frames").mkdir(parents=True)
    start = {"people": [{"id": "operator", "x_mm": -600}], "shields": [{"id": "table-skirt", "up": False}]}
    (path / "task.json").write_text(json.dumps({"start": {"staff": start}}))
    log = LogWriter(path / "log.jsonl", {"seed": 1})
    pose = {"rotation_deg": 0.0}
    for t in range(0, end_us, 40_000):
        data = {"breath_mm": round(t * 1e-6, 3), "heart": [t // 900_000, 0.5, 68.0]}
        if t % 3_000_000 == 0:
            pose = {"rotation_deg": float(t // 1_000_000)}
            data["pose"] = pose
        if t % 10_000_000 == 0:
            data |= {"pose": pose, "blades": {"left": 1.0}, "dose": [t * 1e-7, 0.0, 0.0]}
        log.append(t, "observation", "room", data, 2)
        if t % 1_000_000 == 0:
            index = t // 1_000_000 + 1
            kept = {"file": f"{index:06d}.jpg"} if index % 3 == 0 else {}
            log.append(t, "observation", "frame", {"index": index, "mode": "fluoro", **kept})
            log.append(t, "event", "note", {"text": f"second {index}"})
        if t == 0:
            log.append(t, "event", "task-begun", {"id": "one", "text": "Task: One"})
        if t == 2_000_000:
            log.append(t, "event", "staff-moved", {"who": "nurse", "x_mm": -900.0, "z_mm": 300.0})
        if t == 6_000_000:
            log.append(t, "event", "shield-used", {"shield": "ceiling-screen", "on": True})
            log.append(t, "event", "staff-dressed", {"who": "nurse", "item": "apron", "on": False})
        if t == 4_000_000:
            log.append(t, "observation", "skin", {"peak_mgy": 4.0})
            log.append(t, "observation", "staff", {"operator": {"eye_usv": 1.0}})
        if t == 12_000_000:
            log.append(t, "observation", "skin", {"peak_mgy": 12.0})
            log.append(t, "event", "answered", {"question": "depth", "answer": "before", "text": "Answered"})
            log.append(t, "event", "hint-shown", {"level": 1, "text": "Hint 1 shown"})
        if t == 20_000_000:
            log.append(t, "event", "answered", {"question": "depth", "answer": "behind", "text": "Answered"})
            log.append(t, "event", "task-finished", {"text": "Task finished"})
    log.close()
    return path


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The folder of that log."""
    return write(tmp_path_factory.mktemp("m") / "s1")


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(t_us=st.integers(0, 33_000_000))
def test_a_moment_is_what_the_log_says(folder, t_us):
    entries = [e for e in carried(read_entries(folder / "log.jsonl")) if e.t_us <= t_us]
    found = Moments(folder).at(t_us)
    last = {name: [e.data for e in entries if e.name == name] for name in ("room", "skin", "staff")}
    assert found["room"] == last["room"][-1]
    assert found["skin"] == (last["skin"][-1] if last["skin"] else None)
    people = {one["id"]: one for one in found["staff"]["people"]}
    had = last["staff"][-1]["operator"]["eye_usv"] if last["staff"] else 0.0
    assert people["operator"]["dose"]["eye_usv"] == had
    assert people["operator"]["x_mm"] == -600.0, "as the task begins"
    assert people["nurse"]["x_mm"] == (-900.0 if t_us >= 2_000_000 else 650.0)
    assert (people["nurse"]["wears"]["apron_mm_pb"] == 0.0) == (t_us >= 6_000_000)
    up = {one["id"]: one["up"] for one in found["staff"]["shields"]}
    assert up == {"ceiling-screen": t_us >= 6_000_000, "table-skirt": False, "mobile-screen": False}
    kept = [e.data["index"] for e in entries if e.name == "frame" and "file" in e.data]
    assert found["frame"] == (kept[-1] if kept else None)
    events = [e for e in entries if e.kind == "event"]
    assert [event["seq"] for event in found["events"]] == [e.seq for e in events[-10:]]
    assert found["vitals"]["hr"]["value"] == 68.0
    answers = {"depth": "behind"} if t_us >= 20_000_000 else {"depth": "before"} if t_us >= 12_000_000 else {}
    assert found["task"]["answers"] == answers and found["task"]["finished"] == (t_us >= 20_000_000)


def test_pictures_between_two_moments(folder):
    moments = Moments(folder)
    assert moments.frames(2_000_000, 8_000_000) == [
        [2_000_000, 3, "fluoro"],
        [5_000_000, 6, "fluoro"],
        [8_000_000, 9, "fluoro"],
    ]
    assert moments.end_us == 30_960_000


def test_the_index_is_kept_and_made_again_when_the_log_grows(tmp_path):
    path = write(tmp_path / "s1", 3_000_000)
    Moments(path)
    kept = (path / INDEX).stat().st_mtime_ns
    Moments(path)
    assert (path / INDEX).stat().st_mtime_ns == kept
    log = LogWriter(path / "log.jsonl")
    log.append(3_000_000, "observation", "room", {"breath_mm": -1.0}, 2)
    log.close()
    assert Moments(path).at(3_000_000)["room"]["breath_mm"] == -1.0


def test_a_torn_line_and_a_broken_index_are_passed_over(tmp_path):
    path = write(tmp_path / "s1", 3_000_000)
    (path / INDEX).write_text("{")
    with open(path / "log.jsonl", "ab") as file:
        file.write(b'{"seq":9999,"t_us":2980000,"kind":"obs')
    assert Moments(path).at(9_000_000)["room"]["breath_mm"] == 2.96


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="the super-user writes anywhere")
def test_a_folder_that_may_only_be_read_is_read(tmp_path):
    path = write(tmp_path / "s1", 1_000_000)
    path.chmod(0o500)
    assert Moments(path).at(500_000)["room"] is not None
    path.chmod(0o700)


def test_logs_of_older_releases_have_moments(tmp_path):
    from tests.suite.test_history import RELEASES

    for release in RELEASES:
        copy = tmp_path / release.name
        shutil.copytree(release, copy)
        moments = Moments(copy)
        found = moments.at(moments.end_us)
        assert set(found["room"]) == {"pose", "blades", "breath_mm", "heart", "dose"}
        assert found["staff"] is None or len(found["staff"]["people"]) == 3
        assert found["frame"] is not None and SessionFolder(copy).log.exists()
        json.dumps(found, allow_nan=False)
