"""What regulates a circulation: each bed its own flow, the nerves the pressure of all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .autoregulation import BRAIN, KIDNEY, Autoregulation, Plateau
from .baroreflex import Baroreflex
from .network import Network
from .spec import EdgeKind, FlowSpec, NodeLaw

__all__ = ["Control", "Places"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_NO_NERVES = ("brain", "heart", "lung")
"""Kinds of beds whose resistance sympathetic nerves do not raise."""
_VEIN_KEEPS = 0.3
"""Share of a vein's V0 that no tone takes away."""


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """Where the control takes hold of a network.

    Parameters
    ----------
    beds : mapping of BED edge to kind
        "kidney", "brain", "liver", "muscle"..., as of `anatomy.vessels.graph.Bed`; "lung" is left alone.
    hepatic : tuple of int
        BED edges between the hepatic artery and the sinusoids.
    portal : tuple of int
        Edges whose flow together is that of the portal vein.
    arterial : int
        Node whose mean pressure is kept (aortic arch).
    right_atrium : int
    ventricles : tuple of int
        CHAMBER nodes whose contractility answers.
    veins : ndarray of int
        Nodes that share the change of unstressed volume, by their V0.
    """

    beds: Mapping[int, str]
    hepatic: tuple[int, ...]
    portal: tuple[int, ...]
    arterial: int
    right_atrium: int
    ventricles: tuple[int, ...]
    veins: Ints


class Control:
    """Autoregulation, hepatic arterial buffer and baroreflex of a network.

    Parameters
    ----------
    network : Network
        Near rest.
    places : Places

    Notes
    -----
    It keeps the pressures and flows of the moment until `rest` is told the means that it shall keep: one
    moment of a beat is no mean. `step` may come every 2 to 100 ms; it writes factors on bed resistances, V0
    of veins and elastances of the ventricles and tells the heart's rate as `heart_rate` (a factor), which
    the caller's clock of beats follows.
    """

    def __init__(self, network: Network, places: Places) -> None:
        spec = network.spec
        self.places = places
        _checked(spec, places)
        plateaus: dict[int, Plateau] = {}
        for edge, kind in places.beds.items():
            if kind in ("kidney", "brain"):
                plateaus[edge] = KIDNEY if kind == "kidney" else BRAIN
        brain = [edge for edge, kind in places.beds.items() if kind == "brain"]
        self.beds = Autoregulation(
            network, plateaus, brain=np.array(brain, np.int64), hepatic=np.array(places.hepatic, np.int64),
            portal=np.array(places.portal, np.int64),
        )  # fmt: skip
        p = network.pressure_mmhg
        self.reflex = Baroreflex(float(p[places.arterial]), float(p[places.right_atrium]))
        self._edges = np.array(
            sorted({*(e for e, kind in places.beds.items() if kind != "lung"), *places.hepatic}), np.int64
        )
        self._nerves = np.array([places.beds.get(int(e), "liver") not in _NO_NERVES for e in self._edges])
        self._own = np.searchsorted(self._edges, self.beds.edges)
        self._v0 = spec.volume_ml[places.veins].copy()
        self._strength = np.array([spec.elastance_high[v] for v in places.ventricles])
        self.outside = np.array([1.0, 1.0, 0.0])  # resistance, contractility, veins' V0 in ml: drugs
        self._beat = 1.0  # told anew with every step of the blood

    @property
    def heart_rate(self) -> float:
        """Factor on the heart's rate of rest."""
        return self.reflex.heart_rate

    def rest(self, mmhg: Floats, ml_s: Floats) -> None:
        """Keep these from now on, with no drive: pressure of each node, flow of each edge, means at rest."""
        self.beds.rest(mmhg, ml_s)
        self.reflex = Baroreflex(float(mmhg[self.places.arterial]), float(mmhg[self.places.right_atrium]))

    def step(
        self, network: Network, seconds: float, *, paco2_mmhg: float = 40.0, vagal: float = 0.0,
        tissue_debt: float = 0.0,
    ) -> None:  # fmt: skip
        """Measure and answer.

        Parameters
        ----------
        vagal : float
            Vagal outflow asked for (a vasovagal reaction: 0.4 and more of the heart's rate).
        tissue_debt : float
            Share of the reflex that is lost with the tissues' oxygen, 0 to 1.
        """
        p = network.pressure_mmhg
        self.beds.step(network, seconds, paco2_mmhg)
        self.reflex.step(
            float(p[self.places.arterial]), float(p[self.places.right_atrium]), seconds,
            vagal=vagal, tissue_debt=tissue_debt,
        )  # fmt: skip
        resistance, _, shift_ml = self.outside
        factors = np.where(self._nerves, max(0.1, self.reflex.resistance * resistance), 1.0)
        factors[self._own] *= self.beds.factor
        network.set_control(self._edges, factors)
        shift = 1.0 + (self.reflex.venous_shift_ml + shift_ml) / max(float(self._v0.sum()), 1.0)
        network.set_reference(self.places.veins, self._v0 * max(shift, _VEIN_KEEPS))
        self._squeeze(network)

    def beat(self, network: Network, share: float) -> None:
        """The ventricles contract with so much of their strength from now on: extra beats are weak."""
        if share != self._beat:
            self._beat = share
            self._squeeze(network)

    def _squeeze(self, network: Network) -> None:
        for node, strength in zip(self.places.ventricles, self._strength, strict=True):
            high = strength * self.reflex.contractility * self.outside[1] * self._beat
            network.set_chamber(node, elastance_high=max(high, float(network.spec.elastance_low[node])))

    def state(self) -> dict[str, Floats]:
        """Everything that the next step depends on, beside the network's state."""
        parts = {"beds": self.beds.state(), "reflex": self.reflex.state()}
        found = {f"{name}.{key}": value for name, part in parts.items() for key, value in part.items()}
        return {**found, "outside": self.outside.copy()}

    def restore(self, arrays: Mapping[str, NDArray]) -> None:
        """Go on from a state."""
        self.beds.restore({k.removeprefix("beds."): v for k, v in arrays.items() if k.startswith("beds.")})
        self.reflex.restore(
            {k.removeprefix("reflex."): v for k, v in arrays.items() if k.startswith("reflex.")}
        )
        self.outside[:] = arrays["outside"]


def _checked(spec: FlowSpec, places: Places) -> None:
    """Refuse places that are not what the control takes hold of."""
    beds = [*places.beds, *places.hepatic]
    if any(spec.kind[e] != EdgeKind.BED for e in beds):
        raise ValueError("Control: beds and hepatic are BED edges")
    if any(spec.law[v] != NodeLaw.CHAMBER for v in places.ventricles):
        raise ValueError("Control: ventricles are CHAMBER nodes")
