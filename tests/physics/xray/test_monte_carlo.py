"""The Monte Carlo against published backscatter factors and its own laws."""

import numpy as np
import pytest
from numba import get_num_threads, set_num_threads

from angiosuite.physics.xray import attenuation
from angiosuite.physics.xray.monte_carlo import scattering, slab

# Benmakhlouf et al., Phys. Med. Biol. 58:247 (2013), eq. 8, side 19.5 cm at the entrance.
PUBLISHED = {(70, 0.1): 1.4327, (70, 0.3): 1.5187, (80, 0.2): 1.5117, (100, 0.1): 1.4955, (120, 0.0): 1.4337}


def backscatter(kv: float, cu: float, photons: int) -> tuple[float, float]:
    result = slab(
        kv, cu, thickness_cm=20, field_side_cm=19.5 * 105 / 75, air_gap_cm=10, photons=photons, patch_cm=2.5
    )
    return result.backscatter_factor, result.backscatter_error


@pytest.mark.parametrize(("kv", "cu"), [(70, 0.1), (100, 0.1)])
def test_backscatter_equals_what_was_published(kv: int, cu: float) -> None:
    ours, error = backscatter(kv, cu, 400_000)
    assert abs(ours / PUBLISHED[kv, cu] - 1) < 0.03
    assert error < 0.01


@pytest.mark.long
@pytest.mark.parametrize(("kv", "cu"), PUBLISHED)
def test_backscatter_reaches_the_aim_of_one_and_a_half_per_cent(kv: int, cu: float) -> None:
    ours, _ = backscatter(kv, cu, 4_000_000)
    assert abs(ours / PUBLISHED[kv, cu] - 1) < 0.015


def test_the_number_of_threads_changes_nothing() -> None:
    before = get_num_threads()
    try:
        results = []
        for threads in {1, before}:
            set_num_threads(threads)
            r = slab(70, 0.3, thickness_cm=15, field_side_cm=20, air_gap_cm=10, photons=12_800)
            results.append((r.spr.tobytes(), r.backscatter_factor))
        assert len(set(results)) == 1
    finally:
        set_num_threads(before)


def test_scatter_grows_with_thickness_and_field_and_falls_with_the_gap() -> None:
    def spr(thickness: float, field: float, gap: float) -> float:
        return float(
            slab(70, 0.3, thickness_cm=thickness, field_side_cm=field, air_gap_cm=gap, photons=25_600).spr[0]
        )

    assert spr(10, 25, 10) < spr(20, 25, 10) < spr(28, 25, 10)
    assert spr(20, 12, 10) < spr(20, 25, 10)
    assert spr(20, 25, 5) > spr(20, 25, 25)


def test_differential_cross_sections_add_up_to_the_tabulated_ones() -> None:
    data = scattering()
    per_gram = 0.5 * (2.8179403e-13) ** 2 * 6.02214e23 / 18.015
    for energy in (30, 50, 70, 100):
        whole = per_gram * data.norm_incoherent[energy]
        assert whole == pytest.approx(float(attenuation.mu_rho_incoherent("water", energy)), rel=0.02)
        whole = per_gram * data.norm_coherent[energy]
        assert whole == pytest.approx(float(attenuation.mu_rho_coherent("water", energy)), rel=0.01)


def test_most_scattered_kerma_leaves_toward_the_tube() -> None:
    leaving = slab(80, 0.2, thickness_cm=20, field_side_cm=20, air_gap_cm=10, photons=64_000).leaving_kerma
    assert leaving[13:].mean() > 4 * leaving[3:6].mean()
    assert np.isfinite(leaving).all()
