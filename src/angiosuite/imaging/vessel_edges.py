"""Edges of a vessel along a path: a round, blurred tube fitted to every profile across it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy  # scipy.interpolate is loaded when it is first used
from numpy.typing import NDArray
from scipy.ndimage import correlate1d, gaussian_filter1d, map_coordinates, median_filter, spline_filter

Image = NDArray[np.float32]
Array = NDArray[np.float64]

_WIDEST_HALF = 40
"""Half length of the first profiles, pixels."""
_BLURS = (0.3, 0.5, 0.7, 0.9, 1.2, 1.6, 2.1)
"""Deviations of the blur that are tried, pixels."""
_EDGES = np.linspace(-2.75, 2.75, 12)
"""Edges of the boxes that stand for the Gaussian, deviations."""
_BOXES = np.exp(-0.5 * (0.5 * (_EDGES[1:] + _EDGES[:-1])) ** 2)
_STEPS = np.diff(np.concatenate([[0.0], _BOXES / _BOXES.sum() / 0.5, [0.0]]))
"""Weight of the tube's running integral at each edge: the box that ends there less the one that begins."""
_ALIKE = 0.15
"""How far contrast per thickness may differ along a vessel, relative deviation."""
_SMOOTH = np.array([-3.0, 12.0, 17.0, 12.0, -3.0]) / 35.0
"""Parabola through five neighbours (Savitzky and Golay, Anal Chem 1964;36:1627)."""
_ROUNDS = 12
_MOST_PROFILES = 400
_FAINTEST = 1e-6
"""Contrast of one pixel of lumen below which there is none, log units."""
_FITTED_FOR_BLUR = 32
"""Profiles that the blur is taken from."""


@dataclass(frozen=True, slots=True, eq=False)
class VesselEdges:
    """A vessel, a value per step of its length.

    Parameters
    ----------
    step_px : float
        Length of a step, pixels.
    centre_px, normal : float64 (n, 2)
        Points (x, y) of the middle line, and unit vectors to the left of it.
    radius_px : float64 (n,)
        Radius of the fitted tube, pixels.
    content_px : float64 (n,)
        Contrast summed across the vessel, log units times pixels: proportional to the lumen's area.
    contrast : float
        Log contrast of one pixel of filled lumen.
    certainty : float
        Content over its deviation from place to place: above 5 there is a vessel, 1 is noise.
    blur_px : float
        Deviation of the blur that fits best, pixels.
    """

    step_px: float
    centre_px: Array
    normal: Array
    radius_px: Array
    content_px: Array
    contrast: float
    certainty: float
    blur_px: float


def resampled_path(points: Array) -> tuple[Array, Array]:
    """A smooth curve through points (x, y), a point a pixel (400 at most), and unit vectors to its left."""
    along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(points, axis=0).T))])
    curve = scipy.interpolate.make_interp_spline(along, points, k=min(3, len(points) - 1))
    fine = curve(np.linspace(0.0, along[-1], 16 * max(2, round(along[-1]))))
    length = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(fine, axis=0).T))])
    at = np.linspace(0.0, length[-1], min(max(2, round(length[-1]) + 1), _MOST_PROFILES))
    path = np.stack([np.interp(at, length, fine[:, k]) for k in (0, 1)], axis=1)
    tangent = np.gradient(path, axis=0)
    tangent /= np.maximum(np.hypot(*tangent.T), 1e-9)[:, None]
    return path, np.stack([tangent[:, 1], -tangent[:, 0]], axis=1)


def edges_along(image: Image, points: Array) -> VesselEdges:
    """The vessel that a path follows, dark on its surroundings.

    Parameters
    ----------
    image : float32 (rows, columns)
        Logarithm of a frame, or a subtracted one.
    points : float64 (k, 2)
        Path (x, y) along the vessel, pixels, two points or more.

    Notes
    -----
    **Model**: across a round vessel of radius R the log contrast is C 2 √(R² - t²), blurred by a Gaussian, on
    a straight background; R, middle, C and background are fitted to every profile by Levenberg and
    Marquardt's steps, the blur to all of them. C is the contrast medium's and alike along the vessel (15 %),
    so that a lumen as narrow as the blur is still sized by what it takes from the beam.
    **Source**: densitometric profiles as in quantitative angiography; the fit is our own.
    Held by ``tests/imaging/test_stenosis.py``.
    """
    smooth = spline_filter(image.astype(np.float64), order=3)
    path, normal = resampled_path(points)
    half = _WIDEST_HALF
    for _ in range(2):
        t, profiles = _profiles(smooth, path, normal, half)
        middle, radius = _seen_width(t, profiles)
        path, normal = resampled_path(path + normal * gaussian_filter1d(middle, 4.0)[:, None])
        half = int(np.clip(2.0 * np.percentile(radius, 80) + 5.0, 7, _WIDEST_HALF))
    t, profiles = _profiles(smooth, path, normal, half)
    middle, radius = _seen_width(t, profiles)
    blur, contrast = _blur_and_contrast(t, profiles, middle, radius)
    fit = _fitted(t, profiles, middle, radius, blur, contrast)
    background = fit[:, 3:4] + fit[:, 4:5] * t
    within = np.abs(t - fit[:, :1]) <= fit[:, 1:2] + 2.5 * blur + 0.5
    content = np.where(within, background - profiles, 0.0).sum(axis=1)
    return VesselEdges(
        step_px=float(np.mean(np.hypot(*np.diff(path, axis=0).T))),
        centre_px=path + normal * fit[:, :1],
        normal=normal,
        radius_px=fit[:, 1],
        content_px=content,
        contrast=contrast,
        certainty=_certainty(content, fit[:, 1], t[-1]),
        blur_px=blur,
    )


def _certainty(content: Array, radius: Array, half: float) -> float:
    """Content over how much it differs three pixels on; 0 where the band is as wide as the profile."""
    if np.median(radius) > 0.85 * half:
        return 0.0
    differs = 1.4826 * float(np.median(np.abs(content[3:] - content[:-3]))) / np.sqrt(2.0)
    return float(np.median(content)) / max(differs, 1e-3)


def _profiles(smooth: Array, path: Array, normal: Array, half: int) -> tuple[Array, Array]:
    """Places across (m,) in steps of half a pixel, and the image there, (n, m), calmed along the vessel."""
    t = np.arange(-half, half + 0.25, 0.5)
    at = path[:, None, :] + normal[:, None, :] * t[None, :, None]
    values = map_coordinates(smooth, [at[..., 1], at[..., 0]], order=3, prefilter=False, mode="nearest")
    return t, correlate1d(values, _SMOOTH, axis=0, mode="nearest")


def _seen_width(t: Array, profiles: Array) -> tuple[Array, Array]:
    """Middle and radius of the dark band at half its depth, near the path: a start for the fit."""
    calm = gaussian_filter1d(gaussian_filter1d(profiles, 2.5, axis=0), 1.0, axis=1)
    edge = max(2, len(t) // 8)
    ends = 0.5 * (np.median(calm[:, :edge], axis=1) + np.median(calm[:, -edge:], axis=1))
    depth = ends[:, None] - calm
    near = np.abs(t) <= max(4.0, 0.35 * t[-1])
    peak = np.argmax(np.where(near, depth, -np.inf), axis=1)
    peak = median_filter(peak, size=min(9, len(peak) | 1), mode="nearest")
    rows = np.arange(len(peak))
    above = depth > 0.5 * depth[rows, peak][:, None]
    left = np.array([_run(above[r, : peak[r] + 1][::-1]) for r in rows])
    right = np.array([_run(above[r, peak[r] :]) for r in rows])
    step = t[1] - t[0]
    middle = t[peak] + 0.5 * (right - left) * step
    radius = np.maximum(0.5 * (left + right - 1) * step / 0.866, 0.7)
    size = min(9, len(peak) | 1)
    return median_filter(middle, size, mode="nearest"), median_filter(radius, size, mode="nearest")


def _run(flags: NDArray[np.bool_]) -> int:
    """Length of the unbroken run at the beginning."""
    stops = np.flatnonzero(~flags)
    return int(stops[0]) if len(stops) else len(flags)


def _tube(t: Array, middle: Array, radius: Array, blur: float) -> tuple[Array, Array, Array]:
    """Chord of a round tube, blurred, pixels, (n, m), and its slopes by middle and by radius.

    The blur is a row of boxes that touch, so that each edge between two boxes is worked out once.
    """
    r = radius[:, None]
    shape, by_middle, by_radius = (np.zeros((len(middle), len(t))) for _ in range(3))
    for edge, step in zip(_EDGES, _STEPS, strict=True):
        u = np.clip((t[None, :] - middle[:, None] - edge * blur) / r, -1.0, 1.0)
        height, angle = np.sqrt(1.0 - u * u), np.arcsin(u)
        share = step / blur
        shape += share * (r * r * (u * height + angle))
        by_middle -= share * (2.0 * r * height)
        by_radius += share * (2.0 * r * angle)
    return shape, by_middle, by_radius


def _blur_and_contrast(t: Array, profiles: Array, middle: Array, radius: Array) -> tuple[float, float]:
    """Blur, pixels, and log contrast of one pixel of lumen, that fit the wider half of the vessel best."""
    wide = np.flatnonzero(radius >= np.median(radius))
    some = wide[:: max(1, len(wide) // _FITTED_FOR_BLUR)]
    given = profiles[some], middle[some], radius[some]
    fits = [_fitted(t, *given, blur, None) for blur in _BLURS]
    misfits = [_misfit(t, given[0], fit, blur) for fit, blur in zip(fits, _BLURS, strict=True)]
    best = int(np.argmin(misfits))
    return _BLURS[best], max(float(np.median(fits[best][:, 2])), _FAINTEST)


def _modelled(t: Array, fit: Array, blur: float) -> Array:
    return fit[:, 3:4] + fit[:, 4:5] * t - fit[:, 2:3] * _tube(t, fit[:, 0], fit[:, 1], blur)[0]


def _misfit(t: Array, profiles: Array, fit: Array, blur: float) -> float:
    """Sum of squares of what the better half of the profiles leaves."""
    each = np.sum((profiles - _modelled(t, fit, blur)) ** 2, axis=1)
    return float(np.sort(each)[: max(1, len(each) // 2)].sum())


def _fitted(
    t: Array, profiles: Array, middle: Array, radius: Array, blur: float, contrast: float | None
) -> Array:
    """Middle, radius, contrast, background and its slope of each profile, (n, 5).

    With a `contrast`, each profile's own is drawn toward it as strongly as noise and :data:`_ALIKE` say.
    """
    n, reach = len(middle), 0.5 * t[-1]
    background = np.median(profiles, axis=1)
    depth = np.maximum(np.percentile(profiles, 75, axis=1) - profiles.min(axis=1), 1e-4)
    fit = np.stack([middle, radius, 0.5 * depth / radius, background, np.zeros(n)], axis=1)
    damping = np.full(n, 1e-2)
    pull = 0.0
    if contrast is not None:
        fit[:, 2] = contrast
        # Neighbouring samples of a profile share their noise: four are worth one.
        quiet = profiles - gaussian_filter1d(profiles, 2.0, axis=1)
        pull = 4.0 * float(np.median(np.abs(quiet)) * 1.4826) ** 2 / (_ALIKE * contrast) ** 2
    cost = _cost(t, profiles, fit, blur, contrast, pull)
    for _ in range(_ROUNDS):
        shape, by_middle, by_radius = _tube(t, fit[:, 0], fit[:, 1], blur)
        slope = np.stack(
            [
                -fit[:, 2:3] * by_middle,
                -fit[:, 2:3] * by_radius,
                -shape,
                np.ones_like(shape),
                np.broadcast_to(t, shape.shape),
            ],
            axis=2,
        )
        off = profiles - (fit[:, 3:4] + fit[:, 4:5] * t - fit[:, 2:3] * shape)
        normal = np.einsum("nmi,nmj->nij", slope, slope)
        right = np.einsum("nmi,nm->ni", slope, off)
        if contrast is not None:
            normal[:, 2, 2] += pull
            right[:, 2] += pull * (contrast - fit[:, 2])
        for k in range(5):
            normal[:, k, k] *= 1.0 + damping
            normal[:, k, k] += 1e-12
        tried = fit + np.linalg.solve(normal, right[..., None])[..., 0]
        tried[:, 0] = np.clip(tried[:, 0], -reach, reach)
        tried[:, 1] = np.clip(tried[:, 1], 0.2, 0.9 * t[-1])
        tried[:, 2] = np.maximum(tried[:, 2], 0.0)
        new = _cost(t, profiles, tried, blur, contrast, pull)
        better = new < cost
        fit[better], cost[better] = tried[better], new[better]
        damping = np.where(better, damping * 0.3, damping * 5.0)
    return fit


def _cost(t: Array, profiles: Array, fit: Array, blur: float, contrast: float | None, pull: float) -> Array:
    squares = np.sum((profiles - _modelled(t, fit, blur)) ** 2, axis=1)
    return squares if contrast is None else squares + pull * (fit[:, 2] - contrast) ** 2
