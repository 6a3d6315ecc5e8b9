"""Branches: every end of a tree is found, with what it leaves; a faint gap is crossed, a chamber is not."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from angiosuite.anatomy.vessels.extraction.centre_lines import branches_of, tubular
from angiosuite.anatomy.vessels.extraction.lumen import Lumen

Make = Callable[..., Lumen]
ROOT = [[40.0, 55.0, 5.0], [40.0, 55.0, 135.0]]
TRUNK = [[40.0, 50.0, 70.0], [40.0, 8.0, 70.0]]
LIMB = [[40.0, 30.0, 70.0], [65.0, 15.0, 80.0]]


def _root(lumen: Lumen) -> NDArray[np.bool_]:
    y, x = np.meshgrid(np.arange(80), np.arange(80), indexing="ij")
    disc = (x - 40.0) ** 2 + (y - 55.0) ** 2 <= 10.0**2
    return np.repeat(disc[None], lumen.scan.hu.shape[0], 0)


def test_trunk_and_limb_are_found_and_the_limb_leaves_the_trunk(phantom: Make) -> None:
    lumen = phantom([(ROOT, 9.0, 350.0), (TRUNK, 3.0, 350.0), (LIMB, 2.5, 350.0)])
    root = _root(lumen)
    blood = tubular(lumen.blood, root, 4.6, 1.0)
    found = branches_of(lumen.scan, blood, root, np.zeros_like(root))
    assert [branch.parent for branch in found] == [-1, 0]
    for end in ([40.0, 8.0, 70.0], [65.0, 15.0, 80.0]):
        assert min(np.linalg.norm(branch.points_mm[-1] - end) for branch in found) < 5.0
    joint = found[1].points_mm[0]
    assert np.linalg.norm(joint - [40.0, 30.0, 70.0]) < 5.0


def test_a_faint_mouth_is_crossed(phantom: Make) -> None:
    def paint(hu: NDArray[np.float32]) -> None:
        hu[66:75, 40:44, 36:45] = np.minimum(hu[66:75, 40:44, 36:45], 140.0)

    lumen = phantom([(ROOT, 9.0, 350.0), (TRUNK, 3.0, 350.0)], paint=paint)
    root = _root(lumen)
    blood = tubular(lumen.blood, root, 4.6, 1.0)
    none = branches_of(lumen.scan, blood, root, np.zeros_like(root))
    found = branches_of(lumen.scan, blood, root, lumen.scan.hu > 100.0)
    assert not none and len(found) == 1
    assert found[0].points_mm[-1][1] < 14.0


def test_a_wide_vein_that_touches_is_not_a_branch(phantom: Make) -> None:
    vein = [[58.0, 55.0, 20.0], [58.0, 55.0, 120.0]]
    lumen = phantom([(ROOT, 9.0, 350.0), (vein, 8.0, 350.0)])
    root = _root(lumen)
    assert not branches_of(lumen.scan, tubular(lumen.blood, root, 4.6, 1.0), root, np.zeros_like(root))
