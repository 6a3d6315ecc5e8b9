"""Breathing as the height of the diaphragm's dome, at rest and on command."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray


class BreathState(IntEnum):
    """What the patient is doing with their breath."""

    FREE = 0
    IN = 1
    OUT = 2
    HOLD = 3


@dataclass(frozen=True, slots=True)
class BreathingTraits:
    """How one patient breathes; lengths of the dome's travel in mm, times in s."""

    rate_per_min: float = 14.0
    quiet_mm: float = 15.0
    deep_mm: float = 40.0
    reaction_s: float = 0.6
    stroke_s: float = 1.6
    longest_hold_s: float = 30.0


class Breathing:
    """Dome position in mm below end-expiration, advanced in fixed steps.

    Model
    -----
    Quiet breathing moves the dome by ``quiet_mm * (1 - cos^4(pi t / T))``: longer near
    end-expiration than near end-inspiration. A commanded breath starts after a reaction time and
    follows a critically damped second-order path to its target; a hold keeps the position reached
    until ``longest_hold_s`` has passed; going back to quiet breathing, the offset from it dies away.

    Source
    ------
    Lujan et al., Med Phys 26:715 (1999): even power of a cosine, n = 2 here; excursions 15 mm quiet
    and 40 mm deep are the middle of the ranges in Vedam et al., Phys Med Biol 48:45 (2003) and
    Harris et al. (1959), to be reviewed by a clinician.

    Valid for
    ---------
    A cooperative adult; held by tests/physics/physiology/test_breathing.py.
    """

    def __init__(self, traits: BreathingTraits | None = None) -> None:
        self.traits = traits or BreathingTraits()
        self.state_now = BreathState.FREE
        self.pending = BreathState.FREE
        self.wait_s = -1.0
        self.dome_mm = 0.0
        self.speed_mm_s = 0.0
        self.phase = 0.0
        self.offset_mm = 0.0
        self.held_s = 0.0

    def tell(self, what: BreathState) -> None:
        """Ask the patient for a breath; they begin after their reaction time."""
        self.pending = what
        self.wait_s = self.traits.reaction_s

    def advance(self, step_s: float) -> bool:
        """Advance by one step; true when the patient gave up a hold in this step."""
        t = self.traits
        if self.wait_s >= 0.0:
            self.wait_s -= step_s
            if self.wait_s < 0.0:
                self._begin(self.pending)
        gave_up = False
        if self.state_now is not BreathState.FREE:
            self.held_s += step_s
            if self.held_s > t.longest_hold_s:
                self._begin(BreathState.FREE)
                gave_up = True
        if self.state_now is BreathState.FREE:
            self.phase = (self.phase + step_s * t.rate_per_min / 60.0) % 1.0
            self.offset_mm *= 1.0 - step_s / (0.5 * t.stroke_s)
            before, self.dome_mm = self.dome_mm, self._quiet_mm() + self.offset_mm
            self.speed_mm_s = (self.dome_mm - before) / step_s
        elif self.state_now is BreathState.HOLD:
            self._follow(self.dome_mm, step_s, 0.15)
        else:
            self._follow(t.deep_mm if self.state_now is BreathState.IN else 0.0, step_s, t.stroke_s)
        return gave_up

    def glide(self, step_s: float, steps: int) -> int:
        """Advance by at most `steps` steps in which nothing begins or ends; how many these were.

        The same numbers as from as many calls of :meth:`advance`, held by
        ``tests/physics/physiology/test_gliding.py``.
        """
        t = self.traits
        quiet, wait_s, held_s = 0, self.wait_s, self.held_s
        free = self.state_now is BreathState.FREE
        while quiet < steps:
            if wait_s >= 0.0 and (wait_s := wait_s - step_s) < 0.0:
                break
            if not free and (held_s := held_s + step_s) > t.longest_hold_s:
                break
            quiet += 1
        if free and quiet > 1:
            phase, offset_mm = self.phase, self.offset_mm
            turn, left = step_s * t.rate_per_min / 60.0, 1.0 - step_s / (0.5 * t.stroke_s)
            for _ in range(quiet - 1):
                phase = (phase + turn) % 1.0
                offset_mm *= left
                if self.wait_s >= 0.0:
                    self.wait_s -= step_s
            self.phase, self.offset_mm = phase, offset_mm
            self.dome_mm = self._quiet_mm() + offset_mm
            self.advance(step_s)
        else:
            for _ in range(quiet):
                self.advance(step_s)
        return quiet

    def _begin(self, what: BreathState) -> None:
        if what is BreathState.FREE and self.state_now is not BreathState.FREE:
            ratio = min(max(1.0 - self.dome_mm / self.traits.quiet_mm, 0.0), 1.0)
            self.phase = (1.0 - float(np.arccos(ratio**0.25)) / np.pi) % 1.0
            self.offset_mm = self.dome_mm - self._quiet_mm()
        self.state_now = what
        self.held_s = 0.0

    def _quiet_mm(self) -> float:
        return float(self.traits.quiet_mm * (1.0 - np.cos(np.pi * self.phase) ** 4))

    def _follow(self, target_mm: float, step_s: float, settle_s: float) -> None:
        """Critically damped approach that is within 5 % of its target after about `settle_s`."""
        rate = 4.7 / max(settle_s, 0.05)
        force = rate * rate * (target_mm - self.dome_mm) - 2.0 * rate * self.speed_mm_s
        self.speed_mm_s += step_s * force
        self.dome_mm += step_s * self.speed_mm_s

    def state(self) -> NDArray[np.float64]:
        """Everything that the next step depends on."""
        return np.array(
            [
                self.state_now,
                self.pending,
                self.wait_s,
                self.dome_mm,
                self.speed_mm_s,
                self.phase,
                self.offset_mm,
                self.held_s,
            ],
            dtype=np.float64,
        )

    def restore(self, state: NDArray[np.float64]) -> None:
        """Return to a state taken by :meth:`state`."""
        self.state_now, self.pending = BreathState(int(state[0])), BreathState(int(state[1]))
        self.wait_s, self.dome_mm, self.speed_mm_s, self.phase, self.offset_mm, self.held_s = (
            float(x) for x in state[2:]
        )
