"""What the generator can do."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from angiosuite.physics.xray.tube import TubeLimits, pulse_for

LIMITS = TubeLimits()


@given(kv=st.floats(50, 125), mas=st.floats(0.01, 20))
def test_no_pulse_leaves_the_limits(kv: float, mas: float) -> None:
    t = pulse_for(kv, 0.1, mas, LIMITS, preferred_ms=6, longest_ms=12)
    power = dict(LIMITS.focal_spots)[t.focal_spot_mm]
    assert t.power_kw <= power + 1e-6
    assert t.ma <= LIMITS.ma_high + 1e-6
    assert LIMITS.pulse_ms_low - 1e-9 <= t.pulse_ms <= 12 + 1e-9
    assert t.mas <= mas * (1 + 1e-9)


@given(kv=st.floats(50, 125), mas=st.floats(0.05, 2))
def test_what_can_be_carried_is_carried(kv: float, mas: float) -> None:
    t = pulse_for(kv, 0.1, mas, LIMITS, preferred_ms=6, longest_ms=12)
    assert t.mas == pytest.approx(mas, rel=1e-6)


def test_the_small_focal_spot_is_used_until_its_power_is_reached() -> None:
    small = pulse_for(70, 0.1, 1.0, LIMITS, preferred_ms=6, longest_ms=12)
    large = pulse_for(70, 0.1, 8.0, LIMITS, preferred_ms=6, longest_ms=12)
    assert (small.focal_spot_mm, large.focal_spot_mm) == (0.4, 0.7)
