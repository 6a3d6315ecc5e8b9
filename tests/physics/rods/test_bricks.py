"""The baked lumen: distances of the cones, smooth rims, and every place by its vessel."""

from __future__ import annotations

import numpy as np
import pytest

from angiosuite.kit.errors import WrongUse
from angiosuite.physics.rods.baking import bake
from angiosuite.physics.rods.bricks import FREE_MM, NUMBER, NUMBER_BITS, Bricks
from angiosuite.physics.rods.union import NEVER

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
    near = kept & (
        np.abs(exact) < 1.0
    )  # along the middle of a vessel the distance has an edge that cells round
    more = (gap - exact)[near]
    assert kept.mean() > 0.9 and near.sum() > 500
    assert more.min() > -0.03 and 0.2 < more.max() < 0.6 * np.log(2.0) + 0.03


def test_far_from_walls_there_is_nothing_to_touch(lumen: Bricks) -> None:
    gap, _ = lumen.gaps(np.array([[300.0, 0, 0], [-300.0, 0, 0], [0.0, 0.0, 50.0], [np.nan, 0.0, 0.0]]))
    assert gap[0] == gap[1] == gap[3] == FREE_MM
    assert gap[2] == pytest.approx(9.5, abs=0.3)  # in the middle of the widest vessel it is still told


def test_what_was_thrown_out_finds_its_way_back(lumen: Bricks) -> None:
    draw = np.random.default_rng(3)
    angle, z = draw.uniform(0, 2 * np.pi, 500), draw.uniform(10.0, 90.0, 500)
    out = draw.uniform(1.0, 5.5, 500)
    way = np.stack([np.cos(angle), np.sin(angle), 0 * z], axis=1)
    points = way * (10.0 - 0.01 * z + out)[:, None] + np.stack([0 * z, 0 * z, z], axis=1)
    clear = cones(points, BRANCH) < -6.0
    gap, inward = lumen.gaps(points[clear])
    assert clear.sum() > 300 and gap == pytest.approx(-out[clear], abs=0.05)
    assert (-(inward * way[clear]).sum(axis=1)).min() > 0.99


def test_in_a_straight_tube_any_cell_tells_the_distance() -> None:
    for radius in (0.8, 1.5, 6.0):
        tube = np.array([[0.0, 0.0, 0.0, radius], [20.0, 30.0, 50.0, radius]])
        way = tube[1, :3] / np.linalg.norm(tube[1, :3])
        side = np.cross(way, [0.0, 0.0, 1.0]) / np.linalg.norm(np.cross(way, [0.0, 0.0, 1.0]))
        bricks = bake([tube])
        off = np.linspace(0.0, radius + 0.5, 200)
        gap, inward = bricks.gaps(tube[1, :3] * 0.5 + off[:, None] * side)
        assert gap == pytest.approx(
            radius - off, abs=0.12 * radius
        )  # the top is flat: an error there counts by its root
        assert gap[off > 0.3 * radius] == pytest.approx((radius - off)[off > 0.3 * radius], abs=0.012)
        assert inward[off > 0.15 * radius] == pytest.approx(
            np.tile(-side, ((off > 0.15 * radius).sum(), 1)), abs=0.02
        )


def test_the_normal_is_the_gradient_of_the_distance_and_has_no_jumps(lumen: Bricks) -> None:
    draw = np.random.default_rng(4)
    middle = np.array([9.0, 0.0, 45.0]) + draw.uniform(-4.0, 4.0, (400, 3))
    gap, inward = lumen.gaps(middle)
    near = np.abs(gap) < 1.0
    step = 1e-4
    slope = np.stack(
        [(lumen.gaps(middle + e)[0] - lumen.gaps(middle - e)[0]) / (2 * step) for e in step * np.eye(3)],
        axis=1,
    )[near]
    slope /= np.linalg.norm(slope, axis=1)[:, None]
    assert near.sum() > 100
    assert (
        np.quantile((slope * inward[near]).sum(axis=1), 0.02) > 1 - 1e-6
    )  # bricks of two sizes part where they meet
    along = middle[0] + np.linspace(0.0, 1.0, 4000)[:, None] * (middle[1] - middle[0])
    turned = np.linalg.norm(np.diff(lumen.gaps(along)[1], axis=0), axis=1)
    assert turned.max() < 0.02 and np.linalg.norm(lumen.gaps(along)[1], axis=1).max() < 1 + 1e-9


def test_the_normal_fades_where_no_side_is_nearest() -> None:
    bricks = bake([np.array([[0.0, 0.0, 0.0, 2.0], [0.0, 0.0, 40.0, 2.0]])])
    x = np.linspace(-0.4, 0.4, 81)
    _, inward = bricks.gaps(np.stack([x, 0 * x, 0 * x + 20.0], axis=1))
    assert np.abs(np.diff(inward[:, 0])).max() < 0.12
    assert np.abs(inward[40]).max() < 0.05
    assert inward[0, 0] == pytest.approx(1.0, abs=1e-3) and inward[-1, 0] == pytest.approx(-1.0, abs=1e-3)


def test_the_same_vessels_give_the_same_bricks_with_any_number_of_threads(lumen: Bricks) -> None:
    for threads in (1, 3):
        again = bake([AORTA, BRANCH], threads=threads)
        for name in ("origin_mm", "place", "gap_mm", "begins", "near"):
            assert np.array_equal(getattr(again, name), getattr(lumen, name)), name


def test_fine_bricks_lie_only_where_coarse_ones_would_not_do(lumen: Bricks) -> None:
    codes = lumen.place[lumen.place >= 0]
    level = (codes >> NUMBER_BITS) & 3
    assert {0, 2} <= set(level.tolist())
    numbers = np.unique(codes & NUMBER)
    assert len(numbers) == len(lumen.gap_mm) - 1 == len(lumen.begins) - 1
    assert lumen.nbytes < 0.25 * 2000 * len(codes)


def test_a_wide_vessel_is_closed_to_a_narrow_one_that_only_crosses_it() -> None:
    crossing = np.array([[s, 0.0, 50.0, 1.0] for s in np.arange(-40.0, 41.0, 4.0)])
    told = np.array([[0, NEVER], [NEVER, 0]], np.int8)
    bricks, open_ones = bake([AORTA, crossing], apart=told), bake([AORTA, crossing])
    along = np.stack([np.linspace(0.0, 30.0, 601), np.zeros(601), np.full(601, 50.0)], axis=1)
    wall = 9.5
    gap = bricks.gaps(along)[0]
    assert gap.min() < -0.15  # a wall across the mouth
    assert np.abs(along[gap < -0.05, 0] - wall - 0.25).max() < 0.6
    assert open_ones.gaps(along)[0].min() > 0.7
    inside = (along[:, 0] < wall - 0.5) & (along[:, 0] > wall - 3.0)
    assert gap[inside] == pytest.approx(bake([AORTA]).gaps(along)[0][inside], abs=0.03)


def test_no_vessel_no_lumen() -> None:
    with pytest.raises(WrongUse) as wrong:
        bake([])
    assert wrong.value.code == "no-lumen"
