"""All lumens of a built-in patient, grown into its body from parameters and templates."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from angiosuite.anatomy.body import Body
from angiosuite.anatomy.physique import PatientParameters
from angiosuite.anatomy.vessels.arteries import grow_arteries
from angiosuite.anatomy.vessels.carrying import carrier_of
from angiosuite.anatomy.vessels.graph import Bed, Twigs, Vessel, VesselGraph
from angiosuite.anatomy.vessels.organs import furnish
from angiosuite.anatomy.vessels.settle import Clearance
from angiosuite.anatomy.vessels.templates import templates
from angiosuite.anatomy.vessels.variants import draw_variants, sites_of
from angiosuite.content.loader import Library

__all__ = ["grow_vessels", "hash_graph", "parameters_of_body"]

TEMPLATE_NOTICE = (
    "The vessels are those of a reference body, carried to this patient; "
    "the ones marked as templates were drawn, not measured."
)


def grow_vessels(
    body: Body,
    parameters: PatientParameters | None = None,
    variants: Mapping[str, str] | None = None,
    library: Library | None = None,
) -> VesselGraph:
    """The vessel graph of a built-in patient; equal parameters and templates give an equal graph.

    Parameters
    ----------
    body : Body
        A body of `anatomy.builtin`, any voxel size.
    parameters : PatientParameters, optional
        What it was grown from; read from its habitus when None.
    variants : mapping of site to variant, optional
        What is not left to the seed.
    library : Library, optional
        Content with the templates; the shipped one when None.

    Returns
    -------
    graph : VesselGraph

    Notes
    -----
    Order: variants are drawn, arteries laid (with winding and calcium), organ trees grown from their ends,
    veins and ducts laid, beds closed between the two, then the hash.
    Held by ``tests/anatomy/vessels/test_build.py``.
    """
    grown = parameters or parameters_of_body(body)
    items = templates(library)
    drawn = draw_variants(sites_of(items), grown.seed, variants)
    carrier, bones = carrier_of(body), Clearance.of_bones()
    arteries, beds = grow_arteries(grown, carrier, items, drawn, (Clearance.of_hollows(), bones))
    whole = furnish(body, grown, carrier, arteries, beds, drawn, bones=bones)
    graph = VesselGraph(whole.vessels, whole.beds, whole.territory, drawn, (TEMPLATE_NOTICE,))
    return replace(graph, content_hash=hash_graph(graph))


def parameters_of_body(body: Body) -> PatientParameters:
    """The parameters that a built-in body says it was grown from; KeyError when it does not."""
    told = body.habitus
    return PatientParameters(
        body.patient_id,
        sex=told["sex"],
        habitus=told["habitus"],
        height_cm=told["height_cm"],
        seed=told["seed"],
        bmi=told["bmi"],
        age_years=told["age_years"],
    )


def hash_graph(graph: VesselGraph) -> str:
    """SHA-256 (hex) over names, geometry, beds and territory of a graph."""
    digest = hashlib.sha256()

    def add(facts: object, *arrays: np.ndarray | None) -> None:
        digest.update(json.dumps(facts, sort_keys=True).encode())
        for array in arrays:
            if array is not None:
                digest.update(np.ascontiguousarray(array).data)

    for vessel in graph.vessels.values():
        add(vessel_facts(vessel), vessel.points_mm, vessel.radius_mm, vessel.share)
    for bed in graph.beds.values():
        add(bed_facts(bed))
        for twigs in (bed.twigs, bed.vein_twigs):
            if isinstance(twigs, Twigs):
                add("twigs", twigs.pieces, twigs.before)
    if graph.territory is not None:
        land = graph.territory
        add([land.beds, land.origin_mm, land.spacing_mm], land.number)
    add([dict(graph.variants), graph.notices])
    return digest.hexdigest()


def vessel_facts(vessel: Vessel) -> dict[str, object]:
    """Members of a vessel but its arrays, for JSON."""
    return {
        "id": vessel.id,
        "name": vessel.name,
        "system": vessel.system,
        "parent": [vessel.parent.vessel, vessel.parent.at_mm] if vessel.parent else None,
        "away": vessel.away,
        "follows": vessel.follows,
        "bed": vessel.bed,
        "joins": [vessel.joins.vessel, vessel.joins.at_mm] if vessel.joins else None,
        "side": vessel.side,
        "calcium": vessel.calcium,
        "origin": vessel.origin,
    }


def bed_facts(bed: Bed) -> dict[str, object]:
    """Members of a bed but its twigs, for JSON."""
    return {
        "id": bed.id,
        "name": bed.name,
        "kind": bed.kind,
        "flow_ml_min": bed.flow_ml_min,
        "transit_s": bed.transit_s,
        "feeders": list(bed.feeders),
        "drains": list(bed.drains),
        "inside": bed.inside,
        "follows": bed.follows,
    }
