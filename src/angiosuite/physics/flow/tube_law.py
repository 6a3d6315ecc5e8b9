"""Pressure and compliance of every kind of node from its volume."""

from __future__ import annotations

from math import sqrt

import numpy as np
from numba import njit
from numpy.typing import NDArray

from .spec import NodeLaw

__all__ = ["FLOOR", "law", "volume_at", "volumes_at"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

LINEAR, TUBE, VEIN, CHAMBER, FIXED = (int(kind) for kind in NodeLaw)

FLOOR = 0.05
"""Share of V0 under which no wall gives more: pressure falls with one over what is left."""
SOFT_MMHG = 0.5
"""Stiffness of a collapsing vein: ``k (1 - V0/V)``, so -4.5 mmHg at a tenth of its area."""
ROUND = 0.1
"""Share of V0 over which a vein goes from round to collapsing."""
CHAMBER_FLOOR_ML = 1.0


@njit(cache=True, nogil=True)
def law(kind: int, ml: float, v0_ml: float, stiffness: float, p0_mmhg: float) -> tuple[float, float]:
    """Transmural pressure (mmHg) and its slope (mmHg/ml) at a volume.

    Parameters
    ----------
    kind : NodeLaw
    ml, v0_ml : float
        Volume, and V0.
    stiffness : float
        As in `NodeLaw`; of a CHAMBER its elastance now.
    p0_mmhg : float
        Transmural pressure at V0 (TUBE, VEIN).

    Notes
    -----
    **Model** TUBE ``P0 + beta (sqrt(V/V0) - 1)``; VEIN the same above V0, below it
    ``P0 + k (1 - V0/V)`` joined with one slope over a tenth of V0; LINEAR and CHAMBER ``s (V - V0)``. Below
    `FLOOR` V0 (a chamber: 1 ml or the same share) the pressure goes on with the slope it had there as
    ``s Vf (1 - Vf/V)``: no volume becomes negative and an empty vessel gives nothing.
    **Source** TUBE: Olufsen 1999 as used by openBF; VEIN: shape of the collapsible tube (Pedley, Brook &
    Seymour 1996, memory). **Valid for** V > 0. Continuous with one slope everywhere and rising. Held by
    ``test_tube_law.py``.
    """
    if kind == VEIN and ml < v0_ml:
        u = max(ml / v0_ml, 1e-6)
        k = min(SOFT_MMHG, 0.25 * stiffness)
        gap = 1.0 - u
        extra = 0.5 * stiffness - k
        pressure = p0_mmhg + k * (1.0 - 1.0 / u)
        slope = k / (u * u)
        if gap < ROUND:
            pressure -= extra * (gap - 0.5 * gap * gap / ROUND)
            slope += extra * (1.0 - gap / ROUND)
        else:
            pressure -= extra * 0.5 * ROUND
        return pressure, slope / v0_ml
    floor = FLOOR * v0_ml
    if kind == CHAMBER:
        floor = max(floor, CHAMBER_FLOOR_ML)
    at = max(ml, floor) if floor > 0.0 else ml
    if kind in (TUBE, VEIN):
        root = sqrt(at / v0_ml)
        pressure = p0_mmhg + stiffness * (root - 1.0)
        slope = 0.5 * stiffness / (root * v0_ml)
    else:
        pressure = stiffness * (at - v0_ml)
        slope = stiffness
    if ml < at:
        left = max(ml / floor, 1e-6)
        pressure += slope * floor * (1.0 - 1.0 / left)
        slope /= left * left
    return pressure, slope


@njit(cache=True, nogil=True)
def volume_at(kind: int, mmhg: float, v0_ml: float, stiffness: float, p0_mmhg: float) -> float:
    """Volume (ml) at a transmural pressure: the law the other way."""
    if kind == FIXED or stiffness <= 0.0:
        return v0_ml
    if kind == LINEAR and v0_ml <= 0.0:
        return v0_ml + mmhg / stiffness
    if kind == TUBE:
        root = 1.0 + (mmhg - p0_mmhg) / stiffness
        if root > 0.0 and root * root >= FLOOR:
            return v0_ml * root * root
    elif kind != VEIN:
        ml = v0_ml + mmhg / stiffness
        if ml >= max(FLOOR * v0_ml, CHAMBER_FLOOR_ML):
            return ml
    low, high = 0.0, max(v0_ml, 1.0)
    for _ in range(200):
        if law(kind, high, v0_ml, stiffness, p0_mmhg)[0] >= mmhg:
            break
        low, high = high, 2.0 * high
    for _ in range(120):
        middle = 0.5 * (low + high)
        if law(kind, middle, v0_ml, stiffness, p0_mmhg)[0] < mmhg:
            low = middle
        else:
            high = middle
    return 0.5 * (low + high)


@njit(cache=True, nogil=True)
def volumes_at(kind: Ints, mmhg: Floats, v0_ml: Floats, stiffness: Floats, p0: Floats, found: Floats) -> None:
    """Volumes (ml) of many nodes into `found`, as `volume_at`."""
    for i in range(len(kind)):
        found[i] = volume_at(kind[i], mmhg[i], v0_ml[i], stiffness[i], p0[i])
