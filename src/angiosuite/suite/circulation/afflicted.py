"""Lesions in a patient's network: what their effects add to the drawing, and the hooks that they pull."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from angiosuite.anatomy.vessels.graph import VesselGraph
from angiosuite.anatomy.vessels.lesion_effects import BedFactor, Bypass, Closed, FlowEffect, Leak, Narrowing
from angiosuite.physics.flow.draft import Draft
from angiosuite.physics.flow.haemorrhage import NORMAL_ACT_S, Haemorrhage, Hole, draw_hole
from angiosuite.physics.flow.network import Network
from angiosuite.physics.flow.spec import EdgeKind

from .plumbing import Plumbing
from .segments import Segments
from .settling import Settled

__all__ = ["Afflicted"]

Floats = NDArray[np.float64]

FADES_S = 240.0
"""Time constant with which contrast that left its vessel is carried off or thinned, s (own choice; draft)."""
LEAST_SHARE = 0.01
"""A bypass carries this share at least, so that its resistance is finite."""
LEAST_THROAT = 1e-4
"""Share of the area that a treated narrowing keeps at the least."""


class Afflicted:
    """Lesions of one patient, as far as they change the flow.

    Parameters
    ----------
    graph : VesselGraph
        With the lesions in it, at healthy radii.
    effects : sequence of FlowEffect
    rest : Settled
        The healthy patient at rest: a bypass knows the flow before.

    Notes
    -----
    **Model** narrowings as Young-Tsai losses, closures as a lumen of nothing, collaterals as one resistance
    that brings its share of the flow before, holes as kinetic losses into a space that fills.
    Held by ``tests/suite/circulation/test_afflicted.py``.
    """

    def __init__(self, graph: VesselGraph, effects: tuple[FlowEffect, ...], rest: Settled) -> None:
        self._graph = graph
        self.effects = effects
        self._rest = rest
        self.leaks = tuple(effect for effect in effects if isinstance(effect, Leak))
        self.pooled_mg = np.zeros(len(self.leaks))
        """Iodine outside its vessel at each leak, mg."""
        self.held: Mapping[str, float] = {}
        """Share of a hole that treatment leaves, by its lesion; all of those that are not named."""
        self._bleeding: dict[str, Haemorrhage] = {}
        self._seconds = 0.0

    # ---- drawing -----------------------------------------------------------------------------------------

    def stations(self) -> dict[str, tuple[float, ...]]:
        """Arc lengths at which vessels are parted for the lesions, mm."""
        found: dict[str, list[float]] = {}
        for effect in self.effects:
            places: tuple[float, ...] = ()
            if isinstance(effect, Narrowing | Closed):
                half = 0.5 * effect.length_mm
                places = (effect.at_mm - half, effect.at_mm + half)
            elif isinstance(effect, Bypass):
                places = (effect.from_mm, effect.to_mm)
            elif isinstance(effect, Leak):
                places = (effect.at_mm,)
            if places and not isinstance(effect, BedFactor):
                found.setdefault(effect.vessel, []).extend(places)
        return {vessel: tuple(sorted(places)) for vessel, places in found.items()}

    def draw(self, draft: Draft, courses: Segments) -> None:
        """Add holes and bypasses."""
        for effect in self.effects:
            if isinstance(effect, Leak):
                draw_hole(draft, effect.lesion, courses[effect.vessel].nearest(effect.at_mm), _hole(effect))
            elif isinstance(effect, Bypass):
                course = courses[effect.vessel]
                a, b = (course.nearest(at_mm) for at_mm in (effect.from_mm, effect.to_mm))
                if a != b:
                    resistance = self._around(effect)
                    draft.edge(f"{effect.lesion}:bypass", a, b, kind=EdgeKind.LINK, resistance=resistance)

    def _around(self, effect: Bypass) -> float:
        """Resistance of collaterals that bring a share of the flow before, mmHg s/ml."""
        course = self._rest.plumbing.courses[effect.vessel]
        k, _ = course.place(np.array([effect.to_mm]))
        edge = self._rest.plumbing.edge[course.edges[int(k[0])]]
        node = self._rest.plumbing.node[course.nearest(effect.to_mm)]
        flow = max(abs(float(self._rest.mean_ml_s[edge])), 1e-3)
        beyond = float(self._rest.mean_mmhg[node]) / flow
        return beyond * (1.0 / max(effect.share, LEAST_SHARE) - 1.0) + 1e-3

    # ---- hooks -------------------------------------------------------------------------------------------

    def join(self, network: Network, plumbing: Plumbing) -> None:
        """Pull the hooks of a network that was drawn (again)."""
        for effect in self.effects:
            if isinstance(effect, Narrowing):
                self._narrow(network, plumbing, effect)
            elif isinstance(effect, Closed):
                network.set_area(_edge(plumbing, effect.vessel, effect.at_mm), 0.0)
            elif isinstance(effect, BedFactor) and effect.bed in plumbing.beds:
                for name in plumbing.beds[effect.bed].edges:
                    network.set_resistance(plumbing.edge[name], effect.factor)
            elif isinstance(effect, Leak):
                if effect.lesion in self._bleeding:
                    self._bleeding[effect.lesion].join(network)
                else:
                    self._bleeding[effect.lesion] = Haemorrhage(network, effect.lesion, _hole(effect))

    def treat(self, lesion: str, throat_share: float, blood: tuple[Network, Plumbing] | None) -> None:
        """A narrowing is another one from now on: this share of the healthy area is its throat."""
        kept = []
        for effect in self.effects:
            if isinstance(effect, Narrowing) and effect.lesion == lesion:
                effect = replace(effect, throat_share=min(max(throat_share, LEAST_THROAT), 1.0))
                if blood is not None:
                    self._narrow(*blood, effect)
            kept.append(effect)
        self.effects = tuple(kept)

    @staticmethod
    def _narrow(network: Network, plumbing: Plumbing, effect: Narrowing) -> None:
        edge = _edge(plumbing, effect.vessel, effect.at_mm)
        network.set_stenosis(edge, 0.1 * effect.length_mm, effect.throat_share, effect.eccentricity)

    def step(
        self, network: Network, iodine_mg_ml: Floats, seconds: float, act_s: float = NORMAL_ACT_S
    ) -> None:
        """Bleedings go on; what they lose of iodine gathers outside.

        Parameters
        ----------
        network : Network
        iodine_mg_ml : ndarray, one a leak
            Concentration where each leaves its vessel.
        seconds : float
        act_s : float
            Clotting time of the blood, s.
        """
        self._seconds += seconds
        self.pooled_mg *= 1.0 - seconds / FADES_S
        for k, leak in enumerate(self.leaks):
            bleeding = self._bleeding[leak.lesion]
            bleeding.held = self.held.get(leak.lesion, 1.0)
            bleeding.step(network, seconds, act_s)
            if not leak.is_open(self._seconds):
                network.set_area(network.spec.edge(leak.lesion), 1e-6)
            elif leak.phases_s:
                network.set_area(network.spec.edge(leak.lesion), bleeding.opening * bleeding.held)
            flow = max(bleeding.flow_ml_s(network), 0.0)
            self.pooled_mg[k] += flow * float(iodine_mg_ml[k]) * seconds

    @property
    def resting(self) -> frozenset[str]:
        """Bleedings that rest by themselves now."""
        return frozenset(leak.lesion for leak in self.leaks if not leak.is_open(self._seconds))

    def lost_ml(self, network: Network) -> float:
        """Blood that left all holes, ml."""
        return sum(bleeding.lost_ml(network) for bleeding in self._bleeding.values())

    # ---- state -------------------------------------------------------------------------------------------

    def state(self) -> dict[str, Floats]:
        """Everything that the next step depends on, beside the network's state."""
        found = {"pooled_mg": self.pooled_mg.copy(), "seconds": np.array([self._seconds])}
        for name, bleeding in self._bleeding.items():
            found |= {f"{name}.{key}": value for key, value in bleeding.state().items()}
        return found

    def restore(self, arrays: Mapping[str, Floats]) -> None:
        """Return to a state taken by :meth:`state`."""
        self.pooled_mg[:] = arrays["pooled_mg"]
        self._seconds = float(arrays["seconds"][0])
        for name, bleeding in self._bleeding.items():
            bleeding.restore({"hole": arrays[f"{name}.hole"]})


def _hole(leak: Leak) -> Hole:
    return Hole(1e-2 * leak.orifice_mm2, leak.gives_ml_mmhg, leak.clots_s)


def _edge(plumbing: Plumbing, vessel: str, at_mm: float) -> int:
    course = plumbing.courses[vessel]
    k, _ = course.place(np.array([at_mm]))
    return plumbing.edge[course.edges[int(k[0])]]
