"""The iliac procedure on hand-made logs: what passes, and that each fault fails or costs its points."""

from __future__ import annotations

from typing import Any

import pytest
from tests.assess.hand_made_log import log
from tests.assess.treating_courses import recorded

from angiosuite.assess.judging import judge
from angiosuite.content.loader import load_library

CASE = load_library().drill("iliac-angioplasty-and-stent.left-common.alone").item
ACCESS, ILIAC, INTERNAL = "left-femoral-artery", "left-common-iliac-artery", "left-internal-iliac-artery"
LESION = "iliac-stenosis"


def run(at: float, number: int, shown: float = 0.95, filled: float = 1.0) -> dict[str, Any]:
    """A picture of a run: how long the internal artery looks in it, what of the narrowing is filled."""
    judged = {
        "narrowing": {"in_field": True, "vessel": LESION, "filled": filled},
        "internal": {"in_field": True, "vessel": INTERNAL, "filled": 1.0, "foreshortening": shown},
    }
    frame = {"mode": "run", "run": number, "run_t_us": 0, "kar_mgy": 8.0, "judged": judged}
    return {"at": at, "frame": frame}


def met(residual_percent: float) -> dict[str, Any]:
    return {
        "lesion": LESION, "vessel": ILIAC, "at_mm": 20.0, "length_mm": 12.0, "healthy_mm": 9.6, "off_mm": 1.0,
        "beyond_mm": [12.0, 11.0], "residual_percent": residual_percent, "yielded": True,
    }  # fmt: skip


def placed(residual_percent: float = 20.0) -> list[dict[str, Any]]:
    """A stent on a balloon."""
    stent = {"tool": "c2", "stent": "stent-1", "gap_mm": 0.2, "branches": [], "covered": False}
    lies = {"lies_mm": {ILIAC: 37.0}, "lesions": [met(residual_percent)]}
    return [
        {"at": 290, "event": "balloon-up", "tool": "c2", "vessel": ILIAC},
        {
            "at": 300, "event": "balloon-down", "tool": "c2", "atm": 10.0, "rated_atm": 12.0, "seconds": 20.0,
            "balloon_mm": 9.1, "lesions": [met(residual_percent)],
        },
        {"at": 301, "event": "stent-placed", **stent, **lies},
    ]  # fmt: skip


def pressures(at: float, below: float, zeroed: bool = True) -> list[dict[str, Any]]:
    """One above, and one below ten seconds later."""
    pair = [recorded(at, "proximal", 95.0), recorded(at + 10.0, "distal", below)]
    return [{**one, "zeroed": zeroed} for one in pair]


def puncture(dry: bool, ml: float = 5.0) -> dict[str, Any]:
    one = {"open_share": 0.05, "pressed_mmhg": 0, "dry": dry, "ml": ml, "passes": True}
    return {"at": 600, "observation": "treating", "closing": {ACCESS: one}}


def course(**other: Any) -> list[dict[str, Any]]:
    """One that does everything, with parts of it changed; None leaves one out."""
    tip = {"tool": "w1", "depth_mm": 250, "vessel": "abdominal-aorta", "at_mm": 120}
    parts: dict[str, Any] = {
        "led": {"at": 1, "observation": "instruments", ACCESS: [tip]},
        "before": run(10, 1),
        "weighed": pressures(20, 78.0),
        "heparin": {
            "at": 60,
            "event": "drug-given",
            "drug": "heparin",
            "dose": 5000,
            "unit": "IU",
            "route": "iv",
        },
        "treated": placed(),
        "after": run(350, 2),
        "weighed-again": pressures(370, 93.0),
        "out": {"at": 500, "event": "sheath-removed", "access": ACCESS},
        "closed": puncture(True),
        "end": {"at": 620, "event": "task-finished", "answers": {}},
        **other,
    }
    items: list[dict[str, Any]] = []
    for part in parts.values():
        items += part if isinstance(part, list) else [] if part is None else [part]
    return sorted(items, key=lambda item: float(item["at"]))


def judged(items: list[dict[str, Any]]) -> dict[str, Any]:
    return judge(CASE, log(items), {}, {}).as_dict()


def test_a_course_that_does_everything_has_all_points() -> None:
    found = judged(course())
    assert found["passed"] and found["score"] == 100.0, found["goals"]


@pytest.mark.parametrize(
    "changed",
    [
        {"weighed": None},
        {"weighed": pressures(20, 78.0, zeroed=False)},
        {"treated": None},
        {"treated": placed(residual_percent=45.0)},
        {"weighed-again": pressures(370, 84.0)},
        {"weighed-again": None},
        {"closed": puncture(False)},
        {"closed": None, "out": None},
        {"closed": puncture(True, ml=300.0)},
        {"torn": {"at": 299, "event": "rupture", "vessel": ILIAC, "at_mm": 20.0, "tool": "c2"}},
        {"through": {"at": 5, "event": "perforation", "vessel": ILIAC, "at_mm": 20.0, "tool": "w1"}},
    ],
)
def test_no_pressure_too_much_left_harm_and_no_dry_groin_do_not_pass(changed: dict[str, Any]) -> None:
    assert not judged(course(**changed))["passed"]


@pytest.mark.parametrize(
    ("changed", "lost"),
    [
        ({"before": run(10, 1, shown=0.5), "after": run(350, 2, shown=0.6)}, 5.0),
        ({"heparin": None}, 5.0),
        ({"heparin": {"at": 270, "event": "drug-given", "drug": "heparin", "dose": 5000}}, 5.0),
        ({"jailed": {"at": 302, "event": "branch-jailed", "stent": "stent-1", "branches": [INTERNAL]}}, 10.0),
        ({"after": None}, 10.0),
        ({"after": run(350, 2, filled=0.2)}, 10.0),
    ],
)
def test_what_was_not_opened_up_given_spared_or_looked_at_costs_its_points(
    changed: dict[str, Any], lost: float
) -> None:
    found = judged(course(**changed))
    assert found["passed"] and found["score"] == 100.0 - lost, found["goals"]
