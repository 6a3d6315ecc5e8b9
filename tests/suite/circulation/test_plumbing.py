"""A patient's vessels as a closed loop: everything is joined, and it holds the blood of a patient."""

from __future__ import annotations

import numpy as np
import pytest

from angiosuite.anatomy.vessels.graph import VesselGraph
from angiosuite.kit.errors import RefusedInput
from angiosuite.physics.flow.spec import EdgeKind, NodeLaw
from angiosuite.suite.circulation.plumbing import BLOOD_ML_KG, plumb

from .small import PLUMBED, small_graph


def test_every_node_hangs_together_with_every_other() -> None:
    spec = plumb(small_graph(), **PLUMBED).spec
    label = np.arange(len(spec.nodes))
    for _ in range(len(spec.nodes)):
        lower = np.minimum(label[spec.a], label[spec.b])
        before = label.copy()
        np.minimum.at(label, spec.a, lower)
        np.minimum.at(label, spec.b, lower)
        if (label == before).all():
            break
    assert (label == 0).all()


def test_blood_leaves_no_node_that_it_cannot_come_to() -> None:
    spec = plumb(small_graph(), **PLUMBED).spec
    beside = {spec.node("small-veins")}
    for k in set(range(len(spec.nodes))) - beside:
        assert (spec.a == k).any() and (spec.b == k).any(), spec.nodes[k]


@pytest.mark.parametrize("mass_kg", [50.0, 75.0, 110.0])
def test_a_patient_holds_seventy_millilitres_a_kilogram(mass_kg: float) -> None:
    spec = plumb(small_graph(), **{**PLUMBED, "mass_kg": mass_kg}).spec
    held = float(spec.bed_ml[spec.kind == EdgeKind.BED].sum())
    for k, law in enumerate(spec.law):
        stiffness = {NodeLaw.LINEAR: spec.stiffness[k], NodeLaw.CHAMBER: spec.elastance_low[k]}.get(law)
        held += spec.volume_ml[k] + (spec.start_mmhg[k] / stiffness if stiffness else 0.0)
    whole = BLOOD_ML_KG * mass_kg  # the filling of the reservoir itself is on top
    reservoir = spec.node("small-veins")
    assert held - spec.start_mmhg[reservoir] / spec.stiffness[reservoir] == pytest.approx(whole, rel=0.12)


def test_every_bed_lies_between_its_feeders_and_its_drains() -> None:
    graph = small_graph()
    plumbing = plumb(graph, **PLUMBED)
    assert set(plumbing.beds) == set(graph.beds)
    for name, bed in plumbing.beds.items():
        assert set(bed.feeders) == set(graph.beds[name].feeders)
        assert 60.0 * bed.flow_ml_s[~bed.portal].sum() == pytest.approx(
            graph.beds[name].flow_ml_min, rel=1e-6
        )
        for edge in bed.edges:
            assert plumbing.spec.kind[plumbing.edge[edge]] == EdgeKind.BED


def test_points_of_a_vessel_lie_on_the_vessel_s_own_edges() -> None:
    graph = small_graph()
    plumbing = plumb(graph, **PLUMBED)
    names = ["aorta", "right-renal-vein"]
    edges, shares = plumbing.points(graph, names)
    count = len(graph.vessels["aorta"].points_mm)
    assert len(edges) == len(shares) == sum(len(graph.vessels[v].points_mm) for v in names)
    for part, name in ((edges[:count], names[0]), (edges[count:], names[1])):
        assert set(part) <= {plumbing.edge[e] for e in plumbing.courses[name].edges}
    assert shares.min() >= 0.0 and shares.max() <= 1.0


def test_vessels_above_the_diaphragm_feel_the_chest_and_arteries_feel_nothing() -> None:
    plumbing = plumb(small_graph(), **PLUMBED)

    def region(vessel: str) -> set[int]:
        return {int(plumbing.spec.region[plumbing.node[n]]) for n in plumbing.courses[vessel].nodes[1:]}

    assert region("aorta") == {0}
    assert region("pulmonary-trunk") == {1}
    assert region("hepatic-vein") <= {1, 2}
    assert region("right-renal-vein") == {2}


def test_vessels_without_an_aorta_are_refused() -> None:
    veins = {v.id: v for v in small_graph().of_system("vein")}
    with pytest.raises(RefusedInput) as refused:
        plumb(VesselGraph(veins, {}), 75.0)
    assert refused.value.code == "no-aorta" and refused.value.way_out
