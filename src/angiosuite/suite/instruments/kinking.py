"""Kinks and knots: tubes bent tighter than they bear, loops that are pulled tight."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from angiosuite.content.hazard_kinds import KinkHazard, KnotHazard

from .contact import Contact
from .hazards import Hazards
from .patient_facts import PatientFacts
from .telling import Emit, tell
from .traits import Traits
from .waiting import Waiting

__all__ = ["Kinking", "loop_of", "reach_mm", "too_tight"]

Floats = NDArray[np.float64]
AFTER_TIP_MM = 5.0
"""What lies so near behind a curve at rest belongs to it still."""
LOOKS_S = 0.2
"""Interval in which loops are looked for."""


def reach_mm(contact: Contact, k: int) -> float:
    """How far a tool's tip lies along the stack, mm."""
    tip = contact.tips[k]
    if np.isfinite(tip.depth_mm):
        return tip.depth_mm
    return float(contact.arc_mm[int(np.linalg.norm(contact.x - tip.point, axis=1).argmin())])


def too_tight(contact: Contact, k: int, traits: Traits, supported_factor: float) -> tuple[float, int]:
    """How far a tube is bent beyond what it bears, as a share of it, and the node where it is bent most.

    Notes
    -----
    **Model** curvature above that at rest, over 1 / kink radius; where a thinner tool lies within, the kink
    radius is smaller by a factor. **Source** the device's kink radius; that a wire supports a tube: common
    knowledge (memory). **Valid for** bends that are not sharper than the chain's spacing.
    Held by ``tests/suite/instruments/test_kinking.py``.
    """
    if traits.kink_radius_mm is None or not len(contact.arc_mm):
        return 0.0, 0
    end = reach_mm(contact, k)
    inside = (contact.arc_mm <= end) & (contact.arc_mm >= 0.0)
    within = max((reach_mm(contact, j) for j in range(k)), default=-1.0)
    bears = np.where(contact.arc_mm <= within, supported_factor, 1.0) * traits.kink_radius_mm
    excess = np.maximum(contact.curvature_per_mm - traits.bent_at(end - contact.arc_mm), 0.0)
    share = np.where(inside, excess * bears, 0.0)
    worst = int(share.argmax())
    return float(share[worst]), worst


def loop_of(x: Floats, apart_mm: float, turn_deg: float) -> tuple[int, int] | None:
    """First and last node of a loop that crosses itself; None where there is none.

    Parameters
    ----------
    x : ndarray, shape (n, 3)
    apart_mm : float
        So near the crossing parts come.
    turn_deg : float
        Turn of the whole line from which one is looked for.
    """
    if len(x) < 6:
        return None
    step = np.diff(x, axis=0)
    length = np.linalg.norm(step, axis=1)
    along = step / np.maximum(length, 1e-9)[:, None]
    bend = np.degrees(np.arccos(np.clip((along[1:] * along[:-1]).sum(axis=1), -1.0, 1.0)))
    if bend.sum() < turn_deg:
        return None
    turned = np.concatenate([[0.0], np.cumsum(bend), [bend.sum()]])
    gap = np.linalg.norm(x[:, None] - x[None], axis=2)
    between = turned[None] - turned[:, None]
    crossing = (gap <= apart_mm) & (between >= LOOP_DEG)
    if not crossing.any() or turned[-1] < turn_deg:
        return None
    i, j = np.unravel_index(int(np.where(crossing, gap, np.inf).argmin()), gap.shape)
    return int(min(i, j)), int(max(i, j))


LOOP_DEG = 180.0
"""Turn between two parts that cross: less is a bend that lies against itself."""


class Kinking:
    """Judges the shape of what lies in the patient.

    Parameters
    ----------
    hazards : Hazards
    waiting : Waiting
    emit : callable
    """

    def __init__(self, hazards: Hazards, waiting: Waiting, emit: Emit) -> None:
        self._hazards, self._wait, self._emit = hazards, waiting, emit
        self.kinked: dict[str, float] = {}
        """Tubes that have a kink, and how far from the tip, mm; it stays."""
        self.knotted: set[str] = set()
        self._looked: dict[str, tuple[float, float]] = {}

    def left_share(self, tool: str) -> float:
        """Share of a tube's bore that is open."""
        figures = self._hazards.figures(KinkHazard)
        return figures.left_share if figures is not None and tool in self.kinked else 1.0

    def judge(
        self, contact: Contact, seconds: float, patient: PatientFacts, traits: Mapping[str, Traits]
    ) -> None:
        """Kinks and knots of a step."""
        self._kinks(contact, seconds, patient, traits)
        self._knots(contact, seconds, patient, traits)

    def _kinks(
        self, contact: Contact, seconds: float, patient: PatientFacts, traits: Mapping[str, Traits]
    ) -> None:
        figures = self._hazards.figures(KinkHazard)
        if figures is None:
            return
        most = float(contact.curvature_per_mm.max()) if len(contact.curvature_per_mm) else 0.0
        for k, tip in enumerate(contact.tips):
            if tip.tool in self.kinked:
                continue
            share, node, bears = 0.0, 0, traits[tip.device].kink_radius_mm
            if bears is not None and most * bears > 1.0:  # else no node can be bent too far
                share, node = too_tight(contact, k, traits[tip.device], figures.supported_factor)
            if self._wait.dwell("kink", tip.tool, share > 1.0, seconds) < max(figures.after_s, 1e-9):
                continue
            from_tip = reach_mm(contact, k) - float(contact.arc_mm[node])
            self.kinked[tip.tool] = from_tip
            vessel = int(contact.vessel[node])
            tell(
                self._emit, "kink", self._hazards.item(KinkHazard), patient, tool=tip.tool, device=tip.device,
                title=traits[tip.device].title, vessel=contact.names[vessel] if vessel >= 0 else "",
                at_mm=float(contact.at_mm[node]), share=share, force_n=tip.push_n, from_tip_mm=from_tip,
                radius_mm=1.0 / max(float(contact.curvature_per_mm[node]), 1e-6),
            )  # fmt: skip

    def _knots(
        self, contact: Contact, seconds: float, patient: PatientFacts, traits: Mapping[str, Traits]
    ) -> None:
        figures = self._hazards.figures(KnotHazard)
        if figures is None or not contact.tips:
            return
        since, drawn_mm = self._looked.get(contact.access, (0.0, 0.0))
        since += seconds
        drawn_mm += -min((tip.moved_mm for tip in contact.tips), default=0.0)
        if since < LOOKS_S - 1e-9:
            self._looked[contact.access] = since, drawn_mm
            return
        self._looked[contact.access] = 0.0, 0.0
        k = max(range(len(contact.tips)), key=lambda j: reach_mm(contact, j))
        tip = contact.tips[k]
        if drawn_mm <= 0.0 or tip.tool in self.knotted:
            return
        shaft = contact.arc_mm <= reach_mm(contact, k) - traits[tip.device].shaped_mm - AFTER_TIP_MM
        apart = figures.apart_diameters * traits[tip.device].diameter_mm
        found = loop_of(contact.x[shaft], apart, figures.turn_deg)
        if found is None:
            return
        arc = contact.arc_mm[shaft]
        if self._is_shape(contact, traits, float(arc[found[0]]), float(arc[found[1]])):
            return
        radius = float(arc[found[1]] - arc[found[0]]) / (2.0 * np.pi)
        if radius >= figures.tight_mm:
            return
        self.knotted.add(tip.tool)
        node = found[0]
        vessel = int(contact.vessel[node])
        tell(
            self._emit, "knot", self._hazards.item(KnotHazard), patient, tool=tip.tool, device=tip.device,
            title=traits[tip.device].title, vessel=contact.names[vessel] if vessel >= 0 else "",
            at_mm=float(contact.at_mm[node]), share=figures.tight_mm / max(radius, 1e-6), force_n=tip.hub_n,
            radius_mm=radius,
        )  # fmt: skip

    def _is_shape(
        self, contact: Contact, traits: Mapping[str, Traits], first_mm: float, last_mm: float
    ) -> bool:
        """Whether a loop is the curve at rest of some tool, which another one lies in."""
        for j, tip in enumerate(contact.tips):
            end = reach_mm(contact, j) + AFTER_TIP_MM
            if end - traits[tip.device].shaped_mm - 2.0 * AFTER_TIP_MM <= first_mm and last_mm <= end:
                return True
        return False

    def out(self, tool: str) -> None:
        """A tool was drawn out: its knot is undone, its kink is not."""
        self.knotted.discard(tool)

    def state(self) -> dict[str, Any]:
        """Everything that the next step depends on, beside the waiting."""
        looked = {access: list(one) for access, one in self._looked.items()}
        return {"kinked": dict(self.kinked), "knotted": sorted(self.knotted), "looked": looked}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Return to a state taken by :meth:`state`."""
        self.kinked, self.knotted = dict(state["kinked"]), set(state["knotted"])
        self._looked = {access: (one[0], one[1]) for access, one in state["looked"].items()}
