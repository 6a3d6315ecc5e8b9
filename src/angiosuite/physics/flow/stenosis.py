"""Pressure lost in a narrowing: viscous, by the jet behind it, and to start the blood in it."""

from __future__ import annotations

from dataclasses import dataclass
from math import pi, sqrt

from .blood import DENSITY_G_ML, DYNE_CM2_PER_MMHG, VISCOSITY_POISE

__all__ = ["Narrowing", "crossed", "narrowing"]

_KT, _KU = 1.52, 1.2
_ECCENTRIC = 0.2
"""How much more a wholly eccentric throat loses in its jet (memory: one-sided plugs)."""


@dataclass(frozen=True, slots=True)
class Narrowing:
    """What a stenosis adds to its vessel.

    Parameters
    ----------
    resistance : float
        mmHg s/ml.
    kinetic : float
        K of ``K |Q| Q``, mmHg s2/ml2.
    inertance : float
        mmHg s2/ml.
    """

    resistance: float
    kinetic: float
    inertance: float


def narrowing(area_cm2: float, length_cm: float, throat_share: float, eccentricity: float = 0.0) -> Narrowing:
    """Loss of a stenosis in a lumen of `area_cm2` of which `throat_share` is left over `length_cm`.

    Notes
    -----
    **Model** Young and Tsai: ``dP = 8 mu La / (pi r0^4) (A0/A1)^2 Q + Kt rho / (2 A0^2) (A0/A1 - 1)^2 |Q| Q
    + Ku rho Ls / A0 dQ/dt`` with ``La = 0.83 Ls + 1.64 D1``, Kt 1.52, Ku 1.2.
    **Source** Young & Tsai 1973 with the coefficients that 1-D solvers take after Liang et al. 2009 (La, Kt
    read in two public ones, Ku from memory).
    **Valid for** throats of 0.01 to 1 of the area, Reynolds numbers in the throat above 100; turbulence is in
    Kt only. Only the value inside a network means something above 75 % diameter lost. Falls with the throat's
    share in each part, so a tighter stenosis never lets more through. Held by ``test_stenosis.py`` (F9).
    """
    share = max(throat_share, 1e-4)
    d1 = 2.0 * sqrt(share * area_cm2 / pi)
    r0_4 = (area_cm2 / pi) ** 2
    viscous = 8.0 * VISCOSITY_POISE * (0.83 * length_cm + 1.64 * d1) / (pi * r0_4) / share**2
    jet = _KT * (1.0 + _ECCENTRIC * eccentricity) * DENSITY_G_ML / (2.0 * area_cm2**2)
    jet *= (1.0 / share - 1.0) ** 2
    start = _KU * DENSITY_G_ML * length_cm / area_cm2
    return Narrowing(viscous / DYNE_CM2_PER_MMHG, jet / DYNE_CM2_PER_MMHG, start / DYNE_CM2_PER_MMHG)


def crossed(
    area_cm2: float, length_cm: float, throat_share: float, eccentricity: float = 0.0, radius_mm: float = 0.0
) -> Narrowing:
    """Loss of a stenosis with a catheter of a radius through it, mm; of 0 without one.

    Notes
    -----
    **Model** the catheter takes its section from the lumen and from the throat: `narrowing` of what is left
    of both. What its wall rubs in the throat is left out, so the loss is a lower bound. **Source** that a
    catheter in a stenosis makes its gradient greater is usual teaching (memory); the law is that of
    `narrowing`. **Valid for** catheters thinner than the throat; one that fills it leaves a ten thousandth.
    Rises with the radius. Held by ``test_stenosis.py``.
    """
    taken = pi * (0.1 * radius_mm) ** 2
    free = max(area_cm2 - taken, 1e-3 * area_cm2)
    throat = max(throat_share * area_cm2 - taken, 1e-4 * area_cm2)
    return narrowing(free, length_cm, min(throat / free, 1.0), eccentricity)
