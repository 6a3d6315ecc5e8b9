"""What the lumens of a picture hold at places of vessels: the blood that an instrument displaces there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from angiosuite.anatomy.vessels.graph import VesselGraph

if TYPE_CHECKING:
    from .lumens import Lumens
    from .seen import BloodSeen

__all__ = ["LumenPlaces"]

Floats = NDArray[np.float64]


class LumenPlaces:
    """Finds places along vessels among the nodes of a picture's lumens.

    Parameters
    ----------
    graph : VesselGraph
        As it is drawn.
    lumens : Lumens
        Of that graph.
    """

    def __init__(self, graph: VesselGraph, lumens: Lumens) -> None:
        self._first: dict[str, int] = {}
        self._arc_mm: dict[str, Floats] = {}
        first = 0
        for name in lumens.vessels:
            self._first[name], self._arc_mm[name] = first, graph.vessels[name].arc_mm
            first += len(self._arc_mm[name])
        self.count = first
        """Centre-line points of all vessels that carry blood: the first nodes of the lumens."""
        self._nearest: tuple[tuple[bytes, tuple[str, ...]], NDArray[np.int64]] | None = None
        self._points_mm = {name: graph.vessels[name].points_mm for name in lumens.vessels}

    def nodes(self, vessel: str) -> slice:
        """The nodes of a vessel."""
        return slice(self._first[vessel], self._first[vessel] + len(self._arc_mm[vessel]))

    def arc_mm(self, vessel: str) -> Floats:
        """Where those lie along it, mm."""
        return self._arc_mm[vessel]

    def knows(self, vessel: str) -> bool:
        """Whether a vessel is drawn."""
        return vessel in self._first

    def iodine_g_cm3(
        self, seen: BloodSeen, names: Sequence[str], vessel: NDArray[np.integer], at_mm: Floats
    ) -> Floats:
        """Iodine in the blood at places, g/cm3, shape (n,); 0 in no vessel.

        Parameters
        ----------
        seen : BloodSeen
        names : sequence of str
            What numbers of vessels stand for.
        vessel : ndarray of int (n,)
            -1 for none.
        at_mm : ndarray (n,)
        """
        found = np.zeros(len(vessel))
        for number in np.unique(vessel):
            name = names[number] if number >= 0 else ""
            if name not in self._first:
                continue
            mine = vessel == number
            held = seen.lumens_g_cm3[self.nodes(name)]
            if held.any():
                found[mine] = np.interp(at_mm[mine], self._arc_mm[name], held)
        return found

    def nearest(self, points_mm: Floats, names: tuple[str, ...]) -> NDArray[np.int64]:
        """The node nearest to each point of a course that runs in known vessels; -1 where it runs in none."""
        key = (points_mm.tobytes(), names)
        if self._nearest is None or self._nearest[0] != key:
            found = np.full(len(points_mm), -1, np.int64)
            for k, (point, name) in enumerate(zip(points_mm, names, strict=True)):
                if name in self._first:
                    away = np.square(self._points_mm[name] - point).sum(axis=1)
                    found[k] = self._first[name] + int(away.argmin())
            self._nearest = key, found
        return self._nearest[1]
