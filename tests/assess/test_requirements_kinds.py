"""Each kind of requirement in each of its states, with figures that can be worked out by hand."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from angiosuite.assess.requirements import evaluate
from angiosuite.assess.standing import Reason, Standing, State
from angiosuite.kit.enrolment import Fte, Leave
from angiosuite.kit.evidence import CaseRole, Evidence, Status

from .trainee import START, cases, enrolment, pathway, piece, stand

END = date(2029, 6, 30)
MET, ON_TRACK, AT_RISK, OVERDUE, UNKNOWN = (
    State.MET, State.ON_TRACK, State.AT_RISK, State.OVERDUE, State.UNKNOWN,
)  # fmt: skip


def one(asked: dict[str, Any], evidence: list[Evidence], as_of: date, **fields: Any) -> Standing:
    """The standing of a single requirement."""
    exams = [{"id": "part-one", "title": "One", "models": [{"id": "m", "title": "M", "basis": "memory"}]}]
    return stand(pathway({"id": "it", **asked}, exams=exams), evidence, as_of, **fields)


COUNT: dict[str, Any] = {"kind": "count", "target": 500}


def test_a_count_is_met_on_the_day_of_its_last_piece() -> None:
    found = one({"kind": "count", "target": 10}, cases(12), date(2025, 1, 1))
    assert (found.state, found.value, found.met_on) == (MET, 12, START + timedelta(days=9))
    assert found.arithmetic == "12 of 10 procedures, signed"


def test_a_count_says_its_pace_and_where_it_leads() -> None:
    evidence = cases(100, date(2026, 7, 1), 3)
    found = one(COUNT, evidence, date(2027, 6, 30))
    assert found.state is AT_RISK
    assert found.arithmetic == (
        "100 of 500 procedures, signed; 25 a quarter over the last 12 months; "
        "at this pace 500 in June 2031; due June 2029"
    )
    assert found.expected_on is not None
    assert found.expected_on > END


def test_a_count_at_a_sufficient_pace_is_on_track_and_past_its_day_overdue() -> None:
    evidence = cases(120, date(2026, 7, 1), 3)
    enough = {"kind": "count", "target": 300}
    assert one(enough, evidence, date(2027, 6, 30)).state is ON_TRACK
    assert one(enough, evidence, END).state is AT_RISK
    assert one(enough, evidence, END + timedelta(days=1)).state is OVERDUE


def test_no_pace_is_taken_in_the_first_months_nor_before_the_stage() -> None:
    assert one(COUNT, [], START + timedelta(days=60)).state is ON_TRACK
    assert one(COUNT, [], START + timedelta(days=120)).state is AT_RISK
    late = {"kind": "count", "target": 5, "stage": "advanced"}
    assert one(late, [], date(2027, 6, 30)).state is ON_TRACK
    assert one(late, [], date(2028, 1, 1)).state is AT_RISK


def test_what_does_not_count_is_named_with_its_reason() -> None:
    asked = {
        "kind": "count",
        "target": 5,
        "counts": {"terms": ["biopsy"], "roles": ["first-operator-supervised"], "primary_only": True},
    }
    bad = {
        Reason.SIMULATED: piece("suite-practice", START, terms=["biopsy"]),
        Reason.ROLE: piece(terms=["biopsy"], role=CaseRole.ASSISTANT),
        Reason.UNSIGNED: piece(terms=["biopsy"], status=Status.SUBMITTED),
        Reason.DRAFT: piece(terms=["biopsy"], status=Status.DRAFT),
        Reason.NEEDS_REVISION: piece(terms=["biopsy"], status=Status.NEEDS_REVISION),
        Reason.BEFORE_START: piece(on=START - timedelta(days=1), terms=["biopsy"]),
        Reason.AFTER_DATE: piece(on=date(2025, 1, 2), terms=["biopsy"]),
        Reason.NOT_PRIMARY: piece(terms=["drainage", "biopsy"]),
    }
    good, other = piece(terms=["biopsy"]), piece(terms=["drainage"])
    found = one(asked, [good, other, *bad.values()], date(2025, 1, 1))
    assert found.used == (good.id,)
    assert {each.reason: each.ids for each in found.not_counted} == {
        reason: (each.id,) for reason, each in bad.items()
    }
    assert "1 practised in the suite; simulated work never fills a real count" in found.arithmetic


def test_only_signed_cases_count_unless_the_requirement_says_otherwise() -> None:
    evidence = [piece(status=Status.SUBMITTED), piece(status=Status.SIGNED)]
    assert one({"kind": "count", "target": 2}, evidence, START).value == 1
    assert (
        one({"kind": "count", "target": 2, "counts": {"min_status": "submitted"}}, evidence, START).value == 2
    )


def test_a_case_with_an_amount_counts_as_that_many() -> None:
    assert one({"kind": "count", "target": 50}, [piece(amount=40.0), piece()], START).value == 41


def test_a_count_bound_to_its_stage_leaves_out_what_is_outside() -> None:
    asked = {"kind": "count", "target": 5, "stage": "advanced", "counts": {"stage_only": True}}
    inside = piece(on=date(2027, 7, 1))
    found = one(asked, [piece(on=date(2027, 6, 30)), inside], date(2027, 12, 1))
    assert found.used == (inside.id,)
    assert [each.reason for each in found.not_counted] == [Reason.OUTSIDE_STAGE]


def test_a_maximum_takes_the_surplus_away_from_the_count() -> None:
    item = pathway(
        {"id": "all", "kind": "count", "target": 20},
        {"id": "lines", "kind": "maximum", "of": "all", "target": 3, "counts": {"terms": ["line"]}},
        {"id": "arteries", "kind": "sub-quota", "of": "all", "target": 4, "counts": {"terms": ["artery"]}},
    )
    evidence = [*cases(5, terms=["line"]), *cases(2, terms=["artery"])]
    by_id = {each.requirement: each for each in evaluate(item, enrolment(), evidence, date(2025, 1, 1))}
    assert by_id["all"].value == 5
    assert [(each.reason, len(each.ids)) for each in by_id["all"].not_counted] == [(Reason.OVER_MAXIMUM, 2)]
    assert (by_id["lines"].state, by_id["lines"].value) == (MET, 3)
    assert by_id["arteries"].value == 2


def test_a_maximum_that_nobody_read_takes_nothing_away() -> None:
    item = pathway(
        {"id": "all", "kind": "count", "target": 20},
        {
            "id": "m",
            "kind": "maximum",
            "of": "all",
            "target": 1,
            "basis": "memory",
            "counts": {"terms": ["x"]},
        },
    )
    assert stand(item, cases(5, terms=["x"]), date(2025, 1, 1)).value == 5


def test_a_maximum_by_itself_is_passed_or_not() -> None:
    asked = {"kind": "maximum", "target": 2, "counts": {"evidence": ["exam"]}}
    assert one(asked, [piece("exam"), piece("exam")], START).state is MET
    assert one(asked, [piece("exam") for _ in range(3)], START).state is OVERDUE


DURATION = {"kind": "duration", "target_months": 12, "counts": {"terms": ["ir"]}}


def test_a_duration_is_at_risk_when_it_no_longer_fits() -> None:
    half = piece("rotation", START, until=date(2024, 12, 31), terms=["ir"])
    year = piece("rotation", START, until=date(2025, 6, 30), terms=["ir"])
    assert one(DURATION, [year], date(2025, 7, 1)).state is MET
    assert one(DURATION, [half], date(2028, 12, 1)).state is ON_TRACK
    assert one(DURATION, [half], date(2029, 1, 31)).state is AT_RISK
    assert one(DURATION, [half], date(2029, 7, 1)).state is OVERDUE


def test_days_of_two_rotations_at_once_count_once_and_days_to_come_do_not_count() -> None:
    twice = [piece("rotation", START, until=date(2024, 9, 30), terms=["ir"]) for _ in range(2)]
    assert one(DURATION, twice, date(2025, 1, 1)).value == pytest.approx(3)
    assert one(DURATION, twice, date(2024, 7, 31)).value == pytest.approx(1)


def test_a_rotation_without_a_last_day_is_not_counted_but_one_with_an_amount_is() -> None:
    found = one(DURATION, [piece("rotation", terms=["ir"])], date(2025, 1, 1))
    assert [each.reason for each in found.not_counted] == [Reason.NO_AMOUNT]
    weeks = piece("rotation", terms=["ir"], amount=26.0, unit="week")
    assert one(DURATION, [weeks], date(2025, 1, 1)).value == pytest.approx(26 * 7 / 30.4375)


def test_thirteen_blocks_of_four_weeks_make_a_year() -> None:
    blocks = [
        piece(
            "rotation",
            START + timedelta(days=28 * i),
            until=START + timedelta(days=28 * i + 27),
            terms=["ir"],
        )
        for i in range(13)
    ]
    assert one(DURATION, blocks, date(2025, 7, 1)).state is MET


EXAM = {"kind": "exam", "exam": "part-one", "due": {"stage_end": "core"}}


def test_an_exam_is_passed_or_due() -> None:
    failed = piece("exam", date(2025, 6, 1), terms=["part-one"], result="fail")
    passed = piece("exam", date(2026, 6, 1), terms=["part-one"], result="pass")
    assert one(EXAM, [failed, passed], date(2026, 7, 1)).met_on == date(2026, 6, 1)
    waiting = one(EXAM, [failed], date(2026, 7, 1))
    assert (waiting.state, waiting.due) == (ON_TRACK, date(2027, 6, 30))
    assert [each.reason for each in waiting.not_counted] == [Reason.RESULT]
    assert one(EXAM, [], date(2027, 2, 1)).state is AT_RISK
    assert one(EXAM, [], date(2027, 7, 1)).state is OVERDUE


def test_an_exam_after_its_stage_has_no_day_unless_one_is_named() -> None:
    exams = [
        {
            "id": "part-one",
            "title": "One",
            "when": {"stage": "advanced", "months": 24, "basis": "memory"},
            "models": [{"id": "m", "title": "M", "basis": "memory"}],
        }
    ]
    later = pathway({"id": "it", "kind": "exam", "exam": "part-one"}, exams=exams)
    found = stand(later, [], date(2029, 7, 1))
    assert (found.state, found.due) == (ON_TRACK, None)
    named = pathway(
        {"id": "it", "kind": "exam", "exam": "part-one", "due": {"on": "2029-06-30"}}, exams=exams
    )
    assert stand(named, [], date(2029, 7, 1)).state is OVERDUE


CREDITS = {"kind": "credits", "target": 75, "window_months": 36, "counts": {"schemes": ["abr"]}}


def credit(on: date, amount: float = 25.0, **fields: Any) -> Evidence:
    """A certificate of credits."""
    return piece("credit", on, amount=amount, unit="credit", scheme="abr", status=Status.SUBMITTED, **fields)


def test_a_window_holds_the_day_and_not_the_same_day_so_long_before() -> None:
    evidence = [credit(date(2024, 7, 1)), credit(date(2025, 7, 1)), credit(date(2026, 7, 1))]
    whole = one(CREDITS, evidence, date(2027, 6, 30))
    assert (whole.state, whole.value, whole.due) == (AT_RISK, 75, date(2027, 6, 30))
    after = one(CREDITS, evidence, date(2027, 7, 1))
    assert (after.state, after.value) == (OVERDUE, 50)
    assert [each.reason for each in after.not_counted] == [Reason.OUTSIDE_WINDOW]


def test_credits_at_a_steady_pace_are_met_and_before_the_first_window_on_track_or_at_risk() -> None:
    steady = [credit(START + timedelta(days=30 * i), 7) for i in range(45)]
    assert one(CREDITS, steady, date(2028, 1, 1)).state is MET
    assert one(CREDITS, steady[:6], date(2025, 1, 1)).state is ON_TRACK
    assert one(CREDITS, steady[:2], date(2026, 7, 1)).state is AT_RISK


def test_credits_of_another_scheme_or_without_an_amount_do_not_count() -> None:
    other = piece("credit", START, amount=100.0, unit="credit", scheme="rcr")
    without = piece("credit", START, scheme="abr")
    found = one(CREDITS, [other, without], START)
    assert (found.value, {each.reason for each in found.not_counted}) == (
        0, {Reason.SCHEME, Reason.NO_AMOUNT},
    )  # fmt: skip


def test_a_window_over_a_leap_day_is_exact() -> None:
    asked = {**CREDITS, "target": 25, "window_months": 12}
    on = credit(date(2028, 2, 29))
    assert one(asked, [on], date(2029, 2, 28), start=date(2026, 7, 1)).value == 25
    assert one(asked, [on], date(2029, 3, 1), start=date(2026, 7, 1)).value == 0


def test_credits_that_lapse_on_leave_are_not_at_risk() -> None:
    evidence = [credit(date(2024, 7, 1)), credit(date(2025, 7, 1)), credit(date(2026, 7, 1))]
    away = (Leave(date(2026, 8, 1), date(2026, 10, 31), "parental"),)
    found = one(CREDITS, evidence, date(2027, 7, 1), leave=away)
    assert found.state is ON_TRACK
    assert "ask whether leave counts" in found.arithmetic


def test_credits_in_cycles_begin_anew() -> None:
    asked = {**CREDITS, "per": "cycle", "window_months": 12, "target": 50}
    first = [credit(date(2024, 8, 1)), credit(date(2025, 6, 30))]
    assert one(asked, first, date(2025, 6, 30)).state is MET
    assert one(asked, first, date(2025, 7, 31)).state is ON_TRACK
    assert one(asked, first[:1], date(2025, 7, 31)).state is OVERDUE
    assert one(asked, first[:1], date(2025, 6, 1)).state is AT_RISK


MIX = {
    "kind": "rotation-mix",
    "target": 12,
    "unit": "rotation",
    "due": {"stage_end": "core"},
    "parts": [
        {"title": "IR", "terms": ["ir"], "at_least": 8},
        {"title": "ICU", "terms": ["icu"], "at_least": 1},
        {"title": "Related", "terms": ["vascular"], "at_most": 3},
    ],
}


def rotations(term: str, number: int, since: date = START) -> list[Evidence]:
    """So many rotations of a month."""
    return [piece("rotation", since + timedelta(days=30 * i), terms=[term]) for i in range(number)]


def test_a_mix_needs_each_part_and_takes_no_more_than_its_most() -> None:
    day = date(2026, 12, 1)
    assert one(MIX, [*rotations("ir", 8), *rotations("icu", 1), *rotations("vascular", 3)], day).state is MET
    short = one(MIX, [*rotations("ir", 8), *rotations("vascular", 9)], day)
    assert (short.state, short.value) == (ON_TRACK, 11)
    assert "Related 9, at most 3 count" in short.arithmetic
    assert one(MIX, rotations("ir", 4), date(2027, 3, 1)).state is AT_RISK
    assert one(MIX, rotations("ir", 4), date(2027, 7, 1)).state is OVERDUE


REVIEW = {"kind": "cadence", "every_months": 6, "counts": {"terms": ["review"]}}


def test_a_cadence_is_met_until_the_next_one_is_due() -> None:
    done = piece("attestation", date(2025, 1, 10), terms=["review"])
    assert one(REVIEW, [], date(2024, 10, 1)).state is ON_TRACK
    assert one(REVIEW, [], date(2024, 12, 15)).state is AT_RISK
    assert one(REVIEW, [], date(2025, 1, 1)).state is OVERDUE
    held = one(REVIEW, [done], date(2025, 5, 1))
    assert (held.state, held.due) == (MET, date(2025, 7, 10))
    assert one(REVIEW, [done], date(2025, 7, 1)).state is AT_RISK
    assert one(REVIEW, [done], date(2025, 7, 11)).state is OVERDUE


def test_leave_moves_the_next_review() -> None:
    done = piece("attestation", date(2025, 1, 10), terms=["review"])
    away = (Leave(date(2025, 2, 1), date(2025, 4, 30), "parental"),)
    held = one(REVIEW, [done], date(2025, 7, 11), leave=away)
    assert (held.state, held.due) == (MET, date(2025, 7, 10) + timedelta(days=89))


PERMIT = {"kind": "credential", "counts": {"terms": ["permit"]}, "due": {"months_after_start": 3}}


def test_a_credential_is_valid_soon_to_expire_expired_or_not_yet_needed() -> None:
    held = piece(
        "credential", date(2024, 8, 1), until=date(2026, 8, 1), terms=["permit"], status=Status.SUBMITTED
    )
    assert one(PERMIT, [held], date(2026, 1, 1)).state is MET
    assert one(PERMIT, [held], date(2026, 7, 1)).state is AT_RISK
    gone = one(PERMIT, [held], date(2026, 8, 2))
    assert (gone.state, [each.reason for each in gone.not_counted]) == (OVERDUE, [Reason.EXPIRED])
    assert one(PERMIT, [], START).state is ON_TRACK
    assert one(PERMIT, [], date(2024, 9, 1)).state is AT_RISK
    assert one(PERMIT, [], date(2024, 10, 1)).state is OVERDUE


def test_a_credential_without_a_day_lasts_as_long_as_its_kind_and_may_come_from_before() -> None:
    held = piece("credential", date(2024, 2, 29), terms=["permit"])
    assert one({**PERMIT, "valid_months": 24}, [held], date(2025, 6, 1)).due == date(2026, 2, 27)
    assert one(PERMIT, [held], date(2025, 6, 1)).arithmetic == "valid without an end"


def test_papers_and_statements_are_there_or_due() -> None:
    for kind in ("evidence", "attestation"):
        made = piece("document" if kind == "evidence" else kind, date(2025, 1, 1))
        assert one({"kind": kind}, [made], date(2025, 2, 1)).state is MET
        assert one({"kind": kind}, [], date(2025, 2, 1)).state is ON_TRACK
        assert one({"kind": kind}, [], date(2029, 5, 1)).state is AT_RISK
        assert one({"kind": kind}, [], date(2029, 7, 1)).state is OVERDUE


TRUST = {"kind": "entrustment", "items": ["e01", "e02"], "level": "4", "scale": ["1", "2", "3", "4", "5"]}


def decided(item: str, level: str, on: date) -> Evidence:
    """A human decision on one item."""
    return piece("entrustment", on, terms=[item], level=level)


def test_entrustment_looks_at_the_latest_decision_on_each_item() -> None:
    first, second = decided("e01", "4", date(2025, 1, 1)), decided("e02", "5", date(2025, 2, 1))
    whole = one(TRUST, [first, second], date(2025, 3, 1))
    assert (whole.state, whole.met_on) == (MET, date(2025, 2, 1))
    back = one(TRUST, [first, second, decided("e01", "3", date(2025, 2, 15))], date(2025, 3, 1))
    assert (back.state, back.value) == (ON_TRACK, 1)
    assert "open: e01" in back.arithmetic
    assert one(TRUST, [first], date(2029, 6, 1)).state is AT_RISK
    assert one(TRUST, [first], date(2029, 7, 1)).state is OVERDUE


def test_distinct_counts_people_places_and_patients_once() -> None:
    asked = {"kind": "distinct", "what": "raters", "target": 3}
    seen = [piece("observation", rater=name) for name in ("a", "b", "a", None)]
    found = one(asked, seen, date(2025, 1, 1))
    assert (found.state, found.value) == (ON_TRACK, 2)
    assert one(asked, [*seen, piece("observation", rater="c")], date(2025, 1, 1)).state is MET
    assert one(asked, seen, date(2029, 6, 1)).state is AT_RISK
    assert one(asked, seen, date(2029, 7, 1)).state is OVERDUE


FRESH = {"kind": "recency", "within_months": 6, "warn_days": 30, "counts": {"terms": ["evar"]}}


def test_recency_lapses_half_a_year_after_the_last_one() -> None:
    last = piece(on=date(2025, 3, 31), terms=["evar"])
    held = one(FRESH, [last], date(2025, 6, 1))
    assert (held.state, held.due) == (MET, date(2025, 9, 30))
    assert one(FRESH, [last], date(2025, 9, 15)).state is AT_RISK
    assert one(FRESH, [last], date(2025, 9, 30)).value == 1
    assert one(FRESH, [last], date(2025, 10, 1)).state is OVERDUE
    assert one(FRESH, [], date(2024, 9, 1)).state is ON_TRACK
    assert one(FRESH, [], date(2024, 12, 20)).state is AT_RISK


def test_recency_does_not_lapse_on_leave() -> None:
    last = piece(on=date(2025, 3, 31), terms=["evar"])
    away = (Leave(date(2025, 5, 1), date(2025, 10, 31), "parental"),)
    assert one(FRESH, [last], date(2025, 11, 30), leave=away).state is ON_TRACK


YEARLY = {"kind": "yearly-minimum", "target": 12}


def test_each_year_of_training_needs_its_number() -> None:
    first, second = cases(12, START, 10), cases(12, date(2025, 7, 1), 10)
    assert one(YEARLY, first, date(2024, 12, 1)).state is MET
    assert one(YEARLY, [*first, *second], date(2025, 12, 1)).state is MET
    assert one(YEARLY, first, date(2025, 8, 1)).state is ON_TRACK
    assert one(YEARLY, first, date(2026, 5, 1)).state is AT_RISK
    short = one(YEARLY, [*first[:11], *second], date(2025, 12, 1))
    assert short.state is OVERDUE
    assert "year 1, to 30 June 2025: 11 of 12" in short.arithmetic


def test_a_year_of_the_calendar_asks_for_the_share_that_was_worked() -> None:
    asked = {**YEARLY, "year": "calendar"}
    away = (Leave(date(2025, 1, 1), date(2025, 6, 30), "parental"),)
    evidence = [*cases(6, START, 10), *cases(6, date(2025, 7, 1), 10)]
    assert one(asked, evidence, date(2025, 12, 31), leave=away).state is MET
    assert one(asked, evidence, date(2025, 12, 31)).state is not MET


def test_any_of_and_all_of_take_the_states_of_their_parts() -> None:
    item = pathway(
        {"id": "either", "kind": "any-of", "of": ["paper", "exam"]},
        {"id": "both", "kind": "all-of", "of": ["paper", "exam"]},
        {"id": "paper", "kind": "evidence"},
        {"id": "exam", "kind": "evidence", "counts": {"terms": ["exam"]}, "due": {"on": "2025-01-01"}},
    )
    by_id = {
        each.requirement: each for each in evaluate(item, enrolment(), [piece("document")], date(2025, 6, 1))
    }
    assert (by_id["either"].state, by_id["both"].state) == (MET, OVERDUE)
    assert by_id["both"].arithmetic == "1 of 2 met; open: exam (overdue)"


def test_an_order_is_kept_open_or_broken() -> None:
    item = pathway(
        {"id": "order", "kind": "order", "first": "course", "then": "case"},
        {"id": "course", "kind": "evidence", "counts": {"evidence": ["course"]}},
        {"id": "case", "kind": "count", "target": 1},
    )
    course, case = piece("course", date(2025, 1, 1)), piece(on=date(2025, 2, 1))
    day = date(2025, 3, 1)
    assert stand(item, [course, case], day).state is MET
    assert stand(item, [course], day).state is ON_TRACK
    assert stand(item, [case], day).state is AT_RISK
    assert stand(item, [case, piece("course", date(2025, 2, 2))], day).state is AT_RISK


def test_leave_over_the_cap_is_made_up_and_no_risk() -> None:
    asked = {"kind": "leave-cap", "target_days": 30, "leave": ["parental", "medical"]}
    away = (
        Leave(date(2024, 9, 1), date(2024, 9, 20), "medical"),
        Leave(date(2024, 9, 15), date(2024, 10, 20), "parental"),
        Leave(date(2024, 12, 20), date(2025, 1, 5), "vacation"),
    )
    found = one(asked, [], date(2025, 2, 1), leave=away)
    assert (found.state, found.value) == (ON_TRACK, 50)
    assert "20 days to be made up" in found.arithmetic
    assert one(asked, [], date(2025, 2, 1), leave=away[:1]).state is MET
    weekdays = one({**asked, "working_days": True}, [], date(2025, 2, 1), leave=away[:1])
    assert weekdays.value == 15


def test_what_nobody_read_is_unknown_until_somebody_sets_it() -> None:
    asked = {"kind": "count", "target": 1000, "basis": "memory", "source": None}
    found = one(asked, cases(3), date(2025, 1, 1))
    assert (found.state, found.value, found.target) == (UNKNOWN, 3, 1000)
    assert found.arithmetic == "3 procedures so far; 1000 is remembered, not read; check with your programme"
    chosen = one(asked, cases(3), date(2025, 1, 1), overrides={"it": {"target": 3, "source": "handbook"}})
    assert (chosen.state, chosen.basis, chosen.target) == (MET, "programme", 3)
    blank = one({"kind": "duration", "basis": "open", "source": None}, [], date(2025, 1, 1))
    assert (blank.state, blank.target) == (UNKNOWN, None)


def test_what_belongs_to_a_stage_taken_as_done_is_not_asked_for_again() -> None:
    found = one({"kind": "evidence", "stage": "core"}, [], date(2025, 1, 1), from_stage="advanced")
    assert found.state is MET
    assert "taken as done" in found.arithmetic


def test_a_requirement_of_another_variant_is_not_asked() -> None:
    item = pathway(
        {"id": "one", "kind": "evidence", "variant": "short"},
        {"id": "two", "kind": "evidence", "stage": "advanced"},
        variants=[
            {"id": "long", "title": "Long", "stages": ["core", "advanced"]},
            {"id": "short", "title": "Short", "stages": ["core"]},
        ],
    )
    names = [each.requirement for each in evaluate(item, enrolment(), [], START)]
    assert names == ["two"]
    assert [each.requirement for each in evaluate(item, enrolment(variant="short"), [], START)] == ["one"]


def test_part_time_moves_days_and_halves_no_pace() -> None:
    half = (Fte(START, 0.5),)
    evidence = cases(60, START, 6)
    full = one(COUNT, evidence, date(2025, 6, 30))
    part = one(COUNT, evidence, date(2025, 6, 30), fte=half)
    assert part.due is not None
    assert full.due is not None
    assert (part.due - START).days + 1 == 2 * ((full.due - START).days + 1)
    assert part.per_month == pytest.approx(2 * (full.per_month or 0))


def test_after_the_end_of_an_enrolment_its_last_day_is_looked_at() -> None:
    found = one({"kind": "evidence"}, [], date(2030, 1, 1), ended=date(2026, 1, 1))
    assert found.state is ON_TRACK


def test_an_extension_moves_what_is_due_at_the_end() -> None:
    assert one({"kind": "evidence"}, [], START, extension_months=6).due == date(2029, 12, 31)


def test_a_stage_named_in_due_may_be_moved_by_months() -> None:
    asked = {"kind": "evidence", "due": {"stage_end": "core", "plus_months": -3}}
    assert one(asked, [], START).due == date(2027, 3, 31)
    assert one({"kind": "evidence", "due": {"stage_start": "advanced"}}, [], START).due == date(2027, 6, 30)
