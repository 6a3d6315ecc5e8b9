"""`Harms`: what was done to a patient's vessels, as flow and picture feel it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from math import pi
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from angiosuite.anatomy.vessels.graph import VesselGraph
from angiosuite.anatomy.vessels.lesion_effects import Closed
from angiosuite.physics.flow.haemorrhage import NORMAL_ACT_S

from .beside import Outside
from .circulation import Circulation
from .harm import Dissection, Embolus, Harm, Perforation, Release, Spasm
from .harmed import Harmed, Opening, redraw
from .lodged import Lodged
from .narrowed import Narrowed, Stretch
from .plumbing import Plumbing

__all__ = ["Bleeding", "Harms", "nothing_relaxes"]

Floats = NDArray[np.float64]
FULL_MMHG = 93.0
"""Pressure at which a false lumen has the size that its content says."""
MEAN_S = 4.0
"""Time over which the mean flow is taken, s: some beats."""
CHANGED = 0.005
LEAST_PLUG_MM = 2.0
NEVER_S = 1e12
"""Time constant of a hole that no clotting of its own closes."""


class Bleeding(Protocol):
    """What has a bloodstream: `Blood`, or a stand-in."""

    circulation: Circulation | None


def nothing_relaxes(vessel: str) -> float:
    """No drug acts on any vessel."""
    return 0.0


class Harms:
    """The harms of one session.

    Parameters
    ----------
    blood : Bleeding
        Its bloodstream; harms that come before any blood flows wait for it.

    Notes
    -----
    **Model** spasms, flaps and what is stuck narrow the lumens that they lie in, segments by their resistance
    (`Narrowed`); openings are drawn into the network (`Harmed`); what went into a bed raises the resistance
    of that feeder (`Lodged`). Held by ``tests/suite/circulation/test_harms.py``.
    """

    def __init__(self, blood: Bleeding) -> None:
        self._blood = blood
        self.narrowed = Narrowed()
        self.lodged = Lodged()
        self.held: dict[str, float] = {}
        """Share of each opening that treatment leaves: a hand on it, a cover over it."""
        self._openings: list[Opening] = []
        self._known: Circulation | None = None
        self._harmed: Harmed | None = None
        self._drawn: Plumbing | None = None
        self._is_restored = False
        self._version = -1
        self._areas: dict[str, float] = {}
        self._touched: set[str] = set()
        self._mean: Floats = np.zeros(0)
        self._watched_s = 0.0
        self._mean_of: Plumbing | None = None

    # ---- what happens ------------------------------------------------------------------------------------

    def apply(self, harm: Harm) -> None:
        """Let a harm take effect.

        Raises
        ------
        TypeError
            For a `Release`: the blood carries it first, see `Emboli`.
        """
        if isinstance(harm, Spasm):
            self.narrowed.spasm(harm)
        elif isinstance(harm, Dissection):
            self._dissect(harm)
        elif isinstance(harm, Perforation):
            self._open(
                Opening(
                    self._next_name(), harm.vessel, harm.at_mm, harm.orifice_mm2, harm.gives_ml_mmhg,
                    harm.clots_s, None, harm.tool, harm.plugged_share,
                )
            )  # fmt: skip
        elif isinstance(harm, Embolus):
            if harm.vessel:
                across = 2.0 * (3.0 * harm.mm3 / (4.0 * pi)) ** (1.0 / 3.0)
                self.narrowed.plug(harm, max(LEAST_PLUG_MM, across))
            elif harm.bed:
                self.lodged.take(harm)
        elif isinstance(harm, Release):
            raise TypeError("What is released is carried by the blood first: Emboli.carry")
        self._settle()

    def tack(self, vessel: str, first_mm: float, last_mm: float, covered: bool) -> None:
        """A stent lies along a stretch: flaps under it are held to the wall; a cover closes holes."""
        self.narrowed.tack(vessel, first_mm, last_mm)
        for one in self._openings:
            if one.vessel == vessel and first_mm <= one.at_mm <= last_mm and (covered or not one.bleeds):
                self.held[one.name] = 0.0
        self._settle()

    def puncture(self, vessel: str, at_mm: float, orifice_mm2: float, gives_ml_mmhg: float) -> str:
        """A hole that is closed from outside (`held`), not by the vessel's own clotting; its name."""
        name = self._next_name()
        self._open(Opening(name, vessel, at_mm, orifice_mm2, gives_ml_mmhg, NEVER_S))
        self._settle()
        return name

    def step(
        self,
        seconds: float,
        act_s: float = NORMAL_ACT_S,
        relaxes: Callable[[str], float] = nothing_relaxes,
        inside: frozenset[str] = frozenset(),
    ) -> None:
        """Time goes on; call it before the blood's own step.

        Parameters
        ----------
        seconds : float
        act_s : float
            Activated clotting time.
        relaxes : callable
            How much, 0 to 1, a drug opens a vessel.
        inside : frozenset of str
            Instruments that lie in the hole that they made.
        """
        self.narrowed.step(seconds, relaxes)
        self.lodged.step(seconds)
        blood = self._attached()
        if blood is None:
            return
        blood.act_s, self._of(blood).inside = act_s, inside
        self._watch(blood, seconds)
        self._settle()

    def _dissect(self, harm: Dissection) -> None:
        blood = self._attached()
        away, radius = True, 2.0
        if blood is not None:
            away = blood.plumbing.courses[harm.vessel].away
            _, radius = blood.graph.vessels[harm.vessel].at(sum(harm.stretch_mm) / 2.0)
        left = harm.with_flow_share if harm.towards_end == away else harm.against_flow_share
        self.narrowed.flap(harm, left)
        holds_ml = 1e-3 * pi * radius**2 * harm.length_mm * harm.false_share
        first, last = harm.stretch_mm
        out = None if not harm.reenters else last if harm.towards_end else first
        gives = max(holds_ml / FULL_MMHG, 1e-4)
        self._open(Opening(self._next_name(), harm.vessel, harm.at_mm, harm.entry_mm2, gives, None, out))

    def _next_name(self) -> str:
        return f"harm-{len(self._openings) + 1}"

    def _open(self, opening: Opening) -> None:
        self._openings.append(opening)
        blood = self._attached()
        if blood is not None and opening not in self._of(blood).openings:
            self._of(blood).openings = list(self._openings)
            redraw(blood, opening)

    # ---- the network -------------------------------------------------------------------------------------

    def _attached(self) -> Circulation | None:
        """The circulation that flows, with these harms in it; None while none does."""
        blood = self._blood.circulation
        if blood is not None and blood is not self._known:
            self._known = blood
            self._of(blood).openings = list(self._openings)
            if self._openings:
                redraw(blood, self._openings[-1])
        return blood

    def _of(self, blood: Circulation) -> Harmed:
        """What stands for the lesions of a circulation; put in their place where it is not yet."""
        there: object = blood.lesions
        if self._harmed is None or there is not self._harmed:
            self._harmed = Harmed(blood.lesions)
            self._harmed.held = self.held
            blood.lesions = self._harmed  # type: ignore[assignment]
        return self._harmed

    def _settle(self) -> None:
        """Tell the network what has changed since it was told last."""
        blood = self._attached()
        if blood is None:
            return
        if self._is_restored:
            self._is_restored, self._drawn, self._mean_of = False, blood.plumbing, blood.plumbing
        anew = blood.plumbing is not self._drawn
        if anew:
            self._drawn, self._areas = blood.plumbing, {}
            self.lodged.anew()
        if anew or self.narrowed.version != self._version:
            self._version = self.narrowed.version
            self._set_areas(blood)
        self.lodged.settle(blood, self._of(blood).effects)

    def _set_areas(self, blood: Circulation) -> None:
        closed = [one for one in self._of(blood).effects if isinstance(one, Closed)]
        shut = {blood.plumbing.spec.edges[blood.edge_at(one.vessel, one.at_mm)[0]] for one in closed}
        self._touched |= self.narrowed.vessels & set(blood.plumbing.courses)
        for vessel in sorted(self._touched):
            course = blood.plumbing.courses[vessel]
            for k, name in enumerate(course.edges):
                first, last = (float(mm) for mm in course.stations_mm[k : k + 2])
                share = self.narrowed.over(vessel, first, last)
                if name not in shut and abs(share - self._areas.get(name, -1.0)) > CHANGED * share:
                    blood.network.set_area(blood.plumbing.edge[name], share)
                    self._areas[name] = share

    def _watch(self, blood: Circulation, seconds: float) -> None:
        """Mean flow of every edge over the last beats; at first over what there was."""
        flow = blood.network.flow_ml_s
        if self._mean_of is not blood.plumbing and not (self._is_restored and len(self._mean) == len(flow)):
            names = () if self._mean_of is None else self._mean_of.spec.edges
            old = dict(zip(names, self._mean.tolist(), strict=False))
            edges = blood.plumbing.spec.edges
            self._mean = np.array([old.get(name, float(flow[k])) for k, name in enumerate(edges)])
        self._mean_of = blood.plumbing
        self._watched_s = min(self._watched_s + seconds, MEAN_S)
        if seconds > 0.0:
            self._mean += (flow - self._mean) * (seconds / self._watched_s)

    @property
    def mean_ml_s(self) -> Floats:
        """Mean flow of every edge of the network over the last beats, ml/s; at first that of now."""
        blood = self._attached()
        if blood is None:
            return np.zeros(0)
        if self._mean_of is not blood.plumbing:
            self._watch(blood, 0.0)
        return self._mean

    # ---- the picture -------------------------------------------------------------------------------------

    @property
    def outside(self) -> tuple[Outside, ...]:
        """What lies outside its lumen: around holes, and in false lumens, those that hold no contrast too."""
        if self._harmed is None or self._blood.circulation is None:
            return ()
        network, found = self._blood.circulation.network, []
        for one in self._openings:
            mg, flap = self._harmed.mg.get(one.name, 0.0), self._flap_of(one)
            if mg > 0.0 or flap is not None:
                ml = self._harmed.volume_ml(network, one.name)
                found.append(Outside(one.vessel, one.at_mm, mg, ml, flap))
        return tuple(found)

    def _flap_of(self, one: Opening) -> Stretch | None:
        """The flap over a false lumen; None of a hole."""
        for flap in () if one.bleeds else self.narrowed.stretches:
            if flap.vessel == one.vessel and one.at_mm in (flap.first_mm, flap.last_mm):
                return flap
        return None

    def lumen_shares(self, graph: VesselGraph, vessels: tuple[str, ...]) -> Floats | None:
        """Share of the drawn lumen's area that is left at every point of some vessels; None where all is."""
        return self.narrowed.at_points(graph, vessels)

    def bled_ml(self, name: str) -> float:
        """Blood that lies outside one opening, ml."""
        blood = self._attached()
        return 0.0 if blood is None else self._of(blood).volume_ml(blood.network, name)

    def bleeding_ml_s(self, name: str) -> float:
        """Blood that leaves through one opening now, ml/s."""
        blood = self._attached()
        return 0.0 if blood is None else self._of(blood).flow_ml_s(blood.network, name)

    @property
    def lost_ml(self) -> float:
        """Blood lost through holes, those of lesions among them, ml."""
        blood = self._blood.circulation
        return 0.0 if blood is None or self._harmed is None else self._harmed.lost_ml(blood.network)

    # ---- state -------------------------------------------------------------------------------------------

    def state(self) -> tuple[dict[str, Any], dict[str, Floats]]:
        """Plain values and arrays; take them together with the circulation's."""
        plain = {
            "narrowed": self.narrowed.state(),
            "lodged": self.lodged.state(),
            "openings": [asdict(one) for one in self._openings],
            "held": dict(self.held),
            "areas": dict(self._areas),
            "touched": sorted(self._touched),
            "version": self._version,
            "watched_s": self._watched_s,
        }
        return plain, {"mean_ml_s": self._mean.copy()}

    def restore(self, plain: Mapping[str, Any], arrays: Mapping[str, Floats]) -> None:
        """Return to a state taken by :meth:`state`: call it before the circulation's own restore."""
        self.narrowed.restore(plain["narrowed"])
        self.lodged.restore(plain["lodged"])
        self._openings = [Opening(**one) for one in plain["openings"]]
        self.held.clear()
        self.held.update(plain.get("held", {}))
        self._known, self._drawn, self._mean_of = None, None, None
        self._attached()
        self._areas, self._touched = dict(plain["areas"]), set(plain["touched"])
        self._version, self._is_restored = plain["version"], True
        self._watched_s = plain["watched_s"]
        self._mean = np.array(arrays["mean_ml_s"], np.float64)
