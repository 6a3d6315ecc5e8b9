"""What slips: a wire whose back end is lost, a push that buckles, a tube that leaves its branch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from math import exp, isfinite
from typing import Any

from angiosuite.content.hazard_kinds import BuckledHazard, PositionLostHazard, WireLostHazard

from .contact import Contact, TipContact
from .hazards import Hazards
from .patient_facts import PatientFacts
from .telling import Emit, tell
from .traits import Traits

__all__ = ["Holding"]

RECENT_S = 2.0
"""Time over which ways are forgotten."""
TURNS_MM = 1.0
"""Drawn back by more than this a push has ended."""


@dataclass(slots=True)
class Held:
    """One tool.

    Parameters
    ----------
    point : list of float
        Where its tip was.
    fed_mm, arrived_mm, back_mm : float
        Of the push that goes on: what was fed, what of it the tip went on, what was drawn back since.
    has_buckled, is_lost : bool
        Whether that was told.
    vessel : str
        Branch that it holds.
    at_mm, held_s : float
        How deep, and for how long deep enough.
    own_mm, others_mm : float
        What it and the others were moved by in the last seconds.
    """

    point: list[float]
    fed_mm: float = 0.0
    arrived_mm: float = 0.0
    back_mm: float = 0.0
    has_buckled: bool = False
    is_lost: bool = False
    vessel: str = ""
    at_mm: float = 0.0
    held_s: float = 0.0
    own_mm: float = 0.0
    others_mm: float = 0.0


class Holding:
    """Judges what hands hold.

    Parameters
    ----------
    hazards : Hazards
    emit : callable
    """

    def __init__(self, hazards: Hazards, emit: Emit) -> None:
        self._hazards, self._emit = hazards, emit
        self._held: dict[str, Held] = {}

    def judge(
        self, contact: Contact, seconds: float, patient: PatientFacts, traits: Mapping[str, Traits]
    ) -> None:
        """What slipped over a step."""
        for tip in contact.tips:
            point = tip.point.tolist()
            held = self._held.setdefault(tip.tool, Held(point))
            along = zip(point, held.point, tip.direction.tolist(), strict=True)
            advance = sum((now - before) * ahead for now, before, ahead in along)
            held.point = point
            title = traits[tip.device].title
            self._lost(tip, held, patient, title)
            self._buckled(contact, tip, held, advance, patient, title)
            self._slipped(contact, tip, held, seconds, patient, title)

    def out(self, tool: str) -> None:
        """A tool was drawn out: nothing of it is held any more."""
        self._held.pop(tool, None)

    def _lost(self, tip: TipContact, held: Held, patient: PatientFacts, title: str) -> None:
        figures = self._hazards.figures(WireLostHazard)
        if figures is None or not tip.is_wire or not isfinite(tip.back_mm):
            return
        lost = tip.back_mm < -figures.behind_mm
        if lost and not held.is_lost:
            tell(
                self._emit, "wire-lost", self._hazards.item(WireLostHazard), patient, tool=tip.tool,
                device=tip.device, title=title, back_mm=tip.back_mm,
            )  # fmt: skip
        held.is_lost = lost

    def _buckled(
        self, contact: Contact, tip: TipContact, held: Held, advance: float, patient: PatientFacts, title: str
    ) -> None:
        figures = self._hazards.figures(BuckledHazard)
        if figures is None:
            return
        held.back_mm = 0.0 if tip.moved_mm > 0.0 else held.back_mm - tip.moved_mm
        if held.back_mm > TURNS_MM or tip.in_tube:
            held.fed_mm, held.arrived_mm, held.has_buckled = 0.0, 0.0, False
            return
        if tip.moved_mm > 0.0:
            held.fed_mm += tip.moved_mm
            held.arrived_mm += advance
        if held.fed_mm < figures.fed_mm:
            return
        arrived = held.arrived_mm / held.fed_mm
        if arrived <= figures.tip_share and not held.has_buckled:
            held.has_buckled = True
            tell(
                self._emit, "buckled", self._hazards.item(BuckledHazard), patient, tool=tip.tool,
                device=tip.device, title=title, vessel=_vessel(contact, tip), at_mm=tip.at_mm,
                force_n=tip.hub_n, fed_mm=held.fed_mm, arrived_share=arrived,
            )  # fmt: skip
        if arrived > figures.tip_share:
            held.fed_mm, held.arrived_mm, held.has_buckled = 0.0, 0.0, False

    def _slipped(
        self, contact: Contact, tip: TipContact, held: Held, seconds: float, patient: PatientFacts, title: str
    ) -> None:
        figures = self._hazards.figures(PositionLostHazard)
        if figures is None or tip.is_wire:
            return
        others = max((abs(one.moved_mm) for one in contact.tips if one is not tip), default=0.0)
        kept = exp(-seconds / RECENT_S)
        held.own_mm = held.own_mm * kept + abs(tip.moved_mm)
        held.others_mm = held.others_mm * kept + others
        vessel = "" if tip.in_tube else _vessel(contact, tip)
        if vessel == held.vessel:
            if vessel and tip.at_mm >= figures.depth_mm:
                held.held_s += seconds
                held.at_mm = tip.at_mm
            return
        branch = patient.graph.vessels.get(held.vessel)
        parent = None if branch is None or branch.parent is None else branch.parent.vessel
        still = held.own_mm <= figures.still_mm and held.others_mm >= figures.moved_mm
        if held.held_s >= figures.held_s and vessel and vessel == parent and still:
            tell(
                self._emit, "position-lost", self._hazards.item(PositionLostHazard), patient, tool=tip.tool,
                device=tip.device, title=title, vessel=held.vessel, at_mm=held.at_mm, now=vessel,
                others_mm=held.others_mm,
            )  # fmt: skip
        known = patient.graph.vessels.get(vessel)
        held.vessel = vessel if known is not None and known.parent is not None else ""
        held.held_s, held.at_mm = 0.0, tip.at_mm

    def state(self) -> dict[str, Any]:
        """Everything that the next step depends on."""
        return {tool: asdict(held) for tool, held in self._held.items()}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Return to a state taken by :meth:`state`."""
        self._held = {tool: Held(**held) for tool, held in state.items()}


def _vessel(contact: Contact, tip: TipContact) -> str:
    return contact.names[tip.vessel] if tip.vessel >= 0 else ""
