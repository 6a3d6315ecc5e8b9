"""The drill with a filter on hand-made logs: what passes, and that each fault fails or costs its points."""

from __future__ import annotations

from typing import Any

import pytest
from tests.assess.hand_made_log import log

from angiosuite.assess.judging import judge
from angiosuite.content.loader import load_library

DRILL = load_library().items["drills"]["filter-below-the-renal-veins"].item
ACCESS, CAVA = "right-femoral-vein", "inferior-vena-cava"


def run(at: float, number: int) -> dict[str, Any]:
    veins = {"renal": "right-renal-vein", "left-renal": "left-renal-vein"}
    judged = {name: {"in_field": True, "vessel": vein, "filled": 0.0} for name, vein in veins.items()}
    judged["cava"] = {"in_field": True, "vessel": CAVA, "filled": 0.9, "u_mm": 0.0}
    shown = {"mode": "run", "run": number, "run_t_us": 0, "kar_mgy": 1.0, "judged": judged}
    return {"at": at, "frame": shown}


def measured(at: float, length_mm: float) -> list[dict[str, Any]]:
    return [
        {"at": at, "command": "measure.add", "image": 1, "points": [[236, 256], [276, 256]]},
        {"at": at, "event": "measured", "image": 1, "length_px": 40, "length_mm": length_mm},
    ]


def opened(at: float, level_mm: float) -> dict[str, Any]:
    facts = {"vessel": CAVA, "at_mm": 168, "tilt_deg": 6, "cava_mm": 20, "level_mm": level_mm, "fits": True}
    return {"at": at, "event": "filter-opened", **facts}


def puncture(at: float, dry: bool) -> dict[str, Any]:
    one = {"open_share": 0.05, "pressed_mmhg": 0, "dry": dry, "ml": 2, "passes": True}
    return {"at": at, "observation": "treating", "closing": {ACCESS: one}}


def course(**other: Any) -> list[dict[str, Any]]:
    """One that does everything, with parts of it changed; None leaves one out."""
    tip = {"tool": "s2", "depth_mm": 150, "vessel": CAVA, "at_mm": 168}
    parts: dict[str, Any] = {
        "led": {"at": 1, "observation": "instruments", ACCESS: [tip]},
        "before": run(10, 1),
        "width": measured(20, 21.0),
        "filter": opened(50, 5.0),
        "after": run(70, 2),
        "out": {"at": 80, "event": "sheath-removed", "access": ACCESS},
        "closed": puncture(500, True),
        "end": {"at": 520, "event": "task-finished", "answers": {}},
        **other,
    }
    items: list[dict[str, Any]] = []
    for part in parts.values():
        items += part if isinstance(part, list) else [] if part is None else [part]
    return sorted(items, key=lambda item: float(item["at"]))


def judged(items: list[dict[str, Any]]) -> dict[str, Any]:
    return judge(DRILL, log(items), {}, {}).as_dict()


def test_a_course_that_does_everything_has_all_points() -> None:
    found = judged(course())
    assert found["passed"] and found["score"] == 100.0, found["goals"]


@pytest.mark.parametrize(
    "changed",
    [
        {"before": None},
        {"before": None, "after": run(70, 1)},
        {"filter": None},
        {"filter": opened(50, 10.5)},
        {"filter": opened(50, -0.5)},
        {"filter": opened(5, 5.0)},
        {"second": opened(55, 5.0)},
        {"closed": puncture(500, False)},
        {"closed": None, "out": None},
        {"gone": {"at": 60, "event": "filter-migrated", "vessel": CAVA, "at_mm": 0, "heart": True}},
    ],
)
def test_no_filter_two_no_run_no_level_and_no_dry_vein_do_not_pass(changed: dict[str, Any]) -> None:
    assert not judged(course(**changed))["passed"]


@pytest.mark.parametrize(
    ("changed", "lost"),
    [
        ({"width": None}, 15.0),
        ({"width": measured(20, 24.0)}, 15.0),
        ({"width": measured(60, 20.0)}, 15.0),
        ({"after": None}, 5.0),
    ],
)
def test_a_width_that_was_not_measured_and_a_run_that_is_missing_cost_their_points(
    changed: dict[str, Any], lost: float
) -> None:
    found = judged(course(**changed))
    assert found["passed"] and found["score"] == 100.0 - lost
