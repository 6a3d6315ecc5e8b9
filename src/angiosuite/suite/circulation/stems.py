"""How wide the artery is that feeds a bed: at the mouth of what has a name, by the share of its flow."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from angiosuite.anatomy.vessels.graph import Vessel, VesselGraph

from .beds import BedEdges

__all__ = ["stem_mm"]


def stem_mm(graph: VesselGraph, beds: Mapping[str, BedEdges], bed: str, feeder: str) -> float:
    """Diameter of the artery that would feed one bed through one feeder and nothing else, mm.

    Notes
    -----
    **Model** the cube of the diameter at the mouth of the feeder times the share of the flow through that
    mouth that goes to the bed. A drawn vessel gets narrower on its way by branches that are not drawn: what
    they lead to is in its bed, so it is the mouth that counts, and of a grown branch that of the artery it
    grew from. What leads to a tumour alone is drawn anew for it; there it is what it leaves that counts.
    **Source** cube law: C. D. Murray, PNAS 12 (1926) 207 (memory). **Valid for** beds with a flow.
    Held by ``tests/suite/circulation/test_stems.py``.
    """
    stem = graph.vessels[feeder]
    if stem.parent is not None and beds[bed].kind == "tumour":
        stem = graph.vessels[stem.parent.vessel]
    artery, _, number = stem.id.rpartition("-")
    if number.isdigit() and artery in graph.vessels:
        stem = graph.vessels[artery]
    into = _flow_ml_s(beds, bed, feeder)
    whole = sum(_flow_ml_s(beds, each, name) for name in _tree(graph, stem) for each in beds)
    share = into / whole if whole > 0.0 else 1.0
    return 2.0 * float(stem.radius_mm[0]) * float(np.cbrt(share))


def _flow_ml_s(beds: Mapping[str, BedEdges], bed: str, feeder: str) -> float:
    """What flows into one bed through one vessel at rest; 0 where it does not feed it."""
    one = beds[bed]
    return float(one.flow_ml_s[one.feeders.index(feeder)]) if feeder in one.feeders else 0.0


def _tree(graph: VesselGraph, stem: Vessel) -> list[str]:
    """A vessel and all that leaves it."""
    found = [stem.id]
    for child in graph.children(stem.id):
        found += _tree(graph, child)
    return found
