"""Breathing keeps its period and excursion, obeys, and gives up a hold in the end."""

import numpy as np
import pytest

from angiosuite.physics.physiology.breathing import Breathing, BreathingTraits, BreathState

STEP_S = 0.002


def run(breathing, seconds):
    path = []
    for _ in range(round(seconds / STEP_S)):
        breathing.advance(STEP_S)
        path.append(breathing.dome_mm)
    return np.array(path)


def test_quiet_breathing_spans_its_excursion_once_a_period():
    path = run(Breathing(), 60.0)
    assert path.min() == pytest.approx(0.0, abs=1e-3) and path.max() == pytest.approx(15.0, abs=1e-3)
    crossings = np.sum((path[:-1] < 7.5) & (path[1:] >= 7.5))
    assert crossings == 14


@pytest.mark.parametrize(("told", "target"), [(BreathState.IN, 40.0), (BreathState.OUT, 0.0)])
def test_a_commanded_breath_reaches_its_depth_after_reaction_and_stroke(told, target):
    breathing = Breathing()
    run(breathing, 1.7)
    before = breathing.dome_mm
    breathing.tell(told)
    run(breathing, 0.5)
    assert abs(breathing.dome_mm - target) > 2.0 or abs(before - target) < 2.0
    run(breathing, 2.0)
    assert breathing.dome_mm == pytest.approx(target, abs=2.5)


def test_a_hold_stays_within_a_millimetre_and_ends_by_itself():
    breathing = Breathing(BreathingTraits(longest_hold_s=5.0))
    breathing.tell(BreathState.IN)
    run(breathing, 4.0)
    breathing.tell(BreathState.HOLD)
    run(breathing, 1.2)
    path = run(breathing, 3.0)
    assert np.ptp(path) < 1.0
    gave_up = [breathing.advance(STEP_S) for _ in range(round(2.0 / STEP_S))]
    assert sum(gave_up) == 1 and breathing.state_now is BreathState.FREE


def test_the_dome_never_jumps():
    breathing = Breathing()
    path = [run(breathing, 2.3)]
    for told in (BreathState.IN, BreathState.HOLD, BreathState.FREE, BreathState.OUT, BreathState.FREE):
        breathing.tell(told)
        path.append(run(breathing, 3.1))
    assert np.abs(np.diff(np.concatenate(path))).max() < 0.5


def test_a_restored_breath_goes_on_as_the_first():
    a = Breathing()
    run(a, 1.0)
    a.tell(BreathState.IN)
    run(a, 0.9)
    b = Breathing()
    b.restore(a.state())
    assert np.array_equal(run(a, 5.0), run(b, 5.0))
