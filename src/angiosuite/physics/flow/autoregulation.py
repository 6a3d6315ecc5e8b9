"""Beds that hold their own flow: kidney, brain, and the liver's artery that makes up for its portal vein."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .network import Network

__all__ = ["BRAIN", "KIDNEY", "Autoregulation", "Plateau"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Plateau:
    """Arterial pressures between which flow is held, and how fast resistance follows."""

    low_mmhg: float
    high_mmhg: float
    tau_s: float


KIDNEY = Plateau(80.0, 180.0, 8.0)
BRAIN = Plateau(60.0, 150.0, 5.0)
_AVERAGE_S = 1.5
_ARTERIAL_MMHG = 95.0
_BUFFER_S = 20.0


class Autoregulation:
    """Factors on the resistance of BED edges that answer to their own pressure and flow.

    Parameters
    ----------
    network : Network
        At rest: where pressures and flows are what they shall be held at, until `rest` says better.
    plateaus : mapping of BED edge to Plateau
    brain : ndarray of int
        BED edges that answer to carbon dioxide too.
    hepatic : ndarray of int
        BED edges of the hepatic artery.
    portal : ndarray of int
        Edges whose flow together is that of the portal vein.

    Notes
    -----
    **Model** ``dR/dt = (R*(P) - R) / tau`` with the R* that gives the flow of rest between the ends of the
    plateau and stays beyond them; P is the mean pressure where the arterioles begin (node a), the plateau's
    ends stand to its rest as they do to 95 mmHg in the artery. Brain: flow
    rises by 3 % for each mmHg of arterial CO2. Hepatic artery: its resistance falls by a quarter when portal
    flow falls by half.
    **Source** brain: Lassen's curve (1959), 60 to 150 mmHg, as reviewed in PMC8319534, which warns that one
    person holds the flow over less; kidney, times, CO2 and the buffer: research notes 2.3 (memory).
    **Valid for** minutes. Held by ``test_control.py``.
    """

    def __init__(
        self, network: Network, plateaus: Mapping[int, Plateau], *, brain: Ints, hepatic: Ints, portal: Ints
    ) -> None:
        spec = network.spec
        self.edges = np.array(sorted({*plateaus, *hepatic.tolist()}), np.int64)
        kinds = [plateaus.get(int(e)) for e in self.edges]
        self._low = np.array([k.low_mmhg if k else 0.0 for k in kinds])
        self._high = np.array([k.high_mmhg if k else 1e9 for k in kinds])
        self._tau = np.array([k.tau_s if k else _BUFFER_S for k in kinds])
        self._held = np.array([k is not None for k in kinds])
        self._brain = np.isin(self.edges, brain)
        self._hepatic = np.isin(self.edges, hepatic)
        self._portal = portal
        self._a, self._b = spec.a[self.edges], spec.b[self.edges]
        self.factor = np.ones(len(self.edges))
        self._mean = np.zeros((2, len(self.edges)))
        self._portal_ml_s = np.zeros(2)  # mean now, at rest
        self._rest = np.zeros((2, len(self.edges)))
        self.rest(network.pressure_mmhg, network.flow_ml_s)

    def rest(self, mmhg: Floats, ml_s: Floats) -> None:
        """Pressures of the nodes and flows of the edges that shall be held: means at rest."""
        self._mean[:] = self._rest[:] = np.stack([mmhg[self._a], mmhg[self._b]])
        self._portal_ml_s[:] = float(ml_s[self._portal].sum())

    def step(self, network: Network, seconds: float, paco2_mmhg: float = 40.0) -> None:
        """Measure and answer: `factor` for each of `edges`."""
        self._watch(network, float(-np.expm1(-seconds / _AVERAGE_S)))
        p, venous = self._mean
        rest, rest_venous = self._rest
        span = np.maximum(rest - rest_venous, 1.0)
        low, high = self._low * rest / _ARTERIAL_MMHG, self._high * rest / _ARTERIAL_MMHG
        goal = np.where(self._held, (np.clip(p, low, high) - venous) / span, 1.0)
        goal = np.clip(goal, 0.3, 4.0)
        goal[self._brain] /= np.clip(1.0 + 0.03 * (paco2_mmhg - 40.0), 0.4, 2.0)
        if self._portal_ml_s[1] > 0.0:
            lost = 1.0 - self._portal_ml_s[0] / self._portal_ml_s[1]
            goal[self._hepatic] *= np.clip(1.0 - 0.5 * lost, 0.5, 1.5)
        self.factor += (goal - self.factor) * -np.expm1(-seconds / self._tau)

    def state(self) -> dict[str, Floats]:
        """Everything that the next step depends on, beside the network's state."""
        arrays = {"factor": self.factor, "mean": self._mean, "rest": self._rest, "portal": self._portal_ml_s}
        return {name: array.copy() for name, array in arrays.items()}

    def restore(self, arrays: Mapping[str, NDArray]) -> None:
        """Go on from a state."""
        self.factor[:], self._mean[:] = arrays["factor"], arrays["mean"]
        self._rest[:], self._portal_ml_s[:] = arrays["rest"], arrays["portal"]

    def _watch(self, network: Network, part: float) -> None:
        p = network.pressure_mmhg
        self._mean += (np.stack([p[self._a], p[self._b]]) - self._mean) * part
        portal = float(network.flow_ml_s[self._portal].sum())
        self._portal_ml_s[0] += (portal - self._portal_ml_s[0]) * part
