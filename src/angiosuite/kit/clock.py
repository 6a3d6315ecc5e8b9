"""Simulated time: whole microseconds in fixed steps, independent of the wall clock."""

from __future__ import annotations

from dataclasses import dataclass

BASE_STEP_US = 2_000
"""Step of flow, contrast and circulation, in microseconds."""
ROD_STEP_US = 10_000
"""Step of wires and catheters, a whole multiple of the base step."""
HAND_STEP_US = 20_000
"""Raster on which commands act, in microseconds."""
OBSERVATION_US = 40_000
"""Interval of observations in the log (25 Hz)."""
CHECKPOINT_US = 10_000_000
"""Longest time between two checkpoints."""
BEAM_CHECKPOINT_US = 3_000_000
"""The same while X-rays are on, when catching up means making every picture again."""


@dataclass(slots=True)
class Clock:
    """Simulated time of one session, in microseconds since its start."""

    now_us: int = 0

    def step(self) -> int:
        """Advance by one base step and return the new time in microseconds."""
        self.now_us += BASE_STEP_US
        return self.now_us

    @property
    def now_s(self) -> float:
        """Simulated time in seconds."""
        return self.now_us * 1e-6


def next_multiple(t_us: int, step_us: int) -> int:
    """First multiple of `step_us` at or after `t_us`, in microseconds."""
    return -(-t_us // step_us) * step_us
