"""Many quiet steps at once give the very numbers that one step at a time gives."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from angiosuite.kit.randomness import generator
from angiosuite.physics.physiology.breathing import Breathing, BreathingTraits, BreathState
from angiosuite.physics.physiology.heart_rhythm import HeartRhythm
from angiosuite.physics.physiology.movement import Movement

STEP_S = 0.002
lengths = st.lists(st.integers(1, 20), min_size=5, max_size=60)


@given(lengths, st.sampled_from(list(BreathState)), st.integers(0, 30))
def test_breathing_glides_to_the_same_place(steps, told, when):
    traits = BreathingTraits(reaction_s=0.1, longest_hold_s=0.3)
    slow, fast = Breathing(traits), Breathing(traits)
    for number, wanted in enumerate(steps):
        if number == when:
            slow.tell(told)
            fast.tell(told)
        done = fast.glide(STEP_S, wanted)
        assert done <= wanted
        assert not any(slow.advance(STEP_S) for _ in range(done))
        assert np.array_equal(slow.state(), fast.state())
        if done < wanted:
            assert slow.advance(STEP_S) == fast.advance(STEP_S)
            assert np.array_equal(slow.state(), fast.state())


@given(lengths)
def test_the_heart_glides_from_beat_to_beat(steps):
    slow, fast = (
        HeartRhythm(140.0, lambda beat: float(generator(3, "heart", beat).standard_normal())) for _ in "ab"
    )
    for wanted in steps:
        done = fast.glide(STEP_S, wanted)
        for _ in range(done):
            slow.advance(STEP_S, 0.25)
        assert np.array_equal(slow.state(), fast.state()) and fast.beat == slow.beat
        if done < wanted:
            slow.advance(STEP_S, 0.25)
            fast.advance(STEP_S, 0.25)
            assert fast.beat == slow.beat


@settings(max_examples=2)
@given(st.integers(0, 40), st.floats(0.1, 1.0))
def test_a_patient_who_lies_still_may_be_left_for_twenty_steps(seed, restless):
    slow, fast = Movement(seed, restless), Movement(seed, restless)
    for _ in range(450):
        steps = 1 if fast.waiting else 20
        told = [move for _ in range(steps) for move in slow.advance(STEP_S)]
        assert list(fast.advance(steps * STEP_S)) == told and (steps == 1 or not told)
        assert np.array_equal(slow.state(), fast.state())
