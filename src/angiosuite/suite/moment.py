"""The moment of a picture: where breath, heart, patient and contrast stand when a pulse falls."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Moment:
    """What of the patient moves or flows, at one instant.

    Parameters
    ----------
    breath_mm : float
        Dome below end-expiration, mm.
    cardiac_phase : float
        Fraction of the heart's cycle.
    shift_mm : (x, y, z) float
        The patient against the table since the session began, LPS mm.
    injections_s : tuple of float
        Seconds since each injection that may still be seen, oldest first.
    """

    breath_mm: float = 0.0
    cardiac_phase: float = 0.0
    shift_mm: tuple[float, float, float] = (0.0, 0.0, 0.0)
    injections_s: tuple[float, ...] = ()
