"""Pace and what it leads to: the closed form, what the band holds, what if."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import nbinom

from angiosuite.assess.projection import JEFFREYS, to_come, what_if
from angiosuite.assess.requirements import evaluate
from angiosuite.assess.training_time import TrainingTime
from angiosuite.kit.enrolment import Fte

from .trainee import START, cases, enrolment, pathway, stand


@given(seen=st.integers(0, 400), behind=st.floats(1, 24), ahead=st.floats(0.1, 60))
@settings(max_examples=50)
def test_the_band_is_that_of_a_negative_binomial(seen: int, behind: float, ahead: float) -> None:
    band = to_come(seen, behind, ahead)
    law = nbinom(seen + JEFFREYS, behind / (behind + ahead))
    assert band.low == min(law.ppf(0.1), band.mid)
    assert band.high == max(law.ppf(0.9), band.mid)
    assert band.mid == pytest.approx(seen / behind * ahead)


@given(seen=st.integers(0, 400), behind=st.floats(1, 24), ahead=st.floats(0, 60), more=st.floats(0, 60))
@settings(max_examples=50)
def test_more_time_ahead_brings_no_less(seen: int, behind: float, ahead: float, more: float) -> None:
    near, far = to_come(seen, behind, ahead), to_come(seen, behind, ahead + more)
    assert near.low <= near.mid <= near.high
    assert far.low >= near.low
    assert far.high >= near.high


def test_eight_times_in_ten_the_number_lies_in_the_band() -> None:
    rng = np.random.default_rng(4)
    inside = 0
    for rate in rng.gamma(4.0, 2.0, 2000):
        seen, coming = rng.poisson(rate * 12), rng.poisson(rate * 24)
        band = to_come(float(seen), 12, 24)
        inside += band.low <= coming <= band.high
    assert 0.78 <= inside / 2000 <= 0.86


def test_pieces_of_several_at_once_make_a_wider_band() -> None:
    ones, tens = to_come(120, 12, 12), to_come(120, 12, 12, size=10)
    assert tens.mid == ones.mid
    assert tens.high - tens.low > 2 * (ones.high - ones.low)


def test_nothing_comes_in_no_time() -> None:
    band = to_come(100, 12, 0)
    assert (band.low, band.mid, band.high) == (0, 0, 0)


def test_a_pause_stands_the_clock_still_and_half_time_halves_it() -> None:
    day = date(2026, 1, 31)
    paused = what_if(enrolment(), day, pause_months=6)
    assert TrainingTime.of(paused).months(day, date(2026, 8, 1)) == pytest.approx(1 / 30.4375)
    half = what_if(enrolment(fte=(Fte(date(2027, 1, 1), 1.0),)), day, fraction=0.5)
    assert TrainingTime.of(half).months(date(2026, 2, 1), date(2030, 2, 1)) == pytest.approx(24, abs=0.1)


def test_what_if_touches_nothing_before_its_day() -> None:
    day = date(2026, 1, 31)
    changed = what_if(enrolment(), day, pause_months=3, fraction=0.6)
    assert TrainingTime.of(changed).elapsed(day) == TrainingTime.of(enrolment()).elapsed(day)


def test_another_pace_changes_the_judgement_of_what_grows() -> None:
    item = pathway({"id": "it", "kind": "count", "target": 200})
    evidence, day = cases(60, START, 6), date(2025, 6, 30)
    assert stand(item, evidence, day).state == "on-track"
    assert evaluate(item, enrolment(), evidence, day, pace=0.5)[0].state == "at-risk"
