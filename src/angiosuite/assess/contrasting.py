"""A pass mark from two groups that are known to differ: where experts' and novices' scores part."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import expit
from scipy.stats import norm

from angiosuite.kit.errors import WrongUse

FEWEST = 10
"""Runs by different people that each group must have; fewer leave the mark to chance."""
LEAST_SPREAD = 1e-3
"""Smallest standard deviation of a group, as a share of the distance of the two means."""
WEIGHT = 1e-3
"""Holds the logistic curve's slope finite where the groups do not overlap at all."""


@dataclass(frozen=True, slots=True)
class PassMark:
    """Where two groups part.

    Parameters
    ----------
    mark : float
        Where the two normal curves cross between the means.
    logistic_mark : float
        Where a logistic curve says one in two; close to `mark` where the normal curves fit.
    overlap : float
        Area under both curves, 0 (apart) to 1 (alike).
    novices_passing, experts_failing : float
        Shares of the two groups on the wrong side of the mark.
    novices, experts : int
        How many people.
    """

    mark: float
    logistic_mark: float
    overlap: float
    novices_passing: float
    experts_failing: float
    novices: int
    experts: int

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON."""
        return asdict(self)


def pass_mark(novices: Sequence[float], experts: Sequence[float]) -> PassMark:
    """The pass mark of two contrasting groups, higher being better.

    Parameters
    ----------
    novices, experts : sequence of float
        One score of each person.

    Raises
    ------
    WrongUse
        When a group has fewer than ten, or experts do not score more than novices.

    Notes
    -----
    **Model** a normal curve for each group, of equal weight; the mark is where they cross between the means.
    **Valid for** groups that were told apart by something else than this score. Held by
    ``tests/assess/test_contrasting.py`` on curves whose crossing is known.
    """
    low, high = np.asarray(novices, np.float64), np.asarray(experts, np.float64)
    for name, group in (("novices", low), ("experts", high)):
        if len(group) < FEWEST or not np.isfinite(group).all():
            raise WrongUse(
                f"There are too few {name} for a pass mark",
                code="contrasting-too-few",
                value=len(group),
                way_out=f"Gather runs of {FEWEST} people or more in each group.",
            )
    if high.mean() <= low.mean():
        raise WrongUse(
            "The experts do not score more than the novices",
            code="contrasting-not-apart",
            value=[round(float(low.mean()), 2), round(float(high.mean()), 2)],
            way_out="This score does not tell the two groups apart; it can give no pass mark.",
        )
    floor = LEAST_SPREAD * float(high.mean() - low.mean())
    curves = low.mean(), _spread(low, floor), high.mean(), _spread(high, floor)
    mark = crossing(*curves)
    return PassMark(
        mark=round(mark, 4),
        logistic_mark=round(_logistic(low, high), 4),
        overlap=round(overlap(*curves), 4),
        novices_passing=round(float((low >= mark).mean()), 4),
        experts_failing=round(float((high < mark).mean()), 4),
        novices=len(low),
        experts=len(high),
    )


def crossing(low: float, low_sd: float, high: float, high_sd: float) -> float:
    """Where two normal curves of equal weight cross between their means; the middle where they do not."""

    def apart(score: float) -> float:
        return float(norm.logpdf(score, low, low_sd) - norm.logpdf(score, high, high_sd))

    if apart(low) <= 0 or apart(high) >= 0:
        return (low + high) / 2.0
    return float(brentq(apart, low, high))


def overlap(low: float, low_sd: float, high: float, high_sd: float) -> float:
    """Area under both of two normal curves, by the trapezium rule."""
    ends = min(low - 6 * low_sd, high - 6 * high_sd), max(low + 6 * low_sd, high + 6 * high_sd)
    scores = np.linspace(*ends, 20_001)
    both = np.minimum(norm.pdf(scores, low, low_sd), norm.pdf(scores, high, high_sd))
    return float(np.trapezoid(both, scores))


def _spread(group: NDArray[np.float64], floor: float) -> float:
    """Standard deviation; a group that scored all alike is given the smallest that can be drawn."""
    return max(float(group.std(ddof=1)), floor)


def _logistic(low: NDArray[np.float64], high: NDArray[np.float64]) -> float:
    """Score at which a logistic curve, both groups weighing the same, says one in two; by Newton's method."""
    scores = np.concatenate([low, high])
    middle, scale = float(scores.mean()), float(scores.std()) or 1.0
    x = np.stack([np.ones_like(scores), (scores - middle) / scale], axis=1)
    y = np.r_[np.zeros(len(low)), np.ones(len(high))]
    weight = np.r_[np.full(len(low), 0.5 / len(low)), np.full(len(high), 0.5 / len(high))]
    b = np.zeros(2)
    for _ in range(60):
        p = expit(x @ b)
        gradient = x.T @ (weight * (y - p)) - WEIGHT * np.array([0.0, b[1]])
        curve = (x * (weight * p * (1 - p))[:, None]).T @ x + WEIGHT * np.diag([0.0, 1.0]) + 1e-12 * np.eye(2)
        step = np.linalg.solve(curve, gradient)
        b += step
        if math.hypot(*step) < 1e-10:
            break
    return middle - scale * float(b[0] / b[1]) if b[1] > 0 else middle
