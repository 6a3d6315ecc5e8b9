"""Where nerves and organs take hold of a patient's network."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from angiosuite.anatomy.vessels.graph import VesselGraph
from angiosuite.physics.flow.control import Control, Places
from angiosuite.physics.flow.network import Network

from .plumbing import RESERVOIR, Plumbing
from .settling import Settled

__all__ = ["control_of"]

Floats = NDArray[np.float64]


def control_of(graph: VesselGraph, plumbing: Plumbing, network: Network, rest: Settled) -> Control:
    """Autoregulation, arterial buffer of the liver and baroreflex of a network.

    Parameters
    ----------
    graph : VesselGraph
    plumbing : Plumbing
    network : Network
    rest : Settled
        The patient without lesions; may be drawn with other stations.

    Notes
    -----
    **Model** set points are the means of the healthy patient who lies and breathes: the reflex defends the
    pressure that was there before a lesion, and a bed behind one the pressure at which its arterioles have
    their tone of rest, so that a kidney behind a stenosis has widened. Places that only the lesions brought
    keep what is there now. A control of the same vessels parted elsewhere goes on with ``restore``.
    Held by ``tests/suite/circulation/test_control.py``.
    """
    reservoir = np.array([plumbing.node[RESERVOIR]])
    live = network.reference_ml[reservoir].copy()
    network.set_reference(reservoir, plumbing.spec.volume_ml[reservoir])
    control = Control(network, places_of(graph, plumbing))
    network.set_reference(reservoir, live)
    mmhg, ml_s = network.pressure_mmhg.copy(), network.flow_ml_s.copy()
    _told(mmhg, plumbing.node, rest.quiet.mmhg, rest.plumbing.node)
    _told(ml_s, plumbing.edge, rest.quiet.ml_s, rest.plumbing.edge)
    for course, before in _portal_courses(graph, plumbing, rest.plumbing):
        ml_s[plumbing.edge[course]] = rest.quiet.ml_s[rest.plumbing.edge[before]]
    control.rest(mmhg, ml_s)
    return control


def _told(values: Floats, place: Mapping[str, int], rest: Floats, place_at_rest: Mapping[str, int]) -> None:
    """Write the values of rest wherever a place of that name was there."""
    for name, k in place.items():
        if name in place_at_rest:
            values[k] = rest[place_at_rest[name]]


def _portal_courses(graph: VesselGraph, now: Plumbing, rest: Plumbing) -> Iterator[tuple[str, str]]:
    """First segments of the portal veins now and at rest: stations of lesions give them other names."""
    for name in _portal_roots(graph):
        if name in rest.courses:
            yield now.courses[name].edges[0], rest.courses[name].edges[0]


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
    portal = tuple(plumbing.edge[plumbing.courses[name].edges[0]] for name in _portal_roots(graph))
    return Places(
        beds=beds,
        hepatic=tuple(hepatic),
        portal=portal if hepatic else (),
        arterial=int(plumbing.spec.b[plumbing.edge["aortic-valve"]]),
        right_atrium=plumbing.node["right-atrium"],
        ventricles=(plumbing.node["left-ventricle"], plumbing.node["right-ventricle"]),
        veins=np.array([plumbing.node[RESERVOIR]], np.int64),
    )


def _portal_roots(graph: VesselGraph) -> list[str]:
    """Portal veins that begin at beds."""
    return [v.id for v in graph.of_system("portal") if not v.away and v.parent is None]
