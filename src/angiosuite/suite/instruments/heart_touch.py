"""Extra beats: a tip that touches the heart."""

from __future__ import annotations

from collections.abc import Mapping
from fnmatch import fnmatchcase

from angiosuite.content.hazard_kinds import Chamber, EctopyHazard

from .contact import Contact
from .hazards import Hazards
from .patient_facts import PatientFacts
from .telling import Emit, tell
from .traits import Traits
from .waiting import Waiting, drawn

__all__ = ["HeartTouch", "chamber_at"]


def chamber_at(chambers: tuple[Chamber, ...], vessel: str, at_mm: float, length_mm: float) -> Chamber | None:
    """The chamber of the heart that a place in a vessel touches."""
    for one in chambers:
        from_heart = at_mm if one.end == "first" else length_mm - at_mm
        if from_heart <= one.within_mm and fnmatchcase(vessel, one.vessel):
            return one
    return None


class HeartTouch:
    """Judges tips at the heart.

    Parameters
    ----------
    hazards : Hazards
    waiting : Waiting
    emit : callable

    Notes
    -----
    The heart's chambers are no lumens for a rod here: the ends of the vessels that open into them stand for
    them, and the content says so. What follows (beats that come too early) is told to the session as
    ``ectopy`` with the number of `beats`.
    """

    def __init__(self, hazards: Hazards, waiting: Waiting, emit: Emit) -> None:
        self._hazards, self._wait, self._emit = hazards, waiting, emit
        self._touching: dict[str, tuple[Chamber, ...]] = {}

    def judge(
        self, contact: Contact, seconds: float, patient: PatientFacts, traits: Mapping[str, Traits]
    ) -> None:
        """Extra beats of a step."""
        figures = self._hazards.figures(EctopyHazard)
        if figures is None:
            return
        for tip in contact.tips:
            if tip.vessel < 0 or tip.in_tube or tip.wall_n < figures.from_n:
                continue
            name = contact.names[tip.vessel]
            chambers = self._chambers(figures, name)
            vessel = patient.graph.vessels.get(name) if chambers else None
            if vessel is None:
                continue
            chamber = chamber_at(chambers, name, tip.at_mm, vessel.length_mm)
            if chamber is None or self._wait.rests("ectopy", chamber.name, patient.moment_s):
                continue
            if not self._wait.gather("ectopy", chamber.name, figures.per_s * seconds):
                continue
            n = self._wait.happened("ectopy", chamber.name, patient.moment_s + figures.again_s)
            spread = figures.beats
            beats = round(drawn(self._wait.seed, f"ectopy|{chamber.name}", n, spread.low, spread.high))
            tell(
                self._emit, "ectopy", self._hazards.item(EctopyHazard), patient, tool=tip.tool,
                device=tip.device, title=traits[tip.device].title, vessel=name, at_mm=tip.at_mm,
                force_n=tip.wall_n, chamber=chamber.name, beats=beats,
            )  # fmt: skip

    def _chambers(self, figures: EctopyHazard, vessel: str) -> tuple[Chamber, ...]:
        """Chambers that a vessel opens into."""
        if vessel not in self._touching:
            found = (one for one in figures.chambers if fnmatchcase(vessel, one.vessel))
            self._touching[vessel] = tuple(found)
        return self._touching[vessel]
