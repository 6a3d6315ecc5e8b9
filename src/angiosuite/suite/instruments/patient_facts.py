"""What of a patient decides how much its walls bear, and what they are called."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from angiosuite.anatomy.vessels.graph import VesselGraph
from angiosuite.anatomy.vessels.lesion_effects import Closed, FlowEffect, Narrowing
from angiosuite.content.hazard_kinds import WallStrength

__all__ = ["PatientFacts", "nothing_relaxes", "of_chart", "plaques_of"]

Floats = NDArray[np.float64]
Plaques = Mapping[str, Sequence[tuple[float, float, float]]]
"""By vessel: from, to (mm) and share of the wall that is plaque there."""


def nothing_relaxes(vessel: str) -> float:
    """No drug acts on any vessel."""
    return 0.0


def plaques_of(graph: VesselGraph, effects: Sequence[FlowEffect] = ()) -> Plaques:
    """Where walls are plaque: calcified vessels over their length, narrowings and closures over theirs."""
    found: dict[str, list[tuple[float, float, float]]] = {}
    for vessel in graph.vessels.values():
        if vessel.calcium > 0.0:
            found.setdefault(vessel.id, []).append((0.0, vessel.length_mm, vessel.calcium))
    for effect in effects:
        if isinstance(effect, Narrowing | Closed):
            half = 0.5 * effect.length_mm
            found.setdefault(effect.vessel, []).append((effect.at_mm - half, effect.at_mm + half, 1.0))
    return found


def of_chart(about: Mapping[str, Any]) -> dict[str, Any]:
    """What a patient's chart says of walls: age, or the middle of an age band, and conditions."""
    found: dict[str, Any] = {}
    years = re.findall(r"\d+", str(about.get("age") or about.get("age_band") or ""))
    if years:
        found["age_years"] = sum(float(one) for one in years) / len(years)
    known = about.get("conditions") or ()
    return found | {name: name in known for name in ("hypertension", "diabetes")}


@dataclass(frozen=True, slots=True, eq=False)
class PatientFacts:
    """One patient at one moment.

    Parameters
    ----------
    graph : VesselGraph
        Its vessels as they are seen.
    plaques : Plaques
        Where walls are plaque (`plaques_of`).
    age_years : float
    hypertension, diabetes : bool
    treated : mapping of vessel to pairs of mm
        Stretches that a balloon was in.
    relaxes : callable
        How much, 0 to 1, nitroglycerin acts on a vessel now.
    frame : int
        Index of the last frame that was made; -1 while there is none.
    moment_s : float
        Of the session.
    """

    graph: VesselGraph
    plaques: Plaques = field(default_factory=dict)
    age_years: float = 20.0
    hypertension: bool = False
    diabetes: bool = False
    treated: Mapping[str, Sequence[tuple[float, float]]] = field(default_factory=dict)
    relaxes: Callable[[str], float] = nothing_relaxes
    frame: int = -1
    moment_s: float = 0.0

    def strength_mpa(self, wall: WallStrength) -> float:
        """Stress at which this patient's walls fail, MPa.

        Notes
        -----
        **Model** falls evenly from `young_years` to `old_years`, times shares for hypertension and diabetes.
        **Source** the hazard's content. Held by ``tests/suite/instruments/test_wall_stress.py``.
        """
        aged = (self.age_years - wall.young_years) / (wall.old_years - wall.young_years)
        share = 1.0 - (1.0 - wall.old_share) * min(max(aged, 0.0), 1.0)
        share *= wall.hypertension_share if self.hypertension else 1.0
        share *= wall.diabetes_share if self.diabetes else 1.0
        return wall.failure_mpa * share

    def plaque_at(self, vessel: str, at_mm: float) -> float:
        """Share of the wall at a place that is plaque."""
        spots = self.plaques.get(vessel, ())
        return max((share for first, last, share in spots if first <= at_mm <= last), default=0.0)

    def is_treated(self, vessel: str, at_mm: float) -> bool:
        """Whether a balloon was there."""
        return any(first <= at_mm <= last for first, last in self.treated.get(vessel, ()))

    def name(self, vessel: str) -> str:
        """A vessel as a radiologist says it, in the middle of a sentence."""
        known = self.graph.vessels.get(vessel)
        return vessel.replace("-", " ") if known is None else known.said

    def system(self, vessel: str) -> str:
        """What runs in a vessel; empty for one that the patient has not got."""
        known = self.graph.vessels.get(vessel)
        return "" if known is None else known.system

    def towards_end(self, vessel: str, at_mm: float, direction: Floats) -> bool:
        """Whether a direction runs along a vessel to its last point."""
        line = self.graph.vessels[vessel]
        ahead, _ = line.at(min(at_mm + 2.0, line.length_mm))
        behind, _ = line.at(max(at_mm - 2.0, 0.0))
        return bool((ahead - behind) @ direction >= 0.0)

    @classmethod
    def of(cls, graph: VesselGraph, effects: Sequence[FlowEffect] = (), **other: Any) -> PatientFacts:
        """The facts of a patient with lesions."""
        return cls(graph, plaques_of(graph, effects), **other)
