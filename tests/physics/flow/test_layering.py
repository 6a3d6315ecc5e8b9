"""Contrast sinks where blood is slow and the vessel wide."""

from __future__ import annotations

import numpy as np

from angiosuite.physics.flow.draft import Draft
from angiosuite.physics.flow.layering import Layering, edge_means
from angiosuite.physics.flow.spec import FlowSpec, NodeLaw


def vessels() -> FlowSpec:
    """A wide vein, an aorta and a small artery, side by side."""
    d = Draft()
    d.node("a", law=NodeLaw.TUBE)
    d.node("b", law=NodeLaw.TUBE)
    for name, area in (("wide", 3.0), ("aorta", 3.0), ("small", 0.03)):
        d.tube(name, "a", "b", length_cm=5.0, area_cm2=area, stiffness=100.0)
    return d.spec()


def settle(flow: list[float], mg_ml: float, seconds: float, level: list[float] | None = None) -> np.ndarray:
    layering = Layering(vessels(), None if level is None else np.array(level))
    for _ in range(round(seconds / 0.02)):
        layering.step(np.array(flow), np.full(3, mg_ml), 0.02)
    return layering.share


def test_slow_and_wide_layers_fast_and_narrow_does_not() -> None:
    """Ri of 100 mg/ml: 168 in 2 cm at 1 cm/s, 0.2 at 30 cm/s, below 0.1 in 2 mm at 15 cm/s."""
    wide, aorta, small = settle([3.0, 90.0, 0.45], 100.0, 10.0)
    assert wide > 0.95
    assert aorta < 0.2 and small < 0.1


def test_more_contrast_sinks_more_and_an_upright_vessel_does_not_layer() -> None:
    shares = [settle([30.0, 30.0, 1.0], mg, 10.0)[0] for mg in (0.0, 10.0, 50.0, 200.0)]
    assert shares[0] == 0.0 and np.all(np.diff(shares) > 0)
    assert settle([3.0, 3.0, 1.0], 100.0, 10.0, [1.0, 0.0, 1.0])[1] == 0.0


def test_a_layer_takes_a_moment_and_state_goes_on() -> None:
    early, late = settle([3.0, 90.0, 0.5], 100.0, 0.02)[0], settle([3.0, 90.0, 0.5], 100.0, 5.0)[0]
    assert early < 0.25 * late
    one = Layering(vessels())
    one.step(np.ones(3), np.full(3, 50.0), 0.02)
    other = Layering(vessels())
    other.restore(one.state())
    np.testing.assert_array_equal(
        one.step(np.ones(3), np.full(3, 50.0), 0.02), other.step(np.ones(3), np.full(3, 50.0), 0.02)
    )


def test_a_lumen_full_of_what_was_given_does_not_layer_and_a_half_full_one_may() -> None:
    found = []
    for held in (300.0, 225.0, 150.0, 60.0):
        layering = Layering(vessels())
        layering.given(300.0)
        for _ in range(500):
            layering.step(np.full(3, 1.0), np.full(3, held), 0.02)
        found.append(float(layering.share[0]))
    assert found[0] == 0.0 and 0.3 < found[1] < 0.35
    assert found[2] > 0.95 and found[3] > 0.9


def test_the_mean_of_an_edge_is_its_iodine_over_its_volume() -> None:
    out = np.full(3, 9.0)
    edge_means(np.array([0, 2, 2, 3]), np.array([10.0, 40.0, 7.0]), np.array([2.0, 1.0, 5.0]), out)
    np.testing.assert_allclose(out, [20.0, 0.0, 7.0])
