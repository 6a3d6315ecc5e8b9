"""Suction is area times vacuum; what it takes in depends on the bore and on how old the clot is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from angiosuite.physics.treating.aspiration import (
    PUMP_KPA,
    SYRINGE_KPA,
    adhesion_n,
    flow_ml_s,
    suction_n,
    taken,
    tip_n,
)

shares = st.floats(0.0, 1.0)
RANK = {"stays": 0, "corked": 1, "ingested": 2}


@pytest.mark.parametrize(("inch", "newton"), [(0.041, 0.07), (0.064, 0.18), (0.088, 0.34)])
def test_forces_of_the_research_notes_come_out(inch, newton):
    assert suction_n(25.4 * inch, PUMP_KPA) == pytest.approx(newton, abs=0.005)


@given(bore=st.floats(0.5, 9.0), vacuum=st.floats(1.0, 95.0))
def test_force_goes_by_area_and_vacuum(bore, vacuum):
    assert suction_n(2.0 * bore, vacuum) == pytest.approx(4.0 * suction_n(bore, vacuum))
    assert suction_n(bore, 0.5 * vacuum) == pytest.approx(0.5 * suction_n(bore, vacuum))


@pytest.mark.parametrize(
    ("bore", "softness", "gf"), [(1.40, 0.0, 8.0), (1.78, 0.0, 20.7), (1.40, 1.0, 18.5), (1.78, 1.0, 39.7)]
)
def test_tips_hold_as_measured_within_a_third(bore, softness, gf):
    assert tip_n(bore, 96.0, softness) == pytest.approx(9.81e-3 * gf, rel=1 / 3)


def test_adhesion_goes_from_fresh_to_organised():
    assert adhesion_n(0.0) == pytest.approx(0.05) and adhesion_n(1.0) == pytest.approx(0.3)


@given(
    bore=st.floats(0.5, 9.0), larger=st.floats(0.0, 5.0), vacuum=st.floats(5.0, 95.0),
    clot=st.floats(0.5, 20.0), organised=shares,
)  # fmt: skip
def test_a_larger_bore_never_takes_less(bore, larger, vacuum, clot, organised):
    assert RANK[taken(bore, vacuum, clot, organised)] <= RANK[taken(bore + larger, vacuum, clot, organised)]


@given(bore=st.floats(0.5, 9.0), clot=st.floats(0.5, 20.0), fresh=shares, old=shares)
def test_older_clot_is_never_taken_more_easily(bore, clot, fresh, old):
    fresh, old = sorted((fresh, old))
    assert RANK[taken(bore, PUMP_KPA, clot, old)] <= RANK[taken(bore, PUMP_KPA, clot, fresh)]


def test_each_of_the_three_happens():
    assert taken(2.2, PUMP_KPA, 3.0, 0.1) == "ingested"
    assert taken(2.2, PUMP_KPA, 6.0, 0.1) == "corked"
    assert taken(1.0, PUMP_KPA, 3.0, 1.0) == "stays"


@pytest.mark.parametrize(("bore", "length", "ml_s"), [(1.73, 1320.0, 3.74), (2.13, 950.0, 5.96)])
def test_flows_of_two_catheters_are_the_measured_ones(bore, length, ml_s):
    assert flow_ml_s(96.0, bore, length, viscosity_mpas=3.0) == pytest.approx(ml_s, rel=0.1)


def test_tubing_limits_large_catheters():
    assert flow_ml_s(SYRINGE_KPA, 8.0, 900.0) < 1.1 * flow_ml_s(SYRINGE_KPA, 5.0, 900.0)
    assert flow_ml_s(SYRINGE_KPA, 8.0, 900.0, tubing_bore_mm=6.0) > 3.0 * flow_ml_s(SYRINGE_KPA, 8.0, 900.0)


@given(bore=st.floats(0.5, 9.0), wider=st.floats(0.0, 4.0), vacuum=st.floats(1.0, 95.0))
def test_more_lumen_and_more_vacuum_draw_more(bore, wider, vacuum):
    now = flow_ml_s(vacuum, bore, 1000.0)
    assert 0.0 < now <= flow_ml_s(vacuum + 1.0, bore + wider, 1000.0)
    assert now <= flow_ml_s(vacuum, bore, 1000.0, tubing_bore_mm=2.3 + wider)
