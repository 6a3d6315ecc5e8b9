"""Waiting: rates are per second, whatever a step is, and the same seed waits the same."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from angiosuite.suite.instruments.waiting import Waiting, drawn


def first_s(seed: int, rate: float, step: float, most: float = 1e3) -> float:
    """When a hazard of this rate happens first, s."""
    waiting, k = Waiting(seed), 0
    while k * step < most:
        k += 1
        if waiting.gather("spasm", "vessel", rate * step):
            return k * step
    return most


@given(seed=st.integers(0, 10_000), rate=st.floats(0.02, 2.0))
def test_the_length_of_a_step_does_not_change_when_it_happens(seed: int, rate: float) -> None:
    fine, coarse = (first_s(seed, rate, step) for step in (0.05, 0.2))
    assert fine - 1e-6 <= coarse <= fine + 0.2 + 1e-6


@pytest.mark.parametrize("step", [0.1, 0.5])
def test_over_many_seeds_it_happens_at_its_rate(step: float) -> None:
    rate = 0.05
    times = np.array([first_s(seed, rate, step) for seed in range(400)])
    # mean of an exponential: 1 / rate, its standard error a twentieth of that over 400 draws
    assert times.mean() == pytest.approx(1.0 / rate + 0.5 * step, rel=0.15)
    assert np.mean(times > 20.0) == pytest.approx(np.exp(-1.0), abs=0.07)


@given(seed=st.integers(0, 1000), factor=st.floats(1.0, 20.0))
def test_a_greater_hazard_never_happens_later(seed: int, factor: float) -> None:
    assert first_s(seed, 0.1 * factor, 0.1) <= first_s(seed, 0.1, 0.1)


def test_kinds_places_and_counts_wait_apart() -> None:
    waiting = Waiting(3)
    times = {}
    for kind, place in (("spasm", "a"), ("spasm", "b"), ("dissection", "a")):
        n = 1
        while not waiting.gather(kind, place, 0.001):
            n += 1
        times[kind, place] = n
        waiting.happened(kind, place)
    again = 1
    while not waiting.gather("spasm", "a", 0.001):
        again += 1
    assert len({*times.values(), again}) == 4


def test_a_dwell_needs_to_be_without_a_break() -> None:
    waiting = Waiting(0)
    assert [waiting.dwell("spasm", "a", above, 0.5) for above in (True, True, False, True)] == [
        0.5,
        1.0,
        0.0,
        0.5,
    ]
    assert waiting.places("spasm") == ["a"] and waiting.places("kink") == []


def test_a_state_restored_goes_on_the_same() -> None:
    one, other = Waiting(5), Waiting(5)
    for _ in range(7):
        one.gather("spasm", "a", 0.02)
    one.happened("kink", "b", 9.0)
    other.restore(one.state())
    assert other.rests("kink", "b", 8.9) and not other.rests("kink", "b", 9.1)
    for _ in range(400):
        assert one.gather("spasm", "a", 0.02) == other.gather("spasm", "a", 0.02)


@given(seed=st.integers(0, 1000), count=st.integers(0, 50))
def test_draws_lie_in_their_range_and_repeat(seed: int, count: int) -> None:
    value = drawn(seed, "length", count, 10.0, 40.0)
    assert 10.0 <= value <= 40.0 and value == drawn(seed, "length", count, 10.0, 40.0)
    assert value != drawn(seed, "length", count + 1, 10.0, 40.0)
    assert drawn(seed, "length", count, 7.0, 7.0) == 7.0
