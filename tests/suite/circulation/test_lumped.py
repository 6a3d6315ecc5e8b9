"""Beds for what ends in none: where an arcade closes, nothing ends."""

from __future__ import annotations

from dataclasses import replace

from angiosuite.anatomy.vessels.graph import Junction, VesselGraph
from angiosuite.suite.circulation.lumped import OUTPUT_ML_MIN_KG, with_lumped_beds

from .small import small_graph, vessel

MASS_KG = 75.0


def with_an_arcade(closed: bool) -> VesselGraph:
    """Two slim arteries from the aorta; the upper ends in the lower, or both end in nothing."""
    graph = small_graph()
    lower = vessel("lower", "artery", Junction("aorta", 250.0), (0, 0, 50), (0, -40, 50), 1.0, away=True)
    upper = vessel("upper", "artery", Junction("aorta", 240.0), (0, 0, 60), (0, -40, 50), 1.0, away=True)
    if closed:
        upper = replace(upper, joins=Junction("lower", float(lower.arc_mm[-1])))
    return replace(graph, vessels={**graph.vessels, "lower": lower, "upper": upper})


def test_what_another_joins_ends_in_that_one_and_asks_for_no_bed() -> None:
    graph = with_an_arcade(closed=True)
    assert with_lumped_beds(graph, MASS_KG).beds.keys() == graph.beds.keys()


def test_loose_ends_share_what_named_beds_leave_of_the_output() -> None:
    graph = with_an_arcade(closed=False)
    beds = with_lumped_beds(graph, MASS_KG).beds
    assert beds.keys() - graph.beds.keys() == {"lower-bed", "upper-bed"}
    assert beds["lower-bed"].flow_ml_min == beds["upper-bed"].flow_ml_min > 0.0
    whole = sum(bed.flow_ml_min for bed in beds.values() if bed.kind != "lung")
    assert whole >= OUTPUT_ML_MIN_KG * MASS_KG - 1e-6
