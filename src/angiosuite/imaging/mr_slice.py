"""MR of a patient: tissues with a sequence's contrast, flow, the coil's shade and Rician noise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray
from scipy import fft

from angiosuite.imaging.acquisition import PLAIN, Acquisition
from angiosuite.imaging.mr_signal import SEQUENCES, Floats, Sequence, moving_blood, signal, with_contrast
from angiosuite.imaging.section import Image, Point, Section, resampled, slab, weights_across
from angiosuite.kit.randomness import generator

MMOL_PER_MG_IODINE = 0.2
"""Contrast agent that stands for iodine of the same passage, mmol/l for a mg/ml: 7 mmol for 35 g."""
_SHADE = 0.25
"""Loss of signal of a body coil half a picture from its middle."""


@dataclass(frozen=True, slots=True, eq=False)
class MrTissues:
    """What the numbers of a label volume are, all arrays of 256.

    Parameters
    ----------
    pd, t1_ms, t2_ms, t2star_ms : float64 (256,)
    fat : bool (256,)
        What fat suppression takes away.
    blood : int
        Number of arterial blood.
    r1, r2 : float
        Relaxivity of the contrast agent, l/mmol/s.
    """

    pd: Floats
    t1_ms: Floats
    t2_ms: Floats
    t2star_ms: Floats
    fat: NDArray[np.bool_]
    blood: int
    r1: float
    r2: float

    @classmethod
    def of(
        cls,
        numbers: Mapping[str, int],
        tissues: Mapping[str, tuple[float, float, float, float]],
        r1: float,
        r2: float,
        fat: tuple[str, ...] = ("adipose", "mediastinum"),
        blood: str = "arterial-blood",
    ) -> MrTissues:
        """From the numbers of tissues and (pd, t1, t2, t2*) of each; what is not told gives no signal."""
        columns = np.zeros((4, 256))
        for name, values in tissues.items():
            if name in numbers:
                columns[:, numbers[name]] = values
        is_fat = np.zeros(256, bool)
        is_fat[[numbers[name] for name in fat if name in numbers]] = True
        return cls(columns[0], columns[1], columns[2], columns[3], is_fat, numbers[blood], r1, r2)

    def table(self, sequence: Sequence, concentration_mmol_l: Floats | float = 0.0) -> Image:
        """Signal of each number, float32 (256,)."""
        t1 = with_contrast(self.t1_ms, self.r1, concentration_mmol_l)
        t2 = with_contrast(self.t2_ms, self.r2, concentration_mmol_l)
        star = with_contrast(self.t2star_ms, self.r2, concentration_mmol_l)
        values = signal(sequence, self.pd, t1, t2, star)
        if sequence.fat_suppressed:
            values = np.where(self.fat, 0.05 * values, values)
        return values.astype(np.float32)


@dataclass(frozen=True, slots=True)
class MrScan:
    """How the machine is set.

    Parameters
    ----------
    sequence : Sequence
    matrix : int
        Samples that are acquired along each side, even; the picture is filled up to its pixels.
    noise : float
        Standard deviation of each of the two channels, share of the signal of water fully relaxed, at 5 mm
        and 256 samples on 420 mm.
    """

    sequence: Sequence
    matrix: int = 256
    noise: float = 0.006

    def deviation(self, section: Section) -> float:
        """Noise of a channel: inverse to the volume of a voxel, and to the root of the number of samples."""
        volume = section.thickness_mm / 5.0 * (section.side_mm / 420.0 * 256.0 / self.matrix) ** 2
        return float(self.noise / max(volume, 1e-3) * np.sqrt(256.0 / self.matrix))


SCANS: Mapping[str, MrScan] = {
    "t1": MrScan(SEQUENCES["t1"]),
    "t2": MrScan(SEQUENCES["t2"]),
    "t1-contrast": MrScan(SEQUENCES["t1-contrast"], noise=0.0015),
    "stir": MrScan(SEQUENCES["stir"]),
}
"""What the slices tab offers. A volume of many partitions has less noise; round figures."""


@njit(cache=True, nogil=True, error_model="numpy")
def _enhance(image: NDArray, contrast: NDArray, concentration: NDArray) -> None:
    """Add what contrast agent adds, straight in its concentration: `contrast` is signal a mmol/l."""
    for r in range(image.shape[0]):
        for c in range(image.shape[1]):
            image[r, c] += contrast[r, c] * concentration[r, c]


@njit(cache=True, nogil=True, error_model="numpy")
def _magnitude(wave: NDArray, out: NDArray) -> None:
    for r in range(out.shape[0]):
        for c in range(out.shape[1]):
            value = wave[r, c]
            out[r, c] = np.sqrt(value.real * value.real + value.imag * value.imag)


def mr_slice(
    labels: NDArray[np.uint8],
    origin_mm: Point,
    spacing_mm: float,
    tissues: MrTissues,
    section: Section,
    scan: MrScan,
    taken: Acquisition = PLAIN,
) -> Image:
    """One slice, share of the signal of water fully relaxed, float32 (rows, columns).

    Parameters
    ----------
    labels : uint8 (z, y, x)
        Tissue of each voxel.
    origin_mm, spacing_mm
        Grid of `labels`.
    tissues : MrTissues
    section : Section
        Its pixels are what is shown; :func:`acquired` gives the section that `taken` is cut by.
    scan : MrScan
    taken : Acquisition, optional
        Its lumens hold two values: iodine that the same passage would have, mg/ml, and speed across the
        slice, mm/s.

    Notes
    -----
    **Model** signal of each tissue by ``mr_signal``, blood by its speed, on the matrix that is acquired;
    complex Gaussian noise; zeros fill the spectrum up to the picture, so that edges ring as they do;
    magnitude, so that noise is Rician.
    **Source** Gudbjartsson and Patz, Magn Reson Med 34:910 (1995), Rician noise.
    **Valid for** still tissue; no chemical shift, ghosts or distortion. Held by
    ``tests/imaging/test_mr_slice.py``.
    """
    inside = acquired(section, scan)
    weights = weights_across(inside, origin_mm, spacing_mm, labels.shape[2 - section.axes[0]])
    sequence = scan.sequence

    def seen(table: Image) -> Image:
        return resampled(inside, slab(labels, inside, weights, table), origin_mm, spacing_mm)

    plain = tissues.table(sequence)
    image = seen(plain)
    lumens, beds = taken.lumens, taken.bed_mg_ml
    if beds is not None and beds.any():
        middle = MMOL_PER_MG_IODINE * float(beds.max())
        per_mg = (tissues.table(sequence, middle) - plain) * np.float32(MMOL_PER_MG_IODINE / middle)
        _enhance(image, seen(per_mg), beds)
    if lumens is not None:
        share = lumens[0]
        some = share > 1e-3
        of = np.maximum(share[some], 1e-3)
        k, mmol = tissues.blood, MMOL_PER_MG_IODINE * lumens[1][some] / of
        blood = moving_blood(
            sequence,
            float(tissues.pd[k]),
            with_contrast(tissues.t1_ms[k], tissues.r1, mmol),
            with_contrast(tissues.t2_ms[k], tissues.r2, mmol),
            with_contrast(tissues.t2star_ms[k], tissues.r2, mmol),
            lumens[2][some] / of,
            max(section.thickness_mm, 0.5),
        )
        image[some] += np.minimum(share[some], 1.0) * (blood.astype(np.float32) - image[some])
    image *= _shade(scan.matrix)
    return _acquire(image, section.pixels, scan.deviation(section), taken)


def acquired(section: Section, scan: MrScan) -> Section:
    """The section on the samples that are acquired."""
    return Section(
        section.plane, section.at_mm, section.centre_mm, section.side_mm, section.thickness_mm, scan.matrix
    )


def _shade(matrix: int) -> Image:
    """Sensitivity of the coil, 1 in the middle."""
    away = np.linspace(-1.0, 1.0, matrix, dtype=np.float32) ** 2
    return np.asarray(1.0 - np.float32(_SHADE) * (away[:, None] + away[None, :]), np.float32)


def _acquire(image: Image, pixels: int, deviation: float, taken: Acquisition) -> Image:
    """Noise on both channels, the spectrum filled up to the picture, magnitude."""
    matrix = len(image)
    draw = generator(taken.seed, "mr-slice", taken.number)
    noise = draw.standard_normal((2, matrix, matrix), dtype=np.float32)
    wave = image + np.float32(deviation) * (noise[0] + np.complex64(1j) * noise[1])
    if pixels > matrix:
        spectrum = fft.fft2(wave, overwrite_x=True)
        # samples stand at the middles of their cells: the finer grid begins earlier by half the difference
        turn = np.exp(1j * np.pi * (matrix / pixels - 1.0) * np.fft.fftfreq(matrix)).astype(np.complex64)
        spectrum *= turn[:, None] * np.float32((pixels / matrix) ** 2)
        spectrum *= turn[None, :]
        wave, half = np.zeros((pixels, pixels), np.complex64), matrix // 2
        for rows in (slice(0, half), slice(-half, None)):
            wave[rows, :half] = spectrum[rows, :half]
            wave[rows, -half:] = spectrum[rows, -half:]
        wave = fft.ifft2(wave, overwrite_x=True)
    out = np.empty(wave.shape, np.float32)
    _magnitude(wave, out)
    return out


def shown(image: Image, level: float = 0.5, width: float = 1.0) -> NDArray[np.uint8]:
    """Grey levels, uint8; level and width as shares of the brightest tissue (99.5 % of the pixels)."""
    bright = max(float(np.percentile(image[::4, ::4], 99.5)), 1e-6)
    low = level - 0.5 * width
    return np.clip((image / np.float32(bright) - low) * (255.0 / width), 0, 255).astype(np.uint8)
