"""Which vessels contrast reached in a run, how densely and when: what is said of a run when it ends."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .lumens import Lumens
from .seen import BloodSeen

__all__ = ["Opacified"]

SHOWN_MG_ML = 3.0
"""Peak concentration from which a vessel is named, mg/ml: 3 mm of it show in a subtraction."""
BED_MG_ML = 0.15


class Opacified:
    """Peaks of one run.

    Parameters
    ----------
    lumens : Lumens
    """

    def __init__(self, lumens: Lumens) -> None:
        self._lumens = lumens
        counts = [len(one.nodes_mm) for one in lumens.lumens[: len(lumens.vessels)]]
        self._starts = np.concatenate([[0], np.cumsum(counts)[:-1]]).astype(np.int64)
        self._end = int(sum(counts))
        self.peak: NDArray[np.float64] = np.zeros((2, len(counts)))
        self.beds: NDArray[np.float64] = np.zeros((2, len(lumens.beds)))

    def look(self, seen: BloodSeen, t_s: float) -> None:
        """Take note of the concentrations at a time of the run."""
        vessels = 1e3 * np.maximum.reduceat(seen.lumens_g_cm3[: self._end], self._starts)
        beds = 1e3 * seen.beds_g_cm3.astype(np.float64)
        for peak, now in ((self.peak, vessels.astype(np.float64)), (self.beds, beds)):
            higher = now > peak[0]
            peak[0, higher] = now[higher]
            peak[1, higher] = t_s

    def told(self) -> dict[str, Any]:
        """What reached the eye: vessels and beds with their peak, mg/ml, and its time in the run, s."""
        return {
            "vessels": _named(self._lumens.vessels, self.peak, SHOWN_MG_ML),
            "beds": _named(self._lumens.beds, self.beds, BED_MG_ML),
        }

    def state(self) -> dict[str, NDArray[np.float64]]:
        """Everything that is known so far."""
        return {"vessels": self.peak.copy(), "beds": self.beds.copy()}

    def restore(self, arrays: Mapping[str, NDArray[np.float64]]) -> None:
        """Return to a state taken by :meth:`state`."""
        self.peak[:], self.beds[:] = arrays["vessels"], arrays["beds"]


def _named(names: tuple[str, ...], peak: NDArray[np.float64], least: float) -> dict[str, list[float]]:
    return {
        name: [round(float(mg_ml), 2), round(float(t_s), 2)]
        for name, mg_ml, t_s in zip(names, *peak, strict=True)
        if mg_ml >= least
    }
