"""Hours of work: averages over weeks in a row, single weeks, leave left out."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from angiosuite.assess.hours import RULES, Week, checked


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
