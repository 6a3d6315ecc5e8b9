"""Radii of narrow vessels from the CT itself: the area within the half-maximum across the line."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from angiosuite.anatomy.vessels.extraction.frames import across
from angiosuite.anatomy.vessels.extraction.lumen import TISSUE_HU
from angiosuite.anatomy.vessels.extraction.scan import Scan

__all__ = ["radii_mm"]

Floats = NDArray[np.float64]

#: Rays around, sample (mm) and reach (mm) along them.
RAYS, SAMPLE_MM, REACH_MM = 24, 0.25, 12.0
#: Fat beside a thin vessel counts as this at least, HU.
FAT_HU = -100.0
#: A radius differs from the vessel's median by no more than this factor (a mouth or a neighbour misleads).
SPREAD = 2.0


def radii_mm(scan: Scan, points_mm: Floats, depth_mm: Floats) -> Floats:
    """Radius (mm) of the circle with the lumen's area at each point of a line, shape (n,).

    Parameters
    ----------
    scan : Scan
    points_mm : (n, 3) float64
        Centre line.
    depth_mm : (n,) float64
        Rough radius at each point, from the distance to the lumen's border.

    Notes
    -----
    **Model** along each ray the border lies half way between the level on the line and the tissue outside
    (its median between 1.5 and 3 rough radii away, fat as fat); a ray that finds none within two rough
    radii + 2 mm takes the middle of those that do. Area of the polygon, then a median over 5 points.
    **Source** full width at half maximum: right for widths above the scanner's blur; thinner lumens read
    too wide (memory).
    **Valid for** radii from 1.5 voxels on. Held by tests/anatomy/vessels/extraction/test_radii.py.
    """
    _, first, second = across(points_mm)
    angle = 2.0 * np.pi * np.arange(RAYS) / RAYS
    ways = np.cos(angle)[None, :, None] * first[:, None] + np.sin(angle)[None, :, None] * second[:, None]
    steps = np.arange(SAMPLE_MM, REACH_MM, SAMPLE_MM)
    hu = scan.at(points_mm[:, None, None] + ways[:, :, None] * steps[None, None, :, None], FAT_HU)
    rough = np.maximum(depth_mm, scan.edge_mm)
    inside = np.maximum(scan.at(points_mm), hu[:, :, steps <= 0.75].mean((1, 2)))
    ring = (steps > 1.5 * rough[:, None]) & (steps < 3.0 * rough[:, None] + 1.0)
    outside = np.where(ring[:, None, :], np.clip(hu, FAT_HU, None), np.nan)
    around = _median(outside, FAT_HU)
    half = 0.5 * (inside[:, None] + np.minimum(around, np.maximum(TISSUE_HU, 0.6 * inside[:, None])))
    below = hu < half[:, :, None]
    place = below.argmax(2)
    here = np.take_along_axis(hu, np.maximum(place - 1, 0)[:, :, None], 2)[:, :, 0]
    there = np.take_along_axis(hu, place[:, :, None], 2)[:, :, 0]
    share = np.clip((here - half) / np.maximum(here - there, 1.0), 0.0, 1.0)
    border = np.where(place > 0, steps[np.maximum(place - 1, 0)] + SAMPLE_MM * share, 0.5 * SAMPLE_MM)
    known = below.any(2) & (border < 2.0 * rough[:, None] + 2.0)
    usual = _median(np.where(known, border, np.nan), np.nan)
    usual = np.where(np.isnan(usual), rough, usual)
    border = np.where(known, np.minimum(border, 2.0 * usual[:, None]), usual[:, None])
    area = 0.5 * np.sin(2.0 * np.pi / RAYS) * (border * np.roll(border, -1, 1)).sum(1)
    radius = np.sqrt(np.maximum(area, 0.04) / np.pi)
    even = ndimage.median_filter(radius, min(5, len(radius)), mode="nearest")
    usual_mm = float(np.median(even))
    return np.asarray(np.clip(even, usual_mm / SPREAD, usual_mm * SPREAD), np.float64)


def _median(values: Floats, otherwise: float) -> Floats:
    """Median of what is no NaN along the last axis; another value where all is."""
    count = (~np.isnan(values)).sum(-1)
    order = np.sort(values, axis=-1)  # NaN last
    low, high = np.maximum(count - 1, 0) // 2, np.minimum(count // 2, np.maximum(count - 1, 0))
    picked = [np.take_along_axis(order, k[..., None], -1)[..., 0] for k in (low, high)]
    return np.where(count > 0, 0.5 * (picked[0] + picked[1]), otherwise)
