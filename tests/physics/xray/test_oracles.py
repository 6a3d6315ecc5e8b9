"""The references themselves, against shapes whose chords are known."""

from __future__ import annotations

import numpy as np
import pytest

from angiosuite.physics.xray import oracle
from angiosuite.physics.xray.projector import project
from angiosuite.physics.xray.volume import PreparedVolume


def _ball(radius_mm=45.0, spacing_mm=2.0, count=60):
    k = (np.arange(count) - (count - 1) / 2) * spacing_mm
    z, y, x = np.meshgrid(k, k, k, indexing="ij")
    return np.clip((radius_mm - np.sqrt(x * x + y * y + z * z)) / spacing_mm + 0.5, 0, 1)


@pytest.mark.parametrize("sums", [oracle.siddon, oracle.trilinear])
def test_the_references_give_the_chords_of_a_ball(sums, arm):
    ball, h = _ball(), 2.0
    g = arm(25, 15)
    ends = g.pixels_mm(np.arange(4, 96, 8), np.arange(4, 96, 8))
    ray = ends - g.source_mm
    ray /= np.linalg.norm(ray, axis=-1, keepdims=True)
    distance = np.linalg.norm(np.cross(np.broadcast_to(-g.source_mm, ray.shape), ray), axis=-1)
    chord = 2 * np.sqrt(np.maximum(45.0**2 - distance**2, 0))
    origin = np.full(3, -(60 - 1) / 2 * h)
    assert oracle.relative_error(sums(ball, origin, h, g.source_mm, ends), chord) < 8e-3


def test_siddon_is_exact_in_a_block(arm):
    block = np.full((20, 30, 40), 2.0)
    origin = -(np.array(block.shape[::-1]) - 1) / 2 * 3.0
    g = arm(0, 0, rows=1, columns=1)
    assert oracle.siddon(block, origin, 3.0, g.source_mm, g.pixels_mm())[0, 0] == pytest.approx(
        2 * 90.0, 1e-12
    )


@pytest.mark.parametrize("view", [(0, 0), (60, 30), (90, 0)])
def test_the_exact_mode_agrees_with_the_finely_stepped_sum(view, arm, trunk, trunk_origin):
    g = arm(*view)
    r, c = oracle.sparse_pixels(g, 16)
    truth = oracle.trilinear(trunk, trunk_origin, 3.0, g.source_mm, g.pixels_mm(r, c), 0.25) * 1e-4
    ours = project(PreparedVolume.from_array(trunk, trunk_origin, 3.0), g, quality="exact")[np.ix_(r, c)]
    assert oracle.relative_error(ours, truth) < 1.5e-3


def test_beams_along_the_body_go_ray_by_ray(trunk, trunk_origin):
    from angiosuite.physics.xray.geometry import BeamGeometry

    g = BeamGeometry.centred(
        np.array([0, 0, 700.0]),
        np.array([0, 0, -300.0]),
        np.array([6.0, 0, 0]),
        np.array([0, 6.0, 0]),
        24,
        24,
    )
    volume = PreparedVolume.from_array(trunk, trunk_origin, 3.0)
    truth = oracle.trilinear(trunk, trunk_origin, 3.0, g.source_mm, g.pixels_mm(), 0.5) * 1e-4
    assert oracle.relative_error(project(volume, g), truth) < 2e-3
