"""Chords of balls in closed form."""

from __future__ import annotations

import numpy as np
import pytest

from angiosuite.physics.xray.layers import WATER, Phase, VolumeLayer
from angiosuite.physics.xray.spheres import BallLayer
from angiosuite.physics.xray.volume import PreparedVolume


def picture(ball, g, material="steel"):
    result = ball.mass(g, Phase())
    out = np.zeros((g.rows, g.columns))
    if result is not None:
        r0, r1, c0, c1 = result.window
        out[r0:r1, c0:c1] = result.mass[result.materials.index(material)]
    return out


def distance_from(g, centre):
    """Distance of a point from each ray, mm."""
    ray = g.pixels_mm() - g.source_mm
    away = np.cross(ray, centre - g.source_mm)
    return np.linalg.norm(away, axis=-1) / np.linalg.norm(ray, axis=-1)


def test_a_ball_gives_its_exact_chords(arm):
    g = arm(25, 18, rows=128, side_mm=60)
    centre = np.array([3.0, -12.0, 5.0])
    ball = BallLayer("ball", centre, 6.0, (("steel", 8.0),))
    truth = 0.8 * 2.0 * np.sqrt(np.maximum(36.0 - distance_from(g, centre) ** 2, 0.0))
    assert np.allclose(picture(ball, g), truth, rtol=1e-5, atol=1e-4)
    assert picture(ball, g).max() == pytest.approx(0.8 * 12.0, rel=0.01)


@pytest.mark.parametrize(("radius", "x", "y"), [(0.3, 1.3, 10.0), (1.1, -7.0, -55.0), (12.0, 5.0, 40.0)])
def test_a_ball_keeps_its_mass_however_small_it_is(arm, radius, x, y):
    g = arm(rows=96, side_mm=80)
    centre = np.array([x, y, 4.0])
    total = picture(BallLayer("ball", centre, radius, (("steel", 10.0),)), g).sum()
    distance = (centre - g.source_mm) @ -g.normal
    area = (80 / 96 * distance / g.source_to_detector_mm) ** 2
    assert total * area == pytest.approx(4.0 / 3.0 * np.pi * radius**3, rel=0.06)


def test_a_ball_of_water_in_water_cannot_be_seen(arm):
    block = PreparedVolume.from_array(np.full((50, 40, 50), 1000, np.int16), (-49, -39, -49), 2.0)
    body = VolumeLayer("block", {WATER: block})
    g = arm(15, 10, rows=96, side_mm=100)
    ball = BallLayer("ball", np.array([4.0, 2.0, -6.0]), 9.0, ((WATER, 1.0),), displaces=(body,))
    assert np.abs(picture(ball, g, WATER)).max() < 2e-3


def test_a_ball_beside_the_field_adds_nothing(arm):
    g = arm(rows=64, side_mm=60)
    assert BallLayer("ball", np.array([200.0, 0, 0]), 5.0, (("steel", 8.0),)).mass(g, Phase()) is None
