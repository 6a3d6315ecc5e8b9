"""A patient who moves: where to, how smoothly, and the same whatever the steps."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from angiosuite.kit.errors import WrongUse
from angiosuite.physics.physiology.movement import LARGEST_MM, Movement

STEPS_MS = st.lists(st.sampled_from([2, 4, 20, 26, 100, 1000]), min_size=1, max_size=40)


def course(movement: Movement, seconds: float, step_s: float = 0.002) -> np.ndarray:
    """Shift at every step, shape (steps, 3), mm."""
    places = []
    for _ in range(round(seconds / step_s)):
        movement.advance(step_s)
        places.append(movement.shift_mm)
    return np.array(places)


def test_a_told_patient_moves_there_within_half_a_second_and_stays() -> None:
    movement = Movement(1)
    movement.tell((3.0, -1.0, 7.5))
    path = course(movement, 2.0)
    assert np.allclose(path[249:], (3.0, -1.0, 7.5), atol=1e-12)
    assert np.allclose(path[124], (1.5, -0.5, 3.75))
    assert not movement.moving


def test_the_movement_is_smooth_and_never_turns_back() -> None:
    movement = Movement(1)
    movement.tell((0.0, 0.0, 10.0))
    z = course(movement, 0.6)[:, 2]
    speed = np.diff(z) / 0.002
    assert (speed >= 0).all() and z.max() <= 10.0 + 1e-12
    assert speed.max() == pytest.approx(1.875 * 10.0 / 0.5, rel=0.01), "minimum jerk: 15/8 of the mean speed"
    assert abs(speed[0]) < 0.1 and abs(speed[-1]) < 0.1


def test_movements_that_overlap_add() -> None:
    movement = Movement(1)
    movement.tell((4.0, 0.0, 0.0))
    movement.advance(0.2)
    movement.tell((0.0, 0.0, -2.0))
    movement.advance(1.0)
    assert movement.shift_mm == pytest.approx((4.0, 0.0, -2.0))


def test_a_patient_who_is_not_restless_lies_still() -> None:
    movement = Movement(5)
    for _ in range(20):
        movement.injected()
        assert movement.advance(5.0) == ()
    assert movement.shift_mm == (0.0, 0.0, 0.0)


def test_contrast_makes_a_restless_patient_start_one_to_three_seconds_later() -> None:
    delays, sizes = [], []
    for seed in range(60):
        movement = Movement(seed, restless=1.0)
        movement.injected()
        began = [(0.002 * k, m) for k in range(1750) for m in movement.advance(0.002) if m.why == "contrast"]
        delays.append(began[0][0])
        sizes.append(np.linalg.norm(began[0][1].shift_mm))
    assert 1.0 <= min(delays) < 1.3 and 2.7 < max(delays) <= 3.01
    assert 1.0 < np.median(sizes) < LARGEST_MM and max(sizes) <= 1.5 * LARGEST_MM


def test_the_chance_and_size_of_a_start_follow_restlessness() -> None:
    def starts(level: float) -> list[float]:
        found = []
        for seed in range(200):
            movement = Movement(seed, restless=level)
            movement.injected()
            moves = [m for m in movement.advance(4.0) if m.why == "contrast"]
            found += [float(np.linalg.norm(moves[0].shift_mm))] if moves else []
        return found

    some, many = starts(0.3), starts(0.9)
    assert 35 <= len(some) <= 85 and 160 <= len(many) <= 195
    assert np.median(some) < 0.5 * np.median(many)


def test_now_and_then_a_restless_patient_moves_but_does_not_wander_off() -> None:
    movement = Movement(3, restless=1.0)
    moves = [m for _ in range(900) for m in movement.advance(1.0)]
    assert 25 < len(moves) < 90, "once in 16 s or so"
    movement = Movement(3, restless=1.0)
    furthest = max(float(np.linalg.norm(p)) for p in course(movement, 900.0, 0.2))
    assert furthest <= LARGEST_MM


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**32), steps_ms=STEPS_MS)
def test_the_size_of_the_steps_changes_nothing(seed: int, steps_ms: list[int]) -> None:
    coarse, fine = Movement(seed, 0.8), Movement(seed, 0.8)
    for number, step_ms in enumerate(steps_ms):
        if number % 5 == 1:
            coarse.injected()
            fine.injected()
        if number % 7 == 2:
            coarse.tell((1.0, 0.0, number))
            fine.tell((1.0, 0.0, number))
        moves = coarse.advance(step_ms * 1e-3)
        assert moves == tuple(m for _ in range(step_ms // 2) for m in fine.advance(0.002))
        assert coarse.shift_mm == fine.shift_mm


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**32), before_ms=st.integers(0, 5000), after_ms=st.integers(1, 9000))
def test_a_restored_patient_goes_on_the_same_way(seed: int, before_ms: int, after_ms: int) -> None:
    first = Movement(seed, 0.9)
    first.injected()
    first.advance(before_ms * 1e-3)
    first.tell((2.0, 1.0, 0.0))
    second = Movement(seed)
    second.restore(first.state())
    assert second.state().tobytes() == first.state().tobytes()
    for movement in (first, second):
        movement.injected()
    assert first.advance(after_ms * 1e-3) == second.advance(after_ms * 1e-3)
    assert first.shift_mm == second.shift_mm and first.state().tobytes() == second.state().tobytes()


def test_wrong_words_are_refused() -> None:
    with pytest.raises(WrongUse, match="between 0 and 1"):
        Movement(1, 1.5)
    with pytest.raises(WrongUse, match="three finite"):
        Movement(1).tell((1.0, float("nan"), 0.0))
