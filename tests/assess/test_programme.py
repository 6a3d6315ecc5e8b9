"""What a programme sets: overrides that fit, those that do not, and pathways that extend another."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from angiosuite.assess.requirements import evaluate
from angiosuite.assess.standing import State
from angiosuite.content.pathway import PathwayItem
from angiosuite.content.programme import read_overrides, resolve
from angiosuite.kit.errors import RefusedInput

from .trainee import START, cases, enrolment, pathway

GUESS = pathway({"id": "cases", "kind": "count", "target": 1000, "basis": "memory", "source": None})


def own(**fields: Any) -> PathwayItem:
    """A programme's own pathway over GUESS."""
    return pathway(
        id="own",
        version="p1",
        extends="a-way",
        stages=[],
        sources=[{"key": "h", "citation": "Programme handbook"}],
        **fields,
    )


def test_a_programme_sets_a_figure_and_adds_a_requirement() -> None:
    added = {"id": "clinic", "title": "Clinic", "kind": "duration", "target_months": 2, "stage": "core",
             "basis": "programme", "source": "h"}  # fmt: skip
    item = own(overrides={"cases": {"target": 3, "source": "h"}}).model_copy(
        update={"requirements": pathway(added, sources=[{"key": "h", "citation": "Handbook"}]).requirements}
    )
    whole = resolve(item, {"a-way": GUESS}.get)
    assert [stage.id for stage in whole.stages] == ["core", "advanced"]
    found = {one.requirement: one for one in evaluate(whole, enrolment(), cases(3), date(2025, 1, 1))}
    assert (found["cases"].state, found["cases"].basis) == (State.MET, "programme")
    assert found["clinic"].state is State.ON_TRACK
    assert evaluate(GUESS, enrolment(), cases(3), date(2025, 1, 1))[0].state is State.UNKNOWN


@pytest.mark.parametrize(
    ("overrides", "code"),
    [
        ({"nothing": {"target": 1}}, "override-without-requirement"),
        ({"cases": {"target_months": 1}}, "override-field-not-fitting"),
    ],
)
def test_an_override_that_does_not_fit_is_refused(overrides: dict[str, Any], code: str) -> None:
    with pytest.raises(RefusedInput) as refused:
        resolve(own(overrides=overrides), {"a-way": GUESS}.get)
    assert refused.value.code == code


def test_a_pathway_that_extends_itself_or_nothing_is_refused() -> None:
    item = own()
    for found in ({}, {"a-way": replace_extends(GUESS)}):
        with pytest.raises(RefusedInput, match="extends"):
            resolve(item, found.get)


def replace_extends(item: PathwayItem) -> PathwayItem:
    """The same, extending itself."""
    return item.model_copy(update={"extends": "a-way"})


def test_what_may_not_be_set_is_refused_and_an_old_setting_that_no_longer_fits_is_left_out() -> None:
    fixed = pathway({"id": "law", "kind": "count", "target": 5, "overridable": False})
    with pytest.raises(RefusedInput, match="cannot be set"):
        resolve(own(overrides={"law": {"target": 1}}), {"a-way": fixed}.get)
    person = enrolment(overrides={"law": {"target": 1}, "gone": {"target": 1}})
    assert evaluate(fixed, person, cases(1), date(2025, 1, 1))[0].target == 5


def test_who_moves_only_the_day_does_not_vouch_for_a_remembered_figure() -> None:
    person = enrolment(overrides={"cases": {"due": {"on": "2026-01-01"}, "source": "letter"}})
    found = evaluate(GUESS, person, cases(3), date(2025, 1, 1))[0]
    assert (found.state, found.basis, found.due) == (State.UNKNOWN, "memory", date(2026, 1, 1))
    read = pathway({"id": "cases", "kind": "count", "target": 3})
    moved = evaluate(read, person, [], date(2026, 1, 2))[0]
    assert (moved.state, moved.basis) == (State.OVERDUE, "programme")


def test_an_override_is_read_against_its_schema() -> None:
    assert read_overrides({"cases": {"target": 5}})["cases"].fields == {"target": 5}
    with pytest.raises(RefusedInput):
        read_overrides({"cases": {"tarket": 5}})
    with pytest.raises(RefusedInput):
        read_overrides({"cases": {"target": -1}})


def test_an_enrolment_is_never_changed_by_evaluating_it() -> None:
    person = enrolment(overrides={"cases": {"target": 2}})
    kept = replace(person)
    evaluate(GUESS, person, cases(2), START)
    assert person == kept
