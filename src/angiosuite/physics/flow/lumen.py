"""Resistance and inertance of blood in a round tube, and in the ring that a catheter leaves of it."""

from __future__ import annotations

from math import log, pi, sqrt

from .blood import DENSITY_G_ML, DYNE_CM2_PER_MMHG, VISCOSITY_POISE

__all__ = ["OCCLUDED", "annulus", "inertance", "resistance"]

OCCLUDED = 1e-3
"""Share of the lumen below which it counts as closed."""


def resistance(length_cm: float, area_cm2: float, profile: float = 2.0) -> float:
    """Resistance of a tube, mmHg s/ml.

    Notes
    -----
    **Model** ``R = 2 (g + 2) pi mu l / A^2`` for the velocity profile ``(g + 2)/g (1 - r^g)``: g = 2 is
    Poiseuille's, 9 the blunt one of large arteries.
    **Source** Smith, Pullan & Hunter 2002 (profile); ``closed_forms.py`` of the flow bench for g = 2.
    **Valid for** fully developed flow. Held by ``test_network.py`` (F1).
    """
    return 2.0 * (profile + 2.0) * pi * VISCOSITY_POISE * length_cm / area_cm2**2 / DYNE_CM2_PER_MMHG


def inertance(length_cm: float, area_cm2: float) -> float:
    """Inertance of a tube, ``rho l / A``, mmHg s2/ml."""
    return DENSITY_G_ML * length_cm / area_cm2 / DYNE_CM2_PER_MMHG


def annulus(area_cm2: float, catheter_cm: float) -> tuple[float, float]:
    """Factor on the resistance, and share of the area left, of a lumen with a catheter of a radius in it.

    Returns
    -------
    (factor, share) : (float, float)
        ``(inf, 0)`` when the catheter fills the lumen.

    Notes
    -----
    **Model** laminar flow in a concentric ring, ``r2^4 / (r2^4 - r1^4 - (r2^2 - r1^2)^2 / ln(r2/r1))``.
    A catheter that lies at the wall leaves up to 2.5 times the flow of a concentric one; this is the bound.
    **Source** White, Viscous Fluid Flow, annulus (memory). **Valid for** 0 <= r1 < r2. Held by
    ``test_lumen.py``.
    """
    r2 = sqrt(area_cm2 / pi)
    k = catheter_cm / r2
    if k <= 0.0:
        return 1.0, 1.0
    if k * k >= 1.0 - OCCLUDED:
        return float("inf"), 0.0
    left = 1.0 - k * k
    return 1.0 / (1.0 - k**4 - left * left / log(1.0 / k)), left
