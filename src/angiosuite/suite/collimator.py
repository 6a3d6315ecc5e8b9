"""Collimator blades and wedge filters: what the beam's edge is made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

SMALLEST = 0.08
"""Least opening of a blade pair, as a fraction of the field."""
SPEED_PER_S = 0.45
"""Blade speed, fraction of the half field a second."""
EDGES: Mapping[str, tuple[str, ...]] = {
    "horizontal": ("left", "right"),
    "vertical": ("top", "bottom"),
    "iris": ("left", "right", "top", "bottom"),
}
"""Movement of a command → blades that move together (NEMA XR 24 vocabulary)."""


@dataclass(frozen=True, slots=True)
class Wedge:
    """One semi-transparent wedge: side it comes from, depth into the field (0 to 1), angle in degrees."""

    side: str = "left"
    insert: float = 0.0
    angle_deg: float = 0.0

    def as_dict(self) -> dict[str, object]:
        """Plain JSON values."""
        return {"side": self.side, "insert": round(self.insert, 4), "angle_deg": round(self.angle_deg, 2)}


@dataclass(frozen=True, slots=True)
class Blades:
    """Four blades as fractions of the half field: 1 is fully open, 0 reaches the central ray."""

    left: float = 1.0
    right: float = 1.0
    top: float = 1.0
    bottom: float = 1.0

    def as_dict(self) -> dict[str, float]:
        """Plain JSON values."""
        return {name: round(getattr(self, name), 4) for name in ("left", "right", "top", "bottom")}

    @property
    def area_fraction(self) -> float:
        """Open share of the field's area."""
        return 0.25 * (self.left + self.right) * (self.top + self.bottom)

    def pixel_window(self, pixels: int) -> tuple[int, int, int, int]:
        """Rows and columns (first, past last) that the open beam reaches on a square picture."""
        half = pixels / 2
        row0, row1 = round(half - half * self.top), round(half + half * self.bottom)
        col0, col1 = round(half - half * self.left), round(half + half * self.right)
        return row0, max(row1, row0 + 1), col0, max(col1, col0 + 1)


class Collimator:
    """Blades and wedges with their movement."""

    def __init__(self) -> None:
        self.blades = Blades()
        self.wedges: dict[str, Wedge] = {}
        self.rates: dict[str, float] = dict.fromkeys(EDGES, 0.0)

    def set_blades(self, changes: Mapping[str, float]) -> None:
        """Place blades at once, clipped to their travel."""
        wanted = {name: min(max(float(value), 0.0), 1.0) for name, value in changes.items()}
        self.blades = _open_enough(replace(self.blades, **wanted))

    def move(self, edge: str, rate: float) -> None:
        """Drive a pair of blades or the iris; positive opens."""
        self.rates[edge] = min(max(rate, -1.0), 1.0)

    def set_wedge(self, wedge: Wedge) -> None:
        """Place one wedge; an insert of 0 takes it out."""
        if wedge.insert <= 0.0:
            self.wedges.pop(wedge.side, None)
        else:
            self.wedges[wedge.side] = wedge

    @property
    def is_moving(self) -> bool:
        """Whether any blade is under way."""
        return any(self.rates.values())

    def advance(self, step_s: float) -> None:
        """Move the driven blades by one step."""
        for edge, rate in self.rates.items():
            if rate:
                step = rate * SPEED_PER_S * step_s
                self.set_blades({name: getattr(self.blades, name) + step for name in EDGES[edge]})

    def state(self) -> dict[str, Any]:
        """Everything that the next step depends on."""
        return {
            "blades": [self.blades.left, self.blades.right, self.blades.top, self.blades.bottom],
            "wedges": [[w.side, w.insert, w.angle_deg] for w in self.wedges.values()],
            "rates": dict(self.rates),
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Return to a state taken by :meth:`state`."""
        self.blades = Blades(*state["blades"])
        self.wedges = {side: Wedge(side, insert, angle) for side, insert, angle in state["wedges"]}
        self.rates = dict(state["rates"])


def _open_enough(blades: Blades) -> Blades:
    changes = {}
    for first, second in (("left", "right"), ("top", "bottom")):
        opening = getattr(blades, first) + getattr(blades, second)
        if opening < 2 * SMALLEST:
            grow = SMALLEST - opening / 2
            changes[first] = getattr(blades, first) + grow
            changes[second] = getattr(blades, second) + grow
    return replace(blades, **changes) if changes else blades
