"""Laws of the evaluator, over random pathways' requirements, evidence, leave and days."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from angiosuite.assess.requirements import KNOWN_BASES, evaluate
from angiosuite.assess.standing import RANK, Standing, State
from angiosuite.content.pathway import PathwayItem
from angiosuite.content.requirement import Asked
from angiosuite.kit.enrolment import Fte, Leave
from angiosuite.kit.evidence import CaseRole, Evidence, EvidenceKind, Status

from .trainee import START, enrolment, pathway

TERMS = ("embolisation", "biopsy", "drainage")
FULL_CYCLE = timedelta(days=10_227)
"""28 years between 1901 and 2099: the calendar repeats, leap days and weekdays included."""

ASKED: list[dict[str, Any]] = [
    {"id": "all", "kind": "count", "target": 60},
    {"id": "some", "kind": "sub-quota", "of": "all", "target": 20, "counts": {"terms": ["embolisation"]}},
    {"id": "most", "kind": "maximum", "of": "all", "target": 10, "counts": {"terms": ["biopsy"]}},
    {"id": "in-stage", "kind": "count", "stage": "advanced", "target": 15, "counts": {"stage_only": True}},
    {"id": "rotation", "kind": "duration", "target_months": 6, "counts": {"terms": ["embolisation"]}},
    {"id": "exam", "kind": "exam", "exam": "part-one", "due": {"stage_end": "core"}},
    {"id": "rolling", "kind": "credits", "target": 50, "window_months": 24},
    {"id": "cycle", "kind": "credits", "target": 50, "window_months": 12, "per": "cycle"},
    {
        "id": "mix",
        "kind": "rotation-mix",
        "target": 8,
        "parts": [
            {"title": "E", "terms": ["embolisation"], "at_least": 4},
            {"title": "B", "terms": ["biopsy"]},
        ],
    },
    {"id": "review", "kind": "cadence", "every_months": 6},
    {"id": "permit", "kind": "credential", "valid_months": 24, "due": {"months_after_start": 3}},
    {"id": "paper", "kind": "evidence", "target": 2},
    {"id": "word", "kind": "attestation", "due": {"on": "2027-03-01"}},
    {"id": "trust", "kind": "entrustment", "items": ["embolisation", "biopsy"], "level": "3",
     "scale": ["1", "2", "3", "4"]},
    {"id": "eyes", "kind": "distinct", "what": "raters", "target": 3},
    {"id": "fresh", "kind": "recency", "within_months": 6, "target": 2},
    {"id": "yearly", "kind": "yearly-minimum", "target": 10},
    {"id": "calendar", "kind": "yearly-minimum", "target": 10, "year": "calendar"},
    {"id": "either", "kind": "any-of", "of": ["paper", "exam", "all"], "at_least": 2},
    {"id": "both", "kind": "all-of", "of": ["paper", "exam", "rotation"]},
    {"id": "guess", "kind": "count", "target": 5, "basis": "memory", "source": None},
    {"id": "gap", "kind": "count", "basis": "open", "source": None},
    {"id": "leave", "kind": "leave-cap", "target_days": 30},
]  # fmt: skip
EXAMS = [{"id": "part-one", "title": "One", "models": [{"id": "now", "title": "Now", "basis": "memory"}]}]
WAY = pathway(*ASKED, exams=EXAMS)
ORDERED = pathway(*ASKED, {"id": "order", "kind": "order", "first": "exam", "then": "all"}, exams=EXAMS)

few = settings(max_examples=15 if os.environ.get("ANGIOSUITE_SIZE", "everyday") == "everyday" else 150)
days = st.dates(date(2023, 7, 1), date(2030, 6, 30))
ids = st.integers(0, 10**9).map(lambda n: f"{n:010d}")


@st.composite
def pieces(draw: st.DrawFn, *, counts: bool = False) -> Evidence:
    """One piece of any kind; with `counts` one that nothing speaks against."""
    kind = draw(st.sampled_from(list(EvidenceKind)))
    on = draw(days)
    units = {EvidenceKind.CREDIT: "credit"}
    terms = (
        ("part-one",)
        if kind is EvidenceKind.EXAM
        else tuple(draw(st.lists(st.sampled_from(TERMS), max_size=2)))
    )
    return Evidence(
        id=draw(ids),
        owner="p",
        kind=kind,
        on=on,
        until=on + timedelta(days=draw(st.integers(0, 200))) if kind is EvidenceKind.ROTATION else None,
        terms=terms,
        amount=float(draw(st.integers(1, 30))) if kind in units else None,
        unit=units.get(kind),
        role=CaseRole.FIRST_SUPERVISED,
        result="pass" if counts or draw(st.booleans()) else "fail",
        level="4" if counts else draw(st.sampled_from(["1", "3", "4"])),
        rater=draw(st.sampled_from(["a", "b", "c", None])),
        status=Status.SIGNED if counts else draw(st.sampled_from(list(Status))),
    )


@st.composite
def evidence(draw: st.DrawFn) -> list[Evidence]:
    """Some pieces of evidence with ids of their own, among them a run of cases."""
    some = draw(st.lists(pieces(), max_size=8))
    since, number = draw(days), draw(st.integers(0, 70))
    run = [
        Evidence(
            id=f"run-{i:04d}", owner="p", kind=EvidenceKind.REAL_CASE, on=since + timedelta(days=9 * i),
            terms=(TERMS[i % 3],), status=Status.SIGNED,
        )
        for i in range(number)
    ]  # fmt: skip
    return list({each.id: each for each in (*some, *run)}.values())


leaves = st.lists(
    st.builds(
        lambda since, n, kind: Leave(since, since + timedelta(days=n), kind),
        days, st.integers(0, 250), st.sampled_from(["parental", "medical", "vacation"]),
    ),
    max_size=3,
).map(tuple)  # fmt: skip
shares = st.lists(st.builds(Fte, days, st.sampled_from([0.5, 0.8, 1.0])), max_size=2).map(tuple)


def by_id(standings: tuple[Standing, ...]) -> dict[str, Standing]:
    return {one.requirement: one for one in standings}


@few
@given(evidence=evidence(), as_of=days, leave=leaves, fte=shares, order=st.randoms())
def test_the_order_of_evidence_changes_nothing(
    evidence: list[Evidence], as_of: date, leave: Any, fte: Any, order: Any
) -> None:
    person = enrolment(leave=leave, fte=fte)
    shuffled = list(evidence)
    order.shuffle(shuffled)
    assert evaluate(ORDERED, person, evidence, as_of) == evaluate(ORDERED, person, shuffled, as_of)


@few
@given(evidence=evidence(), more=pieces(counts=True), as_of=days, leave=leaves, fte=shares)
def test_more_evidence_that_counts_never_lowers_a_number_nor_worsens_a_state(
    evidence: list[Evidence], more: Evidence, as_of: date, leave: Any, fte: Any
) -> None:
    person = enrolment(leave=leave, fte=fte)
    before = by_id(evaluate(WAY, person, evidence, as_of))
    after = by_id(evaluate(WAY, person, [*evidence, replace(more, id="more")], as_of))
    for name, one in before.items():
        then = after[name]
        assert RANK[then.state] >= RANK[one.state], (name, one, then)
        if (
            name != "trust"
        ):  # the latest decision on an item stands, so a number there is of decisions in force
            assert (then.value or 0) >= (one.value or 0) - 1e-9, (name, one, then)


@few
@given(evidence=evidence(), as_of=days, leave=leaves, fte=shares)
def test_leave_alone_never_makes_anything_at_risk(
    evidence: list[Evidence], as_of: date, leave: Any, fte: Any
) -> None:
    without = by_id(evaluate(WAY, enrolment(fte=fte), evidence, as_of))
    with_leave = by_id(evaluate(WAY, enrolment(fte=fte, leave=leave), evidence, as_of))
    for name, one in with_leave.items():
        if one.state in (State.AT_RISK, State.OVERDUE):
            assert without[name].state in (State.AT_RISK, State.OVERDUE, State.UNKNOWN), (name, one)


@few
@given(evidence=evidence(), as_of=days, leave=leaves)
def test_time_spent_on_leave_makes_nothing_on_the_clock_of_training_worse(
    evidence: list[Evidence], as_of: date, leave: Any
) -> None:
    """From the eve of a leave to its last day, without any evidence in between."""
    clocked = {"all", "some", "in-stage", "rotation", "exam", "paper", "trust", "eyes", "yearly", "review"}
    away = Leave(as_of + timedelta(days=1), as_of + timedelta(days=120), "parental")
    known = [each for each in evidence if each.on <= as_of and (each.until is None or each.until <= as_of)]
    leave = tuple(each for each in leave if each.until <= as_of)
    person = enrolment(leave=(*leave, away))
    before = by_id(evaluate(WAY, person, known, as_of))
    after = by_id(evaluate(WAY, person, known, away.until))
    for name in clocked & set(before):
        if after[name].state in (State.AT_RISK, State.OVERDUE):
            assert before[name].state in (State.AT_RISK, State.OVERDUE), (name, before[name], after[name])


@few
@given(evidence=evidence(), as_of=st.dates(date(2024, 7, 1), date(2030, 6, 30)), leave=leaves)
def test_moving_everything_by_a_cycle_of_the_calendar_changes_no_state(
    evidence: list[Evidence], as_of: date, leave: Any
) -> None:
    way = pathway(*(one for one in ASKED if one.get("due", {}).get("on") is None), exams=EXAMS)
    person = enrolment(leave=leave)
    later = enrolment(
        start=START + FULL_CYCLE,
        leave=tuple(
            replace(one, since=one.since + FULL_CYCLE, until=one.until + FULL_CYCLE) for one in leave
        ),
    )
    moved = [
        replace(one, on=one.on + FULL_CYCLE, until=None if one.until is None else one.until + FULL_CYCLE)
        for one in evidence
    ]
    now, then = evaluate(way, person, evidence, as_of), evaluate(way, later, moved, as_of + FULL_CYCLE)
    assert [(one.state, one.used, one.value) for one in now] == [
        (one.state, one.used, one.value) for one in then
    ]


@few
@given(evidence=evidence(), as_of=days, leave=leaves)
def test_a_part_is_never_more_than_the_whole(evidence: list[Evidence], as_of: date, leave: Any) -> None:
    found = by_id(evaluate(WAY, enrolment(leave=leave), evidence, as_of))
    whole = found["all"].value or 0
    assert (found["some"].value or 0) <= whole + 1e-9
    assert (found["most"].value or 0) <= whole + 1e-9


@few
@given(evidence=evidence(), as_of=days, leave=leaves)
def test_any_of_is_as_good_as_its_nth_best_and_all_of_as_bad_as_its_worst(
    evidence: list[Evidence], as_of: date, leave: Any
) -> None:
    found = by_id(evaluate(WAY, enrolment(leave=leave), evidence, as_of))
    ranks = sorted((RANK[found[name].state] for name in ("paper", "exam", "all")), reverse=True)
    assert RANK[found["either"].state] == ranks[1]
    assert RANK[found["both"].state] == min(RANK[found[name].state] for name in ("paper", "exam", "rotation"))


@few
@given(evidence=evidence(), as_of=days, leave=leaves)
def test_unknown_is_what_nobody_read_nor_set_and_nothing_else(
    evidence: list[Evidence], as_of: date, leave: Any
) -> None:
    for one in evaluate(WAY, enrolment(leave=leave), evidence, as_of):
        asked = WAY.requirement(one.requirement)
        assert asked is not None
        known = asked.basis in KNOWN_BASES and asked.settled
        assert (one.state is State.UNKNOWN) == (not known), one


@few
@given(evidence=evidence(), as_of=days)
def test_what_is_used_counts_once_and_nothing_is_both_used_and_not_counted(
    evidence: list[Evidence], as_of: date
) -> None:
    there = {each.id for each in evidence}
    simulated = {each.id for each in evidence if each.simulated}
    for one in evaluate(WAY, enrolment(), evidence, as_of):
        assert len(set(one.used)) == len(one.used)
        assert set(one.used) <= there
        if one.requirement not in (
            "mix",
            "trust",
        ):  # there a piece may be short for one part and count for another
            for each in one.not_counted:
                assert not set(each.ids) & set(one.used), one
        assert not simulated & set(one.used), one


def set_by_hand(identity: str) -> dict[str, Any]:
    """Its own figure, said again by a programme; nothing else where none is known."""
    asked = WAY.requirement(identity)
    assert asked is not None
    return {
        "source": "handbook",
        **{name: value for name in asked.figures if (value := getattr(asked, name))},
    }


@pytest.mark.parametrize("identity", [one["id"] for one in ASKED])
def test_every_requirement_can_be_set_by_a_programme_or_says_that_it_has_no_figure(identity: str) -> None:
    standing = by_id(evaluate(WAY, enrolment(overrides={identity: set_by_hand(identity)}), [], START))[
        identity
    ]
    asked: Asked | None = WAY.requirement(identity)
    assert asked is not None
    if asked.settled:
        assert standing.basis == "programme"
        assert standing.state is not State.UNKNOWN


def test_the_law_has_every_kind_of_requirement() -> None:
    kinds = {str(getattr(one, "kind", "")) for one in ORDERED.requirements}
    field = PathwayItem.model_fields["requirements"].annotation
    schema = PathwayItem.model_json_schema()["properties"]["requirements"]["items"]["discriminator"][
        "mapping"
    ]
    assert field is not None
    assert kinds == set(schema)
