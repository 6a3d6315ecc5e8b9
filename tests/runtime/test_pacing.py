"""Simulated time against the wall clock: real time when there is time, slower when not, never a jump."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from angiosuite.kit.clock import BASE_STEP_US, HAND_STEP_US
from angiosuite.runtime.governor import FIRST_HOLD_S, Governor
from angiosuite.runtime.pacing import MAX_BEHIND_US, Pacer


def run(costs_s: list[float], seconds: float) -> tuple[Pacer, int, float, list[int]]:
    """Drive a pacer on an invented wall clock; each advance costs the next of `costs_s`."""
    wall, sim, turn = 100.0, 0, 0
    pacer = Pacer(sim, wall)
    advanced = []
    while wall < 100.0 + seconds:
        wall += pacer.wait_s(pacer.next_wake_us(sim, sim + 10**9), wall) + 1e-6
        target = pacer.target_us(sim, wall)
        advanced.append(max(0, target - sim))
        sim = max(sim, target)
        wall += costs_s[turn % len(costs_s)]
        turn += 1
        pacer.reached(sim, wall)
    return pacer, sim, wall, advanced


@given(st.lists(st.floats(0.0, 0.009), min_size=1, max_size=20))
def test_time_runs_at_real_speed_when_the_work_is_quick(costs_s: list[float]) -> None:
    pacer, sim, wall, _ = run(costs_s, 3.0)
    assert abs(sim * 1e-6 - (wall - 100.0)) < 0.05
    assert pacer.speed > 0.95 and pacer.lost_us == 0


@given(st.lists(st.floats(0.0, 0.3), min_size=1, max_size=20))
def test_time_never_jumps_and_never_runs_ahead(costs_s: list[float]) -> None:
    _, sim, wall, advanced = run(costs_s, 3.0)
    assert all(step <= HAND_STEP_US and step % BASE_STEP_US == 0 for step in advanced)
    assert sim == sum(advanced) and sim * 1e-6 <= wall - 100.0 + 1e-6


def test_work_that_takes_twice_as_long_halves_the_speed_and_says_so() -> None:
    pacer, sim, wall, _ = run([0.04], 5.0)
    assert abs(sim * 1e-6 / (wall - 100.0) - 0.5) < 0.03
    assert abs(pacer.speed - 0.5) < 0.05


def test_a_hiccup_is_caught_up_only_as_far_as_allowed() -> None:
    pacer = Pacer(0, 0.0)
    pacer.reached(0, 10.0)
    assert pacer.due_us(10.0) == MAX_BEHIND_US and pacer.lost_us == 10_000_000 - MAX_BEHIND_US
    pacer.reached(MAX_BEHIND_US, 10.0)
    assert pacer.due_us(10.02) == MAX_BEHIND_US + 20_000


def test_the_governor_takes_the_draft_when_frames_cost_too_much_and_comes_back() -> None:
    governor, decisions = Governor(), []
    for frame in range(400):
        cost_s = 0.07 if governor.quality == "full" and frame < 40 else 0.02
        found = governor.frame(cost_s, 1 / 15, 100.0 + frame / 15)
        if found:
            decisions.append((frame, found, governor.reason))
    assert [quality for _, quality, _ in decisions] == ["draft", "full"]
    assert decisions[1][0] - decisions[0][0] > FIRST_HOLD_S * 15
    assert all(reason for _, _, reason in decisions)


def test_a_governor_that_is_wrong_tries_less_and_less_often() -> None:
    governor, at = Governor(), []
    for frame in range(6000):
        cost_s = 0.09 if governor.quality == "full" else 0.02
        if governor.frame(cost_s, 1 / 15, 100.0 + frame / 15) == "full":
            at.append(frame)
    gaps = [b - a for a, b in itertools.pairwise(at)]
    assert len(at) < 14 and all(b > a - 3 for a, b in itertools.pairwise(gaps))
