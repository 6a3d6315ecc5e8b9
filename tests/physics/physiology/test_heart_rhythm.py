"""The rhythm keeps its rate, varies a little, and writes an ECG with its waves in order."""

import numpy as np
import pytest

from angiosuite.kit.randomness import generator
from angiosuite.physics.physiology.heart_rhythm import HeartRhythm, ecg_mv


def heart(seed=1):
    return HeartRhythm(68.0, lambda beat: float(generator(seed, "heart", beat).standard_normal()))


def test_a_minute_has_as_many_beats_as_the_rate_says():
    h = heart()
    for step in range(30_000):
        h.advance(0.002, (step * 0.002 / 4.3) % 1.0)
    assert h.beat == pytest.approx(68, abs=2)


def test_the_r_wave_is_the_tallest_and_q_and_s_lie_below_zero():
    phases = np.linspace(0, 1, 1000, endpoint=False)
    trace = np.array([ecg_mv(p) for p in phases])
    assert trace.argmax() in (0, 1, 999) and 0.8 < trace.max() < 1.6
    assert trace.min() < -0.05
    t_wave = trace[150:400]
    assert 0.05 < t_wave.max() < 0.5 * trace.max()


def test_a_restored_rhythm_goes_on_as_the_first():
    a, b = heart(), heart()
    for _ in range(1234):
        a.advance(0.002, 0.3)
    b.restore(a.state())
    for h in (a, b):
        for _ in range(2000):
            h.advance(0.002, 0.3)
    assert np.array_equal(a.state(), b.state())
