"""Backscatter factors of the fit."""

import numpy as np
import pytest

from angiosuite.physics.xray.backscatter import backscatter_factor, backscatter_factors
from angiosuite.physics.xray.beam import beam

# Benmakhlouf et al., Phys. Med. Biol. 58:247 (2013), eq. 8, 19.5 cm.
PUBLISHED = {(70, 0.1): 1.4327, (70, 0.3): 1.5187, (80, 0.2): 1.5117, (100, 0.1): 1.4955, (120, 0.0): 1.4337}


@pytest.mark.parametrize(("kv", "cu"), PUBLISHED)
def test_the_fit_equals_what_was_published(kv: int, cu: float) -> None:
    ours = backscatter_factor(kv, beam(kv, cu).hvl_mm_al, 195.0)
    assert abs(ours / PUBLISHED[kv, cu] - 1) < 0.015


def test_backscatter_grows_with_the_field() -> None:
    hvl = beam(75, 0.3).hvl_mm_al
    factors = [backscatter_factor(75, hvl, side) for side in np.linspace(60, 350, 20)]
    assert np.all(np.diff(factors) > -1e-3)
    assert 1.15 < factors[0] < factors[-1] < 1.7


def test_many_fields_at_once_are_the_fields_one_by_one_and_a_point_sends_nothing_back() -> None:
    hvl = beam(80, 0.2).hvl_mm_al
    sides = np.array([0.0, 10.0, 49.9, 50.1, 200.0, 360.0, 500.0])
    found = backscatter_factors(80, hvl, sides)
    assert found == pytest.approx([backscatter_factor(80, hvl, side) for side in sides], rel=1e-12)
    assert found[0] == 1.0
    assert np.all(np.diff(found[:6]) > 0)
    assert found[3] - found[2] < 0.01
    assert found[5] == found[6]
