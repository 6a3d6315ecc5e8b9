"""Where nerves and organs take hold of a patient's network."""

from __future__ import annotations

import numpy as np

from angiosuite.anatomy.vessels.graph import VesselGraph
from angiosuite.physics.flow.control import Control, Places
from angiosuite.physics.flow.network import Network

from .plumbing import RESERVOIR, Plumbing

__all__ = ["control_of"]


def control_of(graph: VesselGraph, plumbing: Plumbing, network: Network) -> Control:
    """Autoregulation, arterial buffer of the liver and baroreflex of a network.

    Set points are those of the moment; a control of the same vessels parted elsewhere goes on with
    ``restore``.
    """
    reservoir = np.array([plumbing.node[RESERVOIR]])
    live = network.reference_ml[reservoir].copy()
    network.set_reference(reservoir, plumbing.spec.volume_ml[reservoir])
    control = Control(network, places_of(graph, plumbing))
    network.set_reference(reservoir, live)
    return control


def places_of(graph: VesselGraph, plumbing: Plumbing) -> Places:
    """Edges and nodes that the control knows, by what they are."""
    beds: dict[int, str] = {}
    hepatic: list[int] = []
    for bed in plumbing.beds.values():
        for edge, portal in zip(bed.edges, bed.portal, strict=True):
            if portal:
                continue
            beds[plumbing.edge[edge]] = bed.kind
            if bed.kind == "liver" and bed.portal.any():
                hepatic.append(plumbing.edge[edge])
    portal = tuple(
        plumbing.edge[plumbing.courses[v.id].edges[0]]
        for v in graph.of_system("portal")
        if not v.away and v.parent is None
    )
    return Places(
        beds=beds,
        hepatic=tuple(hepatic),
        portal=portal if hepatic else (),
        arterial=int(plumbing.spec.b[plumbing.edge["aortic-valve"]]),
        right_atrium=plumbing.node["right-atrium"],
        ventricles=(plumbing.node["left-ventricle"], plumbing.node["right-ventricle"]),
        veins=np.array([plumbing.node[RESERVOIR]], np.int64),
    )
