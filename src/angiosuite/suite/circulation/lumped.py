"""What a graph lacks for a closed loop, as lumps: beds behind loose ends, great veins, lungs."""

from __future__ import annotations

from dataclasses import replace

from angiosuite.anatomy.vessels.graph import Bed, VesselGraph
from angiosuite.physics.flow.draft import Draft
from angiosuite.physics.flow.spec import EdgeKind

__all__ = ["GREAT_VEINS", "OUTPUT_ML_MIN_KG", "draw_great_veins", "draw_lungs", "with_lumped_beds"]

MURRAY_ML_MIN_MM3 = 12.0
"""Flow of an artery by the cube of its radius, ml/min/mm3: mean shear as in named arteries of the tables."""
OUTPUT_ML_MIN_KG = 75.0
"""Cardiac output at rest, ml/min/kg."""
TRANSIT_S = 6.0
GREAT_VEINS = "great-veins"


def with_lumped_beds(graph: VesselGraph, mass_kg: float) -> VesselGraph:
    """The graph with a bed behind every artery that ends in none; flows then add up to the heart's output.

    An artery that another begins from or joins ends in that one.

    Notes
    -----
    **Model** Murray's law: an end carries flow by the cube of its radius; lumps share what named beds leave
    of the output, and take no more than their radius asks for where named beds are few.
    **Valid for** trees taken from a scan, whose small branches are missing.
    """
    fed = {f for bed in graph.beds.values() for f in bed.feeders}
    joints = [joint for v in graph.vessels.values() for joint in (v.parent, v.joins) if joint is not None]
    busy = {joint.vessel for joint in joints}
    loose = [v for v in graph.of_system("artery") if v.away and v.id not in fed | busy and v.joins is None]
    if not loose:
        return graph
    named = sum(bed.flow_ml_min for bed in graph.beds.values() if bed.kind != "lung")
    cubes = {v.id: float(v.radius_mm[-1] ** 3) for v in loose}
    asked = MURRAY_ML_MIN_MM3 * sum(cubes.values())
    left = max(OUTPUT_ML_MIN_KG * mass_kg - named, 0.1 * asked)
    scale = left / sum(cubes.values())
    beds = {
        f"{v.id}-bed": Bed(
            f"{v.id}-bed", v.name, "muscle", cubes[v.id] * scale, TRANSIT_S, (v.id,), (), inside=False
        )
        for v in loose
    }
    return replace(graph, beds={**graph.beds, **beds})


def draw_great_veins(draft: Draft) -> str:
    """A node for all great veins of a graph that has none; its name."""
    return draft.node(GREAT_VEINS, volume_ml=250.0, stiffness=1.0 / 15.0, start_mmhg=5.0)


def draw_lungs(draft: Draft, flow_ml_s: float) -> tuple[str, str]:
    """Lungs of a graph that has none: names of the nodes before and behind them."""
    artery = draft.node("lung-arteries", volume_ml=60.0, stiffness=1.0 / 4.0, start_mmhg=15.0)
    vein = draft.node("lung-veins", volume_ml=120.0, stiffness=1.0 / 8.0, start_mmhg=9.0)
    draft.edge(
        "lungs:bed",
        artery,
        vein,
        kind=EdgeKind.BED,
        resistance=6.0 / flow_ml_s,
        bed_ml=4.0 * flow_ml_s,
        tanks=5,
    )
    return artery, vein
