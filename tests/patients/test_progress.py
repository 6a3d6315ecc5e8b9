"""Progress rises, and the time left is what the pace so far says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from angiosuite.patients.progress import monotone, remaining_s


@given(st.lists(st.tuples(st.sampled_from(["a", "b", "unknown"]), st.floats(-1, 2)), max_size=30))
def test_progress_never_falls_and_stays_within_its_step(told: list[tuple[str, float]]) -> None:
    seen: list[float] = []
    report = monotone(lambda step, fraction: seen.append(fraction), {"a": (0.0, 0.4), "b": (0.4, 0.9)})
    for step, fraction in told:
        report(step, fraction)
    assert seen == sorted(seen)
    assert all(0.0 <= fraction <= 0.9 for fraction in seen)


@given(st.floats(2.0, 1e4), st.floats(0.05, 0.999))
def test_at_an_even_pace_time_spent_and_time_left_are_the_whole(elapsed_s: float, fraction: float) -> None:
    left_s = remaining_s(elapsed_s, fraction)
    assert left_s is not None
    assert elapsed_s + left_s == pytest.approx(elapsed_s / fraction)


def test_nothing_is_said_too_early_and_nothing_is_left_at_the_end() -> None:
    assert remaining_s(0.5, 0.5) is None
    assert remaining_s(10.0, 0.001) is None
    assert remaining_s(0.1, 1.0) == 0.0
