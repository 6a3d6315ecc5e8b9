"""The governor: takes the draft projector before frames are dropped, and full quality back later.

It reads the wall clock, so each decision is handed to the session, which logs it; a replay obeys
the log. Exposure, dose and noise know nothing of it.
"""

from __future__ import annotations

from collections import deque

BUSY = 0.85
"""Share of the pulse interval that a full frame may cost before the draft projector is taken."""
FREE = 0.45
"""Share of the interval that a draft frame may cost for full quality to be tried again."""
WINDOW = 4
"""Frames on which a decision rests."""
FIRST_HOLD_S = 3.0
LONGEST_HOLD_S = 60.0


class Governor:
    """Chooses ``"full"`` or ``"draft"`` from what the last frames cost."""

    def __init__(self, quality: str = "full") -> None:
        self.quality = quality
        self.reason = ""
        self._loads: deque[float] = deque(maxlen=WINDOW)
        self._hold_s = FIRST_HOLD_S
        self._since_s = 0.0

    def frame(self, cost_s: float, interval_s: float, now_s: float) -> str | None:
        """Note one frame; return the new quality when it should change.

        Parameters
        ----------
        cost_s : float
            Wall time that the frame took to compute.
        interval_s : float
            Time between pulses.
        now_s : float
            Monotonic wall clock.
        """
        self._loads.append(cost_s / interval_s)
        if len(self._loads) < WINDOW:
            return None
        typical = sorted(self._loads)[WINDOW // 2]
        if self.quality == "full" and typical > BUSY:
            if now_s - self._since_s < 2 * self._hold_s:
                self._hold_s = min(2 * self._hold_s, LONGEST_HOLD_S)
            return self._take("draft", f"a frame takes {typical:.0%} of its interval", now_s)
        if self.quality == "draft" and typical < FREE and now_s - self._since_s > self._hold_s:
            return self._take("full", f"a draft frame takes {typical:.0%} of its interval", now_s)
        return None

    def rest(self) -> None:
        """X-rays stopped: forget the loads, keep the choice."""
        self._loads.clear()

    def _take(self, quality: str, reason: str, now_s: float) -> str:
        self.quality, self.reason = quality, reason
        self._since_s = now_s
        self._loads.clear()
        return quality
