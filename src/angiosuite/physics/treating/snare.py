"""A snare: when its loop catches, what it pulls free."""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, radians

__all__ = ["STOP_N", "Reach", "catches", "comes_free", "why_not"]

OFF_NORMAL_DEG = 30.0
LEAST_SHARE, MOST_SHARE = 0.8, 1.2
STOP_N = 20.0
"""More is not pulled."""
_LEAST_N = 5.0


@dataclass(frozen=True, slots=True)
class Reach:
    """How a loop lies about what it is to catch.

    Parameters
    ----------
    loop_mm : float
        Its diameter, open.
    vessel_mm : float
        Diameter of the vessel there.
    off_normal_deg : float
        Angle of its plane from one across the vessel.
    off_axis_mm : float
        How far the free end lies from the loop's centre, in its plane.
    past_mm : float
        How far the loop is over the free end; negative before it.
    is_free : bool
        The end lies free in the lumen: not in the wall, not in clot.
    """

    loop_mm: float
    vessel_mm: float
    off_normal_deg: float
    off_axis_mm: float
    past_mm: float
    is_free: bool = True


def why_not(reach: Reach) -> str | None:
    """Why a loop that is closed now does not catch; None where it does.

    Notes
    -----
    **Model** the end is free; the loop has 0.8 to 1.2 of the vessel's diameter; its plane is within 30
    degrees of one across; it is over the end; the end is inside it (the loop seen along the vessel is
    narrower by the cosine of its angle, taken as a circle of that radius).
    **Source** memory, draft (research notes 3.9); snares took out 34 of 38 lost objects and were the main
    tool in 78 % (AJR series of 45, abstract read), which says nothing of single closings.
    **Valid for** one loop at a right angle to its shaft; of three loops the largest. Held by
    ``test_snare.py``.
    """
    if not reach.is_free:
        return "the end is not free"
    if reach.loop_mm < LEAST_SHARE * reach.vessel_mm:
        return "the loop is too small for the vessel"
    if reach.loop_mm > MOST_SHARE * reach.vessel_mm:
        return "the loop is too large for the vessel"
    if abs(reach.off_normal_deg) > OFF_NORMAL_DEG:
        return "the loop does not stand across the vessel"
    if reach.past_mm <= 0.0:
        return "the loop is not over the end"
    if reach.off_axis_mm >= 0.5 * reach.loop_mm * cos(radians(reach.off_normal_deg)):
        return "the end is outside the loop"
    return None


def catches(reach: Reach) -> bool:
    """Whether a loop that is closed now holds the end; see :func:`why_not`."""
    return why_not(reach) is None


def comes_free(pull_n: float, u: float, holds_n: float = 0.0) -> bool:
    """Whether what was caught comes free of the wall at this pull.

    Parameters
    ----------
    pull_n : float
        At the loop.
    u : float
        Drawn, 0 to 1: how firmly this one sits.
    holds_n : float
        What else holds it, such as an ingrown leg.

    Notes
    -----
    **Model** evenly between 5 and 20 N; more than :data:`STOP_N` is never pulled.
    **Source** memory, draft (hooks of caval filters). Held by ``test_snare.py``.
    """
    return min(pull_n, STOP_N) >= _LEAST_N + (STOP_N - _LEAST_N) * u + holds_n
