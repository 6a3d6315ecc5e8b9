"""Pressure through a fluid-filled catheter and its transducer, as the monitor shows it."""

from __future__ import annotations

from collections.abc import Mapping
from math import pi

import numpy as np
import scipy  # scipy.linalg is loaded when it is first used
from numpy.typing import NDArray

from angiosuite.kit.errors import WrongUse

__all__ = ["MMHG_PER_CM", "PressureLine"]

Floats = NDArray[np.float64]

MMHG_PER_CM = 0.7356
"""Of a column of saline in the line: one centimetre of water."""


class PressureLine:
    """A catheter, its tubing and a transducer on a pole.

    Parameters
    ----------
    natural_hz : float
        Undamped natural frequency of the filled line: 12 to 25 Hz with 5 and 6 F, 5 to 10 Hz with 4 F and
        microcatheters; a bubble lowers it.
    damping : float
        Share of the critical damping: 0.15 to 0.4 with 5 and 6 F (the crests overshoot by 5 to 15 mmHg),
        0.6 to 1 in thin ones; clot raises it.
    drift_mmhg : float
        What the transducer tells of atmosphere before it is zeroed.

    Attributes
    ----------
    level_cm : float
        Height of the transducer above the heart; a transducer below it tells too much.

    Notes
    -----
    **Model** ``p'' / wn^2 + 2 z p' / wn + p = P(tip)``, stepped exactly for a tip pressure that runs straight
    from step to step; shown = p - 0.74 mmHg/cm level + drift - what was zeroed away.
    **Source** Gardner 1981 (second-order catheter systems; memory), ranges of the research notes 2.4.
    **Valid for** linear lines; `zero` opens the stopcock to air, so it takes the drift away, not the level.
    Held by ``test_pressure_line.py`` (F10).
    """

    def __init__(self, natural_hz: float, damping: float, drift_mmhg: float = 0.0) -> None:
        self.level_cm = 0.0
        self._drift = drift_mmhg
        self._zero = 0.0
        self._now = np.zeros(3)  # pressure, its rate, the tip pressure of the last step
        self._seconds = 0.0
        self._filled = False
        self.set_line(natural_hz, damping)

    def set_line(self, natural_hz: float, damping: float) -> None:
        """Another line on the same transducer: a bubble, a clot, a flush that cleared both."""
        if not (0.1 <= natural_hz <= 500.0 and 0.0 < damping <= 20.0):
            raise WrongUse(
                "A pressure line has 0.1 to 500 Hz and a damping of 0 to 20",
                code="bad-pressure-line",
                value=[natural_hz, damping],
            )
        self.natural_hz, self.damping = natural_hz, damping
        self._seconds = 0.0

    @property
    def zeroed(self) -> bool:
        """Whether atmosphere is shown as nothing."""
        return abs(self._zero - self._drift) < 1e-9

    def zero(self) -> None:
        """Open to air and call that nothing."""
        self._zero = self._drift

    def drift(self, mmhg: float) -> None:
        """The transducer has drifted by so much since."""
        self._drift += mmhg

    def step(self, tip_mmhg: float, seconds: float) -> float:
        """Pressure on the monitor, mmHg, `seconds` on, with this pressure now at the tip."""
        if not self._filled:
            self._now[:] = tip_mmhg, 0.0, tip_mmhg
            self._filled = True
        if seconds != self._seconds:
            self._matrix, self._seconds = self._exact(seconds), seconds
        p, rate, before = self._now
        vector = np.array([p, rate, before, tip_mmhg - before])
        self._now[:2] = self._matrix @ vector
        self._now[2] = tip_mmhg
        return self.shown_mmhg

    @property
    def shown_mmhg(self) -> float:
        """Pressure on the monitor now, mmHg."""
        return float(self._now[0] - MMHG_PER_CM * self.level_cm + self._drift - self._zero)

    def state(self) -> dict[str, Floats]:
        """Everything that the next step depends on."""
        line = [self.natural_hz, self.damping, self.level_cm, self._drift, self._zero, float(self._filled)]
        return {"pressure": self._now.copy(), "line": np.array(line)}

    def restore(self, arrays: Mapping[str, NDArray]) -> None:
        """Go on from a state."""
        hz, damping, self.level_cm, self._drift, self._zero, filled = (float(v) for v in arrays["line"])
        self._filled = bool(filled)
        self.set_line(hz, damping)
        self._now[:] = arrays["pressure"]

    def _exact(self, seconds: float) -> Floats:
        """Rows for pressure and rate of the exponential of the line with a ramp as its input."""
        w = 2.0 * pi * self.natural_hz
        a = np.zeros((4, 4))
        a[0, 1] = 1.0
        a[1] = -w * w, -2.0 * self.damping * w, w * w, 0.0
        a[2, 3] = 1.0 / seconds
        return np.asarray(scipy.linalg.expm(a * seconds)[:2])
