"""Glue: both clocks are the measured ones and lie in between elsewhere; what they mean in a vessel."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from angiosuite.kit.errors import WrongUse
from angiosuite.physics.treating import glue

SHARE = st.floats(0.2, 1.0)
MEASURED = [
    (1.00, 0.12, 0.28),
    (0.66, 3.7, 0.78),
    (0.50, 12.3, 1.43),
    (0.40, 27.0, 3.75),
    (0.33, 58.0, 4.5),
    (0.20, 64.0, 9.3),
]
"""Share, set and flow-stop medians, s: research notes 3.8, copied here by hand."""


@pytest.mark.parametrize(("share", "sets", "stops"), MEASURED)
def test_both_clocks_are_the_table(share: float, sets: float, stops: float) -> None:
    assert glue.set_s(share) == pytest.approx(sets, rel=1e-12)
    assert glue.stop_s(share) == pytest.approx(stops, rel=1e-12)


@given(SHARE, SHARE)
def test_more_oil_never_hastens_glue(one: float, other: float) -> None:
    thin, thick = min(one, other), max(one, other)
    assert glue.set_s(thin) >= glue.set_s(thick) and glue.stop_s(thin) >= glue.stop_s(thick)


@given(st.integers(0, 4), st.floats(0.0, 1.0))
def test_between_two_shares_the_clocks_lie_between(k: int, place: float) -> None:
    (high, *fast), (low, *slow) = MEASURED[k], MEASURED[k + 1]
    share = low + place * (high - low)
    for law, quick, long in ((glue.set_s, fast[0], slow[0]), (glue.stop_s, fast[1], slow[1])):
        assert quick * (1 - 1e-9) <= law(share) <= long * (1 + 1e-9)


def test_thinner_than_was_measured_is_held() -> None:
    assert glue.set_s(0.05) == glue.set_s(0.2) and glue.stop_s(0.05) == glue.stop_s(0.2)


def test_one_part_of_oil_makes_half() -> None:
    assert [glue.glue_share(parts) for parts in (0.0, 1.0, 2.0, 4.0)] == pytest.approx([1.0, 0.5, 1 / 3, 0.2])
    with pytest.raises(WrongUse):
        glue.glue_share(-1.0)


@given(SHARE, st.floats(0.05, 10.0), st.floats(0.5, 8.0))
def test_glue_reaches_as_far_as_flow_takes(share: float, flow_ml_s: float, lumen_mm: float) -> None:
    far = glue.reach_mm(share, flow_ml_s, lumen_mm)
    assert glue.reach_mm(share, 2.0 * flow_ml_s, lumen_mm) == pytest.approx(2.0 * far)
    assert glue.reach_mm(share, flow_ml_s, 2.0 * lumen_mm) == pytest.approx(far / 4.0)
    assert glue.reach_mm(share, flow_ml_s, lumen_mm, glue.ENDOTHELIUM) == pytest.approx(far / 2.0)


def test_a_tip_in_the_cast_is_held_at_half_time() -> None:
    half = 0.5 * glue.set_s(0.5)
    assert not glue.is_catheter_glued(0.999 * half, 0.5)
    assert glue.is_catheter_glued(1.001 * half, 0.5)
    assert glue.is_catheter_glued(0.6 * half, 0.5, glue.ENDOTHELIUM)
