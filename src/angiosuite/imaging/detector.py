"""The flat panel: quanta, their noise, the scintillator's blur, the electronics, lag."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from angiosuite.imaging.noise import noise_row, normal_table, philox_key
from angiosuite.kit.errors import WrongUse
from angiosuite.physics.threads import share

Image = NDArray[np.float32]

_REACH = 4
"""Taps of a blur on each side of the pixel."""
_FAST_LAG_S = 0.1
_SLOW_LAG_S = 2.0
FULL_WELL = 40.0
"""Signal at which a pixel saturates, in units of the frame's requested signal."""


@dataclass(frozen=True, slots=True)
class Panel:
    """What a flat panel is made of; the fields are those of the machine's content.

    **Source**: columnar CsI of 0.5 to 0.6 mm on amorphous silicon: MTF about 0.6 at 1/mm and 0.3 at 2/mm,
    DQE(0) 0.65 to 0.75 (a 0.3 mm layer: 0.55, Jain et al., PMC3143682), lag and electronic noise limiting
    at low exposure (Seibert, PMC2663651). MTF, Swank factor, lag and noise are typical values, not
    one maker's.
    """

    pixel_mm: float = 0.154
    swank: float = 0.9
    mtf_1_per_mm: float = 0.6
    mtf_2_per_mm: float = 0.3
    electronic_noise_ngy: float = 3.0
    lag_first_frame: float = 0.03
    lag_after_1_s: float = 0.004

    def mtf(self, frequency_per_mm: NDArray[np.float64] | float) -> NDArray[np.float64]:
        """Scintillator and native pixel, H = 1/(1 + a f + b f²) through the two given values."""
        one, two = 1 / self.mtf_1_per_mm - 1, 1 / self.mtf_2_per_mm - 1
        b = (two - 2 * one) / 2
        a = one - b
        f = np.abs(np.asarray(frequency_per_mm, dtype=np.float64))
        return 1.0 / (1.0 + a * f + b * f * f)

    def lag_shares(self) -> tuple[float, float]:
        """Shares of the signal that pass through the fast and the slow trap.

        **Model**: two traps of 0.1 s and 2 s; after a long exposure the first frame (1/15 s later) shows
        `lag_first_frame`, and `lag_after_1_s` is left after a second.
        """
        frame = 1.0 / 15.0
        matrix = np.array([[np.exp(-t / tau) for tau in (_FAST_LAG_S, _SLOW_LAG_S)] for t in (frame, 1.0)])
        fast, slow = np.linalg.solve(matrix, [self.lag_first_frame, self.lag_after_1_s])
        return float(max(fast, 0.0)), float(max(slow, 0.0))


def focal_spot_mtf(focal_spot_mm: float, magnification: float, frequency_per_mm: Any) -> NDArray[np.float64]:
    """Geometric MTF of a focal spot at the detector, for an object magnified `magnification` times.

    **Model**: square spot of uniform intensity, |sinc(f a (M - 1))| at the detector plane.
    **Source**: Barrett and Swindell, Radiological Imaging (1981), ch. 4.
    """
    width = focal_spot_mm * max(magnification - 1.0, 0.0)
    return np.abs(np.sinc(np.asarray(frequency_per_mm) * width))


def kernel_for(
    wanted: NDArray[np.float64], pixel_mm: float, frequency_per_mm: NDArray[np.float64], reach: int = _REACH
) -> Image:
    """Symmetric kernel of sum 1 whose transfer function follows `wanted`, least squares to Nyquist.

    `reach` is the number of taps to each side.
    """
    order = np.arange(reach + 1)
    basis = np.cos(2 * np.pi * pixel_mm * frequency_per_mm[:, None] * order) * np.where(order == 0, 1.0, 2.0)
    # The sum is held to 1 by writing the centre as one minus the rest.
    rest = basis[:, 1:] - 2.0
    taps = np.linalg.lstsq(rest, wanted - 1.0, rcond=None)[0]
    half = np.concatenate([[1.0 - 2.0 * taps.sum()], taps])
    half[np.abs(half) < 1e-5] = 0.0
    return np.concatenate([half[:0:-1], half]).astype(np.float32)


@njit(cache=True, nogil=True)
def _along(row, kernel, line, out):  # type: ignore[no-untyped-def]
    """Blur one row; `line` is scratch, longer by the kernel's reach at both ends."""
    columns = row.shape[0]
    reach = kernel.shape[0] // 2
    for c in range(reach):
        line[c] = row[0]
        line[columns + reach + c] = row[columns - 1]
    for c in range(columns):
        line[reach + c] = row[c]
    k0 = kernel[reach]
    for c in range(columns):
        out[c] = k0 * line[c + reach]
    for k in range(1, reach + 1):
        w = kernel[reach + k]
        if w != 0.0:
            left, right = line[reach - k : reach - k + columns], line[reach + k : reach + k + columns]
            for c in range(columns):
                out[c] += w * (left[c] + right[c])


@njit(cache=True, nogil=True)
def _across(image, r, kernel, out):  # type: ignore[no-untyped-def]
    """One row of the blur down the columns."""
    rows, columns = image.shape
    reach = kernel.shape[0] // 2
    k0, here = kernel[reach], image[r]
    for c in range(columns):
        out[c] = k0 * here[c]
    for k in range(1, reach + 1):
        w = kernel[reach + k]
        if w != 0.0:
            above, below = image[max(r - k, 0)], image[min(r + k, rows - 1)]
            for c in range(columns):
                out[c] += w * (above[c] + below[c])


@njit(cache=True, nogil=True)
def _arrive(signal, kernel, out, row0, row1):  # type: ignore[no-untyped-def]
    """Blur before the quanta, along the rows."""
    line = np.empty(signal.shape[1] + kernel.shape[0], np.float32)
    for r in range(row0, row1):
        _along(signal[r], kernel, line, out[r])


@njit(cache=True, nogil=True)
def _count(  # type: ignore[no-untyped-def]
    arrived,
    before,
    quanta_at_one,
    after,
    excess,
    electronic,
    key0,
    key1,
    frame,
    table,
    white,
    out,
    row0,
    row1,
):
    """Blur before the quanta down the columns; quanta and noise; the scintillator's blur along the rows."""
    columns = arrived.shape[1]
    row = np.empty(columns, np.float32)
    line = np.empty(columns + after.shape[0], np.float32)
    words = np.empty((4, (columns + 3) // 4), np.uint32)
    for r in range(row0, row1):
        _across(arrived, r, before, row)
        for c in range(columns):
            row[c] *= quanta_at_one
        noise_row(row, white[r], words, r, excess, electronic, key0, key1, frame, table)
        _along(row, after, line, out[r])


@njit(cache=True, nogil=True)
def _read_out(  # type: ignore[no-untyped-def]
    counted, after, white, fast, slow, keep_fast, keep_slow, share_fast, share_slow, gain, out, row0, row1
):
    """The scintillator's blur down the columns, electronic noise, lag (traps advance in place) and gain."""
    columns = counted.shape[1]
    one, nothing, well = np.float32(1.0), np.float32(0.0), np.float32(FULL_WELL)
    direct = one - share_fast - share_slow
    x = np.empty(columns, np.float32)
    for r in range(row0, row1):
        _across(counted, r, after, x)
        f, s, noise, target = fast[r], slow[r], white[r], out[r]
        for c in range(columns):
            f[c] = keep_fast * f[c] + (one - keep_fast) * x[c]
            s[c] = keep_slow * s[c] + (one - keep_slow) * x[c]
            value = gain * (direct * x[c] + share_fast * f[c] + share_slow * s[c] + noise[c])
            target[c] = min(max(value, nothing), well)


class Detector:
    """A panel read out in one field: mean signal in, noisy frame out.

    Parameters
    ----------
    panel : Panel
        The physical panel.
    side_mm : float
        Side of the square field that is read out, mm (the zoom mode).
    rows : int
        Rows and columns of the frame, 512 or 1024 (or fewer in tests).
    seed : int
        Seed of the session; the stream is keyed by (seed, "detector", frame).

    Notes
    -----
    A frame's unit is the signal that exposure control asks for: 1.0 is the wanted detector signal.
    Noise is made at the quanta and then blurred by the scintillator together with the signal; the blur
    that comes before the quanta (focal spot, larger pixel) touches the signal alone.
    """

    def __init__(self, panel: Panel, side_mm: float, rows: int, seed: int) -> None:
        if not (32 <= rows <= 2048 and side_mm > 0):
            raise WrongUse("A frame needs 32 to 2048 rows and a positive side", code="bad-frame", value=rows)
        self.panel = panel
        self.side_mm = side_mm
        self.rows = rows
        self.seed = seed
        self._key = philox_key(seed, "detector")
        shape = (rows, rows)
        self._arrived = np.zeros(shape, np.float32)
        self._counted = np.zeros(shape, np.float32)
        self._white = np.zeros(shape, np.float32)
        self._fast = np.zeros(shape, np.float32)
        self._slow = np.zeros(shape, np.float32)
        self._after = self._kernel_after()
        self._before: tuple[tuple[float, float], Image] | None = None

    @property
    def pixel_mm(self) -> float:
        """Side of one output pixel at the detector, mm."""
        return self.side_mm / self.rows

    def _frequencies(self) -> NDArray[np.float64]:
        return np.linspace(0.0, 0.5 / self.pixel_mm, 65)

    def _kernel_after(self) -> Image:
        f = self._frequencies()
        # The scintillator's tails reach about a millimetre; small pixels need more taps for the same reach.
        return kernel_for(self.panel.mtf(f), self.pixel_mm, f, reach=_REACH if self.pixel_mm >= 0.2 else 6)

    def kernel_before(self, focal_spot_mm: float, magnification: float) -> Image:
        """Kernel of focal spot and binned pixel, which act before quanta are counted."""
        key = (round(focal_spot_mm, 3), round(magnification, 2))
        if self._before is None or self._before[0] != key:
            f = self._frequencies()
            native = np.sinc(f * min(self.panel.pixel_mm, self.pixel_mm))
            wanted = focal_spot_mtf(focal_spot_mm, magnification, f) * np.sinc(f * self.pixel_mm) / native
            self._before = (key, kernel_for(wanted, self.pixel_mm, f, reach=2))
        return self._before[1]

    def mtf(
        self, frequency_per_mm: NDArray[np.float64], focal_spot_mm: float, magnification: float
    ) -> NDArray[np.float64]:
        """MTF of the whole chain along one axis as the kernels make it (frequencies at the detector)."""
        total = np.ones(len(frequency_per_mm))
        for kernel in (self._after, self.kernel_before(focal_spot_mm, magnification)):
            order = np.arange(len(kernel)) - len(kernel) // 2
            wave = np.cos(2 * np.pi * self.pixel_mm * np.asarray(frequency_per_mm)[:, None] * order)
            total = total * (wave @ kernel)
        return total

    def quanta_per_ugy(self, quanta_per_mm2_per_ugy: float) -> float:
        """Detected quanta of one pixel for 1 µGy at the panel."""
        return quanta_per_mm2_per_ugy * self.pixel_mm**2

    def relative_noise(self, quanta: float) -> float:
        """Standard deviation over mean of a pixel that `quanta` reach, behind the panel's blur.

        **Model**: 1/√(quanta · Swank), times the root of the summed squares of the blur's kernel, along
        rows and columns alike.
        """
        return float(
            np.sum(self._after.astype(np.float64) ** 2) / np.sqrt(max(quanta, 1e-6) * self.panel.swank)
        )

    def electronic_quanta(self, quanta_per_mm2_per_ugy: float) -> float:
        """Electronic noise of one pixel, quanta (standard deviation).

        **Model**: its variance equals the quantum variance at `electronic_noise_ngy` in a pixel binned 2 × 2,
        whatever the field: it is charge a read-out, not an area.
        """
        area = (2 * self.panel.pixel_mm) ** 2
        quanta = quanta_per_mm2_per_ugy * area * self.panel.electronic_noise_ngy / 1000.0
        return float(np.sqrt(quanta / self.panel.swank))

    def expose(
        self,
        signal: Image,
        *,
        quanta_at_one: float,
        wanted_signal: float,
        electronic_quanta: float,
        frame: int,
        interval_s: float,
        focal_spot_mm: float = 0.4,
        magnification: float = 1.0,
    ) -> Image:
        """One frame, float32 (rows, rows), in units of the wanted signal.

        Parameters
        ----------
        signal : float32 (rows, rows)
            Mean signal at the panel, 1 = unattenuated beam (primary and scatter behind the grid).
        quanta_at_one : float
            Detected quanta of one pixel at signal 1.
        wanted_signal : float
            Signal that exposure control asks for; becomes 1 in the result.
        electronic_quanta : float
            :meth:`electronic_quanta`.
        frame : int
            Index of the frame, keys the noise.
        interval_s : float
            Time since the last frame, s; lets the traps decay.
        focal_spot_mm, magnification : float
            Blur of the focal spot, source-detector over source-object distance.
        """
        if signal.shape != self._white.shape:
            raise WrongUse("Signal and frame differ in size", code="bad-frame", value=list(signal.shape))
        before = self.kernel_before(focal_spot_mm, magnification)
        trap_fast, trap_slow = self.panel.lag_shares()
        table = normal_table()
        excess = np.float32(np.sqrt(1.0 / self.panel.swank))
        keep_fast = np.float32(np.exp(-interval_s / _FAST_LAG_S))
        keep_slow = np.float32(np.exp(-interval_s / _SLOW_LAG_S))
        gain = np.float32(1.0 / (quanta_at_one * wanted_signal))
        rows, after, white = self.rows, self._after, self._white
        arrived, counted = self._arrived, self._counted
        out = np.empty_like(signal)

        def arrive(k: int, n: int) -> None:
            _arrive(signal, before, arrived, k * rows // n, (k + 1) * rows // n)

        def count(k: int, n: int) -> None:
            _count(
                arrived,
                before,
                np.float32(quanta_at_one),
                after,
                excess,
                np.float32(electronic_quanta),
                *self._key,
                np.uint32(frame),
                table,
                white,
                counted,
                k * rows // n,
                (k + 1) * rows // n,
            )

        def read_out(k: int, n: int) -> None:
            _read_out(
                counted,
                after,
                white,
                self._fast,
                self._slow,
                keep_fast,
                keep_slow,
                np.float32(trap_fast),
                np.float32(trap_slow),
                gain,
                out,
                k * rows // n,
                (k + 1) * rows // n,
            )

        for stage in (arrive, count, read_out):
            share(stage)
        return out

    def rest(self, seconds: float) -> None:
        """Let the traps decay without X-rays."""
        self._fast *= np.float32(np.exp(-seconds / _FAST_LAG_S))
        self._slow *= np.float32(np.exp(-seconds / _SLOW_LAG_S))

    def state(self) -> dict[str, NDArray]:
        """The traps' charge, in quanta."""
        return {"fast": self._fast.copy(), "slow": self._slow.copy()}

    def restore(self, state: dict[str, NDArray]) -> None:
        """Return to a state taken by :meth:`state`."""
        self._fast[...] = state["fast"]
        self._slow[...] = state["slow"]


STORED_FLOOR = 0.01
"""Signal (in units of the wanted one) at which the stored scale turns from linear to logarithmic."""


def to_twelve_bits(frame: Image) -> NDArray[np.uint16]:
    """A frame as it is stored, 0 to 4095, logarithmic: ``4095 ln(1 + x/0.01) / ln(1 + 40/0.01)``.

    One step is 0.2 % of the signal, a fiftieth of the quantum noise of fluoroscopy.
    """
    scale = 4095.0 / np.log1p(FULL_WELL / STORED_FLOOR)
    return np.rint(np.log1p(frame / np.float32(STORED_FLOOR)) * np.float32(scale)).astype(np.uint16)


def from_twelve_bits(stored: NDArray[np.uint16]) -> Image:
    """The frame that :func:`to_twelve_bits` stored, in units of the wanted signal."""
    scale = np.log1p(FULL_WELL / STORED_FLOOR) / 4095.0
    linear = np.expm1(stored.astype(np.float32) * np.float32(scale)) * np.float32(STORED_FLOOR)
    return linear.astype(np.float32)
