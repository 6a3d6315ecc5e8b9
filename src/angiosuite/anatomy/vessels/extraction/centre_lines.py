"""Branches of a lumen: the cheapest ways from a root to all ends that no branch covers yet."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from angiosuite.anatomy.distance import distance_mm, within
from angiosuite.anatomy.vessels.extraction.geodesic import cheapest, way_back
from angiosuite.anatomy.vessels.extraction.scan import Scan

__all__ = ["Branch", "branches_of", "tubular"]

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

#: Longest gap (mm) in which a branch is fainter than its border level, how far from the root it may be so at
#: its (often narrowed) mouth, and what a way through a gap costs.
GAP_MM, MOUTH_MM, GAP_COST = 5.0, 9.0, 60.0
#: Depth (voxels) that a branch has somewhere, or it is noise.
THICK_VOXELS = 1.4
#: Shortest branch, mm, and how far beyond its wall a branch covers its surroundings (share, mm).
SHORTEST_MM, COVER = 10.0, (1.5, 1.5)
#: Most branches that are looked for.
MOST = 40


@dataclass(frozen=True, slots=True, eq=False)
class Branch:
    """One branch of a lumen.

    Parameters
    ----------
    points_mm : (n, 3) float64
        From where it leaves outwards, voxel by voxel.
    depth_mm : (n,) float64
        Distance to the lumen's border along it.
    parent : int
        Number of the branch that it leaves; -1 for the root.
    joint : int
        Point of the parent at which it leaves (0 on the root).
    """

    points_mm: Floats
    depth_mm: Floats
    parent: int
    joint: int


def tubular(blood: Mask, root: Mask, wide_mm: float, edge_mm: float) -> Mask:
    """What of the blood outside a root may be its branches: neither too wide nor as thin as noise.

    **Model** without what a ball of `wide_mm` fits into (chambers, organs, large veins); at least three
    voxels thick somewhere within a voxel.
    """
    beside = blood & ~root
    wide = distance_mm(beside, edge_mm) > wide_mm
    narrow = beside & ~within(wide, wide_mm + edge_mm, edge_mm)
    thick = (distance_mm(narrow | root, edge_mm) > THICK_VOXELS * edge_mm) & ~root
    kept: Mask = narrow & within(thick, (THICK_VOXELS + 0.4) * edge_mm, edge_mm)
    return kept


def branches_of(
    scan: Scan, blood: Mask, root: Mask, faint: Mask, least_mm: float = SHORTEST_MM
) -> list[Branch]:
    """Branches of what is tubular and hangs on a root, parents before children.

    Parameters
    ----------
    scan : Scan
    blood : (z, y, x) bool
        Where branches may run.
    root : (z, y, x) bool
        The vessel that they leave.
    faint : (z, y, x) bool
        Where a way may cross a gap of 5 mm between what is blood.
    least_mm : float
        Shortest branch.

    Notes
    -----
    **Model** ways cost 1 / (0.05 + (depth / greatest depth within 5 mm)^3), so that they keep to the middle.
    The farthest place (by length) that nothing covers yet gets the next branch, back to the root or to a
    branch before; it covers 1.5 radii + 1.5 mm around itself; down to the shortest branch.
    **Source** cost: own trials on a labelled body (cheapest paths in label trees); coverage after Sato,
    Bitter, Bender, Kaufman and Nakajima, Pacific Graphics (2000) 281-289 (TEASAR).
    **Valid for** tubes of at least three voxels.
    Held by tests/anatomy/vessels/extraction/test_centre_lines.py.
    """
    edge = scan.edge_mm
    bridge = faint & ~blood & ~root & (within(blood, 0.5 * GAP_MM, edge) | within(root, MOUTH_MM, edge))
    parts, _ = ndimage.label(blood | root | bridge, ndimage.generate_binary_structure(3, 3))
    kept = np.unique(parts[root])
    cut = _box(np.isin(parts, kept[kept > 0]))
    low = np.array([part.start for part in cut])
    inside, start = np.isin(parts[cut], kept[kept > 0]), root[cut]
    gap = bridge[cut] & inside
    depth = distance_mm(inside & ~gap, edge)
    local = ndimage.maximum_filter(np.where(start, 0.0, depth), max(3, round(10.0 / edge) | 1))
    cost = (1.0 / (0.05 + np.minimum(depth / np.maximum(local, edge), 1.0) ** 3)).astype(np.float32)
    cost[gap] = GAP_COST
    surface = np.argwhere(start & ndimage.binary_dilation(inside & ~start))
    if not len(surface):
        return []
    free = inside & ~start
    free[tuple(surface.T)] = True
    _, back = cheapest(cost, free, surface)
    length, _ = cheapest(np.ones_like(cost), free, surface)
    length = np.where(free & np.isfinite(length), length * np.float32(edge), 0.0)
    covered = start | gap | (length < least_mm)
    owner = np.full(inside.shape, -1, np.int32)
    place = np.zeros(inside.shape, np.int32)
    found: list[Branch] = []
    while len(found) < MOST:
        open_ = np.where(covered, 0.0, length)
        end = np.unravel_index(int(open_.argmax()), open_.shape)
        if open_[end] <= 0.0:
            break
        way = way_back(back, (int(end[0]), int(end[1]), int(end[2])))
        met = np.flatnonzero(owner[tuple(way.T)] >= 0)
        stop = int(met[0]) if len(met) else len(way) - 1
        own = way[: stop + 1][::-1]
        _cover(covered, own, depth[tuple(own.T)], edge)
        covered[end] = True
        run = np.linalg.norm(np.diff(own, axis=0), axis=1).sum() * edge
        joint = tuple(own[0])
        if run - (float(depth[joint]) if len(met) else 0.0) < least_mm:
            continue
        parent, at = (int(owner[joint]), int(place[joint])) if len(met) else (-1, 0)
        fresh = own[1:] if len(met) else own
        owner[tuple(fresh.T)] = len(found)
        place[tuple(fresh.T)] = np.arange(len(own) - len(fresh), len(own))
        points = scan.points_mm(own + low)
        found.append(Branch(points, depth[tuple(own.T)].astype(np.float64), parent, at))
    return found


def _box(mask: Mask) -> tuple[slice, slice, slice]:
    z, y, x = ndimage.find_objects(mask.astype(np.int8))[0]
    return z, y, x


def _cover(covered: Mask, way: NDArray[np.intp], depth: NDArray[np.float32], edge: float) -> None:
    """Mark what lies within reach of each voxel of a way."""
    for (z, y, x), d in zip(way[::2], depth[::2], strict=True):
        reach = (COVER[0] * float(d) + COVER[1]) / edge
        n = int(reach) + 1
        cut = tuple(
            slice(max(0, c - n), min(size, c + n + 1))
            for c, size in zip((z, y, x), covered.shape, strict=True)
        )
        grid = np.ogrid[cut]
        covered[cut] |= (grid[0] - z) ** 2 + (grid[1] - y) ** 2 + (grid[2] - x) ** 2 <= reach**2
