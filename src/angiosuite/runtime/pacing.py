"""Simulated time held to the wall clock: falling behind slows it, nothing is ever skipped."""

from __future__ import annotations

from collections import deque

from angiosuite.kit.clock import BASE_STEP_US, HAND_STEP_US, next_multiple

MAX_BEHIND_US = 250_000
"""Delay that may be caught up, in microseconds; more than this is given up as lost time.

A large frame of a run takes a tenth of a second and leaves two of rest: it is made up before the next. What a
person does is never late for it, since commands act on the step that is simulated next.
"""
WINDOW_S = 1.0
"""Time over which the speed is measured, in seconds."""


class Pacer:
    """Says when simulated time is due, and how fast it really runs.

    Parameters
    ----------
    sim_us : int
        Simulated time now.
    now_s : float
        Wall clock now (any monotonic origin).
    """

    def __init__(self, sim_us: int, now_s: float) -> None:
        self._sim0_us = sim_us
        self._wall0_s = now_s
        self._history: deque[tuple[float, int]] = deque([(now_s, sim_us)])
        self.lost_us = 0

    def restart(self, sim_us: int, now_s: float) -> None:
        """Begin again here, for instance after a pause."""
        self._sim0_us, self._wall0_s = sim_us, now_s
        self._history = deque([(now_s, sim_us)])

    def due_us(self, now_s: float) -> int:
        """Simulated time that should have been reached, in microseconds."""
        return self._sim0_us + round((now_s - self._wall0_s) * 1e6)

    def next_wake_us(self, sim_us: int, next_due_us: int) -> int:
        """When there is something to do: just past the next hand step, or an event before it."""
        hand = next_multiple(sim_us, HAND_STEP_US)
        return max(min(hand, next_due_us), sim_us) + BASE_STEP_US

    def target_us(self, sim_us: int, now_s: float) -> int:
        """How far to advance now: what is due, in whole base steps, at most one hand step."""
        due = self.due_us(now_s) // BASE_STEP_US * BASE_STEP_US
        return min(due, sim_us + HAND_STEP_US)

    def wait_s(self, target_us: int, now_s: float) -> float:
        """Seconds until `target_us` is due; 0 when it is overdue."""
        return max(0.0, (target_us - self.due_us(now_s)) * 1e-6)

    def reached(self, sim_us: int, now_s: float) -> None:
        """Note progress; give up what cannot be caught up."""
        behind_us = self.due_us(now_s) - sim_us
        if behind_us > MAX_BEHIND_US:
            self.lost_us += behind_us - MAX_BEHIND_US
            self._sim0_us, self._wall0_s = sim_us + MAX_BEHIND_US, now_s
        self._history.append((now_s, sim_us))
        while len(self._history) > 2 and now_s - self._history[1][0] >= WINDOW_S:
            self._history.popleft()

    @property
    def speed(self) -> float:
        """Simulated over real time during the last second; 1 is real time."""
        (wall0, sim0), (wall1, sim1) = self._history[0], self._history[-1]
        if wall1 - wall0 < 0.25:
            return 1.0
        return min(1.0, (sim1 - sim0) * 1e-6 / (wall1 - wall0))
