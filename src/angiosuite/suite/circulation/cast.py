"""`Cast`: what fills a drawn vessel place by place: particles packed in it, glue that set in it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from angiosuite.anatomy.vessels.graph import Vessel
from angiosuite.physics.treating.particles import PACKED_SHARE

__all__ = ["Cast"]

Floats = NDArray[np.float64]
GRID_MM = 2.0


class Cast:
    """What lies in one vessel's lumen, in pieces of 2 mm.

    Parameters
    ----------
    vessel : str
    lumen_ml : ndarray (k,)
        Of each piece, from the vessel's first point on.

    Notes
    -----
    **Model** a share of the lumen's area is taken that is the filled share of its volume: glue fills what it
    has, particles leave the room between them. What a full piece has no room for goes into the next ones on
    both sides. Held by ``tests/suite/circulation/test_agents.py``.
    """

    def __init__(self, vessel: str, lumen_ml: Floats) -> None:
        self.vessel = vessel
        self._lumen_ml = lumen_ml
        self.solid_ml: Floats = np.zeros(lumen_ml.size)
        self._bulk_ml: Floats = np.zeros(lumen_ml.size)

    @classmethod
    def of(cls, vessel: Vessel) -> Cast:
        """Nothing yet in a vessel."""
        count = max(int(np.ceil(float(vessel.arc_mm[-1]) / GRID_MM)), 1)
        middles = (np.arange(count) + 0.5) * GRID_MM
        radius = np.interp(middles, vessel.arc_mm, vessel.radius_mm)
        return cls(vessel.id, 1e-3 * np.pi * radius**2 * GRID_MM)

    def fill(self, first_mm: float, last_mm: float, ml: float, *, is_liquid: bool) -> None:
        """So much solid volume stops evenly along a stretch."""
        edges = np.arange(self.solid_ml.size + 1) * GRID_MM
        edges[0], edges[-1] = -np.inf, np.inf
        inside = np.clip(np.minimum(edges[1:], last_mm) - np.maximum(edges[:-1], first_mm), 0.0, None)
        parts = inside / inside.sum() * ml
        self.solid_ml += parts
        self._bulk_ml += parts if is_liquid else parts / PACKED_SHARE
        self._spread()

    def _spread(self) -> None:
        """What is too much in a piece moves into its neighbours; at the ends it stays."""
        bulk, solid = self._bulk_ml, self.solid_ml
        for _ in range(2 * bulk.size):
            over = np.maximum(bulk - self._lumen_ml, 0.0)
            if not over.any():
                return
            share = np.divide(over, bulk, out=np.zeros_like(over), where=bulk > 0.0)
            for what in (bulk, solid):
                moved = what * share
                half = 0.5 * moved
                what -= moved
                what[1:] += half[:-1]
                what[:-1] += half[1:]
                what[0] += half[0]
                what[-1] += half[-1]
            if bulk.sum() >= self._lumen_ml.sum():
                return

    @property
    def filled_share(self) -> Floats:
        """Of each piece's lumen, 0 to 1."""
        return np.minimum(self._bulk_ml / self._lumen_ml, 1.0)

    @property
    def stretch_mm(self) -> tuple[float, float]:
        """From where to where anything lies."""
        held = np.flatnonzero(self._bulk_ml > 0.0)
        return float(held[0] * GRID_MM), float((held[-1] + 1) * GRID_MM)

    def share(self, at_mm: Floats) -> Floats:
        """Share of the lumen's area that is left at places along the vessel."""
        place = np.clip(np.floor(at_mm / GRID_MM).astype(np.int64), 0, self.solid_ml.size - 1)
        return np.asarray(1.0 - self.filled_share[place])

    def flow_share(self, at_mm: Floats) -> Floats:
        """The same for the flow."""
        return self.share(at_mm)

    def state(self) -> dict[str, Any]:
        """Everything that changes."""
        held = np.flatnonzero(self._bulk_ml > 0.0)
        rows = [[int(k), float(self.solid_ml[k]), float(self._bulk_ml[k])] for k in held]
        return {"held": rows}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Return to a state taken by :meth:`state`."""
        self.solid_ml[:] = self._bulk_ml[:] = 0.0
        for k, solid, bulk in state["held"]:
            self.solid_ml[k], self._bulk_ml[k] = solid, bulk
