"""Pedals: X-rays are on while one is held, and never restart without a new press."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

LATCH_LIMIT_S = 10.0
"""Longest exposure by a latched pedal (one-handed use), seconds."""


@dataclass(slots=True)
class Pedals:
    """Which pedal is down, since when, and whether it is latched."""

    down: str | None = None
    latched: bool = False
    since_us: int = 0
    high_level: bool = False

    def press(self, pedal: str, latched: bool, t_us: int) -> bool:
        """A new press; ignored while another pedal is down. True when X-rays begin."""
        if self.down is not None:
            return False
        self.down, self.latched, self.since_us = pedal, latched, t_us
        return True

    def release(self, pedal: str | None = None) -> str | None:
        """Let go (of any pedal when None); the pedal that ended, if one did."""
        if self.down is None or (pedal is not None and pedal != self.down):
            return None
        ended, self.down, self.latched = self.down, None, False
        return ended

    def latch_ran_out(self, t_us: int) -> bool:
        """Whether a latched pedal has reached its limit."""
        return self.latched and t_us - self.since_us >= LATCH_LIMIT_S * 1e6

    def state(self) -> dict[str, Any]:
        """Everything that the next step depends on."""
        return {
            "down": self.down,
            "latched": self.latched,
            "since_us": self.since_us,
            "high_level": self.high_level,
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Return to a state taken by :meth:`state`."""
        self.down, self.latched = state["down"], state["latched"]
        self.since_us, self.high_level = state["since_us"], state["high_level"]
