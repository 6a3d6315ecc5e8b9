"""A balloon by itself: its width by pressure, what it holds, when it bursts, how fast it empties."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log, pi
from statistics import NormalDist

__all__ = [
    "BalloonForm",
    "burst_atm",
    "emptying_s",
    "free_mm",
    "half_strength_mpas",
    "left_share",
    "volume_ml",
]

ATM_PA = 101_325.0
MEDIAN_BURST = 1.35
"""Half of all balloons have burst at so many times their rated pressure."""
RATED_TAIL = 1e-3
"""Share that has burst at the rated pressure."""
_SPREAD = log(MEDIAN_BURST) / -NormalDist().inv_cdf(RATED_TAIL)
_ALL_BURST = MEDIAN_BURST**2
"""All but one in a thousand have burst: the chart ends here, in rated pressures."""
_UNFOLDED_ATM = 2.0
"""Its folds are out at this pressure, or at half of its nominal one where that is less."""
_VACUUM_ATM = 0.9
"""What an inflator's syringe draws with: 27 inches of mercury."""
_WATERY = 0.7
_HALF_MPAS = 4.0
_CLOSES = 0.2


@dataclass(frozen=True, slots=True)
class BalloonForm:
    """A balloon as its chart has it.

    Parameters
    ----------
    diameter_mm : float
        At its nominal pressure.
    length_mm : float
        Of the full diameter, between its shoulders.
    nominal_atm, rated_atm : float
    growth : float
        How much wider it is at twice its nominal pressure, as a share.
    folded_mm : float
        Across, folded, its shaft with it.
    """

    diameter_mm: float
    length_mm: float
    nominal_atm: float
    rated_atm: float
    growth: float
    folded_mm: float


def free_mm(form: BalloonForm, atm: float) -> float:
    """Diameter of a balloon with nothing around it, mm.

    Notes
    -----
    **Model** ``D = Dn (1 + c (P - Pn) / Pn)``, c the growth; below 2 atm, or half of the nominal pressure
    where that is less, it unfolds: a share ``3 x^2 - 2 x^3`` of the way from folded to its chart, x the share
    of that pressure. The chart goes on to the pressure at which all but one in a thousand have burst, and
    stays there.
    **Source** the chart from memory, draft; that width rises linearly from 2 to 10 atm, 7 to 18 % in soft
    balloons of 1986, was read (PubMed 2934969, abstract), and that balloons of 15 to 20 mm need 4 atm for
    their size (Chaufour 1998, abstract). How it unfolds is an own choice.
    **Valid for** balloons that are sized by pressure; not for compliant ones that are sized by volume. Held
    by ``test_balloon.py``.
    """
    pressure = min(max(atm, 0.0), _ALL_BURST * form.rated_atm)
    chart = form.diameter_mm * (1.0 + form.growth * (pressure / form.nominal_atm - 1.0))
    x = min(1.0, pressure / min(_UNFOLDED_ATM, 0.5 * form.nominal_atm))
    return form.folded_mm + max(0.0, chart - form.folded_mm) * x * x * (3.0 - 2.0 * x)


def burst_atm(form: BalloonForm, u: float) -> float:
    """Pressure at which this one bursts, atm; `u` in 0 to 1 is which one of all that are made it is.

    Notes
    -----
    **Model** lognormal, median 1.35 of the rated pressure, one in a thousand at the rated one.
    **Source** the meaning of a rated burst pressure (99.9 % hold it); the median from memory, draft.
    **Valid for** one balloon in nothing sharper than its own folds: calcium and stents that cut one are not
    in it. Held by ``test_balloon.py``.
    """
    z = NormalDist().inv_cdf(min(max(u, 1e-12), 1.0 - 1e-12))
    return form.rated_atm * MEDIAN_BURST * exp(_SPREAD * z)


def volume_ml(form: BalloonForm, atm: float, along_mm: Sequence[float] | None = None) -> float:
    """Fluid in a balloon, ml.

    Parameters
    ----------
    form : BalloonForm
    atm : float
    along_mm : sequence of float or None
        Diameters at equal steps along its length where something holds it in: the waist. None for one that is
        free.

    Notes
    -----
    **Model** a cylinder, or slices of the diameters that it has, less what it is folded; two shoulders as
    cones as long as the free radius (own choice of that length).
    **Valid for** a balloon that is no wider anywhere than it is free. Held by ``test_balloon.py``.
    """
    free = free_mm(form, atm)
    across = [free] if along_mm is None else [min(one, free) for one in along_mm]
    empty = form.folded_mm**2
    slices = sum(max(0.0, one**2 - empty) for one in across) / len(across)
    shoulders = max(0.0, free**2 - empty) * free / 3.0
    return 1e-3 * pi / 4.0 * (slices * form.length_mm + shoulders)


def half_strength_mpas(contrast_mpas: float, share: float = 0.5, saline_mpas: float = 0.7) -> float:
    """Viscosity of contrast medium thinned with saline, mPa s; `share` of it is contrast.

    Notes
    -----
    **Model** the logarithms mix by share (Arrhenius).
    **Source** memory, draft. **Valid for** an estimate. Held by ``test_balloon.py``.
    """
    return saline_mpas * (contrast_mpas / saline_mpas) ** share


def emptying_s(ml: float, bore_mm: float, length_mm: float, viscosity_mpas: float = _HALF_MPAS) -> float:
    """Time in which a balloon would empty if it went on as it begins, s; see :func:`left_share`.

    Parameters
    ----------
    ml : float
        In it.
    bore_mm : float
        Of a round lumen that resists as its inflation lumen does; about 0.45 of the shaft (own estimate).
    length_mm : float
        Of that lumen.
    viscosity_mpas : float

    Notes
    -----
    **Model** ``T = V / Q`` with Poiseuille's Q under a vacuum of 0.9 atm, and the viscosity softened to
    ``4 (mu / 4)^0.7`` mPa s: part of the time does not come from viscosity.
    **Source** the exponent is our fit to a bench of coronary balloons (Mogabgab et al. 2014, abstract read):
    contrast 1:2 and 1:3 instead of 1:1 took 26.7 and 39.0 % off the time; 8.3 s in all for the thinner of
    two. Viscosities by :func:`half_strength_mpas`.
    **Valid for** two-lumen shafts, the inflator at full vacuum. Held by ``test_balloon.py``.
    """
    pa_s = 1e-3 * _HALF_MPAS * (viscosity_mpas / _HALF_MPAS) ** _WATERY
    m3_s = _VACUUM_ATM * ATM_PA * pi * (0.5e-3 * bore_mm) ** 4 / (8.0 * pa_s * 1e-3 * length_mm)
    return 1e-6 * ml / m3_s


def left_share(seconds: float, emptying_s: float) -> float:
    """Share of its fluid that is still in a balloon so long after the vacuum began.

    Notes
    -----
    **Model** even to a fifth; then its film closes over the ports and the rest goes exponentially, without a
    step in the flow. Own choice. Held by ``test_balloon.py``.
    """
    if emptying_s <= 0.0:
        return 0.0
    x = max(0.0, seconds) / emptying_s
    return 1.0 - x if x <= 1.0 - _CLOSES else _CLOSES * exp(-(x - 1.0 + _CLOSES) / _CLOSES)
