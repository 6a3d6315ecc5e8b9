"""Trees grown in a ball and in a bent organ: Murray's law, no crossing, inside, the same again."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from angiosuite.anatomy.vessels.branching import MURRAY, _fork_mm, _gap, _reach, calibres
from angiosuite.anatomy.vessels.graph import Territory, Vessel
from angiosuite.anatomy.vessels.growth import Grown, Plan, Trunk, grow
from angiosuite.anatomy.vessels.lands import Lands
from angiosuite.anatomy.vessels.limbs import taken_apart

EDGE = 3.0


def ball(radius_mm: float = 45.0) -> Lands:
    """One bed, "organ", as a ball about the origin; its right half is another, "half"."""
    n = int(2 * radius_mm / EDGE) + 5
    first = -EDGE * (n // 2)
    z, y, x = np.meshgrid(*[first + EDGE * np.arange(n)] * 3, indexing="ij")
    inside = x * x + y * y + z * z < radius_mm**2
    number = np.where(inside, np.where(x > 0, 2, 1), 0).astype(np.uint8)
    return Lands(Territory(number, ("organ", "half"), (first, first, first), EDGE))


def trunk(name: str, y_mm: float, radius_mm: float, into_mm: float = -42.0, away: bool = True) -> Vessel:
    """A straight vessel along +x that ends at the ball's edge or in it."""
    x = np.linspace(-80.0, into_mm, 20)
    points = np.column_stack([x, np.full(20, y_mm), np.zeros(20)])
    radius = np.full(20, radius_mm)
    return Vessel(name, name, "artery", None, points, radius, away, "abdomen", np.ones(20), bed="organ")


def plan(*trunks: Trunk, tips: int = 200) -> Plan:
    return Plan("test", trunks, tips)


@pytest.fixture(scope="module")
def grown() -> Grown:
    result = grow(plan(Trunk(trunk("root", 0.0, 2.5), ("organ", "half"))), ball(), 7)
    assert result is not None
    return result


def crossings(tree: Grown) -> list[tuple[int, int, float]]:
    """Pairs of pieces that overlap and share no node or fork, by brute force."""
    nodes, parent, radius = tree.nodes_mm, tree.parent, tree.radius_mm
    along, depth = _reach(nodes, parent)
    pieces = [k for k in range(len(parent)) if parent[k] >= 0]
    found = []
    middles = 0.5 * (nodes[pieces] + nodes[parent[pieces]])
    half = 0.5 * np.linalg.norm(nodes[pieces] - nodes[parent[pieces]], axis=1)
    for a, i in enumerate(pieces):
        near = np.linalg.norm(middles[a + 1 :] - middles[a], axis=1)
        reach = half[a + 1 :] + half[a] + radius[pieces[a + 1 :]] + radius[i]
        for b in np.nonzero(near < reach)[0] + a + 1:
            j = pieces[b]
            if parent[i] == parent[j] or parent[j] == i:
                continue
            gap, _s, _t = _gap(nodes[parent[i]], nodes[i], nodes[parent[j]], nodes[j])
            lack = radius[i] + radius[j] - gap
            if lack > 0.0 and _fork_mm(parent, along, depth, i, j) > 5.0 * (radius[i] + radius[j]):
                found.append((i, j, lack))
    return found


def test_every_fork_obeys_murrays_law(grown: Grown) -> None:
    inflow = np.zeros(len(grown.parent))
    for k, up in enumerate(grown.parent):
        if up >= 0:
            inflow[up] += grown.radius_mm[k] ** MURRAY
    inner = inflow > 0
    assert np.allclose(inflow[inner], grown.radius_mm[inner] ** MURRAY, rtol=1e-9)


def test_the_root_has_the_calibre_of_the_vessel_that_it_goes_on_from(grown: Grown) -> None:
    assert grown.radius_mm[0] == pytest.approx(2.5)


def test_flow_that_follows_calibre_is_conserved_from_root_to_tips(grown: Grown) -> None:
    tips = np.ones(len(grown.parent), bool)
    tips[grown.parent[grown.parent >= 0]] = False
    assert (grown.radius_mm[tips] ** MURRAY).sum() == pytest.approx(2.5**MURRAY)
    assert np.ptp(grown.radius_mm[tips]) < 1e-9


def test_calibre_never_grows_outwards(grown: Grown) -> None:
    on = grown.parent >= 0
    assert (grown.radius_mm[on] <= grown.radius_mm[grown.parent[on]] + 1e-12).all()


def test_no_branch_runs_through_another(grown: Grown) -> None:
    assert crossings(grown) == []


def test_a_tree_stays_in_its_organ(grown: Grown) -> None:
    on = grown.nodes_mm[np.linalg.norm(grown.nodes_mm - grown.nodes_mm[0], axis=1) > 6.0]
    assert (np.linalg.norm(on, axis=1) < 45.0 + EDGE).mean() > 0.995


def test_a_tree_fills_its_organ(grown: Grown) -> None:
    tips = np.ones(len(grown.parent), bool)
    tips[grown.parent[grown.parent >= 0]] = False
    ends = grown.nodes_mm[tips]
    assert 100 <= len(ends) <= 200
    for axis in range(3):
        assert np.ptp(ends[:, axis]) > 65.0
    assert np.linalg.norm(ends.mean(axis=0)) < 9.0


def test_the_same_seed_grows_the_same_tree_and_another_seed_another(grown: Grown) -> None:
    same = grow(grown.plan, ball(), 7)
    other = grow(grown.plan, ball(), 8)
    assert same is not None and other is not None
    assert np.array_equal(same.nodes_mm, grown.nodes_mm) and np.array_equal(same.parent, grown.parent)
    assert not np.array_equal(other.nodes_mm[:50], grown.nodes_mm[:50])


def test_a_second_tree_keeps_clear_of_the_first(grown: Grown) -> None:
    second = grow(plan(Trunk(trunk("vein", 14.0, 3.0), ("organ", "half"))), ball(), 3, grown.pieces)
    assert second is not None
    along, _ = _reach(second.nodes_mm, second.parent)
    worst = 0.0
    for k in np.nonzero((second.parent >= 0) & (along > 14.0))[0]:
        for row in grown.pieces:
            gap, _s, _t = _gap(second.nodes_mm[second.parent[k]], second.nodes_mm[k], row[:3], row[4:7])
            worst = max(worst, second.radius_mm[k] + row[3] - gap)
    assert worst <= 0.0


def test_two_trunks_share_an_organ_by_their_beds() -> None:
    both = plan(Trunk(trunk("one", 0.0, 1.5), ("organ",)), Trunk(trunk("two", 20.0, 1.5), ("half",)))
    tree = grow(both, ball(), 1)
    assert tree is not None
    tips = np.ones(len(tree.parent), bool)
    tips[tree.parent[tree.parent >= 0]] = False
    assert tree.nodes_mm[tips & (tree.tree == 0), 0].mean() < -10.0
    assert tree.nodes_mm[tips & (tree.tree == 1), 0].mean() > 10.0


def test_an_organ_without_voxels_grows_nothing() -> None:
    assert grow(plan(Trunk(trunk("root", 0.0, 2.0), ("elsewhere",))), ball(), 1) is None


def test_calibres_of_an_even_fork_are_known() -> None:
    radius = calibres(np.array([-1, 0, 0], np.int32), np.array([2.0]), np.zeros(3, np.int32))
    assert radius[1] == pytest.approx(2.0 * 0.5 ** (1 / MURRAY))


@pytest.mark.parametrize("guided", [False, True])
def test_wide_branches_become_vessels_and_fine_ones_twigs(guided: bool) -> None:
    root = trunk("root", 0.0, 2.5, 10.0 if guided else -42.0)
    tree = grow(plan(Trunk(root, ("organ",), guided)), ball(), 7)
    assert tree is not None
    limbs = taken_apart(tree, 0.75, 6.0, _first, _all)
    known = {root.id: root} | {vessel.id: vessel for vessel in limbs.vessels}
    assert (limbs.vessels[0].id == "root") is guided
    assert len(limbs.vessels) > 3
    for vessel in limbs.vessels:
        # the far end of a vessel is wide; what is under the cut is drawn
        assert vessel.radius_mm.min() >= 0.75 - 1e-9 and vessel.length_mm > 5.0
        assert (np.diff(vessel.radius_mm) <= 1e-9).all()
        if vessel.id != "root":
            assert vessel.parent is not None
            point, radius = known[vessel.parent.vessel].at(vessel.parent.at_mm)
            assert np.linalg.norm(vessel.points_mm[0] - point) < 1e-6
            assert vessel.radius_mm[0] <= radius + 1e-9
    twigs = limbs.twigs["organ"]
    assert (twigs.pieces[:, 3] < 0.75).mean() > 0.95  # the others were too short for a vessel
    on = twigs.before >= 0
    assert (twigs.before < np.arange(len(twigs.before))).all()
    assert np.allclose(twigs.pieces[on, 0:3], twigs.pieces[twigs.before[on], 4:7], atol=1e-4)
    # none is lost: the twigs that leave a vessel, and the ends of the vessels, are all there is
    assert set(limbs.ends.values()) == {"organ"}


def _first(points: NDArray[np.float64], names: object) -> list[str]:
    assert isinstance(names, tuple)
    return [names[0]] * len(points)


def _all(base: Vessel, points: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.ones(len(points))
