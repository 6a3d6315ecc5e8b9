"""Coil packing: published volumes, Kozeny and Darcy, and no cliff in what stays closed."""

from __future__ import annotations

from itertools import pairwise
from math import pi

import pytest
from hypothesis import given
from hypothesis import strategies as st

from angiosuite.physics.flow.blood import DYNE_CM2_PER_MMHG, VISCOSITY_POISE
from angiosuite.physics.treating.coil_packing import (
    added_resistance,
    packing_density,
    permeability_mm2,
    poiseuille_share,
    stable_share,
    wind_volume_mm3,
)

INCH_MM = 25.4


@pytest.mark.parametrize(
    ("wind_in", "mm3_a_cm"), [(0.0115, 0.67), (0.0135, 0.92), (0.015, 1.14), (0.020, 2.0), (0.035, 6.2)]
)
def test_a_centimetre_of_coil_takes_the_published_volume(wind_in: float, mm3_a_cm: float) -> None:
    assert wind_volume_mm3(wind_in * INCH_MM, 10.0) == pytest.approx(mm3_a_cm, rel=0.015)


def test_a_sac_of_ten_millimetres_at_24_percent_takes_the_published_lengths() -> None:
    sac = 4.0 / 3.0 * pi * 5.0**3
    assert packing_density(wind_volume_mm3(0.0135 * INCH_MM, 1360.0), sac) == pytest.approx(0.24, rel=0.01)
    assert packing_density(wind_volume_mm3(0.020 * INCH_MM, 620.0), sac) == pytest.approx(0.24, rel=0.01)


@given(st.floats(0.05, 0.6), st.floats(0.2, 1.0))
def test_permeability_is_kozenys_and_falls_with_density(f: float, wind: float) -> None:
    k = permeability_mm2(wind, f)
    assert k == pytest.approx(wind**2 * (1 - f) ** 3 / (180 * f**2), rel=1e-9)
    assert permeability_mm2(wind, 1.01 * f) < k
    assert permeability_mm2(2.0 * wind, f) == pytest.approx(4.0 * k)


@given(st.floats(0.05, 0.6), st.floats(0.5, 5.0), st.floats(2.0, 40.0))
def test_the_share_of_area_adds_the_resistance_of_darcy(f: float, radius: float, length: float) -> None:
    area, k = pi * radius**2, permeability_mm2(0.35, f)
    open_vessel = 8.0 * pi * VISCOSITY_POISE * (0.1 * length) / (1e-2 * area) ** 2 / DYNE_CM2_PER_MMHG
    packed = open_vessel / poiseuille_share(area, k) ** 2
    assert packed - open_vessel == pytest.approx(added_resistance(length, area, k), rel=0.01)


def test_no_packing_leaves_the_vessel_as_it_was() -> None:
    assert poiseuille_share(12.0, permeability_mm2(0.35, 0.0)) == pytest.approx(1.0, abs=1e-3)


def test_what_stays_closed_rises_over_the_published_cuts_without_a_cliff() -> None:
    assert stable_share(0.19) == pytest.approx(0.1)
    assert stable_share(0.31) == pytest.approx(0.9)
    assert stable_share(0.249) > 0.45 > 0.25 > stable_share(0.205)
    steps = [stable_share(0.19 + 0.001 * k) for k in range(121)]
    assert max(b - a for a, b in pairwise(steps)) < 0.012
