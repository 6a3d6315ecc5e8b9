"""A snare catches a free end that lies in a loop across the vessel, and tells why not."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from angiosuite.physics.treating.snare import STOP_N, Reach, catches, comes_free, why_not

GOOD = Reach(20.0, 20.0, 10.0, 4.0, 3.0)


def test_a_loop_across_the_vessel_over_a_free_end_catches():
    assert catches(GOOD) and why_not(GOOD) is None


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"is_free": False}, "the end is not free"),
        ({"loop_mm": 15.0}, "the loop is too small for the vessel"),
        ({"loop_mm": 25.0}, "the loop is too large for the vessel"),
        ({"off_normal_deg": -31.0}, "the loop does not stand across the vessel"),
        ({"past_mm": 0.0}, "the loop is not over the end"),
        ({"off_axis_mm": 9.9}, "the end is outside the loop"),
    ],
)
def test_each_thing_that_is_missing_is_told(change, why):
    assert why_not(replace(GOOD, **change)) == why


@given(
    loop=st.floats(2.0, 45.0), vessel=st.floats(2.0, 45.0), angle=st.floats(-90.0, 90.0),
    off=st.floats(0.0, 30.0), nearer=st.floats(0.0, 1.0),
)  # fmt: skip
def test_nearer_the_axis_and_straighter_never_loses_a_catch(loop, vessel, angle, off, nearer):
    reach = Reach(loop, vessel, angle, off, 2.0)
    if catches(reach):
        assert catches(replace(reach, off_normal_deg=nearer * angle, off_axis_mm=nearer * off))


@given(u=st.floats(0.0, 1.0), pull=st.floats(0.0, 40.0), more=st.floats(0.0, 20.0))
def test_a_hook_comes_free_between_5_and_20_n_and_more_pull_never_holds_it(u, pull, more):
    assert not comes_free(4.99, u)
    assert comes_free(STOP_N, u)
    assert comes_free(pull + more, u) or not comes_free(pull, u)


@given(u=st.floats(0.0, 1.0))
def test_what_sits_firmer_than_the_stop_never_comes(u):
    assert not comes_free(1000.0, u, holds_n=16.0)
