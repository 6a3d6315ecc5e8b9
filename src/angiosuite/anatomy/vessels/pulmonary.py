"""Branches of the pulmonary arteries and veins: the very trees that mark the lungs in the picture."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from angiosuite.anatomy.labelsource import ShippedLabels
from angiosuite.anatomy.physique import PatientParameters
from angiosuite.anatomy.vessels.branching import clear
from angiosuite.anatomy.vessels.carrying import Carrier
from angiosuite.anatomy.vessels.graph import Vessel
from angiosuite.anatomy.vessels.growth import Grown, Plan, Trunk
from angiosuite.anatomy.vessels.limbs import Limbs, taken_apart
from angiosuite.kit.randomness import generator

__all__ = ["lung_trees", "lungs_grown", "painted"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]
#: Radius below which branches are drawn and not solved, mm.
CUT_MM = 2.6
#: Negative room: how far branches of a painted tree may run into one another, mm.
OVERLAP_MM = -2.5
#: Radius below which branches are left to the lungs' own texture, mm.
FINEST_MM = 0.62


@lru_cache(maxsize=1)
def lung_trees() -> tuple[tuple[Floats, Ints], ...]:
    """The four trees of the reference body: nodes (n, 3), base mm, and the row that each goes on from.

    In order: right lung twice, left lung twice; the first of a pair is arteries, the second veins.
    """
    with np.load(ShippedLabels().folder / "tables.npz") as tables:
        rows = tables["tree"].astype(np.float64)
    key = {tuple(row): k for k, row in enumerate(rows[:, 4:7].round(4))}
    before = np.array([key.get(tuple(row), -1) for row in rows[:, 0:3].round(4)])
    roots: dict[tuple[float, ...], list[int]] = {}
    for k in np.where(before < 0)[0]:
        roots.setdefault(tuple(rows[k, 0:3]), []).append(int(k))
    found = []
    for start, firsts in roots.items():
        place = {-1: 0}
        nodes, parent = [np.array(start)], [-1]
        mine = set(firsts)
        for k in range(len(rows)):
            if k in mine or (int(before[k]) in place and before[k] >= 0):
                place[k] = len(nodes)
                parent.append(place[int(before[k])])
                nodes.append(rows[k, 4:7])
        found.append((np.array(nodes), np.array(parent, np.int32)))
    return tuple(found)


def painted(points_mm: Floats, parameters: PatientParameters, carrier: Carrier) -> Floats:
    """Base points of the lungs' trees where the painter draws them (bent by the seed, carried), LPS mm."""
    phase = generator(parameters.seed, "anatomy-lung-vessels").uniform(0, 2 * np.pi, 6)
    x, y, z = points_mm[:, 0], points_mm[:, 1], points_mm[:, 2]
    x = x + 2.0 * np.sin(y / 17.0 + phase[0]) + 1.5 * np.sin(z / 23.0 + phase[1])
    y = y + 2.0 * np.sin(z / 19.0 + phase[2]) + 1.5 * np.sin(x / 21.0 + phase[3])
    z = z + 2.0 * np.sin(x / 18.0 + phase[4]) + 1.5 * np.sin(y / 25.0 + phase[5])
    return carrier.world(np.column_stack([x, y, z]))


def lungs_grown(
    vessels: Mapping[str, Vessel], parameters: PatientParameters, carrier: Carrier
) -> list[tuple[bool, Limbs]]:
    """Limbs of both lungs' arteries and veins: (whether they are veins, limbs).

    Notes
    -----
    **Model** the trees that the body is painted with, from the hilum on; calibres by Murray's law from the
    trunk's own; a vein's tree is parted between superior and inferior vein by the height of its branches.
    **Source** the reference body. **Valid for** built-in bodies.
    Held by tests/anatomy/vessels/test_ducts_and_lungs.py.
    """
    trees = lung_trees()
    found: list[tuple[bool, Limbs]] = []
    for k, side in enumerate(("right", "left")):
        bed = (f"{side}-lung",)
        artery = vessels.get(f"{side}-pulmonary-artery")
        pair = [vessels.get(f"{side}-{place}-pulmonary-vein") for place in ("superior", "inferior")]
        if artery is None or None in pair:
            continue
        veins = [vein for vein in pair if vein is not None]
        arterial = _tree(trees[2 * k], [artery], parameters, carrier)
        venous = _tree(trees[2 * k + 1], veins, parameters, carrier)
        for out, (nodes, parent, tree), trunks in ((False, arterial, [artery]), (True, venous, veins)):
            plan = Plan(f"{side}-lung", tuple(Trunk(v, bed) for v in trunks), 0)
            roots = np.array([v.radius_mm[-1] for v in trunks])
            nodes, parent, tree, radius = clear(nodes, parent, tree, roots, np.zeros((0, 8)), 1, OVERLAP_MM)
            keep = radius >= FINEST_MM
            place = np.cumsum(keep) - 1
            up = np.where(parent[keep] >= 0, place[np.maximum(parent[keep], 0)], -1).astype(np.int32)
            grown = Grown(nodes[keep], up, tree[keep], radius[keep], 0, plan)
            found.append((out, taken_apart(grown, CUT_MM, 10.0, _same, _still)))
    return found


def _same(points: Floats, names: object) -> list[str]:
    assert isinstance(names, tuple)
    return [names[0]] * len(points)


def _still(base: Vessel, points: Floats) -> Floats:
    return np.zeros(len(points))


def _tree(
    tree: tuple[Floats, Ints], trunks: list[Vessel], parameters: PatientParameters, carrier: Carrier
) -> tuple[Floats, Ints, Ints]:
    """Nodes (world), parents and trunk of each: the trunks' ends take the place of the tree's root."""
    nodes, parent = painted(tree[0], parameters, carrier), tree[1]
    ends = np.array([trunk.points_mm[-1] for trunk in trunks])
    if len(trunks) == 1:
        nodes = nodes.copy()
        nodes[0] = ends[0]
        return nodes, parent, np.zeros(len(nodes), np.int32)
    # the hub is what lies within 14 mm of the root; each branch that leaves it hangs on the nearer trunk
    hub = np.linalg.norm(nodes - nodes[0], axis=1) < 14.0
    hub &= np.array([k == 0 or bool(hub[up]) for k, up in enumerate(parent)])
    load = np.ones(len(nodes))
    height = nodes[:, 2].copy()
    for k in range(len(nodes) - 1, 0, -1):
        load[parent[k]] += load[k]
        height[parent[k]] += height[k]
    height /= load
    new = [*ends]
    up, owner, place = [-1] * len(trunks), list(range(len(trunks))), {}
    for k in range(1, len(nodes)):
        if hub[k]:
            continue
        if hub[parent[k]]:
            mine = 0 if height[k] > nodes[0, 2] - 12.0 else 1
            place[k] = len(new)
            up.append(mine)
            owner.append(mine)
        else:
            place[k] = len(new)
            up.append(place[int(parent[k])])
            owner.append(owner[up[-1]])
        new.append(nodes[k])
    return np.array(new), np.array(up, np.int32), np.array(owner, np.int32)
