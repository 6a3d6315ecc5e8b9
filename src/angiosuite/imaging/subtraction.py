"""Subtraction: live frame less mask on logarithms, moved by parts of a pixel, and shown."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from angiosuite.imaging.detector import from_twelve_bits
from angiosuite.imaging.display import paint_rows
from angiosuite.kit.errors import WrongUse
from angiosuite.physics.threads import share

Image = NDArray[np.float32]
Shift = tuple[float, float]

DARKEST = 1e-3
"""Signal below which the logarithm no longer falls, in units of the wanted signal."""
WINDOW = 0.8
"""Width of the fixed window for vessels, log units: a vessel of half of it is all but black."""
_NOISE_WINDOW = 18.0
"""The window is at least so many deviations of the difference's noise wide."""
_BACKGROUND_AT = 0.5635
"""Place of the background in the window, which the tone makes grey 150 of 255."""
_LEVEL_DAMPING = 0.5
_SAMPLE = 8
"""Every eighth row and column gives the median that levels the picture."""


@cache
def _log_table() -> Image:
    signal = from_twelve_bits(np.arange(4096, dtype=np.uint16)).astype(np.float64)
    table = np.log(np.maximum(signal, DARKEST)).astype(np.float32)
    table.setflags(write=False)
    return table


def log_signal(frame: Image) -> Image:
    """Logarithm of a detector frame, float32; nothing below :data:`DARKEST`."""
    return np.log(np.maximum(frame, np.float32(DARKEST)))


def logs_of(stored: NDArray[np.uint16]) -> Image:
    """Logarithm of the signal of stored 12-bit frames, float32, of any shape."""
    return np.take(_log_table(), stored)


def mask_of(frames: Sequence[Image]) -> Image:
    """Logarithm of the mean signal of the mask's frames, float32.

    Parameters
    ----------
    frames : sequence of float32 (rows, columns)
        Detector frames in units of the wanted signal, at least one.

        **Model**: n frames averaged leave 1/n of one frame's variance, so that a difference has 1 + 1/n.
        Held by ``tests/imaging/test_subtraction.py``.
    """
    if not frames:
        raise WrongUse(
            "A mask needs at least one frame", code="mask-empty", value=0, way_out="Name a frame of the run."
        )
    if len(frames) == 1:
        return log_signal(frames[0])
    mean = frames[0].astype(np.float64)
    for frame in frames[1:]:
        mean += frame
    return log_signal((mean / len(frames)).astype(np.float32))


def keys_weights(fraction: float) -> Image:
    """Weights of the four neighbours for a place `fraction` (0 to 1) behind the second, float32.

    **Model**: cubic convolution with a = -1/2, exact for quadratics.
    **Source**: Keys, IEEE Trans. ASSP 29:1153 (1981).
    """
    f = fraction
    return np.array(
        [
            ((-0.5 * f + 1.0) * f - 0.5) * f,
            (1.5 * f - 2.5) * f * f + 1.0,
            ((-1.5 * f + 2.0) * f + 0.5) * f,
            (0.5 * f - 0.5) * f * f,
        ],
        np.float32,
    )


def _steps(by_px: float) -> tuple[int, Image]:
    """Whole step and weights with which out[i] = Σ w[k] in[i + step - 1 + k] moves by `by_px`."""
    whole = int(np.floor(-by_px))
    return whole, keys_weights(-by_px - whole)


@njit(cache=True, nogil=True)
def _less_moved(live, image, step_y, wy, step_x, wx, kept, out, row0, row1):  # type: ignore[no-untyped-def]
    """`live` less `kept` times the moved image, by rows."""
    rows, columns = image.shape
    line = np.empty(columns + 3, np.float32)
    w0, w1, w2, w3 = wx[0], wx[1], wx[2], wx[3]
    plain_x = step_x == 0 and w1 == np.float32(1.0)
    plain_y = wy[1] == np.float32(1.0)
    across = np.empty(columns, np.float32)
    for r in range(row0, row1):
        base = r + step_y
        b = image[min(max(base, 0), rows - 1)]
        if plain_y:
            for c in range(columns):
                across[c] = b[c]
        else:
            a = image[min(max(base - 1, 0), rows - 1)]
            d = image[min(max(base + 1, 0), rows - 1)]
            e = image[min(max(base + 2, 0), rows - 1)]
            y0, y1, y2, y3 = wy[0], wy[1], wy[2], wy[3]
            for c in range(columns):
                across[c] = y0 * a[c] + y1 * b[c] + y2 * d[c] + y3 * e[c]
        x, target = live[r], out[r]
        if plain_x:
            for c in range(columns):
                target[c] = x[c] - kept * across[c]
        else:
            for c in range(columns + 3):
                line[c] = across[min(max(c + step_x - 1, 0), columns - 1)]
            for c in range(columns):
                value = w0 * line[c] + w1 * line[c + 1] + w2 * line[c + 2] + w3 * line[c + 3]
                target[c] = x[c] - kept * value


def subtract(live_log: Image, mask_log: Image, shift_px: Shift = (0.0, 0.0), landmark: float = 0.0) -> Image:
    """Live less mask, both logarithms, float32 (rows, columns): vessels that fill are negative.

    Parameters
    ----------
    live_log, mask_log : float32 (rows, columns)
        :func:`log_signal`, :func:`logs_of` or :func:`mask_of`.
    shift_px : (x, y) float
        How far the mask is moved, to the right and down, pixels (see :func:`moved`).
    landmark : float
        Share of the anatomy that is left in, 0 (none) to 1 (the frame as it is).

        **Model**: D = L - (1 - landmark) M(x - shift). Noise of two uncorrelated frames adds:
        var D = var L + var M. Held by ``tests/imaging/test_subtraction.py``.
    """
    if live_log.shape != mask_log.shape:
        raise WrongUse(
            "Frame and mask differ in size",
            code="mask-size",
            value=[*live_log.shape, *mask_log.shape],
            way_out="Take a mask of the same run.",
        )
    out = np.empty_like(live_log)
    (step_x, wx), (step_y, wy) = _steps(shift_px[0]), _steps(shift_px[1])
    kept, rows = np.float32(1.0 - landmark), live_log.shape[0]

    def strand(k: int, n: int) -> None:
        part = k * rows // n, (k + 1) * rows // n
        _less_moved(live_log, mask_log, step_y, wy, step_x, wx, kept, out, *part)

    share(strand)
    return out


def moved(image: Image, dx_px: float, dy_px: float) -> Image:
    """An image moved to the right and down by parts of a pixel, float32; edges are continued.

    **Model**: :func:`keys_weights` along rows and columns; whole steps are exact.
    """
    # Nothing less minus one time the moved image.
    return subtract(np.zeros_like(image), image, (dx_px, dy_px), landmark=2.0)


class SubtractionDisplay:
    """Differences on the monitor: vessels dark on a middle grey.

    Parameters
    ----------
    rows : int
        Rows and columns of the frames.

    Notes
    -----
    **Model**: the window is fixed, so that a vessel looks alike from frame to frame; it widens only where
    the noise would fill it. The median of the open field becomes grey 150, damped over two frames.
    """

    def __init__(self, rows: int) -> None:
        self.rows = rows
        self._centre: float | None = None
        self._base = np.zeros((2, 2), np.float32)
        self._open = np.ones((rows, rows), np.float32)

    def restart(self) -> None:
        """The next frame levels itself (a new run, mask or shift)."""
        self._centre = None

    def show(
        self,
        diff: Image,
        *,
        noise: float,
        window: float = 1.0,
        level: float = 0.0,
        invert: bool = False,
        edge: float = 0.0,
        mask: Image | None = None,
    ) -> NDArray[np.uint8]:
        """The difference as the monitor shows it, uint8 (rows, columns).

        Parameters
        ----------
        diff : float32 (rows, columns)
            :func:`subtract`.
        noise : float
            Relative standard deviation of a pixel of one frame at signal 1.
        window : float
            Width, as a factor on :data:`WINDOW`.
        level : float
            Shift of the centre in widths; positive darkens.
        invert : bool
            Vessels light instead of dark.
        edge : float
            Gain of edge enhancement, 0 to 2; what is below the noise is not raised.
        mask : float32 (rows, columns), optional
            Share of each pixel that the collimator leaves open; closed is black.
        """
        deviation = max(noise, 1e-4) * float(np.sqrt(2.0))
        width = max(WINDOW, min(_NOISE_WINDOW * deviation, 3.0 * WINDOW)) * max(window, 0.05)
        low = self._level(diff, mask) + (level - _BACKGROUND_AT) * width
        core, scale = np.float32((1.5 * deviation) ** 2 + 1e-9), np.float32(1.0 / width)
        sign, rows = np.float32(-1.0 if invert else 1.0), self.rows
        shade = self._open if mask is None else mask
        out = np.empty(diff.shape, np.uint8)

        def strand(k: int, n: int) -> None:
            part = k * rows // n, (k + 1) * rows // n
            paint_rows(
                diff, self._base, np.float32(edge), core, np.float32(low), scale, sign, shade, out, *part
            )

        share(strand)
        return out

    def _level(self, diff: Image, mask: Image | None) -> float:
        """Median of the open field, damped."""
        step = max(1, min(_SAMPLE, self.rows // 64))
        sample = diff[step // 2 :: step, step // 2 :: step]
        if mask is not None:
            inside = mask[step // 2 :: step, step // 2 :: step] > 0.99
            sample = sample[inside] if inside.any() else sample
        median = float(np.median(sample))
        if self._centre is None:
            self._centre = median
        else:
            self._centre += _LEVEL_DAMPING * (median - self._centre)
        return self._centre

    def state(self) -> dict[str, Any]:
        """Everything that the next picture depends on."""
        return {"centre": self._centre}

    def restore(self, state: dict[str, Any]) -> None:
        """Return to a state taken by :meth:`state`."""
        self._centre = None if state["centre"] is None else float(state["centre"])
