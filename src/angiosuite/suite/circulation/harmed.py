"""Lesions of a patient and the openings that instruments made since, as a circulation draws them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from angiosuite.anatomy.vessels.lesion_effects import FlowEffect, Leak
from angiosuite.physics.flow.blood import DENSITY_G_ML, DYNE_CM2_PER_MMHG
from angiosuite.physics.flow.draft import Draft
from angiosuite.physics.flow.haemorrhage import NORMAL_ACT_S, Haemorrhage, Hole, draw_hole
from angiosuite.physics.flow.network import Network
from angiosuite.physics.flow.spec import EdgeKind

from .afflicted import FADES_S, Afflicted
from .circulation import Circulation
from .plumbing import Plumbing
from .segments import Segments

__all__ = ["Harmed", "Opening", "redraw"]

Floats = NDArray[np.float64]
DISCHARGE = 0.6
TIDE_MIXES = 0.15
"""Share of what goes in and out of a blind false lumen that mixes in it (own choice; draft)."""
CHANGED = 0.01
"""Share by which an opening must have changed before the network is told."""


@dataclass(frozen=True, slots=True)
class Opening:
    """A hole in a wall or an intima, as a network draws it.

    Parameters
    ----------
    name : str
        Of its edge.
    vessel : str
    at_mm : float
    area_mm2 : float
    gives_ml_mmhg : float
        Compliance of what lies behind.
    clots_s : float or None
    out_mm : float or None
        Where a false lumen opens back into its vessel.
    tool : str
        Instrument that may still be in it.
    plugged_share : float
        Of the opening that is left while that is so.
    """

    name: str
    vessel: str
    at_mm: float
    area_mm2: float
    gives_ml_mmhg: float
    clots_s: float | None = None
    out_mm: float | None = None
    tool: str = ""
    plugged_share: float = 1.0

    @property
    def hole(self) -> Hole:
        """As the physics takes it."""
        return Hole(1e-2 * self.area_mm2, self.gives_ml_mmhg, self.clots_s)

    @property
    def bleeds(self) -> bool:
        """Whether blood is lost through it: no false lumen."""
        return self.clots_s is not None


class Harmed:
    """Takes the place of a circulation's lesions and adds openings to them.

    Parameters
    ----------
    lesions : Afflicted or None
        What the patient had before.

    Notes
    -----
    **Model** a hole loses ``Cd A sqrt(2 dP / rho)`` into tissue that gives so much for 1 mmHg and closes by
    clotting, slower the longer the clotting time (`Haemorrhage`). A false lumen is the same behind a tear of
    the intima; where it opens back, a second tear joins it to the vessel beyond: both lumens flow side by
    side. Held by ``tests/suite/circulation/test_harms.py``.
    """

    def __init__(self, lesions: Afflicted | None) -> None:
        self.lesions = lesions
        self.openings: list[Opening] = []
        self.inside: frozenset[str] = frozenset()
        """Instruments that still are in the hole that they made."""
        self.mg: dict[str, float] = {}
        """Iodine behind each opening as it is shown, mg; what the blood carries is the network's own."""
        self.held: Mapping[str, float] = {}
        """Share of an opening that treatment leaves, by its name; all of those that are not named."""
        self._bleeding: dict[str, Haemorrhage] = {}
        self._told: dict[str, float] = {}
        self._edge: dict[str, int] = {}

    # ---- what a circulation asks its lesions -------------------------------------------------------------

    @property
    def effects(self) -> tuple[FlowEffect, ...]:
        """Of the lesions that the patient had before."""
        return () if self.lesions is None else self.lesions.effects

    @property
    def resting(self) -> frozenset[str]:
        """Bleedings of the lesions that rest by themselves now."""
        return frozenset() if self.lesions is None else self.lesions.resting

    @property
    def pooled_mg(self) -> Floats:
        """Iodine outside its vessel at each leak of the lesions; openings show as stains."""
        return np.zeros(0) if self.lesions is None else self.lesions.pooled_mg

    @property
    def leaks(self) -> tuple[Leak, ...]:
        """Everything that is stepped: leaks of the lesions, then the openings."""
        own = () if self.lesions is None else self.lesions.leaks
        return *own, *(Leak(o.name, o.vessel, o.at_mm, o.area_mm2, "outside") for o in self.openings)

    def stations(self) -> dict[str, tuple[float, ...]]:
        """Arc lengths at which vessels are parted, mm."""
        found = {} if self.lesions is None else self.lesions.stations()
        for one in self.openings:
            places = (one.at_mm,) if one.out_mm is None else (one.at_mm, one.out_mm)
            found[one.vessel] = tuple(sorted((*found.get(one.vessel, ()), *places)))
        return found

    def draw(self, draft: Draft, courses: Segments) -> None:
        """Add what lesions and openings are to a network."""
        if self.lesions is not None:
            self.lesions.draw(draft, courses)
        for one in self.openings:
            course = courses[one.vessel]
            node = course.nearest(one.at_mm)
            draw_hole(draft, one.name, node, one.hole)
            far = node if one.out_mm is None else course.nearest(one.out_mm)
            if far != node:
                loss = DENSITY_G_ML / (2.0 * (DISCHARGE * 1e-2 * one.area_mm2) ** 2) / DYNE_CM2_PER_MMHG
                draft.edge(
                    f"{one.name}.out",
                    f"{one.name}.space",
                    far,
                    kind=EdgeKind.LINK,
                    resistance=1e-3,
                    kinetic=loss,
                )

    def join(self, network: Network, plumbing: Plumbing) -> None:
        """Find everything in a network that was drawn anew."""
        if self.lesions is not None:
            self.lesions.join(network, plumbing)
        self._told = {}
        self._edge = {name: edge for name, edge in plumbing.edge.items() if name.startswith("harm-")}
        for one in self.openings:
            if one.name in self._bleeding:
                self._bleeding[one.name].join(network)
            else:
                self._bleeding[one.name] = Haemorrhage(network, one.name, one.hole)

    def step(
        self, network: Network, iodine_mg_ml: Floats, seconds: float, act_s: float = NORMAL_ACT_S
    ) -> None:
        """Bleedings go on.

        Parameters
        ----------
        network : Network
        iodine_mg_ml : ndarray, one of each of `leaks`
        seconds : float
        act_s : float
            Clotting time of the blood, s.
        """
        first = len(self.leaks) - len(self.openings)
        if self.lesions is not None and first:
            self.lesions.held = self.held
            self.lesions.step(network, iodine_mg_ml[:first], seconds, act_s)
        for one, mg_ml in zip(self.openings, iodine_mg_ml[first:], strict=True):
            self._step(network, one, float(mg_ml), seconds, act_s)

    def _step(self, network: Network, one: Opening, mg_ml: float, seconds: float, act_s: float) -> None:
        bleeding = self._bleeding[one.name]
        bleeding.step(network, seconds, act_s)
        left = self.held.get(one.name, 1.0) * (one.plugged_share if one.tool in self.inside else 1.0)
        share = max(bleeding.opening * left, 1e-6)
        if abs(share - self._told.get(one.name, -1.0)) > CHANGED * share:
            self._told[one.name] = share
        network.set_area(self._edge[one.name], self._told[one.name])
        flow, held = bleeding.flow_ml_s(network), self.mg.get(one.name, 0.0)
        held *= 1.0 - seconds / FADES_S if one.bleeds else 1.0
        mixes = 1.0 if one.bleeds or one.out_mm is not None else TIDE_MIXES
        out = -flow if one.out_mm is None else self._out_ml_s(network, one)
        volume = max(bleeding.lost_ml(network), 1e-3)
        held += max(flow, 0.0) * mixes * mg_ml * seconds
        self.mg[one.name] = held * float(np.exp(-max(out, 0.0) * mixes * seconds / volume))

    def _out_ml_s(self, network: Network, one: Opening) -> float:
        edge = self._edge.get(f"{one.name}.out")
        return 0.0 if edge is None else float(network.flow_ml_s[edge])

    def lost_ml(self, network: Network) -> float:
        """Blood that left the vessels for good, ml."""
        own = 0.0 if self.lesions is None else self.lesions.lost_ml(network)
        return own + sum(self._bleeding[o.name].lost_ml(network) for o in self.openings if o.bleeds)

    def volume_ml(self, network: Network, name: str) -> float:
        """Blood behind one opening, ml; 0 before any network has it."""
        bleeding = self._bleeding.get(name)
        return 0.0 if bleeding is None else bleeding.lost_ml(network)

    def flow_ml_s(self, network: Network, name: str) -> float:
        """Blood that leaves through one opening now, ml/s."""
        return self._bleeding[name].flow_ml_s(network)

    # ---- state -------------------------------------------------------------------------------------------

    def state(self) -> dict[str, Floats]:
        """What the next step depends on, beside the network's state and the openings themselves."""
        found = {} if self.lesions is None else dict(self.lesions.state())
        if self.openings:
            names = [one.name for one in self.openings]
            told = [[self.mg.get(name, 0.0), self._told.get(name, -1.0)] for name in names]
            found["harms"] = np.array(told)
            found["harm_holes"] = np.array([self._bleeding[name].state()["hole"] for name in names])
        return found

    def restore(self, arrays: Mapping[str, Floats]) -> None:
        """Return to a state taken by :meth:`state`, with the openings of that time drawn already."""
        if self.lesions is not None:
            self.lesions.restore(arrays)
        for k, one in enumerate(self.openings if "harms" in arrays else ()):
            self.mg[one.name], told = (float(v) for v in arrays["harms"][k])
            if told >= 0.0:
                self._told[one.name] = told
            self._bleeding[one.name].restore({"hole": arrays["harm_holes"][k]})


def redraw(blood: Circulation, opening: Opening) -> None:
    """Draw the network anew, with all openings in it; what flows goes on.

    A circulation draws only where other places are asked for: that of the opening is, once more where it is
    there already.
    """
    also = blood.also
    there = also.get(opening.vessel, ())
    also[opening.vessel] = (*there, opening.at_mm)
    blood.part_at(also)
