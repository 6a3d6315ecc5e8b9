"""Fistula, false lumen, collaterals."""

from __future__ import annotations

import numpy as np
import pytest

from angiosuite.physics.flow.byways import Collaterals, draw_false_lumen, draw_way
from angiosuite.physics.flow.draft import Draft
from angiosuite.physics.flow.network import Network
from angiosuite.physics.flow.small_circulation import artery_stiffness, circulation
from angiosuite.physics.flow.spec import EdgeKind, NodeLaw


def test_a_way_loses_what_its_length_and_its_mouth_take(at_rest):
    d = Draft()
    d.node("a", law=NodeLaw.FIXED, p0_mmhg=80.0)
    d.node("b", law=NodeLaw.FIXED, p0_mmhg=10.0)
    draw_way(d, "fistula", "a", "b", diameter_cm=0.3, length_cm=2.0)
    network = Network(d.spec())
    at_rest(network, 2.0)
    q, area = float(network.flow_ml_s[0]), np.pi * 0.3**2 / 4
    lost = 128 * 0.04 * 2 / (np.pi * 0.3**4) * q + 1.5 * 1.06 * (q / area) ** 2 / 2
    assert lost / 1333.22 == pytest.approx(70.0, rel=1e-6)


def test_a_fistula_steals_from_the_leg_beyond_it_and_fills_its_vein(beat, mean_flow):
    plain = Network(circulation())
    d = Draft(plain.spec)
    draw_way(d, "fistula", "right-leg.5", "ivc-pelvic", diameter_cm=0.4, length_cm=1.0)
    with_it = Network(d.spec())
    flows = []
    for network in (plain, with_it):
        beat(network, 30.0)
        flows.append([mean_flow(network, network.spec.edge(e)) for e in ("right-leg/8", "right-leg/0")])
    assert flows[1][0] < 0.95 * flows[0][0]
    assert flows[1][1] > 2 * flows[0][1]


def test_blood_swings_through_a_false_lumen_by_its_tears_and_rests_when_they_close(beat):
    d = Draft(circulation())
    along = [f"aorta-{k}" for k in range(3, 7)]
    draw_false_lumen(
        d,
        "false",
        along,
        area_cm2=2.0,
        segment_cm=5.0,
        stiffness=artery_stiffness(0.9),
        tears={0: 1.0, 3: 0.8},
    )
    network = Network(d.spec())
    spec, swings, means = network.spec, [], []
    for open_tears in ((0, 3), (3,), ()):
        for tear in (0, 3):
            network.set_area(spec.edge(f"false-tear-{tear}"), 1.0 if tear in open_tears else 0.0)
        beat(network, 30.0)
        flow, pressure = [], []
        for k in range(417):
            network.step((k + 1) * 0.0024 % 1.0, np.array([0.0, -4.0, 2.0]), 1, 0.0024)
            flow.append(abs(network.flow_ml_s[spec.edge("false/0")]))
            pressure.append(network.pressure_mmhg[[spec.node("false.1"), spec.node("aorta-4")]])
        swings.append(np.mean(flow))
        means.append(np.mean(pressure, axis=0))
    assert swings[0] > 10.0 > 0.1 > swings[2]
    assert swings[1] < swings[0]
    assert means[0][0] == pytest.approx(means[0][1], abs=5.0)


def test_collaterals_open_as_the_pressure_falls_beyond_them(beat):
    d = Draft(circulation())
    way = {"kind": EdgeKind.LINK, "resistance": 60.0}
    d.edge("communicating", "right-leg.3", "left-leg.3", **way)
    network = Network(d.spec())
    edge = network.spec.edge("communicating")
    collaterals = Collaterals(np.array([edge]))
    network.set_area(network.spec.edge("right-leg/0"), 0.0)
    beat(network, 10.0)
    first = network.resistance_of(edge)
    for _ in range(100):
        collaterals.step(network, 1.0)
    assert first / network.resistance_of(edge) == pytest.approx(1.2, rel=0.02)
    beat(network, 5.0)
    assert network.flow_ml_s[edge] < 0  # from the left to the right
    other = Collaterals(np.array([edge]))
    other.restore(collaterals.state())
    assert (other.state()["share"] == collaterals.state()["share"]).all()
