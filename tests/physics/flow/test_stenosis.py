"""A narrowing loses what the formula says, and a tighter one never lets more through."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from angiosuite.physics.flow.draft import Draft
from angiosuite.physics.flow.network import Network
from angiosuite.physics.flow.small_circulation import circulation
from angiosuite.physics.flow.spec import NodeLaw
from angiosuite.physics.flow.stenosis import crossed, narrowing


def _closed_form_mmhg(ml_s: float, d0_cm: float, narrowed: float, length_cm: float) -> float:
    """Young and Tsai, steady part, as ``closed_forms.py`` of the flow bench has it (SI inside)."""
    q, d0, length = ml_s * 1e-6, d0_cm * 1e-2, length_cm * 1e-2
    d1 = d0 * (1 - narrowed)
    a0, a1 = np.pi * d0**2 / 4, np.pi * d1**2 / 4
    long = 0.83 * length + 1.64 * d1
    viscous = 8 * 4e-3 * long / (np.pi * (d0 / 2) ** 4) * (a0 / a1) ** 2 * q
    return float((viscous + 1.52 * 1060 / (2 * a0**2) * (a0 / a1 - 1) ** 2 * q * abs(q)) / 133.322)


@pytest.mark.parametrize("narrowed", [0.3, 0.5, 0.6, 0.7])
@pytest.mark.parametrize(("d0_cm", "ml_min"), [(0.85, 975), (0.58, 600), (0.5, 285)])
def test_f9_a_steady_flow_loses_what_the_closed_form_says(d0_cm, ml_min, narrowed):
    d = Draft()
    d.node("in", stiffness=100.0)
    d.node("out", law=NodeLaw.FIXED)
    d.edge("t", "in", "out", length_cm=2.0, area_cm2=np.pi * d0_cm**2 / 4)
    network = Network(d.spec())
    network.set_stenosis(0, 1.0, (1 - narrowed) ** 2)
    network.sources_ml_s[0] = ml_min / 60
    network.step(0.0, np.zeros(1), 20_000)
    own = 128 * 0.04 * 2.0 / (np.pi * d0_cm**4) / 1333.22 * ml_min / 60
    exact = _closed_form_mmhg(ml_min / 60, d0_cm, narrowed, 1.0)
    assert network.pressure_mmhg[0] - own == pytest.approx(exact, rel=0.01)


@given(
    tight=st.floats(0.0, 1.0), wide=st.floats(0.0, 1.0), length_cm=st.floats(0.0, 5.0),
    area=st.floats(0.003, 5.0), eccentric=st.floats(0.0, 1.0),
)  # fmt: skip
def test_each_part_of_the_loss_rises_as_the_throat_narrows(tight, wide, length_cm, area, eccentric):
    tight, wide = sorted((tight, wide))
    more, less = (narrowing(area, length_cm, share, eccentric) for share in (tight, wide))
    assert more.resistance >= less.resistance and more.kinetic >= less.kinetic


@settings(max_examples=12)
@given(
    vessel=st.sampled_from(["right-kidney/0", "liver/1", "right-leg/4", "brain/2", "aorta/4"]),
    tight=st.floats(0.0, 1.0), wide=st.floats(0.0, 1.0), length_cm=st.floats(0.2, 3.0),
)  # fmt: skip
def test_a_tighter_stenosis_never_lets_more_through(vessel, tight, wide, length_cm, beat, mean_flow):
    flows = []
    for share in sorted((tight, wide)):
        network = Network(circulation())
        edge = network.spec.edge(vessel)
        network.set_stenosis(edge, length_cm, share)
        beat(network, 5.0)
        flows.append(mean_flow(network, edge))
    assert flows[0] <= flows[1] + 1e-6


def test_a_stenosis_that_heals_is_gone():
    network = Network(circulation())
    edge = network.spec.edge("right-kidney/0")
    before = network.resistance_of(edge)
    network.set_stenosis(edge, 1.0, 0.1)
    assert network.resistance_of(edge) > 2 * before
    network.set_stenosis(edge, None)
    assert network.resistance_of(edge) == before


@given(
    thin=st.floats(0.0, 0.95),
    thick=st.floats(0.0, 0.95),
    share=st.floats(0.02, 1.0),
    area=st.floats(0.1, 1.0),
)
def test_a_thicker_catheter_in_a_stenosis_loses_more_and_none_what_the_stenosis_does(
    thin, thick, share, area
):
    radii = [10.0 * (part * share * area / np.pi) ** 0.5 for part in sorted((thin, thick))]
    less, more = (crossed(area, 1.5, share, 0.3, radius) for radius in radii)
    assert (
        more.resistance >= less.resistance * (1.0 - 1e-9)
        and more.kinetic >= less.kinetic * (1.0 - 1e-9) - 1e-12
    )
    without, plain = crossed(area, 1.5, share, 0.3), narrowing(area, 1.5, share, 0.3)
    assert without.resistance == pytest.approx(plain.resistance, rel=1e-9)
    assert without.kinetic == pytest.approx(plain.kinetic, rel=1e-6, abs=1e-12)


def test_a_catheter_through_a_tight_stenosis_of_a_network_takes_flow_from_what_lies_beyond(beat, mean_flow):
    flows = []
    for radius in (None, 0.83):
        network = Network(circulation())
        edge = network.spec.edge("right-leg/4")
        network.set_stenosis(edge, 1.5, 0.15)
        network.set_catheter(edge, radius)
        beat(network, 5.0)
        flows.append(mean_flow(network, edge))
    assert flows[1] < 0.9 * flows[0]
