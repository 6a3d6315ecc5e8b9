"""Bricks that are baked again where a vessel has another radius: as if all were baked so, and no others."""

from __future__ import annotations

import numpy as np
import pytest

from angiosuite.physics.rods.baking import bake, tree_of
from angiosuite.physics.rods.bricks import Bricks
from angiosuite.physics.rods.rebaking import rebaked
from angiosuite.physics.rods.union import Lines, Tree

ALONG = np.arange(0.0, 201.0, 2.0)
AORTA = np.column_stack([0.0 * ALONG, 0.0 * ALONG, ALONG, 0.0 * ALONG + 6.0])
BRANCH = np.array([[s, 0.0, 50.0 - 0.5 * s, 3.0] for s in np.arange(0.0, 61.0, 4.0)])


def narrow(depth: float) -> np.ndarray:
    """The aorta with a throat of a share of its radius about 120 mm."""
    line = AORTA.copy()
    line[:, 3] *= 1.0 - depth * np.clip(1.0 - np.abs(ALONG - 120.0) / 12.0, 0.0, 1.0)
    return line


@pytest.fixture(scope="module")
def tree() -> Tree:
    return tree_of(Lines.joined([narrow(0.8), BRANCH]))


@pytest.fixture(scope="module")
def tight() -> Bricks:
    return bake([narrow(0.8), BRANCH])


def radii(aorta: np.ndarray) -> np.ndarray:
    return np.concatenate([aorta[:, 3], BRANCH[:, 3]])


def near(low: float, high: float) -> np.ndarray:
    """Places within and about the aorta between two heights."""
    draw = np.random.default_rng(4)
    around, out = draw.uniform(0.0, 2.0 * np.pi, 4000), draw.uniform(0.0, 7.0, 4000)
    return np.column_stack([out * np.cos(around), out * np.sin(around), draw.uniform(low, high, 4000)])


@pytest.mark.parametrize("depth", [0.0, 0.3, 0.9])
def test_it_is_the_lumen_that_would_have_been_baked(tight: Bricks, tree: Tree, depth: float) -> None:
    again, fresh = rebaked(tight, tree, radii(narrow(depth))), bake([narrow(depth), BRANCH])
    points = near(100.0, 140.0)
    (gap, inward), (as_if, inward_as_if) = again.gaps(points), fresh.gaps(points)
    wall = np.abs(as_if) < 2.0
    assert wall.sum() > 500
    # the box of a lumen begins elsewhere, so cells are others: within what bricks are exact to
    assert np.abs(gap - as_if)[wall].max() < 0.06
    assert np.sqrt(np.mean((gap - as_if)[wall] ** 2)) < 0.015
    assert (inward * inward_as_if).sum(axis=1)[wall].min() > 0.9


def test_a_throat_that_was_dilated_is_wide(tight: Bricks, tree: Tree) -> None:
    middle = np.array([[0.0, 0.0, 120.0]])
    assert tight.gaps(middle)[0][0] == pytest.approx(1.2, abs=0.2)  # cells round its middle
    assert rebaked(tight, tree, radii(AORTA)).gaps(middle)[0][0] == pytest.approx(6.0, abs=0.3)


def test_far_from_it_every_wall_stays_to_the_bit(tight: Bricks, tree: Tree) -> None:
    again = rebaked(tight, tree, radii(AORTA))
    points = near(20.0, 70.0)
    for one, other in zip(tight.gaps(points), again.gaps(points), strict=True):
        assert np.array_equal(one, other)


def test_the_lumen_that_it_came_from_stays_and_gives_the_same_again(tight: Bricks, tree: Tree) -> None:
    points = near(100.0, 140.0)
    before = tight.gaps(points)[0]
    rebaked(tight, tree, radii(AORTA))
    assert np.array_equal(tight.gaps(points)[0], before)
    back = rebaked(tight, tree, tree.points[:, 3])
    assert back is tight
