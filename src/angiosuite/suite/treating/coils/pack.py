"""What coils and plugs fill of vessels, by the millimetre: share for flow and picture, loss of pressure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import pi

import numpy as np
from numpy.typing import NDArray

from angiosuite.anatomy.vessels.graph import VesselGraph
from angiosuite.physics.treating.coil_clot import filled_density
from angiosuite.physics.treating.coil_packing import (
    added_resistance,
    permeability_mm2,
    poiseuille_share,
)

__all__ = ["Filling", "Packed", "packed_vessels"]

Floats = NDArray[np.float64]
BIN_MM = 1.0
_LOOSE, _WEB = 0.02, 0.06
"""Below the first density no clot spans the lumen; above both together it grows across all of it."""
_SPREAD = np.array([0.25, 0.5, 0.25])


@dataclass(frozen=True, slots=True)
class Filling:
    """What one coil or plug has in one vessel.

    Parameters
    ----------
    vessel : str
    at_mm, mm3 : ndarray (n,)
        Where along it, and how much of solid.
    wire_mm : float
        What blood goes around.
    clotted : float
        Share of the pores about it.
    """

    vessel: str
    at_mm: Floats
    mm3: Floats
    wire_mm: float
    clotted: float


@dataclass(frozen=True, slots=True, eq=False)
class Packed:
    """A packed stretch of a vessel: a share of its lumen by millimetres, as `Narrowed` takes it.

    Parameters
    ----------
    vessel : str
    first_mm : float
        Where its first millimetre begins.
    density, area_mm2, open_share, shares : ndarray (n,)
        Solid of the lumen; the lumen; what pictures show open; and the share of area that an open vessel of
        the same resistance would have.
    wire_mm : float
    resistance : float
        That it adds to its vessel, mmHg s/ml.
    """

    vessel: str
    first_mm: float
    density: Floats
    area_mm2: Floats
    open_share: Floats
    shares: Floats
    wire_mm: float
    resistance: float

    def share(self, at_mm: Floats) -> Floats:
        """Of the drawn area at places along the vessel: what clot has not filled."""
        return self._at(at_mm, self.open_share)

    def flow_share(self, at_mm: Floats) -> Floats:
        """The same for flow."""
        return self._at(at_mm, self.shares)

    @property
    def densest(self) -> int:
        """Its tightest millimetre."""
        return int(np.argmax(self.density))

    @property
    def middle_mm(self) -> float:
        """Along the vessel, of its tightest millimetre."""
        return self.first_mm + (self.densest + 0.5) * BIN_MM

    @property
    def length_mm(self) -> float:
        """Over which it fills more than a wisp."""
        return BIN_MM * float(np.count_nonzero(self.density > _LOOSE))

    @property
    def mean_density(self) -> float:
        """Share of the lumen that is solid, over that length."""
        dense = self.density > _LOOSE
        return float(self.density[dense].mean()) if dense.any() else 0.0

    def _at(self, at_mm: Floats, values: Floats) -> Floats:
        k = np.floor((np.asarray(at_mm) - self.first_mm) / BIN_MM).astype(np.int64)
        inside = (k >= 0) & (k < len(values))
        return np.where(inside, values[np.clip(k, 0, len(values) - 1)], 1.0)


def packed_vessels(graph: VesselGraph, fillings: Iterable[Filling]) -> tuple[Packed, ...]:
    """All that coils and plugs fill, vessel by vessel.

    Notes
    -----
    **Model** what lies in each millimetre, spread over its neighbours, is a share of the lumen there; clot
    fills the pores as far as the pack is dense enough to hold it (from 2 % on, wholly from 8 %; draft).
    Permeability and Darcy's law tell the rest (`coil_packing`).
    Held by ``tests/suite/treating/coils/test_pack.py``.
    """
    by_vessel: dict[str, list[Filling]] = {}
    for one in fillings:
        if len(one.at_mm):
            by_vessel.setdefault(one.vessel, []).append(one)
    return tuple(_packed(graph, vessel, those) for vessel, those in sorted(by_vessel.items()))


def _packed(graph: VesselGraph, vessel: str, those: list[Filling]) -> Packed:
    line = graph.vessels[vessel]
    first = float(np.floor(min(float(one.at_mm.min()) for one in those)) - 2.0)
    count = int(np.ceil(max(float(one.at_mm.max()) for one in those)) - first + 3.0)
    mm3, wire, clot = np.zeros(count), np.zeros(count), np.zeros(count)
    for one in those:
        k = np.floor(one.at_mm - first).astype(np.int64)
        np.add.at(mm3, k, one.mm3)
        np.add.at(wire, k, one.mm3 * one.wire_mm)
        np.add.at(clot, k, one.mm3 * one.clotted)
    mm3, wire, clot = (np.convolve(some, _SPREAD, "same") for some in (mm3, wire, clot))
    middles = first + np.arange(count) + 0.5
    area = pi * np.interp(middles, line.arc_mm, line.radius_mm) ** 2
    density = np.minimum(mm3 / (area * BIN_MM), 0.9)
    solid = np.maximum(mm3, 1e-12)
    shares, open_share, total = np.ones(count), np.ones(count), 0.0
    for number in np.flatnonzero(mm3 > 0.0):
        n = int(number)
        f, d = float(density[n]), float(wire[n] / solid[n])
        spans = min(max((f - _LOOSE) / _WEB, 0.0), 1.0)
        clotted = spans * float(clot[n] / solid[n])
        permeable = permeability_mm2(d, filled_density(f, clotted))
        shares[n] = poiseuille_share(float(area[n]), permeable)
        open_share[n] = 1.0 - clotted
        total += added_resistance(BIN_MM, float(area[n]), permeable)
    mean_wire = float(wire.sum() / max(float(mm3.sum()), 1e-12))
    return Packed(vessel, first, density, area, open_share, shares, mean_wire, total)
