"""A lumen of which some vessels have other radii now: only the bricks about them are baked again."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from angiosuite.kit.errors import WrongUse
from angiosuite.physics.rods.baking import bake_box, claimed, coarsest_mm, segments_of
from angiosuite.physics.rods.bricks import LEVELS, NUMBER, Bricks
from angiosuite.physics.rods.union import Tree

__all__ = ["rebaked"]

Floats = NDArray[np.float64]


def rebaked(bricks: Bricks, tree: Tree, radius_mm: Floats) -> Bricks:
    """The same lumen with other radii; `bricks` itself stays as it is.

    Parameters
    ----------
    bricks : Bricks
        As `tree` was baked.
    tree : Tree
    radius_mm : float64 (points,)
        Of every point of its centre lines, now.

    Notes
    -----
    **Model** every coarsest brick that a segment whose radius has changed matters to, before or now, is baked
    anew from the whole tree (`baking`), with all that lies in it; all others stay to the bit.
    **Valid for** radii that stay within the box of the bricks: what is wider than that has no wall.
    Held by ``tests/physics/rods/test_rebaking.py``.
    """
    points = tree.points.copy()
    points[:, 3] = radius_mm
    segments = segments_of(tree.of)
    other = points[:, 3] != tree.points[:, 3]
    changed = segments[other[segments] | other[segments + 1]]
    if not len(changed):
        return bricks
    touched = (claimed(tree.points, changed, bricks) + claimed(points, changed, bricks)) > 0
    at = np.argwhere(touched)
    low, high = at.min(axis=0), at.max(axis=0) + 1
    origin = bricks.origin_mm + low * coarsest_mm(bricks.cell_mm)
    shape = tuple(int(n) for n in high - low)
    made = bake_box(
        tree._replace(points=points), origin, (shape[0], shape[1], shape[2]), bricks.cell_mm, threads=1
    )
    return _laid_in(bricks, made, low, touched[tuple(slice(a, b) for a, b in zip(low, high, strict=True))])


def _laid_in(bricks: Bricks, made: Bricks, low: NDArray[np.int64], touched: NDArray[np.bool_]) -> Bricks:
    """Bricks of a box take the place of those that were there, where the box was touched."""
    before = len(bricks.gap_mm) - 1  # an empty one ends them
    if before + len(made.gap_mm) > NUMBER:
        raise WrongUse("A lumen has too many bricks", code="lumen-too-large", value=before)
    fresh = np.where(made.place >= 0, made.place + before, -1).astype(np.int32)
    finest = 2 ** (LEVELS - 1)
    where = np.repeat(np.repeat(np.repeat(touched, finest, 0), finest, 1), finest, 2)
    box = tuple(
        slice(a * finest, a * finest + n) for a, n in zip(low.tolist(), made.place.shape, strict=True)
    )
    place = np.array(bricks.place)
    place[box] = np.where(where, fresh, place[box])
    return Bricks(
        bricks.origin_mm,
        bricks.cell_mm,
        place,
        np.concatenate([bricks.gap_mm[:-1], made.gap_mm]),
        np.concatenate([bricks.begins[:-1], bricks.begins[-1] + made.begins]),
        np.concatenate([bricks.near, made.near]),
    )
