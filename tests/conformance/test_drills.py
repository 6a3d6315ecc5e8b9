"""Every drill that ships: taken, done by a script, finite, replayed, and failed when nothing is done."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest

from angiosuite.assess.judging import judge
from angiosuite.assess.session_log import SessionLog
from angiosuite.content.drill import DrillItem
from angiosuite.content.loader import load_library
from angiosuite.kit import kernel_cache
from angiosuite.kit.home import Home
from angiosuite.practice.operators import attempt, operator_named, room_for
from angiosuite.suite.replay import replay
from angiosuite.suite.room import Room
from angiosuite.suite.task import Task

DRILLS = {
    name: one.item for name, one in load_library().items["drills"].items() if isinstance(one.item, DrillItem)
}
SEEDS = (1, 2, 77)
SAMPLE = ("purge-check-puff", "carbon-dioxide")
"""Of the drills with blood, those that the middle size does; all of them take minutes."""
Rooms = dict[str, Room]


@pytest.mark.parametrize("name", DRILLS)
def test_a_drill_becomes_a_task_that_tells_no_answer(name: str) -> None:
    drill = DRILLS[name]
    for seed in SEEDS:
        plain = drill.task(seed)
        assert Task.of(plain).id == name
        assert json.dumps(plain) == json.dumps(drill.task(seed)), "the same seed is the same task"
        assert "answer" not in json.dumps(plain["questions"])
        assert set(drill.answers(seed)) == {question.id for question in drill.questions}


@pytest.mark.parametrize("name", DRILLS)
def test_a_drill_that_is_not_begun_is_not_passed(name: str) -> None:
    drill = DRILLS[name]
    found = judge(drill, SessionLog.of([]), drill.answers(1), {}).as_dict()
    assert found["passed"] is False and found["score"] == 0


@pytest.fixture(scope="module")
def rooms() -> Rooms:
    """Rooms that were opened, by patient."""
    return {}


def done(drill: DrillItem, home: Home, rooms: Rooms, into: Path) -> tuple[Path, Room]:
    """The default patient's attempt by the reference script."""
    patient = drill.patients[0]
    kernel_cache.activate(home.kernels, 1)
    if patient not in rooms:
        rooms[patient] = room_for(home, drill, patient)
    stage, script = operator_named("reference", drill, 2)
    attempt(rooms[patient], drill, 2, stage, script, into)
    return into, rooms[patient]


def finite(value: Any) -> bool:
    """Whether every number within is finite."""
    if isinstance(value, dict):
        return all(finite(one) for one in value.values())
    if isinstance(value, list):
        return all(finite(one) for one in value)
    return not isinstance(value, float) or math.isfinite(value)


def sized(name: str) -> Any:
    """A drill with the mark of the size that does it."""
    quick = DRILLS[name].start.blood is None or name in SAMPLE
    return pytest.param(name, marks=pytest.mark.ci if quick else pytest.mark.long)


@pytest.mark.parametrize(
    "name", [sized(name) for name, one in DRILLS.items() if one.patients[0] == "built-in-adult"]
)
def test_a_script_does_a_drill_and_every_goal_is_judged(
    name: str, built_home: Path, rooms: Rooms, tmp_path: Path
) -> None:
    drill = DRILLS[name]
    into, _ = done(drill, Home(built_home), rooms, tmp_path / "attempt")
    log = SessionLog.read(into)
    found = judge(drill, log, drill.answers(2), {"reference-air-kerma": 1.0}).as_dict()
    assert [goal["id"] for goal in found["goals"] if goal["state"] == "not-judged"] == []
    assert finite(found)
    for line in (into / "log.jsonl").read_text().splitlines():
        assert finite(json.loads(line))


@pytest.mark.ci
def test_an_attempt_replays_byte_for_byte(built_home: Path, rooms: Rooms, tmp_path: Path) -> None:
    into, room = done(DRILLS["parallax"], Home(built_home), rooms, tmp_path / "attempt")
    report = replay(into, room, tmp_path / "again")
    assert report.is_same, report.differences[:3]


@pytest.mark.long
@pytest.mark.parametrize("name", DRILLS)
def test_every_drills_attempt_replays_byte_for_byte(
    name: str, built_home: Path, rooms: Rooms, tmp_path: Path
) -> None:
    into, room = done(DRILLS[name], Home(built_home), rooms, tmp_path / "attempt")
    report = replay(into, room, tmp_path / "again")
    assert report.is_same, report.differences[:3]
