"""The reflex that keeps arterial pressure: heart rate, resistance, contractility and venous tone."""

from __future__ import annotations

from collections.abc import Mapping
from math import expm1, tanh

import numpy as np
from numpy.typing import NDArray

__all__ = ["Baroreflex"]

Floats = NDArray[np.float64]

_TAU_S, _VAGAL_S, _AVERAGE_S = 8.0, 1.5, 1.5
_CAP = 1.2


class Baroreflex:
    """One sympathetic drive from arterial and central venous pressure.

    Parameters
    ----------
    map_mmhg, cvp_mmhg : float
        Mean arterial and central venous (right atrial) pressure that it keeps.

    Attributes
    ----------
    drive : float
        s, about 0 at rest, at most 1.2.
    vagal : float
        Vagal outflow, 0 at rest; follows what is given to `step`.

    Notes
    -----
    **Model** ``ds/dt = (tanh((MAP0 - MAP)/20) + 0.5 tanh((CVP0 - CVP)/3) - s) / 8 s``; heart rate
    ``(1 + 0.45 s - vagal)``, resistance ``(1 + 0.35 s)``, contractility ``(1 + 0.35 s)``, unstressed venous
    volume ``-1100 s ml``; vagal outflow follows with 1.5 s. `tissue_debt` (0 to 1) takes the drive away, as
    in a loss of more than a third of the blood.
    **Source** compact loop of the research notes 4.4, there held against a public engine's bleeding patient.
    **Valid for** adults, losses up to 35 %. Held by ``test_control.py`` (250 ml/min for 6 min).
    """

    def __init__(self, map_mmhg: float = 95.0, cvp_mmhg: float = 6.2) -> None:
        self._now = np.array([0.0, 0.0, map_mmhg, cvp_mmhg])
        self._kept = np.array([map_mmhg, cvp_mmhg])

    @property
    def drive(self) -> float:
        """Sympathetic drive s."""
        return float(self._now[0])

    @property
    def vagal(self) -> float:
        """Vagal outflow."""
        return float(self._now[1])

    @property
    def map_mmhg(self) -> float:
        """Mean arterial pressure as the reflex feels it."""
        return float(self._now[2])

    @property
    def cvp_mmhg(self) -> float:
        """Central venous pressure as the reflex feels it."""
        return float(self._now[3])

    @property
    def heart_rate(self) -> float:
        """Factor on the heart's rate of rest."""
        return max(0.2, 1.0 + 0.45 * self.drive - self.vagal)

    @property
    def resistance(self) -> float:
        """Factor on the resistance of beds that sympathetic nerves reach."""
        return 1.0 + 0.35 * self.drive

    @property
    def contractility(self) -> float:
        """Factor on the systolic elastance of both ventricles."""
        return 1.0 + 0.35 * self.drive

    @property
    def venous_shift_ml(self) -> float:
        """Change of the veins' unstressed volume, ml."""
        return -1100.0 * self.drive

    def step(
        self, arterial_mmhg: float, venous_mmhg: float, seconds: float, *, vagal: float = 0.0,
        tissue_debt: float = 0.0,
    ) -> None:  # fmt: skip
        """Feel the pressures of now and answer."""
        part = -expm1(-seconds / _AVERAGE_S)
        self._now[2] += (arterial_mmhg - self._now[2]) * part
        self._now[3] += (venous_mmhg - self._now[3]) * part
        kept_map, kept_cvp = self._kept
        goal = tanh((kept_map - self._now[2]) / 20.0) + 0.5 * tanh((kept_cvp - self._now[3]) / 3.0)
        goal = min(goal, _CAP) * (1.0 - tissue_debt)
        self._now[0] += (goal - self._now[0]) * -expm1(-seconds / _TAU_S)
        self._now[1] += (vagal - self._now[1]) * -expm1(-seconds / _VAGAL_S)

    def state(self) -> dict[str, Floats]:
        """Everything that the next step depends on."""
        return {"now": self._now.copy(), "kept": self._kept.copy()}

    def restore(self, arrays: Mapping[str, NDArray]) -> None:
        """Go on from a state."""
        self._now[:], self._kept[:] = arrays["now"], arrays["kept"]
