"""CUSUM: the published figures, and that a relapse is seen."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from angiosuite.assess.cusum import Rates, course
from angiosuite.kit.errors import WrongUse

GASTROSTOMY = Rates(p0=0.05, p1=0.15, alpha=0.1, beta=0.1)
"""Acceptable and unacceptable failure of a study of gastrostomies."""


def test_the_published_figures_come_out() -> None:
    assert GASTROSTOMY.step == pytest.approx(0.0919, abs=5e-5)
    assert GASTROSTOMY.upper == pytest.approx(1.816, abs=5e-4)
    assert GASTROSTOMY.lower == pytest.approx(-1.816, abs=5e-4)
    assert GASTROSTOMY.successes_to_decide == 20


def test_twenty_successes_in_a_row_cross_the_lower_line_and_nineteen_do_not() -> None:
    assert course([False] * 19, GASTROSTOMY).state == "undecided"
    told = course([False] * 20, GASTROSTOMY)
    assert told.state == "acceptable"
    assert told.steps[-1].decision == "acceptable"
    assert not told.relapsed


def test_failures_after_an_acceptable_rate_are_a_relapse() -> None:
    told = course([False] * 20 + [True, True], GASTROSTOMY)
    assert told.state == "unacceptable"
    assert told.relapsed
    assert not course([True, True], GASTROSTOMY).relapsed


@settings(max_examples=25)
@given(p0=st.floats(0.01, 0.4), ratio=st.floats(1.2, 2.4), alpha=st.floats(0.01, 0.3))
def test_one_failure_outweighs_a_success_as_the_likelihoods_do(p0: float, ratio: float, alpha: float) -> None:
    rates = Rates(p0, p0 * ratio, alpha, alpha)
    assert (1 - rates.step) / rates.step == pytest.approx(
        math.log(rates.p1 / rates.p0) / math.log((1 - rates.p0) / (1 - rates.p1))
    )
    assert rates.p0 < rates.step < rates.p1


@settings(max_examples=25)
@given(failures=st.lists(st.booleans(), max_size=60))
def test_the_sum_begins_again_where_a_line_is_reached(failures: list[bool]) -> None:
    value = 0.0
    rates = Rates()
    for failed, step in zip(failures, course(failures, rates).steps, strict=True):
        value += 1 - rates.step if failed else -rates.step
        assert step.value == pytest.approx(value)
        assert bool(step.decision) == (value <= rates.lower + 1e-9 or value >= rates.upper - 1e-9)
        value = 0.0 if step.decision else value


def test_rates_that_cannot_be_told_apart_are_refused_with_a_way_out() -> None:
    with pytest.raises(WrongUse, match="0 < p0 < p1 < 1"):
        Rates(p0=0.3, p1=0.3)
