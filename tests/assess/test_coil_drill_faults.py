"""The drill with coils on hand-made logs: what passes, and that each fault fails or costs its points."""

from __future__ import annotations

from typing import Any

import pytest
from tests.assess.hand_made_log import log

from angiosuite.assess.judging import judge
from angiosuite.content.loader import load_library

DRILL = load_library().items["drills"]["coil-front-and-back"].item
ARTERY, LEAK = "gastroduodenal-artery", "duodenal-bleeding"
BEHIND, FRONT = (24.0, 31.0), (4.0, 14.0)


def shown(at: float, kerma_mgy: float = 20.0) -> dict[str, Any]:
    """A run that shows the leak."""
    judged = {"leak": {"in_field": True, "vessel": LEAK, "filled": 1.0, "u_mm": 0.0, "v_mm": 0.0}}
    return {
        "at": at,
        "frame": {"mode": "run", "run": 1, "run_t_us": 0, "kar_mgy": kerma_mgy, "judged": judged},
    }


def bleeds(at: float, ml_min: float) -> dict[str, Any]:
    one = {"vessel": ARTERY, "at_mm": 19.0, "ml_min": ml_min, "rests": False}
    return {"at": at, "observation": "treating", "bleeding": {LEAK: one}}


def laid(at: float, name: str, span: tuple[float, float], **other: Any) -> dict[str, Any]:
    facts = {
        "vessel": ARTERY, "how": "detached", "at_mm": span[0], "spans_mm": {ARTERY: list(span)},
        "width_mm": 4.5, "lumen_mm": 3.6, "prolapsed_share": 0.0, **other,
    }  # fmt: skip
    return {"at": at, "event": "coil-detached", "coil": name, **facts}


def gone(at: float, name: str) -> dict[str, Any]:
    """The blood took it to the stomach."""
    where = "right-gastroepiploic-artery"
    facts = {"coil": name, "from": ARTERY, "vessel": where, "spans_mm": {where: [40, 46]}}
    return {"at": at, "event": "coil-migrated", **facts}


def injected(at: float, ml: float, contact: str = "free") -> dict[str, Any]:
    facts = {"by": "injector", "vessel": ARTERY, "contact": contact, "set_rate_ml_s": 2.0, "contrast_ml": ml}
    return {"at": at, "event": "injection-ended", **facts}


def course(**other: Any) -> list[dict[str, Any]]:
    """One that does everything, with parts of it changed; None leaves one out."""
    parts: dict[str, Any] = {
        "bled": bleeds(1, 14.0),
        "seen": shown(10),
        "injected": injected(16, 6.0),
        "behind": laid(60, "coil-1", BEHIND),
        "front": laid(120, "coil-2", FRONT),
        "stopped": bleeds(280, 0.2),
        "end": {"at": 320, "event": "task-finished", "answers": {}},
        **other,
    }
    return sorted((one for one in parts.values() if one is not None), key=lambda item: float(item["at"]))


def judged(items: list[dict[str, Any]]) -> dict[str, Any]:
    return judge(DRILL, log(items), {}, {}).as_dict()


def test_a_course_that_does_everything_has_all_points() -> None:
    found = judged(course())
    assert found["passed"] and found["score"] == 100.0, found["goals"]


@pytest.mark.parametrize(
    "changed",
    [
        {"behind": None},
        {"front": None},
        {"behind": laid(60, "coil-1", FRONT)},
        {"front": laid(120, "coil-2", BEHIND)},
        {"stopped": None},
        {"stopped": bleeds(280, 1.1)},
        {"again": bleeds(300, 3.0)},
        {"front": laid(120, "coil-2", FRONT, prolapsed_share=0.6)},
        {"wall": injected(20, 3.0, "wall")},
        {"injected": injected(16, 160.0)},
        {"gone": gone(100, "coil-1")},
    ],
)
def test_one_door_open_a_bleeding_that_goes_on_and_harm_do_not_pass(changed: dict[str, Any]) -> None:
    assert not judged(course(**changed))["passed"]


@pytest.mark.parametrize(
    ("changed", "lost"),
    [
        ({"behind": laid(60, "coil-1", BEHIND, width_mm=3.6)}, 10.0),
        ({"behind": laid(60, "coil-1", BEHIND, width_mm=6.0)}, 5.0),
        ({"front": laid(120, "coil-2", FRONT, prolapsed_share=0.2)}, 5.0),
        ({"stuck": {"at": 90, "event": "coil-jammed", "why": "curled"}}, 5.0),
        ({"injected": injected(16, 80.0)}, 5.0),
        ({"seen": shown(10, 110.0)}, 5.0),
    ],
)
def test_a_coil_that_does_not_fit_one_that_sticks_contrast_and_dose_cost_their_points(
    changed: dict[str, Any], lost: float
) -> None:
    found = judged(course(**changed))
    assert found["passed"] and found["score"] == 100.0 - lost


def test_a_coil_that_went_and_was_made_good_costs_its_points_alone() -> None:
    found = judged(course(first=laid(30, "coil-0", BEHIND), gone=gone(100, "coil-0")))
    assert found["passed"] and found["score"] == 95.0
