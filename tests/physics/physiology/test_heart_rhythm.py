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


def beats_of(h, seconds):
    """Times of R waves, s, whether each beat is an extra one, and the ECG."""
    times, extra, trace, before = [], [], [], h.beat
    for step in range(round(seconds / 0.002)):
        h.advance(0.002, 0.25)
        if h.beat != before:
            before = h.beat
            times.append(step * 0.002)
            extra.append(h.is_extra)
        trace.append(h.ecg_mv)
    return np.array(times), np.array(extra), np.array(trace)


@pytest.mark.parametrize("count", [1, 3])
def test_ventricular_extra_beats_come_early_and_a_full_pause_follows(count):
    h = heart()
    beats_of(h, 3.0)
    h.provoke(count)
    times, extra, _ = beats_of(h, 8.0)
    assert extra.sum() == count and np.all(np.diff(np.flatnonzero(extra)) == 1), "one after the other"
    usual = 60.0 / 68.0
    first, last = np.flatnonzero(extra)[[0, -1]]
    assert times[last + 1] - times[last] > 1.4 * usual
    assert np.all(np.diff(times[first : last + 1]) < 0.6 * usual)
    assert np.diff(times[last + 1 :]) == pytest.approx(usual, rel=0.15)


def test_a_ventricular_extra_beat_is_wide_and_its_t_wave_points_the_other_way():
    h = heart()
    while not 0.3 < h.phase < 0.31 or h.beat < 3:
        h.advance(0.002, 0.25)
    h.provoke(1)
    times, extra, trace = beats_of(h, 4.0)
    k = int(np.flatnonzero(extra)[0])

    def above_half_s(at_s):
        near = trace[round(at_s / 0.002) - 50 : round(at_s / 0.002) + 100]
        return 0.002 * int((near > 0.5 * near.max()).sum())

    assert above_half_s(times[k]) > 2.0 * above_half_s(times[k + 2])
    after = trace[round((times[k] + 0.2) / 0.002) : round((times[k] + 0.45) / 0.002)]
    normal = trace[round((times[k + 2] + 0.2) / 0.002) : round((times[k + 2] + 0.45) / 0.002)]
    assert after.min() < -0.3 and normal.max() > 0.1
    before = trace[round((times[k] - 0.14) / 0.002) : round((times[k] - 0.1) / 0.002)]
    assert 0.1 < times[k] < 0.3 and np.abs(before).max() < 0.1, "no P wave of its own"
    assert np.abs(np.diff(trace)).max() < 0.25, "a pen draws it"


def test_an_atrial_extra_beat_is_early_and_narrow():
    h = heart()
    beats_of(h, 3.0)
    h.provoke(1, "atrium")
    times, extra, trace = beats_of(h, 4.0)
    k = int(np.flatnonzero(extra)[0])
    assert trace[round((times[k]) / 0.002) - 20 :][:40].max() == pytest.approx(trace.max(), rel=0.1)
    assert times[k + 1] - times[k] < 1.2 * 60.0 / 68.0


def test_extra_beats_go_on_after_a_restore_and_older_states_have_none():
    a, b = heart(), heart()
    beats_of(a, 2.0)
    a.provoke(3)
    beats_of(a, 0.7)
    b.restore(a.state())
    for one, other in zip(beats_of(a, 4.0), beats_of(b, 4.0), strict=True):
        assert np.array_equal(one, other)
    b.restore(a.state()[:4])
    assert not beats_of(b, 2.0)[1].any()
