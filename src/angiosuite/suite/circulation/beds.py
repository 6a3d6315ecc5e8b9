"""Beds of a network: from the ends of arteries over arterioles and capillaries to where veins begin."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from angiosuite.anatomy.vessels.graph import Bed, VesselGraph
from angiosuite.physics.flow.draft import Draft
from angiosuite.physics.flow.spec import EdgeKind

from .segments import Segments

__all__ = ["BedEdges", "draw_beds"]

ARTERIOLE_SHARE = 0.1
"""Share of a bed's resistance before its compliance."""
BEFORE_MMHG: Mapping[str, float] = {"vein": 91.0, "portal": 91.0, "pulmonary-vein": 14.0}
"""Mean pressure where a bed begins, by what it drains into, mmHg."""
VENULE_MMHG: Mapping[str, float] = {"vein": 9.0, "portal": 11.0, "pulmonary-vein": 9.5}
"""Mean pressure where it ends, mmHg."""
DRAIN_MMHG: Mapping[str, float] = {"vein": 6.0, "portal": 9.0, "pulmonary-vein": 8.0}
"""Mean pressure in what it drains into, mmHg."""
PORTAL_MMHG, SINUSOID_MMHG, ATRIUM_MMHG = 9.0, 6.5, 3.0
DECAY_S = (1.0, 0.6)
"""Time constant of a bed's resistance and the compliance of its small arteries, s: systemic, lungs.

With the drawn arteries an adult has some 2 ml/mmHg. **Source** 2.56 ml/mmHg from the fall of the pressure in
diastole of 16 normal men ("Systemic arterial compliance and diastolic runoff in essential hypertension").
"""
VENULE_S = 0.8
"""Stay in a bed's small veins, s."""
VENULE_SOFT = 0.05
"""How much more they hold for 1 mmHg, as a share of their volume."""
TANKS = 5
"""Tanks of a bed: contrast leaves it with a spread of 1 / sqrt(5) of its mean transit."""


@dataclass(frozen=True, slots=True, eq=False)
class BedEdges:
    """One bed in the network.

    Parameters
    ----------
    kind : str
        As of `anatomy.vessels.graph.Bed`.
    feeders : tuple of str
        Vessels that end in it.
    edges, arterioles : tuple of str
        BED edge of each feeder, and the node before it.
    venule : str
        Node behind all.
    portal : ndarray of bool
        Which are fed by the portal vein.
    flow_ml_s : ndarray
        Reference flow of each, ml/s.
    """

    kind: str
    feeders: tuple[str, ...]
    edges: tuple[str, ...]
    arterioles: tuple[str, ...]
    venule: str
    portal: NDArray[np.bool_]
    flow_ml_s: NDArray[np.float64]


def draw_beds(
    graph: VesselGraph,
    courses: Segments,
    draft: Draft,
    region_of: Mapping[str, int],
) -> dict[str, BedEdges]:
    """Add all beds to a draft.

    Parameters
    ----------
    graph : VesselGraph
    courses : Segments
        Vessels that are drawn.
    draft : Draft
    region_of : mapping of bed to int
        External pressure on the small veins of each.

    Notes
    -----
    **Model** each feeder ends in a tenth of its resistance, a compliance of small arteries and a BED edge;
    what several feeders of a bed carry goes by the cube of their radius (Murray). All meet in the node of the
    bed's small veins, which blood passes in about a second, and go on over one resistance a drain. The
    reservoir of the veins lies beside the stream (`plumbing`), so that it takes up pressure and no contrast.
    Portal branches reach the liver's sinusoids in the same node.
    Held by ``tests/suite/circulation/test_plumbing.py``.
    """
    to_gut = sum(
        bed.flow_ml_min / 60.0 for bed in graph.beds.values() if _drains_to(graph, bed, courses) == "portal"
    )
    portal_whole = sum(
        _weight(graph, f)
        for bed in graph.beds.values()
        for f in _feeders(graph, bed, courses)
        if graph.vessels[f].system == "portal"
    )
    found: dict[str, BedEdges] = {}
    for bed in graph.beds.values():
        feeders = _feeders(graph, bed, courses)
        if not feeders:
            continue
        portal = np.array([graph.vessels[f].system == "portal" for f in feeders])
        weight = np.array([_weight(graph, f) for f in feeders])
        arterial = max(float(weight[~portal].sum()), 1e-9)
        flow = np.where(
            portal,
            weight / max(portal_whole, 1e-9) * to_gut,
            weight / arterial * bed.flow_ml_min / 60.0,
        )
        into = _drains_to(graph, bed, courses)
        behind_mmhg = SINUSOID_MMHG if portal.any() else VENULE_MMHG[into]
        held_ml = max(VENULE_S * float(flow.sum()), 0.2)
        venule = draft.node(
            f"{bed.id}:venules",
            volume_ml=held_ml,
            stiffness=1.0 / (VENULE_SOFT * held_ml),
            start_mmhg=behind_mmhg,
            region=region_of.get(bed.id, 0),
        )
        drawn = [
            _draw_feeder(draft, bed, feeder, courses[feeder].nodes[-1], venule, float(q), before, behind_mmhg)
            for feeder, q, before in zip(
                feeders, flow, np.where(portal, PORTAL_MMHG, BEFORE_MMHG[into]), strict=True
            )
        ]
        _draw_drains(graph, bed, courses, draft, venule, behind_mmhg, float(flow.sum()))
        arterioles, edges = zip(*drawn, strict=True)
        found[bed.id] = BedEdges(
            bed.kind, tuple(feeders), edges, arterioles, venule, portal, np.asarray(flow, np.float64)
        )
    return found


def _draw_feeder(
    draft: Draft,
    bed: Bed,
    feeder: str,
    end: str,
    venule: str,
    flow_ml_s: float,
    from_mmhg: float,
    to_mmhg: float,
) -> tuple[str, str]:
    """Arterioles and capillaries behind one feeder; names of the node and of the BED edge."""
    whole = max(from_mmhg - to_mmhg, 1.0) / max(flow_ml_s, 1e-4)
    start = (1.0 - ARTERIOLE_SHARE) * from_mmhg + ARTERIOLE_SHARE * to_mmhg
    soft = max(DECAY_S[bed.kind == "lung"] / whole, 1e-4)
    arteriole = draft.node(
        f"{bed.id}:{feeder}", volume_ml=0.3 * soft * start, stiffness=1.0 / soft, start_mmhg=start
    )
    draft.edge(
        f"{bed.id}:{feeder}:arterioles",
        end,
        arteriole,
        kind=EdgeKind.LINK,
        resistance=ARTERIOLE_SHARE * whole,
    )
    edge = draft.edge(
        f"{bed.id}:{feeder}:bed",
        arteriole,
        venule,
        kind=EdgeKind.BED,
        resistance=(1.0 - ARTERIOLE_SHARE) * whole,
        bed_ml=flow_ml_s * bed.transit_s,
        tanks=TANKS,
    )
    return arteriole, edge


def _draw_drains(
    graph: VesselGraph,
    bed: Bed,
    courses: Segments,
    draft: Draft,
    venule: str,
    from_mmhg: float,
    flow_ml_s: float,
) -> None:
    """From a bed's small veins into the veins that drain it, or into the right atrium where none is named."""
    drains = [d for d in bed.drains if d in courses]
    to_mmhg = DRAIN_MMHG[_drains_to(graph, bed, courses)] if drains else ATRIUM_MMHG
    weights = np.array([_weight(graph, d) for d in drains]) if drains else np.ones(1)
    for k, weight in enumerate(weights / weights.sum()):
        draft.edge(
            f"{bed.id}:{drains[k] if drains else 'heart'}:drain",
            venule,
            courses[drains[k]].nodes[-1] if drains else "right-atrium",
            kind=EdgeKind.LINK,
            resistance=max(from_mmhg - to_mmhg, 0.5) / max(flow_ml_s * float(weight), 1e-4),
        )


def _feeders(graph: VesselGraph, bed: Bed, courses: Segments) -> list[str]:
    """Vessels that end in a bed and are drawn; each once."""
    return [f for f in dict.fromkeys(bed.feeders) if f in courses and graph.vessels[f].away]


def _weight(graph: VesselGraph, vessel: str) -> float:
    """Cube of the radius at a vessel's far end."""
    return float(graph.vessels[vessel].radius_mm[-1] ** 3)


def _drains_to(graph: VesselGraph, bed: Bed, courses: Segments) -> str:
    systems = [graph.vessels[d].system for d in bed.drains if d in courses]
    return systems[0] if systems and systems[0] in VENULE_MMHG else "vein"
