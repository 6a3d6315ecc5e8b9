"""The round body of a wide vessel around a line in its lumen, also where a flap or weak blood hides some."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray
from scipy import ndimage

from angiosuite.anatomy.vessels.extraction.frames import across
from angiosuite.anatomy.vessels.extraction.lumen import Lumen

__all__ = ["FAT_HU", "round_body"]

Floats = NDArray[np.float64]

#: CT number below which fat or lung is certain.
FAT_HU = -30.0
FAT, TISSUE, WEAK, BLOOD, BONE = range(5)
#: What lies within counts, per area.
INSIDE = np.array([-3.0, -0.1, 1.0, 1.0, -2.0])
#: What an edge from one kind (row, inside) to another (column, outside) tells of a wall.
EDGE = np.array(
    [
        [-1.0, -1.0, -1.0, -1.0, -1.0],
        [1.0, 0.35, -0.3, -0.3, 0.35],
        [1.0, 0.6, 0.0, 0.0, 0.5],
        [1.0, 0.6, 0.2, 0.0, 0.5],
        [-1.0, -1.0, -1.0, -1.0, -1.0],
    ]
)
#: A thin darker wall between two lumens.
SEPTUM = 0.5
#: Share of the inside in the score of a circle.
INSIDE_SHARE = 0.5
#: What a change from station to station costs, per mm of radius and of middle.
RADIUS_COST, MIDDLE_COST = 0.10, 0.05
#: Of two circles along walls the outer one is the vessel (the inner ends at a flap): its gain per mm.
OUTER_GAIN = 0.015
#: Radii (mm), how far off the line the middle may lie, its grid, and middles kept for each radius.
RADII_MM = np.arange(4.0, 31.0)
OFF_MM, GRID_MM, KEPT = 14.0, 2.0, 4
HALF_MM = 46
RAYS = 36


def round_body(lumen: Lumen, line: Floats, off_mm: float = OFF_MM) -> tuple[Floats, Floats, Floats]:
    """Circles that fit best around each point of a line: middles (n, 3), radii (n,) in mm and scores (n,).

    A score is about 1 where the wall is certain.

    Parameters
    ----------
    lumen : Lumen
    line : (n, 3) float64
        Points in the vessel, mm.
    off_mm : float
        How far off the line the middle may lie.

    Notes
    -----
    **Model** in the plane across each point circles that hold it are judged: by their edge (blood or tissue
    against fat or lung is a wall for certain, blood against tissue nearly, blood against blood only with a
    darker seam) and by their inside (blood counts for, fat and bone against them, tissue a little). The
    best sequence along the line is found with a cost on changes of radius and middle (dynamic programming),
    so that a stretch whose false lumen is hardly enhanced takes its size from its ends.
    **Source** design of this project; the weights are held by the tests on two CTs of unlike vessels.
    **Valid for** vessels of 8 to 60 mm. Held by tests/anatomy/vessels/extraction/test_contour.py.
    """
    _, first, second = across(line)
    at = np.arange(-HALF_MM, HALF_MM + 1.0)
    u, v = np.meshgrid(at, at, indexing="ij")
    places = line[:, None, None] + first[:, None, None] * u[..., None] + second[:, None, None] * v[..., None]
    kinds = _kinds(lumen, places)
    grid = np.arange(-off_mm, off_mm + 0.1, GRID_MM)
    middles = np.array([(a, b) for a in grid for b in grid if np.hypot(a, b) <= off_mm])
    score = _scores(kinds, middles, RADII_MM, INSIDE, EDGE)
    score += OUTER_GAIN * RADII_MM
    score = ndimage.uniform_filter1d(score, 3, axis=0, mode="nearest")
    offs, radii, told = _best_way(score, middles)
    centres = line + offs[:, :1] * first + offs[:, 1:] * second
    return centres, radii, told - OUTER_GAIN * radii


def _kinds(lumen: Lumen, places: Floats) -> NDArray[np.uint8]:
    index = np.moveaxis(lumen.scan.index(places), -1, 0)
    hu = ndimage.map_coordinates(lumen.scan.hu, index, order=1, cval=-1000.0)
    bone = ndimage.map_coordinates(lumen.bone.view(np.uint8), index, order=0, cval=0)
    kinds = np.full(hu.shape, FAT, np.uint8)
    kinds[hu >= FAT_HU] = TISSUE
    kinds[hu >= lumen.weak_hu] = WEAK
    kinds[hu >= lumen.low_hu] = BLOOD
    kinds[bone > 0] = BONE
    return kinds


@njit(cache=True, nogil=True)
def _scores(
    kinds: NDArray[np.uint8],
    middles: NDArray[np.float64],
    radii: NDArray[np.float64],
    inside: NDArray[np.float64],
    edge: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Score of each station (n), middle (c) and radius (r)."""
    count, half = kinds.shape[0], kinds.shape[1] // 2
    reach = int(radii[-1]) + 3
    result = np.full((count, middles.shape[0], radii.size), -10.0)
    along = np.empty((RAYS, 2 * reach), np.uint8)
    summed = np.empty((RAYS, 2 * reach))
    for n in range(count):
        for c in range(middles.shape[0]):
            for a in range(RAYS):
                way_u, way_v = np.cos(2.0 * np.pi * a / RAYS), np.sin(2.0 * np.pi * a / RAYS)
                total = 0.0
                for k in range(2 * reach):
                    r = 0.5 * (k + 0.5)
                    i = int(np.rint(half + middles[c, 0] + r * way_u))
                    j = int(np.rint(half + middles[c, 1] + r * way_v))
                    kind = kinds[n, i, j] if 0 <= i <= 2 * half and 0 <= j <= 2 * half else 0
                    along[a, k] = kind
                    total += inside[kind] * r
                    summed[a, k] = total
            off = np.hypot(middles[c, 0], middles[c, 1])
            for m in range(radii.size):
                if radii[m] < off + 1.0:
                    continue
                here, walls, body = int(2.0 * radii[m]), 0.0, 0.0
                for a in range(RAYS):
                    near, far = along[a, here - 3], along[a, here + 2]
                    if near == 3 and far >= 2 and far < 4:
                        seam = False
                        for k in range(here - 2, here + 2):
                            seam = seam or along[a, k] < min(near, far)
                        walls += SEPTUM if seam else edge[near, far]
                    else:
                        walls += edge[near, far]
                    body += summed[a, here - 1]
                area = 0.5 * RAYS * (2.0 * radii[m] * radii[m])
                result[n, c, m] = walls / RAYS + INSIDE_SHARE * body / area
    return result


def _best_way(score: Floats, middles: Floats) -> tuple[Floats, Floats, Floats]:
    """Middles (n, 2), radii (n,) and scores (n,) of the best sequence."""
    best = np.argsort(-score, axis=1)[:, :KEPT]
    value = np.take_along_axis(score, best, 1).reshape(len(score), -1)
    place = middles[best].reshape(len(score), -1, 2)
    size = np.broadcast_to(RADII_MM, best.shape).reshape(len(score), -1)
    reached = value[0]
    before = np.zeros(value.shape, np.intp)
    for n in range(1, len(value)):
        change = RADIUS_COST * np.abs(size[n][:, None] - size[n - 1][None, :])
        change += MIDDLE_COST * np.linalg.norm(place[n][:, None] - place[n - 1][None, :], axis=2)
        total = reached[None, :] - change
        before[n] = total.argmax(1)
        reached = value[n] + total.max(1)
    at = int(reached.argmax())
    chosen = [at]
    for n in range(len(value) - 1, 0, -1):
        at = int(before[n, at])
        chosen.append(at)
    rows = np.arange(len(value))
    picked = np.array(chosen[::-1])
    return place[rows, picked], size[rows, picked].astype(np.float64), value[rows, picked]
