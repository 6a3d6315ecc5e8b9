"""Resistance and inertance of blood in a round tube, and in the ring that a catheter leaves of it."""

from __future__ import annotations

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from .blood import DENSITY_G_ML, DYNE_CM2_PER_MMHG, VISCOSITY_POISE

Number = TypeVar("Number", float, NDArray[np.float64])
"""One lumen, or many at once."""

__all__ = ["OCCLUDED", "annulus", "inertance", "resistance"]

OCCLUDED = 1e-3
"""Share of the lumen below which it counts as closed."""


def resistance(length_cm: Number, area_cm2: Number, profile: Number | float = 2.0) -> Number:
    """Resistance of a tube, mmHg s/ml.

    Notes
    -----
    **Model** ``R = 2 (g + 2) pi mu l / A^2`` for the velocity profile ``(g + 2)/g (1 - r^g)``: g = 2 is
    Poiseuille's, 9 the blunt one of large arteries.
    **Source** Smith, Pullan & Hunter 2002 (profile); ``closed_forms.py`` of the flow bench for g = 2.
    **Valid for** fully developed flow. Held by ``test_network.py`` (F1).
    """
    return 2.0 * (profile + 2.0) * np.pi * VISCOSITY_POISE * length_cm / area_cm2**2 / DYNE_CM2_PER_MMHG


def inertance(length_cm: Number, area_cm2: Number) -> Number:
    """Inertance of a tube, ``rho l / A``, mmHg s2/ml."""
    return DENSITY_G_ML * length_cm / area_cm2 / DYNE_CM2_PER_MMHG


def annulus(area_cm2: Number, catheter_cm: Number) -> tuple[Number, Number]:
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
    squared = np.minimum(np.pi * catheter_cm**2 / area_cm2, 1.0)
    left = 1.0 - squared
    open_ = (left > OCCLUDED) & (squared > 1e-12)
    inside = np.where(open_, squared, 0.5)
    ring = 1.0 - inside**2 - (1.0 - inside) ** 2 / (-0.5 * np.log(inside))
    factor = np.where(open_, 1.0 / ring, np.where(left > OCCLUDED, 1.0, np.inf))
    return factor, np.where(left > OCCLUDED, left, 0.0)  # type: ignore[return-value]
