"""The lumen about a tip: vessels that open into each other, none that only lie near."""

from __future__ import annotations

import numpy as np
from tests.suite.circulation.small import small_graph

from angiosuite.physics.treating.strand_kernels import find_walls
from angiosuite.suite.treating.coils.lumen import near_lumen, parents_of

GRAPH = small_graph()


def test_it_holds_what_opens_into_the_vessel_within_reach_and_of_its_system_alone() -> None:
    near = near_lumen(GRAPH, "right-renal-artery", 12.0)
    assert near.vessels[0] == "right-renal-artery"
    assert "aorta" in near.vessels and "left-renal-artery" in near.vessels
    assert "right-renal-vein" not in near.vessels and "inferior-vena-cava" not in near.vessels
    assert "head-artery" not in near.vessels


def test_it_reaches_no_farther_than_it_is_told() -> None:
    near = near_lumen(GRAPH, "aorta", 100.0, 20.0)
    assert near.vessels == ("aorta",)
    assert near.arc_mm.min() == 80.0 and near.arc_mm.max() == 120.0


def test_places_of_points_are_those_of_the_vessels_own_line() -> None:
    near = near_lumen(GRAPH, "right-renal-artery", 12.0)
    line, at = GRAPH.vessels["right-renal-artery"], np.array([20.0, 25.0, 40.0])
    x = np.array([line.at(float(mm))[0] for mm in at])
    piece = np.zeros(3, np.int64)
    find_walls(x, 0, 3, np.ones(3, np.uint8), near.ends, piece)
    of, found = near.places(x, piece)
    assert [near.vessels[k] for k in of] == ["right-renal-artery"] * 3
    assert np.allclose(found, at, atol=1e-6)
    off, radius = near.off(x, piece)
    assert np.allclose(off, 0.0, atol=1e-6)
    assert np.allclose(radius, np.interp(at, line.arc_mm, line.radius_mm))


def test_the_parents_of_a_vessel_end_at_its_root() -> None:
    assert parents_of(GRAPH, "hepatic-artery") == ("coeliac-trunk", "aorta")
    assert parents_of(GRAPH, "aorta") == ()
