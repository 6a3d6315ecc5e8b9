"""What a network of blood is made of: nodes that hold volume, edges that carry flow, beds in between."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

__all__ = ["EdgeKind", "FlowSpec", "NodeLaw"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class NodeLaw(IntEnum):
    """How the pressure of a node answers to its volume."""

    LINEAR = 0
    """``P = Pext + stiffness (V - V0)``, stiffness in mmHg/ml."""
    TUBE = 1
    """Artery: ``P = Pext + P0 + stiffness (sqrt(V / V0) - 1)``, stiffness (beta) in mmHg."""
    VEIN = 2
    """Collapsible: as TUBE above V0, softening to a tenth of the area below it."""
    CHAMBER = 3
    """Heart: ``P = Pext + E(phase) (V - V0)`` between `elastance_low` and `elastance_high`, mmHg/ml."""
    FIXED = 4
    """Prescribed pressure (open networks of tests)."""


class EdgeKind(IntEnum):
    """What an edge is."""

    TUBE = 0
    """Segment of a vessel: resistance, inertance and area follow its live lumen."""
    BED = 1
    """Arterioles, capillaries, venules: a resistance that is controlled, a volume of tanks in a row."""
    VALVE = 2
    """Lets blood through from a to b alone."""
    LINK = 3
    """A plain resistance with inertance and kinetic loss: shunt, neck, collateral, leak's way."""


@dataclass(frozen=True, slots=True, eq=False)
class FlowSpec:
    """A network as arrays; n nodes, e edges. Pressure mmHg, flow ml/s, volume ml, length cm, area cm2.

    Parameters
    ----------
    nodes : tuple of str
        Names, unique.
    law : ndarray (n,), NodeLaw
    volume_ml : ndarray (n,)
        V0: of TUBE and VEIN nodes half of each segment that meets there.
    stiffness : ndarray (n,)
        See `NodeLaw`.
    p0_mmhg : ndarray (n,)
        Transmural pressure at V0 (TUBE, VEIN); the prescribed pressure (FIXED).
    start_mmhg : ndarray (n,)
        Pressure to begin with.
    region : ndarray (n,), int
        Which external pressure acts on it: index into the vector that is given to every step; 0 is the
        atmosphere, 1 the chest, 2 the belly, further ones are confined spaces.
    elastance_low, elastance_high, contraction : ndarray (n,)
        CHAMBER: mmHg/ml in diastole and systole; phase (share of the beat) at which contraction begins.
    edges : tuple of str
        Names, unique: "<vessel>/<k>" for the k-th segment of a vessel counted from its first point.
    a, b : ndarray (e,), int
        Nodes; positive flow runs from a to b.
    kind : ndarray (e,), EdgeKind
    length_cm, area_cm2 : ndarray (e,)
        Of TUBE edges, at V0.
    profile : ndarray (e,)
        Velocity profile exponent g of TUBE edges: 2 Poiseuille, 9 blunt.
    resistance : ndarray (e,)
        mmHg s/ml of BED, VALVE and LINK edges.
    inertance : ndarray (e,)
        mmHg s2/ml of VALVE and LINK edges.
    kinetic : ndarray (e,)
        K of ``K |Q| Q``, mmHg s2/ml2.
    bed_ml : ndarray (e,)
        Blood volume of BED edges, in tanks in a row; rigid.
    tanks : ndarray (e,), int
        Their number.
    lanes : ndarray (e,), int
        Lanes of contrast in TUBE edges: 3, or 1 below 2 mm.
    """

    nodes: tuple[str, ...]
    law: Ints
    volume_ml: Floats
    stiffness: Floats
    p0_mmhg: Floats
    start_mmhg: Floats
    region: Ints
    elastance_low: Floats
    elastance_high: Floats
    contraction: Floats
    edges: tuple[str, ...]
    a: Ints
    b: Ints
    kind: Ints
    length_cm: Floats
    area_cm2: Floats
    profile: Floats
    resistance: Floats
    inertance: Floats
    kinetic: Floats
    bed_ml: Floats
    tanks: Ints
    lanes: Ints

    def node(self, name: str) -> int:
        """Place of a node by its name; `ValueError` when there is none."""
        return self.nodes.index(name)

    def edge(self, name: str) -> int:
        """Place of an edge by its name; `ValueError` when there is none."""
        return self.edges.index(name)
