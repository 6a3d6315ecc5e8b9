"""Suspensions: only what is thick and wide jams; twice as thick asks for the pressure that was measured."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from angiosuite.kit.errors import WrongUse
from angiosuite.physics.treating.suspension import THIN, concentration, jams, pressure_factor

SHARE = st.floats(0.0, 0.9)


@given(SHARE, st.floats(20.0, 1500.0), st.floats(0.3, 1.3))
def test_only_thick_and_wide_jams(share: float, um: float, lumen_mm: float) -> None:
    wide, fits = um > 800.0 * lumen_mm, um <= 1000.0 * lumen_mm
    assert jams(share, um, lumen_mm) == (not fits or (wide and share > THIN + 1e-12))


def test_one_in_ten_is_thin_and_one_in_five_is_not() -> None:
    assert concentration(2.0, 18.0) == pytest.approx(0.1)
    assert not jams(concentration(2.0, 18.0), 600.0, 0.7)
    assert jams(concentration(2.0, 8.0), 600.0, 0.7)


def test_soft_balls_press_through_what_hard_ones_do_not() -> None:
    assert jams(0.05, 600.0, 0.5) and not jams(0.05, 600.0, 0.5, squeeze=0.8)
    assert jams(0.05, 600.0, 0.4, squeeze=0.8)


@given(SHARE, SHARE)
def test_thicker_never_asks_for_less(one: float, other: float) -> None:
    assert pressure_factor(min(one, other)) <= pressure_factor(max(one, other))
    assert pressure_factor(min(one, THIN)) == 1.0


def test_twice_as_thick_asks_for_more() -> None:
    assert pressure_factor(0.2) == pytest.approx(43.0 / 9.0, rel=0.05)


def test_a_suspension_of_nothing_is_refused() -> None:
    with pytest.raises(WrongUse):
        concentration(0.0, 0.0)
