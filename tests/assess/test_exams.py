"""The exam planner: which model, when, and what is said of those between two models."""

from __future__ import annotations

from datetime import date
from typing import Any

from angiosuite.assess.exams import planned
from angiosuite.assess.requirements import evaluate
from angiosuite.assess.stages import plan

from .trainee import enrolment, pathway, piece

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


def test_an_exam_of_a_stage_that_was_taken_as_done_is_not_ahead() -> None:
    item, person = pathway(*ASKED, exams=BOARD), enrolment(start=date(2026, 7, 1), from_stage="advanced")
    found = evaluate(item, person, (), date(2026, 11, 29))
    made = planned(item, plan(item, person), {one.requirement: one for one in found}, date(2026, 11, 29))
    core, oral = made
    assert core.given and core.earliest is None and "taken as done" in core.words
    assert not oral.given and oral.earliest is not None


def test_a_pass_keeps_its_day_where_what_is_asked_is_only_remembered() -> None:
    remembered = [{**asked, "basis": "memory"} for asked in ASKED]
    item, person = pathway(*remembered, exams=BOARD), enrolment(start=date(2023, 7, 1))
    passed = piece(kind="exam", on=date(2026, 2, 3), terms=("core-exam",), result="pass")
    found = evaluate(item, person, (passed,), date(2026, 11, 29))
    made = planned(item, plan(item, person), {one.requirement: one for one in found}, date(2026, 11, 29))
    assert made[0].passed_on == date(2026, 2, 3)
