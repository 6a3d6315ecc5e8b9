"""Clot at the tip of a catheter under vacuum: the force on it, whether it goes in, what flows."""

from __future__ import annotations

from math import pi, sqrt
from typing import Literal

from angiosuite.physics.flow.blood import DENSITY_G_ML, VISCOSITY_POISE

__all__ = [
    "KPA_PER_INHG",
    "PUMP_KPA",
    "SYRINGE_KPA",
    "Taken",
    "adhesion_n",
    "flow_ml_s",
    "suction_n",
    "taken",
    "tip_n",
]

KPA_PER_INHG = 3.386
PUMP_KPA, SYRINGE_KPA = 25.63 * KPA_PER_INHG, 27.04 * KPA_PER_INHG
"""Vacuum of a pump and of a 60 ml syringe."""
TUBING_BORE_MM, TUBING_MM = 2.3, 2000.0
"""Of a round tube that resists as a pump's tubing and connectors do (own estimate)."""
_HARD_GRIP, _SOFT_GRIP = 0.7, 1.4
_FRESH_N, _OLDER = 0.05, 6.0
_GOES_IN = 0.6
_LOSSES = 1.5

Taken = Literal["ingested", "corked", "stays"]


def suction_n(bore_mm: float, vacuum_kpa: float) -> float:
    """Force of a vacuum on what closes a tip, N: area times vacuum.

    Notes
    -----
    **Source** vacuums of pump and syringe: Froehler 2017 (PMC5662950, abstract read), where force is that
    product too. **Valid for** a lumen that is closed and whose tip does not collapse. Held by
    ``test_aspiration.py``.
    """
    return 1e-3 * vacuum_kpa * pi * (0.5 * bore_mm) ** 2


def tip_n(bore_mm: float, vacuum_kpa: float, softness: float) -> float:
    """Force with which a tip holds clot before it breaks off, N.

    Notes
    -----
    **Model** 0.7 of area times vacuum for hard clot to 1.4 for soft, which is drawn in and held at its sides;
    `softness` 0 to 1.
    **Source** PMC9582518 (abstract read): 5 F and 6 F catheters at a strong pump held a latex membrane with
    8.0 and 20.7 gf, soft gel with 18.5 and 39.7; by bores of 1.40 and 1.78 mm (memory) and 96 kPa that is
    0.53 and 0.85, 1.23 and 1.62 of the product. Tips that collapse (measured too) are in the lower one.
    **Valid for** bores of 1 to 2 mm; larger ones by the same shares. Held by ``test_aspiration.py``.
    """
    grip = _HARD_GRIP + (_SOFT_GRIP - _HARD_GRIP) * min(max(softness, 0.0), 1.0)
    return grip * suction_n(bore_mm, vacuum_kpa)


def adhesion_n(organised: float) -> float:
    """Force that holds clot in its vessel, N: 0.05 fresh to 0.3 organised (`organised` 0 to 1).

    Notes
    -----
    **Source** memory, draft. **Valid for** clot of some centimetres, not by its size. Held by
    ``test_aspiration.py``.
    """
    return _FRESH_N * _OLDER ** min(max(organised, 0.0), 1.0)


def taken(bore_mm: float, vacuum_kpa: float, clot_mm: float, organised: float) -> Taken:
    """What happens to clot at the tip: it goes in, corks the tip and comes with it, or stays where it is.

    Notes
    -----
    **Model** it stays where adhesion is more than :func:`tip_n`; else it goes in where the lumen is more than
    0.6 of its thickness, and corks where not.
    **Source** memory, draft (research notes 3.9). **Valid for** the tip on the clot. Never worse with a
    larger bore. Held by ``test_aspiration.py``.
    """
    if tip_n(bore_mm, vacuum_kpa, 1.0 - organised) <= adhesion_n(organised):
        return "stays"
    return "ingested" if bore_mm > _GOES_IN * clot_mm else "corked"


def flow_ml_s(
    vacuum_kpa: float,
    bore_mm: float,
    length_mm: float,
    tubing_bore_mm: float = TUBING_BORE_MM,
    tubing_mm: float = TUBING_MM,
    viscosity_mpas: float = 100.0 * VISCOSITY_POISE,
) -> float:
    """Blood that a catheter draws while nothing closes it, ml/s.

    Notes
    -----
    **Model** Poiseuille in catheter and tubing and the jets at their ends, ``vacuum = R Q + K Q^2``.
    **Source** that tubing limits large catheters: AJNR 39:905 (abstract read). Tubing set so that lumens of
    1.73 mm by 132 cm and 2.13 by 95 (from memory) draw within a tenth of 3.74 and 5.96 ml/s at 96 kPa and 3
    mPa s: measured in J Neurointerv Surg 2021;13:1157 (abstract read; vacuum and fluid were not).
    **Valid for** laminar flow: large bores draw less than this. Rises with either bore, to a limit. Held by
    ``test_aspiration.py``.
    """
    mu, rho = 1e-3 * viscosity_mpas, 1e3 * DENSITY_G_ML
    linear = kinetic = 0.0
    for bore, length in ((bore_mm, length_mm), (tubing_bore_mm, tubing_mm)):
        r = 0.5e-3 * bore
        linear += 8.0 * mu * 1e-3 * length / (pi * r**4)
        kinetic += _LOSSES * rho / (2.0 * (pi * r * r) ** 2)
    pa = 1e3 * vacuum_kpa
    return 1e6 * 2.0 * pa / (linear + sqrt(linear * linear + 4.0 * kinetic * pa))
