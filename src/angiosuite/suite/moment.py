"""The moment of a picture: where breath, heart, patient and contrast stand when a pulse falls."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .circulation.seen import BloodSeen
from .instruments.seen import InstrumentsSeen


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
        Seconds since each injection into a test phantom that may still be seen, oldest first.
    blood : BloodSeen or None
        Contrast in the patient's own blood.
    stands : bool
        The beam and the patient stand to each other as at the pulse before.
    instruments : InstrumentsSeen or None
        What hands have led into the patient.
    """

    breath_mm: float = 0.0
    cardiac_phase: float = 0.0
    shift_mm: tuple[float, float, float] = (0.0, 0.0, 0.0)
    injections_s: tuple[float, ...] = ()
    blood: BloodSeen | None = field(default=None, compare=False)
    stands: bool = False
    instruments: InstrumentsSeen | None = field(default=None, compare=False)


def plain_moment(moment: Moment) -> dict[str, Any]:
    """Plain values, exact."""
    return {
        "breath_mm": moment.breath_mm,
        "cardiac_phase": moment.cardiac_phase,
        "shift_mm": list(moment.shift_mm),
        "injections_s": list(moment.injections_s),
        "blood": None if moment.blood is None else moment.blood.plain(),
        "stands": moment.stands,
        "instruments": None if moment.instruments is None else moment.instruments.plain(),
    }


def restored_moment(plain: Mapping[str, Any]) -> Moment:
    """The moment that :func:`plain_moment` made plain; older ones have no blood or no instruments."""
    x, y, z = plain["shift_mm"]
    blood, tools = plain.get("blood"), plain.get("instruments")
    return Moment(
        plain["breath_mm"],
        plain["cardiac_phase"],
        (x, y, z),
        tuple(plain["injections_s"]),
        None if blood is None else BloodSeen.of(blood),
        plain.get("stands", False),
        None if tools is None else InstrumentsSeen.restored(tools),
    )
