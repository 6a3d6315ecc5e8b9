"""What holds a coil: its spring, fibres and clot, against the pressure that is lost over it."""

from __future__ import annotations

from math import pi

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from angiosuite.physics.treating.coil_hold import (
    drag_n,
    grip_n,
    loops_fit,
    spring_n_mm,
    standing_n,
    wind_ei_nmm2,
)


def test_a_wind_is_far_softer_than_its_wire_and_goes_with_its_fifth_power() -> None:
    assert wind_ei_nmm2(0.05, 0.381) == pytest.approx(
        0.0021, rel=0.03
    )  # what the cupboard says of such coils
    assert wind_ei_nmm2(0.05, 0.381) < 0.1 * 170e3 * pi * 0.05**4 / 64.0
    twice = wind_ei_nmm2(0.1, 0.431) / wind_ei_nmm2(0.05, 0.381)
    assert twice == pytest.approx(32.0)


@given(st.floats(2.0, 10.0), st.floats(1.05, 2.0))
def test_loops_press_by_the_work_that_widening_them_frees(lumen: float, oversize: float) -> None:
    wind, ei = 0.3, 0.01
    radius, own, step = 0.5 * (lumen - wind), 0.5 * (lumen * oversize - wind), 1e-4
    energy = [0.5 * ei * (1.0 / (radius + s) - 1.0 / own) ** 2 for s in (-step, step)]
    work = (energy[0] - energy[1]) / (2.0 * step)
    assert spring_n_mm(ei, lumen * oversize, lumen, wind) == pytest.approx(work, rel=1e-3, abs=1e-9)


def test_loops_that_are_narrower_than_the_lumen_press_nothing() -> None:
    assert spring_n_mm(0.01, 4.0, 5.0, 0.3) == 0.0
    assert loops_fit(4.0, 5.0) == 0.0
    assert loops_fit(6.0, 5.0) == 1.0


def test_a_strand_in_loops_stands_with_the_force_of_its_spring_and_a_straight_one_with_none() -> None:
    radius, wind, ei, rest = 2.5, 0.4, 0.01, 1.0 / 2.9
    a = np.linspace(0.0, 6.0 * pi, 400)
    ring = (radius - 0.5 * wind) * np.stack([np.cos(a), np.sin(a), 0.01 * a], axis=1)
    axis, at = np.tile([0.0, 0.0, 1.0], (400, 1)), np.full(400, radius - 0.5 * wind)
    wide = np.full(400, radius)
    length = float(np.linalg.norm(np.diff(ring, axis=0), axis=1).sum())
    whole = spring_n_mm(ei, 2.0 * 2.9 + wind, 2.0 * radius, wind) * length
    assert standing_n(ring, axis, wide, at, rest, ei, wind) == pytest.approx(whole, rel=0.01)
    straight = np.stack([0 * a + 2.3, 0 * a, a], axis=1)
    assert standing_n(straight, axis, wide, at, rest, ei, wind) == 0.0
    narrow = np.stack([0.5 * ring[:, 0], 0.5 * ring[:, 1], ring[:, 2]], axis=1)
    assert standing_n(narrow, axis, wide, 0.5 * at, rest, ei, wind) == 0.0


def test_fit_fibres_and_clot_hold_and_the_full_pressure_carries_off_what_does_not_fit() -> None:
    loose = grip_n(0.0, 0.3, 10.0, 4.0, 0.0, 0.0, True)
    fits = grip_n(0.001, 0.3, 10.0, 4.0, 1.0, 0.0, True)
    clotted = grip_n(0.001, 0.3, 10.0, 4.0, 1.0, 1.0, True)
    assert loose == 0.0 < grip_n(0.001, 0.3, 10.0, 4.0, 1.0, 0.0, False) < fits < clotted
    assert drag_n(10.0, pi * 4.0) < fits
    assert drag_n(90.0, pi * 4.0) < clotted
    assert drag_n(0.1, pi * 4.0) > loose
