"""A session's task: it begins at once, asks, hints, ends, and comes back with the session."""

from __future__ import annotations

import pickle

import pytest

from angiosuite.kit.errors import AngiosuiteError, RefusedInput, WrongUse
from angiosuite.kit.log import read_entries, read_header
from angiosuite.runtime.base import SessionSpec
from angiosuite.suite.opening import create_session, resume_session
from angiosuite.suite.replay import replay
from angiosuite.suite.task import Task

TASK = {
    "id": "isocentre",
    "title": "Bring the marker to the isocentre",
    "kind": "drill",
    "mode": "practice",
    "minutes": 5,
    "brief": "Centre the marker.",
    "goals": [{"id": "centred", "text": "The marker lies in the middle"}],
    "limits": [],
    "start": {
        "pose": {"rotation_deg": 12.0, "table_x_mm": 35.0, "table_z_mm": -20.0},
        "exposure": {"fov_cm": 32.0, "pulse_rate": 7.5},
        "collimator": {"left": 0.8, "right": 0.8},
        "restless": 0.25,
        "breath": "hold",
    },
    "questions": [
        {"id": "depth", "text": "Before or behind?", "options": [{"id": "before", "text": "Before"},
                                                                 {"id": "behind", "text": "Behind"}]}
    ],
    "hints": ["Look at the table.", "Drive it left.", "Drive it 35 mm."],
}  # fmt: skip


@pytest.fixture
def tasked(small_room, tmp_path):
    """A session with the task."""
    return create_session(tmp_path / "s1", small_room, seed=7, task=TASK)


def entries_of(session):
    return list(read_entries(session.folder.log))


def do(session, name, **arguments):
    session.command(name, arguments)
    session.advance(session.now_us + 40_000)


def test_a_case_of_a_procedure_is_a_task_by_its_whole_id():
    assert Task.of(TASK | {"id": "leg-pain.first.alone"}).id == "leg-pain.first.alone"


def test_a_task_begins_at_once_and_exactly_where_it_says(tasked):
    pose = tasked.gantry.pose
    assert (pose.rotation_deg, pose.table_x_mm, pose.table_z_mm) == (12.0, 35.0, -20.0)
    assert (tasked.settings.fov_cm, tasked.settings.pulse_rate) == (32.0, 7.5)
    assert tasked.collimator.blades.left == 0.8 and tasked.movement.restless == 0.25
    assert tasked.now_us == 0
    first = entries_of(tasked)[0]
    assert (first.kind, first.name, first.t_us, first.data["who"]) == ("command", "task.begin", 0, "system")
    tasked.advance(20_000)
    assert tasked.snapshot()["breath"]["state"] == "hold"
    assert read_header(tasked.folder.log)["task"] == {"id": "isocentre", "hash": Task.of(TASK).hash}


def test_a_person_sees_the_task_but_no_hint_that_was_not_asked_for(tasked):
    part = tasked.snapshot()["task"]
    assert part["goals"] == TASK["goals"] and part["hints_left"] == 3 and part["hints_shown"] == []
    assert not {"targets", "objects", "start", "hints"} & set(part)
    do(tasked, "task.hint", level=1)
    part = tasked.snapshot()["task"]
    assert part["hints_shown"] == [{"level": 1, "text": "Look at the table."}] and part["hints_left"] == 2
    do(tasked, "task.hint", level=3)
    refused = [entry for entry in entries_of(tasked) if entry.name == "command-refused"]
    assert refused[-1].data["code"] == "hint-order" and tasked.snapshot()["task"]["hints_left"] == 2


def test_an_answer_is_one_of_the_options_and_may_be_changed(tasked):
    do(tasked, "task.answer", question="depth", answer="before")
    do(tasked, "task.answer", question="depth", answer="behind")
    do(tasked, "task.answer", question="depth", answer="beside")
    do(tasked, "task.answer", question="depths", answer="before")
    log = entries_of(tasked)
    assert [e.data["answer"] for e in log if e.name == "answered"] == ["before", "behind"]
    assert [e.data["code"] for e in log if e.name == "command-refused"] == [
        "answer-unknown",
        "question-unknown",
    ]
    assert tasked.snapshot()["task"]["answers"] == {"depth": "behind"}


def test_a_finished_task_leaves_the_room_as_it_stands(tasked):
    do(tasked, "xray.press", pedal="fluoro")
    do(tasked, "gantry.move", axis="table_x", rate=1.0)
    do(tasked, "task.finish")
    assert tasked.paused and not tasked.xrays.is_on and not tasked.gantry.is_moving
    assert tasked.snapshot()["task"]["finished"]
    names = [entry.name for entry in entries_of(tasked) if entry.kind == "event"]
    assert names.index("xray-off") < names.index("task-finished")
    stand, count = tasked.gantry.pose, len(entries_of(tasked))
    for name, arguments in (
        ("session.resume", {}),
        ("xray.press", {"pedal": "fluoro"}),
        ("gantry.move", {"axis": "table_x", "rate": 1.0}),
        ("task.answer", {"question": "depth", "answer": "before"}),
    ):
        with pytest.raises(WrongUse, match="finished"):
            tasked.command(name, arguments)
    tasked.command("xray.release", {})
    tasked.advance(tasked.now_us + 100_000)
    assert tasked.gantry.pose == stand and len(entries_of(tasked)) <= count + 1


def test_a_task_comes_back_with_its_session(tasked, small_room):
    do(tasked, "task.hint", level=1)
    do(tasked, "task.answer", question="depth", answer="before")
    do(tasked, "task.input", device="keyboard")
    tasked.close()
    again = resume_session(tasked.folder.path, small_room)
    part = again.snapshot()["task"]
    assert part["answers"] == {"depth": "before"} and part["hints_left"] == 2 and part["input"] == "keyboard"
    do(again, "task.begin")
    assert [e.data["code"] for e in entries_of(again) if e.name == "command-refused"] == ["task-begun"]


def test_a_session_with_a_task_replays(tasked, small_room, tmp_path):
    do(tasked, "xray.press", pedal="fluoro")
    tasked.advance(400_000)
    do(tasked, "session.pause")
    assert tasked.now_us == 400_000
    do(tasked, "session.resume")
    do(tasked, "task.answer", question="depth", answer="before")
    do(tasked, "task.finish")
    tasked.close()
    report = replay(tasked.folder.path, small_room, tmp_path / "again")
    assert report.is_same, report.differences[:3]


def test_a_session_without_a_task_shows_none_and_takes_none_of_its_commands(session):
    assert session.snapshot()["task"] is None
    do(session, "task.finish")
    refused = [entry for entry in entries_of(session) if entry.name == "command-refused"]
    assert refused[0].data["code"] == "no-task" and not session.paused


def test_a_spec_with_a_task_travels_to_another_process():
    spec = SessionSpec("s", "/h", "/f", task=TASK)
    assert pickle.loads(pickle.dumps(spec)) == spec


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"id": "Not A Name"}, "task.id"),
        ({"id": "leg-pain.first"}, "task.id"),
        ({"id": "leg-pain.First.alone"}, "task.id"),
        ({"title": ""}, "task.title"),
        ({"goal": []}, "task.goal"),
        ({"mode": "exam"}, "task.mode"),
        ({"minutes": float("nan")}, "task.minutes"),
        ({"goals": [{"id": "a", "text": "x"}, {"id": "a", "text": "y"}]}, "task.goals[1].id"),
        ({"hints": ["a", "b", "c", "d"]}, "task.hints"),
        ({"questions": [{"id": "q", "text": "?", "options": [{"id": "a"}]}]},
         "task.questions[0].options[0].text"),
        ({"start": {"poses": {}}}, "task.start.poses"),
        ({"start": {"pose": {"rotation_deg": 400}}}, "task.start.pose"),
        ({"start": {"pose": {"rotation_deg": float("inf")}}}, "task.start.pose"),
        ({"start": {"pose": {"sid_mm": 501.0}}}, "task.start.pose"),
        ({"start": {"exposure": {"fov_cm": 33.0}}}, "task.start.exposure"),
        ({"start": {"acquisition": {"programme": "cinema"}}}, "task.start.acquisition"),
        ({"start": {"phantom": "no-such-phantom"}}, "task.start.phantom"),
        ({"start": {"restless": 3}}, "task.start.restless"),
        ({"start": {"prior_skin": {}}}, "task.start.prior_skin"),
        ({"start": {"prior_skin": [{"fov_cm": 22}]}}, "task.start.prior_skin"),
        ({"start": {"prior_skin": [{"kar_mgy": float("nan")}]}}, "task.start.prior_skin.kar_mgy"),
        ({"start": {"staff": {"people": [{"id": "surgeon"}]}}}, "task.start.staff"),
        ({"start": {"staff": {"people": [{"x_mm": 3}]}}}, "task.start.staff"),
    ],
)  # fmt: skip
def test_a_task_that_does_not_fit_is_refused_whole(small_room, tmp_path, change, where):
    with pytest.raises(RefusedInput) as refused:
        create_session(tmp_path / "s", small_room, seed=1, task={**TASK, **change})
    assert refused.value.where == where and refused.value.way_out
    assert not (tmp_path / "s").exists()


def test_a_task_file_that_was_cut_refuses_the_session(tasked, small_room):
    tasked.close()
    tasked.folder.task.write_text('{"id": "isoc')
    with pytest.raises(AngiosuiteError, match="task"):
        resume_session(tasked.folder.path, small_room)
