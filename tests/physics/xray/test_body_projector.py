"""A body of layers: the sum, what is kept, and the same bytes whatever happened before."""

from __future__ import annotations

import numpy as np
import pytest

from angiosuite.physics.xray import body_projector
from angiosuite.physics.xray.body_projector import BodyProjector
from angiosuite.physics.xray.layers import BONE, WATER, Phase, VolumeLayer
from angiosuite.physics.xray.volume import PreparedVolume

H = 3.0


def _down(gain):
    def motion(breath_mm, beat):
        affine = np.eye(4)
        affine[2, 3] = -gain * breath_mm
        return affine

    return motion


def _shrink(breath_mm, beat):
    affine = np.eye(4)
    affine[:3, :3] *= 1 - 0.1 * beat
    return affine


@pytest.fixture(scope="module")
def layers(trunk, trunk_origin):
    bone = np.where(trunk > 1250, (trunk - 1050) // 8, 0).astype(np.uint8)
    liver = np.zeros_like(trunk)
    liver[20:40, 15:40, 10:40] = 300
    heart = np.zeros_like(trunk)
    heart[40:55, 20:35, 35:50] = 700
    p = PreparedVolume.from_array
    return (
        VolumeLayer("still", {WATER: p(trunk, trunk_origin, H), BONE: p(bone, trunk_origin, H, 8e-3)}),
        VolumeLayer("abdomen", {WATER: p(liver, trunk_origin, H)}, _down(1.0)),
        VolumeLayer("heart", {WATER: p(heart, trunk_origin, H)}, _shrink, beats=True),
    )


def test_the_body_is_the_sum_of_its_layers(layers, arm):
    g, phase = arm(20, 10), Phase(12.0, 0.4)
    total = BodyProjector(layers).mass(g, phase)
    assert set(total) == {WATER, BONE}
    expected = {m: np.zeros((g.rows, g.columns), np.float32) for m in total}
    for layer in layers:
        layer.mass(g, phase).add_to(expected)
    for material in total:
        assert np.allclose(total[material], expected[material], atol=1e-5)


def test_a_held_breath_projects_only_the_heart_again(layers, arm, monkeypatch):
    counted = []
    real = body_projector.add_shadows
    monkeypatch.setattr(
        body_projector, "add_shadows", lambda g, s, q: (counted.append(len(s)), real(g, s, q))
    )
    body, g = BodyProjector(layers), arm(0, 0)
    first = body.split(g, Phase(5.0, 0.0))
    second = body.split(g, Phase(5.0, 0.3))
    third = body.split(g, Phase(9.0, 0.3))
    assert counted == [4, 1, 1]
    assert second.key == first.key != third.key
    assert second.settled is first.settled


def test_a_picture_has_the_same_bytes_whatever_came_before(layers, arm):
    g, phase = arm(10, 0), Phase(7.0, 0.6)
    used, fresh = BodyProjector(layers), BodyProjector(layers)
    for other in (Phase(0, 0), Phase(7.0, 0.1), Phase(3.0, 0.6)):
        used.mass(arm(10, 0), other)
    used.mass(arm(70, 5), phase)
    a, b = used.mass(g, phase), fresh.mass(g, phase)
    assert all(a[m].tobytes() == b[m].tobytes() for m in a)


def test_draft_and_full_are_kept_apart(layers, arm):
    body, g = BodyProjector(layers), arm(10, 0)
    full, draft = body.mass(g, Phase(), "full"), body.mass(g, Phase(), "draft")
    assert not np.array_equal(full[WATER], draft[WATER])
    assert np.linalg.norm(full[WATER] - draft[WATER]) < 0.03 * np.linalg.norm(full[WATER])


def test_from_one_place_a_breathing_body_is_projected_once_a_stage(layers, arm, monkeypatch):
    counted = []
    real = body_projector.add_shadows
    monkeypatch.setattr(
        body_projector, "add_shadows", lambda g, s, q: (counted.append(len(s)), real(g, s, q))
    )
    body, g = BodyProjector(layers), arm(0, 0)
    breath = [3.0 * np.sin(0.3 * k) ** 2 for k in range(40)]
    for k, breath_mm in enumerate(breath):
        body.split(g, Phase(float(breath_mm), 0.05 * k), stands=True)
    first = len(counted)
    for k, breath_mm in enumerate(breath):
        body.split(g, Phase(float(breath_mm), 0.05 * k + 0.01), stands=True)
    assert len(counted) == first <= 4 + body_projector.STAGES_A_BEAT


@pytest.mark.parametrize("breath_mm", [2.0, 2.5, 2.85])
def test_between_stages_the_shadow_is_that_of_the_moved_body(layers, arm, breath_mm):
    g, phase = arm(20, 10), Phase(breath_mm, 0.42)
    split = BodyProjector(layers).split(g, phase, stands=True)
    exact = BodyProjector(layers).mass(g, phase)
    for material, image in split.total().items():
        off = image - exact[material]
        assert np.abs(off).max() < 0.02 * exact[material].max()
        assert float(image.sum()) == pytest.approx(float(exact[material].sum()), rel=1e-3)


def test_between_stages_bytes_do_not_depend_on_what_came_before(layers, arm):
    g, phase = arm(10, 0), Phase(7.3, 0.63)
    used, fresh = BodyProjector(layers), BodyProjector(layers)
    for other in (Phase(0, 0), Phase(7.0, 0.1), Phase(3.3, 0.6), Phase(6.2, 0.9)):
        used.split(g, other, stands=True)
        used.split(arm(15, 0), other)
    a, b = (one.split(g, phase, stands=True).total() for one in (used, fresh))
    assert all(a[m].tobytes() == b[m].tobytes() for m in a)


def test_stages_are_forgotten_before_they_fill_the_memory(layers, arm, monkeypatch):
    monkeypatch.setattr(body_projector, "MOST_BYTES", 0)
    body, g = BodyProjector(layers), arm(10, 0)
    pictures = [body.split(g, Phase(k + 0.5), stands=True).total() for k in range(6)]
    again = BodyProjector(layers).split(g, Phase(0.5), stands=True).total()
    assert len(body._breaths) <= 3
    assert pictures[0][WATER].tobytes() == again[WATER].tobytes()
