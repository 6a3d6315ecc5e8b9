"""Heart rhythm: a phase that runs from R wave to R wave, and the surface ECG that it writes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

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


_EXTRA_MV = np.array(
    # a beat that begins in a ventricle: place, s after its R wave, height, mV, and width, s: wide R, S, T
    [(0.0, 1.5, 0.034), (0.09, -0.55, 0.045), (0.32, -0.5, 0.07)]
)
_COUPLED, _SOONEST_S = 0.55, 0.12
"""An extra beat comes after this share of the usual interval, or so soon if that is over."""
_PAUSE, _ATRIAL_PAUSE = 1.45, 1.1
"""The interval after the last of them, of the usual one: compensatory, and after an atrial beat."""
_LATE = 0.6
"""Phase from which the ECG belongs to the beat that comes."""

Origin = Literal["ventricle", "atrium"]


class HeartRhythm:
    """Sinus rhythm with respiratory arrhythmia and beat-to-beat variation, and extra beats that are provoked.

    Model
    -----
    The phase grows by ``step / RR``; each beat draws ``RR = 60/rate * (1 + a sin(breath) + s n)``
    with a = 0.03, s = 0.015 and n normal from the beat's own counter-based stream. Extra beats come one
    after the other at 0.55 RR; the last is followed by a pause, full after ventricular ones. What they
    eject is less: the chambers had less time to fill, and the flow lets ventricular ones contract weakly.

    Source
    ------
    McSharry et al., IEEE Trans Biomed Eng 50:289 (2003), for the ECG's five Gaussian waves. Extra beats:
    early, wide above 120 ms with a T wave against the QRS and a compensatory pause, or narrow from an atrium,
    as every textbook of the ECG has it (from memory; figures are own choices, draft).
    """

    def __init__(self, rate_per_min: float, normal_of_beat: Callable[[int], float]) -> None:
        self.rate_per_min = rate_per_min
        self._normal_of_beat = normal_of_beat
        self.phase = 0.0
        self.beat = 0
        self.interval_s = 60.0 / rate_per_min
        self._coming = 0
        self._is_ventricular = True
        self._is_extra = False

    def provoke(self, beats: int, origin: Origin = "ventricle") -> None:
        """So many extra beats come, the first as soon as it can; more while some come join them."""
        if beats <= 0:
            return
        self._coming = max(self._coming, beats)
        self._is_ventricular = origin == "ventricle"
        usual_s = 60.0 / self.rate_per_min
        left_s = max(_COUPLED * usual_s - self.phase * self.interval_s, _SOONEST_S)
        if left_s < (1.0 - self.phase) * self.interval_s:
            self.interval_s = left_s / (1.0 - self.phase)

    @property
    def is_extra(self) -> bool:
        """Whether the beat under way is none of the sinus node."""
        return self._is_extra

    @property
    def is_ventricular(self) -> bool:
        """Whether the beat under way began in a ventricle."""
        return self._is_extra and self._is_ventricular

    def advance(self, step_s: float, breath_phase: float) -> None:
        """Advance by one step."""
        self.phase += step_s / self.interval_s
        if self.phase >= 1.0:
            self.phase -= 1.0
            self.beat += 1
            swing = 0.03 * np.sin(2 * np.pi * breath_phase)
            usual_s = 60.0 / self.rate_per_min
            self._is_extra = self._coming > 0
            if self._is_extra:
                self._coming -= 1
                pause = _PAUSE if self._is_ventricular else _ATRIAL_PAUSE
                self.interval_s = usual_s * (_COUPLED if self._coming else pause)
            else:
                self.interval_s = usual_s * (1.0 + swing + 0.015 * self._normal_of_beat(self.beat))

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

    @property
    def ecg_mv(self) -> float:
        """Lead II voltage now, mV."""
        now = self.is_ventricular
        soon = self._coming > 0 and self._is_ventricular
        if not now and not soon:
            return ecg_mv(self.phase)
        is_late = self.phase >= _LATE
        told = 0.0
        if now:
            told += extra_mv(self.phase * self.interval_s)
        elif not is_late:
            told += ecg_mv(self.phase)
        if soon:
            told += extra_mv((self.phase - 1.0) * self.interval_s)
        elif is_late:
            told += ecg_mv(self.phase)
        return told

    def state(self) -> NDArray[np.float64]:
        """Everything that the next step depends on."""
        extra = (self._coming, self._is_ventricular, self._is_extra)
        return np.array([self.rate_per_min, self.phase, self.beat, self.interval_s, *extra], np.float64)

    def restore(self, state: NDArray[np.float64]) -> None:
        """Return to a state taken by :meth:`state`; one of an older release knows no extra beats."""
        self.rate_per_min, self.phase, self.interval_s = float(state[0]), float(state[1]), float(state[3])
        self.beat = int(state[2])
        coming, ventricular, extra = state[4:7] if len(state) > 4 else (0.0, 1.0, 0.0)
        self._coming, self._is_ventricular, self._is_extra = int(coming), bool(ventricular), bool(extra)


def extra_mv(after_s: float) -> float:
    """Lead II voltage in mV so long after (or, below 0, before) the R wave of a ventricular extra beat."""
    places, heights, widths = _EXTRA_MV.T
    return float(np.sum(heights * np.exp(-0.5 * ((after_s - places) / widths) ** 2)))


def ecg_mv(phase: float) -> float:
    """Lead II voltage in mV at a phase of the cycle (0 = R wave)."""
    angle = 2 * np.pi * phase
    away = (angle - _WAVES[:, 0] + np.pi) % (2 * np.pi) - np.pi
    height = _WAVES[:, 1] * _WAVES[:, 2] ** 2
    return float(_SCALE_MV * np.sum(height * np.exp(-0.5 * (away / _WAVES[:, 2]) ** 2)))
