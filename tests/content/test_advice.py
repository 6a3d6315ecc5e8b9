"""What help says: which state it is for, and that every state has an answer."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from angiosuite.content import check, load_library
from angiosuite.content.advice import AdviceItem, When
from angiosuite.content.scaffold import new

ITEMS = [one.item for one in load_library().items["advice"].values() if isinstance(one.item, AdviceItem)]
WELL: dict[str, Any] = {
    "map_mmhg": 90.0,
    "rate_per_min": 70.0,
    "act_s": 250.0,
    "act_unknown": False,
    "tools_in": True,
}


def said(facts: dict[str, Any], ago_s: dict[str, float] | None = None) -> set[str]:
    return {item.id for item in ITEMS if item.when.holds({**WELL, **facts}, ago_s or {})}


@pytest.mark.parametrize(
    ("old", "line", "field", "words"),
    [
        ("lately_min: 15 ", "lately_min: 0 ", "when.lately_min", "greater than 0"),
        ("lately_min: 15 ", "soon: 1 ", "when.soon", "not a known field"),
        (
            "  lately_min: 15 ",
            "  act_above_s: 300\n  act_below_s: 200\n  lately_min: 15 ",
            "when.act_above_s",
            "not below act_below_s",
        ),
    ],
)
def test_what_does_not_fit_is_named(tmp_path: Path, old: str, line: str, field: str, words: str) -> None:
    path = new("advice", "someone", tmp_path) / "advice.yaml"
    text = path.read_text("utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, line), "utf-8")
    faults = {fault.field: str(fault) for fault in check([path])}
    assert field in faults and words in faults[field], faults


@pytest.mark.parametrize(
    ("facts", "ago_s", "identity"),
    [
        ({}, {"perforation": 100.0}, "perforation"),
        ({}, {"spasm": 100.0}, "spasm"),
        ({}, {"clot-embolus": 60.0}, "air-or-clot"),
        ({"map_mmhg": 60.0}, {}, "pressure-is-falling"),
        ({"map_mmhg": 70.0}, {"drug-given": 60.0}, "pressure-after-nitroglycerin"),
        ({"rate_per_min": 42.0}, {}, "slow-heart"),
        ({"act_s": None, "act_unknown": True}, {}, "clotting-time-not-known"),
        ({"act_s": 150.0}, {}, "clotting-time-is-short"),
        ({"act_s": 400.0}, {}, "clotting-time-is-long"),
    ],
)
def test_a_state_has_its_advice_and_a_quiet_one_has_not(
    facts: dict[str, Any], ago_s: dict[str, float], identity: str
) -> None:
    assert identity in said(facts, ago_s)
    assert said({}) == {"what-to-do-first"}


def test_what_happened_long_ago_is_not_spoken_of() -> None:
    assert "spasm" not in said({}, {"spasm": 3600.0})


def test_what_is_not_known_holds_no_limit() -> None:
    low = When(map_below_mmhg=65.0, act_above_s=300.0)
    assert not low.holds({**WELL, "map_mmhg": None, "act_s": 400.0}, {})
    assert not low.holds({**WELL, "map_mmhg": 50.0, "act_s": None}, {})
    assert low.holds({**WELL, "map_mmhg": 50.0, "act_s": 301.0}, {})


def test_an_answer_that_was_given_since_ends_the_advice() -> None:
    when = When(events=("spasm",), no_events=("drug-given",))
    assert when.holds(WELL, {"spasm": 60.0})
    assert not when.holds(WELL, {"spasm": 60.0, "drug-given": 20.0})
    assert when.holds(WELL, {"spasm": 60.0, "drug-given": 90.0})
