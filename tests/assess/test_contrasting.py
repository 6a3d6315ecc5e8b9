"""Contrasting groups: the mark lies where curves of known crossing cross; too few people give none."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm

from angiosuite.assess.contrasting import FEWEST, crossing, overlap, pass_mark
from angiosuite.kit.errors import WrongUse

NOVICES = [*(50 + 10 * norm.ppf((np.arange(20) + 0.5) / 20))]
EXPERTS = [*(80 + 10 * norm.ppf((np.arange(20) + 0.5) / 20))]


def test_equal_curves_cross_in_the_middle_and_overlap_as_the_table_says() -> None:
    assert crossing(50, 10, 80, 10) == pytest.approx(65)
    assert overlap(50, 10, 80, 10) == pytest.approx(2 * norm.cdf(-1.5), abs=1e-5)


def test_unequal_curves_cross_where_the_equation_says() -> None:
    # (x − 40)²/50 + ln 5 = (x − 70)²/200 + ln 10
    roots = np.roots([1 / 50 - 1 / 200, -80 / 50 + 140 / 200, 1600 / 50 - 4900 / 200 - math.log(2)])
    (between,) = [root for root in roots if 40 < root < 70]
    assert crossing(40, 5, 70, 10) == pytest.approx(between)


def test_both_ways_agree_on_groups_that_are_alike_in_shape() -> None:
    found = pass_mark(NOVICES, EXPERTS)
    assert found.mark == pytest.approx(65, abs=1e-3)
    assert found.logistic_mark == pytest.approx(65, abs=0.1)
    assert found.novices_passing == found.experts_failing == 0.05


@given(shift=st.floats(-50, 50), by=st.floats(0.1, 10))
@settings(max_examples=20)
def test_the_mark_moves_with_the_scale(shift: float, by: float) -> None:
    found = pass_mark([shift + by * v for v in NOVICES], [shift + by * v for v in EXPERTS])
    assert found.mark == pytest.approx(shift + by * 65, abs=1e-3)


def test_fewer_than_ten_a_group_are_refused_with_the_way_out() -> None:
    with pytest.raises(WrongUse, match=f"{FEWEST} people"):
        pass_mark(NOVICES[: FEWEST - 1], EXPERTS)
    with pytest.raises(WrongUse, match="tell the two groups apart"):
        pass_mark(EXPERTS, NOVICES)


def test_groups_without_any_overlap_still_have_a_finite_mark() -> None:
    found = pass_mark([10.0] * 12, [90.0] * 12)
    assert found.mark == pytest.approx(50, abs=1e-3)
    assert found.logistic_mark == pytest.approx(50, abs=0.5)
