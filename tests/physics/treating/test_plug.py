"""A plug: longer in a narrow vessel, mass kept, held only where it is wider than its vessel."""

from __future__ import annotations

from math import pi

import pytest
from hypothesis import given
from hypothesis import strategies as st

from angiosuite.physics.treating.coil_hold import drag_n
from angiosuite.physics.treating.plug import plug_density, plug_hold_n, plug_length_mm


@given(st.floats(3.0, 20.0), st.floats(0.3, 0.99))
def test_a_narrower_vessel_makes_it_longer_and_keeps_its_mass(free: float, share: float) -> None:
    vessel = share * free
    long = plug_length_mm(free, 10.0, vessel)
    assert 10.0 < long < 10.0 * 1.6
    kept = plug_density(free, 10.0, vessel) * vessel**2 * long
    assert kept == pytest.approx(0.03 * free**2 * 10.0) or plug_density(free, 10.0, vessel) == 0.9


def test_a_plug_as_chosen_holds_against_arterial_pressure_and_one_too_small_does_not() -> None:
    assert plug_hold_n(6.0, 11.0, 4.4) > drag_n(93.0, pi * 2.2**2)
    assert plug_hold_n(6.0, 11.0, 6.5) == 0.0
    assert plug_length_mm(6.0, 11.0, 6.5) == 11.0
