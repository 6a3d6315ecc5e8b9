"""Parametric colour: when each pixel was darkest, as a colour, and how dark, as its light."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d, minimum_filter1d

from angiosuite.imaging.opacification import PeakOpacification
from angiosuite.kit.errors import WrongUse

Image = NDArray[np.float32]

_CERTAIN = 4.0
"""Deviations of the noise below which a pixel is no vessel."""
_FULL = 0.35
"""Log contrast that is shown at full light."""
_SAMPLE = 8


class TimeToPeak:
    """The darkest value of each pixel and when it was.

    Notes
    -----
    **Model** the peak is :class:`~angiosuite.imaging.opacification.PeakOpacification`; beside it the time of
    the frame that holds it is kept, moved by the parabola through that frame and its neighbours, so that time
    is told more finely than frames come.
    Held by ``tests/imaging/test_parametric.py``.
    """

    def __init__(self) -> None:
        self._peak = PeakOpacification()
        self._times: Image | None = None
        self._last: list[tuple[float, Image]] = []

    def add(self, time_s: float, diff: Image) -> None:
        """Take in a subtracted frame, float32 (rows, columns), and its time, s; times ascend."""
        if self._last and time_s <= self._last[-1][0]:
            raise WrongUse("Frames come in the order of time", code="bad-time", value=time_s)
        if self._times is None:
            self._times = np.full(diff.shape, time_s, np.float32)
            before = None
        else:
            before = self._peak.peak().copy()
        self._peak.add(diff)
        if before is not None:
            # a peak in the frame before this one is complete now: let the parabola move it
            if len(self._last) == 2:
                self._refine(diff, time_s)
            self._times[diff < before] = time_s
        self._last = [*self._last[-1:], (time_s, diff.copy())]

    def _refine(self, diff: Image, time_s: float) -> None:
        assert self._times is not None
        (t0, d0), (t1, d1) = self._last
        here = (self._times == np.float32(t1)) & (d1 <= diff) & (d1 < d0)
        left, right = t1 - t0, time_s - t1
        rise, fall = (d0[here] - d1[here]) / left, (diff[here] - d1[here]) / right
        bend = (rise + fall) / (left + right)
        slope = (fall * left - rise * right) / (left + right)
        off = np.where(bend > 1e-9, -0.5 * slope / np.maximum(bend, 1e-9), 0.0)
        self._times[here] = t1 + np.clip(off, -left, right)

    @property
    def frames(self) -> int:
        """Frames that were added."""
        return self._peak.frames

    def peak(self) -> Image:
        """The lowest value of each pixel, float32; raises `WrongUse` before the first frame."""
        return self._peak.peak()

    def times_s(self) -> Image:
        """When each pixel was lowest, s, float32; raises `WrongUse` before the first frame."""
        if self._times is None:
            self._peak.peak()
        assert self._times is not None
        return self._times


@dataclass(frozen=True, slots=True, eq=False)
class ColourMap:
    """A parametric picture and what its colours mean.

    Parameters
    ----------
    rgb : uint8 (rows, columns, 3)
    first_s, last_s : float
        Times of the first and the last colour.
    """

    rgb: NDArray[np.uint8]
    first_s: float
    last_s: float


def parametric(
    made: TimeToPeak,
    *,
    noise: float = 0.02,
    span_s: tuple[float, float] | None = None,
    mask: Image | None = None,
) -> ColourMap:
    """The colour-coded picture of a run.

    Parameters
    ----------
    made : TimeToPeak
    noise : float
        Standard deviation of a subtracted pixel, log units.
    span_s : (first, last) float, optional
        Times of the first and last colour; by default where 2 to 98 % of the vessels peak.
    mask : float32 (rows, columns), optional
        Share of each pixel that the collimator leaves open; closed is black.

    Notes
    -----
    **Model** hue by time on :func:`colours`, which rises evenly in lightness, so that later is never taken
    for darker; light by the contrast of the peak below the picture's median, none below four deviations of
    the noise.
    """
    peak, times = made.peak(), made.times_s()
    step = max(1, min(_SAMPLE, len(peak) // 64))
    inside = np.ones(peak.shape, bool) if mask is None else mask > 0.99
    sample = peak[::step, ::step][inside[::step, ::step]]
    contrast = (float(np.median(sample)) if sample.size else 0.0) - peak
    seen = inside & (contrast > _CERTAIN * noise)
    if span_s is None:
        if seen.any():
            low, high = np.percentile(times[seen], [2.0, 98.0])
            span_s = float(low), float(high)
        else:
            span_s = float(times.min()), float(times.max())
    first, last = span_s[0], max(span_s[1], span_s[0] + 1e-3)
    place = np.clip((times - np.float32(first)) * np.float32(255.0 / (last - first)), 0.0, 255.0)
    light = np.clip((contrast - _CERTAIN * noise) / max(_FULL - _CERTAIN * noise, 0.05), 0.0, 1.0)
    light = np.where(seen, 0.25 + 0.75 * np.sqrt(light), 0.0).astype(np.float32)
    rgb = colours()[place.astype(np.uint8)] * light[..., np.newaxis]
    return ColourMap(np.rint(rgb).astype(np.uint8), first, last)


@cache
def colours() -> NDArray[np.float32]:
    """The colours of early to late, float32 (256, 3), 0 to 255.

    **Model** in the CIE L*C*h space of a D65 screen: hue runs from red over yellow and green to blue
    (20 to 285 degrees), lightness falls evenly from 75 to 55, chroma is what the screen shows
    of neighbouring hues, 75 at most. Equal steps of time are about equal steps of colour.
    **Source** CIE 015 (2018), CIELAB; IEC 61966-2-1, sRGB.
    """
    share = np.linspace(0.0, 1.0, 256)
    hue, light = np.deg2rad(20.0 + 265.0 * share), 75.0 - 20.0 * share
    most = np.zeros(256)
    for chroma in np.arange(1.0, 76.0):
        rgb = _screen(light, chroma * np.cos(hue), chroma * np.sin(hue))
        fits = (rgb.min(axis=1) >= 0.0) & (rgb.max(axis=1) <= 1.0) & (most == chroma - 1.0)
        most[fits] = chroma
    smooth = gaussian_filter1d(minimum_filter1d(most, 41), 10.0)
    result = np.clip(_screen(light, smooth * np.cos(hue), smooth * np.sin(hue)), 0.0, 1.0)
    table = (255.0 * result).astype(np.float32)
    table.setflags(write=False)
    return table


def _screen(
    light: NDArray[np.float64], a: NDArray[np.float64], b: NDArray[np.float64]
) -> NDArray[np.float64]:
    """CIELAB (D65) to sRGB, not clipped, shape (n, 3)."""
    y = (light + 16.0) / 116.0
    f = np.stack([y + a / 500.0, y, y - b / 200.0])
    xyz = np.where(f > 6.0 / 29.0, f**3, 3.0 * (6.0 / 29.0) ** 2 * (f - 4.0 / 29.0))
    xyz *= np.array([[0.95047], [1.0], [1.08883]])
    linear = (
        np.array([[3.2406, -1.5372, -0.4986], [-0.9689, 1.8758, 0.0415], [0.0557, -0.2040, 1.0570]]) @ xyz
    )
    return np.asarray(
        np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * np.abs(linear) ** (1 / 2.4) - 0.055)
    ).T
