"""Stations along a line, and the planes across it that turn as little as possible."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

__all__ = ["across", "arc_mm", "resampled", "smoothed"]

Floats = NDArray[np.float64]


def arc_mm(points_mm: Floats) -> Floats:
    """Arc length (mm) at each point, shape (n,)."""
    steps = np.linalg.norm(np.diff(points_mm, axis=0), axis=1)
    return np.concatenate([[0.0], np.cumsum(steps)])


def resampled(points_mm: Floats, step_mm: float) -> Floats:
    """The line at even steps of about `step_mm`, both ends kept."""
    arc = arc_mm(points_mm)
    keep = np.concatenate([[True], np.diff(arc) > 1e-9])
    arc, points_mm = arc[keep], points_mm[keep]
    at = np.linspace(0.0, arc[-1], max(2, round(arc[-1] / step_mm) + 1))
    return np.stack([np.interp(at, arc, points_mm[:, k]) for k in range(3)], 1)


def smoothed(points_mm: Floats, sigma_mm: float, step_mm: float) -> Floats:
    """The line at even steps with its corners rounded; its ends stay.

    **Model** Gaussian along the line of points mirrored through the ends, so that they do not draw in.
    """
    even = resampled(points_mm, step_mm)
    count = len(even)
    reach = min(count - 1, int(4.0 * sigma_mm / step_mm) + 1)
    before = 2.0 * even[0] - even[reach:0:-1]
    after = 2.0 * even[-1] - even[-2 : -2 - reach : -1]
    long = ndimage.gaussian_filter1d(np.concatenate([before, even, after]), sigma_mm / step_mm, axis=0)
    return np.asarray(long[reach : reach + count], np.float64)


def across(points_mm: Floats) -> tuple[Floats, Floats, Floats]:
    """Tangent and two unit vectors across it at each point, shapes (n, 3); the frame does not spin.

    **Source** double reflection: Wang, Juettler, Zheng and Liu, ACM Trans. Graphics 27 (2008) 2:1-18.
    """
    tangent = np.gradient(points_mm, axis=0)
    tangent /= np.linalg.norm(tangent, axis=1, keepdims=True) + 1e-12
    first = np.empty_like(points_mm)
    start = np.cross(tangent[0], np.eye(3)[int(np.abs(tangent[0]).argmin())])
    first[0] = start / np.linalg.norm(start)
    for k in range(len(points_mm) - 1):
        way = points_mm[k + 1] - points_mm[k]
        size = float(way @ way) + 1e-18
        turned = first[k] - 2.0 / size * (way @ first[k]) * way
        along = tangent[k] - 2.0 / size * (way @ tangent[k]) * way
        rest = tangent[k + 1] - along
        length = float(rest @ rest) + 1e-18
        first[k + 1] = turned - 2.0 / length * (rest @ turned) * rest
    return tangent, first, np.cross(tangent, first)
