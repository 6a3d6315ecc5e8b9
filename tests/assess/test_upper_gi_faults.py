"""A case of an upper gastrointestinal bleeding on hand-made logs: what passes, and what a fault costs."""

from __future__ import annotations

from typing import Any

import pytest
from tests.assess.hand_made_log import log
from tests.assess.test_coil_drill_faults import BEHIND, FRONT, bleeds, gone, laid

from angiosuite.assess.judging import judge
from angiosuite.content.loader import load_library

PROCEDURE = "upper-gi-bleeding"
CASE = load_library().drill(f"{PROCEDURE}.middle-leak.alone").item
GROIN, COELIAC, MESENTERIC = "right-femoral-artery", "coeliac-trunk", "superior-mesenteric-artery"


def shown(at: float, kerma_mgy: float = 900.0) -> dict[str, Any]:
    """A run in which leak and both trunks are judged."""
    places = {"leak": "duodenal-bleeding", "coeliac": COELIAC, "mesenteric": MESENTERIC}
    seen = {"in_field": True, "filled": 1.0, "u_mm": 0.0, "v_mm": 0.0}
    judged = {name: {**seen, "vessel": vessel} for name, vessel in places.items()}
    facts = {"mode": "run", "run": 1, "run_t_us": 0, "kar_mgy": kerma_mgy, "judged": judged}
    return {"at": at, "frame": facts}


def filmed(at: float, run: int, vessel: str, ml: float = 20.0, after_s: float = 8.0, **other: Any) -> Any:
    facts = {
        "by": "injector",
        "vessel": vessel,
        "contact": "free",
        "seconds": 4.0,
        "contrast_ml": ml,
        "run": run,
    }
    return [
        {"at": at, "event": "injection-ended", **facts, **other},
        {"at": at + after_s, "event": "run-ended", "run": run},
    ]


def puncture(at: float, dry: bool = True, ml: float = 0.0) -> dict[str, Any]:
    one = {"open_share": 0.05, "pressed_mmhg": 0.0, "dry": dry, "ml": ml, "passes": True}
    return {"at": at, "observation": "treating", "closing": {GROIN: one}}


def course(**other: Any) -> list[dict[str, Any]]:
    """One that does everything, with parts of it changed; None leaves one out."""
    parts: dict[str, Any] = {
        "bled": bleeds(1, 14.0),
        "changed": {"at": 2, "event": "sheath-changed", "access": GROIN},
        "seen": shown(10),
        "first": filmed(20, 1, COELIAC),
        "behind": laid(60, "coil-1", BEHIND),
        "front": laid(120, "coil-2", FRONT),
        "coeliac": filmed(200, 2, COELIAC),
        "pressure": {"at": 210, "event": "pressure-recorded", "mean": 82.0},
        "mesenteric": filmed(230, 3, MESENTERIC),
        "stopped": bleeds(280, 0.2),
        "out": {"at": 300, "event": "sheath-removed", "access": GROIN},
        "dry": puncture(700),
        "end": {"at": 720, "event": "task-finished", "answers": {}},
        **other,
    }
    items: list[dict[str, Any]] = []
    for part in parts.values():
        items += [] if part is None else part if isinstance(part, list) else [part]
    return sorted(items, key=lambda item: float(item["at"]))


def judged(items: list[dict[str, Any]]) -> dict[str, Any]:
    return judge(CASE, log(items), {}, {}).as_dict()


def test_a_course_that_does_everything_has_all_points() -> None:
    found = judged(course())
    assert found["passed"] and found["score"] == 100.0, found["goals"]


@pytest.mark.parametrize(
    "changed",
    [
        {"behind": None},
        {"front": None},
        {"stopped": bleeds(280, 1.1)},
        {"out": None},
        {"dry": puncture(700, dry=False)},
        {"dry": puncture(700, ml=260.0)},
        {"front": laid(120, "coil-2", FRONT, prolapsed_share=0.6)},
        {"wall": filmed(40, 4, "gastroduodenal-artery", 3.0, contact="wall")},
        {"torn": {"at": 50, "event": "dissection", "vessel": COELIAC}},
        {"seen": shown(10, 3900.0)},
    ],
)
def test_one_door_open_a_groin_that_bleeds_and_harm_do_not_pass(changed: dict[str, Any]) -> None:
    assert not judged(course(**changed))["passed"]


@pytest.mark.parametrize(
    ("changed", "lost"),
    [
        ({"coeliac": None}, 8.0),
        ({"mesenteric": None}, 8.0),
        ({"mesenteric": filmed(230, 3, MESENTERIC, after_s=2.0)}, 8.0),
        ({"behind": laid(60, "coil-1", BEHIND, width_mm=3.6)}, 5.0),
        ({"pressure": {"at": 210, "event": "pressure-recorded", "mean": 55.0}}, 5.0),
        ({"pressure": None}, 5.0),
        ({"more": laid(290, "coil-3", FRONT)}, 16.0),
        ({"gone": gone(100, "coil-0"), "lost": laid(30, "coil-0", BEHIND)}, 3.0),
    ],
)
def test_a_supply_that_nobody_looked_at_and_what_does_not_fit_cost_their_points(
    changed: dict[str, Any], lost: float
) -> None:
    found = judged(course(**changed))
    assert found["passed"] and found["score"] == 100.0 - lost, found["goals"]


def test_persons_differ_in_place_and_rate_of_the_leak_and_in_their_arteries() -> None:
    cases = [
        load_library().drill(name).item for name in load_library().get("procedures", PROCEDURE).item.cases
    ]
    starts = [case.plan(1)["start"]["blood"] for case in cases]
    told = {repr([start["variants"], start["lesions"]]) for start in starts}
    assert len(told) == len(cases) // 3, "the same person at each level, six persons in all"
