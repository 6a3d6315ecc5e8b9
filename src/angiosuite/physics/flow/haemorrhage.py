"""Blood that leaves a vessel: the hole, the space that it fills, and the clot that closes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .blood import DENSITY_G_ML, DYNE_CM2_PER_MMHG
from .draft import Draft
from .network import Network
from .spec import EdgeKind, NodeLaw

__all__ = ["Haemorrhage", "Hole", "draw_hole"]

Floats = NDArray[np.float64]

_DISCHARGE = 0.6
NORMAL_ACT_S = 120.0
NO_CLOT_ACT_S = 300.0
SHUT = 1e-6
"""Of a hole that is closed this share stays, so that its loss is finite."""


@dataclass(frozen=True, slots=True)
class Hole:
    """A hole in a wall.

    Parameters
    ----------
    area_cm2 : float
    space_ml_mmhg : float or None
        Compliance of the confined space; None for blood that is gone (bowel, outside).
    clots_s : float or None
        Time constant at a normal clotting time; None for a hole that does not close by itself.
    bleeds_s, rests_s : float
        Of a bleeding that comes and goes; `rests_s` 0 bleeds on.
    """

    area_cm2: float
    space_ml_mmhg: float | None = None
    clots_s: float | None = None
    bleeds_s: float = 0.0
    rests_s: float = 0.0


def draw_hole(draft: Draft, name: str, node: str, hole: Hole, *, region: int = 0) -> None:
    """Add edge `name` from a vessel's node to the node ``<name>.space``, where what bled gathers.

    Notes
    -----
    **Model** ``Q = Cd A sqrt(2 (P - Pspace) / rho)`` with Cd 0.6, as a kinetic loss
    ``K = rho / (2 Cd^2 A^2)``; the space holds ``P = V / compliance``, so it fills until it holds the
    bleeding up.
    **Source** Torricelli with the coefficient of a sharp-edged hole; research notes 2.4.
    **Valid for** holes wider than 0.3 mm. Held by ``test_haemorrhage.py``.
    """
    space = f"{name}.space"
    if hole.space_ml_mmhg is None:
        draft.node(space, law=NodeLaw.FIXED, region=region)
    else:
        draft.node(space, stiffness=1.0 / hole.space_ml_mmhg, region=region)
    loss = DENSITY_G_ML / (2.0 * (_DISCHARGE * hole.area_cm2) ** 2) / DYNE_CM2_PER_MMHG
    draft.edge(name, node, space, kind=EdgeKind.LINK, resistance=1e-3, kinetic=loss)


class Haemorrhage:
    """One hole in time: bleeds, rests, clots.

    Parameters
    ----------
    network : Network
        With the edge that `draw_hole` made.
    name : str
        Of that edge.
    hole : Hole

    Attributes
    ----------
    opening : float
        Share of the hole that no clot has closed.
    held : float
        Share of it that treatment leaves; whoever treats tells it before every step.

    Notes
    -----
    **Model** ``d opening/dt = - opening / clots_s * (300 - ACT) / (300 - 120)``, no clot above an activated
    clotting time of 300 s; a bleeding that comes and goes follows its two times and starts bleeding.
    """

    def __init__(self, network: Network, name: str, hole: Hole) -> None:
        self.hole = hole
        self.name = name
        self.opening = self.held = 1.0
        self._seconds = 0.0
        self._shown = -1.0
        self.join(network)

    def join(self, network: Network) -> None:
        """Find the edge in a network (again, after a change of topology)."""
        self._edge = network.spec.edge(self.name)
        self._space = network.spec.node(f"{self.name}.space")
        self._shown = -1.0

    def step(self, network: Network, seconds: float, act_s: float = NORMAL_ACT_S) -> None:
        """Clot and time go on; the network is told when the opening has changed by a hundredth or more."""
        self._seconds += seconds
        hole = self.hole
        if hole.clots_s is not None:
            fluid = (NO_CLOT_ACT_S - act_s) / (NO_CLOT_ACT_S - NORMAL_ACT_S)
            self.opening *= float(np.exp(-seconds / hole.clots_s * max(0.0, fluid)))
        share = max(self.opening * self.held, SHUT)
        if hole.rests_s > 0.0 and self._seconds % (hole.bleeds_s + hole.rests_s) >= hole.bleeds_s:
            share = 0.0
        if abs(share - self._shown) > 0.01 * max(share, self._shown) or self._shown < 0.0:
            network.set_area(self._edge, share)
            self._shown = share

    def flow_ml_s(self, network: Network) -> float:
        """Blood that leaves now, ml/s."""
        return float(network.flow_ml_s[self._edge])

    def lost_ml(self, network: Network) -> float:
        """Blood that has left and not come back, ml."""
        return float(network.volume_ml[self._space])

    def state(self) -> dict[str, Floats]:
        """Everything that the next step depends on, beside the network's state."""
        return {"hole": np.array([self.opening, self._seconds, self._shown])}

    def restore(self, arrays: Mapping[str, NDArray]) -> None:
        """Go on from a state."""
        self.opening, self._seconds, self._shown = (float(v) for v in arrays["hole"])
