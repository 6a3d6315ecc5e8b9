"""What an extraction yields before names: lines with radii, and what each leaves."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from angiosuite.anatomy.vessels.extraction.frames import arc_mm

__all__ = ["Line"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """A centre line with radii that has no name yet.

    Parameters
    ----------
    points_mm : (n, 3) float64
        From the parent outwards, LPS.
    radius_mm : (n,) float64
    parent : int
        Number of the line that it leaves; -1 for the aorta.
    parent_at_mm : float
        Arc length on the parent.
    zone : {"arch", "abdomen"}
        Part of the aorta that its root branch leaves.
    """

    points_mm: Floats
    radius_mm: Floats
    parent: int
    parent_at_mm: float
    zone: str

    @property
    def length_mm(self) -> float:
        """Length, mm."""
        return float(arc_mm(self.points_mm)[-1])

    @property
    def way(self) -> Floats:
        """Unit vector from its first point over the first 12 mm, shape (3,)."""
        arc = arc_mm(self.points_mm)
        end = self.points_mm[min(int(np.searchsorted(arc, 12.0)), len(arc) - 1)]
        step = end - self.points_mm[0]
        return np.asarray(step / (np.linalg.norm(step) + 1e-12), np.float64)
