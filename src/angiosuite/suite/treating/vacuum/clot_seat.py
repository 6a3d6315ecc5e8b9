"""Clot that lies in a vessel, in pieces along it: what is left of it, and what a tip in it may take."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import pi, sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from angiosuite.anatomy.vessels.lesion_courses import hump

__all__ = ["REACH_MM", "Seat"]

Floats = NDArray[np.float64]

CELL_MM = 4.0
"""Length of the pieces that clot is counted in."""
REACH_MM = 4.0
"""A tip draws on the clot so far to both sides of it (own choice; draft)."""
TRACE_MM3 = 0.5
"""Less than this is nothing."""


@dataclass(slots=True)
class Seat:
    """One clot.

    Parameters
    ----------
    name : str
        Of the lesion, or of what is stuck.
    vessel : str
    at_mm, length_mm : float
        Its middle and length along the vessel.
    lumen_mm, throat_mm : float
        Diameter of the vessel, and of what the clot left open at its narrowest, at first.
    organised : float
        0 fresh to 1.
    is_even : bool
        Whether it fills its length evenly; else as a lesion's hump.
    left : ndarray (cells,)
        Share of each piece that is still there.
    """

    name: str
    vessel: str
    at_mm: float
    length_mm: float
    lumen_mm: float
    throat_mm: float
    organised: float
    is_even: bool = False
    left: Floats = field(default_factory=lambda: np.zeros(0))

    def __post_init__(self) -> None:
        if not len(self.left):
            self.left = np.ones(max(round(self.length_mm / CELL_MM), 1))

    @property
    def cells_mm(self) -> Floats:
        """Middle of each piece along the vessel."""
        count = len(self.left)
        return np.asarray(self.at_mm + ((np.arange(count) + 0.5) / count - 0.5) * self.length_mm)

    @property
    def whole_mm3(self) -> Floats:
        """Of each piece, at first: what the lesion takes of the lumen's area, times its length."""
        lost = 1.0 - self.throat_mm / self.lumen_mm
        form = 1.0 if self.is_even else hump(self.cells_mm, self.at_mm, self.length_mm)
        taken = 1.0 - (1.0 - lost * form) ** 2
        return np.asarray(0.25 * pi * self.lumen_mm**2 * taken * self.length_mm / len(self.left))

    @property
    def mm3(self) -> float:
        """What is still there."""
        return float((self.whole_mm3 * self.left).sum())

    @property
    def left_share(self) -> float:
        """Share of all of it that is still there."""
        return self.mm3 / max(float(self.whole_mm3.sum()), 1e-9)

    @property
    def thick_mm(self) -> float:
        """Diameter of a rod of its thickest section, whole."""
        return sqrt(max(self.lumen_mm**2 - self.throat_mm**2, 0.0))

    @property
    def throat_now_mm(self) -> float:
        """Diameter of the open lumen at its narrowest, as what is left would leave it spread as before.

        Notes
        -----
        **Model** the lumen of one throat that takes as much of the vessel as what is left: the area that
        clot takes goes with its volume. **Valid for** flow; where along it clot is gone, pictures show what
        is left thinner, not shorter. Held by ``tests/suite/treating/vacuum/test_aspiration.py``.
        """
        open_mm2 = self.lumen_mm**2 - self.left_share * (self.lumen_mm**2 - self.throat_mm**2)
        return sqrt(open_mm2)

    def near(self, vessel: str, at_mm: float) -> NDArray[np.bool_]:
        """Pieces that a tip at this place draws on, and that are not gone."""
        there = np.abs(self.cells_mm - at_mm) <= REACH_MM + 0.5 * self.length_mm / len(self.left)
        return np.asarray(there & (self.whole_mm3 * self.left > TRACE_MM3) & (vessel == self.vessel))

    def take(self, cells: NDArray[np.bool_], mm3: float) -> float:
        """Take so much from some pieces, or all that is there; what was taken."""
        whole = self.whole_mm3
        there = float((whole * self.left)[cells].sum())
        if there <= 0.0:
            return 0.0
        share = min(mm3 / there, 1.0)
        self.left[cells] *= 1.0 - share
        return share * there

    def state(self) -> dict[str, Any]:
        """Plain values, exact."""
        return {name: getattr(self, name) for name in PLAIN} | {"left": self.left.tolist()}

    @classmethod
    def restored(cls, kept: Mapping[str, Any]) -> Seat:
        """What :meth:`state` told of."""
        return cls(**{**kept, "left": np.array(kept["left"], np.float64)})


PLAIN = ("name", "vessel", "at_mm", "length_mm", "lumen_mm", "throat_mm", "organised", "is_even")
