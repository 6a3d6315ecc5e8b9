"""The heart of the network: what a chamber's beat looks like, and what a normal circulation does."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from angiosuite.physics.flow.heart import ATRIUM_S, VENTRICLE_S, activation
from angiosuite.physics.flow.network import Network
from angiosuite.physics.flow.respiration import external_mmhg
from angiosuite.physics.flow.small_circulation import circulation


@given(phase=st.floats(0, 1), start=st.floats(0, 1), beat_s=st.floats(0.24, 3.0))
def test_a_chamber_is_between_slack_and_stiff_and_the_same_a_beat_later(phase, start, beat_s):
    now = activation(phase, start, VENTRICLE_S, beat_s)
    assert 0.0 <= now <= 1.0
    assert activation(phase + 1.0, start, VENTRICLE_S, beat_s) == pytest.approx(now, abs=1e-9)


@given(phase=st.floats(0, 0.999), beat_s=st.floats(0.24, 3.0), rise=st.sampled_from([ATRIUM_S, VENTRICLE_S]))
def test_a_chamber_stiffens_without_a_jump(phase, beat_s, rise):
    near = activation(phase + 1e-4, 0.0, rise, beat_s)
    assert abs(near - activation(phase, 0.0, rise, beat_s)) < 2e-3


def test_the_circulation_at_rest_has_the_pressures_and_the_output_of_an_adult(beat):
    network = Network(circulation())
    beat(network, 50.0)
    spec, step = network.spec, 0.0024
    phase, p, out, back = 0.0, [], 0.0, 0.0
    for _ in range(2083):  # five beats
        phase = (phase + step) % 1.0
        network.step(phase, external_mmhg(0.0), 1, step)
        p.append(network.pressure_mmhg.copy())
        out += network.flow_ml_s[spec.edge("aortic-valve")] / 2083
        back += network.flow_ml_s[spec.edge("pulmonary-valve")] / 2083
    pressure = np.array(p)
    arch = pressure[:, spec.node("aorta-1")]
    lungs = pressure[:, spec.node("pulmonary-trunk")]
    assert 110 < arch.max() < 135 and 65 < arch.min() < 90
    assert 15 < lungs.max() < 30 and 6 < lungs.min() < 15
    assert 0 < pressure[:, spec.node("right-atrium")].mean() < 8
    assert 5.0 < out * 0.06 < 6.5
    assert back == pytest.approx(out, rel=0.01)


def test_a_faster_heart_fills_less_in_each_beat():
    volumes = []
    for rate in (60, 120):
        network = Network(circulation())
        step = rate / 60 * 0.002
        network.step(step, external_mmhg(0.0), 20_000, step)
        phase, out = 0.0, 0.0
        beats = round(5 / step)
        for _ in range(beats):
            phase = (phase + step) % 1.0
            network.step(phase, external_mmhg(0.0), 1, step)
            out += 0.002 * network.flow_ml_s[network.spec.edge("aortic-valve")] / 5
        volumes.append(out)
    assert volumes[1] < volumes[0]
