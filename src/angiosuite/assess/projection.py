"""Pace and where it leads: how many a month, the 80 % band, and when a target will be reached."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

from scipy.special import betainc

from angiosuite.assess.months import add_months
from angiosuite.kit.enrolment import Enrolment, Fte, Leave

BAND = (0.1, 0.9)
"""Quantiles of the band: eight times in ten the number to come lies between them."""

JEFFREYS = 0.5
"""Shape that the prior adds to a count; a pace is not taken as 0 because nothing came yet."""


@dataclass(frozen=True, slots=True)
class Band:
    """How many more are to come.

    Parameters
    ----------
    low, mid, high : float
        10 % quantile, expectation at the present pace, and 90 % quantile.
    """

    low: float
    mid: float
    high: float


def to_come(seen: float, seen_months: float, ahead_months: float, size: float = 1.0) -> Band:
    """How many more pieces come in the months ahead, with an 80 % band.

    Parameters
    ----------
    seen : float
        Amount in the months behind.
    seen_months, ahead_months : float
        Months of training behind and ahead.
    size : float
        Mean amount of one piece of evidence.

    Notes
    -----
    **Model**: pieces arrive as a Poisson process of unknown rate λ. With n pieces in t months and the
    Jeffreys prior, λ ~ Gamma(n + ½, t), and the number in h months ahead is negative binomial with
    r = n + ½ and p = t / (t + h). Its quantiles are the band; its amount is the number times the mean amount
    of a piece.
    The middle is the plain pace n/t · h.

    **Valid for** work that goes on as it did: the band knows chance, not a change of service.

    **Source**: closed form of the Gamma–Poisson mixture. Held by ``tests/assess/test_projection.py``.
    """
    if ahead_months <= 0 or seen_months <= 0 or size <= 0:
        return Band(0.0, 0.0, 0.0)
    pieces = seen / size
    shape, chance = pieces + JEFFREYS, seen_months / (seen_months + ahead_months)
    low, high = (_quantile(share, shape, chance) for share in BAND)
    mid = seen / seen_months * ahead_months
    return Band(min(low * size, mid), mid, max(high * size, mid))


def _quantile(share: float, shape: float, chance: float) -> int:
    """The least number k with at least this share of a negative binomial at or below it."""
    mean = shape * (1 - chance) / chance
    low, high = -1, int(mean + 10 * (mean / chance) ** 0.5 + 20)
    while high - low > 1:
        middle = (low + high) // 2
        if _at_most(middle, shape, chance) >= share:
            high = middle
        else:
            low = middle
    return high


def _at_most(k: int, shape: float, chance: float) -> float:
    return float(betainc(shape, k + 1, chance))


def what_if(
    enrolment: Enrolment,
    day: date,
    *,
    pause_months: float = 0.0,
    fraction: float | None = None,
) -> Enrolment:
    """The enrolment with a pause or another share of full time from the day after `day` on."""
    begin = day + timedelta(days=1)
    changed = enrolment
    if pause_months > 0:
        end = add_months(begin, pause_months) - timedelta(days=1)
        changed = replace(changed, leave=(*changed.leave, Leave(begin, end, "other", "what if")))
    if fraction is not None:
        kept = tuple(each for each in changed.fte if each.since < begin)
        changed = replace(changed, fte=(*kept, Fte(begin, fraction)))
    return changed
