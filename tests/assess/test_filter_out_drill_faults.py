"""The drill that takes a filter out on hand-made logs: what passes, and what each fault costs."""

from __future__ import annotations

from typing import Any

import pytest
from tests.assess.hand_made_log import log

from angiosuite.assess.judging import judge
from angiosuite.content.loader import load_library

DRILL = load_library().items["drills"]["take-a-filter-out"].item
NECK, GROIN, CAVA = "right-jugular-vein", "right-femoral-vein", "inferior-vena-cava"


def run(at: float, number: int, filled: float = 0.9) -> dict[str, Any]:
    names = ("cava", "hook", "within", "below")
    judged = {name: {"in_field": True, "vessel": CAVA, "filled": filled, "u_mm": 0.0} for name in names}
    return {
        "at": at,
        "frame": {"mode": "run", "run": number, "run_t_us": 0, "kar_mgy": 1.0, "judged": judged},
    }


def stood(at: float, clot_mm3: float) -> dict[str, Any]:
    told = [{"vessel": CAVA, "at_mm": 170.0, "tilt_deg": 3.0, "clot_mm3": clot_mm3}]
    return {"at": at, "observation": "treating", "filter": told}


def missed(at: float, why: str = "the loop is not over the end") -> dict[str, Any]:
    return {
        "at": at,
        "event": "filter-snare-missed",
        "tool": "x1",
        "vessel": CAVA,
        "at_mm": 170.0,
        "why": why,
    }


def retrieved(at: float, clot_mm3: float, out: float) -> dict[str, Any]:
    facts = {"vessel": CAVA, "at_mm": 170.0, "force_n": 12.0, "dwell_days": 30.0}
    return {"at": at, "event": "filter-retrieved", **facts, "clot_mm3": clot_mm3, "clot_out_share": out}


def punctures(at: float, dry: bool) -> dict[str, Any]:
    one = {"open_share": 0.05, "pressed_mmhg": 0, "dry": dry, "ml": 2, "passes": True}
    return {"at": at, "observation": "treating", "closing": {NECK: one, GROIN: {**one, "dry": True}}}


def course(**other: Any) -> list[dict[str, Any]]:
    """One that does everything, with parts of it changed; None leaves one out."""
    tip = {"tool": "s2", "depth_mm": 150, "vessel": CAVA, "at_mm": 174}
    parts: dict[str, Any] = {
        "stood": stood(0, 100),
        "led": {"at": 1, "observation": "instruments", NECK: [tip], GROIN: [{**tip, "tool": "c1"}]},
        "filmed": run(10, 1),
        "first": missed(40),
        "held": {"at": 44, "event": "filter-held", "vessel": CAVA, "at_mm": 170.0, "force_n": 8.0},
        "pulled": retrieved(50, 100, 0.3),
        "out": [
            {"at": 80, "event": "sheath-removed", "access": NECK},
            {"at": 81, "event": "sheath-removed", "access": GROIN},
        ],
        "closed": punctures(560, True),
        "end": {"at": 570, "event": "task-finished", "answers": {}},
        **other,
    }
    items: list[dict[str, Any]] = []
    for part in parts.values():
        items += part if isinstance(part, list) else [] if part is None else [part]
    return sorted(items, key=lambda item: float(item["at"]))


def judged(items: list[dict[str, Any]]) -> dict[str, Any]:
    return judge(DRILL, log(items), {}, {}).as_dict()


@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"stood": stood(0, 8000), "first": None, "held": None, "pulled": None},
        {"pulled": {"at": 50, "event": "filter-held", "vessel": CAVA, "at_mm": 170.0, "force_n": 20.0}},
        {"first": missed(40, "the end is not free"), "held": None, "pulled": None},
    ],
)
def test_out_when_it_is_empty_and_left_for_a_reason_have_all_points(changed: dict[str, Any]) -> None:
    found = judged(course(**changed))
    assert found["passed"] and found["score"] == 100.0, found["goals"]


@pytest.mark.parametrize(
    "changed",
    [
        {"pulled": None},
        {"stood": stood(0, 8000), "pulled": retrieved(50, 8000, 0.1)},
        {"stood": stood(0, 8000), "pulled": retrieved(50, 8000, 1.0)},
        {"filmed": None},
        {"filmed": run(60, 1)},
        {"filmed": run(10, 1, filled=0.2)},
        {"closed": punctures(560, False)},
        {"torn": {"at": 30, "event": "perforation", "tool": "w1", "vessel": CAVA}},
    ],
)
def test_no_reason_a_full_one_no_run_a_wet_puncture_and_a_torn_vein_do_not_pass(
    changed: dict[str, Any],
) -> None:
    assert not judged(course(**changed))["passed"]


@pytest.mark.parametrize(
    ("changed", "lost"),
    [
        ({"more": [missed(41), missed(42), missed(43)]}, 10.0),
        ({"out": [{"at": 80, "event": "sheath-removed", "access": NECK}]}, 5.0),
    ],
)
def test_snares_that_take_nothing_and_a_sheath_that_is_left_cost_their_points(
    changed: dict[str, Any], lost: float
) -> None:
    found = judged(course(**changed))
    assert found["passed"] and found["score"] == 100.0 - lost


def test_clot_that_lies_in_it_is_much_or_little_by_the_drawn_word() -> None:
    for seed in range(12):
        (one,) = DRILL.plan(seed)["start"]["blood"]["filters"]
        assert (one["clot_mm"] > 10.0) == (DRILL.words(seed)["clot"] == "much")
