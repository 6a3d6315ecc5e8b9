"""How a chamber of the heart stiffens through the beat."""

from __future__ import annotations

from math import cos, pi, sqrt

from numba import njit

__all__ = ["ATRIUM_S", "VENTRICLE_S", "activation"]

VENTRICLE_S = 0.3
"""Seconds from the begin of contraction to its peak at one beat a second; goes with the root of the beat."""
ATRIUM_S = 0.2


@njit(cache=True, nogil=True)
def activation(phase: float, contraction: float, rise_s: float, beat_s: float) -> float:
    """Share of the way from diastolic to systolic elastance, 0 to 1.

    Parameters
    ----------
    phase, contraction : float
        Share of the beat now, and when contraction begins.
    rise_s : float
        `VENTRICLE_S` or `ATRIUM_S`.
    beat_s : float
        Length of the beat.

    Notes
    -----
    **Model** half a cosine up over ``Ts = rise_s sqrt(beat)``, half a cosine down over Ts/2. At fast rates
    the beat is cut so that contraction and relaxation take at most 0.9 of it.
    **Source** Heldt, Shim, Kamm & Mark 2002 (0.3 and 0.2 s root law; memory).
    **Valid for** 20 to 250 beats a minute. Held by ``test_heart.py``.
    """
    since = phase - contraction
    since -= int(since)
    if since < 0.0:
        since += 1.0
    rise = min(rise_s / sqrt(beat_s), 0.6)
    if since < rise:
        return 0.5 - 0.5 * cos(pi * since / rise)
    if since < 1.5 * rise:
        return 0.5 + 0.5 * cos(2.0 * pi * (since - rise) / rise)
    return 0.0
