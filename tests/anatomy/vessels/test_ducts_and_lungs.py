"""Calyces in a made kidney; the lungs' trees as the painter draws them."""

from __future__ import annotations

import numpy as np

from angiosuite.anatomy.builtin import Painter
from angiosuite.anatomy.labelsource import BaseBody
from angiosuite.anatomy.physique import PatientParameters, physique_of
from angiosuite.anatomy.vessels.carrying import Carrier
from angiosuite.anatomy.vessels.ducts import calyces
from angiosuite.anatomy.vessels.graph import Territory, Vessel
from angiosuite.anatomy.vessels.pulmonary import lung_trees, painted


def test_a_kidney_gets_nine_minor_calyces_in_three_majors() -> None:
    z, y, x = np.meshgrid(*[np.arange(-69.0, 70.0, 3.0)] * 3, indexing="ij")
    kidney = (x / 27) ** 2 + (y / 24) ** 2 + (z / 55) ** 2 < 1
    number = np.where(kidney, 1, 0).astype(np.uint8)
    land = Territory(number, ("right-kidney-upper",), (-69.0, -69.0, -69.0), 3.0)
    line = np.array([[20.0, 0, 0], [5.0, 0, 0]])
    pelvis = Vessel(
        "right-renal-pelvis", "x", "urine", None, line, np.full(2, 5.0), False, "kidneys", np.ones(2)
    )
    found = calyces({pelvis.id: pelvis}, land)
    assert len(found) == 12
    minors = [vessel for vessel in found if vessel.id[-1].isdigit()]
    ends = np.array([vessel.points_mm[-1] for vessel in minors])
    assert len(minors) == 9
    assert (((ends / [27, 24, 55]) ** 2).sum(1) < 1.0).all()
    gaps = np.linalg.norm(ends[:, None] - ends[None], axis=2) + 99.0 * np.eye(9)
    assert gaps.min() > 8.0
    assert np.ptp(ends[:, 2]) > 50.0
    assert all(vessel.radius_mm[-1] > vessel.radius_mm[0] for vessel in minors)


def test_a_body_without_kidneys_has_no_calyces() -> None:
    empty = Territory(np.zeros((4, 4, 4), np.uint8), ("right-kidney-upper",), (0.0, 0.0, 0.0), 3.0)
    assert calyces({}, empty) == []


def test_the_lungs_hold_four_trees_that_hang_together(reference: BaseBody) -> None:
    trees = lung_trees()
    assert len(trees) == 4
    # rows whose ends were rounded onto one another are left out
    assert sum(len(nodes) - 1 for nodes, _ in trees) > 0.99 * len(reference.tree)
    for nodes, parent in trees:
        assert (parent[1:] >= 0).all() and (parent[1:] < np.arange(1, len(parent))).all()
        assert len(nodes) == len(parent)


def test_branches_lie_where_the_painter_draws_them(reference: BaseBody) -> None:
    parameters = PatientParameters(seed=5)
    physique = physique_of(parameters)
    drawn = Painter(reference, physique, 6.0)._world_tree()
    own = painted(
        reference.tree[:, 4:7].astype(np.float64), parameters, Carrier(physique, reference.midline_mm)
    )
    assert np.abs(own - drawn[:, 4:7]).max() < 1e-6
