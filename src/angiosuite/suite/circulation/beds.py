"""Beds of a network: from the ends of arteries over arterioles and capillaries to where veins begin."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from angiosuite.anatomy.vessels.graph import Bed, VesselGraph
from angiosuite.physics.flow.spec import EdgeKind, NodeLaw

from .drawing_up import Drawing, DrawnEdge, DrawnNode
from .segments import Segments

__all__ = ["BedEdges", "draw_beds"]

ARTERY_MMHG, ARTERIOLE_SHARE = 91.0, 0.15
"""Mean pressure where beds begin, mmHg, and the share of their resistance before their compliance."""
VENULE_MMHG: Mapping[str, float] = {"vein": 9.0, "portal": 11.0, "pulmonary-vein": 9.5}
"""Mean pressure where a bed ends, by what it drains into, mmHg."""
DRAIN_MMHG: Mapping[str, float] = {"vein": 6.0, "portal": 9.0, "pulmonary-vein": 8.0}
"""Mean pressure in those, mmHg."""
DECAY_S = 0.25
"""Time constant of a systemic bed's compliance and resistance, s."""
LUNG_ML_MMHG = 4.0
"""Compliance of both lungs' small arteries, ml/mmHg."""
TANKS = 5
"""Tanks of a bed: contrast leaves it with a spread of 1 / sqrt(5) of its mean transit."""


@dataclass(frozen=True, slots=True, eq=False)
class BedEdges:
    """One bed in the network.

    Parameters
    ----------
    edges : ndarray, int
        BED edges, one a feeder.
    share : ndarray
        Share of the bed's arterial (or portal) reference flow that each carries.
    portal : ndarray of bool
        Which are fed by the portal vein.
    arterioles : ndarray, int
        Node before each.
    venule : int
        Node behind all.
    flow_ml_s : ndarray
        Reference flow of each, ml/s.
    """

    edges: NDArray[np.int64]
    share: NDArray[np.float64]
    portal: NDArray[np.bool_]
    arterioles: NDArray[np.int64]
    venule: int
    flow_ml_s: NDArray[np.float64]


def draw_beds(
    graph: VesselGraph,
    courses: Segments,
    drawing: Drawing,
    venous: Mapping[str, float],
    to_heart: int,
    region_of: Mapping[str, int],
) -> dict[str, BedEdges]:
    """Add all beds to a drawing.

    Parameters
    ----------
    graph : VesselGraph
    courses : Segments
        Vessels that are drawn.
    drawing : Drawing
    venous : mapping of bed to float
        Compliance of the small veins behind each bed, ml/mmHg.
    to_heart : int
        Node that a bed without named veins drains into.
    region_of : mapping of bed to int
        External pressure on the small veins of each.

    Notes
    -----
    **Model** each feeder ends in a resistance (0.15 of the whole), a compliance of small arteries and a BED
    edge; what several feeders of a bed carry goes by the cube of their radius (Murray). All meet in the node
    of the bed's small veins, whose compliance is the reservoir of venous return, and go on over one
    resistance a drain. Portal branches reach the liver's sinusoids in the same node.
    Held by ``tests/suite/circulation/test_plumbing.py``.
    """
    portal_flow = sum(
        bed.flow_ml_min / 60.0 for bed in graph.beds.values() if _drains_to(graph, bed, courses) == "portal"
    )
    portal_ends = sum(
        _weight(graph, feeder)
        for bed in graph.beds.values()
        for feeder in _feeders(graph, bed, courses)
        if graph.vessels[feeder].system == "portal"
    )
    found: dict[str, BedEdges] = {}
    for bed in graph.beds.values():
        feeders = _feeders(graph, bed, courses)
        if not feeders:
            continue
        portal = np.array([graph.vessels[f].system == "portal" for f in feeders])
        weight = np.array([_weight(graph, f) for f in feeders])
        share = np.where(
            portal, weight / max(portal_ends, 1e-9), weight / max(float(weight[~portal].sum()), 1e-9)
        )
        flow = np.where(portal, share * portal_flow, share * bed.flow_ml_min / 60.0)
        into = _drains_to(graph, bed, courses)
        venule_mmhg = VENULE_MMHG[into]
        if portal.any():
            venule_mmhg = 6.5
        compliance = venous.get(bed.id, 0.1)
        venule = drawing.node(
            DrawnNode(
                name=f"{bed.id}:venules",
                law=NodeLaw.LINEAR,
                volume_ml=compliance * 20.0,
                stiffness=1.0 / compliance,
                start_mmhg=venule_mmhg,
                region=region_of.get(bed.id, 0),
            )
        )
        edges, arterioles = [], []
        for k, feeder in enumerate(feeders):
            from_mmhg = 9.0 if portal[k] else 14.0 if into == "pulmonary-vein" else ARTERY_MMHG
            whole = max(from_mmhg - venule_mmhg, 1.0) / max(float(flow[k]), 1e-4)
            if into == "pulmonary-vein":
                soft = LUNG_ML_MMHG * float(share[k]) * 0.5
            else:
                soft = 0.02 if portal[k] else DECAY_S / whole
            before = (1.0 - ARTERIOLE_SHARE) * from_mmhg + ARTERIOLE_SHARE * venule_mmhg
            arteriole = drawing.node(
                DrawnNode(
                    name=f"{bed.id}:{feeder}",
                    law=NodeLaw.LINEAR,
                    volume_ml=max(0.3 * soft * before, 0.02),
                    stiffness=1.0 / soft,
                    start_mmhg=before,
                )
            )
            drawing.edge(
                DrawnEdge(
                    name=f"{bed.id}:{feeder}:arterioles",
                    a=int(courses[feeder].nodes[-1]),
                    b=arteriole,
                    kind=EdgeKind.LINK,
                    resistance=ARTERIOLE_SHARE * whole,
                )
            )
            edges.append(
                drawing.edge(
                    DrawnEdge(
                        name=f"{bed.id}:{feeder}:bed",
                        a=arteriole,
                        b=venule,
                        kind=EdgeKind.BED,
                        resistance=(1.0 - ARTERIOLE_SHARE) * whole,
                        bed_ml=float(flow[k]) * bed.transit_s,
                        tanks=TANKS,
                    )
                )
            )
            arterioles.append(arteriole)
        _draw_drains(graph, bed, courses, drawing, venule, venule_mmhg, float(flow.sum()), to_heart)
        found[bed.id] = BedEdges(
            np.array(edges), share, portal, np.array(arterioles), venule, np.asarray(flow, np.float64)
        )
    return found


def _draw_drains(
    graph: VesselGraph,
    bed: Bed,
    courses: Segments,
    drawing: Drawing,
    venule: int,
    venule_mmhg: float,
    flow_ml_s: float,
    to_heart: int,
) -> None:
    drains = [d for d in bed.drains if d in courses]
    into = _drains_to(graph, bed, courses)
    fall = max(venule_mmhg - (DRAIN_MMHG[into] if drains else 3.0), 0.5)
    weights = np.array([_weight(graph, d) for d in drains]) if drains else np.ones(1)
    for k, weight in enumerate(weights / weights.sum()):
        drawing.edge(
            DrawnEdge(
                name=f"{bed.id}:{drains[k] if drains else 'heart'}:drain",
                a=venule,
                b=int(courses[drains[k]].nodes[-1]) if drains else to_heart,
                kind=EdgeKind.LINK,
                resistance=fall / max(flow_ml_s * float(weight), 1e-4),
            )
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
