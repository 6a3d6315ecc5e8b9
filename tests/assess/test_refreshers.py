"""Refreshers: the published scheduler's dates, and that they depend on the attempts alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from angiosuite.assess.refreshers import Review, refresher

BEGIN = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)


def four_good() -> tuple[list[Review], list[timedelta]]:
    """Four passes, each on its due date, and the intervals that followed."""
    reviews, intervals, on = [], [], BEGIN
    for _ in range(4):
        reviews.append(Review(on, passed=True))
        found = refresher(reviews)
        assert found is not None
        intervals.append(found.due - on)
        on = found.due
    return reviews, intervals


def test_four_passes_give_ten_minutes_two_eleven_and_forty_six_days() -> None:
    days = [timedelta(days=n) for n in (2, 11, 46)]
    assert four_good()[1] == [timedelta(minutes=10), *days]


def test_a_failure_after_them_leaves_a_stability_of_three_days() -> None:
    reviews, intervals = four_good()
    found = refresher([*reviews, Review(reviews[-1].on + intervals[-1], passed=False)])
    assert found is not None
    assert found.stability_days == pytest.approx(2.93, abs=0.005)


def test_equal_attempts_give_equal_dates_and_no_attempt_gives_none() -> None:
    reviews = four_good()[0]
    assert refresher(reviews) == refresher(reviews)
    assert refresher([]) is None


def test_at_the_due_date_nine_in_ten_are_expected_to_pass() -> None:
    reviews, intervals = four_good()
    found = refresher(reviews, reviews[-1].on + intervals[-1])
    assert found is not None and found.recall == pytest.approx(0.9, abs=0.005)


def test_a_pass_with_help_is_due_sooner() -> None:
    plain, helped = ([Review(BEGIN, True), Review(BEGIN + timedelta(days=1), True, h)] for h in (False, True))
    first, second = refresher(plain), refresher(helped)
    assert first is not None and second is not None and second.due < first.due
