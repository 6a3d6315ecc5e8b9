"""A grown tree taken apart: branches wide enough become vessels of the graph, finer ones twigs of a bed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from angiosuite.anatomy.vessels.carrying import thinned
from angiosuite.anatomy.vessels.graph import Junction, Twigs, Vessel
from angiosuite.anatomy.vessels.growth import Grown

__all__ = ["Limbs", "taken_apart"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]
#: How far straight pieces may leave a centre line, mm: vessels, twigs.
FIDELITY_MM, TWIG_FIDELITY_MM = 0.08, 0.4


@dataclass(frozen=True, slots=True)
class Limbs:
    """What a grown tree gives to the graph.

    Parameters
    ----------
    vessels : list of Vessel
        Parents before children; a trunk whose whole course guided the tree comes first, under its own id.
    ends : dict of vessel to bed
        Vessels of the list that end in a bed.
    trunks_done : set of str
        Trunks that no longer end in a bed themselves.
    twigs : dict of bed to Twigs
    """

    vessels: list[Vessel]
    ends: dict[str, str]
    trunks_done: set[str]
    twigs: dict[str, Twigs]


def taken_apart(
    grown: Grown,
    cut_mm: float,
    shortest_mm: float,
    bed_of: Callable[[Floats, Sequence[str]], list[str]],
    share_of: Callable[[Vessel, Floats], Floats],
) -> Limbs:
    """Vessels and twigs of one plan's trees.

    Parameters
    ----------
    grown : Grown
    cut_mm : float
        Radius below which a branch is a twig.
    shortest_mm : float
        A branch that would be shorter above the cut is a twig too.
    bed_of : callable
        Bed, of some, that points lie in.
    share_of : callable
        Share of its layer's motion that the points of a branch of a trunk take.

    Notes
    -----
    **Model** a vessel goes on along its thickest child for as long as that is wider than the cut; every other
    wide child begins a vessel of its own, named after the trunk and numbered. Held by test_growth.py.
    """
    nodes, parent, radius = grown.nodes_mm, grown.parent, grown.radius_mm
    children: list[list[int]] = [[] for _ in range(len(parent))]
    for k, up in enumerate(parent):
        if up >= 0:
            children[up].append(k)
    beyond = _beyond(nodes, parent, radius, cut_mm)
    vessels: list[Vessel] = []
    ends: dict[str, str] = {}
    done: set[str] = set()
    loose: list[int] = []
    for tree, trunk in enumerate(grown.plan.trunks):
        base = trunk.vessel
        root = int(np.where((grown.tree == tree) & (parent < 0))[0][0])
        if trunk.guided:
            queue: list[tuple[int, Vessel | None, int]] = [(root, None, root)]
        else:
            queue = []
            for child in sorted(children[root], key=lambda k: (-radius[k], k)):
                if radius[child] >= cut_mm and beyond[child] >= shortest_mm:
                    queue.append((child, base, root))
                else:
                    loose.append(child)
        count = 0
        while queue:
            first, above, at = queue.pop(0)
            chain = [at] if above is not None else []
            node = first
            while True:
                chain.append(node)
                wide = [k for k in children[node] if radius[k] >= cut_mm]
                if not wide:
                    break
                node = max(wide, key=lambda k: (k < grown.trunk_nodes, radius[k], -k))
            if len(chain) < 2:
                continue
            count += above is not None
            vessel = _vessel(chain, nodes, radius, base, above, count, share_of)
            names = trunk.beds
            vessels.append(vessel)
            if above is base:
                done.add(base.id)
            ends[vessel.id] = bed_of(vessel.points_mm[-1:], names)[0]
            taken = set(chain)
            for node in chain[1:] if above is not None else chain:
                for child in sorted(children[node], key=lambda k: (-radius[k], k)):
                    if child in taken:
                        continue
                    if radius[child] >= cut_mm and beyond[child] >= shortest_mm:
                        queue.append((child, vessel, node))
                    else:
                        loose.append(child)
    return Limbs(vessels, ends, done, _twigs(grown, children, loose, bed_of))


def _beyond(nodes: Floats, parent: Ints, radius: Floats, cut_mm: float) -> Floats:
    """How far the wide part of the tree goes on from each node's parent through it, mm."""
    piece = np.linalg.norm(nodes - nodes[np.maximum(parent, 0)], axis=1)
    far = np.zeros(len(parent))
    for k in range(len(parent) - 1, -1, -1):
        if radius[k] >= cut_mm and parent[k] >= 0:
            far[k] += piece[k]
            far[parent[k]] = max(far[parent[k]], far[k])
    return far


def _vessel(
    chain: list[int],
    nodes: Floats,
    radius: Floats,
    base: Vessel,
    above: Vessel | None,
    count: int,
    share_of: Callable[[Vessel, Floats], Floats],
) -> Vessel:
    points, width = nodes[chain], radius[chain].copy()
    width[0] = width[1]
    if above is None:
        line, r = thinned(points, width, FIDELITY_MM)
        share = np.interp(_arc(line), base.arc_mm, base.share)
        beyond = _arc(line) > base.length_mm
        share[beyond] = share_of(base, line[beyond])
        return replace(base, points_mm=line, radius_mm=r, share=share)
    joint = _nearest_mm(above, points[0])
    points = points.copy()
    points[0] = above.at(joint)[0]
    line, r = thinned(points, width, FIDELITY_MM)
    return replace(
        base,
        id=f"{base.id}-{count}",
        name=f"{base.name}, branch {count}",
        parent=Junction(above.id, joint),
        points_mm=line,
        radius_mm=np.minimum(r, above.at(joint)[1]),
        share=share_of(base, line),
        bed=None,
        joins=None,
        calcium=0.0,
        origin="modelled",
    )


def _arc(line: Floats) -> Floats:
    return np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(line, axis=0), axis=1))])


def _nearest_mm(vessel: Vessel, spot: Floats) -> float:
    """Arc length of the place on a vessel nearest to a spot."""
    line = vessel.points_mm
    step = np.diff(line, axis=0)
    t = np.clip(((spot - line[:-1]) * step).sum(1) / np.maximum((step * step).sum(1), 1e-12), 0.0, 1.0)
    k = int(np.linalg.norm(line[:-1] + t[:, None] * step - spot, axis=1).argmin())
    arc = vessel.arc_mm
    return float(arc[k] + t[k] * (arc[k + 1] - arc[k]))


def _twigs(
    grown: Grown,
    children: list[list[int]],
    loose: list[int],
    bed_of: Callable[[Floats, Sequence[str]], list[str]],
) -> dict[str, Twigs]:
    nodes, parent, radius = grown.nodes_mm, grown.parent, grown.radius_mm
    owner: dict[int, str] = {}
    for tree, trunk in enumerate(grown.plan.trunks):
        mine = [k for k in loose if grown.tree[k] == tree]
        middles = np.array([_far(k, children, nodes) for k in mine]).reshape(-1, 3)
        owner.update(zip(mine, bed_of(middles, trunk.beds), strict=True))
    rows: dict[str, list[Floats]] = {}
    before: dict[str, list[int]] = {}
    for first in loose:
        bed = owner[first]
        mine_rows, mine_before = rows.setdefault(bed, []), before.setdefault(bed, [])
        queue = [(first, -1)]
        while queue:
            start, last = queue.pop(0)
            chain = [int(parent[start]), start]
            while len(children[chain[-1]]) == 1:
                chain.append(children[chain[-1]][0])
            line, _ = thinned(nodes[chain], radius[chain], TWIG_FIDELITY_MM)
            r = radius[start]
            for a, b in pairwise(line):
                mine_rows.append(np.concatenate([a, [r], b, [r]]))
                mine_before.append(last)
                last = len(mine_rows) - 1
            queue += [(k, last) for k in children[chain[-1]]]
    return {bed: Twigs(np.array(rows[bed], np.float32), np.array(before[bed], np.int32)) for bed in rows}


def _far(node: int, children: list[list[int]], nodes: Floats) -> Floats:
    """A tip beyond a node."""
    while children[node]:
        node = children[node][0]
    return nodes[node]
