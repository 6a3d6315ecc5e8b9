"""Hazards as content: every kind is there, faults are named, words can be said, thresholds are honest."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest

from angiosuite.content import check, load_library
from angiosuite.content.hazard import WORDS, HazardItem
from angiosuite.content.hazard_kinds import Hazard, SpasmHazard, WallStrength
from angiosuite.content.scaffold import new

HAZARDS: dict[str, HazardItem] = {
    identity: loaded.item
    for identity, loaded in load_library().items["hazards"].items()
    if isinstance(loaded.item, HazardItem)
}


@pytest.mark.parametrize(
    ("old", "line", "field", "words"),
    [
        ("from_share: 0.15", "from_share: 1.5", "hazard.from_share", "1"),
        ("left_share: [0.3, 0.6]", "left_share: [0.6, 0.3]", "hazard.left_share", "above the range's end"),
        ("left_share: [0.3, 0.6]", "left_share: [0.3, 1.6]", "hazard.left_share", "beyond what can be"),
        ("kind: spasm", "kind: spasms", "hazard.kind", "try 'spasm'"),
        ("kind: spasm", "kind: wire-lost", "hazard.behind_mm", "is missing"),
        ("words: The {vessel}", "words: The {wessel}", "words", "{vessel}"),
        ("words: The {vessel}", "words: The {vessel", "words", "brace"),
        ('["*radial-artery*"]', '["Radial artery"]', "hazard.tender[0].vessels[0]", "a-z"),
        ("  per_s: 0.05", "  per_second: 0.05", "hazard.per_second", "per_s"),
    ],
)
def test_what_does_not_fit_is_named_with_a_way_out(
    tmp_path: Path, old: str, line: str, field: str, words: str
) -> None:
    path = new("hazard", "someone", tmp_path) / "hazard.yaml"
    text = path.read_text("utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, line), "utf-8")
    faults = {fault.field: str(fault) for fault in check([path])}
    assert any(name.startswith(field) and words in told for name, told in faults.items()), faults


@pytest.mark.parametrize(
    ("identity", "change", "field"),
    [
        ("wall-strength", {"young_years": 59.0, "old_years": 40.0}, "old_years"),
        ("dissection", {"with_flow_share": 0.6}, "false_share"),
        ("dissection", {"with_flow_share": 0.5, "against_flow_share": 0.4}, "against_flow_share"),
    ],
)
def test_figures_that_contradict_each_other_are_faults(
    identity: str, change: dict[str, float], field: str
) -> None:
    hazard = HAZARDS[identity].hazard.model_copy(update=change)
    assert field in [rule.location[0] for rule in hazard.rules()]
    assert list(HAZARDS[identity].hazard.rules()) == []


def test_there_is_one_of_every_kind() -> None:
    kinds = {get_args(one.model_fields["kind"].annotation)[0] for one in get_args(get_args(Hazard)[0])}
    assert {item.hazard.kind for item in HAZARDS.values()} == kinds
    assert len(HAZARDS) == len(kinds)


@pytest.mark.parametrize("identity", HAZARDS)
def test_words_can_be_said_with_and_without_names(identity: str) -> None:
    item = HAZARDS[identity]
    for names in ({}, dict.fromkeys(WORDS, "thing")):
        text = item.told(**names)
        assert text[0].isupper() and "{" not in text and "}" not in text
    assert item.answer and item.quality == "draft"


def test_every_threshold_of_a_wall_says_that_it_is_a_surrogate() -> None:
    for identity in ("wall-strength", "spasm", "dissection", "perforation", "plaque-embolus"):
        assert HAZARDS[identity].surrogate, identity


def test_the_figures_of_the_research_notes_stand_in_the_content() -> None:
    """Ladder of wall stress: research notes on devices, 2.4 (to be tuned with operators)."""
    wall, spasm = HAZARDS["wall-strength"].hazard, HAZARDS["spasm"].hazard
    assert isinstance(wall, WallStrength) and isinstance(spasm, SpasmHazard)
    assert (wall.failure_mpa, wall.plaque_factor, wall.thin_factor, wall.treated_factor) == (1.46, 1.5, 2, 2)
    assert (wall.thin_below_mm, wall.bow_area_factor) == (2, 8)
    least = wall.old_share * wall.hypertension_share * wall.diabetes_share
    assert least == pytest.approx(0.6, abs=0.01)
    assert (spasm.from_share, spasm.after_s, spasm.per_s) == (0.15, 2, 0.05)
    factors = {pattern: one.factor for one in spasm.tender for pattern in one.vessels}
    assert factors["*radial-artery*"] == 3 and factors["*uterine-artery*"] == 2
    assert factors["*mesenteric-artery*"] == 2


def test_what_was_read_has_its_address() -> None:
    read = [one for item in HAZARDS.values() for one in item.sources if one.basis == "read"]
    assert read and all(one.url for one in read)
