"""What a balloon does to plaques and walls while it is up, and what it leaves when it is down."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from angiosuite.kit.randomness import generator
from angiosuite.physics.treating.lesion_response import (
    GRADES,
    Lesion,
    after_mm,
    dissection_grade,
    recoil_share,
    rupture_stretch,
    under_balloon_mm,
)
from angiosuite.suite.circulation.harm import Perforation
from angiosuite.suite.treating.plaques.plaques import Plaque, Plaques
from angiosuite.suite.treating.plaques.torn import dissection_of
from angiosuite.suite.treating.site import Site

from .inflation import Inflation

if TYPE_CHECKING:
    from angiosuite.suite.circulation.harms import Harms
    from angiosuite.suite.session import Session

__all__ = ["Dilating"]

Floats = NDArray[np.float64]
Tell = Callable[[str, Inflation, str, Mapping[str, Any]], None]

OVERSIZED = 1.1
"""A wall without a plaque may be dissected from this stretch on."""
HURTS = 1.05
"""Stretch of a wall from which a patient feels it (own choice; draft)."""
OPENED = 1.02
"""A throat that is so much wider was dilated."""
TEAR_MM2, TEAR_GIVES_ML_MMHG, TEAR_CLOTS_S = 4.0, 4.0, 3600.0
"""A ruptured artery: its opening, what tissue takes for 1 mmHg, how slowly it closes (own choice; draft)."""


class Dilating:
    """Balloons against plaques and walls.

    Parameters
    ----------
    session : Session
    plaques : Plaques
    tell : callable
        Writes an event of a balloon.

    Notes
    -----
    **Model** a plaque holds a balloon in until its waist yields, elsewhere the wall gives way; a wall that is
    stretched beyond what it bears tears; when the balloon is down plaques recoil and may be dissected, walls
    that were stretched by a tenth or more too. All by `physics.treating.lesion_response`, with chances of the
    session's seed. Held by ``tests/suite/treating/balloons/test_balloons.py``.
    """

    def __init__(self, session: Session, plaques: Plaques, tell: Tell) -> None:
        self._session, self._plaques, self._tell = session, plaques, tell

    @property
    def _harms(self) -> Harms:
        return self._session.instruments.aftermath.harms

    def _name(self, vessel: str) -> str:
        return self._session.blood.graph.vessels[vessel].said

    def press(self, one: Inflation, site: Site) -> None:
        """Its width at each place, and what that does to plaques and walls."""
        width = np.minimum(np.full(len(site.vessels), one.free_mm), site.bore_mm)
        worst = 0.0
        for vessel, low, high in site.stretches():
            here = site.in_vessel(vessel) & site.is_free
            at = site.at_mm[here]
            if not len(at):
                continue
            healthy = self._plaques.healthy_mm(vessel, at)
            held = np.full(len(at), np.inf)
            for plaque in self._plaques.at(vessel, low, high):
                throat = self._throat_mm(one, plaque)
                lumen = self._plaques.lumen_mm(vessel, at, self._harms)
                form = np.abs(at - plaque.at_mm) < 0.5 * plaque.length_mm
                now = lumen / plaque.ratio(at) * plaque.ratio(at, throat)
                held[form] = np.minimum(held[form], np.maximum(now, lumen)[form])
            width[here] = np.minimum(width[here], held)
            stretch = width[here] / healthy
            k = int(np.argmax(stretch))
            worst = max(worst, float(stretch[k]))
            self._may_tear(one, vessel, float(at[k]), float(stretch[k]), float(healthy[k]))
        if worst > HURTS and "pain" not in one.torn and one.is_up:
            one.torn.append("pain")
            self._tell(
                "pain",
                one,
                "It hurts while the balloon is up",
                {"why": "balloon", "stretch": round(worst, 2)},
            )
        one.width_mm = width
        one.widest_mm = np.maximum(one.widest_mm, width) if len(one.widest_mm) == len(width) else width

    def _throat_mm(self, one: Inflation, plaque: Plaque) -> float:
        """Diameter of a plaque's throat under this balloon; it yields once and for all."""
        yields = 0.0 if plaque.has_yielded else plaque.yields_atm
        throat = under_balloon_mm(plaque.throat_mm, one.free_mm, one.atm, yields)
        if not plaque.has_yielded and one.atm >= plaque.yields_atm and one.free_mm > plaque.throat_mm:
            plaque.has_yielded = True
            data = {"lesion": plaque.lesion, "vessel": plaque.vessel, "atm": round(one.atm, 1)}
            self._tell("waist-yielded", one, f"The waist gives way at {one.atm:.0f} atm", data)
        if plaque.has_yielded and throat > OPENED * plaque.throat_mm:
            before = plaque.stretch if plaque.lesion in one.torn else 0.0
            plaque.stretch = max(before, throat / plaque.healthy_mm)
            if plaque.lesion not in one.torn:
                one.torn.append(plaque.lesion)
        return throat

    def _may_tear(self, one: Inflation, vessel: str, at_mm: float, stretch: float, healthy_mm: float) -> None:
        """A wall that is stretched beyond what it bears tears."""
        key = f"tear:{vessel}"
        if stretch <= 1.0 or key in one.torn:
            return
        near = self._plaques.at(vessel, at_mm - 1.0, at_mm + 1.0)
        lesion = near[0].as_lesion if near else Lesion(healthy_mm, healthy_mm, 10.0, 0.0, 0.0, "soft")
        u = float(generator(self._session.seed, f"rupture:{vessel}", 0).random())
        if stretch < rupture_stretch(lesion, u):
            return
        one.torn.append(key)
        self._harms.apply(
            Perforation(vessel, at_mm, TEAR_MM2, 1.0, TEAR_GIVES_ML_MMHG, TEAR_CLOTS_S, one.tool)
        )
        data = {
            "vessel": vessel,
            "at_mm": round(at_mm, 1),
            "stretch": round(stretch, 2),
            "atm": round(one.atm, 1),
        }
        self._tell("rupture", one, f"The {self._name(vessel)} ruptures under the balloon", data)

    def leave(self, one: Inflation, site: Site) -> None:
        """It is down again: what it leaves."""
        for plaque in self._plaques.of.values():
            if plaque.lesion in one.torn:
                self._leave(one, plaque)
        self._tear_healthy(one, site)
        self._plaques.settle(self._harms)

    def _leave(self, one: Inflation, plaque: Plaque) -> None:
        """A plaque recoils, and its wall may be dissected."""
        rng = generator(self._session.seed, f"response:{plaque.lesion}", one.times)
        opened, lesion = plaque.stretch * plaque.healthy_mm, plaque.as_lesion
        recoil = recoil_share(lesion, plaque.stretch, float(rng.random()))
        before = plaque.throat_mm
        plaque.throat_mm = max(after_mm(opened, recoil, before), plaque.stent_mm)
        grade = GRADES[dissection_grade(lesion, plaque.stretch, float(rng.random()))]
        self._dissect(one, grade, plaque.vessel, plaque.at_mm, plaque.length_mm, plaque.stent_mm > 0.0)
        plaque.grade = max(plaque.grade, grade, key=GRADES.index)
        data = {
            "lesion": plaque.lesion, "vessel": plaque.vessel, "healthy_mm": round(plaque.healthy_mm, 2),
            "before_percent": round(100.0 * (1.0 - before / plaque.healthy_mm)),
            "residual_percent": round(100.0 * plaque.residual), "recoil_percent": round(100.0 * recoil),
            "stretch": round(plaque.stretch, 2), "grade": grade, "yielded": plaque.has_yielded,
        }  # fmt: skip
        self._tell("plaque-dilated", one, f"The {self._name(plaque.vessel)} after the balloon", data)

    def _tear_healthy(self, one: Inflation, site: Site) -> None:
        """Walls beside plaques that were stretched too far may be dissected too."""
        for vessel, low, high in site.stretches():
            here = site.in_vessel(vessel) & site.is_free
            for plaque in self._plaques.at(vessel, low, high):
                here &= np.abs(site.at_mm - plaque.at_mm) > 0.5 * plaque.length_mm
            if not here.any():
                continue
            at = site.at_mm[here]
            healthy = self._plaques.healthy_mm(vessel, at)
            stretch = float((one.widest_mm[here] / healthy).max())
            if stretch < OVERSIZED:
                continue
            k = int(np.argmin(healthy))
            lesion = Lesion(float(healthy[k]), float(healthy[k]), 10.0, 0.0, 0.0, "soft")
            rng = generator(self._session.seed, f"response:{vessel}", one.times)
            grade = GRADES[dissection_grade(lesion, stretch, float(rng.random()))]
            self._dissect(one, grade, vessel, float(at[k]), high - low, False)

    def _dissect(
        self, one: Inflation, grade: str, vessel: str, at_mm: float, length_mm: float, held: bool
    ) -> None:
        """A dissection of a grade: told, and where it matters to the flow, made."""
        if grade == "none" or held:
            return
        data = {"vessel": vessel, "at_mm": round(at_mm, 1), "grade": grade, "why": "balloon"}
        self._tell("dissection", one, f"The {self._name(vessel)} is dissected: type {grade}", data)
        made = dissection_of(grade, vessel, at_mm, length_mm)
        if made is not None:
            self._harms.apply(made)
