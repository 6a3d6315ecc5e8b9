"""A patient's circulation at rest: pressures, flows and volume as in a healthy adult who lies."""

from __future__ import annotations

import numpy as np
import pytest

from angiosuite.suite.circulation.plumbing import plumb
from angiosuite.suite.circulation.settling import REGIONS, Settled, settle
from angiosuite.suite.room import Room

from .conftest import STEPS
from .small import small_graph


def test_every_bed_carries_its_reference_flow(rest: Settled) -> None:
    for bed in rest.plumbing.beds.values():
        carried = [rest.mean_ml_s[rest.plumbing.edge[name]] for name in bed.edges]
        assert carried == pytest.approx(bed.flow_ml_s, rel=0.02)


@pytest.mark.parametrize(
    ("place", "low", "high"),
    [
        ("aorta@0.0", 90.0, 96.0),
        ("right-atrium", 2.0, 6.0),
        ("left-atrium", 5.0, 12.0),
        ("portal-vein@0.0", 5.0, 12.5),
        ("pulmonary-trunk@0.0", 9.0, 20.0),
        ("inferior-vena-cava@0.0", 2.0, 8.0),
    ],
)
def test_pressures_are_those_of_a_healthy_adult(rest: Settled, place: str, low: float, high: float) -> None:
    # resting means as in textbooks of haemodynamics: aorta 70-105, right atrium 2-6, wedge 4-12, pulmonary
    # artery 9-18, portal 5-10 mmHg (draft)
    assert low < rest.mean_mmhg[rest.plumbing.node[place]] < high


def test_the_loop_keeps_its_volume_and_repeats_itself(rest: Settled) -> None:
    network = rest.network.carried_to(rest.plumbing.spec)
    whole, aorta = network.total_ml, rest.plumbing.node["aorta@0.0"]
    turn = 1.0 / STEPS
    means = []
    for _ in range(12):
        mmhg = []
        for k in range(STEPS):
            network.step((k + 1) * turn % 1.0, REGIONS, 1, turn)
            mmhg.append(network.pressure_mmhg[aorta])
        means.append(np.mean(mmhg))
    assert network.total_ml == pytest.approx(whole, rel=1e-9)
    assert np.ptp(means) < 1.0


def test_the_aorta_runs_backwards_no_more_than_in_healthy_people(patient_room: Room) -> None:
    # retrograde over antegrade volume: 6.3 % in the ascending aorta of 24 people (Am Heart J 117:1214, 1989),
    # 13.8 +- 11.8 % below the renal arteries of nine, the most of five levels (Mostbeck et al., J Magn Reson
    # Imaging 3:617, 1993)
    rest = patient_room.at_rest(68.0)
    network, courses = rest.network.carried_to(rest.plumbing.spec), rest.plumbing.courses
    places = {
        "ascending": courses["ascending-aorta"].edges[-1],
        "thoracic": courses["descending-thoracic-aorta"].edges[-1],
        "infrarenal": courses["abdominal-aorta"].edges[-1],
    }
    turn, arch = 1.0 / STEPS, rest.plumbing.node[courses["ascending-aorta"].nodes[0]]
    mmhg, ml_s = [], []
    for k in range(STEPS):
        network.step((k + 1) * turn % 1.0, REGIONS, 1, turn)
        mmhg.append(network.pressure_mmhg[arch])
        ml_s.append([network.flow_ml_s[rest.plumbing.edge[edge]] for edge in places.values()])
    flow = np.array(ml_s)
    back = -np.minimum(flow, 0.0).sum(axis=0) / np.maximum(flow, 0.0).sum(axis=0)
    ascending, thoracic, infrarenal = back
    assert ascending < 0.063
    assert thoracic < infrarenal
    assert 0.138 - 0.118 < infrarenal < 0.138 + 0.118
    assert 110.0 < max(mmhg) < 130.0 and 65.0 < min(mmhg) < 85.0


def test_a_tree_without_veins_lungs_or_beds_gets_lumps_and_flows() -> None:
    graph = small_graph()
    arteries = {v.id: v for v in graph.of_system("artery")}
    rest = settle(plumb(type(graph)(arteries, {}), 75.0), 68.0)
    carried = rest.mean_ml_s[rest.plumbing.edge["aortic-valve"]]
    assert 60.0 * carried == pytest.approx(75.0 * 75.0, rel=0.03)
    assert 90.0 < rest.mean_mmhg[rest.plumbing.node["aorta@0.0"]] < 96.0
