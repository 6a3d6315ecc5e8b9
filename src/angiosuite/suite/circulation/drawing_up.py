"""A network while it is drawn up: nodes and edges are added one by one, then become arrays."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from angiosuite.physics.flow.spec import EdgeKind, FlowSpec, NodeLaw

__all__ = ["Drawing", "DrawnEdge", "DrawnNode"]


@dataclass(slots=True)
class DrawnNode:
    """One node; see `FlowSpec`."""

    name: str
    law: NodeLaw
    volume_ml: float = 0.0
    stiffness: float = 0.0
    p0_mmhg: float = 0.0
    start_mmhg: float = 0.0
    region: int = 0
    elastance_low: float = 0.0
    elastance_high: float = 0.0
    contraction: float = 0.0


@dataclass(slots=True)
class DrawnEdge:
    """One edge; see `FlowSpec`."""

    name: str
    a: int
    b: int
    kind: EdgeKind
    length_cm: float = 0.0
    area_cm2: float = 0.0
    profile: float = 2.0
    resistance: float = 0.0
    inertance: float = 0.0
    kinetic: float = 0.0
    bed_ml: float = 0.0
    tanks: int = 0
    lanes: int = 1


@dataclass(slots=True)
class Drawing:
    """Nodes and edges in the order in which they were added."""

    nodes: list[DrawnNode] = field(default_factory=list)
    edges: list[DrawnEdge] = field(default_factory=list)

    def node(self, node: DrawnNode) -> int:
        """Add a node; its place."""
        self.nodes.append(node)
        return len(self.nodes) - 1

    def edge(self, edge: DrawnEdge) -> int:
        """Add an edge; its place."""
        self.edges.append(edge)
        return len(self.edges) - 1

    def spec(self) -> FlowSpec:
        """All of it as arrays."""
        nodes, edges = self.nodes, self.edges

        def of_nodes(name: str) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
            return np.array([getattr(one, name) for one in nodes], np.float64)

        def of_edges(name: str) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
            return np.array([getattr(one, name) for one in edges], np.float64)

        return FlowSpec(
            nodes=tuple(one.name for one in nodes),
            law=np.array([one.law for one in nodes], np.int64),
            volume_ml=of_nodes("volume_ml"),
            stiffness=of_nodes("stiffness"),
            p0_mmhg=of_nodes("p0_mmhg"),
            start_mmhg=of_nodes("start_mmhg"),
            region=np.array([one.region for one in nodes], np.int64),
            elastance_low=of_nodes("elastance_low"),
            elastance_high=of_nodes("elastance_high"),
            contraction=of_nodes("contraction"),
            edges=tuple(one.name for one in edges),
            a=np.array([one.a for one in edges], np.int64),
            b=np.array([one.b for one in edges], np.int64),
            kind=np.array([one.kind for one in edges], np.int64),
            length_cm=of_edges("length_cm"),
            area_cm2=of_edges("area_cm2"),
            profile=of_edges("profile"),
            resistance=of_edges("resistance"),
            inertance=of_edges("inertance"),
            kinetic=of_edges("kinetic"),
            bed_ml=of_edges("bed_ml"),
            tanks=np.array([one.tanks for one in edges], np.int64),
            lanes=np.array([one.lanes for one in edges], np.int64),
        )
