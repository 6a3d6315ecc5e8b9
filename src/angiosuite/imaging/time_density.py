"""Time-density curve: how dark a region is while contrast passes, and the times that it tells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from angiosuite.kit.errors import WrongUse

Floats = NDArray[np.float64]
Image = NDArray[np.float32]

ARRIVAL_SHARE = 0.1
"""Share of the peak at which contrast has arrived."""
_CERTAIN = 3.0
"""Deviations of the frames' noise that a peak must exceed to be one."""


@dataclass(frozen=True, slots=True, eq=False)
class TimeDensity:
    """A curve and what it tells; times in s since `times_s` counts, densities in log units.

    Parameters
    ----------
    times_s, density : float64 (frames,)
        Mean of the region, background taken away; positive where contrast is.
    peak : float
        Highest density, by a parabola through the highest frame and its neighbours.
    peak_s, arrival_s : float or None
        When it is reached, and when the curve first passes a tenth of it; None where nothing passes.
    width_s : float or None
        Full width at half of the peak; None where the run ends before it falls to half.
    area_s : float
        Area under the curve to the last frame, log units times s.
    mean_transit_s : float or None
        Centre of the area, counted from `arrival_s`.
    wash_in_per_s, wash_out_per_s : float or None
        Steepest rise, and steepest fall after the peak, log units a second.
    """

    times_s: Floats
    density: Floats
    peak: float
    peak_s: float | None
    arrival_s: float | None
    width_s: float | None
    area_s: float
    mean_transit_s: float | None
    wash_in_per_s: float | None
    wash_out_per_s: float | None


def region_means(
    frames: Sequence[Image], inside: NDArray[np.bool_], background: NDArray[np.bool_] | None = None
) -> Floats:
    """Density of a region in every subtracted frame, log units, float64 (frames,).

    Parameters
    ----------
    frames : sequence of float32 (rows, columns)
        Subtracted frames (``imaging.subtraction.subtract``): vessels that fill are negative.
    inside, background : bool (rows, columns)
        The region, and what is taken away as background (tissue beside a vessel).
    """
    if not inside.any() or (background is not None and not background.any()):
        raise WrongUse("A region needs pixels", code="empty-region", value=0, way_out="Draw it larger.")
    values = np.array([-float(frame[inside].mean(dtype=np.float64)) for frame in frames])
    if background is not None:
        values += [float(frame[background].mean(dtype=np.float64)) for frame in frames]
    return values


def ellipse(shape: tuple[int, int], centre_px: tuple[float, float], radii_px: tuple[float, float]) -> NDArray:
    """The pixels of an ellipse, bool (rows, columns); centre and half axes as (x, y), pixels."""
    y, x = np.ogrid[: shape[0], : shape[1]]
    across = ((x - centre_px[0]) / max(radii_px[0], 0.5)) ** 2 + (
        (y - centre_px[1]) / max(radii_px[1], 0.5)
    ) ** 2
    return np.asarray(across <= 1.0)


def time_density(times_s: Floats, density: Floats) -> TimeDensity:
    """What a curve tells.

    Parameters
    ----------
    times_s, density : float64 (frames,)
        Ascending times, and :func:`region_means`.

    Notes
    -----
    **Model** straight lines between frames. Arrival and half width are where these pass a share of the peak
    (a parabola through three frames); mean transit is ``int t D dt / int D dt`` from arrival to the last
    frame, so it is too short where the run ends before the wash-out does.
    **Source** curve parameters of angiography: Zierler, Circ Res 10:393 (1962), mean transit;
    definitions of arrival, peak and width as in perfusion angiography.
    **Valid for** a passage that begins after the first frame. Held by ``tests/imaging/test_time_density.py``.
    """
    t, d = np.asarray(times_s, np.float64), np.asarray(density, np.float64)
    if t.shape != d.shape or len(t) < 2 or (np.diff(t) <= 0).any():
        raise WrongUse("A curve needs two frames or more, times ascending", code="bad-curve", value=len(t))
    area = float(np.trapezoid(d, t))
    k = int(d.argmax())
    peak_s, peak = _top(t, d, k)
    if peak <= max(_CERTAIN * _noise(d), 1e-9):
        return TimeDensity(t, d, max(peak, 0.0), None, None, None, area, None, None, None)
    arrival = _passes(t[: k + 1][::-1], d[: k + 1][::-1], ARRIVAL_SHARE * peak, float(t[0]))
    up = _passes(t[: k + 1][::-1], d[: k + 1][::-1], 0.5 * peak, None)
    down = _passes(t[k:], d[k:], 0.5 * peak, None)
    assert arrival is not None
    since = t >= arrival
    ts, ds = np.concatenate([[arrival], t[since]]), np.concatenate([[ARRIVAL_SHARE * peak], d[since]])
    whole = float(np.trapezoid(ds, ts))
    transit = float(np.trapezoid(ds * (ts - arrival), ts)) / whole if whole > 0 else None
    slope = np.diff(d) / np.diff(t)
    return TimeDensity(
        t,
        d,
        peak,
        peak_s,
        arrival,
        None if up is None or down is None else down - up,
        area,
        transit,
        float(slope[:k].max()) if k else None,
        float(-slope[k:].min()) if k < len(slope) else None,
    )


def _noise(d: Floats) -> float:
    """Deviation from frame to frame by the median of second differences, of which a smooth curve has none."""
    if len(d) < 5:
        return 0.0
    return float(1.4826 * np.median(np.abs(d[2:] - 2.0 * d[1:-1] + d[:-2])) / np.sqrt(6.0))


def _top(t: Floats, d: Floats, k: int) -> tuple[float, float]:
    """Time and height of the parabola through frame k and its neighbours; frame k at an end."""
    if k == 0 or k == len(t) - 1:
        return float(t[k]), float(d[k])
    bend, slope, height = np.polyfit(t[k - 1 : k + 2] - t[k], d[k - 1 : k + 2], 2)
    if bend >= 0:
        return float(t[k]), float(d[k])
    off = float(np.clip(-0.5 * slope / bend, t[k - 1] - t[k], t[k + 1] - t[k]))
    return float(t[k]) + off, float(height + slope * off + bend * off * off)


def _passes(t: Floats, d: Floats, level: float, otherwise: float | None) -> float | None:
    """Where a curve that begins above a level first falls to it, times in the order given."""
    below = np.flatnonzero(d <= level)
    if not len(below):
        return otherwise
    j = int(below[0])
    if j == 0:
        return float(t[0])
    share = (d[j - 1] - level) / (d[j - 1] - d[j])
    return float(t[j - 1] + share * (t[j] - t[j - 1]))
