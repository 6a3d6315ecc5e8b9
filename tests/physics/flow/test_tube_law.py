"""Walls: pressure rises with volume, without a step or a kink, and an empty vessel gives nothing."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from angiosuite.physics.flow.spec import NodeLaw
from angiosuite.physics.flow.tube_law import law, volume_at

LAWS = (NodeLaw.LINEAR, NodeLaw.TUBE, NodeLaw.VEIN, NodeLaw.CHAMBER)
kinds = st.sampled_from([int(kind) for kind in LAWS])
shares = st.floats(1e-3, 3.0)
stiffnesses = st.floats(0.5, 3000.0)


@given(kind=kinds, share=shares, stiffness=stiffnesses)
def test_the_slope_is_that_of_the_pressure_and_rises_above_nothing(kind, share, stiffness):
    v0, h = 20.0, 1e-6
    ml = share * v0
    pressure, slope = law(kind, ml, v0, stiffness, 5.0)
    below, _ = law(kind, ml - h, v0, stiffness, 5.0)
    above, _ = law(kind, ml + h, v0, stiffness, 5.0)
    assert below < pressure < above
    assert (above - below) / (2 * h) == pytest.approx(slope, rel=1e-2)


@given(kind=kinds, share=shares, stiffness=stiffnesses)
def test_the_volume_at_a_pressure_gives_that_pressure(kind, share, stiffness):
    pressure, _ = law(kind, share * 20.0, 20.0, stiffness, 5.0)
    assert volume_at(kind, pressure, 20.0, stiffness, 5.0) == pytest.approx(share * 20.0, rel=1e-9)


def test_an_artery_follows_the_root_of_its_area():
    # the wall of openBF's networks
    assert law(int(NodeLaw.TUBE), 12.1, 10.0, 400.0, 75.0)[0] == pytest.approx(75.0 + 400.0 * 0.1)


def test_a_vein_softens_to_a_tenth_of_its_area_within_a_few_mmhg():
    full = law(int(NodeLaw.VEIN), 10.0, 10.0, 60.0, 0.0)[0]
    tenth = law(int(NodeLaw.VEIN), 1.0, 10.0, 60.0, 0.0)[0]
    assert -8.0 < tenth < -3.0 < full == 0.0


@pytest.mark.parametrize("kind", LAWS)
def test_what_is_left_of_a_volume_costs_ever_more(kind):
    last = [law(int(kind), 10.0 * share, 10.0, 50.0, 0.0) for share in (1e-2, 1e-3, 1e-4)]
    assert last[0][0] > last[1][0] > last[2][0] and last[0][1] < last[1][1] < last[2][1]
    assert all(math.isfinite(p) for p, _ in last)
