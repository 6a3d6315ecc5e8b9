"""What holds a coil or plug where it lies, and what the blood pushes it with."""

from __future__ import annotations

from math import pi

import numpy as np
from numpy.typing import NDArray

__all__ = ["drag_n", "grip_n", "loops_fit", "spring_n_mm", "standing_n", "wind_ei_nmm2"]

Floats = NDArray[np.float64]

MMHG_PER_N_MM2 = 7500.6
GRIP_KPA = {"bare": 0.3, "fibred": 0.8}
CLOT_GRIP_KPA = 2.0
_TOUCHES_FROM, _TOUCHES_WHOLE = 0.95, 1.1


def wind_ei_nmm2(stock_mm: float, wind_mm: float, young_n_mm2: float = 170e3, poisson: float = 0.35) -> float:
    """Bending stiffness of a close wound spring, N mm2.

    Notes
    -----
    **Model** ``EI = d / (pi D) * 2 E I / (2 + nu)`` with I of the round wire d and D from middle to middle of
    the wire. **Source** a close helix bends by bending and twisting its wire (Timoshenko; memory).
    **Valid for** small bends, no pretension. Held by ``test_coil_hold.py``.
    """
    middle = wind_mm - stock_mm
    return stock_mm / (pi * middle) * 2.0 * young_n_mm2 * pi * stock_mm**4 / 64.0 / (2.0 + poisson)


def spring_n_mm(ei_nmm2: float, loop_mm: float, lumen_mm: float, wind_mm: float) -> float:
    """What loops press on a round lumen with, N for each mm of coil; 0 where they are no wider than it.

    Notes
    -----
    **Model** a loop that wants the radius R0 in a lumen that leaves it R: ``q = EI (1/R - 1/R0) / R2``, the
    force at which widening the helix by dR frees as much work as bending does; radii of the wind's middle.
    **Source** elastic strip rolled into a tube; derived, and what the strand's own contact tells agrees
    (``test_coil_strand.py``). **Valid for** loops that lie across the lumen.
    """
    radius, own = 0.5 * (lumen_mm - wind_mm), 0.5 * (loop_mm - wind_mm)
    return ei_nmm2 * max(1.0 / radius - 1.0 / own, 0.0) / radius**2


def standing_n(x: Floats, axis: Floats, radius_mm: Floats, off_mm: Floats, rest_1_mm: float, ei: float,
               wind_mm: float) -> float:  # fmt: skip
    """What a strand keeps pressing on its vessel with once pulses have shaken loose what friction holds, N.

    Parameters
    ----------
    x : float64 (n, 3)
        Its nodes, mm.
    axis : float64 (n, 3)
        Direction of the vessel at each.
    radius_mm, off_mm : float64 (n,)
        The vessel's radius, and how far nodes lie from its middle.
    rest_1_mm, ei, wind_mm : float
        Curvature at rest, 1/mm; N mm2; mm.

    Notes
    -----
    **Model** as `spring_n_mm`, piece by piece of what lies at the wall, with the curvature ``sin2(a) / R`` of
    a helix whose thread makes the angle a with the axis: what ran out along the vessel holds less.
    **Source** Meusnier's theorem. Held by ``test_coil_hold.py``.
    """
    if len(x) < 2:
        return 0.0
    edge = np.diff(x, axis=0)
    size = np.sqrt((edge * edge).sum(axis=1))
    along = (edge * axis[:-1]).sum(axis=1) / np.maximum(size, 1e-9)
    free = np.maximum(radius_mm[:-1] - 0.5 * wind_mm, 0.1)
    k = (1.0 - along * along) / free
    at_wall = off_mm[:-1] > radius_mm[:-1] - wind_mm
    q = ei * np.maximum(k - rest_1_mm, 0.0) * k * k
    return float((q * size)[at_wall].sum())


def loops_fit(loop_mm: float, lumen_mm: float) -> float:
    """Share of its loops that reach the wall all round, by size alone, 0 to 1.

    Notes
    -----
    **Model** none where loops are 5 % narrower than the lumen, all from 10 % wider on (draft).
    **Source** wanted oversize 20 %, 20 to 30 % in another: research notes on devices 3.6.
    """
    ratio = loop_mm / max(lumen_mm, 1e-6)
    return min(max((ratio - _TOUCHES_FROM) / (_TOUCHES_WHOLE - _TOUCHES_FROM), 0.0), 1.0)


def grip_n(
    wall_n: float,
    friction: float,
    length_mm: float,
    lumen_mm: float,
    fit: float,
    clotted: float,
    fibred: bool,
) -> float:  # fmt: skip
    """Force along its vessel that a pack withstands, N.

    Parameters
    ----------
    wall_n, friction : float
        Of its springs, and the coefficient.
    length_mm, lumen_mm : float
        Stretch of the vessel that it fills.
    fit : float
        Of `loops_fit`.
    clotted : float
        Share of its pores.
    fibred : bool

    Notes
    -----
    **Model** Coulomb on what springs press, and a hold of each mm2 of wall that is touched: 0.3 kPa of bare
    loops, 0.8 kPa of fibred ones, 2 kPa more of clot; as far as loops reach the wall.
    **Source** memory of the order only; draft: no measured figure was found.
    **Valid for** right order between coils that fit and coils that do not.
    Held by ``test_coil_hold.py``.
    """
    wall_mm2 = pi * lumen_mm * max(length_mm, 0.0)
    grip_kpa = GRIP_KPA["fibred" if fibred else "bare"] + CLOT_GRIP_KPA * min(max(clotted, 0.0), 1.0)
    return friction * wall_n + 1e-3 * wall_mm2 * fit * grip_kpa


def drag_n(drop_mmhg: float, area_mm2: float) -> float:
    """What the blood pushes a pack along with, N: the pressure lost over it times the lumen's area.

    Notes
    -----
    **Model** balance of forces on a porous body in a tube; the wall's own shear left out.
    """
    return abs(drop_mmhg) * area_mm2 / MMHG_PER_N_MM2
