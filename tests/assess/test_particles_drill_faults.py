"""The drill with particles on hand-made logs: what passes, and that each fault fails or costs its points."""

from __future__ import annotations

from typing import Any

import pytest
from tests.assess.hand_made_log import log

from angiosuite.assess.judging import judge
from angiosuite.content.loader import load_library

DRILL = load_library().items["drills"]["particles-to-the-end-point"].item
ARTERY, FINE, COARSE = "right-anterior-hepatic-artery", (100, 300), (500, 700)


def seen(at: float, filled: float = 0.9, **more: Any) -> dict[str, Any]:
    """A picture of fluoroscopy that shows the artery, or of a run."""
    judged = {"artery": {"in_field": True, "vessel": ARTERY, "filled": filled, "u_mm": 0.0}}
    return {"at": at, "frame": {"mode": "fluoro", "kar_mgy": 1.0, "judged": judged, **more}}


def run(at: float, number: int, filled: float = 0.9) -> dict[str, Any]:
    return seen(at, filled, mode="run", run=number, run_t_us=0)


def drawn_up(at: float, size_um: tuple[int, int]) -> dict[str, Any]:
    facts = {"number": 1, "device": "spheres", "kind": "particles", "ml": 20.0, "size_um": list(size_um)}
    return {"at": at, "event": "agent-prepared", **facts}


def pushed(at: float, missed_share: float = 0.0) -> list[dict[str, Any]]:
    facts = {
        "device": "spheres", "number": 1, "kind": "particles", "ml": 4.0, "solid_ml": 0.25, "vessel": ARTERY,
        "at_mm": 15.0, "beds": {}, "organs": {"liver": 1.0}, "missed_share": missed_share,
        "stuck_share": 0.0, "gone_share": 0.0, "carried_share": 0.0,
    }  # fmt: skip
    return [
        {"at": at, "command": "agent.inject", "ml": 4.0, "rate_ml_s": 0.1},
        {"at": at + 40, "event": "agent-given", **facts},
    ]


def counted(at: float, beats: int, vessel: str = ARTERY) -> dict[str, Any]:
    told = {"vessel": vessel, "beats": beats, "clear": True}
    return {"at": at, "observation": "treating", "agents": {"clearing": told}}


def course(**other: Any) -> list[dict[str, Any]]:
    """One that does everything, with parts of it changed; None leaves one out."""
    parts: dict[str, Any] = {
        "drawn": drawn_up(5, FINE),
        "seen": seen(12),
        "first": counted(15, 1),
        "portion": pushed(20),
        "count": counted(70, 6),
        "after": run(90, 1),
        "end": {"at": 120, "event": "task-finished", "answers": {}},
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
        {"portion": None},
        {"count": None},
        {"count": counted(70, 4)},
        {"count": counted(70, 6, "splenic-artery")},
        {"second": [*pushed(75), counted(117, 2)]},
        {"portion": pushed(20, missed_share=0.12)},
        {"portion": pushed(20, missed_share=0.3)},
        {"jam": {"at": 60, "event": "catheter-blocked", "tool": "c1", "why": "jammed", "number": 1}},
    ],
)
def test_too_little_too_soon_reflux_and_a_jam_do_not_pass(changed: dict[str, Any]) -> None:
    assert not judged(course(**changed))["passed"]


@pytest.mark.parametrize(
    ("changed", "goal"),
    [
        ({"stand": {"at": 65, "event": "stasis", "vessel": ARTERY, "flow_share": 0.005}}, "flows"),
        ({"drawn": drawn_up(5, COARSE)}, "size"),
        ({"after": None}, "film"),
        ({"after": run(18, 1)}, "film"),
        ({"after": run(90, 1, filled=0.2)}, "film"),
    ],
)
def test_a_stand_wide_spheres_and_no_run_afterwards_cost_their_points(
    changed: dict[str, Any], goal: str
) -> None:
    found = judged(course(**changed))
    points = next(one.points for one in DRILL.goals if one.id == goal)
    assert found["passed"] and found["score"] == 100.0 - points
