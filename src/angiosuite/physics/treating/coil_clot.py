"""Clot in packed coils and plugs: how long until nothing goes through."""

from __future__ import annotations

from math import exp, log, sqrt

from angiosuite.physics.physiology.coagulation import clotting_share

__all__ = ["MINUTES", "closing_s", "clot_rate", "filled_density", "pore_shear_1_s"]

MINUTES = {"fibred": (2.0, 8.0), "bare": (5.0, 15.0), "plug": (3.0, 10.0)}
"""From which to which time a vessel is closed, min, by what lies in it."""
_SHEAR_1_S = 2000.0
_SEALS = 0.995


def closing_s(low_min: float, high_min: float, u: float) -> float:
    """Time in which blood that clots normally closes a device, s.

    Parameters
    ----------
    low_min, high_min : float
    u : float
        Drawn outside, 0 to 1: where in the range, even in its logarithm.

    Notes
    -----
    **Source** fibred coils 2 to 8 min, bare 5 to 15, plugs 3 to 10: research notes on devices 3.6 (memory;
    draft). Held by ``test_coil_clot.py``.
    """
    return 60.0 * exp(log(low_min) + min(max(u, 0.0), 1.0) * log(high_min / low_min))


def pore_shear_1_s(flow_ml_s: float, area_mm2: float, density: float, k_mm2: float) -> float:
    """Shear rate in the pores of a pack, 1/s.

    Notes
    -----
    **Model** speed in the pores over their size, ``Q / (A (1 - f)) / sqrt(k)``. **Source** the usual scale of
    Darcy's law; its factor of order 1 left out. Held by ``test_coil_clot.py``.
    """
    speed_mm_s = 1e3 * abs(flow_ml_s) / max(area_mm2 * (1.0 - min(density, 0.99)), 1e-6)
    return speed_mm_s / sqrt(max(k_mm2, 1e-8))


def clot_rate(act_s: float, shear_1_s: float, closes_s: float) -> float:
    """How fast the pores of a pack clot, as a share of them a second.

    Parameters
    ----------
    act_s : float
        Activated clotting time.
    shear_1_s : float
        Of `pore_shear_1_s`.
    closes_s : float
        Of `closing_s`.

    Notes
    -----
    **Model** ``c(ACT) * 2 / (1 + shear / 2000) / T``: blood that stands clots in half the time T that was
    drawn, at 2000 1/s in T, faster flow washes clot away; no clot from an ACT of 300 s on.
    **Source** the dependence on ACT is that of blood at rest (`coagulation.clotting_share`, draft); that on
    shear is a choice (draft). **Valid for** the order of minutes. Held by ``test_coil_clot.py``.
    """
    return clotting_share(act_s) * 2.0 / (1.0 + shear_1_s / _SHEAR_1_S) / closes_s


def filled_density(density: float, clotted: float) -> float:
    """Share of the room that metal and clot fill together.

    Parameters
    ----------
    density : float
        Of metal.
    clotted : float
        Share of the pores, 0 to 1.
    """
    return density + (1.0 - density) * _SEALS * min(max(clotted, 0.0), 1.0)
