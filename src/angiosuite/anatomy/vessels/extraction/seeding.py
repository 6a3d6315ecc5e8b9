"""A vessel that a person pointed at: grown from one place, along its two longest ways."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from angiosuite.anatomy.distance import distance_mm, within
from angiosuite.anatomy.vessels.extraction.branching import line_of
from angiosuite.anatomy.vessels.extraction.geodesic import cheapest, way_back
from angiosuite.anatomy.vessels.extraction.lumen import TISSUE_HU, Lumen
from angiosuite.anatomy.vessels.graph import Junction, Vessel

__all__ = ["seeded"]

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

#: How far around a seed its vessel is followed, mm; least contrast to tissue, HU; share of the seed's own.
REACH_MM, CONTRAST_HU, SHARE = 70.0, 30.0, 0.5
#: A vessel whose end lies so near to another hangs on it, mm beyond that one's wall.
HANGS_MM = 9.0
#: Largest radius against that at the seed.
WIDER = 1.6


def seeded(
    lumen: Lumen, vessels: Mapping[str, Vessel], at_mm: tuple[float, float, float], identity: str, name: str
) -> Vessel | None:
    """The vessel around a place, None where nothing there is denser than tissue.

    Notes
    -----
    **Model** within 70 mm, what is denser than half way between tissue and the densest 2 mm around the seed,
    joined to it, no wider than 1.6 radii at the seed, and not taken by a vessel before. Its line is the
    longest cheapest way through it; its end nearer to another vessel's wall (9 mm) hangs on that.
    **Source** design of this project. Held by tests/anatomy/vessels/extraction/test_corrections.py.
    """
    scan = lumen.scan
    seed = scan.voxels(np.array(at_mm))
    inside = scan.index(np.array(at_mm))
    if (inside < -0.5).any() or (inside > np.array(scan.hu.shape) - 0.5).any():
        return None
    reach = int(REACH_MM / scan.edge_mm)
    cut = tuple(
        slice(max(0, c - reach), min(n, c + reach + 1)) for c, n in zip(seed, scan.hu.shape, strict=True)
    )
    low = np.array([part.start for part in cut])
    here = tuple(int(c) for c in seed - low)
    soft = ndimage.gaussian_filter(np.clip(scan.hu[cut], -200.0, lumen.hot_hu), 0.5)
    ball = within(_point(soft.shape, here), 2.0, scan.edge_mm)
    here = tuple(int(c) for c in np.unravel_index(int(np.where(ball, soft, -1e4).argmax()), soft.shape))
    level = float(soft[here])
    if level < TISSUE_HU + CONTRAST_HU:
        return None
    dense = (soft > TISSUE_HU + SHARE * (level - TISSUE_HU)) & ~lumen.bone[cut] & ~_taken(lumen, vessels, cut)
    dense |= _point(soft.shape, here)
    depth = distance_mm(dense, scan.edge_mm)
    near = within(_point(soft.shape, here), 4.0, scan.edge_mm)
    usual = max(float(depth[near].max()), scan.edge_mm)
    wide = depth > WIDER * usual + scan.edge_mm
    dense &= ~within(wide, WIDER * usual + scan.edge_mm, scan.edge_mm) | near
    parts, _ = ndimage.label(dense, ndimage.generate_binary_structure(3, 3))
    own = parts == parts[here]
    if own.sum() < 6:
        return None
    cost = (1.0 / (0.05 + np.minimum(depth / np.float32(usual), 1.0) ** 3)).astype(np.float32)
    way = _longest(own, cost, here)
    points = scan.points_mm(way + low)
    line = line_of(lumen, points, depth[tuple(way.T)].astype(np.float64), -1, 0.0, "seed")
    course, radius = line.points_mm, line.radius_mm
    start, end = _hold(vessels, course[0]), _hold(vessels, course[-1])
    if end is not None and (start is None or end[0] < start[0]):
        course, radius, start = course[::-1], radius[::-1], end
    parent = None
    if start is not None:
        parent = start[1]
        bridge = np.linspace(start[2], course[0], 4)[:-1]
        course = np.concatenate([bridge, course])
        radius = np.concatenate([np.full(3, radius[0]), radius])
    return Vessel(
        identity,
        name,
        "artery",
        parent,
        course,
        radius,
        True,
        "still",
        np.zeros(len(course)),
        origin="corrected",
    )


def _point(shape: tuple[int, ...], at: tuple[int, ...]) -> Mask:
    mask = np.zeros(shape, bool)
    mask[at] = True
    return mask


def _taken(lumen: Lumen, vessels: Mapping[str, Vessel], cut: tuple[slice, ...]) -> Mask:
    """Voxels on other vessels' lines and half their radius around."""
    taken = np.zeros(lumen.scan.hu.shape, bool)
    for vessel in vessels.values():
        taken[tuple(lumen.scan.voxels(vessel.points_mm).T)] = True
    return within(taken[cut], 1.5, lumen.scan.edge_mm)


def _longest(own: Mask, cost: NDArray[np.float32], here: tuple[int, ...]) -> NDArray[np.intp]:
    """Voxels of the cheapest way between the two ends that lie farthest apart."""
    ones = np.ones_like(cost)
    far, _ = cheapest(ones, own, np.array([here]))
    first = np.unravel_index(int(np.where(np.isfinite(far), far, -1.0).argmax()), own.shape)
    far, _ = cheapest(ones, own, np.array([first]))
    last = np.unravel_index(int(np.where(np.isfinite(far), far, -1.0).argmax()), own.shape)
    _, back = cheapest(cost, own, np.array([first]))
    return way_back(back, (int(last[0]), int(last[1]), int(last[2])))


def _hold(vessels: Mapping[str, Vessel], point: Floats) -> tuple[float, Junction, Floats] | None:
    """The vessel whose wall lies nearest to an end, within 9 mm."""
    best: tuple[float, Junction, Floats] | None = None
    for vessel in vessels.values():
        off = np.linalg.norm(vessel.points_mm - point, axis=1)
        k = int(off.argmin())
        gap = float(off[k] - vessel.radius_mm[k])
        if gap < HANGS_MM and (best is None or gap < best[0]):
            best = (gap, Junction(vessel.id, float(vessel.arc_mm[k])), vessel.points_mm[k])
    return best
