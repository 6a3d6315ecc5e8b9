"""`Emboli`: where the blood carries air, clot or plaque, and what it does there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from math import exp, pi, sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from angiosuite.anatomy.vessels.graph import VesselGraph
from angiosuite.anatomy.vessels.lesion_effects import Leak
from angiosuite.content.hazard_kinds import EmbolusHazard
from angiosuite.kit.randomness import generator
from angiosuite.physics.flow.spec import EdgeKind
from angiosuite.suite.circulation.circulation import Circulation
from angiosuite.suite.circulation.harm import Embolus, Release
from angiosuite.suite.circulation.plumbing import Plumbing

from .hazards import Hazards
from .patient_facts import PatientFacts
from .telling import Emit, tell

__all__ = ["Emboli", "organ_of", "piece_radius_mm"]

Floats = NDArray[np.float64]
EVENTS = {"plaque": "embolus", "clot": "clot-embolus", "air": "air-embolus"}
"""Name of the event, by what was carried."""
MOST_STEPS = 2000
STILL_ML_S = 1e-3
ORGANS = {
    "brain": "brain",
    "heart": "heart",
    "lung": "lungs",
    "liver": "liver",
    "spleen": "spleen",
    "kidney": "kidney",
    "pancreas": "pancreas",
    "stomach": "stomach",
    "bowel": "bowel",
    "adrenal": "adrenal gland",
}
LIMBS = (("leg", "leg"), ("thigh", "leg"), ("arm", "arm"))
STROKE = ("brain",)
"""Organs in which an embolus is a stroke."""


def piece_radius_mm(mm3: float) -> float:
    """Radius of a ball of a volume, mm."""
    return (3.0 * mm3 / (4.0 * pi)) ** (1.0 / 3.0)


def organ_of(graph: VesselGraph, bed: str) -> str:
    """Organ or limb of a bed, as it is said."""
    known = graph.beds.get(bed)
    if known is None:
        return "small vessels"
    if known.kind in ORGANS:
        return ORGANS[known.kind]
    return next((limb for part, limb in LIMBS if part in bed), known.name[:1].lower() + known.name[1:])


class Emboli:
    """What instruments release into the blood.

    Parameters
    ----------
    hazards : Hazards
    seed : int
    emit : callable

    Notes
    -----
    **Model** a release falls into pieces; each is carried with the mean flow and at every fork takes a way
    with the chance of its share of the flow, as dye and particles do, through heart and lungs' arteries
    too; against the usual way in arteries alone. It is stuck in the first segment that is narrower than
    itself, else in the bed at the end, of which it closes ``1 - exp(-V / (b Q))`` (V its volume, Q the
    feeder's flow). Air counts as a share of its volume, and fades. **Source** research notes on
    embolisation by flow shares; sizes own choice (`hazards/embolus`).
    **Valid for** pieces that the flow carries: no buoyancy of air, no bouncing at forks.
    Held by ``tests/suite/instruments/test_emboli.py``.
    """

    def __init__(self, hazards: Hazards, seed: int, emit: Emit) -> None:
        self._hazards, self._seed, self._emit = hazards, seed, emit
        self._count = 0
        self._ways: tuple[Plumbing, list[list[tuple[int, bool]]], dict[int, tuple[str, str]]] | None = None
        self._vessel_of: dict[int, tuple[str, int]] = {}

    def carry(
        self, release: Release, blood: Circulation | None, mean_ml_s: Floats, patient: PatientFacts
    ) -> list[Embolus]:
        """Where everything that was released is stuck; told by organ.

        Parameters
        ----------
        release : Release
        blood : Circulation or None
            None where no blood flows: then nothing is carried.
        mean_ml_s : ndarray, shape (edges,)
            Mean flow of its network (`Harms.mean_ml_s`).
        patient : PatientFacts
        """
        figures = self._hazards.figures(EmbolusHazard)
        if figures is None or blood is None or release.mm3 <= 0.0:
            return []
        if release.vessel not in blood.plumbing.courses:
            return []
        self._count += 1
        rng = generator(self._seed, "emboli", self._count)
        count = int(np.clip(round(release.mm3 / figures.piece_mm3), 1, figures.most_pieces))
        parts = rng.dirichlet(np.full(count, 4.0)) * release.mm3
        found = [self._stuck(release, float(mm3), blood, mean_ml_s, figures, rng) for mm3 in parts]
        emboli = [one for one in found if one is not None]
        if release.mm3 >= figures.told_mm3:
            self._tell(release, emboli, patient)
        return emboli

    def carry_piece(
        self, piece: Release, stops_mm: float, blood: Circulation, mean_ml_s: Floats
    ) -> Embolus | None:
        """Where one piece is stuck that stops in lumens below a diameter, mm, open as they are now; untold.

        It closes all of a drawn vessel, and stops in a hole that is narrower; what it closes of a bed that it
        goes into or of a hole, whoever asked knows.
        """
        figures = self._hazards.figures(EmbolusHazard)
        if figures is None or piece.vessel not in blood.plumbing.courses:
            return None
        self._count += 1
        rng = generator(self._seed, "emboli", self._count)
        found = self._stuck(piece, piece.mm3, blood, mean_ml_s, figures, rng, 0.5 * stops_mm)
        return replace(found, closes_share=1.0) if found is not None and found.vessel else found

    # ---- on the way --------------------------------------------------------------------------------------

    def _stuck(
        self, release: Release, mm3: float, blood: Circulation, mean: Floats, figures: EmbolusHazard,
        rng: np.random.Generator, stops_mm: float | None = None,
    ) -> Embolus | None:  # fmt: skip
        leaving, beds = self._network(blood)
        spec, radius = blood.plumbing.spec, piece_radius_mm(mm3) if stops_mm is None else stops_mm
        area_cm2 = spec.area_cm2 if stops_mm is None else spec.area_cm2 * blood.network.narrowest_share
        effects = () if blood.lesions is None else blood.lesions.effects
        holes = {one.lesion: 1e-2 * one.orifice_mm2 for one in effects if isinstance(one, Leak)}
        edge, _ = blood.edge_at(release.vessel, release.at_mm)
        onwards = bool(mean[edge] >= 0.0)
        is_air = release.matter == "air"
        for step in range(MOST_STEPS):
            kind = spec.kind[edge]
            if kind == EdgeKind.BED and edge in beds:
                bed, feeder = beds[edge]
                flow = max(abs(float(mean[edge])), 1e-3)
                counts = mm3 * (figures.air_share if is_air else 1.0)
                share = 1.0 - exp(-counts / (figures.bed_mm3_a_ml_s * flow))
                fades = figures.air_fades_s if is_air else None
                return Embolus(release.matter, mm3, bed=bed, feeder=feeder, bed_share=share, fades_s=fades)
            if stops_mm is not None and (hole := spec.edges[edge]) in holes:
                if radius > 10.0 * sqrt(holes[hole] * float(blood.network.narrowest_share[edge]) / pi):
                    return Embolus(release.matter, mm3, hole=hole)
                return None
            narrow = kind == EdgeKind.TUBE and step > 0 and not is_air
            if narrow and radius > 10.0 * float(np.sqrt(area_cm2[edge] / pi)):
                vessel, k = self._vessel_of[edge]
                stations = blood.plumbing.courses[vessel].stations_mm
                middle = 0.5 * float(stations[k] + stations[k + 1])
                return Embolus(
                    release.matter, mm3, vessel=vessel, at_mm=middle, closes_share=figures.closes_share
                )
            node = int(spec.b[edge] if onwards else spec.a[edge])
            way = self._fork([one for one in leaving[node] if one[0] != edge], mean, rng)
            if way is None:
                return None
            edge, onwards = way
        return None

    @staticmethod
    def _fork(
        ways: list[tuple[int, bool]], mean: Floats, rng: np.random.Generator
    ) -> tuple[int, bool] | None:
        """One of the edges at a node, with whether it begins there, by its share of what flows away.

        Where blood stands (a leg's vein while breath is held) all ways that it takes at rest are alike.
        """
        away = [max(float(mean[e]) if is_from else -float(mean[e]), 0.0) for e, is_from in ways]
        if sum(away) <= STILL_ML_S:
            away = [1.0 if is_from else 0.0 for _, is_from in ways]
        if not sum(away):
            return None
        chosen = int(np.searchsorted(np.cumsum(away), rng.random() * sum(away), "right"))
        return ways[min(chosen, len(ways) - 1)]

    def _network(self, blood: Circulation) -> tuple[list[list[tuple[int, bool]]], dict[int, tuple[str, str]]]:
        """By node the edges that lead on, with whether they begin there; by BED edge its bed and feeder."""
        plumbing = blood.plumbing
        if self._ways is None or self._ways[0] is not plumbing:
            spec = plumbing.spec
            leaving: list[list[tuple[int, bool]]] = [[] for _ in spec.nodes]
            arteries = {v.id for v in blood.graph.vessels.values() if v.system.endswith("artery")}
            for e, (a, b) in enumerate(zip(spec.a, spec.b, strict=True)):
                leaving[int(a)].append((e, True))
                if spec.edges[e].split("/")[0] in arteries:  # veins have valves, beds are no way back
                    leaving[int(b)].append((e, False))
            beds = {
                plumbing.edge[name]: (bed, feeder)
                for bed, drawn in plumbing.beds.items()
                for name, feeder in zip(drawn.edges, drawn.feeders, strict=True)
            }
            self._vessel_of = {
                plumbing.edge[name]: (vessel, k)
                for vessel, course in plumbing.courses.items()
                for k, name in enumerate(course.edges)
            }
            self._ways = plumbing, leaving, beds
        return self._ways[1], self._ways[2]

    # ---- what is told ------------------------------------------------------------------------------------

    def _tell(self, release: Release, emboli: list[Embolus], patient: PatientFacts) -> None:
        """One event for each organ that was hit."""
        item = self._hazards.item(EmbolusHazard)
        by_organ: dict[str, list[Embolus]] = {}
        for one in emboli:
            bed = one.bed or _bed_beyond(patient.graph, one.vessel)
            by_organ.setdefault(organ_of(patient.graph, bed), []).append(one)
        for organ, those in sorted(by_organ.items()):
            beds = sorted({one.bed for one in those if one.bed})
            vessels = sorted({one.vessel for one in those if one.vessel})
            tell(
                self._emit, EVENTS[release.matter], item, patient, tool=release.tool, device=release.device,
                title="", vessel=release.vessel, at_mm=release.at_mm, organ=organ, matter=release.matter,
                mm3=sum(one.mm3 for one in those), beds=beds, stuck_in=vessels, stroke=organ in STROKE,
                closed_share=max((one.bed_share for one in those), default=0.0),
            )  # fmt: skip

    def state(self) -> dict[str, Any]:
        """Everything that the next release depends on."""
        return {"count": self._count}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Return to a state taken by :meth:`state`."""
        self._count = int(state["count"])


def _bed_beyond(graph: VesselGraph, vessel: str) -> str:
    """The bed with the greatest flow that a vessel leads to; empty where it leads to none."""
    behind, waiting = {vessel}, [vessel]
    while waiting:
        here = waiting.pop()
        more = [v.id for v in graph.vessels.values() if v.parent is not None and v.parent.vessel == here]
        waiting += [name for name in more if name not in behind]
        behind |= set(more)
    fed = [bed for bed in graph.beds.values() if behind & set(bed.feeders)]
    return max(fed, key=lambda bed: bed.flow_ml_min).id if fed else ""
