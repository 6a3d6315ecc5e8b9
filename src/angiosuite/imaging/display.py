"""From frame to monitor: recursive filter, logarithm, harmonisation, edges, window, eight bits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter

from angiosuite.physics.threads import share
from angiosuite.physics.xray.scatter import widened_row

Image = NDArray[np.float32]

CELLS = 64
"""Cells a side of the small picture that windows and harmonises."""
_MIDDLE, _REACH = 127.5, 121.5
"""Grey level in the middle of the window, and from there to its ends."""
_TONE = (1.46170, -0.65660, 0.19489)
"""Tone over the window, odd in u from -1 to 1: nearly straight with soft toe and shoulder (a polynomial of
tanh(1.25 u)/tanh(1.25))."""
_WINDOW_DAMPING = 0.35
_LOWEST = 1e-4
_NO_BODY = 1.2
"""Cells within this log distance of the direct beam hold less than some 5 cm of body."""
_SLOW_SPREAD = 0.9
"""Slow variation (5th to 95th percentile, log) that harmonisation leaves at most."""


@dataclass(frozen=True, slots=True)
class DisplaySettings:
    """What a person can set.

    Parameters
    ----------
    window : float
        Width, as a factor on the automatic one.
    level : float
        Shift of the centre in widths; positive darkens.
    edge : float
        Gain of edge enhancement, 0 to 2.
    recursive : float
        Strength of the recursive filter, 0 (off) to 1 (a new frame weighs 0.2).
    harmonise : float
        Share of the slow variation over the field that is taken out, 0 to 1; more where it is large.
    invert : bool
        Bone white instead of dark.
    """

    window: float = 1.0
    level: float = 0.0
    edge: float = 0.8
    recursive: float = 0.5
    harmonise: float = 0.35
    invert: bool = False

    @property
    def new_weight(self) -> float:
        """Weight of a new frame in the recursive filter."""
        return 1.0 - 0.8 * min(max(self.recursive, 0.0), 1.0)


@njit(cache=True, nogil=True)
def filter_and_log(frame, kept, weight, noise, first, out, cells, cell0, cell1):  # type: ignore[no-untyped-def]
    """Recursive filter (in place in `kept`), logarithm into `out`, block means of it into `cells`."""
    rows, columns = frame.shape
    n = cells.shape[0]
    height, width = rows // n, columns // n
    one = np.float32(1.0)
    lowest = np.float32(_LOWEST)
    variance = noise * noise
    line, total = np.empty(columns, np.float32), np.empty(columns, np.float32)
    bits = line.view(np.int32)
    for b in range(cell0, cell1):
        total[:] = 0.0
        for r in range(b * height, (b + 1) * height):
            x, y, target = frame[r], kept[r], out[r]
            if first:
                for c in range(columns):
                    y[c] = x[c]
            else:
                # Movement: a difference beyond three to six deviations lets the new frame through.
                for c in range(columns):
                    d = x[c] - y[c]
                    over = (d * d / (variance * max(y[c], lowest)) - np.float32(9.0)) * np.float32(1.0 / 27.0)
                    line[c] = weight + (one - weight) * min(max(over, np.float32(0.0)), one)
                for c in range(columns):
                    y[c] += line[c] * (x[c] - y[c])
            for c in range(columns):
                line[c] = max(y[c], lowest)
            for c in range(columns):
                # ln x = e ln 2 + 2 atanh((m - 1)/(m + 1)), m in [0.707, 1.414); within 1e-6.
                i = bits[c] - np.int32(0x3F3504F3)
                e = i >> np.int32(23)
                bits[c] = bits[c] - (e << np.int32(23))
                target[c] = np.float32(e) * np.float32(0.69314718)
            for c in range(columns):
                z = (line[c] - one) / (line[c] + one)
                z2 = z * z
                target[c] += z * (
                    np.float32(2.0)
                    + z2 * (np.float32(0.6666667) + z2 * (np.float32(0.4) + z2 * np.float32(0.28571428)))
                )
            for c in range(columns):
                total[c] += target[c]
        scale = np.float32(1.0 / (height * width))
        for c in range(n):
            cell = np.float32(0.0)
            for k in range(c * width, (c + 1) * width):
                cell += total[k]
            cells[b, c] = cell * scale


@njit(cache=True, nogil=True)
def paint_rows(log, base, edge, core, low, scale, sign, mask, out, row0, row1):  # type: ignore[no-untyped-def]
    """Edges, slow base, window and tone to eight bits."""
    rows, columns = log.shape
    six, four, one = np.float32(0.375), np.float32(0.25), np.float32(0.0625)
    half, nothing, whole = np.float32(0.5), np.float32(0.0), np.float32(1.0)
    middle, reach = np.float32(_MIDDLE), np.float32(_REACH) * sign
    c1, c3, c5 = np.float32(_TONE[0]), np.float32(_TONE[1]), np.float32(_TONE[2])
    column = np.empty(columns + 4, np.float32)
    local = np.empty(columns, np.float32)
    line = np.empty(base.shape[1], np.float32)
    for r in range(row0, row1):
        up2, up1, mid = log[max(r - 2, 0)], log[max(r - 1, 0)], log[r]
        dn1, dn2 = log[min(r + 1, rows - 1)], log[min(r + 2, rows - 1)]
        for c in range(columns):
            column[c + 2] = six * mid[c] + four * (up1[c] + dn1[c]) + one * (up2[c] + dn2[c])
        column[0] = column[1] = column[2]
        column[columns + 2] = column[columns + 3] = column[columns + 1]
        widened_row(base, r, rows, line, local)
        target, shade = out[r], mask[r]
        for c in range(columns):
            near, far = column[c + 1] + column[c + 3], column[c] + column[c + 4]
            d = mid[c] - (six * column[c + 2] + four * near + one * far)
            d2 = d * d
            local[c] = mid[c] + edge * d * d2 / (d2 + core) - local[c]
        for c in range(columns):
            t = (local[c] - low) * scale
            u = min(max(t, nothing), whole) * np.float32(2.0) - whole
            u2 = u * u
            grey = middle + reach * u * (c1 + u2 * (c3 + u2 * c5))
            local[c] = grey * shade[c] + half
        for c in range(columns):
            target[c] = np.uint8(np.int32(local[c]))


class Display:
    """The processing behind the live monitor.

    Parameters
    ----------
    rows : int
        Rows and columns of the frames, a multiple of 64.
    """

    def __init__(self, rows: int) -> None:
        self.rows = rows
        self._kept = np.zeros((rows, rows), np.float32)
        self._log = np.zeros((rows, rows), np.float32)
        self._cells = np.zeros((CELLS, CELLS), np.float32)
        self._open = np.ones((rows, rows), np.float32)
        self._fresh = True
        self._centre = 0.0
        self._width = 0.0

    def new_scene(self) -> None:
        """Forget the past frames and the window: the next frame starts both."""
        self._fresh = True
        self._width = 0.0

    def restart(self) -> None:
        """Forget the past frames but keep the window (a new press of the pedal)."""
        self._fresh = True

    def show(
        self,
        frame: Image,
        settings: DisplaySettings,
        *,
        noise_at_one: float,
        air: float,
        mask: Image | None = None,
    ) -> NDArray[np.uint8]:
        """The frame as the monitor shows it, uint8 (rows, columns).

        Parameters
        ----------
        frame : float32 (rows, columns)
            Detector frame in units of the wanted signal.
        settings : DisplaySettings
            What a person set.
        noise_at_one : float
            Relative standard deviation of a pixel at signal 1 (after the detector's blur); steers movement
            detection and the coring of edges.
        air : float
            Frame value of the unattenuated beam; brighter cells are no body and do not set the window.
        mask : float32 (rows, columns), optional
            Share of each pixel that the collimator leaves open; closed is black.

            **Model**: y += w (x - y) with w raised where the change exceeds three to six deviations; ln y;
            minus a share of its slow part; plus unsharp detail d³/(d² + (1.5 σ)²); window from the 2nd to
            the 98th percentile of 64 × 64 block means inside the body, damped over about five frames.
        """
        weight, noise = np.float32(settings.new_weight), np.float32(max(noise_at_one, 1e-4))
        kept, log, cells, first, rows = self._kept, self._log, self._cells, self._fresh, self.rows

        def filtered(k: int, n: int) -> None:
            part = k * CELLS // n, (k + 1) * CELLS // n
            filter_and_log(frame, kept, weight, noise, first, log, cells, *part)

        share(filtered)
        self._fresh = False
        base, low, width = self._window(settings, self._inside(mask), air)
        # What the recursive filter leaves of the noise, in the steady state.
        left = float(noise) * np.sqrt(float(weight) / (2.0 - float(weight)))
        core = np.float32((1.5 * left) ** 2 + 1e-9)
        edge, lower, scale = np.float32(settings.edge), np.float32(low), np.float32(1.0 / width)
        sign = np.float32(-1.0 if settings.invert else 1.0)
        shade = self._open if mask is None else mask
        out = np.empty(frame.shape, np.uint8)

        def paint(k: int, n: int) -> None:
            part = k * rows // n, (k + 1) * rows // n
            paint_rows(log, base, edge, core, lower, scale, sign, shade, out, *part)

        share(paint)
        return out

    def _inside(self, mask: Image | None) -> NDArray[np.bool_]:
        if mask is None:
            return np.ones((CELLS, CELLS), np.bool_)
        step = self.rows // CELLS
        return mask[step // 2 :: step, step // 2 :: step] > 0.99

    def _window(
        self, settings: DisplaySettings, inside: NDArray[np.bool_], air: float
    ) -> tuple[Image, float, float]:
        """Slow base, lower end and width of the window, all in log signal."""
        cells = self._cells
        body = inside & (cells < np.log(max(air, 1e-3)) - _NO_BODY)
        if body.sum() < 16:
            body = inside if inside.sum() >= 16 else np.ones_like(inside)
        middle = float(np.median(cells[body]))
        filled = np.where(body, cells, np.clip(cells, middle - 1.0, middle + 1.5))
        slow = gaussian_filter(filled, 7.0, mode="nearest", truncate=3.0)
        spread = float(np.ptp(np.percentile(slow[body], (5.0, 95.0))))
        share = settings.harmonise
        if share > 0.0 and spread * (1.0 - share) > _SLOW_SPREAD:
            share = min(1.0 - _SLOW_SPREAD / spread, 0.85)
        base = (share * (slow - middle)).astype(np.float32)
        low, high = np.percentile((cells - base)[body], (2.0, 98.0))
        width = float(np.clip(1.25 * (high - low) + 0.45, 1.3, 3.2))
        centre = float(0.5 * (low + high))
        if self._width <= 0.0:
            self._centre, self._width = centre, width
        else:
            self._centre += _WINDOW_DAMPING * (centre - self._centre)
            self._width += _WINDOW_DAMPING * (width - self._width)
        shown = self._width * max(settings.window, 0.05)
        lower = self._centre + settings.level * self._width - 0.5 * shown
        return base, lower, shown

    def state(self) -> dict[str, Any]:
        """Everything that the next picture depends on."""
        return {"kept": self._kept.copy(), "fresh": self._fresh, "centre": self._centre, "width": self._width}

    def restore(self, state: dict[str, Any]) -> None:
        """Return to a state taken by :meth:`state`."""
        self._kept[...] = state["kept"]
        self._fresh = bool(state["fresh"])
        self._centre = float(state["centre"])
        self._width = float(state["width"])
