"""How strongly a gram of each material weakens X-rays, from tables that ship with the product."""

from __future__ import annotations

import io
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType

import numpy as np
from numpy.typing import ArrayLike, NDArray

from angiosuite.kit.errors import WrongUse, did_you_mean


@cache
def tables() -> Mapping[str, NDArray]:
    """The shipped X-ray tables, read-only arrays by name.

    Source
    ------
    ``angiosuite_content/xray/PROVENANCE.md``; made by ``scripts/build_xray_tables.py``.
    """
    raw = (files("angiosuite_content") / "xray" / "tables.npz").read_bytes()
    with np.load(io.BytesIO(raw), allow_pickle=False) as archive:
        loaded = {name: archive[name] for name in archive.files}
    for array in loaded.values():
        array.setflags(write=False)
    return MappingProxyType(loaded)


@cache
def _rows() -> dict[str, int]:
    return {str(name): row for row, name in enumerate(tables()["materials"])}


def materials() -> tuple[str, ...]:
    """Names of all materials that have a table."""
    return tuple(_rows())


def _row(material: str) -> int:
    rows = _rows()
    if material not in rows:
        raise WrongUse(
            "Material has no attenuation table",
            code="unknown-material",
            value=material,
            way_out=did_you_mean(material, rows) or f"Known: {', '.join(rows)}.",
        )
    return rows[material]


def density_g_cm3(material: str) -> float:
    """Mass density of a material, g/cm³."""
    return float(tables()["density_g_cm3"][_row(material)])


def _interpolated(energy_kev: ArrayLike, values: NDArray) -> NDArray[np.float64]:
    energy = np.asarray(energy_kev, dtype=np.float64)
    grid = tables()["energy_kev"]
    if energy.size and (energy.min() < grid[0] or energy.max() > grid[-1]):
        raise WrongUse(
            f"Attenuation is known from {grid[0]:g} to {grid[-1]:g} keV",
            code="energy-out-of-range",
            value=[float(energy.min()), float(energy.max())],
        )
    return np.exp(np.interp(np.log(energy), np.log(grid), np.log(values.astype(np.float64))))


def mu_rho(material: str, energy_kev: ArrayLike) -> NDArray[np.float64]:
    """Total mass attenuation coefficient with coherent scattering, cm²/g.

    Parameters
    ----------
    material : str
        One of :func:`materials`.
    energy_kev : array_like
        Photon energies, 5 to 150 keV.

    Model
    -----
    Straight lines between table points in log-log scale, with a point on each side of every edge;
    compounds by mass fractions.

    Source
    ------
    Elam, Ravel and Sieber, Radiat. Phys. Chem. 63:121 (2002), through xraydb.

    Valid for
    ---------
    5 to 150 keV. Held by ``tests/physics/xray/test_attenuation.py`` against NIST.
    """
    return _interpolated(energy_kev, tables()["mu_rho_cm2_g"][_row(material)])


def mu_rho_incoherent(material: str, energy_kev: ArrayLike) -> NDArray[np.float64]:
    """Compton part of the mass attenuation coefficient, cm²/g (see :func:`mu_rho`)."""
    return _interpolated(energy_kev, tables()["mu_rho_incoherent_cm2_g"][_row(material)])


def mu_rho_coherent(material: str, energy_kev: ArrayLike) -> NDArray[np.float64]:
    """Rayleigh part of the mass attenuation coefficient, cm²/g (see :func:`mu_rho`)."""
    return _interpolated(energy_kev, tables()["mu_rho_coherent_cm2_g"][_row(material)])


def air_mu_en_rho(energy_kev: ArrayLike) -> NDArray[np.float64]:
    """Mass energy absorption coefficient of dry air, cm²/g.

    Source
    ------
    Hubbell and Seltzer, NISTIR 5632, as shipped with SpekPy.
    """
    return _interpolated(energy_kev, tables()["air_mu_en_rho_cm2_g"])


def water_mu_en_rho(energy_kev: ArrayLike) -> NDArray[np.float64]:
    """Mass energy absorption coefficient of liquid water, cm²/g (source as :func:`air_mu_en_rho`)."""
    return _interpolated(energy_kev, tables()["water_mu_en_rho_cm2_g"])
