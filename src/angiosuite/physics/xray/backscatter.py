"""How much the patient's own scatter raises the kerma at the skin."""

from __future__ import annotations

import numpy as np

from angiosuite.physics.xray.scatter import fit


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
    part = fit()["backscatter"]
    side = float(np.clip(field_side_mm / 10.0, 5.0, 36.0))
    v = (kv / 80.0 - 1.0, np.log(hvl_mm_al / 4.0), np.log(side / 15.0))
    total = 1.0
    for term, coefficient in zip(part["terms"], part["coefficients"], strict=True):
        total += coefficient * v[0] ** term[0] * v[1] ** term[1] * v[2] ** term[2]
    return float(total)
