"""The drill with a bleeding pelvis on hand-made logs: what passes, and what each fault costs."""

from __future__ import annotations

from typing import Any

import pytest
from tests.assess.hand_made_log import log

from angiosuite.assess.judging import judge
from angiosuite.content.loader import load_library

DRILL = load_library().items["drills"]["gelatin-in-an-unstable-pelvis"].item
SEED = 4
TEAR = DRILL.words(SEED)["tear"]
SIDE, OTHER = ("left", "right") if TEAR.startswith("left") else ("right", "left")
TORN, SECOND = "pelvic-bleeding", "retroperitoneal-bleeding"


def seen(at: float, filled: float = 0.9, **more: Any) -> dict[str, Any]:
    judged = {
        name: {"in_field": True, "vessel": f"{name}-internal-iliac-artery", "filled": filled, "u_mm": 0.0}
        for name in ("left", "right")
    } | {"torn": {"in_field": True, "vessel": TORN}, "other": {"in_field": True, "vessel": SECOND}}
    return {"at": at, "frame": {"mode": "fluoro", "kar_mgy": 1.0, "judged": judged, **more}}


def run(at: float, number: int, filled: float = 0.9) -> dict[str, Any]:
    return seen(at, filled, mode="run", run=number, run_t_us=0)


def bleeds(at: float, torn: float, second: float, mmhg: float) -> dict[str, Any]:
    told = {
        TORN: {"vessel": f"{TEAR}-artery", "at_mm": 30, "ml_min": torn, "rests": False},
        SECOND: {
            "vessel": f"{OTHER}-internal-pudendal-artery",
            "at_mm": 50,
            "ml_min": second,
            "rests": False,
        },
    }
    return {"at": at, "observation": "treating", "bleeding": told, "mean_mmhg": mmhg}


def pushed(at: float, missed_share: float = 0.05) -> list[dict[str, Any]]:
    facts = {
        "device": "gelatin-slurry", "number": 1, "kind": "particles", "ml": 3.0, "solid_ml": 0.45,
        "vessel": f"{SIDE}-internal-iliac-artery", "at_mm": 16.0, "beds": {}, "organs": {},
        "missed_share": missed_share, "stuck_share": 0.0, "gone_share": 0.0, "carried_share": 0.0,
    }  # fmt: skip
    return [
        {"at": at, "command": "agent.inject", "ml": 3.0, "rate_ml_s": 0.5},
        {"at": at + 8, "event": "agent-given", **facts},
    ]


def course(**other: Any) -> list[dict[str, Any]]:
    """One that does everything, with parts of it changed; None leaves one out."""
    parts: dict[str, Any] = {
        "begins": bleeds(0, 100.0, 50.0, 60.0),
        "named": {"at": 4, "event": "answered", "question": "groin", "answer": OTHER},
        "seen": seen(5),
        "first": pushed(10),
        "stops": bleeds(25, 0.5, 50.0, 66.0),
        "second": pushed(40),
        "dry": bleeds(60, 0.0, 0.4, 72.0),
        "film": run(80, 1),
        "end": {"at": 120, "event": "task-finished", "answers": {"groin": OTHER}},
        **other,
    }
    items: list[dict[str, Any]] = []
    for part in parts.values():
        items += part if isinstance(part, list) else [] if part is None else [part]
    return sorted(items, key=lambda item: float(item["at"]))


def judged(items: list[dict[str, Any]]) -> dict[str, Any]:
    return judge(DRILL, log(items), DRILL.answers(SEED), {}).as_dict()


def test_a_course_that_does_everything_has_all_points() -> None:
    found = judged(course())
    assert found["passed"] and found["score"] == 100.0, found["goals"]


@pytest.mark.parametrize(
    "changed",
    [
        {"dry": bleeds(60, 0.0, 30.0, 72.0)},
        {"stops": None, "dry": bleeds(60, 30.0, 0.0, 72.0)},
        {"first": None, "second": None},
        {"second": pushed(40, missed_share=0.3)},
        {"second": pushed(40, missed_share=0.6)},
        {"begins": bleeds(0, 1500.0, 900.0, 60.0)},
        {"lost": {"at": 50, "event": "agent-piece", "where": "leg", "missed": True, "number": 2}},
    ],
)
def test_a_side_that_bleeds_reflux_a_lost_piece_and_much_blood_do_not_pass(changed: dict[str, Any]) -> None:
    assert not judged(course(**changed))["passed"]


@pytest.mark.parametrize(
    ("changed", "goals"),
    [
        ({"begins": bleeds(0, 900.0, 400.0, 60.0)}, {"little-lost"}),
        ({"dry": bleeds(60, 0.0, 0.4, 58.0)}, {"pressure"}),
        ({"film": None}, {"left-film", "right-film"}),
        ({"film": run(80, 1, filled=0.1)}, {"left-film", "right-film"}),
        ({"film": run(7, 1)}, {"left-film", "right-film"}),
        (
            {
                "named": {"at": 4, "event": "answered", "question": "groin", "answer": "either"},
                "end": {"at": 120, "event": "task-finished", "answers": {"groin": "either"}},
            },
            {"groin"},
        ),
    ],
)
def test_delay_low_pressure_no_run_and_the_wrong_groin_cost_their_points(
    changed: dict[str, Any], goals: set[str]
) -> None:
    found = judged(course(**changed))
    points = sum(one.points for one in DRILL.goals if one.id in goals)
    assert found["passed"] and found["score"] == 100.0 - points


def test_the_groin_that_is_covered_cannot_be_entered_and_the_free_one_is_the_answer() -> None:
    for seed in range(12):
        start, answers = DRILL.plan(seed)["start"], DRILL.answers(seed)
        assert start["blood"]["accesses"] == [f"{answers['groin']}-femoral-artery"]
        assert not start["blood"]["catheter"]["vessel"].startswith(answers["groin"])
