"""A bolus of contrast: how concentrated it is where it enters, over the time of an injection."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

BolusShape = Literal["trapezoid", "gamma-variate"]


@dataclass(frozen=True, slots=True)
class Bolus:
    """Iodine concentration at the inlet of a vessel tree, mg of iodine per ml, by time since the injection.

    Parameters
    ----------
    shape : {"trapezoid", "gamma-variate"}
        Straight rise, plateau and straight fall; or one smooth hump with a long tail.
    peak_mg_ml : float
        Highest concentration, mg of iodine per ml of blood and contrast medium.
    arrival_s : float
        From the start of the injection to the first iodine at the inlet.
    rise_s : float
        From there to the peak.
    plateau_s : float
        How long the peak lasts (trapezoid).
    washout_s : float
        From the peak to nothing (trapezoid), or the time constant of the tail (gamma-variate).

    Notes
    -----
    **Model** trapezoid: piecewise straight. Gamma-variate: ``(t / tp)^a exp(a (1 - t / tp))`` with the
    peak at ``tp = rise_s`` and ``a = rise_s / washout_s``, so that the tail falls as
    ``exp(-t / washout_s)``.
    **Source** gamma-variate: Thompson et al., Circ Res 14:502 (1964); that a power injection into an artery
    gives a plateau as long as the injection, with the rate setting its height: Ahmed et al., AJNR 30:1337
    (2009).
    **Valid for** the first pass; recirculation is left out. Held by
    ``tests/physics/xray/test_contrast_tubes.py``.
    """

    shape: BolusShape
    peak_mg_ml: float
    arrival_s: float
    rise_s: float
    plateau_s: float
    washout_s: float

    def share(self, age_s: ArrayLike) -> NDArray[np.float64]:
        """Concentration at the inlet as a share of the peak, 0 to 1, `age_s` after the injection began."""
        t = np.asarray(age_s, np.float64) - self.arrival_s
        if self.shape == "trapezoid":
            up = t / self.rise_s
            down = (self.rise_s + self.plateau_s + self.washout_s - t) / self.washout_s
            return np.clip(np.minimum(up, down), 0.0, 1.0)
        x = np.maximum(t, 0.0) / self.rise_s
        power = self.rise_s / self.washout_s
        return np.asarray(x**power * np.exp(power * (1.0 - x)))

    @property
    def over_s(self) -> float:
        """Time since the injection after which less than a thousandth of the peak enters, s."""
        if self.shape == "trapezoid":
            return self.arrival_s + self.rise_s + self.plateau_s + self.washout_s
        return self.arrival_s + 2.0 * self.rise_s + 12.0 * self.washout_s
