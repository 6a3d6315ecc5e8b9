"""A patient's vessels as a network that flows: the one place where the graph becomes physics."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from angiosuite.anatomy.vessels.graph import VesselGraph
from angiosuite.kit.errors import RefusedInput
from angiosuite.physics.flow.draft import Draft
from angiosuite.physics.flow.spec import EdgeKind, FlowSpec, NodeLaw

from .beds import BedEdges, draw_beds
from .heart import draw_heart
from .lumped import OUTPUT_ML_MIN_KG, draw_great_veins, draw_lungs, with_lumped_beds
from .segments import Segments, draw_vessels

__all__ = ["Plumbing", "plumb"]

Floats = NDArray[np.float64]

CHEST, BELLY = 1, 2
VENOUS_ML_MMHG = 80.0
"""Compliance of all small systemic veins of an adult of 70 kg, ml/mmHg."""
RESERVOIR = "small-veins"
"""Node that holds it, beside the stream."""
RESERVOIR_MMHG, RESERVOIR_MMHG_S_ML = 6.0, 0.1
SPLANCHNIC = ("liver", "spleen", "pancreas", "stomach", "bowel")
BLOOD_ML_KG = 70.0
"""Blood volume of an adult, ml/kg."""


@dataclass(frozen=True, slots=True, eq=False)
class Plumbing:
    """A network with the way back to the anatomy.

    Parameters
    ----------
    spec : FlowSpec
    courses : mapping of vessel to Course
        Segments of each vessel that carries blood.
    beds : mapping of bed to BedEdges
    node, edge : mapping of str to int
        Places in the spec.
    """

    spec: FlowSpec
    courses: Segments
    beds: Mapping[str, BedEdges]
    node: Mapping[str, int]
    edge: Mapping[str, int]

    def points(self, graph: VesselGraph, vessels: Iterable[str]) -> tuple[NDArray[np.int64], Floats]:
        """Edge and share along it of every centre-line point of some vessels, one after the other."""
        edges, shares = [np.zeros(0, np.int64)], [np.zeros(0)]
        for vessel in vessels:
            course = self.courses[vessel]
            k, share = course.place(graph.vessels[vessel].arc_mm)
            edges.append(np.array([self.edge[name] for name in course.edges], np.int64)[k])
            shares.append(share)
        return np.concatenate(edges), np.concatenate(shares)

    def with_values_of(self, other: Plumbing) -> Plumbing:
        """The same drawing with the resistances and the heart's strength that another one was set to."""
        resistance, high = self.spec.resistance.copy(), self.spec.elastance_high.copy()
        for name, edge in self.edge.items():
            if name in other.edge:
                resistance[edge] = other.spec.resistance[other.edge[name]]
        for name, node in self.node.items():
            if name in other.node:
                high[node] = other.spec.elastance_high[other.node[name]]
        return replace(self, spec=replace(self.spec, resistance=resistance, elastance_high=high))


def plumb(
    graph: VesselGraph,
    mass_kg: float,
    dome_z_mm: float | None = None,
    groin_z_mm: float | None = None,
    also: Mapping[str, tuple[float, ...]] = MappingProxyType({}),
    more: Callable[[Draft, Segments], None] | None = None,
) -> Plumbing:
    """A closed loop through a patient's vessels.

    Parameters
    ----------
    graph : VesselGraph
    mass_kg : float
        Of the patient; sets the blood volume.
    dome_z_mm, groin_z_mm : float or None
        Heights of diaphragm and groin: pressure of the chest acts above the first, of the belly in between.
    also : mapping of vessel to tuple of float
        Further arc lengths at which vessels are parted, mm.
    more : callable, optional
        Adds what lesions ask for to the draft.

    Notes
    -----
    **Model** vessels as segments (`segments`), beds with arterioles, capillaries in tanks and a venous
    reservoir (`beds`), four chambers (`heart`). Volumes at rest: what vessels, chambers and beds do not hold
    of 70 ml/kg is the unstressed volume of the small veins.
    **Source** compliance of the systemic veins 100 ml/mmHg and unstressed volumes: six-compartment loop of
    Davis (CVSim, MIT 1991), less what the named veins add. **Valid for** adults, lying.
    Held by ``tests/suite/circulation/test_plumbing.py``.
    """
    whole = with_lumped_beds(graph, mass_kg)
    draft = Draft()
    courses = draw_vessels(whole, draft, _vessel_regions(whole, dome_z_mm, groin_z_mm), also)
    veins = _draw_heart(draft, whole, courses, mass_kg)
    gut = {bed.id: BELLY for bed in whole.beds.values() if bed.kind in SPLANCHNIC}
    beds = draw_beds(whole, courses, draft, gut)
    _draw_reservoir(draft, veins, mass_kg)
    if more is not None:
        more(draft, courses)
    spec = _filled(draft, mass_kg)
    node, edge = ({name: k for k, name in enumerate(names)} for names in (spec.nodes, spec.edges))
    return Plumbing(spec, courses, beds, node, edge)


def _draw_heart(draft: Draft, graph: VesselGraph, courses: Segments, mass_kg: float) -> str:
    """Draw the heart between the roots of the trees, with lumps for what is missing; a node of the veins."""
    roots: dict[str, list[str]] = {
        system: [
            courses[v.id].nodes[0]
            for v in graph.vessels.values()
            if v.system == system and v.parent is None and v.id in courses
        ]
        for system in ("artery", "vein", "pulmonary-artery", "pulmonary-vein")
    }
    if not roots["artery"]:
        raise RefusedInput(
            "These vessels have no aorta to begin with",
            code="no-aorta",
            way_out="Correct the tree: name the vessel that leaves the heart.",
        )
    if not roots["vein"]:
        roots["vein"] = [draw_great_veins(draft)]
    if not (roots["pulmonary-artery"] and roots["pulmonary-vein"]):
        before, behind = draw_lungs(draft, OUTPUT_ML_MIN_KG * mass_kg / 60.0)
        roots["pulmonary-artery"], roots["pulmonary-vein"] = [before], [behind]
    draw_heart(
        draft,
        aorta=roots["artery"][0],
        pulmonary_trunk=roots["pulmonary-artery"][0],
        great_veins=roots["vein"],
        pulmonary_veins=roots["pulmonary-vein"],
    )
    lowest = min(
        (v for v in graph.of_system("vein") if v.parent is None and v.id in courses),
        key=lambda v: float(v.points_mm[:, 2].min()),
        default=None,
    )
    return roots["vein"][0] if lowest is None else courses[lowest.id].nodes[-1]


def _vessel_regions(graph: VesselGraph, dome_mm: float | None, groin_mm: float | None) -> dict[str, int]:
    """External pressure on each vein and lung vessel by the height of its middle."""
    if dome_mm is None or groin_mm is None:
        return {}
    regions: dict[str, int] = {}
    for vessel in graph.vessels.values():
        if vessel.system == "artery":
            continue
        z = float(np.median(vessel.points_mm[:, 2]))
        lung = vessel.system in ("pulmonary-artery", "pulmonary-vein")
        regions[vessel.id] = CHEST if lung or z > dome_mm else BELLY if z > groin_mm else 0
    return regions


def _draw_reservoir(draft: Draft, veins: str, mass_kg: float) -> None:
    """The small veins' compliance beside the great veins."""
    compliance = VENOUS_ML_MMHG * mass_kg / 70.0
    draft.node(RESERVOIR, stiffness=1.0 / compliance, start_mmhg=RESERVOIR_MMHG)
    draft.edge(f"{RESERVOIR}:way", RESERVOIR, veins, kind=EdgeKind.LINK, resistance=RESERVOIR_MMHG_S_ML)


def _filled(draft: Draft, mass_kg: float) -> FlowSpec:
    """The network, its reservoir given the unstressed volume that is left of the blood volume."""
    spec = draft.spec()
    tanks = float(spec.bed_ml[spec.kind == EdgeKind.BED].sum())
    walls = np.isin(spec.law, (NodeLaw.TUBE, NodeLaw.VEIN))
    linear, chambers = (spec.law == law for law in (NodeLaw.LINEAR, NodeLaw.CHAMBER))
    held = tanks + float(spec.volume_ml[walls].sum())
    for which, stiffness in ((linear, spec.stiffness), (chambers, spec.elastance_low)):
        held += float((spec.volume_ml[which] + spec.start_mmhg[which] / stiffness[which]).sum())
    draft.node(RESERVOIR, volume_ml=max(BLOOD_ML_KG * mass_kg - held, 100.0))
    return draft.spec()
