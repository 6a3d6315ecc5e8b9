"""What was done to a narrowing counts by itself; what was only avoided counts once the drill is done."""

from __future__ import annotations

from typing import Any

import pytest

from angiosuite.assess.criteria import criteria_of
from angiosuite.assess.judging import judge

from .hand_made_log import log

GOALS = [
    ("fits", "balloon-ratio", {"at_least": 0.9, "at_most": 1.1}, 40, True),
    ("centred", "balloon-off-lesion", {"at_most": 6.0}, 20, False),
    ("held", "inflation-time", {"at_least": 30.0}, 20, False),
    ("rated", "pressure-over-rated", {"at_most": 1.0}, 20, False),
]
DRILL: dict[str, Any] = {
    "id": "made-up",
    "goals": [
        {
            "id": name,
            "text": name,
            "measure": measure,
            "points": points,
            "required": required,
            "why": "",
            "source": "book",
            **({} if measure == "pressure-over-rated" else {"of": "narrowing"}),
            **bounds,
        }
        for name, measure, bounds, points, required in GOALS
    ],
    "pass": {"score": 70},
}


def judged(balloon_mm: float, off_mm: float) -> dict[str, Any]:
    """One inflation in a lesion of an artery of 8 mm."""
    lesion = {"lesion": "stenosis", "vessel": "iliac", "healthy_mm": 8.0, "off_mm": off_mm, "yielded": True}
    return judge(
        DRILL,
        log(
            [
                {"at": 1, "frame": {"mode": "fluoro", "judged": {"narrowing": {"vessel": "stenosis"}}}},
                {"at": 50, "event": "balloon-down", "tool": "c1", "atm": 8.0, "rated_atm": 12.0,
                 "seconds": 40.0, "balloon_mm": balloon_mm, "lesions": [lesion]},
                {"at": 60, "event": "task-finished", "answers": {}},
            ]
        ),
        {},
        {},
    ).as_dict()  # fmt: skip


@pytest.mark.parametrize(
    ("balloon_mm", "off_mm", "score", "passed"),
    [(8.0, 3.0, 100.0, True), (8.0, 9.0, 80.0, True), (6.0, 3.0, 20.0, False), (6.0, 9.0, 0.0, False)],
    ids=["right", "beside it", "too small", "neither"],
)
def test_a_place_that_was_met_counts_before_all_that_is_required_is(
    balloon_mm: float, off_mm: float, score: float, passed: bool
) -> None:
    found = judged(balloon_mm, off_mm)
    assert (found["score"], found["passed"]) == (score, passed)


def test_time_pressure_and_mouths_left_free_are_no_success_by_themselves() -> None:
    shows = {one.id: one.shows_success for one in criteria_of(DRILL)["goal"]}
    assert shows == {"fits": True, "centred": True, "held": False, "rated": False}
