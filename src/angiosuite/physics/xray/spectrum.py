"""The spectrum that leaves the tube: photons per keV, square centimetre and milliampere second at 1 m."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from angiosuite.kit.errors import WrongUse
from angiosuite.physics.xray.attenuation import air_mu_en_rho, density_g_cm3, mu_rho, tables

KEV_CM2_G_TO_UGY = 1.602176634e-16 * 1e3 * 1e6
"""µGy per (keV/cm² × cm²/g): joule per keV, gram per kilogram, µGy per Gy."""

ANODE_ANGLE_DEG = 11.0
INHERENT_FILTER_AL_MM = 2.5
CSI_G_CM2 = 0.2
"""Mass thickness of the scintillator, g/cm² (about 0.55 mm of columnar CsI at 80 % packing)."""

_FIRST_BIN = 9
"""Bins below 10 keV are left out: 2.5 mm of aluminium lets nothing of them through."""


def energies_kev() -> NDArray[np.float64]:
    """Centres of the 1 keV bins, keV."""
    return tables()["spectrum_energy_kev"][_FIRST_BIN:]


@lru_cache(maxsize=256)
def spectrum(kv: float, filter_cu_mm: float = 0.0, filter_al_mm: float = 0.0) -> NDArray[np.float64]:
    """Photon fluence at 1 m per mAs, photons/(keV cm²), one value per 1 keV bin.

    Parameters
    ----------
    kv : float
        Tube voltage, 40 to 125 kV.
    filter_cu_mm, filter_al_mm : float
        Added filters, mm (2.5 mm Al is in the tube already).

    Model
    -----
    SpekPy's spectra at whole kilovolts, straight lines between them on an energy scale that ends at the
    voltage; filters by Beer and Lambert.

    Source
    ------
    Poludniowski et al., Med. Phys. 48:3630 (2021); ``angiosuite_content/xray/PROVENANCE.md``.

    Valid for
    ---------
    40 to 125 kV, constant potential, 11° tungsten anode.
    """
    grid = tables()["kv"]
    if not grid[0] <= kv <= grid[-1]:
        raise WrongUse(
            f"Tube voltage must lie between {grid[0]} and {grid[-1]} kV",
            code="voltage-out-of-range",
            value=kv,
        )
    shapes = tables()["spectrum_per_kev_cm2_mas_1m"][:, _FIRST_BIN:].astype(np.float64)
    low = min(int(kv - grid[0]), len(grid) - 2)
    part = kv - grid[low]
    fluence = (1 - part) * shapes[low] + part * shapes[low + 1]
    energy = energies_kev()
    thickness = filter_cu_mm / 10 * density_g_cm3("copper") * mu_rho("copper", energy)
    thickness = thickness + filter_al_mm / 10 * density_g_cm3("aluminium") * mu_rho("aluminium", energy)
    fluence = fluence * np.exp(-thickness)
    fluence.setflags(write=False)
    return fluence


def kerma_ugy(fluence: NDArray[np.float64]) -> float:
    """Air kerma of a fluence in 1 keV bins (photons/cm²), µGy."""
    energy = energies_kev()
    return float(KEV_CM2_G_TO_UGY * np.sum(fluence * energy * air_mu_en_rho(energy)))


def csi_signal(energy_kev: NDArray[np.float64], mass_g_cm2: float = CSI_G_CM2) -> NDArray[np.float64]:
    """Mean energy that a photon leaves in the scintillator, keV.

    Model
    -----
    Energy times the fraction that interacts; escape of fluorescence is left out (it is in Swank's factor).
    """
    return energy_kev * (1 - np.exp(-mu_rho("csi", energy_kev) * mass_g_cm2))


@lru_cache(maxsize=1024)
def hvl_mm_al(kv: float, filter_cu_mm: float = 0.0, filter_al_mm: float = 0.0) -> float:
    """First half-value layer, mm of aluminium (by bisection on the kerma)."""
    fluence = spectrum(kv, filter_cu_mm, filter_al_mm)
    energy = energies_kev()
    mu = mu_rho("aluminium", energy) * density_g_cm3("aluminium") / 10
    half = kerma_ugy(fluence) / 2
    low, high = 0.0, 30.0
    for _ in range(60):
        middle = (low + high) / 2
        if kerma_ugy(fluence * np.exp(-mu * middle)) > half:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def monoenergetic_sum(
    fluence: NDArray[np.float64], mass_g_cm2: Mapping[str, NDArray[np.float64]]
) -> NDArray[np.float64]:
    """Energy-integrated CsI signal behind paths, summed over 1 keV bins; 1 without a path.

    The reference for the six energies of :mod:`angiosuite.physics.xray.beam`.
    """
    energy = energies_kev()
    weight = fluence * csi_signal(energy)
    weight = weight / weight.sum()
    shape = np.broadcast_shapes(*(np.shape(a) for a in mass_g_cm2.values())) if mass_g_cm2 else ()
    thickness = np.zeros((*shape, len(energy)))
    for material, mass in mass_g_cm2.items():
        thickness = thickness + np.asarray(mass)[..., None] * mu_rho(material, energy)
    return np.exp(-thickness) @ weight
