"""Bleeding: as fast as the hole and the pressure say, held up by its space, closed by clot."""

from __future__ import annotations

import numpy as np
import pytest

from angiosuite.physics.flow.draft import Draft
from angiosuite.physics.flow.haemorrhage import Haemorrhage, Hole, draw_hole
from angiosuite.physics.flow.network import Network
from angiosuite.physics.flow.small_circulation import circulation
from angiosuite.physics.flow.spec import NodeLaw

AT = "spleen.1"


def _bleeding(hole: Hole) -> tuple[Network, Haemorrhage]:
    d = Draft(circulation())
    draw_hole(d, "bleeding", AT, hole)
    network = Network(d.spec())
    return network, Haemorrhage(network, "bleeding", hole)


def test_a_hole_bleeds_as_torricelli_says():
    d = Draft()
    d.node("artery", law=NodeLaw.FIXED, p0_mmhg=90.0)
    draw_hole(d, "hole", "artery", Hole(0.01))
    network = Network(d.spec())
    network.step(0.0, np.zeros(1), 50)
    speed = np.sqrt(2 * 90 * 1333.22 / 1.06)
    assert network.flow_ml_s[0] == pytest.approx(0.6 * 0.01 * speed, rel=1e-3)


def test_what_bled_is_what_the_circulation_lost(beat):
    network, bleeding = _bleeding(Hole(0.005))
    before = network.total_ml
    beat(network, 30.0)
    assert bleeding.lost_ml(network) > 20.0
    assert before - network.total_ml == pytest.approx(bleeding.lost_ml(network), rel=1e-9)


def test_a_confined_space_holds_the_bleeding_up(beat):
    network, bleeding = _bleeding(Hole(0.02, space_ml_mmhg=1.0))
    beat(network, 60.0)
    assert 60.0 < bleeding.lost_ml(network) < 140.0  # some 90 mmHg in 1 ml/mmHg
    total = 0.0
    for k in range(417):
        network.step((k + 1) * 0.0024 % 1.0, np.array([0.0, -4.0, 2.0]), 1, 0.0024)
        total += bleeding.flow_ml_s(network) / 417
    assert abs(total) < 0.05


def test_a_clot_closes_the_hole_and_heparin_keeps_it_open(beat):
    for act_s, closed in ((120.0, True), (320.0, False)):
        network, bleeding = _bleeding(Hole(0.005, clots_s=20.0))
        for _ in range(150):
            bleeding.step(network, 1.0, act_s)
        beat(network, 5.0)
        assert (bleeding.flow_ml_s(network) < 0.01) == closed
        assert (bleeding.opening < 0.001) == closed


def test_a_bleeding_that_comes_and_goes_follows_its_times(beat):
    network, bleeding = _bleeding(Hole(0.005, bleeds_s=20.0, rests_s=40.0))
    seen = []
    for _ in range(60):
        bleeding.step(network, 2.0)
        beat(network, 1.0)
        seen.append(bleeding.flow_ml_s(network) > 0.1)
    assert 0.25 < np.mean(seen) < 0.45 and seen[0]


def test_a_state_restored_goes_on_as_the_first_did():
    hole = Hole(0.005, clots_s=30.0, bleeds_s=5.0, rests_s=5.0)
    network, one = _bleeding(hole)
    for _ in range(7):
        one.step(network, 1.0)
    other, two = _bleeding(hole)
    other.restore(network.state())
    two.restore(one.state())
    for _ in range(7):
        one.step(network, 1.0)
        two.step(other, 1.0)
    assert (network.state()["edges"] == other.state()["edges"]).all()
