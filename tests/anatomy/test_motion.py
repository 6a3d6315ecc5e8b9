"""Laws of the moving layers."""

from __future__ import annotations

import numpy as np
import pytest

from angiosuite.anatomy.motion import Motion, contraction, layer_affine

KINDS = [
    Motion(),
    Motion("breath-organ", 1.0, (0.0, 0.0, 0.0)),
    Motion("breath-organ", 0.65, (0.0, 0.0, 0.0)),
    Motion("breath-ribs", 0.0013, (0.0, 60.0, 0.0)),
    Motion("heart", 0.08, (10.0, -20.0, 300.0)),
]


@pytest.mark.parametrize("motion", KINDS, ids=lambda motion: motion.kind)
def test_every_layer_is_at_rest_at_breath_zero_and_phase_zero(motion: Motion) -> None:
    np.testing.assert_allclose(layer_affine(motion, 0.0, 0.0), np.eye(4), atol=1e-12)


def test_an_organ_goes_down_by_gain_times_the_commanded_millimetres() -> None:
    affine = layer_affine(Motion("breath-organ", 0.65, (0.0, 0.0, 0.0)), 20.0, 0.3)
    point = affine @ np.array([5.0, 6.0, 7.0, 1.0])
    np.testing.assert_allclose(point, [5.0, 6.0, 7.0 - 13.0, 1.0])


def test_the_front_of_a_rib_rises_and_its_head_stays_when_breathing_in() -> None:
    affine = layer_affine(Motion("breath-ribs", 0.0013, (0.0, 60.0, 0.0)), 40.0, 0.0)
    np.testing.assert_allclose(affine @ [0.0, 60.0, 100.0, 1.0], [0.0, 60.0, 100.0, 1.0])
    rise = (affine @ [0.0, -100.0, 100.0, 1.0])[2] - 100.0
    assert 4.0 < rise < 12.0


def test_the_heart_beats_about_its_centre_and_returns() -> None:
    motion = Motion("heart", 0.08, (10.0, -20.0, 300.0))
    centre = np.array([10.0, -20.0, 300.0, 1.0])
    np.testing.assert_allclose(layer_affine(motion, 0.0, 0.36) @ centre, centre, atol=1e-9)
    assert np.linalg.det(layer_affine(motion, 0.0, 0.36)[:3, :3]) == pytest.approx(0.92**3, rel=1e-3)


def test_contraction_is_periodic_continuous_and_between_zero_and_one() -> None:
    phases = np.linspace(0.0, 2.0, 4001)
    values = np.array([contraction(float(phase)) for phase in phases])
    assert values.min() >= -1e-9 and values.max() <= 1.0 + 1e-9
    assert np.abs(np.diff(values)).max() < 0.01
    np.testing.assert_allclose(values[:2000], values[2000:4000], atol=1e-9)
