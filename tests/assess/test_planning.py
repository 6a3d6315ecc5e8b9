"""The exam planner, hours of work, a change of version, comparison and what a programme sets."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from angiosuite.assess.comparison import compared, figure_words
from angiosuite.assess.exams import planned
from angiosuite.assess.hours import RULES, Week, checked
from angiosuite.assess.requirements import evaluate
from angiosuite.assess.stages import plan
from angiosuite.assess.standing import State
from angiosuite.assess.versions import move
from angiosuite.content.pathway import PathwayItem
from angiosuite.content.programme import read_overrides, resolve
from angiosuite.kit.errors import RefusedInput

from .trainee import START, cases, enrolment, pathway, piece

BOARD: list[dict[str, Any]] = [
    {
        "id": "core-exam",
        "title": "Core exam",
        "when": {"stage": "core", "months": 30, "usual_months": [2, 6], "basis": "memory"},
        "models": [{"id": "now", "title": "At a computer", "basis": "read", "source": "s"}],
    },
    {
        "id": "oral",
        "title": "Oral exam",
        "after": ["core-exam"],
        "when": {"stage": "advanced", "months": 24, "usual_months": [10], "basis": "memory"},
        "models": [
            {"id": "old", "title": "One oral", "valid_to": "2028-12-31", "basis": "read", "source": "s"},
            {
                "id": "new",
                "title": "Two orals",
                "valid_from": "2029-01-01",
                "straddle": "Ask the board.",
                "basis": "read",
                "source": "s",
            },
        ],
    },
]
ASKED: list[dict[str, Any]] = [
    {"id": "core", "kind": "exam", "exam": "core-exam"},
    {"id": "oral", "kind": "exam", "exam": "oral"},
]


def exams(start: date, as_of: date, *evidence: Any) -> dict[str, Any]:
    """The plan of both exams."""
    item, person = pathway(*ASKED, exams=BOARD), enrolment(start=start)
    found = evaluate(item, person, evidence, as_of)
    made = planned(item, plan(item, person), {one.requirement: one for one in found}, as_of)
    return {one.exam.id: one for one in made}


def test_who_ends_before_the_change_sits_the_old_exam() -> None:
    oral = exams(date(2023, 7, 1), date(2026, 11, 29))["oral"]
    assert (oral.model.id, oral.sure, oral.straddles) == ("old", "known", False)
    assert (oral.earliest, oral.sitting, oral.waits_for) == (date(2028, 7, 1), "October 2028", ("core-exam",))


def test_who_stands_between_two_models_is_told_that_it_is_unknown() -> None:
    oral = exams(date(2024, 7, 1), date(2026, 11, 29))["oral"]
    assert (oral.model.id, oral.sure, oral.straddles) == ("new", "unknown", True)
    assert oral.words == (
        "Can first be sat from 1 July 2029, usually in October 2029. After: Core exam. Then: Two orals. "
        "Not known for those between two models: Ask the board."
    )


def test_who_begins_under_the_new_model_is_not_between() -> None:
    oral = exams(date(2029, 7, 1), date(2029, 8, 1))["oral"]
    assert (oral.model.id, oral.sure, oral.straddles) == ("new", "known", False)


def test_a_passed_exam_is_passed_and_opens_the_next() -> None:
    passed = piece("exam", date(2026, 6, 1), terms=["core-exam"], result="pass")
    found = exams(date(2023, 7, 1), date(2026, 11, 29), passed)
    assert found["core-exam"].words == "Passed in June 2026."
    assert found["oral"].waits_for == ()


def test_an_exam_that_is_open_can_be_sat_now() -> None:
    core = exams(date(2023, 7, 1), date(2026, 11, 29))["core-exam"]
    assert core.words == "Can be sat now, usually in February 2027. Then: At a computer."


def weeks(hours: list[float], **fields: Any) -> list[Week]:
    """Weeks in a row with these hours."""
    return [Week(date(2026, 1, 5) + timedelta(weeks=i), each, **fields) for i, each in enumerate(hours)]


def outcome(rule: str, clause: str, given_weeks: list[Week]) -> str:
    """What became of one clause."""
    return next(one.outcome for one in checked(rule, given_weeks) if one.clause.id == clause)


def test_eighty_hours_are_an_average_over_four_weeks() -> None:
    assert outcome("us-acgme", "weekly-hours", weeks([95, 75, 75, 75])) == "kept"
    assert outcome("us-acgme", "weekly-hours", weeks([80, 80, 80, 81])) == "not-kept"
    assert outcome("us-acgme", "weekly-hours", weeks([100, 100])) == "not-enough-weeks"


def test_the_worst_four_weeks_in_a_row_are_shown() -> None:
    found = checked("us-acgme", weeks([60, 60, 84, 84, 84, 84, 60]))[0]
    assert (found.outcome, found.value, found.since) == ("not-kept", 84, date(2026, 1, 19))


def test_weeks_of_leave_are_left_out_of_averages() -> None:
    away = [*weeks([85, 85, 75, 75]), Week(date(2026, 2, 2), 0, away=True)]
    assert checked("us-acgme", away)[0].value == 80


def test_call_every_third_night_and_a_day_free_in_seven() -> None:
    assert outcome("us-acgme", "call", weeks([60] * 4, call_nights=2)) == "kept"
    assert outcome("us-acgme", "call", weeks([60] * 4, call_nights=3)) == "not-kept"
    assert outcome("us-acgme", "free-days", weeks([60] * 4, free_days=0)) == "not-kept"


def test_single_weeks_are_judged_where_a_clause_is_not_averaged() -> None:
    assert outcome("eu-48", "rest", weeks([40], rest_hours=10.5)) == "not-kept"
    assert outcome("us-acgme", "continuous", weeks([60], longest_hours=28)) == "kept"
    assert (
        outcome("uk-48", "free-days", [*weeks([40], free_days=2), Week(date(2026, 1, 12), 40, free_days=0)])
        == "kept"
    )
    assert outcome("uk-48", "rest", weeks([40])) == "not-given"


def test_forty_eight_hours_are_an_average_over_the_reference_period() -> None:
    assert outcome("uk-48", "weekly-hours", weeks([56, 40] * 13)) == "kept"
    assert outcome("uk-48", "weekly-hours", weeks([49] * 26)) == "not-kept"
    assert outcome("eu-48", "weekly-hours", weeks([49] * 16)) == "not-enough-weeks"


@given(hours=st.lists(st.floats(0, 100), min_size=1, max_size=30), rule=st.sampled_from(sorted(RULES)))
@settings(max_examples=40)
def test_fewer_hours_never_break_a_clause(hours: list[float], rule: str) -> None:
    for before, after in zip(
        checked(rule, weeks(hours)), checked(rule, weeks([h / 2 for h in hours])), strict=True
    ):
        assert not (before.outcome == "kept" and after.outcome == "not-kept")


OLD = pathway(
    {"id": "cases", "kind": "count", "target": 10},
    {"id": "poster", "kind": "evidence"},
    {"id": "same", "kind": "attestation"},
    id="old-way",
    version="2020",
)
NEW = pathway(
    {"id": "procedures", "kind": "count", "target": 20},
    {"id": "same", "kind": "attestation"},
    {"id": "course", "kind": "evidence", "counts": {"evidence": ["course"]}},
    id="new-way",
    version="2026",
    crosswalks=[
        {
            "from_version": "2020",
            "from_pathway": "old-way",
            "map": [{"before": "cases", "after": "procedures"}, {"before": "poster", "relation": "none"}],
        }
    ],
)


def test_a_change_of_version_loses_no_evidence_and_says_what_maps() -> None:
    evidence = [*cases(12), piece("document"), piece("course")]
    person = enrolment(
        pathway="old-way", version="2020", overrides={"cases": {"target": 12, "source": "own"}}
    )
    made = move(OLD, NEW, person, evidence, date(2025, 1, 1))
    assert made.evidence == len(evidence)
    assert (made.enrolment.pathway, made.enrolment.version) == ("new-way", "2026")
    assert made.enrolment.overrides == {"procedures": {"target": 12, "source": "own"}}
    assert [(one.before, one.after, one.relation) for one in made.moved] == [
        ("cases", "procedures", "exact"),
        ("poster", None, "none"),
        ("same", "same", "exact"),
        (None, "course", "new"),
    ]
    first = made.moved[0]
    assert first.was is not None
    assert first.becomes is not None
    assert set(first.was.used) == set(first.becomes.used)
    assert made.no_longer_used == (evidence[12].id,)


def test_comparing_a_pathway_with_itself_finds_the_same_on_both_sides() -> None:
    assert all(row.a == row.b for row in compared(NEW, NEW))


def test_a_comparison_shows_everything_of_both_sides() -> None:
    rows = compared(OLD, NEW)
    left, right = {row.a.text for row in rows}, {row.b.text for row in rows}
    assert {"cases: 10", "poster", "same"} <= left
    assert {"procedures: 20", "same", "course"} <= right
    credits = pathway({"id": "c", "kind": "credits", "target": 75, "window_months": 36}).requirements[0]
    assert figure_words(credits) == "75 in 36 months"


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
