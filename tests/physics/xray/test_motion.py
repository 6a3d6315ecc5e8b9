"""A moved layer moves in the picture as geometry says, and keeps the world's path lengths."""

from __future__ import annotations

import numpy as np
import pytest

from angiosuite.physics.xray import oracle
from angiosuite.physics.xray.geometry import ray_length_ratio
from angiosuite.physics.xray.layers import WATER, Phase, VolumeLayer
from angiosuite.physics.xray.projector import project
from angiosuite.physics.xray.volume import PreparedVolume

H = 2.0


def _blob(spacing=H):
    k = (np.arange(48) - 23.5) * spacing
    z, y, x = np.meshgrid(k, k, k, indexing="ij")
    return np.exp(-0.5 * ((x / 13) ** 2 + (y / 10) ** 2 + (z / 12) ** 2)), np.full(3, -23.5 * spacing)


def _centre(picture):
    r, c = np.indices(picture.shape)
    return np.array([(r * picture).sum(), (c * picture).sum()]) / picture.sum()


@pytest.mark.parametrize("view", [(0, 0), (90, 0), (30, 0), (-30, 25)])
@pytest.mark.parametrize("turning_deg", [0.0, 4.0])
def test_a_caudal_shift_moves_the_picture_by_millimetres_times_magnification(view, turning_deg, arm):
    volume = PreparedVolume.from_array(*_blob(), H, 1.0)
    shift = np.eye(4)
    shift[2, 3] = -15.0
    first, second = arm(*view, rows=192), arm(view[0] + turning_deg, view[1], rows=192)
    a, b = project(volume, first), project(volume, second, world_from_rest=shift)
    moved_mm = (_centre(b) - _centre(a)) * np.linalg.norm(first.row_step_mm)
    expected = (second.project_points(shift[:3, 3]) - first.project_points(np.zeros(3))) * np.linalg.norm(
        first.row_step_mm
    )
    assert np.hypot(*moved_mm) == pytest.approx(np.hypot(*expected), rel=0.02)
    if view[1] == 0:
        assert np.hypot(*moved_mm) == pytest.approx(15.0 * 1000 / 750, rel=0.05)


@pytest.mark.parametrize("kind", ["shift", "turn", "shear", "shrink", "all"])
@pytest.mark.parametrize("view", [(0, 0), (40, -20)])
def test_any_affine_motion_equals_the_moved_body(kind, view, arm):
    """The truth is the closed form of a Gaussian under the affine map."""
    rho, origin = _blob()
    affine = np.eye(4)
    if kind in ("shift", "all"):
        affine[:3, 3] += [6, -4, 11]
    if kind in ("turn", "all"):
        a = np.deg2rad(20)
        affine[:3, :3] @= np.array([[np.cos(a), -np.sin(a), 0], [np.sin(a), np.cos(a), 0], [0, 0, 1]])
    if kind in ("shear", "all"):
        affine[:3, :3] @= np.array([[1, 0, 0], [0, 1, 0], [0, 0.25, 1]])
    if kind in ("shrink", "all"):
        affine[:3, :3] *= 0.9
    g = arm(*view, rows=48, side_mm=160)
    volume = PreparedVolume.from_array(rho, origin, H, 1.0)
    ours = project(volume, g, world_from_rest=affine)
    inverse = np.linalg.inv(affine)
    # closed form: a Gaussian along a line
    s = inverse[:3, :3] @ g.source_mm + inverse[:3, 3]
    d = (g.pixels_mm() - g.source_mm) @ inverse[:3, :3].T
    size = np.array([13.0, 10.0, 12.0])
    wide = np.sqrt(size**2 + H * H / 6)  # linear interpolation blurs by the variance of a triangle
    w = 1 / wide
    dd, sd, ss = ((d * w) ** 2).sum(-1), ((d * w) * (s * w)).sum(-1), ((s * w) ** 2).sum()
    length = np.linalg.norm(g.pixels_mm() - g.source_mm, axis=-1)
    peak = 0.1 * np.prod(size / wide)
    truth = peak * np.exp(-0.5 * (ss - sd**2 / dd)) * np.sqrt(2 * np.pi / dd) * length
    assert oracle.relative_error(ours, truth) < 2e-3


def test_the_ratio_of_path_lengths_is_one_for_a_rigid_motion(arm):
    g = arm(10, 5, rows=8)
    rigid = np.eye(4)
    rigid[:3, :3] = [[0, -1, 0], [1, 0, 0], [0, 0, 1]]
    rigid[:3, 3] = [3, 4, 5]
    assert np.allclose(ray_length_ratio(g, g.moved(rigid)), 1.0)
    rigid[:3, :3] *= 0.5
    assert np.allclose(ray_length_ratio(g, g.moved(rigid)), 0.5)


def test_a_small_layer_touches_only_its_window(arm):
    volume = PreparedVolume.from_array(*_blob(), H, 1.0)
    lift = np.eye(4)
    lift[2, 3] = 60
    layer = VolumeLayer("heart", {WATER: volume}, lambda breath, beat: lift)
    result = layer.mass(arm(0, 0, rows=256), Phase())
    r0, r1, c0, c1 = result.window
    assert (r1 - r0) * (c1 - c0) < 0.5 * 256 * 256
    whole = project(volume, arm(0, 0, rows=256), world_from_rest=lift)
    assert np.allclose(result.mass[0], whole[r0:r1, c0:c1])
    whole[r0:r1, c0:c1] = 0
    assert not whole.any()
