"""The baked lumen: distances of the cones, smooth rims, and every place by its vessel."""

from __future__ import annotations

import numpy as np
import pytest

from angiosuite.kit.errors import WrongUse
from angiosuite.physics.rods.bricks import FREE_MM, Bricks, bake

AORTA = np.array([[0.0, 0.0, z, 10.0 - 0.01 * z] for z in np.arange(0.0, 101.0, 5.0)])
BRANCH = np.array([[s, 0.0, 50.0 - 0.5 * s, 3.0] for s in np.arange(0.0, 61.0, 4.0)])


@pytest.fixture(scope="module")
def lumen() -> Bricks:
    return bake([AORTA, BRANCH])


def cones(points: np.ndarray, line: np.ndarray) -> np.ndarray:
    """Radius less distance, the largest over the segments, in double precision."""
    a, u = line[:-1, :3], np.diff(line[:, :3], axis=0)
    w = points[:, None] - a
    q = np.clip((w * u).sum(axis=2) / (u * u).sum(axis=1), 0, 1)
    d = np.linalg.norm(w - q[..., None] * u, axis=2)
    return (line[:-1, 3] + q * np.diff(line[:, 3]) - d).max(axis=1)


def test_near_the_wall_of_one_vessel_it_is_the_distance_to_its_cones(lumen: Bricks) -> None:
    draw = np.random.default_rng(1)
    angle, z = draw.uniform(0, 2 * np.pi, 4000), draw.uniform(60.0, 95.0, 4000)
    radius = 9.3 + draw.uniform(-2.0, 3.0, 4000)
    points = np.stack([radius * np.cos(angle), radius * np.sin(angle), z], axis=1)
    gap, inward = lumen.gaps(points)
    exact = cones(points, AORTA)
    assert np.abs(gap - exact).max() < 0.03
    assert np.sqrt(np.mean((gap - exact) ** 2)) < 0.01
    outward = points * [1, 1, 0] / radius[:, None]
    assert (-(inward * outward).sum(axis=1)).min() > 0.99


def test_the_rim_of_a_branch_is_round_and_nothing_is_narrowed(lumen: Bricks) -> None:
    draw = np.random.default_rng(2)
    points = np.array([9.5, 0.0, 45.5]) + draw.uniform(-5.0, 5.0, (4000, 3))
    gap, _ = lumen.gaps(points)
    kept = gap < FREE_MM
    exact = np.maximum(cones(points, AORTA), cones(points, BRANCH))
    near = kept & (np.abs(exact) < 1.0)  # along the middle of a vessel the distance has an edge that cells round
    more = (gap - exact)[near]
    assert kept.mean() > 0.9 and near.sum() > 500
    assert more.min() > -0.03 and 0.2 < more.max() < 0.6 * np.log(2.0) + 0.03


def test_far_from_walls_there_is_nothing_to_touch(lumen: Bricks) -> None:
    gap, _ = lumen.gaps(np.array([[300.0, 0, 0], [-300.0, 0, 0], [0.0, 0.0, 50.0]]))
    assert gap[0] == gap[1] == FREE_MM
    assert gap[2] > 3.0


def test_no_vessel_no_lumen() -> None:
    with pytest.raises(WrongUse) as wrong:
        bake([])
    assert wrong.value.code == "no-lumen"
