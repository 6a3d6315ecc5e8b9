"""A tube and the ring that a catheter leaves of it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from angiosuite.physics.flow.lumen import annulus, inertance, resistance


def _ring_flow(r1: float, r2: float) -> float:
    """Flow through a ring for a unit pressure gradient and viscosity, summed over its velocities."""
    r = np.linspace(r1, r2, 200_001)
    u = 0.25 * (r2**2 - r**2 - (r2**2 - r1**2) * np.log(r2 / r) / np.log(r2 / r1))
    return float(np.trapezoid(2 * np.pi * r * u, r))


@pytest.mark.parametrize("share", [0.05, 0.3, 0.6, 0.9])
def test_the_ring_resists_as_the_velocity_profile_of_a_concentric_catheter_says(share):
    factor, left = annulus(np.pi, share)
    assert factor == pytest.approx(np.pi / 8 / _ring_flow(share, 1.0), rel=1e-6)
    assert left == pytest.approx(1 - share**2)


@given(a=st.floats(0.0, 1.2), b=st.floats(0.0, 1.2))
def test_a_thicker_catheter_never_resists_less(a, b):
    thin, thick = sorted((a, b))
    assert annulus(np.pi, thin)[0] <= annulus(np.pi, thick)[0]


def test_a_catheter_as_wide_as_the_lumen_wedges():
    assert annulus(np.pi, 1.0) == (float("inf"), 0.0)


def test_a_blunt_profile_resists_more_and_starts_the_same():
    assert resistance(10, 1.0, 9.0) == pytest.approx(resistance(10, 1.0, 2.0) * 22 / 8)
    assert inertance(10, 2.0) == pytest.approx(1.06 * 10 / 2 / 1333.22)
