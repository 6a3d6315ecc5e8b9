"""The clock of training: whole months without leave, still on leave, slower part-time."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from angiosuite.assess.months import add_months, month_measure
from angiosuite.assess.stages import plan
from angiosuite.assess.training_time import TrainingTime
from angiosuite.kit.enrolment import Fte, Leave

from .trainee import START, enrolment, pathway

days = st.dates(date(2020, 1, 1), date(2035, 12, 31))
leaves = st.lists(
    st.builds(lambda since, n: Leave(since, since + timedelta(days=n)), days, st.integers(0, 400)), max_size=5
)
shares = st.lists(st.builds(Fte, days, st.sampled_from([0.4, 0.5, 0.6, 0.8, 1.0])), max_size=4)


@given(start=days, months=st.integers(1, 120))
def test_without_leave_months_of_training_are_months_of_the_calendar(start: date, months: int) -> None:
    clock = TrainingTime.of(enrolment(start=start))
    assert clock.after_months(months) == add_months(start, months)


@given(start=days, leave=leaves, fte=shares, a=days, b=days)
def test_time_never_runs_backwards_nor_faster_than_the_calendar(
    start: date, leave: list[Leave], fte: list[Fte], a: date, b: date
) -> None:
    clock = TrainingTime.of(enrolment(start=start, leave=tuple(leave), fte=tuple(fte)))
    a, b = min(a, b), max(a, b)
    assert -1e-9 <= clock.elapsed(b) - clock.elapsed(a) <= (b - a).days + 1e-9


@given(start=days, leave=leaves, fte=shares, wanted=st.integers(1, 2500))
def test_the_day_that_is_reached_is_the_first_one(
    start: date, leave: list[Leave], fte: list[Fte], wanted: int
) -> None:
    clock = TrainingTime.of(enrolment(start=start, leave=tuple(leave), fte=tuple(fte)))
    day = clock.reached(wanted)
    assert clock.elapsed(day) >= wanted - 1e-6
    assert clock.elapsed(day - timedelta(days=1)) < wanted - 1e-7


@given(start=days, leave=leaves)
def test_the_order_and_overlap_of_leave_change_nothing(start: date, leave: list[Leave]) -> None:
    once = TrainingTime.of(enrolment(start=start, leave=tuple(leave)))
    again = TrainingTime.of(enrolment(start=start, leave=(*reversed(leave), *leave)))
    assert once.after_months(60) == again.after_months(60)


def test_leave_moves_the_end_by_its_days() -> None:
    leave = (Leave(date(2025, 1, 1), date(2025, 3, 31), "parental"),)
    end = plan(pathway(), enrolment(leave=leave)).ends
    assert end == date(2029, 6, 30) + timedelta(days=90)


def test_half_time_takes_twice_as_long() -> None:
    clock = TrainingTime.of(enrolment(fte=(Fte(START, 0.5),)))
    whole = (add_months(START, 12) - START).days
    assert clock.after_months(12) == START + timedelta(days=2 * whole)


def test_an_extension_lengthens_the_last_stage_of_training_alone() -> None:
    laid = plan(pathway(), enrolment(extension_months=6))
    assert [place.ends for place in laid.places] == [date(2027, 6, 30), date(2029, 12, 31)]


def test_who_begins_with_a_later_stage_has_the_earlier_ones_behind() -> None:
    laid = plan(pathway(), enrolment(from_stage="advanced"))
    core, advanced = laid.places
    assert (core.given, core.begins, core.ends) == (True, date(2021, 7, 1), date(2024, 6, 30))
    assert (advanced.begins, advanced.ends) == (START, date(2026, 6, 30))


def test_a_start_on_a_leap_day_does_not_drift() -> None:
    clock = TrainingTime.of(enrolment(start=date(2024, 2, 29)))
    assert clock.after_months(12) == date(2025, 2, 28)
    assert clock.after_months(48) == date(2028, 2, 29)


def test_month_ends_do_not_drift_from_stage_to_stage() -> None:
    laid = plan(
        pathway(
            stages=[
                {"id": "one", "title": "One", "months": 1, "basis": "memory"},
                {"id": "two", "title": "Two", "months": 1, "basis": "memory"},
            ]
        ),
        enrolment(start=date(2025, 1, 31)),
    )
    assert [place.ends for place in laid.places] == [date(2025, 2, 27), date(2025, 3, 30)]


def test_days_on_which_clocks_change_are_days_like_others() -> None:
    clock = TrainingTime.of(enrolment(start=date(2026, 3, 1)))
    for day in (date(2026, 3, 8), date(2026, 3, 29), date(2026, 10, 25), date(2026, 11, 1)):
        assert clock.elapsed(day + timedelta(days=1)) - clock.elapsed(day) == 1


@given(a=days, b=days, c=days)
def test_months_of_a_rotation_add_up(a: date, b: date, c: date) -> None:
    a, b, c = sorted((a, b, c))
    whole = month_measure(c) - month_measure(a)
    assert month_measure(b) - month_measure(a) + month_measure(c) - month_measure(b) == pytest.approx(whole)


def test_a_calendar_month_is_one_month_and_a_year_twelve() -> None:
    clock = TrainingTime.of(enrolment())
    assert clock.full_time_months(date(2025, 2, 1), date(2025, 2, 28)) == pytest.approx(1)
    assert clock.full_time_months(date(2024, 7, 1), date(2025, 6, 30)) == pytest.approx(12)


def test_a_rotation_at_half_time_is_half_and_leave_in_it_is_taken_away() -> None:
    half = TrainingTime.of(enrolment(fte=(Fte(START, 0.5),)))
    assert half.full_time_months(date(2025, 5, 1), date(2025, 5, 31)) == pytest.approx(0.5)
    away = TrainingTime.of(enrolment(leave=(Leave(date(2025, 6, 1), date(2025, 6, 15)),)))
    assert away.full_time_months(date(2025, 6, 1), date(2025, 6, 30)) == pytest.approx(0.5)
