"""A balloon follows its chart, holds what its shape holds, and bursts where its label says."""

from __future__ import annotations

from math import pi

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from angiosuite.kit.randomness import generator
from angiosuite.physics.treating.balloon import (
    BalloonForm,
    burst_atm,
    emptying_s,
    free_mm,
    half_strength_mpas,
    left_share,
    volume_ml,
)

HARD = BalloonForm(6.0, 40.0, 8.0, 24.0, 0.02, 1.7)
SOFT = BalloonForm(6.0, 40.0, 6.0, 14.0, 0.05, 1.5)
forms = st.builds(
    BalloonForm,
    st.floats(1.5, 26.0), st.floats(20.0, 200.0), st.floats(4.0, 10.0), st.floats(12.0, 40.0),
    st.floats(0.0, 0.5), st.floats(0.5, 1.4),
)  # fmt: skip
pressures = st.floats(-1.0, 60.0)


@pytest.mark.parametrize(("form", "atm", "mm"), [(HARD, 24.0, 6.24), (SOFT, 14.0, 6.40), (HARD, 8.0, 6.0)])
def test_the_chart_of_the_research_notes_comes_out(form, atm, mm):
    assert free_mm(form, atm) == pytest.approx(mm, abs=0.005)


@given(form=forms, one=pressures, other=pressures)
def test_more_pressure_never_makes_a_balloon_smaller(form, one, other):
    low, high = sorted((one, other))
    assert free_mm(form, low) <= free_mm(form, high) + 1e-12
    assert volume_ml(form, low) <= volume_ml(form, high) + 1e-12


@given(form=forms, atm=st.floats(0.0, 59.0))
def test_its_width_has_no_step(form, atm):
    assert abs(free_mm(form, atm + 1e-6) - free_mm(form, atm)) < 1e-4


@given(form=forms, atm=st.floats(-1.0, 0.0))
def test_without_pressure_it_is_folded_and_empty(form, atm):
    assert free_mm(form, atm) == form.folded_mm
    assert volume_ml(form, atm) == 0.0


def test_it_grows_no_more_where_all_have_burst():
    assert free_mm(SOFT, 100.0) == free_mm(SOFT, 1.35**2 * SOFT.rated_atm)


def test_one_in_a_thousand_bursts_at_the_rated_pressure_and_half_at_its_median():
    assert burst_atm(SOFT, 1e-3) == pytest.approx(SOFT.rated_atm)
    assert burst_atm(SOFT, 0.5) == pytest.approx(1.35 * SOFT.rated_atm)
    drawn = generator(1, "burst").random(1000)
    early = sum(burst_atm(SOFT, u) < SOFT.rated_atm for u in drawn)
    assert early <= 4  # binomial, 99.6 %


@given(u=st.floats(0.0, 1.0), v=st.floats(0.0, 1.0))
def test_a_tougher_balloon_bursts_later(u, v):
    low, high = sorted((u, v))
    assert 0.0 < burst_atm(HARD, low) <= burst_atm(HARD, high) < 100.0


def test_a_free_balloon_holds_its_cylinder_and_two_cones():
    across, empty = 6.0**2, 1.7**2
    expected = 1e-3 * pi / 4.0 * (across - empty) * (40.0 + 2.0)
    assert volume_ml(HARD, 8.0) == pytest.approx(expected, rel=1e-12)


@given(waist=st.floats(0.0, 12.0))
def test_a_waist_takes_fluid_away_and_never_adds_any(waist):
    held = volume_ml(HARD, 8.0, [6.0, 6.0, waist, 6.0])
    assert held <= volume_ml(HARD, 8.0) + 1e-12
    assert held >= volume_ml(HARD, 8.0, [6.0, 6.0, 0.0, 6.0]) - 1e-12


def test_thinner_contrast_empties_as_much_faster_as_the_bench_measured():
    times = [
        emptying_s(0.13, 0.4, 1400.0, half_strength_mpas(15.7, one, 1.0)) for one in (1 / 2, 1 / 3, 1 / 4)
    ]
    saved = [1.0 - one / times[0] for one in times[1:]]
    assert saved == pytest.approx([0.267, 0.390], abs=0.02)
    assert 5.0 < times[0] < 20.0  # 8.3 +- 2.5 s, balloons not described


@given(ml=st.floats(0.01, 20.0), bore=st.floats(0.3, 1.5))
def test_it_empties_by_volume_length_and_the_fourth_power_of_its_bore(ml, bore):
    once = emptying_s(ml, bore, 1000.0)
    assert emptying_s(2.0 * ml, bore, 1000.0) == pytest.approx(2.0 * once)
    assert emptying_s(ml, bore, 500.0) == pytest.approx(0.5 * once)
    assert emptying_s(ml, 2.0 * bore, 1000.0) == pytest.approx(once / 16.0)


def test_what_is_left_falls_without_a_step_from_all_to_nothing():
    left = [left_share(t, 10.0) for t in np.linspace(0.0, 60.0, 6001)]
    steps = np.diff(left)
    assert left[0] == 1.0 and left[-1] < 1e-10
    assert (steps < 0.0).all() and np.abs(np.diff(steps)).max() < 1e-5
    assert left_share(1.0, 0.0) == 0.0
