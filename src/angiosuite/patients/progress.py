"""How far long work is, and how long it will still take."""

from __future__ import annotations

from collections.abc import Callable, Mapping

Progress = Callable[[str, float], None]
IsCancelled = Callable[[], bool]

EARLIEST_S, EARLIEST_FRACTION = 1.5, 0.03
"""Before this time and this share nothing is said of the time left: it would be a guess."""


def monotone(progress: Progress, shares: Mapping[str, tuple[float, float]]) -> Progress:
    """A progress callback for the steps of some work that reports the rising fraction of the whole.

    Parameters
    ----------
    progress : callable
        Told ``(step, fraction of the whole)``.
    shares : mapping of step to (low, high)
        Share of each step; an unknown step stands still.
    """
    reached = 0.0

    def report(step: str, fraction: float) -> None:
        nonlocal reached
        low, high = shares.get(step, (reached, reached))
        reached = max(reached, low + (high - low) * min(max(fraction, 0.0), 1.0))
        progress(step, reached)

    return report


def remaining_s(elapsed_s: float, fraction: float) -> float | None:
    """Time left in seconds at the pace so far; None while it is too early to say.

    Notes
    -----
    **Model** the rest goes as fast as what is done: elapsed · (1 − fraction) / fraction. The steps' shares of
    the whole are measured times, so that the pace is about even.
    Held by tests/patients/test_progress.py.
    """
    if fraction >= 1.0:
        return 0.0
    if elapsed_s < EARLIEST_S or fraction < EARLIEST_FRACTION:
        return None
    return elapsed_s * (1.0 - fraction) / fraction
