"""Limits of contrast by the kidneys, checked against the published rules."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from angiosuite.physics.flow.contrast_limit import contrast_limit


def test_poor_kidneys_allow_little() -> None:
    """eGFR 30: 1.78 x 30 = 53 ml, below what weight and creatinine allow (350 capped to 300, over 2.2)."""
    limit = contrast_limit(30.0, 70.0, 2.2)
    assert limit.ml == pytest.approx(53.4)
    assert "eGFR 30" in limit.why and "Nie" in limit.source and limit.far_ml == 120.0


def test_weight_and_creatinine_bind_where_they_are_stricter() -> None:
    limit = contrast_limit(90.0, 40.0, 2.0)
    assert limit.ml == pytest.approx(100.0) and "Cigarroa" in limit.source


def test_healthy_kidneys_meet_the_ceiling() -> None:
    limit = contrast_limit(200.0, 90.0)
    assert limit.ml == 300.0 and limit.caution


@given(egfr=st.floats(5, 150), more=st.floats(0, 50), weight=st.floats(30, 160), creatinine=st.floats(0.4, 8))
def test_better_kidneys_never_allow_less(egfr: float, more: float, weight: float, creatinine: float) -> None:
    worse, better = contrast_limit(egfr, weight, creatinine), contrast_limit(egfr + more, weight, creatinine)
    assert 0 < worse.ml <= better.ml <= 300.0
    assert contrast_limit(egfr, weight, creatinine + 1.0).ml <= worse.ml
