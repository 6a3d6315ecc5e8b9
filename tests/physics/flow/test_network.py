"""Laws of the network: what flows is conserved, the same comes out again, and it settles where it must."""

from __future__ import annotations

import numpy as np
import pytest

from angiosuite.kit.errors import WrongUse
from angiosuite.physics.flow.draft import Draft
from angiosuite.physics.flow.network import Network
from angiosuite.physics.flow.small_circulation import circulation
from angiosuite.physics.flow.spec import EdgeKind, NodeLaw

EXTERNAL = np.array([0.0, -4.0, 2.0])
PHASE_STEP = 0.002 * 72.0 / 60.0


def beat(network: Network, seconds: float) -> None:
    """Let the heart of a closed loop beat."""
    steps = round(seconds / 0.002)
    network.step(PHASE_STEP, EXTERNAL, steps, PHASE_STEP)


def tube(length_cm: float = 10.0, diameter_cm: float = 0.3) -> Network:
    """A segment between a fed node and atmosphere."""
    d = Draft()
    d.node("in", stiffness=10.0)
    d.node("out", law=NodeLaw.FIXED)
    d.edge("t", "in", "out", length_cm=length_cm, area_cm2=np.pi * diameter_cm**2 / 4)
    return Network(d.spec())


def test_f1_a_steady_tube_follows_poiseuille():
    # 128 mu l Q / (pi D^4): closed_forms.py of the flow bench
    network = tube()
    network.sources_ml_s[0] = 1.0
    network.step(0.0, np.zeros(1), 20_000)
    assert network.pressure_mmhg[0] == pytest.approx(1.509, abs=5e-4)
    exact = 128 * 0.04 * 10 / (np.pi * 0.3**4) / 1333.22
    assert network.pressure_mmhg[0] == pytest.approx(exact, rel=1e-6)


def test_a_closed_loop_keeps_its_volume_while_the_heart_beats():
    network = Network(circulation())
    before = network.total_ml
    beat(network, 60.0)
    assert network.total_ml == pytest.approx(before, rel=1e-12)
    assert (network.volume_ml > 0).all()


def test_the_volume_rises_by_what_is_injected():
    network = Network(circulation())
    before = network.total_ml
    network.sources_ml_s[network.spec.node("aorta-3")] = 20.0
    beat(network, 2.0)
    assert network.total_ml - before == pytest.approx(40.0, rel=1e-9)


def test_two_networks_that_are_told_the_same_give_the_same_bytes():
    one, two = Network(circulation()), Network(circulation())
    for network in (one, two):
        beat(network, 2.0)
    assert all((one.state()[k] == two.state()[k]).all() for k in one.state())


def test_many_steps_in_one_call_are_as_many_calls():
    one, two = Network(circulation()), Network(circulation())
    phase = 0.0
    one.step(PHASE_STEP, EXTERNAL, 50, PHASE_STEP)
    for _ in range(50):
        phase += PHASE_STEP
        two.step(phase, EXTERNAL, 1, PHASE_STEP)
    assert two.pressure_mmhg == pytest.approx(one.pressure_mmhg, rel=1e-9)


def test_a_state_restored_goes_on_as_the_first_did():
    spec = circulation()
    first = Network(spec)
    first.set_stenosis(spec.edge("right-kidney/0"), 1.0, 0.2)
    first.set_area(spec.edge("liver/1"), 0.4)
    first.set_catheter(spec.edge("aorta/2"), 0.8)
    beat(first, 1.5)
    kept = first.state()
    second = Network(spec)
    second.restore(kept)
    beat(first, 1.0)
    beat(second, 1.0)
    assert all((first.state()[k] == second.state()[k]).all() for k in kept)


def test_what_both_topologies_know_goes_on_and_the_volume_stays():
    before = Network(circulation())
    beat(before, 3.0)
    d = Draft(before.spec)
    d.edge("fistula", "right-leg.3", "ivc-pelvic", kind=EdgeKind.LINK, resistance=2.0, kinetic=1e-4)
    after = before.carried_to(d.spec())
    assert after.total_ml == pytest.approx(before.total_ml, rel=1e-15)
    assert (after.pressure_mmhg == before.pressure_mmhg).all()
    back = after.carried_to(Draft(after.spec).without("fistula").spec())
    beat(after, 2.0)
    assert after.flow_ml_s[after.spec.edge("fistula")] > 5.0
    beat(before, 2.0)
    beat(back, 2.0)
    assert back.pressure_mmhg == pytest.approx(before.pressure_mmhg, rel=1e-9)


def test_a_spec_that_cannot_flow_is_refused():
    d = Draft()
    d.node("a", law=NodeLaw.TUBE, volume_ml=0.0)
    with pytest.raises(WrongUse, match="need a volume"):
        Network(d.spec())


def test_a_hook_that_does_not_fit_the_edge_is_refused_and_changes_nothing():
    network = Network(circulation())
    kept = network.state()
    with pytest.raises(WrongUse, match="TUBE"):
        network.set_area(network.spec.edge("mitral"), 0.5)
    with pytest.raises(WrongUse, match="shares"):
        network.set_stenosis(network.spec.edge("liver/0"), 1.0, 3.0)
    assert all((network.state()[k] == kept[k]).all() for k in kept)
