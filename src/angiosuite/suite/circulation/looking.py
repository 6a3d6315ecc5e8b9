"""Reads a circulation for the projector: what a beam sees of the blood now."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from angiosuite.anatomy.vessels.graph import VesselGraph

from .beside import Beside
from .catheter_seen import CatheterSeen
from .circulation import Circulation
from .fronts import Fronts
from .heart import CHAMBERS
from .lumens import POOL_ML, Lumens
from .reading import BedReading
from .seen import BloodSeen
from .wall import Stain

__all__ = ["Looking"]

Floats = NDArray[np.float64]

MG_ML_TO_G_CM3 = 1e-3
STAIN_MM = 5.0
"""Half length of a stain along a wall, mm."""
FAINT_MG_ML = 0.02
"""Concentration below which nothing is drawn, mg/ml."""
LEAST_SUNK = 0.02
"""Share below which what has sunk is drawn mixed."""


class Looking:
    """Reads a circulation for the projector.

    Parameters
    ----------
    graph : VesselGraph
    lumens : Lumens

    Notes
    -----
    **Model** a lumen is drawn with its resting radius, or the share of it that harms leave, so that its
    concentration is the iodine it holds over its resting volume; along a vessel fronts are rounded
    (`Fronts`). Arterial twigs show the first tank of their bed, venous ones the last; the rest of a bed's
    iodine, in blood, small veins and tissue, is spread over its territory; a kidney's tubules lie in its
    tissue, its pelvis in the urinary tract. What has sunk in a segment is told as a share of the mean, even
    between the middles of segments. Held
    by ``tests/suite/circulation/test_looking.py`` and ``test_floors.py``.
    """

    def __init__(self, graph: VesselGraph, lumens: Lumens) -> None:
        self._graph = graph
        self.lumens = lumens
        self._fronts = Fronts([graph.vessels[name] for name in lumens.vessels])
        self._count = sum(len(graph.vessels[v].points_mm) for v in lumens.vessels)
        self._points: tuple[object, NDArray[np.int64], Floats] | None = None
        self._reading: tuple[object, BedReading, NDArray[np.int64], NDArray[np.int64]] | None = None
        self._below: tuple[object, tuple[NDArray[np.int64], NDArray[np.int64], Floats]] | None = None
        self._sizes = np.array([len(one.nodes_mm) for one in lumens.lumens[len(lumens.vessels) :]], np.int64)
        land = graph.territory
        self._bed_ml = np.array([] if land is None else [land.volume_ml(bed) for bed in lumens.beds])

    def see(
        self,
        blood: Circulation,
        stains: Sequence[Stain] = (),
        catheter: CatheterSeen | None = None,
        pooled_mg: Sequence[float] = (),
        width: Floats | None = None,
        aside_mm: Floats | None = None,
        beside: tuple[Beside, ...] = (),
    ) -> BloodSeen | None:
        """Contrast and catheter as they are now; None where there is nothing to be seen.

        The last three are what harms make of the drawing, see `BloodSeen`: a vessel in spasm is thinner and
        holds what the blood there does.
        """
        exchange, gas = blood.transport.exchange, self._gas(blood)
        if (
            blood.transport.empty
            and not exchange.tissue_tank_mg.any()
            and not exchange.filtered_mg
            and not stains
            and not beside
            and gas is None
        ):
            if catheter is None:
                return None
            nodes = sum(len(one.nodes_mm) for one in self.lumens.lumens)
            return BloodSeen(
                np.zeros(nodes, np.float32), np.zeros(len(self.lumens.beds), np.float32), catheter
            )
        reading, land, twigs = self._read(blood)
        kidneys = exchange.kidneys()
        inside = reading.beds(blood, kidneys)
        vessels = self._vessels(blood)
        for stain in stains:
            vessels += self._stained(stain)
        pools = len(self._sizes) - len(self.lumens.urine) - len(twigs)
        pooled = np.asarray(pooled_mg or (0.0,) * pools) / POOL_ML
        in_twigs = np.concatenate([inside.first_mg_ml, inside.last_mg_ml])[twigs]
        apart = np.concatenate([reading.urine(blood, kidneys), in_twigs, pooled])
        whole = np.concatenate([vessels, np.repeat(apart, self._sizes)])
        whole[whole < FAINT_MG_ML] = 0.0
        tissue = np.where(land >= 0, inside.tissue_mg[land], 0.0)
        tissue = np.divide(tissue, self._bed_ml, out=np.zeros(len(land)), where=self._bed_ml > 0.0)
        return BloodSeen(
            (whole * MG_ML_TO_G_CM3).astype(np.float32),
            (tissue * MG_ML_TO_G_CM3).astype(np.float32),
            catheter,
            gas,
            self._sunk(blood, whole),
            _chambers(blood),
            width,
            aside_mm,
            beside,
        )

    def _sunk(self, blood: Circulation, mg_ml: Floats) -> NDArray[np.float32] | None:
        """Share of the mean that lies on the floors; None where it is nowhere enough to be seen."""
        floors, plumbing, share = self.lumens.floors, blood.plumbing, blood.layering.share
        if not len(floors.node) or not share.any():
            return None
        if self._below is None or self._below[0] is not plumbing:
            self._below = (plumbing, floors.between(plumbing))
        first, second, weight = self._below[1]
        sunk = np.where(floors.ratio > 0.0, share[first] + weight * (share[second] - share[first]), 0.0)
        held = mg_ml[floors.node]
        sunk[(sunk < LEAST_SUNK) | (held * sunk < FAINT_MG_ML)] = 0.0
        return sunk.astype(np.float32) if sunk.any() else None

    def _gas(self, blood: Circulation) -> NDArray[np.float32] | None:
        """Share of gas at every node of the lumens; None where there is none."""
        if blood.gas is None or blood.gas.empty:
            return None
        edges, shares = self._placed(blood)
        out = np.zeros(sum(len(one.nodes_mm) for one in self.lumens.lumens), np.float32)
        out[: self._count] = blood.gas.at(edges, shares, blood.network.volume_ml)
        return out

    def _stained(self, stain: Stain) -> Floats:
        """Iodine of a stained wall, spread over some mm of its vessel, mg/ml at every centre-line point."""
        out, first = np.zeros(self._count), 0
        for name in self.lumens.vessels:
            vessel = self._graph.vessels[name]
            count = len(vessel.points_mm)
            if name == stain.vessel:
                arc = vessel.arc_mm
                bell = np.exp(-0.5 * ((arc - stain.at_mm) / STAIN_MM) ** 2)
                ml = 1e-3 * np.pi * vessel.radius_mm**2 * np.gradient(arc)
                out[first : first + count] = stain.mg * bell / max(float((bell * ml).sum()), 1e-6)
            first += count
        return out

    def _vessels(self, blood: Circulation) -> Floats:
        """Iodine over resting volume at every centre-line point, mg/ml."""
        plumbing = blood.plumbing
        edges, shares = self._placed(blood)
        spec, volume = plumbing.spec, blood.network.volume_ml
        fuller = volume / np.maximum(spec.volume_ml, 1e-9)
        node = np.where(shares < 0.5, spec.a[edges], spec.b[edges])
        return self._fronts.rounded(np.asarray(blood.transport.at(edges, shares) * fuller[node]))

    def _placed(self, blood: Circulation) -> tuple[NDArray[np.int64], Floats]:
        """Edge and share of every centre-line point."""
        plumbing = blood.plumbing
        if self._points is None or self._points[0] is not plumbing:
            self._points = (plumbing, *plumbing.points(self._graph, self.lumens.vessels))
        return self._points[1], self._points[2]

    def _read(self, blood: Circulation) -> tuple[BedReading, NDArray[np.int64], NDArray[np.int64]]:
        """How beds are read; place of each bed of the territory (-1 for none) and of each lumen of twigs."""
        plumbing = blood.plumbing
        if self._reading is None or self._reading[0] is not plumbing:
            reading = BedReading(self._graph, plumbing, self.lumens.urine)
            land = np.array([reading.bed.get(name, -1) for name in self.lumens.beds], np.int64)
            behind = {"artery": 0, "vein": len(reading.bed)}
            twigs = [reading.bed[bed] + behind[kind] for bed, kind in self.lumens.twigs]
            self._reading = plumbing, reading, land, np.array(twigs, np.int64)
        return self._reading[1:]


def _chambers(blood: Circulation) -> Floats | None:
    """Iodine, mg, and volume, ml, of the heart's chambers; None where there is too little to be seen."""
    node = blood.plumbing.node
    places = [node[name] for name in CHAMBERS]
    ml, mg_ml = blood.network.volume_ml[places], blood.transport.node_mg_ml[places]
    if not (mg_ml >= FAINT_MG_ML).any():
        return None
    return np.stack([np.where(mg_ml >= FAINT_MG_ML, mg_ml * ml, 0.0), ml], axis=1)
