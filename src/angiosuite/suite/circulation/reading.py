"""Iodine of beds and urinary tract, read from a circulation in one sweep."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from angiosuite.anatomy.vessels.graph import Vessel, VesselGraph

from .circulation import Circulation
from .plumbing import Plumbing

__all__ = ["BedReading", "InBeds"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

LEAST_ML = 0.1
"""Room that urine is spread over at the least, ml."""


class InBeds(NamedTuple):
    """Iodine of every bed of a plumbing, in its order.

    Parameters
    ----------
    tissue_mg : ndarray (beds,)
        In blood, small veins, tissue and tubules, less what the drawn twigs show.
    first_mg_ml, last_mg_ml : ndarray (beds,)
        In its arterial twigs and in its venous ones.
    """

    tissue_mg: Floats
    first_mg_ml: Floats
    last_mg_ml: Floats


class BedReading:
    """Where the beds of a plumbing lie in the arrays of its transport.

    Parameters
    ----------
    graph : VesselGraph
    plumbing : Plumbing
    urine : tuple of str
        Vessels of the urinary tract.

    Notes
    -----
    **Model** see :class:`~angiosuite.suite.circulation.looking.Looking`.
    Held by ``tests/suite/circulation/test_looking.py``.
    """

    def __init__(self, graph: VesselGraph, plumbing: Plumbing, urine: tuple[str, ...]) -> None:
        beds = plumbing.beds
        self.bed = {name: k for k, name in enumerate(beds)}
        """Place of each bed."""
        counts = [len(bed.edges) for bed in beds.values()]
        self._of: Ints = np.repeat(np.arange(len(beds)), counts)
        self._edge = np.array([plumbing.edge[e] for bed in beds.values() for e in bed.edges], np.int64)
        weights = [bed.flow_ml_s / max(float(bed.flow_ml_s.sum()), 1e-9) for bed in beds.values()]
        arterial = [
            np.where(bed.portal, 0.0, weight) / (float(weight[~bed.portal].sum()) or 1.0)
            for bed, weight in zip(beds.values(), weights, strict=True)
        ]
        self._weight = np.concatenate([*weights, np.zeros(0)])
        self._arterial = np.concatenate([*arterial, np.zeros(0)])
        pools = [(k, n) for k, bed in enumerate(beds.values()) for n in (bed.venule, *bed.arterioles)]
        self._pool_of = np.array([k for k, _ in pools], np.int64)
        self._pool = np.array([plumbing.node[name] for _, name in pools], np.int64)
        self._twigs_ml = np.zeros((2, len(beds)))
        for k, name in enumerate(beds):
            if name in graph.beds:
                given = (graph.beds[name].twigs, graph.beds[name].vein_twigs)
                self._twigs_ml[:, k] = [0.0 if twigs is None else twigs.volume_ml for twigs in given]
        self._row_of_edge = {edge: k for k, edge in enumerate(self._edge.tolist())}
        sides = [next((s for s in ("left", "right") if name.startswith(s)), "") for name in beds]
        self._side = [sides[k] for k in self._of]
        self._urine = _shares_of_urine([graph.vessels[name] for name in urine])

    def beds(self, blood: Circulation, kidneys: Mapping[int, tuple[float, float]]) -> InBeds:
        """What the beds hold now; `kidneys` as `Exchange.kidneys` gives them."""
        transport, count = blood.transport, len(self.bed)
        first_cell, cells = transport.layout.first_cell, transport.cell_mg_ml
        held = transport.edge_mg[self._edge] + transport.extravascular_mg[self._edge]
        for edge, (tubules, _) in kidneys.items():
            held[self._row_of_edge[edge]] += tubules
        entry, end = cells[first_cell[self._edge]], cells[first_cell[self._edge + 1] - 1]
        first = np.bincount(self._of, self._arterial * entry, count).astype(np.float64)
        last = np.bincount(self._of, self._weight * end, count).astype(np.float64)
        pools = transport.node_mg_ml[self._pool] * blood.network.volume_ml[self._pool]
        own = np.bincount(self._of, held, count) + np.bincount(self._pool_of, pools, count)
        own -= first * self._twigs_ml[0]
        own -= last * self._twigs_ml[1]
        return InBeds(np.maximum(own, 0.0), first, last)

    def urine(self, blood: Circulation, kidneys: Mapping[int, tuple[float, float]]) -> Floats:
        """Iodine in every vessel of the urinary tract, mg/ml.

        Each side has what its kidneys gave, the bladder what came down.
        """
        held = {"left": 0.0, "right": 0.0, "": blood.transport.exchange.bladder_mg}
        for edge, (_, pelvis) in kidneys.items():
            side = self._side[self._row_of_edge[edge]]
            if side:
                held[side] += pelvis
        return np.array([held.get(side, 0.0) / ml for side, ml in self._urine])


def _shares_of_urine(vessels: list[Vessel]) -> list[tuple[str, float]]:
    """Side of each vessel, and the room of all on that side, ml."""
    whole: dict[str, float] = {}
    for vessel in vessels:
        side = vessel.side or ""
        whole[side] = whole.get(side, 0.0) + _volume_ml(vessel)
    return [(v.side or "", max(whole[v.side or ""], LEAST_ML)) for v in vessels]


def _volume_ml(vessel: Vessel) -> float:
    """Volume of a lumen, ml."""
    r0, r1 = vessel.radius_mm[:-1], vessel.radius_mm[1:]
    return float((np.pi / 3.0 * np.diff(vessel.arc_mm) * (r0 * r0 + r0 * r1 + r1 * r1)).sum() * 1e-3)
