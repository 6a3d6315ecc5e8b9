"""One balloon in use: pressure in it, its form along its length, what it lies in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from angiosuite.physics.treating.balloon import BalloonForm, left_share
from angiosuite.suite.treating.site import Site

__all__ = ["Inflation"]

Floats = NDArray[np.float64]

RISES_ATM_S = 1.5
"""How fast a hand on an inflator's screw raises the pressure (own choice; draft)."""
UP_MM = 0.3
"""So much wider than folded, a balloon is up."""


@dataclass(slots=True)
class Inflation:
    """A balloon of a session.

    Parameters
    ----------
    tool : str
        The instrument that it sits on.
    form : BalloonForm
    bursts_atm : float
        Pressure at which this one bursts.
    contrast : float
        Share of what fills it that is contrast; 0 with air in it.
    """

    tool: str
    form: BalloonForm
    bursts_atm: float
    contrast: float = 0.0
    is_prepared: bool = False
    goal_atm: float = 0.0
    atm: float = 0.0
    free_mm: float = 0.0
    from_mm: float = 0.0
    emptied_s: float = 0.0
    most_atm: float = 0.0
    seconds: float = 0.0
    is_burst: bool = False
    was_up: bool = False
    times: int = 0
    turned_rad: float = 0.0
    """How far its hub was turned, one way and the other, since it came down."""
    turn_was: float = 0.0
    binds: bool = False
    """Whether its wings stand before a mouth that they do not go into."""
    site: Site | None = None
    width_mm: Floats = field(default_factory=lambda: np.zeros(0))
    """Of the balloon at each place of its site."""
    widest_mm: Floats = field(default_factory=lambda: np.zeros(0))
    """The same at its most since it went up."""
    torn: list[str] = field(default_factory=list)
    """What it did while it was up: plaques that it opened, vessels that it tore."""

    @property
    def is_up(self) -> bool:
        """Whether it is wider than folded."""
        return self.free_mm > self.form.folded_mm + UP_MM

    def turn(self, seconds: float, empties_s: float, free_mm: float) -> None:
        """The inflator's pressure and the balloon's own width go on.

        Parameters
        ----------
        seconds : float
        empties_s : float
            Time in which its fluid would come back through the shaft if it went on as it begins.
        free_mm : float
            Width at the pressure that there is.

        Notes
        -----
        **Model** pressure rises with the hand and falls at once; the balloon fills as the pressure does and
        empties as its shaft lets it (`physics.treating.balloon.left_share`), its section with its fluid.
        Held by ``tests/suite/treating/test_parts_alone.py``.
        """
        rise = RISES_ATM_S * seconds
        self.atm = min(self.atm + rise, self.goal_atm) if self.goal_atm > self.atm else self.goal_atm
        self.most_atm = max(self.most_atm, self.atm)
        if free_mm >= self.free_mm:
            self.free_mm = self.from_mm = free_mm
            self.emptied_s = 0.0
            return
        self.emptied_s += seconds
        left, empty = left_share(self.emptied_s, empties_s), self.form.folded_mm**2
        self.free_mm = max(free_mm, float(np.sqrt(empty + (self.from_mm**2 - empty) * left)))

    def state(self) -> dict[str, Any]:
        """Plain values, exact."""
        kept = {name: getattr(self, name) for name in PLAIN}
        return {
            **kept,
            "site": None if self.site is None else self.site.plain(),
            "width_mm": self.width_mm.tolist(),
            "widest_mm": self.widest_mm.tolist(),
            "torn": list(self.torn),
        }

    def restore(self, kept: Mapping[str, Any]) -> None:
        """Return to a state taken by :meth:`state`."""
        for name in PLAIN:
            if name in kept:
                setattr(self, name, kept[name])
        self.site = None if kept["site"] is None else Site.restored(kept["site"])
        self.width_mm = np.array(kept["width_mm"], np.float64)
        self.widest_mm = np.array(kept["widest_mm"], np.float64)
        self.torn = list(kept["torn"])


PLAIN = (
    "tool", "bursts_atm", "contrast", "is_prepared", "goal_atm", "atm", "free_mm", "from_mm", "emptied_s",
    "most_atm", "seconds", "is_burst", "was_up", "times",
    "turned_rad", "turn_was", "binds",
)  # fmt: skip
