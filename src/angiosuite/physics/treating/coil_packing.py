"""How densely coils lie in a lumen, and how much blood still gets through them."""

from __future__ import annotations

from math import exp, log, pi, sqrt

from angiosuite.physics.flow.blood import DYNE_CM2_PER_MMHG, VISCOSITY_POISE

__all__ = [
    "added_resistance",
    "packing_density",
    "permeability_mm2",
    "poiseuille_share",
    "stable_share",
    "wind_volume_mm3",
]

_KOZENY = 180.0
LEAST_DENSITY, MOST_DENSITY = 1e-4, 0.95
_FEW, _MANY, _AT_ENDS = 0.19, 0.31, 0.1


def wind_volume_mm3(wind_mm: float, length_mm: float) -> float:
    """Volume that a coil takes, mm3: its primary wind as a full cylinder.

    Notes
    -----
    **Model** ``pi/4 d2 L``; what is hollow in the wind counts, as in every published density.
    **Source** 0.67, 0.92, 1.14, 2.0 and 6.2 mm3 a cm for .0115, .0135, .015, .020 and .035 in: research notes
    on devices, computed. **Valid for** close winds. Held by ``test_coil_packing.py``.
    """
    return 0.25 * pi * wind_mm**2 * length_mm


def packing_density(coil_mm3: float, lumen_mm3: float) -> float:
    """Share of a lumen that coils fill, 0 to 1."""
    return 0.0 if lumen_mm3 <= 0.0 else min(coil_mm3 / lumen_mm3, 1.0)


def stable_share(density: float) -> float:
    """Share of sacs that stay closed at a packing density.

    Notes
    -----
    **Model** logistic in the density, 10 % at 0.19 and 90 % at 0.31; no cliff.
    **Source** packed to 24.9 % where stable and 20.5 % where treated again, best cut 19 to 31 % by series:
    research notes on devices (Takao 2014, Mascitelli 2015); that the density says little once other things
    are told is known too (odds ratio 0.93, 0.84 to 1.02). The two ends are a choice (draft).
    **Valid for** sacs; not for arteries that are closed for good. Held by ``test_coil_packing.py``.
    """
    middle, steep = 0.5 * (_FEW + _MANY), 2.0 * log(1.0 / _AT_ENDS - 1.0) / (_MANY - _FEW)
    return 1.0 / (1.0 + exp(-steep * (density - middle)))


def permeability_mm2(wind_mm: float, density: float) -> float:
    """Permeability of packed coils, mm2.

    Parameters
    ----------
    wind_mm : float
        Diameter of the primary wind: blood goes around the wind, not through its wire.
    density : float
        Share of the room that is solid, clot counted.

    Notes
    -----
    **Model** Kozeny and Carman, ``k = d2 (1 - f)3 / (180 f2)``.
    **Source** research notes on flow, 2.4; the constant is that of balls of diameter d: for long threads,
    whose surface is 4/d and not 6/d of their volume, k is about twice as much, which is left out here.
    **Valid for** f of 0.05 to 0.6, pores in which flow creeps. Held by ``test_coil_packing.py`` (1 %).
    """
    f = min(max(density, LEAST_DENSITY), MOST_DENSITY)
    return wind_mm**2 * (1.0 - f) ** 3 / (_KOZENY * f * f)


def added_resistance(length_mm: float, area_mm2: float, k_mm2: float) -> float:
    """What a packed stretch adds to the resistance of its vessel, mmHg s/ml.

    Notes
    -----
    **Model** Darcy, ``R = mu L / (k A)``. **Source** Darcy's law; mu of `flow.blood`.
    **Valid for** creeping flow; the jet between loops that lie loose is left out.
    Held by ``test_coil_packing.py``.
    """
    dyne_s_cm5 = VISCOSITY_POISE * (0.1 * length_mm) / (1e-2 * k_mm2 * 1e-2 * area_mm2)
    return dyne_s_cm5 / DYNE_CM2_PER_MMHG


def poiseuille_share(area_mm2: float, k_mm2: float) -> float:
    """Share of its area that an open vessel with the same resistance as a packed one would have, 0 to 1.

    Notes
    -----
    **Model** the open vessel's ``8 pi mu L / A2`` and Darcy's ``mu L / (k A)`` in a row, told as the
    Poiseuille resistance of a share s of the area, ``1 / s2 = 1 + A / (8 pi k)``: `Narrowed` takes the mean
    of 1/s2 along a segment, so what is added is Darcy's. **Source** both laws. **Valid for** as they are.
    Held by ``test_coil_packing.py`` (1 %).
    """
    return 1.0 / sqrt(1.0 + area_mm2 / (8.0 * pi * max(k_mm2, 1e-12)))
