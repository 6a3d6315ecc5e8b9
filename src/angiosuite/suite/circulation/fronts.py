"""Fronts of contrast as they are drawn: rounded, not cut square at the cells that carry it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import scipy  # scipy.linalg is loaded when it is first used
from numpy.typing import NDArray

from angiosuite.anatomy.vessels.graph import Vessel

from .floors import node_volumes

__all__ = ["ROUNDED", "Fronts"]

Floats = NDArray[np.float64]

ROUNDED = 0.5
"""Standard deviation along the vessel over which a front is rounded, radii (own choice)."""


class Fronts:
    """Rounds concentrations along the centre lines of some vessels.

    Parameters
    ----------
    vessels : sequence of Vessel
        Their centre-line points, one after the other, have the concentrations.

    Notes
    -----
    **Model** diffusion along each vessel for as long as spreads a front by half a radius, in one implicit
    step: none is lost, an even filling stays even, nothing becomes negative. It stands for the curved face
    of a stream and the eddies of a jet, which cells of the whole cross-section cannot show.
    **Source** own choice of the width. **Valid for** pictures; what flows on is not changed.
    Held by ``tests/suite/circulation/test_fronts.py``.
    """

    def __init__(self, vessels: Sequence[Vessel]) -> None:
        volumes, passes = [np.zeros(0)], [np.zeros(0)]
        for vessel in vessels:
            radius = 0.5 * (vessel.radius_mm[1:] + vessel.radius_mm[:-1])
            step = np.maximum(np.diff(vessel.arc_mm), 1e-3)
            volumes.append(node_volumes(vessel.points_mm, vessel.radius_mm))
            spread_mm2 = 0.5 * (ROUNDED * radius) ** 2
            passes.append(np.append(spread_mm2 * np.pi * radius**2 / step, 0.0))
        self._volume, between = np.concatenate(volumes), np.concatenate(passes)
        self._banded = np.zeros((2, len(between)))
        if len(between):
            self._banded[0, 1:] = -between[:-1]
            self._banded[1] = self._volume + between
            self._banded[1, 1:] += between[:-1]

    def rounded(self, mg_ml: Floats) -> Floats:
        """The concentrations with their fronts rounded, shape (points,)."""
        if not mg_ml.any():
            return mg_ml
        found = scipy.linalg.solveh_banded(self._banded, self._volume * mg_ml, check_finite=False)
        return np.asarray(np.maximum(found, 0.0))
