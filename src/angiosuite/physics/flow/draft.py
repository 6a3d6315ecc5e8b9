"""Write a `FlowSpec` node by node and edge by edge, or change one."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import numpy as np

from .spec import EdgeKind, FlowSpec, NodeLaw

__all__ = ["Draft"]

_NODE: dict[str, Any] = {
    "law": NodeLaw.LINEAR, "volume_ml": 0.0, "stiffness": 1.0, "p0_mmhg": 0.0, "start_mmhg": 0.0, "region": 0,
    "elastance_low": 0.0, "elastance_high": 0.0, "contraction": 0.0,
}  # fmt: skip
_EDGE: dict[str, Any] = {
    "a": 0, "b": 0, "kind": EdgeKind.TUBE, "length_cm": 0.0, "area_cm2": 0.0, "profile": 2.0,
    "resistance": 0.0, "inertance": 0.0, "kinetic": 0.0, "bed_ml": 0.0, "tanks": 1, "lanes": 1,
}  # fmt: skip
_WHOLE = {"law", "region", "a", "b", "kind", "tanks", "lanes"}


class Draft:
    """A network that is being written.

    Parameters
    ----------
    spec : FlowSpec, optional
        Begin with what this one has.
    """

    def __init__(self, spec: FlowSpec | None = None) -> None:
        self._nodes: dict[str, dict[str, Any]] = {}
        self._edges: dict[str, dict[str, Any]] = {}
        if spec is not None:
            for k, name in enumerate(spec.nodes):
                self._nodes[name] = {key: getattr(spec, key)[k].item() for key in _NODE}
            for k, name in enumerate(spec.edges):
                edge = {key: getattr(spec, key)[k].item() for key in _EDGE}
                self._edges[name] = {**edge, "a": spec.nodes[edge["a"]], "b": spec.nodes[edge["b"]]}

    def node(self, name: str, **values: Any) -> str:
        """Add a node, or to the values of one that is there; its name."""
        self._nodes[name] = {**self._nodes.get(name, _NODE), **_known(values, _NODE)}
        return name

    def edge(self, name: str, a: str, b: str, **values: Any) -> str:
        """Add an edge from node a to node b (both must be there), or replace one; its name."""
        for end in (a, b):
            if end not in self._nodes:
                raise KeyError(f"Edge {name} ends at {end}, which is no node")
        self._edges[name] = {**_EDGE, **_known(values, _EDGE), "a": a, "b": b}
        return name

    def tube(
        self, name: str, a: str, b: str, *, length_cm: float, area_cm2: float, stiffness: float, **values: Any
    ) -> str:
        """Add a segment and give half of its volume to both ends, where those are walls.

        Stiffness (beta, mmHg) of a node where unlike segments meet: that which has the sum of their
        compliances, ``V / sum(V_i / beta_i)``.
        """
        self.edge(name, a, b, kind=EdgeKind.TUBE, length_cm=length_cm, area_cm2=area_cm2, **values)
        for end in (a, b):
            node = self._nodes[end]
            if node["law"] in (NodeLaw.TUBE, NodeLaw.VEIN):
                before, half = node["volume_ml"], 0.5 * length_cm * area_cm2
                soft = (before / node["stiffness"] if before else 0.0) + half / stiffness
                self._nodes[end] = {**node, "volume_ml": before + half, "stiffness": (before + half) / soft}
        return name

    def without(self, *names: str) -> Draft:
        """Take edges away, and nodes with all edges that end in them; this draft."""
        for name in names:
            self._edges.pop(name, None)
            if self._nodes.pop(name, None) is not None:
                self._edges = {k: e for k, e in self._edges.items() if name not in (e["a"], e["b"])}
        return self

    def spec(self) -> FlowSpec:
        """What was written."""
        place = {name: k for k, name in enumerate(self._nodes)}
        arrays: dict[str, Any] = {"nodes": tuple(self._nodes), "edges": tuple(self._edges)}
        for f in fields(FlowSpec):
            kind = np.int64 if f.name in _WHOLE else np.float64
            if f.name in ("a", "b"):
                arrays[f.name] = np.array([place[e[f.name]] for e in self._edges.values()], np.int64)
            elif f.name in _NODE:
                arrays[f.name] = np.array([v[f.name] for v in self._nodes.values()], kind)
            elif f.name in _EDGE:
                arrays[f.name] = np.array([v[f.name] for v in self._edges.values()], kind)
        return FlowSpec(**arrays)


def _known(values: dict[str, Any], those: dict[str, Any]) -> dict[str, Any]:
    unknown = set(values) - set(those)
    if unknown:
        raise KeyError(f"Not of a network: {', '.join(sorted(unknown))}; there are {', '.join(those)}")
    return values
