"""What lesions and instruments do to the network: each hook, and that nothing valid breaks it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from angiosuite.physics.flow.network import Network
from angiosuite.physics.flow.respiration import external_mmhg
from angiosuite.physics.flow.small_circulation import circulation
from angiosuite.physics.flow.spec import EdgeKind, NodeLaw


@pytest.fixture
def network(beat) -> Network:
    """A circulation near rest."""
    made = Network(circulation())
    beat(made, 40.0)
    return made


def test_a_closed_lumen_lets_nothing_through_and_the_rest_flows_on(network, beat, mean_flow):
    kidney, brain = network.spec.edge("right-kidney/0"), network.spec.edge("brain/0")
    network.set_area(kidney, 0.0)
    beat(network, 5.0)
    assert abs(mean_flow(network, kidney)) < 1e-4
    assert mean_flow(network, brain) > 8.0


def test_a_catheter_that_fits_tightly_makes_a_gradient_and_drawn_out_leaves_none(network, beat, mean_flow):
    edge = network.spec.edge("right-kidney/0")
    before = mean_flow(network, edge)
    flows = []
    for radius_mm in (0.85, 2.0, 2.8, 2.9):
        network.set_catheter(edge, radius_mm)
        beat(network, 8.0)
        flows.append(mean_flow(network, edge))
    assert before > flows[0] > flows[1] > flows[2] > flows[3]
    assert flows[0] > 0.95 * before and flows[3] < 1e-3
    network.set_catheter(edge, None)
    beat(network, 10.0)
    assert mean_flow(network, edge) == pytest.approx(before, rel=0.02)


def test_a_stent_keeps_a_vein_open_that_would_collapse(network, beat):
    edge, node = network.spec.edge("ivc/0"), network.spec.node("ivc-pelvic")
    network.sources_ml_s[node] = -20.0
    beat(network, 3.0)
    assert network.volume_ml[node] < 0.9 * network.reference_ml[node]
    gap = network.pressure_mmhg[network.spec.b[edge]] - network.pressure_mmhg[node]
    network.set_floor(edge, 1.0)
    beat(network, 1.0)
    assert network.pressure_mmhg[network.spec.b[edge]] - network.pressure_mmhg[node] < gap


def test_a_bed_that_is_closed_off_sends_its_flow_elsewhere(network, beat, mean_flow):
    spec = network.spec
    bed, other = spec.edge("pelvis.2-bed/bed"), spec.edge("right-leg/0")
    was, other_was = mean_flow(network, bed), mean_flow(network, other)
    network.set_resistance(bed, 10.0)
    beat(network, 10.0)
    assert mean_flow(network, bed) < 0.2 * was
    assert mean_flow(network, other) > other_was


def test_an_injection_displaces_what_flows_in_and_does_not_add_to_it(network, beat, mean_flow):
    # research notes 3.1: some 0.95 of what is injected displaces inflow
    spec = network.spec
    inflow, outflow = spec.edge("liver/0"), spec.edge("liver/1")
    in_was, out_was = mean_flow(network, inflow), mean_flow(network, outflow)
    network.sources_ml_s[spec.b[inflow]] = 3.0
    beat(network, 2.0)
    assert in_was - mean_flow(network, inflow) == pytest.approx(3.0, rel=0.1)
    assert mean_flow(network, outflow) == pytest.approx(out_was, rel=0.1)


def test_the_pressure_inside_a_vessel_falls_where_its_loss_is(network):
    edge = network.spec.edge("right-kidney/0")
    network.set_stenosis(edge, 1.0, 0.05)
    network.step(0.3, external_mmhg(0.0), 200)
    shares = np.linspace(0, 1, 21)
    p = np.array([network.pressure_at(edge, share) for share in shares])
    a, b = (network.pressure_mmhg[end[edge]] for end in (network.spec.a, network.spec.b))
    assert p[0] == pytest.approx(a) and p[-1] == pytest.approx(b)
    steepest = int(np.argmax(np.abs(np.diff(p))))
    assert shares[steepest] == pytest.approx(0.5, abs=0.06)


def test_valves_never_let_back_more_than_a_closed_one_leaks(network):
    valves = np.flatnonzero(network.spec.kind == EdgeKind.VALVE)
    phase = 0.0
    for _ in range(2000):
        phase = (phase + 0.0024) % 1.0
        network.step(phase, external_mmhg(0.0), 1, 0.0024)
        assert network.flow_ml_s[valves].min() > -1e-3


def test_breathing_in_fills_the_veins_of_the_chest(beat):
    network = Network(circulation())
    beat(network, 10.0)
    volumes = []
    for inspired in (0.0, 1.0):
        network.step(0.0024, external_mmhg(inspired), 2500, 0.0024)
        volumes.append(network.volume_ml[network.spec.node("right-atrium")])
    assert volumes[1] > volumes[0]


def _play(seed: int, commands: int, steps: int) -> None:
    """Random valid commands: nothing becomes NaN, no volume negative, what is injected is gained."""
    draw = np.random.default_rng(seed)
    spec = circulation()
    network = Network(spec)
    tubes = np.flatnonzero(spec.kind == EdgeKind.TUBE)
    beds = np.flatnonzero(spec.kind == EdgeKind.BED)
    walls = np.flatnonzero(spec.law == NodeLaw.TUBE)
    added, began = 0.0, network.total_ml
    for _ in range(commands):
        edge = int(draw.choice(tubes))
        match int(draw.integers(0, 8)):
            case 0:
                network.set_area(edge, float(draw.uniform(0, 1.5)))
            case 1:
                network.set_stenosis(edge, float(draw.uniform(0, 4)), float(draw.uniform(0, 1)))
            case 2:
                network.set_catheter(edge, float(draw.choice([0.0, 0.5, 0.85, 2.0, 6.0])))
            case 3:
                network.set_resistance(int(draw.choice(beds)), float(10 ** draw.uniform(-1, 3)))
            case 4:
                network.sources_ml_s[:] = 0.0
                network.sources_ml_s[draw.choice(walls)] = draw.choice([30.0, 8.0, 2.0, -4.0])
            case 5:
                network.set_floor(edge, float(draw.uniform(0, 1)))
            case 6:
                network.set_stenosis(edge, None)
            case 7:
                network.sources_ml_s[:] = 0.0
        rate = draw.uniform(30, 180) / 60 * 0.002
        phase, outside = float(draw.uniform()), external_mmhg(float(draw.uniform()))
        for _ in range(steps):
            network.step(phase, outside, 1, rate)
            added += network.sources_ml_s.sum() * 0.002
            phase = (phase + rate) % 1.0
        assert np.isfinite(network.pressure_mmhg).all() and np.isfinite(network.flow_ml_s).all()
        assert (network.volume_ml > 0).all()
        if network.total_ml > 8000 or network.total_ml < 2500:
            network.restore(Network(spec).state())
            added, began = 0.0, network.total_ml
    assert network.total_ml - began == pytest.approx(added, abs=1e-9 * network.total_ml)


@settings(max_examples=10)
@given(seed=st.integers(0, 2**32))
def test_random_valid_commands_break_nothing(seed):
    _play(seed, 60, 10)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(20))
def test_a_million_random_valid_commands_break_nothing(seed):
    _play(seed, 50_000, 5)


@pytest.mark.long
def test_f8_a_closed_loop_keeps_its_volume_for_an_hour(beat):
    network = Network(circulation())
    before = network.total_ml
    beat(network, 3600.0)
    assert network.total_ml == pytest.approx(before, rel=1e-9)
