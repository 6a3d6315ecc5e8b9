"""Inverse square, the reference point, kerma-area product."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from angiosuite.physics.xray import kerma
from angiosuite.physics.xray.beam import Technique

PULSE = Technique(70, 0.3, 100, 6, 0.4)


@given(st.floats(300, 1500), st.floats(1.1, 3))
def test_kerma_falls_with_the_square_of_distance(distance: float, factor: float) -> None:
    near, far = (kerma.kerma_at_ugy(PULSE, d) for d in (distance, distance * factor))
    assert near / far == pytest.approx(factor**2)


@given(st.floats(900, 1200), st.floats(100, 300))
def test_kerma_area_product_does_not_depend_on_distance(distance: float, side: float) -> None:
    here = kerma.kerma_area_ugy_m2(PULSE, side**2, distance)
    nearer = kerma.kerma_area_ugy_m2(PULSE, (side / 2) ** 2, distance / 2)
    assert here == pytest.approx(nearer)


def test_the_reference_point_lies_fifteen_centimetres_toward_the_tube() -> None:
    assert kerma.reference_kerma_ugy(PULSE, 785) == pytest.approx(kerma.kerma_at_ugy(PULSE, 635))


def test_the_limit_is_taken_thirty_centimetres_before_the_receptor() -> None:
    assert kerma.limit_point_kerma_ugy(PULSE, 1050) == pytest.approx(kerma.kerma_at_ugy(PULSE, 750))


def test_kerma_is_proportional_to_charge() -> None:
    double = Technique(70, 0.3, 200, 6, 0.4)
    assert kerma.kerma_at_ugy(double, 800) == pytest.approx(2 * kerma.kerma_at_ugy(PULSE, 800))
