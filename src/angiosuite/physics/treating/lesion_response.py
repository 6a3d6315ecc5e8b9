"""What a balloon does to a lesion: the waist, what springs back, what tears."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, inf
from statistics import NormalDist
from typing import Literal

from scipy.special import betaincinv

__all__ = [
    "GRADES",
    "Kind",
    "Lesion",
    "after_mm",
    "deficit_share",
    "dissection_grade",
    "recoil_share",
    "rupture_stretch",
    "under_balloon_mm",
    "yield_atm",
]

Kind = Literal["iliac", "femoral", "vein", "soft"]
GRADES = ("none", "A", "B", "C", "D", "E", "F")
"""Of a dissection, in rising order; from C on it is severe."""
_YIELD_ATM = {"iliac": (6.3, 0.28), "femoral": (6.3, 0.28), "vein": (16.0, 0.30), "soft": (2.5, 0.25)}
"""Median pressure at which a waist goes, and the spread of its logarithm."""
_HARDER = 1.5
_NEVER_FROM, _NEVER_MOST = 0.5, 0.5
_GIVES = 0.35
"""Share of the way to the balloon that a waist gives just before it goes."""
_RECOIL = {"iliac": (0.36, 0.11), "femoral": (0.302, 0.10), "vein": (0.30, 0.10), "soft": (0.20, 0.06)}
_GIVES_BACK = 0.7
_DEFICIT, _DEFICIT_SPREAD, _DEFICIT_SLOPE, _DEFICIT_AT = 0.19, 0.079, 0.3, 1.1
_THRESHOLDS = (-0.682, 0.442, 1.486, 1.716, 3.206, 4.527)
_PER_100_MM, _OCCLUDED, _TIGHT, _PER_STRETCH, _CALCIFIED, _SCORED = 0.5, 0.6, 0.5, 5.0, -0.7, -0.7
_SHIFT = {"iliac": 0.0, "femoral": 0.0, "vein": -1.0, "soft": -2.0}
_TEARS = {"iliac": (1.75, 0.08), "femoral": (1.75, 0.08), "vein": (1.655, 0.15), "soft": (1.75, 0.08)}
_BRITTLE = 0.2


@dataclass(frozen=True, slots=True)
class Lesion:
    """A narrowing as a balloon meets it.

    Parameters
    ----------
    reference_mm : float
        Diameter of the vessel without it.
    throat_mm : float
        Its narrowest diameter.
    length_mm : float
    calcium : float
        0 to 1, share of the circumference.
    eccentricity : float
        0 round to 1 on one side only.
    kind : Kind
        Which wall and which disease.
    """

    reference_mm: float
    throat_mm: float
    length_mm: float
    calcium: float = 0.0
    eccentricity: float = 0.0
    kind: Kind = "iliac"

    @property
    def stenosis(self) -> float:
        """Share of the diameter that it takes."""
        return 1.0 - self.throat_mm / self.reference_mm


def _normal(u: float) -> float:
    return NormalDist().inv_cdf(min(max(u, 1e-12), 1.0 - 1e-12))


def yield_atm(lesion: Lesion, u: float) -> float:
    """Pressure at which a lesion's waist goes, atm; infinite for calcium that never does.

    Parameters
    ----------
    lesion : Lesion
    u : float
        Drawn, 0 to 1: how hard this one is among its like.

    Notes
    -----
    **Model** lognormal: nine in ten fibrous ones of arteries between 4 and 10 atm, half of those of dialysis
    veins above 16, soft ones about 2.5; ``1 + 1.5 c`` times that with calcium c; of wholly calcified ones
    half never yield, of half calcified ones none of these. A tight balloon edge that scores is not in it.
    **Source** ranges from memory, draft; that dialysis veins often need ultra-high pressure was read (PubMed
    19918774, abstract).
    **Valid for** a first dilatation with a balloon of about the vessel's size. Rises in `u` and in calcium.
    Held by ``test_lesion_response.py``.
    """
    never = _NEVER_MOST * max(0.0, lesion.calcium - _NEVER_FROM) / (1.0 - _NEVER_FROM)
    if u > 1.0 - never:
        return inf
    median, spread = _YIELD_ATM[lesion.kind]
    return median * exp(spread * _normal(u)) * (1.0 + _HARDER * lesion.calcium)


def under_balloon_mm(
    lesion_now_mm: float, free_mm: float, atm: float, yield_atm: float, deficit: float = 0.0
) -> float:
    """Diameter of a lesion with a balloon up in it, mm: its waist, or the balloon once it has yielded.

    Parameters
    ----------
    lesion_now_mm : float
        Before this inflation.
    free_mm : float
        The balloon's diameter at this pressure without a lesion.
    atm, yield_atm : float
    deficit : float
        Share by which the balloon stays short of its chart, see :func:`deficit_share`.

    Notes
    -----
    **Model** below the yield it gives in proportion to the pressure, a third of the way at the most; at the
    yield it goes at once. It falls back wholly from a give (the caller keeps `lesion_now_mm`), and never goes
    below what it was: a balloon smaller than the lumen touches nothing.
    **Source** own choice; that a waist goes suddenly is what every inflation shows.
    **Valid for** a balloon that only grows with pressure. Held by ``test_lesion_response.py``.
    """
    most = free_mm * (1.0 - deficit)
    if most <= lesion_now_mm:
        return lesion_now_mm
    if atm >= yield_atm:
        return most
    return lesion_now_mm + _GIVES * (most - lesion_now_mm) * max(0.0, atm) / yield_atm


def deficit_share(stretch: float, u: float) -> float:
    """Share by which a balloon in a stented lesion stays short of its chart.

    Parameters
    ----------
    stretch : float
        Chart diameter over the vessel's.
    u : float
        Drawn, 0 to 1.

    Notes
    -----
    **Model** normal about 0.19, spread 0.079, more by 0.03 for each 0.1 of stretch above 1.1, at least 0.
    **Source** Aziz et al., Heart 2007 (PMC2095749, abstract read): 499 coronary lesions, deficit 0.65 mm (SD
    0.27), recoil of the stent 0.28 (0.17), the final lumen 27.2 % below the chart, so a chart of 3.42 mm; the
    share did not depend on the vessel's size and rose with the balloon-to-vessel ratio. The slope is an own
    choice.
    **Valid for** stents on their balloons in coronary arteries; iliac ones are assumed alike. Held by
    ``test_lesion_response.py``.
    """
    mean = _DEFICIT + _DEFICIT_SLOPE * max(0.0, stretch - _DEFICIT_AT)
    return min(0.6, max(0.0, mean + _DEFICIT_SPREAD * _normal(u)))


def recoil_share(lesion: Lesion, stretch: float, u: float) -> float:
    """Share of its diameter under the balloon that a lesion gives back when the balloon is down.

    Parameters
    ----------
    lesion : Lesion
    stretch : float
        Diameter under the balloon over the vessel's own.
    u : float
        Drawn, 0 to 1.

    Notes
    -----
    **Model** Beta, mean 0.36 and spread 0.11 for iliac lesions, 0.20 for soft ones, 0.302 femoral, 0.30
    veins, of a balloon of the vessel's size or less; above a stretch of 1, ``1 - r = (1 - r1) / s^0.7``: of
    what a wider balloon gains, most is given back, 0.05 for each 0.1 of stretch. (As much more as the stretch
    is, as our notes had it, would leave a narrower lumen after a wider balloon.)
    **Source** Gardiner et al., JVIR 2001 (PubMed 11742011, abstract read): 25 iliac lesions, 36 +- 11 %, 19
    to 54; all were then stented, so a worst case; calcium and eccentricity were looked at and one of nine
    variables mattered, which one was not read. Coronary 27.9 % at once, more above a balloon-to-vessel ratio
    of 1 (PubMed 1486573, abstract read); recoil follows the ratio, r = 0.49 (Rozenman et al., 696 lesions,
    abstract read). Femoral: ours, so that 74 % of the cohort of ``cohort.py`` are left with more than 30 %
    stenosis or a dissection of C and up: 555 of 748 were stented for more than 30 % or one that limits flow
    (Fujihara et al. 2017, abstract read). Veins, soft walls and the exponent: memory and own choice, draft.
    **Valid for** plain balloons, at once; tibial arteries lose another 29 % in a quarter of an hour (PubMed
    24502483, abstract read), which is not modelled.
    Held by ``test_lesion_response.py``.
    """
    mean, spread = _RECOIL[lesion.kind]
    total = mean * (1.0 - mean) / spread**2 - 1.0
    own = float(betaincinv(mean * total, (1.0 - mean) * total, min(max(u, 0.0), 1.0)))
    return 1.0 - (1.0 - own) / max(1.0, stretch) ** _GIVES_BACK


def after_mm(opened_mm: float, recoil: float, before_mm: float = 0.0) -> float:
    """Diameter that a balloon leaves, mm; never less than there was before."""
    return max(before_mm, opened_mm * (1.0 - recoil))


def _shift(lesion: Lesion, stretch: float, occluded: bool, scoring: bool) -> float:
    """How far covariates move a dissection up the ladder, in logits."""
    calcified = min(1.0, max(0.0, (lesion.calcium - 0.4) / 0.2))
    shift = _SHIFT[lesion.kind] + _PER_100_MM * lesion.length_mm / 100.0 + _CALCIFIED * calcified
    shift += _OCCLUDED * occluded + _TIGHT * (occluded or lesion.stenosis >= 0.7) + _SCORED * scoring
    return shift + _PER_STRETCH * max(0.0, stretch - 1.1) - _PER_STRETCH * max(0.0, 0.9 - stretch)


def dissection_grade(
    lesion: Lesion, stretch: float, u: float, occluded: bool = False, scoring: bool = False
) -> int:
    """How badly the wall splits under a balloon: an index into :data:`GRADES`.

    Parameters
    ----------
    lesion : Lesion
    stretch : float
        Diameter under the balloon over the vessel's own.
    u : float
        Drawn, 0 to 1.
    occluded : bool
        It was a total occlusion.
    scoring : bool
        The balloon scores.

    Notes
    -----
    **Model** ordered logit: ``P(grade <= k) = 1 / (1 + exp(x - t_k))``; x rises by 0.5 with 100 mm of length,
    by 0.6 for an occlusion, 0.5 from 70 % stenosis on, 0.5 for each 0.1 of stretch above 1.1; falls by 0.7
    for calcium over more than half (from 0.4 to 0.6), 0.7 for a scoring balloon, 0.5 for each 0.1 of stretch
    below 0.9. The thresholds are set on the cohort of ``cohort.py``.
    **Source** Fujihara et al., J Endovasc Ther 2017 (abstract read): 748 de novo femoral lesions, none 120, A
    142, B 172, C 37, D 180, E 67, F 30. Which way each moves it, severe calcium and scoring protective: Ann
    Vasc Surg 2021, 409 limbs (abstract read, univariate). Sizes of the shifts, and of all else: memory,
    draft. Iliac arteries are taken as femoral ones; veins 1 and soft walls 2 lower (own choice).
    **Valid for** plain balloons in de novo lesions. Held by ``test_lesion_response.py``.
    """
    x = _shift(lesion, stretch, occluded, scoring)
    return sum(u > 1.0 / (1.0 + exp(x - threshold)) for threshold in _THRESHOLDS)


def rupture_stretch(lesion: Lesion, u: float) -> float:
    """Stretch at which this wall tears through; `u` in 0 to 1 is how tough it is among its like.

    Notes
    -----
    **Model** lognormal; arteries 1.75, spread 0.08, dialysis veins 1.655, spread 0.15, a fifth less where
    calcium goes all round.
    **Source** dogs' arteries (AJR 1985;144:777, abstract read): none tore at 1.5, all at 2. Dialysis access:
    11 of 1242, more with a balloon of over 2 mm more than the access (PubMed 19918774, abstract read); others
    had 20 of 628 (Kambayashi 2023) and 75 of 1985 (JVIR 2009, abstracts read), so ours is the mild end. What
    calcium takes off: own choice.
    **Valid for** the diameter that the wall really has under the balloon, not the balloon's chart; cutting
    balloons not. Held by ``test_lesion_response.py``.
    """
    median, spread = _TEARS[lesion.kind]
    return max(1.05, median * (1.0 - _BRITTLE * lesion.calcium) * exp(spread * _normal(u)))
