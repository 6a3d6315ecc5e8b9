"""Harms of walls: when pressure on one becomes a spasm, a dissection, a hole, or scrapes a plaque."""

from __future__ import annotations

from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Any

import numpy as np
from numpy.typing import NDArray

from angiosuite.content.hazard_kinds import (
    DissectionHazard,
    PerforationHazard,
    PlaqueHazard,
    SpasmHazard,
    WallStrength,
)
from angiosuite.suite.circulation.harm import Dissection, Harm, Perforation, Release, Spasm

from .contact import Contact, TipContact
from .hazards import Hazards
from .patient_facts import PatientFacts
from .telling import Emit, tell
from .traits import Traits
from .waiting import Waiting, drawn
from .wall_ledger import WallLedger
from .wall_stress import shaft_shares, tip_pressure_mpa, tip_radius_mm, worse

__all__ = ["WallHarms"]

Floats = NDArray[np.float64]
STRIKES = ("artery", "pulmonary-artery")
"""Systems whose walls go into spasm or are dissected."""


class _Touch:
    """One tip at its wall, with the stress under it."""

    __slots__ = ("at_mm", "pressure_mpa", "radius_mm", "share", "tip", "vessel")

    def __init__(
        self, tip: TipContact, contact: Contact, wall: WallStrength, patient: PatientFacts, strength: float
    ) -> None:
        self.tip, self.vessel, self.at_mm = tip, contact.names[tip.vessel], tip.at_mm
        self.pressure_mpa = tip_pressure_mpa(tip, wall)
        self.radius_mm = tip_radius_mm(tip, contact)
        factor = worse(wall, patient, self.vessel, tip.at_mm, self.radius_mm)
        self.share = self.pressure_mpa / strength * factor


class WallHarms:
    """Judges walls.

    Parameters
    ----------
    hazards : Hazards
    waiting : Waiting
    emit : callable
        Takes events.

    Notes
    -----
    **Model** stress as a share f of the strength of the wall: a spasm has a hazard a second once f has been
    above its threshold for some seconds, a dissection one for each mm that a tip slides above its own, a tip
    goes through once f has been above 1 for an instant, or with a small hazard from somewhat below on,
    since walls differ. Hazards of a wire are raised while a tube follows it; what relaxes a vessel lowers
    that of a spasm in proportion. **Source** the hazards' content. **Valid for** comparing ways of
    handling, not for predicting a patient's harm. Held by ``tests/suite/instruments/test_consequences.py``.
    """

    def __init__(self, hazards: Hazards, waiting: Waiting, emit: Emit) -> None:
        self.hazards = hazards
        self.ledger = WallLedger()
        self._wall = hazards.wall
        self._wait = waiting
        self._emit = emit
        self._places: dict[str, list[tuple[str, float]]] = {}
        """Where each kind of harm already is."""

    def judge(
        self, contact: Contact, seconds: float, patient: PatientFacts, traits: Mapping[str, Traits]
    ) -> list[Harm]:
        """Harms of a step."""
        thick = np.array([traits[tip.device].diameter_mm for tip in contact.tips])
        shares = shaft_shares(contact, thick, self._wall, patient)
        strength = patient.strength_mpa(self._wall)
        touches = [
            _Touch(tip, contact, self._wall, patient, strength)
            for tip in contact.tips
            if tip.vessel >= 0 and not tip.in_tube and tip.wall_n > 0.0
        ]
        self.ledger.note(contact, shares, seconds, patient.moment_s)
        for touch in touches:
            self.ledger.strain(touch.vessel, touch.share, touch.at_mm, patient.moment_s)
        harms: list[Harm] = []
        harms += self._spasms(contact, shares, touches, seconds, patient, traits)
        harms += self._plaques(contact, shares, touches, patient, traits)
        follows = any(not tip.is_wire and tip.moved_mm > 0.0 for tip in contact.tips)
        for tip in contact.tips:
            here = next((one for one in touches if one.tip is tip), None)
            raised = self._wall.follow_factor if tip.is_wire and follows else 1.0
            harms += self._perforated(tip, here, raised, seconds, patient, traits)
            if here is not None:
                harms += self._dissected(here, raised, patient, traits)
        return harms

    # ---- each kind ---------------------------------------------------------------------------------------

    def _spasms(
        self, contact: Contact, shares: Floats, touches: list[_Touch], seconds: float, patient: PatientFacts,
        traits: Mapping[str, Traits],
    ) -> list[Harm]:  # fmt: skip
        figures = self.hazards.figures(SpasmHazard)
        if figures is None:
            return []
        hot = self._hottest(contact, shares, touches, figures)
        pressed = f"pressed@{contact.access}"
        harms: list[Harm] = []
        for name in sorted({*hot, *self._wait.places(pressed)}):
            spot = hot.get(name)
            held = self._wait.dwell(pressed, name, spot is not None, seconds)
            if spot is None or held <= figures.after_s or patient.system(name) not in STRIKES:
                continue
            if self._wait.rests("spasm", name, patient.moment_s):
                continue
            rate = figures.per_s * (1.0 - min(max(patient.relaxes(name), 0.0), 1.0))
            rate *= max((one.factor for one in figures.tender if _named(name, one.vessels)), default=1.0)
            if not self._wait.gather("spasm", name, rate * seconds):
                continue
            share, at_mm, force_n, k, pressure = spot
            n = self._wait.happened("spasm", name, patient.moment_s + figures.again_s)
            draws = {
                key: drawn(self._wait.seed, f"spasm|{name}.{key}", n, spread.low, spread.high)
                for key in ("left_share", "length_mm", "on_s", "off_s")
                if (spread := getattr(figures, key))
            }
            harms.append(Spasm(name, at_mm, relaxed_off_s=figures.relaxed_off_s, **draws))
            self._tell("spasm", SpasmHazard, contact.tips[k], name, at_mm, force_n, pressure, share,
                       figures.from_share, patient, traits)  # fmt: skip
        return harms

    def _plaques(
        self, contact: Contact, shares: Floats, touches: list[_Touch], patient: PatientFacts,
        traits: Mapping[str, Traits],
    ) -> list[Harm]:  # fmt: skip
        figures = self.hazards.figures(PlaqueHazard)
        if figures is None or not patient.plaques:
            return []
        found: dict[str, tuple[float, float, float, int, float, float]] = {}
        for i in np.flatnonzero((shares >= figures.from_share) & (contact.slid_mm > 0.0)):
            name, at_mm = contact.names[contact.vessel[i]], float(contact.at_mm[i])
            slid = float(contact.slid_mm[i])
            if patient.plaque_at(name, at_mm) >= figures.least_plaque and slid > found.get(name, (0.0,))[0]:
                found[name] = (
                    slid,
                    float(shares[i]),
                    at_mm,
                    int(contact.skin[i]),
                    float(contact.pressed_n[i]),
                    0.0,
                )
        for touch in touches:
            slid, tip = abs(touch.tip.moved_mm), touch.tip
            plaque = patient.plaque_at(touch.vessel, touch.at_mm) >= figures.least_plaque
            if plaque and touch.share >= figures.from_share and slid > found.get(touch.vessel, (0.0,))[0]:
                k = contact.tips.index(tip)
                found[touch.vessel] = slid, touch.share, touch.at_mm, k, tip.wall_n, touch.pressure_mpa
        harms: list[Harm] = []
        for name, (slid, share, at_mm, k, force_n, pressure) in sorted(found.items()):
            if self._is_there("plaque", name, at_mm, figures.apart_mm):
                continue
            if not self._wait.gather("plaque", name, figures.per_mm * slid):
                continue
            n = self._wait.happened("plaque", name)
            self._places.setdefault("plaque", []).append((name, at_mm))
            spread, tip = figures.pieces_mm3, contact.tips[k]
            mm3 = float(
                np.exp(drawn(self._wait.seed, f"plaque|{name}", n, np.log(spread.low), np.log(spread.high)))
            )
            harms.append(Release("plaque", mm3, name, at_mm, tip.tool, tip.device))
            self._tell("plaque-loose", PlaqueHazard, tip, name, at_mm, force_n, pressure, share,
                       figures.from_share, patient, traits, mm3=mm3)  # fmt: skip
        return harms

    def _perforated(
        self, tip: TipContact, touch: _Touch | None, raised: float, seconds: float, patient: PatientFacts,
        traits: Mapping[str, Traits],
    ) -> list[Harm]:  # fmt: skip
        figures = self.hazards.figures(PerforationHazard)
        if figures is None:
            return []
        safe = touch is None or (tip.curved and 2.0 * touch.radius_mm > figures.bow_safe_above_mm)
        above = touch is not None and not safe and touch.share >= 1.0
        held = self._wait.dwell("perforation", tip.tool, above, seconds)
        if touch is None or safe or touch.share < figures.near_share:
            return []
        name, at_mm = touch.vessel, touch.at_mm
        if self._is_there("perforation", name, at_mm, figures.apart_mm):
            return []
        through = above and held >= figures.after_s - 1e-9
        near = self._wait.gather("perforation", tip.tool, figures.near_per_s * raised * seconds)
        if not (through or near):
            return []
        n = self._wait.happened("perforation", tip.tool)
        self._places.setdefault("perforation", []).append((name, at_mm))
        open_share = figures.wire_hole_share if tip.is_wire else figures.tube_hole_share
        around, clots = (
            drawn(self._wait.seed, f"perforation|{name}.{key}", n, spread.low, spread.high)
            for key, spread in (("gives", figures.gives_ml_mmhg), ("clots", figures.clots_s))
        )
        orifice = tip.area_mm2 * open_share
        self._tell("perforation", PerforationHazard, tip, name, at_mm, tip.wall_n, touch.pressure_mpa,
                   touch.share, 1.0, patient, traits)  # fmt: skip
        return [Perforation(name, at_mm, orifice, figures.plugged_share, around, clots, tip.tool)]

    def _dissected(
        self, touch: _Touch, raised: float, patient: PatientFacts, traits: Mapping[str, Traits]
    ) -> list[Harm]:
        figures = self.hazards.figures(DissectionHazard)
        name, at_mm, tip = touch.vessel, touch.at_mm, touch.tip
        if figures is None or touch.share < figures.from_share or patient.system(name) not in STRIKES:
            return []
        if self._is_there("dissection", name, at_mm, figures.apart_mm):
            return []
        hazard = figures.per_mm * raised * abs(tip.moved_mm)
        if not self._wait.gather("dissection", f"{name}|{tip.tool}", hazard):
            return []
        n = self._wait.happened("dissection", f"{name}|{tip.tool}")
        self._places.setdefault("dissection", []).append((name, at_mm))
        spread, seed = figures.length_mm, self._wait.seed
        length = drawn(seed, f"dissection|{name}.length", n, spread.low, spread.high)
        onwards = patient.towards_end(name, at_mm, np.asarray(tip.direction))
        whole = patient.graph.vessels[name].length_mm
        length = min(length, whole - at_mm if onwards else at_mm)
        reenters = drawn(seed, f"dissection|{name}.reenters", n, 0.0, 1.0) < figures.reenters_share
        self._tell("dissection", DissectionHazard, tip, name, at_mm, tip.wall_n, touch.pressure_mpa,
                   touch.share, figures.from_share, patient, traits, length_mm=length)  # fmt: skip
        return [
            Dissection(
                name, at_mm, length, onwards, figures.with_flow_share, figures.against_flow_share,
                figures.false_share, figures.entry_mm2, reenters,
            )
        ]  # fmt: skip

    # ---- inside ------------------------------------------------------------------------------------------

    def _hottest(
        self, contact: Contact, shares: Floats, touches: list[_Touch], figures: SpasmHazard
    ) -> dict[str, tuple[float, float, float, int, float | None]]:
        """By vessel that can narrow the worst place: share, at_mm, force, tool, pressure of a tip."""
        found: dict[str, tuple[float, float, float, int, float | None]] = {}
        narrow_mm = 0.5 * figures.widest_mm
        for i in np.flatnonzero((shares >= figures.from_share) & (contact.radius_mm <= narrow_mm)):
            name = contact.names[contact.vessel[i]]
            if shares[i] > found.get(name, (0.0,))[0]:
                place = float(contact.at_mm[i]), float(contact.pressed_n[i]), int(contact.skin[i])
                found[name] = float(shares[i]), *place, None
        for touch in touches:
            hot = touch.share >= figures.from_share and touch.radius_mm <= narrow_mm
            if hot and touch.share > found.get(touch.vessel, (0.0,))[0]:
                k = contact.tips.index(touch.tip)
                found[touch.vessel] = touch.share, touch.at_mm, touch.tip.wall_n, k, touch.pressure_mpa
        return found

    def _is_there(self, kind: str, vessel: str, at_mm: float, apart_mm: float) -> bool:
        return any(
            name == vessel and abs(place - at_mm) < apart_mm for name, place in self._places.get(kind, ())
        )

    def _tell(
        self, event: str, kind: type, tip: TipContact, vessel: str, at_mm: float, force_n: float,
        pressure: float | None, share: float, threshold: float, patient: PatientFacts,
        traits: Mapping[str, Traits], **figures: Any,
    ) -> None:  # fmt: skip
        mpa = share * patient.strength_mpa(self._wall) if pressure is None else pressure
        tell(
            self._emit, event, self.hazards.item(kind), patient, tool=tip.tool, device=tip.device,
            title=traits[tip.device].title, vessel=vessel, at_mm=at_mm, force_n=force_n, pressure_mpa=mpa,
            angle_deg=tip.angle_deg, stress_share=share, share=share / threshold, **figures,
        )  # fmt: skip

    def state(self) -> dict[str, Any]:
        """Everything that the next step depends on, beside the waiting."""
        places = {kind: [list(one) for one in spots] for kind, spots in self._places.items()}
        return {"places": places, "ledger": self.ledger.state()}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Return to a state taken by :meth:`state`."""
        self._places = {
            kind: [(str(name), float(at)) for name, at in spots] for kind, spots in state["places"].items()
        }
        self.ledger.restore(state["ledger"])


def _named(vessel: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatchcase(vessel, pattern) for pattern in patterns)
