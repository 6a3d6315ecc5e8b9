"""Pressure outside the vessels of chest and belly through a breath."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["QUIET_INSPIRED", "QUIET_MMHG", "external_mmhg"]

EXPIRED_CHEST_MMHG, EXPIRED_BELLY_MMHG = -4.0, 2.0
SWING_CHEST_MMHG, SWING_BELLY_MMHG = -3.0, 2.0
QUIET_INSPIRED = 0.625
"""Mean share of the breath that is in while a patient breathes quietly: of 1 - cos^4 over a breath."""
QUIET_MMHG = (
    0.0,
    EXPIRED_CHEST_MMHG + SWING_CHEST_MMHG * QUIET_INSPIRED,
    EXPIRED_BELLY_MMHG + SWING_BELLY_MMHG * QUIET_INSPIRED,
)
"""Mean pressure by region over a quiet breath, mmHg: atmosphere, chest, belly."""


def external_mmhg(
    inspired: float, *, depth: float = 1.0, confined: NDArray[np.float64] | None = None
) -> NDArray[np.float64]:
    """Pressure by region (atmosphere, chest, belly, then confined spaces), mmHg.

    Parameters
    ----------
    inspired : float
        Share of the breath that is in: 0 at the end of expiration, 1 at the end of inspiration.
    depth : float
        Of the breath, 1 for quiet breathing; negative for a ventilator's.
    confined : ndarray, optional
        Pressures of further regions.

    Notes
    -----
    **Model** pleural pressure -4 mmHg at rest and 3 mmHg lower at the end of a quiet inspiration, belly 2
    mmHg and 2 higher: veins of the chest fill as those of the belly are pressed, some 3 mmHg each way in the
    cava.
    **Source** West, Respiratory Physiology (-5 to -8 cmH2O; memory); research notes 2.3.
    """
    here = np.array(
        [0.0, EXPIRED_CHEST_MMHG + SWING_CHEST_MMHG * depth * inspired,
         EXPIRED_BELLY_MMHG + SWING_BELLY_MMHG * depth * inspired]
    )  # fmt: skip
    return here if confined is None else np.concatenate([here, confined])
