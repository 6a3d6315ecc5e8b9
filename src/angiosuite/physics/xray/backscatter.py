"""How much the patient's own scatter raises the kerma at the skin."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from angiosuite.physics.xray.scatter import fit

SMALLEST_SIDE_MM = 50.0
"""Below this side the excess over 1 falls with the side; above `LARGEST_SIDE_MM` it stays."""
LARGEST_SIDE_MM = 360.0


def backscatter_factor(kv: float, hvl_mm_al: float, field_side_mm: float) -> float:
    """Air kerma at the entrance of a patient over that free in air.

    Parameters
    ----------
    kv : float
        Tube voltage, kV.
    hvl_mm_al : float
        Half-value layer of the beam, mm Al.
    field_side_mm : float
        Side of the square field at the skin, mm.

        **Model**: cubic polynomial in voltage, ln HVL and ln side.
        **Source**: own fit to :mod:`.monte_carlo` (20 cm of water), which agrees with Benmakhlouf et al.,
        Phys. Med. Biol. 58:247 (2013) within 1 %.
        **Valid for**: 55 to 120 kV, HVL 2.5 to 8 mm Al, 60 to 350 mm. Held by
        ``tests/physics/xray/test_backscatter.py``.
    """
    return float(backscatter_factors(kv, hvl_mm_al, np.array([field_side_mm]))[0])


def backscatter_factors(
    kv: float, hvl_mm_al: float, field_side_mm: NDArray[np.float64]
) -> NDArray[np.float64]:
    """:func:`backscatter_factor` of many fields at once.

    **Model**: below a side of 50 mm the excess over 1 falls in proportion to the side, because what scatters
    back to a point grows with the distance to the edge while that is short against the mean free path.
    Held by ``tests/physics/xray/test_backscatter.py``.
    """
    part = fit()["backscatter"]
    given = np.asarray(field_side_mm, np.float64)
    side = np.clip(given, SMALLEST_SIDE_MM, LARGEST_SIDE_MM) / 10.0
    v, h, s = kv / 80.0 - 1.0, np.log(hvl_mm_al / 4.0), np.log(side / 15.0)
    excess = np.zeros_like(side)
    for (i, j, k), coefficient in zip(part["terms"], part["coefficients"], strict=True):
        excess += coefficient * v**i * h**j * s**k
    return 1.0 + excess * np.minimum(given / SMALLEST_SIDE_MM, 1.0)
