"""Clot in coils: minutes by kind, slower with heparin and in fast blood."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from angiosuite.physics.treating.coil_clot import (
    MINUTES,
    closing_s,
    clot_rate,
    filled_density,
    pore_shear_1_s,
)
from angiosuite.physics.treating.coil_packing import permeability_mm2


@pytest.mark.parametrize("kind", sorted(MINUTES))
@given(u=st.floats(0.0, 1.0))
def test_a_device_closes_within_its_range_where_blood_runs_as_it_does_in_packs(kind: str, u: float) -> None:
    low, high = MINUTES[kind]
    seconds = closing_s(low, high, u)
    assert 60.0 * low <= seconds * (1 + 1e-9) and seconds <= 60.0 * high * (1 + 1e-9)
    assert 1.0 / clot_rate(120.0, 2000.0, seconds) == pytest.approx(seconds)


def test_fibres_close_sooner_than_bare_loops() -> None:
    assert closing_s(*MINUTES["fibred"], 0.5) < closing_s(*MINUTES["bare"], 0.5)


@given(st.floats(120.0, 299.0), st.floats(0.0, 1e4))
def test_heparin_and_fast_blood_slow_the_clot(act_s: float, shear: float) -> None:
    assert clot_rate(act_s + 1.0, shear, 300.0) < clot_rate(act_s, shear, 300.0)
    assert clot_rate(act_s, shear + 100.0, 300.0) < clot_rate(act_s, shear, 300.0)


def test_nothing_clots_under_full_heparin() -> None:
    assert clot_rate(300.0, 0.0, 300.0) == 0.0


def test_shear_in_the_pores_follows_the_flow() -> None:
    k = permeability_mm2(0.35, 0.2)
    one = pore_shear_1_s(1.0, 12.0, 0.2, k)
    assert pore_shear_1_s(-2.0, 12.0, 0.2, k) == pytest.approx(2.0 * one)
    assert pore_shear_1_s(0.0, 12.0, 0.2, k) == 0.0


@given(st.floats(0.01, 0.6), st.floats(0.0, 1.0))
def test_clot_fills_what_metal_left(density: float, clotted: float) -> None:
    filled = filled_density(density, clotted)
    assert density <= filled < 1.0
    assert filled_density(density, 0.0) == density
