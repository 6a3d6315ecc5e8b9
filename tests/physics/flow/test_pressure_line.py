"""Pressure through a catheter: F10, a second-order response; level and zero."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from angiosuite.kit.errors import WrongUse
from angiosuite.physics.flow.pressure_line import PressureLine


def _step_response(hz: float, damping: float, t: np.ndarray) -> np.ndarray:
    """Closed form of an underdamped second-order system after a step."""
    w = 2 * np.pi * hz
    wd = w * np.sqrt(1 - damping**2)
    return 1 - np.exp(-damping * w * t) * (np.cos(wd * t) + damping * w / wd * np.sin(wd * t))


@pytest.mark.parametrize(("hz", "damping"), [(12.0, 0.4), (25.0, 0.15), (7.0, 0.8)])
def test_f10_a_step_is_answered_as_by_a_second_order_system(hz, damping):
    line = PressureLine(hz, damping)
    line.step(0.0, 1e-5)
    shown = [line.step(1.0, 1e-5) for _ in range(30_000)]
    t = (np.arange(30_000) + 1) * 1e-5
    assert np.abs(shown - _step_response(hz, damping, t)).max() < 0.02


def test_f10_a_fast_flush_rings_at_the_natural_frequency_and_damping():
    # fast flush: 300 mmHg let go at once; damping from the ratio of crests, frequency from their distance
    line = PressureLine(15.0, 0.2)
    line.step(300.0, 0.002)
    shown = np.array([line.step(0.0, 0.002) for _ in range(250)])
    crests = [k for k in range(1, 249) if shown[k - 1] < shown[k] > shown[k + 1]]
    ratio = np.log(shown[crests[0]] / shown[crests[1]])
    damping = ratio / np.sqrt(4 * np.pi**2 + ratio**2)
    hertz = 1 / ((crests[2] - crests[0]) / 2 * 0.002) / np.sqrt(1 - 0.2**2)
    assert damping == pytest.approx(0.2, rel=0.05)
    assert hertz == pytest.approx(15.0, rel=0.02)


@pytest.mark.parametrize("hertz", [1.0, 5.0, 12.0, 20.0])
def test_f10_a_sine_is_passed_on_by_the_transfer_function_at_the_step_of_the_room(hertz):
    line, w = PressureLine(15.0, 0.3), 2 * np.pi * 15.0
    t = np.arange(1500) * 0.002
    shown = np.array([line.step(np.sin(2 * np.pi * hertz * s), 0.002) for s in t])
    s = 2j * np.pi * hertz
    exact = abs(w * w / (s * s + 0.6 * w * s + w * w))
    found = abs(2 * np.mean(shown[-1000:] * np.exp(-2j * np.pi * hertz * t[-1000:])))
    assert found == pytest.approx(exact, rel=0.02)


@given(
    hz=st.floats(1, 60), damping=st.floats(0.05, 5), mmhg=st.floats(-50, 300), seconds=st.floats(1e-4, 0.05)
)
def test_a_still_pressure_is_shown_as_it_is_whatever_the_line(hz, damping, mmhg, seconds):
    line = PressureLine(hz, damping)
    for _ in range(50):
        shown = line.step(mmhg, seconds)
    assert shown == pytest.approx(mmhg, abs=1e-6)


def test_zeroing_takes_the_drift_away_and_not_the_level():
    line = PressureLine(15.0, 0.3, drift_mmhg=8.0)
    assert line.step(90.0, 0.002) == pytest.approx(98.0) and not line.zeroed
    line.zero()
    assert line.step(90.0, 0.002) == pytest.approx(90.0) and line.zeroed
    line.level_cm = -10.0  # too low: tells too much, a centimetre of water each
    assert line.step(90.0, 0.002) == pytest.approx(90.0 + 7.356)


def test_a_state_restored_goes_on_as_the_first_did():
    one, two = PressureLine(15.0, 0.3, 5.0), PressureLine(8.0, 0.9)
    one.zero()
    for k in range(30):
        one.step(80.0 + k, 0.002)
    two.restore(one.state())
    assert [one.step(70.0, 0.002) for _ in range(20)] == [two.step(70.0, 0.002) for _ in range(20)]


def test_a_line_that_cannot_be_is_refused():
    with pytest.raises(WrongUse):
        PressureLine(0.0, 0.3)
