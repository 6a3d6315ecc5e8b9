"""Drugs as content: faults that are named, and warnings that hold when they should."""

from __future__ import annotations

from pathlib import Path

import pytest

from angiosuite.content import check, load_library
from angiosuite.content.drug import UNITS, DoseWarning, DrugItem
from angiosuite.content.scaffold import new

ITEMS = {
    one.item.id: one.item for one in load_library().items["drugs"].values() if isinstance(one.item, DrugItem)
}


@pytest.mark.parametrize(
    ("old", "line", "field", "words"),
    [
        ("unit: µg  ", "unit: mg  ", "unit", "µg"),
        ("acts: nitrate", "acts: poison", "acts", "nitrate"),
        ("doses: [100, 200]", "doses: [200, 100]", "doses", "do not rise"),
        ("doses: [100, 200]", "doses: [0, 100]", "doses", "above 0"),
        ("routes: [ia, iv]", "routes: [ia, ia]", "routes", "twice"),
        ("routes: [ia, iv]", "routes: [inhaled]", "routes", "do not go with"),
        ("minutes: 30, ", "", "warnings[1].minutes", "missing of a sum"),
        ("of: once, above", "of: once, route: ia, above", "warnings[0].route", "not-this-route"),
        ("basis: memory", "basis: read", "sources[0].url", "missing of what was read"),
    ],
)
def test_what_does_not_fit_is_named_with_a_way_out(
    tmp_path: Path, old: str, line: str, field: str, words: str
) -> None:
    path = new("drug", "someone", tmp_path) / "drug.yaml"
    text = path.read_text("utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, line), "utf-8")
    faults = {fault.field: str(fault) for fault in check([path])}
    assert field in faults and words in faults[field], faults


def warning(
    of: str, above: float = 0.0, minutes: float | None = None, route: str | None = None
) -> DoseWarning:
    given = {"of": of, "above": above, "minutes": minutes, "route": route, "text": "Too much."}
    return DoseWarning.model_validate(given)


@pytest.mark.parametrize(
    ("one", "dose", "per_minute", "in_all", "route", "expected"),
    [
        (warning("once", 250.0), 250.0, 0.0, 0.0, "ia", False),
        (warning("once", 250.0), 251.0, 0.0, 0.0, "ia", True),
        (warning("once-per-kg", 100.0), 7001.0, 0.0, 0.0, "iv", True),
        (warning("once-per-kg", 100.0), 7000.0, 0.0, 0.0, "iv", False),
        (warning("per-minute", 5.0), 1.0, 5.1, 0.0, "iv", True),
        (warning("in-all", 50.0, minutes=10.0), 10.0, 0.0, 50.1, "iv", True),
        (warning("not-this-route", route="ia"), 1.0, 0.0, 0.0, "ia", True),
        (warning("not-this-route", route="ia"), 1.0, 0.0, 0.0, "iv", False),
    ],
)
def test_a_warning_holds_above_its_number_and_not_at_it(
    one: DoseWarning, dose: float, per_minute: float, in_all: float, route: str, expected: bool
) -> None:
    assert one.holds(dose, per_minute, in_all, 70.0, route) is expected


def test_every_effect_that_the_engine_knows_can_be_given() -> None:
    assert {item.acts for item in ITEMS.values()} == set(UNITS)


@pytest.mark.parametrize("identity", ITEMS)
def test_a_dose_that_is_offered_to_an_adult_raises_no_warning(identity: str) -> None:
    item = ITEMS[identity]
    for dose in item.doses:
        per_minute = 60.0 * dose / item.lasts_s
        held = [w.of for w in item.warnings if w.holds(dose, per_minute, dose, 70.0, item.routes[0])]
        assert held == [], (dose, held)


def test_all_of_them_say_that_they_are_drafts() -> None:
    assert {item.quality for item in ITEMS.values()} == {"draft"}
