"""A filter in the cava: what it catches, how it leans, how it grows in, how it comes out."""

from __future__ import annotations

from math import copysign, exp, log

__all__ = [
    "capture_probability",
    "clot_out_share",
    "embedded_probability",
    "fits_cava",
    "hard_retrieval_probability",
    "later_tilt_deg",
]

BEST_GRIP = 2.4
"""Of the filter that caught single clots best; plainer ones 1.5 (own choice)."""
_PER_CLOT_MM, _CLOT_MM, _PER_DEG, _MANY = 0.5, 5.0, 0.05, 1.1
_LEAST_SHARE = 0.5
_TILT_DEG, _LEANS_DAYS = 4.6, 7.0
_TOUCHES_DEG, _TOUCHES_OVER_DEG, _GROWS_DAYS = 12.0, 3.0, 60.0
_HARD, _PER_MONTH, _PER_TILT_DEG, _EMBEDDED = -4.27, log(1.25), log(1.19), log(77.3)
_MONTH_DAYS = 30.4
_SMALL_OUT, _LARGE_OUT, _LARGE_G, _OVER_G = 0.30, 0.057, 1.0, 0.15


def _logistic(x: float) -> float:
    return 1.0 / (1.0 + exp(-x)) if x >= 0.0 else exp(x) / (1.0 + exp(x))


def fits_cava(cava_mm: float, most_mm: float) -> bool:
    """Whether a filter holds in a cava of this diameter; one wider than its label lets it drift.

    Notes
    -----
    **Model** not wider than the label, 28 to 32 mm by product, and not narrower than half of it (own choice:
    legs that cannot open lie crossed).
    **Source** labels by way of a public data set; the research notes 1.9. Held by ``test_filter.py``.
    """
    return _LEAST_SHARE * most_mm <= cava_mm <= most_mm


def capture_probability(
    clot_mm: float, tilt_deg: float, grip: float = BEST_GRIP, holds_others: bool = False
) -> float:
    """Probability that a filter stops a clot.

    Parameters
    ----------
    clot_mm : float
        Its thickness.
    tilt_deg : float
        Of the filter to the cava's axis.
    grip : float
        Of this filter.
    holds_others : bool
        Clots lie in it, or come with this one.

    Notes
    -----
    **Model** logistic of ``grip + 0.5 (clot - 5) - 0.05 tilt``, 1.1 less among other clots.
    **Source** in a tube of 22 mm, clots of 3 to 10 mm: the best of seven filters caught 90.4 +- 15.7 % of
    single ones, the best 76.7 +- 12.5 % of several; larger ones better, eccentric filters worse (in-vitro
    study of 2007, abstract read). Grip and the step are set on these two means; slopes from memory, draft.
    **Valid for** clots of 3 to 10 mm. Rises with the clot, falls with tilt. Held by ``test_filter.py``.
    """
    x = grip + _PER_CLOT_MM * (clot_mm - _CLOT_MM) - _PER_DEG * abs(tilt_deg)
    return _logistic(x - _MANY * holds_others)


def later_tilt_deg(tilt_deg: float, dwell_days: float, u: float) -> float:
    """Tilt after so many days, degrees; `u` is drawn, 0 to 1.

    Notes
    -----
    **Model** a Laplace step of mean size 4.6 degrees, most of it in the first week (own choice of that time);
    a lean to the other side counts alike.
    **Source** White et al. 2021 (PMC8480951, abstract read): 4.6 +- 4.3 degrees between placement and
    retrieval; agreement only 0.54. **Valid for** tulip filters. Held by ``test_filter.py``.
    """
    u = min(max(u, 1e-9), 1.0 - 1e-9)
    step = -copysign(log(1.0 - abs(2.0 * u - 1.0)), u - 0.5)
    return abs(tilt_deg + _TILT_DEG * step * (1.0 - exp(-max(0.0, dwell_days) / _LEANS_DAYS)))


def embedded_probability(tilt_deg: float, dwell_days: float) -> float:
    """Probability that its hook has grown into the wall.

    Notes
    -----
    **Model** it touches the wall with a chance that is half at 12 degrees, logistic over 3; where it touches,
    it grows in exponentially with 60 days.
    **Source** the form is an own choice; set so that 16 % are embedded where 31 % lean more than 15 degrees
    after 44.7 +- 93 days (De Gregorio et al. 2023, 100 patients, abstract read).
    **Valid for** conical filters; by one number of one trial. Rises with both. Held by ``test_filter.py``.
    """
    touches = _logistic((abs(tilt_deg) - _TOUCHES_DEG) / _TOUCHES_OVER_DEG)
    return touches * (1.0 - exp(-max(0.0, dwell_days) / _GROWS_DAYS))


def hard_retrieval_probability(tilt_now_deg: float, dwell_days: float, is_embedded: bool) -> float:
    """Probability that a filter does not come out with a snare and sheath alone.

    Notes
    -----
    **Model** logistic; odds 77 times with an embedded hook, 1.25 times for each month, 1.19 times for each
    degree *at retrieval*: how it stood at placement is in none of it.
    **Source** White et al. 2021 (PMC8480951, abstract read); that its odds for dwelling are by month is our
    guess. The level: 7 % at 8 degrees and 40 days, from 93 % that come out plainly (research notes 3.9).
    **Valid for** tulip filters of some months. Held by ``test_filter.py``.
    """
    x = _HARD + _PER_MONTH * max(0.0, dwell_days) / _MONTH_DAYS + _PER_TILT_DEG * abs(tilt_now_deg)
    return _logistic(x + _EMBEDDED * is_embedded)


def clot_out_share(clot_g: float, u: float) -> float:
    """Share of the clot in a filter that comes out with it; the rest goes on to the lung. `u`: drawn, 0 to 1.

    Notes
    -----
    **Model** even from 0 to twice the mean, 30 % below and 6 % above a gram.
    **Source** Kolbeck et al. (abstract read): 25, 22 and 43 % of three filters below a gram, 4, 13 and 0 %
    above; 0 to 53 % in one of them. **Valid for** week-old clot. Held by ``test_filter.py``.
    """
    mean = _LARGE_OUT + (_SMALL_OUT - _LARGE_OUT) * _logistic((_LARGE_G - clot_g) / _OVER_G)
    return 2.0 * mean * min(max(u, 0.0), 1.0)
