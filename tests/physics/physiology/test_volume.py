"""Fluid into a vein: what comes in, what stays, and that the circulation is told exactly that."""

from __future__ import annotations

import numpy as np
import pytest

from angiosuite.physics.physiology.volume import Volume


def test_half_of_it_is_in_the_vessels_when_it_has_run_in_and_a_fifth_half_an_hour_later() -> None:
    """50 to 60 % at the end of half an hour, 15 to 20 % half an hour later: Hahn 2020 (abstract)."""
    fluid = Volume()
    fluid.rate_ml_s = 1000.0 / 1800.0
    fluid.give(1000.0)
    fluid.advance(1800.0)
    assert 0.50 <= fluid.plasma_ml / 1000.0 <= 0.60
    fluid.advance(1800.0)
    assert 0.15 <= fluid.plasma_ml / 1000.0 <= 0.20


def test_what_the_circulation_is_told_adds_up_to_what_is_in_the_vessels() -> None:
    fluid = Volume()
    fluid.give(500.0)
    gained = 0.0
    for _ in range(4000):
        fluid.advance(0.5)
        gained += 0.5 * fluid.flow_ml_s
    assert gained == pytest.approx(fluid.plasma_ml, rel=1e-9)


def test_it_runs_at_its_rate_and_then_stops() -> None:
    fluid = Volume()
    fluid.give(500.0)
    fluid.advance(100.0)
    assert fluid.given_ml == pytest.approx(250.0) and fluid.is_running
    assert fluid.flow_ml_s == pytest.approx(2.5, rel=0.1)
    fluid.advance(101.0)
    assert fluid.given_ml == pytest.approx(500.0) and not fluid.is_running
    assert fluid.flow_ml_s < 0.0


def test_a_closed_clamp_ends_it() -> None:
    fluid = Volume()
    fluid.give(500.0)
    fluid.advance(40.0)
    fluid.stop()
    fluid.advance(40.0)
    assert fluid.given_ml == pytest.approx(100.0)


def test_nothing_given_is_nothing_told() -> None:
    fluid = Volume()
    fluid.advance(1000.0)
    assert fluid.flow_ml_s == 0.0 and fluid.plasma_ml == 0.0


def test_the_course_does_not_depend_on_how_time_is_cut() -> None:
    fine, coarse = Volume(), Volume()
    for fluid in (fine, coarse):
        fluid.give(300.0)
    for _ in range(10_000):
        fine.advance(0.02)
    coarse.advance(200.0)
    assert fine.plasma_ml == pytest.approx(coarse.plasma_ml, rel=1e-9)


def test_a_restored_one_goes_on_the_same() -> None:
    one, other = Volume(), Volume()
    one.give(250.0)
    one.advance(33.3)
    other.restore(one.state())
    for fluid in (one, other):
        fluid.advance(120.1)
    assert np.array_equal(one.state()["volume"], other.state()["volume"])
