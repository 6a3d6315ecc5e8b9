"""A lumen that something fills along a stretch: a balloon that is up, a graft over a branch's mouth."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Blocked"]

Floats = NDArray[np.float64]

EDGE_MM = 0.5
"""How far beyond the outermost place it still fills the lumen."""


@dataclass(frozen=True, slots=True, eq=False)
class Blocked:
    """What is left of a lumen beside what lies in it.

    Parameters
    ----------
    vessel : str
    at_mm : ndarray (n,)
        Places, ascending.
    left : ndarray (n,)
        Share of the area that is left at each.
    by : str
        What fills it.
    """

    vessel: str
    at_mm: Floats
    left: Floats
    by: str

    @classmethod
    def along(cls, vessel: str, at_mm: Floats, left: Floats, by: str) -> Blocked:
        """The same of places in any order."""
        order = np.argsort(at_mm, kind="stable")
        return cls(vessel, np.asarray(at_mm)[order], np.clip(np.asarray(left)[order], 0.0, 1.0), by)

    def share(self, at_mm: Floats) -> Floats:
        """Share of the lumen's area that is left at places along its vessel."""
        inside = (at_mm >= self.at_mm[0] - EDGE_MM) & (at_mm <= self.at_mm[-1] + EDGE_MM)
        return np.where(inside, np.interp(at_mm, self.at_mm, self.left), 1.0)

    def flow_share(self, at_mm: Floats) -> Floats:
        """The same for the flow."""
        return self.share(at_mm)
