"""Chords of wires, tubes and vessels in closed form."""

from __future__ import annotations

import numpy as np
import pytest

from angiosuite.kit.errors import WrongUse
from angiosuite.physics.xray.cylinders import CylinderLayer
from angiosuite.physics.xray.layers import WATER, Phase, VolumeLayer
from angiosuite.physics.xray.volume import PreparedVolume


def _picture(layer, g, material):
    result = layer.mass(g, Phase())
    out = np.zeros((g.rows, g.columns))
    r0, r1, c0, c1 = result.window
    out[r0:r1, c0:c1] = result.mass[result.materials.index(material)]
    return out


def _vertical(radius, **more):
    nodes = np.array([[0, 0, -400.0], [0, 0, 400.0]])
    return CylinderLayer("rod", nodes, radius, (("steel", 7.9),), **more)


def _distance_to_z(g):
    """Distance of each ray from the z axis, and ray length over its length across z."""
    ray = g.pixels_mm() - g.source_mm
    flat = np.linalg.norm(ray[..., :2], axis=-1)
    cross = np.abs(ray[..., 0] * g.source_mm[1] - ray[..., 1] * g.source_mm[0]) / flat
    return cross, np.linalg.norm(ray, axis=-1) / flat


def test_a_rod_gives_its_exact_chords(arm):
    g = arm(25, 18, rows=128, side_mm=60)
    distance, slope = _distance_to_z(g)
    truth = 0.79 * 2 * np.sqrt(np.maximum(9.0 - distance**2, 0)) * slope
    assert np.allclose(_picture(_vertical(3.0), g, "steel"), truth, rtol=1e-5, atol=1e-4)


def test_a_tube_is_outer_less_inner_and_holds_its_filling(arm):
    g = arm(rows=128, side_mm=60)
    tube = _vertical(3.0, inner_mm=2.0, hole=(("iodine", 0.3),))
    distance, slope = _distance_to_z(g)
    outer, inner = (2 * np.sqrt(np.maximum(r * r - distance**2, 0)) * slope for r in (3.0, 2.0))
    assert np.allclose(_picture(tube, g, "steel"), 0.79 * (outer - inner), atol=1e-4)
    assert np.allclose(_picture(tube, g, "iodine"), 0.03 * inner, atol=1e-5)


def test_cutting_a_rod_into_pieces_changes_nothing(arm):
    g = arm(40, -20, rows=96, side_mm=120)
    ends = np.array([[-20.0, 10, -60], [15, -12, 50]])
    share = np.sort(np.concatenate([[0, 1], np.random.Generator(np.random.Philox(5)).uniform(0, 1, 30)]))
    whole = CylinderLayer("a", ends, 2.0, (("steel", 7.9),))
    pieces = CylinderLayer("b", ends[0] + share[:, None] * (ends[1] - ends[0]), 2.0, (("steel", 7.9),))
    assert np.allclose(_picture(whole, g, "steel"), _picture(pieces, g, "steel"), atol=1e-5)


def test_a_bend_neither_doubles_nor_loses_mass(arm):
    angle = np.linspace(0, np.pi, 60)
    nodes = np.stack([25 * np.cos(angle), np.zeros(60), 25 * np.sin(angle)], -1)
    g = arm(rows=512, side_mm=100)
    result = CylinderLayer("loop", nodes, 1.5, (("steel", 10.0),)).mass(g, Phase())
    ray = g.pixels_mm() - g.source_mm
    along = np.abs(ray[..., 1]) / np.linalg.norm(ray, axis=-1)
    r0, r1, c0, c1 = result.window
    # mass per area times area across the ray at the ring's plane gives volume times density
    area = (100 / 512 * 0.75) ** 2 * along[r0:r1, c0:c1]
    volume_mm3 = (result.mass[0] * area).sum()
    length = np.linalg.norm(np.diff(nodes, axis=0), axis=1).sum()
    assert volume_mm3 == pytest.approx(np.pi * 1.5**2 * length, rel=5e-3)


def test_a_rod_of_water_in_water_cannot_be_seen(arm):
    block = PreparedVolume.from_array(np.full((50, 40, 50), 1000, np.int16), (-49, -39, -49), 2.0)
    body = VolumeLayer("block", {WATER: block})
    nodes = np.array([[-15.0, 5, -20], [12, -8, 25]])
    g = arm(15, 10, rows=96, side_mm=100)
    rod = CylinderLayer("rod", nodes, 4.0, ((WATER, 1.0),), displaces=(body,))
    assert np.abs(_picture(rod, g, WATER)).max() < 1e-4


def test_the_tissue_that_moved_is_the_tissue_that_is_displaced(arm):
    block = PreparedVolume.from_array(np.full((10, 40, 50), 1000, np.int16), (-49, -39, -9), 2.0)

    def down(breath_mm, beat):
        affine = np.eye(4)
        affine[2, 3] = -breath_mm
        return affine

    body = VolumeLayer("block", {WATER: block}, down)
    nodes = np.array([[0.0, 0, -5], [0, 0, 5]])
    rod = CylinderLayer("rod", nodes, 3.0, (("steel", 7.9),), displaces=(body,))
    g = arm(rows=96, side_mm=100)
    still, deep = (rod.mass(g, Phase(breath_mm=b)) for b in (0.0, 60.0))
    assert still.mass[still.materials.index(WATER)].min() == pytest.approx(-0.6, rel=0.02)
    assert not deep.mass[deep.materials.index(WATER)].any()


def test_a_chain_outside_the_field_is_no_layer(arm):
    nodes = np.array([[500.0, 0, 0], [500, 0, 100]])
    assert CylinderLayer("far", nodes, 1.0, (("steel", 7.9),)).mass(arm(), Phase()) is None


def test_a_chain_of_one_point_is_refused(arm):
    with pytest.raises(WrongUse, match="two points"):
        CylinderLayer("dot", np.zeros((1, 3)), 1.0, (("steel", 7.9),)).mass(arm(), Phase())
