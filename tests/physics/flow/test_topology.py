"""Changes of topology: planned aside, joined with everything going on."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest

from angiosuite.physics.flow.draft import Draft
from angiosuite.physics.flow.network import Network
from angiosuite.physics.flow.small_circulation import circulation
from angiosuite.physics.flow.spec import EdgeKind, NodeLaw
from angiosuite.physics.flow.topology import plan, with_edge, without

SHUNT = {"kind": EdgeKind.LINK, "resistance": 0.15}


@pytest.fixture
def network(beat) -> Network:
    """A circulation near rest."""
    made = Network(circulation())
    beat(made, 20.0)
    return made


def test_a_shunt_from_the_portal_to_the_caval_vein_lowers_the_portal_pressure(network, beat):
    spec = network.spec
    for edge in (spec.edge("portal-bed"),):
        network.set_resistance(edge, 5.0)  # a cirrhotic liver
    beat(network, 40.0)
    gradient = network.pressure_mmhg[spec.node("portal-vein")] - network.pressure_mmhg[spec.node("ivc-chest")]
    assert gradient > 10.0
    shunted = with_edge(network, "shunt", "portal-vein", "ivc-chest", **SHUNT)
    assert shunted.total_ml == pytest.approx(network.total_ml, rel=1e-14)
    beat(shunted, 40.0)
    p = shunted.pressure_mmhg
    assert p[shunted.spec.node("portal-vein")] - p[shunted.spec.node("ivc-chest")] < 0.5 * gradient


def test_a_change_planned_in_a_thread_is_the_one_planned_at_once(network):
    draft = Draft(network.spec)
    draft.edge("shunt", "portal-vein", "ivc-chest", **SHUNT)
    with ThreadPoolExecutor(1) as pool:
        aside = plan(draft, pool).result().join(network)
    at_once = with_edge(network, "shunt", "portal-vein", "ivc-chest", **SHUNT)
    for one in (aside, at_once):
        one.step(0.0024, np.array([0.0, -4.0, 2.0]), 100, 0.0024)
    assert all((aside.state()[k] == at_once.state()[k]).all() for k in aside.state())


def test_hooks_go_on_and_values_that_only_the_spec_gave_are_those_of_the_new_one(network):
    spec = network.spec
    network.set_stenosis(spec.edge("liver/0"), 1.0, 0.2)
    network.set_chamber(spec.node("left-ventricle"), elastance_high=3.0)
    network.set_reference(np.array([spec.node("brain.3-bed.v")]), np.array([100.0]))
    held = network.resistance_of(spec.edge("liver/0"))
    other = replace(spec, volume_ml=spec.volume_ml * 1.1, elastance_high=spec.elastance_high * 2)
    after = network.carried_to(other)
    assert after.resistance_of(spec.edge("liver/0")) == held
    assert after.reference_ml[spec.node("brain.3-bed.v")] == pytest.approx(110.0)
    assert after.reference_ml[spec.node("svc")] == pytest.approx(1.1 * spec.volume_ml[spec.node("svc")])
    high = after.state()["nodes"][6]
    assert high[spec.node("left-ventricle")] == 3.0
    assert high[spec.node("right-ventricle")] == pytest.approx(2 * 0.83)
    assert (after.volume_ml == network.volume_ml).all()


def test_a_node_taken_away_takes_its_edges_with_it(network, beat, mean_flow):
    after = without(network, "right-leg.11-bed.a")
    assert "right-leg.11-bed/bed" not in after.spec.edges
    gone = network.volume_ml[network.spec.node("right-leg.11-bed.a")]
    assert after.total_ml == pytest.approx(network.total_ml - gone, rel=1e-14)
    beat(after, 10.0)
    assert abs(mean_flow(after, after.spec.edge("right-leg/11"))) < 0.05


def test_valves_and_a_muscle_that_presses_pump_blood_one_way():
    d = Draft()
    d.node("foot", stiffness=0.05, volume_ml=100.0, start_mmhg=15.0)
    d.node("calf", law=NodeLaw.VEIN, volume_ml=30.0, stiffness=60.0, start_mmhg=10.0, region=1)
    d.node("thigh", stiffness=0.05, volume_ml=100.0, start_mmhg=15.0)
    d.edge("low", "foot", "calf", kind=EdgeKind.VALVE, resistance=0.1, inertance=1e-3)
    d.edge("high", "calf", "thigh", kind=EdgeKind.VALVE, resistance=0.1, inertance=1e-3)
    network = Network(d.spec())
    before = network.volume_ml.copy()
    for k in range(20):
        network.step(0.0, np.array([0.0, 80.0 * (k % 2)]), 250)
    assert network.volume_ml[2] > before[2] + 30.0
    assert network.volume_ml.sum() == pytest.approx(before.sum(), rel=1e-12)
