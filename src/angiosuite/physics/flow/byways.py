"""Ways that blood takes beside its vessels: fistula, false lumen, collaterals that open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from .blood import DENSITY_G_ML, DYNE_CM2_PER_MMHG
from .draft import Draft
from .lumen import inertance, resistance
from .network import Network
from .spec import EdgeKind, NodeLaw

__all__ = ["Collaterals", "draw_false_lumen", "draw_way"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def draw_way(draft: Draft, name: str, a: str, b: str, *, diameter_cm: float, length_cm: float) -> None:
    """A short rigid way from a to b: arteriovenous fistula, shunt, tear, neck of an aneurysm, endoleak.

    Notes
    -----
    **Model** Poiseuille along its length, and ``1.5 rho v^2 / 2`` lost where it opens out.
    **Source** losses of a pipe between two vessels (0.5 in, 1 out; memory). Held by ``test_byways.py``.
    """
    area = np.pi * diameter_cm**2 / 4.0
    draft.edge(
        name, a, b, kind=EdgeKind.LINK, length_cm=length_cm, area_cm2=area,
        resistance=resistance(length_cm, area), inertance=inertance(length_cm, area),
        kinetic=1.5 * DENSITY_G_ML / (2.0 * area**2) / DYNE_CM2_PER_MMHG,
    )  # fmt: skip


def draw_false_lumen(
    draft: Draft, name: str, along: Sequence[str], *, area_cm2: float, segment_cm: float, stiffness: float,
    tears: Mapping[int, float], region: int = 0, start_mmhg: float = 90.0, p0_mmhg: float = 75.0,
) -> list[str]:  # fmt: skip
    """A dissection's false lumen beside the nodes `along`; the names of its nodes.

    Parameters
    ----------
    tears : mapping of int to float
        Diameter (cm) of the tear at each place of `along` that has one: the entry, and re-entries.
    """
    nodes = [
        draft.node(
            f"{name}.{k}", law=NodeLaw.TUBE, region=region, start_mmhg=start_mmhg, p0_mmhg=p0_mmhg
        )
        for k in range(len(along))
    ]  # fmt: skip
    for k in range(len(nodes) - 1):
        draft.tube(
            f"{name}/{k}", nodes[k], nodes[k + 1], length_cm=segment_cm, area_cm2=area_cm2,
            stiffness=stiffness, lanes=3,
        )  # fmt: skip
    for k, diameter_cm in tears.items():
        draw_way(draft, f"{name}-tear-{k}", along[k], nodes[k], diameter_cm=diameter_cm, length_cm=0.2)
    return nodes


class Collaterals:
    """Small ways between neighbouring territories that widen while a pressure difference lasts.

    Parameters
    ----------
    edges : ndarray of int
        TUBE or LINK edges.
    gain : float
        How much the conductance grows at the full difference.
    full_mmhg : float
        Difference at which all of the gain is reached.
    opens_s : float
        Time constant.

    Notes
    -----
    **Model** ``dG/dt = (G0 (1 + gain min(1, |dP| / full)) - G) / opens_s``, as an area by the root of G.
    **Source** research notes 2.4: acute recruitment of some 20 %. **Valid for** minutes; growth over weeks is
    part of the anatomy. Held by ``test_byways.py``.
    """

    def __init__(
        self, edges: Ints, *, gain: float = 0.2, full_mmhg: float = 40.0, opens_s: float = 20.0
    ) -> None:
        self.edges = edges
        self.gain, self.full_mmhg, self.opens_s = gain, full_mmhg, opens_s
        self._share = np.ones(len(edges))
        self._told = np.ones(len(edges))

    def step(self, network: Network, seconds: float) -> None:
        """Widen or narrow; the network is told of changes of a thousandth of a conductance or more."""
        spec, p = network.spec, network.pressure_mmhg
        push = np.abs(p[spec.a[self.edges]] - p[spec.b[self.edges]])
        goal = 1.0 + self.gain * np.minimum(1.0, push / self.full_mmhg)
        self._share += (goal - self._share) * -np.expm1(-seconds / self.opens_s)
        for k in np.flatnonzero(np.abs(self._share - self._told) > 1e-3):
            network.set_area(int(self.edges[k]), float(np.sqrt(self._share[k])))
            self._told[k] = self._share[k]

    def state(self) -> dict[str, Floats]:
        """Everything that the next step depends on, beside the network's state."""
        return {"share": self._share.copy(), "told": self._told.copy()}

    def restore(self, arrays: Mapping[str, NDArray]) -> None:
        """Go on from a state."""
        self._share[:], self._told[:] = arrays["share"], arrays["told"]
