"""Vital signs: a value, its unit and how far it may be trusted."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Validity(StrEnum):
    """Whether a vital sign is a reading, a doubtful one, or has no source in the simulation."""

    MEASURED = "measured"
    UNRELIABLE = "unreliable"
    NOT_MODELLED = "not modelled"


@dataclass(frozen=True, slots=True)
class Vital:
    """One channel of the physiological monitor."""

    name: str
    unit: str
    value: float | None
    validity: Validity

    def as_dict(self) -> dict[str, object]:
        """Plain JSON values."""
        value = None if self.value is None else round(self.value, 2)
        return {"value": value, "unit": self.unit, "validity": str(self.validity)}
