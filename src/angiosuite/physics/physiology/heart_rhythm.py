"""Heart rhythm: a phase that runs from R wave to R wave, and the surface ECG that it writes."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

_WAVES = np.array(
    # angle on the cycle (R = 0), height, width; P, Q, R, S, T
    [
        (-np.pi / 3, 1.2, 0.25),
        (-np.pi / 12, -5.0, 0.1),
        (0.0, 30.0, 0.1),
        (np.pi / 12, -7.5, 0.1),
        (np.pi / 2, 0.75, 0.4),
    ]
)
_SCALE_MV = 1.1 / 0.3


class HeartRhythm:
    """Sinus rhythm with respiratory arrhythmia and beat-to-beat variation.

    Model
    -----
    The phase grows by ``step / RR``; each beat draws ``RR = 60/rate * (1 + a sin(breath) + s n)``
    with a = 0.03, s = 0.015 and n normal from the beat's own counter-based stream.

    Source
    ------
    McSharry et al., IEEE Trans Biomed Eng 50:289 (2003), for the ECG's five Gaussian waves.
    """

    def __init__(self, rate_per_min: float, normal_of_beat: Callable[[int], float]) -> None:
        self.rate_per_min = rate_per_min
        self._normal_of_beat = normal_of_beat
        self.phase = 0.0
        self.beat = 0
        self.interval_s = 60.0 / rate_per_min

    def advance(self, step_s: float, breath_phase: float) -> None:
        """Advance by one step."""
        self.phase += step_s / self.interval_s
        if self.phase >= 1.0:
            self.phase -= 1.0
            self.beat += 1
            swing = 0.03 * np.sin(2 * np.pi * breath_phase)
            self.interval_s = (
                60.0 / self.rate_per_min * (1.0 + swing + 0.015 * self._normal_of_beat(self.beat))
            )

    def glide(self, step_s: float, steps: int) -> int:
        """Advance by at most `steps` steps that bring no new beat; how many these were."""
        turn, phase, quiet = step_s / self.interval_s, self.phase, 0
        while quiet < steps and phase + turn < 1.0:
            phase += turn
            quiet += 1
        self.phase = phase
        return quiet

    @property
    def rate_now_per_min(self) -> float:
        """Rate of the beat under way, beats a minute."""
        return 60.0 / self.interval_s

    def state(self) -> NDArray[np.float64]:
        """Everything that the next step depends on."""
        return np.array([self.rate_per_min, self.phase, self.beat, self.interval_s])

    def restore(self, state: NDArray[np.float64]) -> None:
        """Return to a state taken by :meth:`state`."""
        self.rate_per_min, self.phase, self.interval_s = float(state[0]), float(state[1]), float(state[3])
        self.beat = int(state[2])


def ecg_mv(phase: float) -> float:
    """Lead II voltage in mV at a phase of the cycle (0 = R wave)."""
    angle = 2 * np.pi * phase
    away = (angle - _WAVES[:, 0] + np.pi) % (2 * np.pi) - np.pi
    height = _WAVES[:, 1] * _WAVES[:, 2] ** 2
    return float(_SCALE_MV * np.sum(height * np.exp(-0.5 * (away / _WAVES[:, 2]) ** 2)))
