"""CT of a patient whose blood holds iodine: Hounsfield units with the scanner's blur and noise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numba import njit
from numpy.typing import NDArray
from scipy import fft

from angiosuite.imaging.acquisition import PLAIN, Acquisition
from angiosuite.imaging.section import Image, Point, Section, resampled, slab, weights_across
from angiosuite.kit.randomness import generator
from angiosuite.physics.xray.attenuation import mu_rho

EFFECTIVE_KEV = 70.0
"""Energy that stands for 120 kV behind a trunk: iodine gives 26 HU a mg/ml."""
BLOOD_HU = 45.0
_TILE = 1024


@dataclass(frozen=True, slots=True)
class CtScan:
    """How a scanner is set.

    Parameters
    ----------
    tube_mas : float
    noise_hu : float
        Standard deviation at 200 mAs and 5 mm.
    nps_peak_per_mm : float
        Where the noise power is highest.
    mtf_half_per_mm : float
        Where the MTF is one half.
    """

    tube_mas: float = 200.0
    noise_hu: float = 10.0
    nps_peak_per_mm: float = 0.35
    mtf_half_per_mm: float = 0.45

    def deviation_hu(self, thickness_mm: float) -> float:
        """Noise of a slice, HU: inverse to the root of tube charge and thickness."""
        return float(self.noise_hu * np.sqrt(200.0 / self.tube_mas * 5.0 / max(thickness_mm, 0.5)))


@dataclass(frozen=True, slots=True, eq=False)
class VolumePart:
    """Voxels of a body, a layer of it: mass densities that add where layers overlap.

    Parameters
    ----------
    water_mg_cm3 : int16 (z, y, x)
        Signed density of the water-like channel.
    bone : uint8 (z, y, x) or None
        Cortical bone in counts of `bone_mg_cm3`.
    bone_mg_cm3 : float
    origin_mm : (x, y, z)
    """

    water_mg_cm3: NDArray[np.int16]
    bone: NDArray[np.uint8] | None
    bone_mg_cm3: float
    origin_mm: Point


@dataclass(frozen=True, slots=True)
class Window:
    """A window of Hounsfield units: its middle and its width."""

    level_hu: float
    width_hu: float


WINDOWS: Mapping[str, Window] = {
    "soft-tissue": Window(50.0, 400.0),
    "liver": Window(100.0, 180.0),
    "vessels": Window(200.0, 700.0),
    "lung": Window(-600.0, 1600.0),
    "bone": Window(450.0, 1800.0),
    "mediastinum": Window(50.0, 350.0),
}
"""Usual windows; round figures."""


@cache
def hu_per_mg_cm3(material: str, energy_kev: float = EFFECTIVE_KEV) -> float:
    """CT number that 1 mg/cm3 of a material adds, HU.

    **Model** ``1000 mu / mu_water`` at one effective energy. **Source** ``physics.xray.attenuation``.
    """
    return float(mu_rho(material, energy_kev) / mu_rho("water", energy_kev))


class CtVolume:
    """A body that is scanned, on one cubic grid.

    Parameters
    ----------
    parts : sequence of VolumePart
        The first covers the whole grid; the others lie on its voxels.
    spacing_mm : float

    Notes
    -----
    **Model** the CT number is ``rho_water - 1000 + rho_bone mu_bone / mu_water`` (densities in mg/cm3) of the
    very voxels that X-rays pass, at rest. Held by ``tests/imaging/test_ct_slice.py``.
    """

    def __init__(self, parts: Sequence[VolumePart], spacing_mm: float) -> None:
        self.parts, self.spacing_mm = tuple(parts), spacing_mm
        self.origin_mm = parts[0].origin_mm
        self.shape = parts[0].water_mg_cm3.shape

    def hounsfield(self, section: Section) -> Image:
        """CT numbers of a section without noise or blur, HU, float32 (rows, columns)."""
        axis = 2 - section.axes[0]
        weights = weights_across(section, self.origin_mm, self.spacing_mm, self.shape[axis])
        total = np.full([n for k, n in enumerate(self.shape) if k != axis], -1000.0, np.float32)
        bone_hu = hu_per_mg_cm3("cortical-bone")
        for part in self.parts:
            start = [
                round((part.origin_mm[2 - k] - self.origin_mm[2 - k]) / self.spacing_mm) for k in range(3)
            ]
            shape = part.water_mg_cm3.shape
            where = tuple(slice(start[k], start[k] + shape[k]) for k in range(3) if k != axis)
            mine = [(index - start[axis], weight) for index, weight in weights]
            if not any(0 <= index < shape[axis] for index, _ in mine):
                continue
            total[where] += slab(part.water_mg_cm3, section, mine)
            if part.bone is not None:
                total[where] += np.float32(bone_hu * part.bone_mg_cm3) * slab(part.bone, section, mine)
        return resampled(section, total, self.origin_mm, self.spacing_mm, -1000.0)


@njit(cache=True, nogil=True, error_model="numpy")
def _fill(hu: NDArray, lumens: NDArray, bed: NDArray, blood_hu: float, per_mg: float) -> None:
    """Blood and iodine into a section: `lumens` is (share, share x mg/ml), `bed` mg/ml of tissue."""
    for r in range(hu.shape[0]):
        for c in range(hu.shape[1]):
            share = lumens[0, r, c]
            hu[r, c] += share * (blood_hu - hu[r, c])
            hu[r, c] += per_mg * (lumens[1, r, c] + (np.float32(1.0) - share) * bed[r, c])


@njit(cache=True, nogil=True, error_model="numpy")
def _blur(image: NDArray, kernel: NDArray, scratch: NDArray) -> None:
    """Separable symmetric blur in place; edges are continued."""
    rows, columns = image.shape
    reach = len(kernel) - 1
    for r in range(rows):
        for c in range(columns):
            scratch[r, c] = kernel[0] * image[r, c]
        for k in range(1, reach + 1):
            up, down = image[max(r - k, 0)], image[min(r + k, rows - 1)]
            for c in range(columns):
                scratch[r, c] += kernel[k] * (up[c] + down[c])
    for r in range(rows):
        line = scratch[r]
        for c in range(columns):
            total = kernel[0] * line[c]
            for k in range(1, reach + 1):
                total += kernel[k] * (line[max(c - k, 0)] + line[min(c + k, columns - 1)])
            image[r, c] = total


def _kernel(mtf_half_per_mm: float, pixel_mm: float) -> Image:
    """Half of a Gaussian kernel of sum 1 whose MTF is one half at the given frequency."""
    sigma = np.sqrt(0.5 * np.log(2.0)) / (np.pi * mtf_half_per_mm) / pixel_mm
    reach = int(np.clip(np.ceil(3.0 * sigma), 1, 8))
    taps = np.exp(-0.5 * (np.arange(reach + 1) / sigma) ** 2)
    return (taps / (taps[0] + 2.0 * taps[1:].sum())).astype(np.float32)


@cache
def noise_tile(peak_per_pixel: float) -> Image:
    """Noise of deviation 1 that repeats every 1024 pixels, float32 (1024, 1024).

    **Model** power ``f exp(-f^2 / (2 p^2))``: the ramp of filtered back-projection rolled off by its kernel,
    highest at p. **Source** noise power of CT: Riederer, Pelc and Chesler, Phys Med Biol 23:446 (1978).
    """
    white = generator(0, "ct-noise").standard_normal((_TILE, _TILE), dtype=np.float32)
    fy, fx = np.fft.fftfreq(_TILE)[:, None], np.fft.rfftfreq(_TILE)[None, :]
    f = np.hypot(fy, fx)
    shape = np.sqrt(f * np.exp(-0.5 * (f / peak_per_pixel) ** 2)).astype(np.float32)
    tile = fft.irfft2(fft.rfft2(white) * shape, s=white.shape)
    tile = (tile / tile.std()).astype(np.float32)
    tile.setflags(write=False)
    return tile


def ct_slice(volume: CtVolume, section: Section, scan: CtScan, taken: Acquisition = PLAIN) -> Image:
    """One slice, HU, float32 (rows, columns).

    Parameters
    ----------
    volume : CtVolume
    section : Section
    scan : CtScan
    taken : Acquisition, optional
        Its lumens hold one value, iodine in mg/ml.

    Notes
    -----
    **Model** tissue of the body, blood of 45 HU where lumens are, iodine at its CT number; blurred by a
    Gaussian MTF; noise of a ramp-shaped spectrum added. No beam hardening, no streaks, no motion.
    Held by ``tests/imaging/test_ct_slice.py``.
    """
    hu = volume.hounsfield(section)
    shape = hu.shape
    if taken.lumens is not None or taken.bed_mg_ml is not None:
        inside = np.zeros((2, *shape), np.float32) if taken.lumens is None else taken.lumens
        tissue = np.zeros(shape, np.float32) if taken.bed_mg_ml is None else taken.bed_mg_ml
        _fill(hu, inside, tissue, np.float32(BLOOD_HU), np.float32(hu_per_mg_cm3("iodine")))
    _blur(hu, _kernel(scan.mtf_half_per_mm, section.pixel_mm), np.empty_like(hu))
    tile = noise_tile(round(scan.nps_peak_per_mm * section.pixel_mm, 4))
    draw = generator(taken.seed, "ct-slice", taken.number)
    top, left = (int(value) for value in draw.integers(0, _TILE - min(section.pixels, _TILE) + 1, 2))
    part = tile[top : top + section.pixels, left : left + section.pixels]
    if part.shape != shape:
        part = np.resize(tile, shape)
    hu += np.float32(scan.deviation_hu(section.thickness_mm)) * part
    return hu


def bed_section(
    section: Section,
    number: NDArray[np.uint8],
    origin_mm: Point,
    spacing_mm: float,
    mg_ml: NDArray[np.float64],
) -> Image:
    """Iodine in the tissue of beds on a section, mg/ml, float32 (rows, columns).

    Parameters
    ----------
    section : Section
    number : uint8 (z, y, x)
        0 for none, else 1 + the bed's place.
    origin_mm, spacing_mm
        Grid of `number`.
    mg_ml : float64 (beds,)
        Per volume of tissue.
    """
    table = np.zeros(256, np.float32)
    table[1 : 1 + len(mg_ml)] = mg_ml
    weights = weights_across(section, origin_mm, spacing_mm, number.shape[2 - section.axes[0]])
    return resampled(section, slab(number, section, weights, table), origin_mm, spacing_mm)


def windowed(hu: Image, window: Window) -> NDArray[np.uint8]:
    """Grey levels of a slice, uint8: black below the window, white above."""
    low = window.level_hu - 0.5 * window.width_hu
    return np.clip((hu - np.float32(low)) * np.float32(255.0 / window.width_hu), 0, 255).astype(np.uint8)
