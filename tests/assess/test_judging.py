"""The judgement: gate, goals, stewardship, and laws that hold whatever the drill asks."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from angiosuite.assess.judging import judge, rejudge
from angiosuite.assess.measures import dictionary
from angiosuite.content.drill import DrillItem
from angiosuite.content.loader import load_library

from .hand_made_log import log

DRILL: dict[str, Any] = {
    "id": "made-up",
    "goals": [
        {
            "id": "centred",
            "text": "Head in the middle",
            "measure": "off-centre",
            "of": "head",
            "in": "last-held",
            "at_most": 5.0,
            "points": 40,
            "required": True,
            "why": "what is at the edge is seen askew",
            "source": "book",
        },
        {
            "id": "answered",
            "text": "Depth told",
            "measure": "answer-right",
            "of": "depth",
            "is": 1,
            "points": 30,
            "required": False,
        },
    ],
    "critical": [
        {
            "id": "bare",
            "text": "Beam beside an unprotected person",
            "measure": "beam-unprotected",
            "at_least": 1,
        }
    ],
    "limits": [
        {
            "id": "field",
            "text": "Field",
            "measure": "open-field",
            "in": "session",
            "at_most": 0.5,
            "points": 10,
        }
    ],
    "stewardship": [
        {
            "id": "kerma",
            "text": "Kerma",
            "measure": "reference-air-kerma",
            "full_at": 3.0,
            "none_at": 12.0,
            "points": 20,
        }
    ],
    "pass": {"score": 70},
    "sources": [{"key": "book", "citation": "A book"}],
}
ANSWERS = {"depth": "before"}


def attempt(
    off_mm: float = 2.0,
    kerma: float = 2.0,
    answer: str | None = "before",
    open_to: float = 0.5,
    bare_s: float = 0.0,
    hints: tuple[int, ...] = (),
) -> list[dict[str, Any]]:
    """An attempt that is good unless told otherwise."""
    blades = {"left": open_to, "right": open_to, "top": 1.0, "bottom": 1.0}
    judged = {"head": {"in_field": True, "off_mm": off_mm}}
    items: list[dict[str, Any]] = [
        {"at": 0, "command": "task.begin"},
        *({"at": 1, "event": "hint-shown", "level": level} for level in hints),
        {"at": 10, "event": "xray-on", "pedal": "fluoro"},
        {"at": 10, "frame": {"mode": "fluoro", "kar_mgy": kerma / 2, "blades": blades}},
        {"at": 11, "frame": {"mode": "fluoro", "kar_mgy": kerma / 2, "blades": blades}},
        {"at": 12, "frame": {"mode": "held", "blades": blades, "judged": judged}},
        {"at": 12, "observation": "staff", "operator": {"chest_usv": 0.1}, "unprotected_s": bare_s},
        {"at": 12, "event": "xray-off", "pedal": "fluoro"},
    ]
    if answer is not None:
        items.append({"at": 20, "event": "answered", "question": "depth", "answer": answer})
    return [*items, {"at": 60, "event": "task-finished"}]


def told(**changes: Any) -> dict[str, Any]:
    """The judgement of an attempt."""
    return judge(DRILL, log(attempt(**changes)), ANSWERS).as_dict()


def idle() -> list[dict[str, Any]]:
    """An attempt in which nothing was done."""
    return [{"at": 0, "command": "task.begin"}, {"at": 60, "event": "task-finished"}]


def test_what_is_good_passes_with_all_points_and_no_fault() -> None:
    found = told()
    assert (found["passed"], found["score"], found["of"], found["faults"]) == (True, 100.0, 100.0, [])
    assert [goal["state"] for goal in found["goals"]] == ["met", "met"]
    assert found["duration_s"] == 60.0


def test_a_missed_goal_shows_the_picture_the_reason_and_the_source() -> None:
    found = told(off_mm=8.0)
    fault = found["faults"][0]
    assert not found["passed"]
    assert (fault["t_us"], fault["frame"], fault["points_lost"]) == (12_000_000, 3, 40.0)
    assert fault["kind"] == "goal"
    assert "8.0 mm" in fault["text"] and "at most 5 mm" in fault["text"]
    assert (fault["why"], fault["source"]) == ("what is at the edge is seen askew", "A book")


def test_dose_cannot_rescue_a_required_goal_that_was_missed() -> None:
    found = told(off_mm=8.0, kerma=0.0)
    assert found["score"] == 30.0
    assert {part["id"]: part["points"] for part in found["parts"]} == {"goals": 30.0, "stewardship": 0.0}


def test_dose_costs_from_the_moment_at_which_it_went_beyond_what_is_free() -> None:
    found = told(kerma=7.5)
    (fault,) = found["faults"]
    assert (fault["kind"], fault["points_lost"], fault["frame"]) == ("stewardship", 10.0, 1)
    assert (found["score"], found["passed"]) == (90.0, True)


def test_a_critical_error_fails_whatever_else_was_reached_and_costs_no_points() -> None:
    found = told(bare_s=1.5)
    assert not found["passed"] and not found["gate"]["passed"]
    assert (found["gate"]["errors"][0]["points_lost"], found["score"]) == (0.0, 100.0)
    assert found["faults"][0]["kind"] == "critical"


def test_a_gate_that_the_log_cannot_judge_is_said() -> None:
    items = [item for item in attempt() if item.get("observation") != "staff"]
    gate = judge(DRILL, log(items), ANSWERS).as_dict()["gate"]
    assert gate == {"passed": True, "errors": [], "not_judged": ["Beam beside an unprotected person"]}


@pytest.mark.parametrize(
    ("hints", "passed", "mastery"),
    [((), True, True), ((1,), True, True), ((1, 2), True, False), ((1, 2, 3), False, False)],
)
def test_help_limits_what_an_attempt_counts_for(hints: tuple[int, ...], passed: bool, mastery: bool) -> None:
    found = told(hints=hints)
    assert (found["passed"], found["help"]["counts_for_mastery"]) == (passed, mastery)
    assert found["score"] == 100.0


def test_how_a_filter_leans_is_told_where_one_was_opened_and_nowhere_else() -> None:
    opened = {"vessel": "inferior-vena-cava", "tilt_deg": 7.0, "level_mm": 4.0, "cava_mm": 20.0, "fits": True}
    items = [
        {"at": 5, "event": "filter-opened", **opened},
        {"at": 9, "event": "task-finished", "answers": {}},
    ]
    told = {one["id"]: one for one in judge(DRILL, log(items)).as_dict()["measures"]}
    assert told["filter-tilt"]["value"] == 7.0 and not told["filter-tilt"]["scored"]
    assert "filter-tilt" not in {one["id"] for one in judge(DRILL, log(items[1:])).as_dict()["measures"]}


def test_doing_nothing_does_not_pass_and_every_point_of_it_has_a_fault() -> None:
    found = judge(DRILL, log(idle()), ANSWERS).as_dict()
    assert not found["passed"] and found["score"] == 0.0
    assert sum(fault["points_lost"] for fault in found["faults"]) == 100.0
    assert all(fault["t_us"] == 60_000_000 for fault in found["faults"])


def test_an_older_log_is_not_judged_and_says_so() -> None:
    items = [
        {**item, "frame": {key: value for key, value in item["frame"].items() if key != "judged"}}
        if "frame" in item
        else item
        for item in attempt()
    ]
    found = judge(DRILL, log(items), ANSWERS).as_dict()
    assert found["goals"][0]["state"] == "not-judged"
    assert "not judged" in found["faults"][0]["text"]


@settings(max_examples=30)
@given(pauses=st.lists(st.floats(0, 600), min_size=4, max_size=4), off_mm=st.floats(0, 20))
def test_thinking_and_talking_cost_nothing(pauses: list[float], off_mm: float) -> None:
    waits = dict(zip((0, 10, 20, 60), pauses, strict=True))
    late, shift = [], 0.0
    for item in attempt(off_mm=off_mm):
        shift += waits.pop(item["at"], 0.0)
        late.append({**item, "at": item["at"] + shift})
    before, after = told(off_mm=off_mm), judge(DRILL, log(late), ANSWERS).as_dict()
    assert (before["score"], before["passed"]) == (after["score"], after["passed"])
    assert after["duration_s"] >= before["duration_s"]


COURSES = {
    "off_mm": st.floats(0, 20),
    "kerma": st.floats(0, 30),
    "answer": st.sampled_from(["before", "behind", None]),
    "open_to": st.floats(0, 1),
    "bare_s": st.sampled_from([0.0, 0.5, 2.0]),
    "hints": st.sampled_from([(), (1,), (1, 2), (1, 2, 3)]),
}


@settings(max_examples=30)
@given(course=st.fixed_dictionaries(COURSES))
def test_the_score_is_the_sum_of_its_parts_and_every_point_lost_has_a_fault(course: dict[str, Any]) -> None:
    found = told(**course)
    assert sum(part["points"] for part in found["parts"]) == pytest.approx(found["score"])
    assert sum(fault["points_lost"] for fault in found["faults"]) == pytest.approx(100.0 - found["score"])
    assert all(fault["t_us"] is not None and fault["text"] for fault in found["faults"])
    assert not (found["passed"] and (found["score"] < 70 or found["gate"]["errors"]))
    required = [goal for goal in found["goals"] if goal["required"]]
    assert not found["passed"] or all(goal["state"] == "met" for goal in required)


@settings(max_examples=30)
@given(
    course=st.fixed_dictionaries(COURSES),
    share=st.floats(0, 1),
    name=st.sampled_from(["off_mm", "kerma", "open_to"]),
)
def test_what_gets_better_never_costs_points(course: dict[str, Any], share: float, name: str) -> None:
    better = told(**{**course, name: course[name] * share})
    worse = told(**course)
    assert better["score"] >= worse["score"]
    assert better["passed"] >= worse["passed"]


def test_a_kept_judgement_is_never_changed_and_each_difference_is_named() -> None:
    kept = told()
    kept["score"] = 93.0
    kept["measures"][0] |= {"version": 0, "value": 1.25}
    before = repr(kept)
    found = rejudge(kept, DRILL, log(attempt()), ANSWERS)
    assert repr(kept) == before
    assert [one.what for one in found.differences] == ["score", kept["measures"][0]["title"]]
    assert found.differences[1].versions == (0, 1)
    assert rejudge(told(), DRILL, log(attempt()), ANSWERS).differences == ()


SHIPPED = load_library().items["drills"]


@pytest.mark.parametrize("name", sorted(SHIPPED))
def test_in_no_drill_does_nothing_at_all_or_a_dark_room_pass(name: str) -> None:
    drill = SHIPPED[name].item
    assert isinstance(drill, DrillItem)
    blind = [item for item in attempt(kerma=0.01) if item.get("event") != "answered"]
    unseen = [
        {**item, "frame": {**item["frame"], "judged": {}}} if "frame" in item else item for item in blind
    ]
    for items in (idle(), unseen):
        found = judge(drill, log(items), drill.answers(1), {"reference-air-kerma": 5.0}).as_dict()
        assert not found["passed"]
        assert items is unseen or found["score"] == 0.0
        stewardship = next(part for part in found["parts"] if part["id"] == "stewardship")
        assert stewardship["points"] == 0.0
        assert sum(fault["points_lost"] for fault in found["faults"]) == pytest.approx(100 - found["score"])
        assert found["drill"]["id"] == name


def test_how_long_it_took_and_on_what_can_give_points_in_no_drill() -> None:
    for loaded in SHIPPED.values():
        assert isinstance(loaded.item, DrillItem)
        for one in (*loaded.item.goals, *loaded.item.limits, *loaded.item.stewardship):
            assert dictionary()[one.measure].scored
    assert not any(dictionary()[name].scored for name in ("duration", "fluoroscopy-time", "input-device"))
