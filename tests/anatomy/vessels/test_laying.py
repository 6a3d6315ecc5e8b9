"""Lines are smooth, hang where they should, and get out of what they must not cross."""

from __future__ import annotations

import numpy as np
import pytest

from angiosuite.anatomy.vessels.laying import nearest, on, smooth
from angiosuite.anatomy.vessels.settle import Clearance
from angiosuite.anatomy.vessels.tortuosity import wound


def test_a_smooth_line_goes_through_its_points_with_even_steps() -> None:
    points = np.array([[0.0, 0.0, 0.0], [10.0, 0.0, -5.0], [20.0, 8.0, -9.0], [22.0, 30.0, -12.0]])
    line = smooth(points)
    steps = np.linalg.norm(np.diff(line, axis=0), axis=1)
    assert steps.max() < 1.05 * steps.min()
    for point in points:
        assert np.linalg.norm(on(line, nearest(line, point)) - point) < 0.1


def test_two_points_give_a_straight_line() -> None:
    line = smooth(np.array([[0.0, 0.0, 0.0], [0.0, 0.0, -8.0]]))
    assert np.allclose(line[:, :2], 0.0)
    assert line[-1, 2] == pytest.approx(-8.0)


@pytest.mark.parametrize("radius", [0.5, 1.5, 2.5])
def test_a_line_through_a_ball_of_bone_goes_round_it(radius: float) -> None:
    """A ball of 6 mm in a field of 10 mm steps' band; the line passes 2 mm beside its middle."""
    step, spacing = 0.0625, 1.2
    z, y, x = (np.indices((60, 60, 60)) * spacing) - 36.0
    away = np.sqrt(x**2 + y**2 + z**2) - 6.0
    field = np.clip(np.rint(away / step) + 128, 0, 255).astype(np.uint8)
    ball = Clearance(field, np.array([-36.0, -36.0, -36.0]), spacing, step)
    line = smooth(np.array([[-30.0, 2.0, 0.5], [0.0, 2.0, 0.5], [30.0, 2.0, 0.5]]))
    clear = ball.clear(line, np.full(len(line), radius))
    assert np.array_equal(clear[[0, -1]], line[[0, -1]])
    assert ball.depth_mm(clear).min() > radius - 0.3
    bend = np.diff(clear, 2, axis=0)
    assert np.linalg.norm(bend, axis=1).max() < 1.2


def test_winding_leaves_both_ends_and_grows_with_age() -> None:
    line = smooth(np.array([[0.0, 0.0, 0.0], [60.0, 10.0, 5.0], [120.0, 0.0, 0.0]]))
    young, old = (wound(line, 2.8, 0.8, 3, "splenic-artery", age) for age in (25, 80))

    def length(points: np.ndarray) -> float:
        return float(np.linalg.norm(np.diff(points, axis=0), axis=1).sum())

    assert np.allclose(old[[0, -1]], line[[0, -1]], atol=1e-6)
    assert length(line) < length(young) < length(old) < 1.6 * length(line)
