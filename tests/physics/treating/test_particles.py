"""Particles: a vial holds what its label says, and one stops exactly where it fits no more."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from angiosuite.kit.errors import WrongUse
from angiosuite.physics.treating.arterial_tree import ARTERIOLE_UM
from angiosuite.physics.treating.oil import SQUEEZE, droplets
from angiosuite.physics.treating.particles import count_per_ml, lodges, lodging_um, sizes

DIAMETER = st.floats(10.0, 5000.0)


@given(DIAMETER, st.floats(1.05, 4.0), st.floats(0.0, 1.0), st.floats(0.02, 2.0), st.integers(1, 9))
def test_bins_hold_all_of_a_vial_within_its_label(
    low: float, wide: float, place: float, spread: float, bins: int
) -> None:
    high = low * wide
    held = sizes(low, high, low + place * (high - low), spread * (high - low), bins)
    assert held.volume_share.sum() == pytest.approx(1.0, abs=1e-12)
    assert held.number_share.sum() == pytest.approx(1.0, abs=1e-12)
    assert low <= held.diameter_um[0] and held.diameter_um[-1] <= high
    assert (np.diff(held.diameter_um) > 0.0).all()


def test_the_mean_of_a_vial_is_that_of_the_cut_distribution() -> None:
    from scipy.stats import truncnorm

    held = sizes(300.0, 500.0, 400.0, 50.0, 40)
    expected = truncnorm.mean(-2.0, 2.0, 400.0, 50.0)
    assert (held.number_share * held.diameter_um).sum() == pytest.approx(expected, rel=1e-3)
    skew = sizes(300.0, 500.0, 330.0, 60.0, 40)
    expected = truncnorm.mean(-0.5, 170.0 / 60.0, 330.0, 60.0)
    assert (skew.number_share * skew.diameter_um).sum() == pytest.approx(expected, rel=1e-3)


def test_volumes_weigh_large_particles_more_than_counts_do() -> None:
    held = sizes(100.0, 300.0, 200.0, 60.0)
    by_volume = float((held.volume_share * held.diameter_um).sum())
    by_number = float((held.number_share * held.diameter_um).sum())
    assert by_volume > by_number


@pytest.mark.parametrize(
    ("um", "count"), [(100, 1.1e6), (200, 1.4e5), (400, 1.8e4), (600, 5300), (800, 2200)]
)
def test_counts_are_those_of_packed_balls(um: float, count: float) -> None:
    assert count_per_ml(um) == pytest.approx(count, rel=0.05)


@given(DIAMETER, DIAMETER, st.floats(0.5, 1.3), st.floats(1.0, 2.0))
def test_lodging_is_exact(lumen: float, diameter: float, squeeze: float, clumps: float) -> None:
    threshold = float(lodging_um(diameter, squeeze, clumps))
    assert threshold == pytest.approx(diameter * squeeze * clumps, rel=1e-12)
    assert bool(lodges(lumen, diameter, squeeze, clumps)) == (lumen < threshold)
    assert not lodges(threshold, diameter, squeeze, clumps)
    assert lodges(np.nextafter(threshold, 0.0), diameter, squeeze, clumps)


def test_soft_balls_go_further_and_clumps_less_far_than_hard_ones() -> None:
    soft, hard, clumped = (float(lodging_um(500.0, *how)) for how in ((0.8, 1.0), (1.15, 1.0), (1.0, 1.75)))
    assert soft < hard < clumped


def test_oil_stops_in_arterioles() -> None:
    assert (droplets().diameter_um * SQUEEZE < 1.3 * ARTERIOLE_UM).all()


def test_sizes_of_nothing_are_refused() -> None:
    for wrong in ((0.0, 100.0, 50.0, 10.0), (300.0, 100.0, 200.0, 10.0), (100.0, 300.0, 200.0, 0.0)):
        with pytest.raises(WrongUse):
            sizes(*wrong)
