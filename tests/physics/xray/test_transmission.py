"""Beer and Lambert over six energies, and the law that layers equal a full projection."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from numpy.typing import NDArray

from angiosuite.physics.xray.beam import beam
from angiosuite.physics.xray.cylinders import CylinderLayer
from angiosuite.physics.xray.exponential import exp32
from angiosuite.physics.xray.layers import BONE, WATER, LayerMass, Phase, VolumeLayer
from angiosuite.physics.xray.projector import project
from angiosuite.physics.xray.transmission import Transmissions
from angiosuite.physics.xray.volume import PreparedVolume


@dataclass(frozen=True)
class OneEnergy:
    """A spectrum of a single line with made-up coefficients."""

    energies_kev: NDArray
    weights: NDArray

    def mu_rho(self, material: str) -> NDArray:
        return np.array([{"water": 0.2, "cortical-bone": 0.3, "iodine": 7.0}[material]])


def _exact(images, rays):
    return sum(
        w * np.exp(-sum(rays.mu_rho(m)[e] * a.astype(np.float64) for m, a in images.items()))
        for e, w in enumerate(rays.weights)
    )


def test_the_fast_exponential_is_exact_to_single_precision():
    from numba import njit

    @njit
    def table(x):
        out = np.empty_like(x)
        for i in range(x.size):
            out[i] = exp32(x[i])
        return out

    x = np.linspace(-60, 5, 4001).astype(np.float32)
    error = np.abs(table(x) / np.exp(x.astype(np.float64)) - 1)
    assert error[x > -5].max() < 5e-7
    assert error.max() < 5e-6
    assert table(np.float32([0.0]))[0] == 1.0
    assert table(np.float32([-500.0]))[0] < 1e-37


def test_a_homogeneous_slab_follows_beer_and_lambert():
    rays = OneEnergy(np.array([60.0]), np.array([1.0]))
    slab = np.full((16, 20), 11.0, np.float32)
    t = Transmissions()
    t.set_still(1, {WATER: slab}, rays)
    assert np.allclose(t.signal(), np.exp(-2.2), rtol=1e-6)


def test_no_mass_transmits_everything():
    t = Transmissions()
    t.set_still(1, {WATER: np.zeros((8, 8), np.float32)}, beam(70, 0.1))
    assert np.allclose(t.signal(), 1.0, rtol=1e-6)


def test_later_layers_equal_the_full_sum_however_they_overlap():
    rng = np.random.Generator(np.random.Philox(1))
    rays = beam(80, 0.2)
    still = {
        WATER: rng.uniform(5, 30, (40, 48)).astype(np.float32),
        BONE: rng.uniform(0, 4, (40, 48)).astype(np.float32),
    }
    iodine = LayerMass((5, 30, 10, 40), ("iodine",), rng.uniform(0, 0.2, (1, 25, 30)).astype(np.float32))
    heart = LayerMass((0, 20, 0, 48), (WATER,), rng.uniform(-3, 3, (1, 20, 48)).astype(np.float32))
    t = Transmissions()
    t.set_still("a", still, rays)
    signal = t.signal([iodine, heart])
    whole = heart.on_top_of(iodine.on_top_of(still))
    assert np.allclose(signal, _exact(whole, rays), rtol=1e-5)
    assert np.array_equal(signal[30:, :], t.still_signal[30:, :])
    assert np.allclose(t.signal([heart, iodine]), signal, rtol=1e-6)
    assert np.array_equal(t.signal(), t.still_signal), "nothing of earlier layers stays"


def test_the_still_part_is_made_again_only_when_its_key_changes():
    images = {WATER: np.ones((4, 4), np.float32)}
    t = Transmissions()
    assert t.set_still(("pose", 70), images, beam(70, 0.1))
    assert not t.set_still(("pose", 70), images, beam(70, 0.1))
    assert t.set_still(("pose", 80), images, beam(80, 0.1))


def test_the_signal_has_the_same_bytes_with_one_and_two_threads(spare_threads):
    rng = np.random.Generator(np.random.Philox(2))
    images = {WATER: rng.uniform(0, 30, (33, 47)).astype(np.float32)}
    layer = LayerMass((3, 30, 1, 40), ("steel",), rng.uniform(0, 1, (1, 27, 39)).astype(np.float32))
    found = []
    for count in (1, 2):
        spare_threads(count)
        t = Transmissions()
        t.set_still(count, images, beam(70, 0.3))
        found.append(t.signal([layer]).tobytes())
    assert found[0] == found[1]


@pytest.mark.parametrize(
    ("name", "radius_mm", "content"),
    [
        ("steel", 2.0, (("steel", 7.9),)),
        ("iodine", 2.0, (("water", 1.0), ("iodine", 0.15))),
    ],
)
@pytest.mark.parametrize("view", [(0, 0), (35, 15)])
def test_a_cylinder_in_the_body_equals_a_projection_with_it_voxelised(name, radius_mm, content, view, arm):
    """Held within 0.5 % of the log signal, edge pixels apart."""
    h = 0.1
    size = (200, 120, 120)
    z, y, x = np.meshgrid(*((np.arange(n) - (n - 1) / 2) * h for n in size), indexing="ij")
    water = np.clip((5.6 - np.hypot(x, y)) / h + 0.5, 0, 1) * (1000 + 40 * np.sin(x) * np.cos(z))
    bone = np.clip((2 - np.hypot(x - 1.5, y - 1)) / h + 0.5, 0, 1) * 900
    a, b = np.array([-2.0, 1.5, -9.0]), np.array([2.0, -1.5, 9.0])
    axis = (b - a) / np.linalg.norm(b - a)
    p = np.stack([x, y, z], -1) - a
    along = p @ axis
    radial = np.linalg.norm(p - along[..., None] * axis, axis=-1)
    part = np.clip((radius_mm - radial) / h + 0.5, 0, 1)
    part *= np.clip(along / h + 0.5, 0, 1) * np.clip((np.linalg.norm(b - a) - along) / h + 0.5, 0, 1)
    origin = -(np.array(size[::-1]) - 1) / 2 * h

    def prepared(density):
        return PreparedVolume.from_array(density, origin, h, 1e-3)

    rays, g = beam(70, 0.1), arm(*view, rows=160, side_mm=24.0)
    body = VolumeLayer("body", {WATER: prepared(water), BONE: prepared(bone)})
    t = Transmissions()
    still = body.mass(g, Phase())
    empty = np.zeros((g.rows, g.columns), np.float32)
    t.set_still(None, still.on_top_of({WATER: empty, BONE: empty}), rays)
    cylinder = CylinderLayer(name, np.stack([a, b]), radius_mm, content, displaces=(body,))
    layered = t.signal([cylinder.mass(g, Phase())])

    full = {WATER: water * (1 - part), BONE: bone * (1 - part)}
    for material, density in content:
        full[material] = full.get(material, 0) + part * density * 1000
    whole = _exact({m: project(prepared(v), g) for m, v in full.items()}, rays)

    shadow = project(prepared(part * 1000.0), g)
    wide = shadow > 0.7 * 0.2 * radius_mm  # the edge pixels are apart: the outer six voxels
    difference = np.abs(np.log(layered) - np.log(whole)) / np.maximum(np.abs(np.log(whole)), 1e-6)
    inside = wide & _away_from_ends(g, a, b, radius_mm)
    assert inside.sum() > 100
    assert difference[inside].max() < 5e-3
    outside = (shadow == 0) & (np.log(whole) < -0.1) & _away_from_ends(g, a, b, radius_mm)
    assert difference[outside].max() < 5e-3


def _away_from_ends(g, a, b, margin_mm):
    r, c = np.indices((g.rows, g.columns))
    keep = np.ones((g.rows, g.columns), bool)
    pixel = np.linalg.norm(g.column_step_mm) * 0.75
    for end in (a, b):
        row, column = g.project_points(end)
        keep &= np.hypot(r - row, c - column) > (margin_mm * 1.3 + 0.5) / pixel
    return keep


def test_what_is_not_worth_keeping_has_the_same_signal():
    rays, draw = beam(70.0, 0.2), np.random.default_rng(1)
    images = {m: draw.uniform(0.0, 20.0, (24, 32)).astype(np.float32) for m in (WATER, BONE)}
    iodine = LayerMass((3, 20, 5, 30), ("iodine",), draw.uniform(0.0, 0.2, (1, 17, 25)).astype(np.float32))
    less = LayerMass((0, 24, 0, 32), (WATER,), np.full((1, 24, 32), -0.5, np.float32))
    kept, once = Transmissions(), Transmissions()
    kept.set_still(1, images, rays)
    expected = kept.signal([iodine, less])
    assert np.allclose(once.through(images, [iodine, less], rays), expected, rtol=2e-6)
    assert np.allclose(kept.through(images, [], rays), kept.still_signal, rtol=2e-6)
    assert kept.signal([iodine, less]).tobytes() == expected.tobytes()
