"""Generalisability: closed forms, a simulated truth, and how many runs it takes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from angiosuite.assess.generalisability import OCCASIONS, PATIENTS, PERSONS, components
from angiosuite.kit.errors import WrongUse


def test_a_small_table_gives_what_is_reckoned_by_hand() -> None:
    found = components([[1.0, 3.0], [5.0, 5.0], [9.0, 13.0]])
    # means of persons 2, 5, 11, of occasions 5, 7, of all 6; MSp = 42, MSo = 6, MSr = 2
    assert found.of(PERSONS) == pytest.approx((42 - 2) / 2)
    assert found.of(OCCASIONS) == pytest.approx((6 - 2) / 3)
    assert found.of(PERSONS, OCCASIONS) == pytest.approx(2.0)
    assert found.coefficient({OCCASIONS: 2}) == pytest.approx(20 / 21)
    assert found.coefficient({OCCASIONS: 2}, absolute=True) == pytest.approx(20 / (20 + (4 / 3 + 2) / 2))


@given(st.integers(0, 2**32), st.floats(0.2, 5), st.floats(0.2, 5))
@settings(max_examples=20)
def test_shifting_and_stretching_all_scores_changes_no_coefficient(
    seed: int, shift: float, by: float
) -> None:
    scores = np.random.Generator(np.random.Philox(seed)).normal(size=(6, 4))
    plain, other = components(scores), components(shift + by * scores)
    assert other.coefficient({OCCASIONS: 3}) == pytest.approx(plain.coefficient({OCCASIONS: 3}))


def test_the_truth_behind_simulated_scores_is_found_again() -> None:
    chance = np.random.Generator(np.random.Philox(11))
    people, patients, days = (chance.normal(0, sd, n) for sd, n in ((6, 400), (3, 60), (1, 5)))
    scores = people[:, None, None] + patients[None, :, None] + days + chance.normal(0, 4, (400, 60, 5))
    found = components(scores)
    assert found.of(PERSONS) == pytest.approx(36, rel=0.15)
    assert found.of(PATIENTS) == pytest.approx(9, rel=0.4)
    assert found.of(PERSONS, PATIENTS, OCCASIONS) == pytest.approx(16, rel=0.05)
    assert found.of(PERSONS, PATIENTS) < 0.5


def test_the_runs_that_are_named_are_the_fewest_that_reach_it() -> None:
    found = components([[10.0, 20.0, 12.0], [14.0, 16.0, 22.0], [26.0, 18.0, 28.0], [20.0, 30.0, 24.0]])
    runs = found.runs_for(0.7)
    assert runs is not None and runs > 1
    assert found.coefficient({OCCASIONS: runs}) >= 0.7 > found.coefficient({OCCASIONS: runs - 1})


def test_scores_that_do_not_differ_tell_nobody_apart() -> None:
    same = components(np.tile([[3.0, 5.0, 4.0]], (4, 1)))
    assert same.coefficient({OCCASIONS: 10}) == 0.0
    assert same.runs_for() is None


def test_a_table_with_a_gap_is_refused() -> None:
    with pytest.raises(WrongUse, match="one score in each cell"):
        components([[1.0, float("nan")], [2.0, 3.0]])
