"""Where a person stands with a procedure: what a pass counts for, which person comes next, what is due."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from angiosuite.bench.attempt_sample import AttemptSample, sample_case
from angiosuite.content.loader import load_library
from angiosuite.content.procedure import ProcedureItem
from angiosuite.content.scaffold import new
from angiosuite.kit.home import Home
from angiosuite.practice.attempts import Attempts
from angiosuite.practice.debrief import Debrief
from angiosuite.practice.procedures import ProcedureStanding, proposals, stand_with
from angiosuite.practice.tree import five_minutes

DAY = datetime(2026, 12, 1, 8, tzinfo=UTC)
Made = Callable[..., AttemptSample]
BEFORE = {"size-and-place-a-balloon"}


@pytest.fixture
def procedure(tmp_path: Path) -> ProcedureItem:
    """A procedure as `angiosuite new` writes it."""
    new("procedure", "leg-pain", tmp_path / "pack")
    item = load_library([tmp_path / "pack"]).get("procedures", "leg-pain").item
    assert isinstance(item, ProcedureItem)
    return item


def done(
    made: Made, number: int, variant: str, level: str, passes: bool = True, itself: bool = True, hint: int = 0
) -> None:
    """One finished and judged attempt at a case, an hour after the one before it."""
    on = (DAY + timedelta(hours=number)).isoformat()
    case = sample_case("leg-pain", variant, level)
    sample = made(f"20261201-1200{number:02d}-aaaa", of=case, on=on, seed=number)
    sample.held(3.0 if passes else 30.0)
    sample.answer("before")
    for each in range(1, hint + 1):
        sample.event("hint-shown", level=each)
    sample.finish()
    Debrief(sample.attempt).judged()
    if itself:
        sample.attempt.write("self", {"skipped": True})


def standing(
    home: Home, procedure: ProcedureItem, after: timedelta = timedelta(days=1), passed: set[str] = BEFORE
) -> ProcedureStanding:
    attempts = Attempts(home, load_library).of(("",))
    return stand_with({procedure.id: procedure}, attempts, passed, DAY + after)[procedure.id]


def test_a_procedure_waits_for_its_drills_until_one_of_its_cases_was_tried(
    home: Home, made: Made, procedure: ProcedureItem
) -> None:
    assert standing(home, procedure, passed=set()).state == "locked"
    assert standing(home, procedure).state == "open"
    done(made, 1, "first", "guided", passes=False)
    assert standing(home, procedure, passed=set()).state == "begun"


def test_a_pass_counts_for_its_own_person_and_level_alone(
    home: Home, made: Made, procedure: ProcedureItem
) -> None:
    done(made, 1, "second", "alone")
    found = standing(home, procedure)
    assert [name for name, one in found.cases.items() if one.passed] == ["leg-pain.second.alone"]
    assert [found.passed_at(level) for level in procedure.levels] == [0, 1, 0]
    assert found.next.id == "leg-pain.first.guided"


def test_two_persons_in_a_row_at_one_level_are_mastery_of_it_and_two_levels_are_not(
    home: Home, made: Made, procedure: ProcedureItem
) -> None:
    done(made, 1, "first", "guided")
    done(made, 2, "second", "alone")
    assert standing(home, procedure).mastery["guided"]["state"] == "passed"
    done(made, 3, "second", "guided")
    assert standing(home, procedure).mastery["guided"]["state"] == "mastered"


def test_the_third_hint_passes_nobody_and_sets_no_best_score(
    home: Home, made: Made, procedure: ProcedureItem
) -> None:
    done(made, 1, "first", "guided", hint=3)
    case = standing(home, procedure).cases["leg-pain.first.guided"]
    assert (case.state, case.best) == ("tried", None)


def test_the_best_score_is_told_after_the_self_assessment_alone(
    home: Home, made: Made, procedure: ProcedureItem
) -> None:
    done(made, 1, "first", "guided", passes=False)
    lower = standing(home, procedure).cases["leg-pain.first.guided"].best
    done(made, 2, "first", "guided", itself=False)
    case = standing(home, procedure).cases["leg-pain.first.guided"]
    assert case.best == lower and case.best is not None and case.best < 60.0


def test_each_person_at_each_level_is_the_whole_and_then_the_one_met_least_often_comes_next(
    home: Home, made: Made, procedure: ProcedureItem
) -> None:
    cases = [(v.id, level.id) for level in procedure.levels for v in procedure.variants]
    for number, (variant, level) in enumerate(cases):
        done(made, number, variant, level)
    found = standing(home, procedure)
    assert found.state == "done"
    assert found.next.id == "leg-pain.first.sparing"
    done(made, 30, "first", "sparing")
    assert standing(home, procedure).next.id == "leg-pain.second.sparing"


def test_a_level_that_was_mastered_long_ago_is_due_and_proposed_before_what_is_new(
    home: Home, made: Made, procedure: ProcedureItem
) -> None:
    done(made, 1, "first", "guided")
    done(made, 2, "second", "guided")
    late = standing(home, procedure, timedelta(days=900))
    assert late.state == "due" and late.due is not None and late.due.id == "guided"
    (proposal,) = proposals({procedure.id: late})
    assert (proposal.rank, proposal.drill) == (0, "leg-pain.third.guided")
    five = five_minutes({}, [proposal])
    assert five is not None and five["go"] == "practice:leg-pain/third/guided"


def test_a_procedure_whose_drills_are_not_passed_is_not_proposed(
    home: Home, procedure: ProcedureItem
) -> None:
    assert list(proposals({procedure.id: standing(home, procedure, passed=set())})) == []
    (proposal,) = proposals({procedure.id: standing(home, procedure)})
    assert (proposal.rank, proposal.drill) == (4, "leg-pain.first.guided")
