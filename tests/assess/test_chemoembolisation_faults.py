"""Chemoembolisation, a procedure of content alone, on hand-made logs: what passes and what faults cost."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.assess.hand_made_log import log

import angiosuite
from angiosuite.assess.judging import judge
from angiosuite.content.drill import DrillItem
from angiosuite.content.loader import load_library

LIBRARY = load_library()
PROCEDURE = "hepatic-chemoembolisation"
CASE = LIBRARY.drill(f"{PROCEDURE}.anterior.alone").item
assert isinstance(CASE, DrillItem)
ARTERY, GROIN = "right-anterior-hepatic-artery", "right-femoral-artery"


def seen(at: float, filled: float = 0.9, **more: Any) -> dict[str, Any]:
    judged = {
        "artery": {"in_field": True, "vessel": ARTERY, "filled": filled, "u_mm": 0.0},
        "tumour": {"in_field": True, "bed": "liver-tumour", "organ": "liver tumour", "filled": filled},
        "gallbladder": {"in_field": True, "bed": "gallbladder", "organ": "liver", "filled": 0.0},
    }
    return {"at": at, "frame": {"mode": "fluoro", "kar_mgy": 1.0, "judged": judged, **more}}


def run(at: float, number: int, filled: float = 0.9) -> dict[str, Any]:
    return seen(at, filled, mode="run", run=number, run_t_us=0)


def pushed(at: float, tumour: float = 0.4, gallbladder: float = 0.0, missed: float = 0.05) -> Any:
    facts = {
        "device": "iodised-oil", "number": 1, "kind": "oil", "ml": 1.5, "solid_ml": 1.5, "vessel": ARTERY,
        "at_mm": 15.0, "beds": {"liver-tumour": tumour, "gallbladder": gallbladder},
        "organs": {"liver tumour": tumour}, "missed_share": missed, "stuck_share": 0.0, "gone_share": 0.0,
        "carried_share": 0.0,
    }  # fmt: skip
    return [
        {"at": at, "command": "agent.inject", "ml": 1.5, "rate_ml_s": 0.1},
        {"at": at + 15, "event": "agent-given", **facts},
    ]


def counted(at: float, beats: int) -> dict[str, Any]:
    told = {"vessel": ARTERY, "beats": beats, "clear": True}
    return {"at": at, "observation": "treating", "agents": {"clearing": told}}


def closed(at: float, dry: bool) -> dict[str, Any]:
    one = {"open_share": 0.05, "pressed_mmhg": 0, "dry": dry, "ml": 2, "passes": True}
    return {"at": at, "observation": "treating", "closing": {GROIN: one}}


def course(**other: Any) -> list[dict[str, Any]]:
    """One that does everything, with parts of it changed; None leaves one out."""
    tip = {"tool": "c2", "depth_mm": 400, "vessel": ARTERY, "at_mm": 15}
    parts: dict[str, Any] = {
        "led": {"at": 1, "observation": "instruments", GROIN: [tip]},
        "mapped": run(10, 1),
        "portion": pushed(40),
        "count": counted(70, 6),
        "after": run(90, 2),
        "out": {"at": 120, "event": "sheath-removed", "access": GROIN},
        "closed": closed(700, True),
        "end": {"at": 720, "event": "task-finished", "answers": {}},
        **other,
    }
    items: list[dict[str, Any]] = []
    for part in parts.values():
        items += part if isinstance(part, list) else [] if part is None else [part]
    return sorted(items, key=lambda item: float(item["at"]))


def judged(items: list[dict[str, Any]]) -> dict[str, Any]:
    return judge(CASE, log(items), CASE.answers(1), {}).as_dict()


def test_a_course_that_does_everything_has_all_points() -> None:
    found = judged(course())
    assert found["passed"] and found["score"] == 100.0, found["goals"]


@pytest.mark.parametrize(
    "changed",
    [
        {"mapped": None, "after": None},
        {"portion": None},
        {"portion": pushed(40, tumour=0.15)},
        {"count": counted(70, 2)},
        {"portion": pushed(40, gallbladder=0.2)},
        {"portion": pushed(40, missed=0.6)},
        {"closed": closed(700, False)},
        {"jam": {"at": 60, "event": "catheter-blocked", "tool": "c2", "why": "jammed", "number": 1}},
        {"split": {"at": 20, "event": "dissection", "vessel": "coeliac-trunk"}},
        {"torn": {"at": 20, "event": "perforation", "tool": "w1", "vessel": ARTERY}},
    ],
)
def test_no_map_little_in_the_tumour_a_closed_gallbladder_and_a_wet_groin_do_not_pass(
    changed: dict[str, Any],
) -> None:
    assert not judged(course(**changed))["passed"]


@pytest.mark.parametrize(
    ("changed", "goal"),
    [
        ({"stand": {"at": 65, "event": "stasis", "vessel": ARTERY, "flow_share": 0.005}}, "flows"),
        ({"portion": pushed(40, missed=0.3)}, "reflux"),
        ({"portion": pushed(40, gallbladder=0.05)}, "gallbladder"),
        ({"after": None}, "completed"),
        ({"after": run(90, 2, filled=0.1)}, "completed"),
    ],
)
def test_a_stand_reflux_and_no_run_afterwards_cost_their_points(changed: dict[str, Any], goal: str) -> None:
    found = judged(course(**changed))
    points = next(one.points for one in CASE.goals if one.id == goal)
    assert found["passed"] and found["score"] == 100.0 - points


def test_no_code_but_a_scripted_operator_knows_this_procedure() -> None:
    folder = Path(angiosuite.__file__).parent
    known = [path for path in folder.rglob("*.py") if PROCEDURE in path.read_text("utf-8")]
    assert [path.relative_to(folder).as_posix() for path in known] == [
        "practice/operators/chemoembolisation.py"
    ]


def test_each_person_differs_in_section_arteries_or_body() -> None:
    item: Any = LIBRARY.get("procedures", PROCEDURE).item
    told = {(one.patient, *sorted(one.words.items())) for one in item.variants}
    assert len(told) == len(item.variants) == 6
    for name in item.cases:
        case: Any = LIBRARY.drill(name).item
        (lesion,) = case.plan(3)["start"]["blood"]["lesions"]
        (artery,) = (one for one in case.task(3)["targets"] if one["id"] == "artery")
        assert artery["vessel"].removesuffix("-hepatic-artery") == lesion["bed"].removeprefix("liver-")
