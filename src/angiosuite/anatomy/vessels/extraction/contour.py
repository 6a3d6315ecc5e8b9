"""Outlines of a wide vessel across its line: an ellipse through the places where its wall is certain."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from scipy.spatial import cKDTree

from angiosuite.anatomy.vessels.extraction.frames import across, smoothed
from angiosuite.anatomy.vessels.extraction.lumen import Lumen
from angiosuite.anatomy.vessels.extraction.round_body import FAT_HU, round_body
from angiosuite.anatomy.vessels.extraction.scan import Scan

__all__ = ["Tube", "tube_along"]

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

#: Stations along the line and samples along a ray, mm; rays around; how far they reach, mm.
STATION_MM, SAMPLE_MM, RAYS, REACH_MM = 2.0, 0.5, 72, 34.0
#: What follows a wall makes it certain: fat or lung within 4 mm, else tissue for 6 mm; blood again does not.
FAT_WITHIN_MM, TISSUE_FOR_MM = 4.0, 6.0
TRUST_FAT, TRUST_TISSUE, TRUST_RIM, TRUST_BLOOD = 1.0, 0.5, 0.4, 0.1
#: Weight of the circle against the walls (a ray with a certain wall weighs 1).
HOLD = 4.0
#: Tissue outside counts as this at least, HU: fat, also where lung lies behind the wall.
LEAST_HU = -100.0
#: Share of the contrast at the lumen's border and at the foot of its edge.
LUMEN_SHARE, OUTER_SHARE = 0.5, 0.3
#: How far a wall may move to them, mm, and contrast that this needs, HU.
HALF_WITHIN_MM, CONTRAST_HU = 2.0, 40.0
#: Score of a circle below which no wall is told, and how far from an end this cuts the vessel, mm.
POOR, ENDS_WITHIN_MM = 0.7, 40.0
#: How far from the ellipse a wall may lie, mm; blur (mm) against noise where blood is weak.
SNAP_MM, BLUR_MM = 3.0, 0.8


@dataclass(frozen=True, slots=True, eq=False)
class Tube:
    """A line with an outline across each of its points.

    Parameters
    ----------
    points_mm : (n, 3) float64
    outline_mm : (n, RAYS) float64
        Distance along each ray of the vessel's outside: the foot of its edge (a quarter of the contrast),
        which is what a report's diameters and a segmentation's masks go by.
    lumen_mm : (n, RAYS) float64
        Distance of the lumen's border (half of the contrast).
    """

    points_mm: Floats
    outline_mm: Floats
    lumen_mm: Floats

    @property
    def radius_mm(self) -> Floats:
        """Radius of the circle of the lumen's area, mm, shape (n,)."""
        return np.sqrt(_area_mm2(self.lumen_mm) / np.pi)

    @property
    def outer_radius_mm(self) -> Floats:
        """Radius of the circle of the outline's area, mm, shape (n,)."""
        return np.sqrt(_area_mm2(self.outline_mm) / np.pi)

    @property
    def diameters_mm(self) -> tuple[Floats, Floats]:
        """Largest outer diameter of each outline and its width across that, mm, shapes (n,)."""
        angle = 2.0 * np.pi * np.arange(self.outline_mm.shape[1]) / self.outline_mm.shape[1]
        rim = self.outline_mm[:, :, None] * np.stack([np.cos(angle), np.sin(angle)], 1)
        ways = np.stack([np.cos(angle[: len(angle) // 2]), np.sin(angle[: len(angle) // 2])], 0)
        wide = np.ptp(rim @ ways, axis=1)
        best = wide.argmax(1)
        rows = np.arange(len(wide))
        return wide[rows, best], wide[rows, (best + wide.shape[1] // 2) % wide.shape[1]]

    def mask(self, scan: Scan) -> Mask:
        """Voxels of a scan within the outlines."""
        tangent, first, second = across(self.points_mm)
        low = np.maximum(scan.voxels(self.points_mm.min(0) - REACH_MM), 0)
        high = scan.voxels(self.points_mm.max(0) + REACH_MM) + 1
        cut = tuple(slice(int(a), int(b)) for a, b in zip(low, high, strict=True))
        grids = np.meshgrid(*(np.arange(part.start, part.stop) for part in cut), indexing="ij")
        index = np.stack([grid.ravel() for grid in grids], 1)
        points = scan.points_mm(index)
        reach = float(self.outline_mm.max()) + 1.0
        off, near = cKDTree(self.points_mm).query(points, distance_upper_bound=reach)
        known = np.isfinite(off)
        index, points, near = index[known], points[known], near[known]
        way = points - self.points_mm[near]
        along = (way * tangent[near]).sum(1)
        u, v = (way * first[near]).sum(1), (way * second[near]).sum(1)
        spot = (np.arctan2(v, u) / (2.0 * np.pi) % 1.0) * self.outline_mm.shape[1]
        left = spot.astype(np.intp) % self.outline_mm.shape[1]
        rest = spot - np.floor(spot)
        wall = (1.0 - rest) * self.outline_mm[near, left]
        wall += rest * self.outline_mm[near, (left + 1) % self.outline_mm.shape[1]]
        ends = ((near == 0) & (along < -STATION_MM)) | ((near == len(tangent) - 1) & (along > STATION_MM))
        inside = (np.hypot(u, v) <= wall) & ~ends
        mask = np.zeros(scan.hu.shape, bool)
        mask[tuple(index[inside].T)] = True
        return mask


def tube_along(lumen: Lumen, rough_mm: Floats, rounds: int = 2) -> Tube:
    """The wide vessel along a rough line: its middle line and outlines.

    Notes
    -----
    **Model** the best sequence of circles (see `round_body`) gives middle and size. Rays across the line
    every 2 mm look for places where blood ends: at the half-maximum, at the level of weakly enhanced blood,
    or where fat or lung begins. Where fat or lung follows within 4 mm the wall is certain; a flap, or another
    vessel that touches, is not. From the circle an ellipse about an excentric middle (r = a0 + a1 cos +
    b1 sin + a2 cos 2 + b2 sin 2, robust weights, shared by stations within 6 mm) is drawn to the nearest of
    them; each ray takes the end of blood within 3 mm of it, else the ellipse.
    **Source** design of this project. **Valid for** vessels of 8 to 60 mm, dissected ones included.
    Held by tests/anatomy/vessels/extraction/test_contour.py.
    """
    scan = lumen.scan
    blurred = ndimage.gaussian_filter(np.clip(scan.hu, -300.0, lumen.level_hu), BLUR_MM / scan.edge_mm)
    soft = Scan(blurred, scan.origin_mm, scan.edge_mm)
    line = smoothed(rough_mm, 5.0, STATION_MM)
    for off_mm in (14.0, 4.0):
        middles, radii, told = round_body(lumen, line, off_mm)
        keep = _ends_of_wall(told) if off_mm > 4.0 else slice(None)
        middles, radii = middles[keep], radii[keep]
        line = smoothed(middles, 5.0, STATION_MM)
    radii = radii[cKDTree(middles).query(line)[1]]
    radii = ndimage.gaussian_filter1d(ndimage.median_filter(radii, 5), 1.5)
    for turn in range(rounds):
        tube, middle = _outlined(lumen, soft, line, radii)
        if turn < rounds - 1:
            moved = smoothed(line + middle, 4.0, STATION_MM)
            radii = tube.radius_mm[cKDTree(line).query(moved)[1]]
            line = moved
    return tube


def _ends_of_wall(told: Floats) -> slice:
    """Stations between the places, within 40 mm of both ends, where no wall is told any more."""
    reach = min(len(told) // 3, round(ENDS_WITHIN_MM / STATION_MM))
    poor = told < POOR
    first = int(np.flatnonzero(poor[:reach])[-1]) + 1 if poor[:reach].any() else 0
    last = (
        len(told) - reach + int(np.flatnonzero(poor[-reach:])[0]) if reach and poor[-reach:].any() else None
    )
    return slice(first, last)


def _outlined(lumen: Lumen, soft: Scan, line: Floats, radii: Floats) -> tuple[Tube, Floats]:
    """Outlines across a line, and how far off their middles lie (n, 3)."""
    _, first, second = across(line)
    angle = 2.0 * np.pi * np.arange(RAYS) / RAYS
    ways = np.cos(angle)[None, :, None] * first[:, None] + np.sin(angle)[None, :, None] * second[:, None]
    steps = np.arange(SAMPLE_MM, REACH_MM + SAMPLE_MM, SAMPLE_MM)
    places = line[:, None, None] + ways[:, :, None] * steps[None, None, :, None]
    hu = soft.at(places)
    bone = ndimage.map_coordinates(
        lumen.bone.astype(np.float32), np.moveaxis(lumen.scan.index(places), -1, 0), order=1
    )
    hu = np.where((bone > 0.5) & (steps > 6.0), -200.0, hu)
    fat = _fat(hu, steps)
    ends = [_ends(hu, steps, level) for level in (lumen.low_hu, lumen.weak_hu)]
    trusts = [_trust(end, fat, ends[1]) for end in ends]
    rim = np.where(np.isfinite(fat), fat - 1.0, np.nan)[:, :, None]
    walls = np.concatenate([*ends, rim], 2)
    trust = np.concatenate([*trusts, np.where(np.isnan(rim), 0.0, TRUST_RIM)], 2)
    ellipse = _ellipse(walls, trust, radii, angle)
    outline = _snapped(walls, trust, fat, ellipse)
    outer, inner = (_even(_at_share(hu, steps, outline, share)) for share in (OUTER_SHARE, LUMEN_SHARE))
    rim = outer[:, :, None] * ways
    weight = (outer**2)[:, :, None]
    middle = 2.0 / 3.0 * (rim * weight).sum(1) / weight.sum(1)
    return Tube(line, outer, np.minimum(inner, outer)), middle


def _even(outline: Floats) -> Floats:
    """An outline without single stray rays."""
    round_ = ndimage.median_filter(np.pad(outline, ((0, 0), (1, 1)), "wrap"), (3, 3))[:, 1:-1]
    return ndimage.gaussian_filter(round_, (0.7, 0.7), mode=("nearest", "wrap"))


def _area_mm2(outline: Floats) -> Floats:
    return 0.5 * np.sin(2.0 * np.pi / outline.shape[1]) * (outline * np.roll(outline, -1, 1)).sum(1)


def _fat(hu: NDArray[np.float32], steps: Floats) -> Floats:
    """Distance to fat or lung along each ray, infinite where there is none, shape (n, rays)."""
    dark = (hu < FAT_HU) & (np.roll(hu, -1, 2) < FAT_HU)
    return np.where(dark.any(2), steps[dark.argmax(2)], np.inf)


def _ends(hu: NDArray[np.float32], steps: Floats, level: float) -> Floats:
    """Distances at which blood ends along each ray, NaN elsewhere, shape (n, rays, samples - 1)."""
    here, there = hu[:, :, :-1], hu[:, :, 1:]
    falls = (here >= level) & (there < level)
    share = (here - level) / np.where(falls, here - there, 1.0)
    return np.where(falls, steps[:-1] + SAMPLE_MM * share, np.nan)


def _trust(ends: Floats, fat: Floats, weak: Floats) -> Floats:
    """How certain each end of blood is the wall, by what follows it; 0 beyond fat or where there is none."""
    known = ends <= fat[:, :, None] + SAMPLE_MM
    later = np.where(np.isnan(weak), np.inf, weak)
    beyond = np.full_like(ends, np.inf)
    beyond[:, :, :-1] = np.minimum.accumulate(later[:, :, ::-1], axis=2)[:, :, ::-1][:, :, 1:]
    tissue = np.where(beyond - ends > TISSUE_FOR_MM, TRUST_TISSUE, TRUST_BLOOD)
    return np.where(known, np.where(fat[:, :, None] - ends < FAT_WITHIN_MM, TRUST_FAT, tissue), 0.0)


def _ellipse(walls: Floats, trust: Floats, radii: Floats, angle: Floats) -> Floats:
    """Excentric ellipse through the walls around each station, robustly, shape (n, rays)."""
    basis = np.stack([np.ones_like(angle), *(f(k * angle) for k in (1, 2) for f in (np.cos, np.sin))], 1)
    stiff = np.diag([0.0, 0.05, 0.05, 0.3, 0.3])
    count, reach = len(walls), 3
    rows = np.clip(np.arange(count)[:, None] + np.arange(-reach, reach + 1)[None, :], 0, count - 1)
    fade = np.exp(-0.5 * (np.arange(-reach, reach + 1) / 1.5) ** 2)
    fit = np.repeat(radii[:, None], len(angle), 1)
    for turn in range(8):
        miss = np.where(trust > 0, np.abs(walls - fit[:, :, None]), np.inf)
        first = miss.argmin(2)[:, :, None]
        y = np.nan_to_num(np.take_along_axis(walls, first, 2)[:, :, 0])[rows]
        given = np.take_along_axis(trust, first, 2)[:, :, 0][rows] * fade[None, :, None]
        off = y - fit[:, None]
        limit = max(3.0, 6.0 - turn)
        held = given * np.clip(1.0 - (off / limit) ** 2, 0.0, None) ** 2 + 1e-6 * given
        a = np.einsum("nsr,ri,rj->nij", held, basis, basis)
        b = np.einsum("nsr,nsr,ri->ni", held, y, basis)
        a += (1e-6 + a[:, :1, :1]) * stiff
        a[:, 0, 0] += HOLD
        b[:, 0] += HOLD * radii
        fit = np.linalg.solve(a, b[:, :, None])[:, :, 0] @ basis.T
    return np.clip(fit, 1.0, REACH_MM)


def _snapped(walls: Floats, trust: Floats, fat: Floats, ellipse: Floats) -> Floats:
    """The wall nearest to the ellipse on each ray, else the ellipse, never beyond fat or lung."""
    off = np.where(trust > 0, np.abs(walls - ellipse[:, :, None]), np.inf)
    best = off.argmin(2)
    least = np.take_along_axis(off, best[:, :, None], 2)[:, :, 0]
    place = np.take_along_axis(walls, best[:, :, None], 2)[:, :, 0]
    return np.minimum(np.where(least < SNAP_MM, place, ellipse), np.maximum(fat, 1.0))


def _at_share(hu: NDArray[np.float32], steps: Floats, outline: Floats, share: float) -> Floats:
    """Each wall moved, by 2 mm at most, to where CT numbers are at a share between tissue and inside."""
    at = np.clip(np.rint(outline / SAMPLE_MM).astype(np.intp) - 1, 0, len(steps) - 1)

    def level(first_mm: float, last_mm: float) -> Floats:
        spots = [at + round(off / SAMPLE_MM) for off in np.arange(first_mm, last_mm, SAMPLE_MM)]
        picked = [np.take_along_axis(hu, np.clip(k, 0, len(steps) - 1)[:, :, None], 2) for k in spots]
        return np.median(np.concatenate(picked, 2), 2)

    inside, outside = level(-4.0, -1.0), np.maximum(level(1.5, 4.0), LEAST_HU)
    level_hu = outside + share * (inside - outside)
    here, there = hu[:, :, :-1] - level_hu[:, :, None], hu[:, :, 1:] - level_hu[:, :, None]
    falls = (here >= 0.0) & (there < 0.0)
    place = steps[:-1] + SAMPLE_MM * here / np.where(falls, here - there, 1.0)
    off = np.where(falls, np.abs(place - outline[:, :, None]), np.inf)
    best = off.argmin(2)[:, :, None]
    near = (np.take_along_axis(off, best, 2)[:, :, 0] < HALF_WITHIN_MM) & (inside > outside + CONTRAST_HU)
    return np.where(near, np.take_along_axis(place, best, 2)[:, :, 0], outline)
