"""What an injection does to a wall that the tip rests against: it stains, and may be dissected."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

__all__ = ["Stain", "Wall"]

STAIN_ML = 0.3
"""Injected at the wall, this much stains it, ml (own choice; draft)."""
DISSECT_ML_S, DISSECT_ML = 2.5, 2.0
"""Rate and volume that part it, ml/s and ml (own choice; draft)."""
KEPT_SHARE, MOST_MG = 0.06, 120.0
"""Share of the iodine that stays in the wall, and the most that does, mg."""
WASHES_S = 300.0
"""Time constant with which a stain fades, s."""
TRUE_SHARE = 0.35
"""Share of the lumen that blood still has beside the flap (own choice; draft)."""


@dataclass(frozen=True, slots=True)
class Stain:
    """Contrast in a wall."""

    vessel: str
    at_mm: float
    mg: float
    parted: bool = False


class Wall:
    """Stains of one session.

    Notes
    -----
    **Model** what is injected while the tip touches counts up; from 0.3 ml on the wall is stained, keeps 6 %
    of the iodine, from 2 ml at 2.5 ml/s on it is parted and the lumen narrows to a third.
    **Source** own choice; that a test puff shows a stain before harm is done is what every manual teaches.
    **Valid for** teaching alone. Held by ``tests/suite/circulation/test_wall.py``.
    """

    def __init__(self) -> None:
        self.stains: tuple[Stain, ...] = ()
        self._ml = 0.0

    def touch(self) -> None:
        """The tip was put somewhere else."""
        self._ml = 0.0

    def take(
        self, vessel: str, at_mm: float, ml: float, mg: float, seconds: float
    ) -> tuple[float, tuple[str, ...]]:
        """Iodine that goes into the wall of what is injected against it, mg, and what happens.

        Parameters
        ----------
        vessel, at_mm
            Where the tip lies.
        ml, mg : float
            Injected in this step.
        seconds : float
            Length of the step.
        """
        before, self._ml = self._ml, self._ml + ml
        if self._ml < STAIN_ML:
            return 0.0, ()
        happened: list[str] = []
        last = self.stains[-1] if self.stains else None
        if last is None or (last.vessel, last.at_mm) != (vessel, at_mm):
            last = Stain(vessel, at_mm, 0.0)
            self.stains = (*self.stains, last)
            happened.append("wall-stained")
        kept = max(min(KEPT_SHARE * mg, MOST_MG - last.mg), 0.0)
        parts = not last.parted and ml / seconds >= DISSECT_ML_S and self._ml >= DISSECT_ML > 0.0
        if parts:
            happened.append("dissection")
        self.stains = (*self.stains[:-1], replace(last, mg=last.mg + kept, parted=last.parted or parts))
        return kept, tuple(happened) if before < self._ml else ()

    def fade(self, seconds: float) -> float:
        """Stains wash out; the iodine that left them, mg."""
        gone = 0.0
        kept = []
        for one in self.stains:
            lost = one.mg * min(seconds / WASHES_S, 1.0)
            gone += lost
            kept.append(replace(one, mg=one.mg - lost))
        self.stains = tuple(kept)
        return gone

    @property
    def mg(self) -> float:
        """Iodine in all stains, mg."""
        return sum(one.mg for one in self.stains)

    def state(self) -> dict[str, Any]:
        """Everything that the next step depends on."""
        return {"stains": [asdict(one) for one in self.stains], "ml": self._ml}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Return to a state taken by :meth:`state`."""
        self.stains, self._ml = tuple(Stain(**one) for one in state["stains"]), state["ml"]
