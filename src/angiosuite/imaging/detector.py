"""The flat panel: quanta, their noise, the scintillator's blur, the electronics, lag."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numba import njit, prange
from numpy.typing import NDArray

from angiosuite.imaging.noise import add_noise, normal_table, philox_key
from angiosuite.kit.errors import WrongUse

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


@njit(cache=True, nogil=True, parallel=True)
def _blur_rows(image, kernel, out):  # type: ignore[no-untyped-def]
    rows, columns = image.shape
    reach = kernel.shape[0] // 2
    for r in prange(rows):
        line = np.empty(columns + 2 * reach, np.float32)
        for c in range(reach):
            line[c] = image[r, 0]
            line[columns + reach + c] = image[r, columns - 1]
        for c in range(columns):
            line[reach + c] = image[r, c]
        target = out[r]
        k0 = kernel[reach]
        for c in range(columns):
            target[c] = k0 * line[c + reach]
        for k in range(1, reach + 1):
            w = kernel[reach + k]
            if w != 0.0:
                for c in range(columns):
                    target[c] += w * (line[c + reach - k] + line[c + reach + k])


@njit(cache=True, nogil=True, parallel=True)
def _blur_columns(image, kernel, out):  # type: ignore[no-untyped-def]
    rows, columns = image.shape
    reach = kernel.shape[0] // 2
    for r in prange(rows):
        target = out[r]
        k0 = kernel[reach]
        for c in range(columns):
            target[c] = k0 * image[r, c]
        for k in range(1, reach + 1):
            w = kernel[reach + k]
            if w != 0.0:
                above, below = image[max(r - k, 0)], image[min(r + k, rows - 1)]
                for c in range(columns):
                    target[c] += w * (above[c] + below[c])


@njit(cache=True, nogil=True, parallel=True)
def _read_out(  # type: ignore[no-untyped-def]
    blurred, white, fast, slow, keep_fast, keep_slow, share_fast, share_slow, gain, well, out
):
    """Electronic noise, lag and gain; traps are advanced in place."""
    rows, columns = blurred.shape
    direct = np.float32(1.0) - share_fast - share_slow
    one = np.float32(1.0)
    for r in prange(rows):
        for c in range(columns):
            x = blurred[r, c]
            f = keep_fast * fast[r, c] + (one - keep_fast) * x
            s = keep_slow * slow[r, c] + (one - keep_slow) * x
            fast[r, c] = f
            slow[r, c] = s
            value = gain * (direct * x + share_fast * f + share_slow * s + white[r, c])
            out[r, c] = min(max(value, np.float32(0.0)), well)


@njit(cache=True, nogil=True, parallel=True)
def _to_quanta(signal, quanta_per_signal, out):  # type: ignore[no-untyped-def]
    for r in prange(signal.shape[0]):
        for c in range(signal.shape[1]):
            out[r, c] = quanta_per_signal * signal[r, c]


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
        self._quanta = np.zeros(shape, np.float32)
        self._scratch = np.zeros(shape, np.float32)
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
        return kernel_for(self.panel.mtf(f), self.pixel_mm, f)

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
        if signal.shape != self._quanta.shape:
            raise WrongUse("Signal and frame differ in size", code="bad-frame", value=list(signal.shape))
        before = self.kernel_before(focal_spot_mm, magnification)
        if np.count_nonzero(before) > 1:
            _blur_rows(signal, before, self._scratch)
            _blur_columns(self._scratch, before, self._quanta)
            _to_quanta(self._quanta, np.float32(quanta_at_one), self._quanta)
        else:
            _to_quanta(signal, np.float32(quanta_at_one), self._quanta)
        excess = float(np.sqrt(1.0 / self.panel.swank))
        add_noise(
            self._quanta, excess, electronic_quanta, *self._key, np.uint32(frame), normal_table(), self._white
        )
        _blur_rows(self._quanta, self._after, self._scratch)
        _blur_columns(self._scratch, self._after, self._quanta)
        share_fast, share_slow = self.panel.lag_shares()
        out = np.empty_like(signal)
        _read_out(
            self._quanta,
            self._white,
            self._fast,
            self._slow,
            np.float32(np.exp(-interval_s / _FAST_LAG_S)),
            np.float32(np.exp(-interval_s / _SLOW_LAG_S)),
            np.float32(share_fast),
            np.float32(share_slow),
            np.float32(1.0 / (quanta_at_one * wanted_signal)),
            np.float32(FULL_WELL),
            out,
        )
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
