"""A beam as the renderer sees it: six energies whose weighted transmissions add up to the detected signal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from angiosuite.kit.errors import WrongUse
from angiosuite.physics.xray import attenuation
from angiosuite.physics.xray.attenuation import tables
from angiosuite.physics.xray.spectrum import (
    KEV_CM2_G_TO_UGY,
    csi_signal,
    energies_kev,
    hvl_mm_al,
    kerma_ugy,
    spectrum,
)

MATERIALS = (
    "water",
    "cortical-bone",
    "iodine",
    "steel",
    "nitinol",
    "platinum",
    "tungsten",
    "lead",
    "aluminium",
    "copper",
    "pmma",
    "carbon",
    "adipose",
    "air",
    "tantalum",
    "gold",
    "barium-sulphate",
    "bismuth-subcarbonate",
    "polyamide",
)

FILTERS_CU_MM = (0.0, 0.1, 0.2, 0.3, 0.6, 0.9)
"""The copper filters that the filter wheel holds, mm."""

K_EDGES_KEV = {
    "platinum": 78.395,
    "tungsten": 69.525,
    "tantalum": 67.416,
    "lead": 88.005,
    "gold": 80.725,
    "barium-sulphate": 37.441,
    "bismuth-subcarbonate": 90.526,
}
"""Materials whose K edge can lie within the spectrum, keV; iodine's the six energies know."""

REFERENCE_WATER_CM = 20.0
"""Water that hardens the beam before kerma and quanta at the detector are told, cm."""


@dataclass(frozen=True, slots=True)
class Technique:
    """What the generator and the filter wheel do during one pulse.

    Parameters
    ----------
    kv : float
        Tube voltage, kV.
    filter_cu_mm : float
        Added copper, mm, one of :data:`FILTERS_CU_MM`.
    ma : float
        Tube current, mA.
    pulse_ms : float
        Pulse width, ms.
    focal_spot_mm : float
        Nominal focal spot, mm.
    """

    kv: float
    filter_cu_mm: float
    ma: float
    pulse_ms: float
    focal_spot_mm: float

    @property
    def mas(self) -> float:
        """Charge of the pulse, mAs."""
        return self.ma * self.pulse_ms / 1000.0

    @property
    def power_kw(self) -> float:
        """Tube power during the pulse, kW."""
        return self.kv * self.ma / 1000.0


@dataclass(frozen=True, slots=True, eq=False)
class Beam:
    """One tube voltage behind one copper filter.

    Attributes
    ----------
    kv, filter_cu_mm : float
        Tube voltage, kV, and added copper, mm.
    energies_kev, weights : ndarray, shape (6,)
        The signal behind paths A_m (g/cm²) is ``sum(weights * exp(-sum(mu_rho(m) * A_m)))``, 1 in air.
    kerma_ugy_per_mas_1m : float
        Air kerma at 1 m, µGy/mAs.
    mean_energy_kev : float
        Mean photon energy that leaves the tube, keV.
    detector_kerma_per_signal : float
        Air kerma behind 20 cm of water over unattenuated kerma, divided by the same ratio of signals.
    quanta_per_mm2_per_ugy : float
        Photons per mm² and µGy at the detector behind 20 cm of water.
    detected_quanta_per_mm2_per_ugy : float
        Of those, the equivalent number (Σ N s)²/Σ N s² that the scintillator's signal s counts.
    """

    kv: float
    filter_cu_mm: float
    energies_kev: NDArray[np.float64]
    weights: NDArray[np.float64]
    kerma_ugy_per_mas_1m: float
    mean_energy_kev: float
    detector_kerma_per_signal: float
    quanta_per_mm2_per_ugy: float
    detected_quanta_per_mm2_per_ugy: float
    _mu: dict[str, NDArray[np.float64]] = field(default_factory=dict, repr=False)

    @property
    def hvl_mm_al(self) -> float:
        """First half-value layer, mm Al."""
        return hvl_mm_al(self.kv, self.filter_cu_mm)

    def mu_rho(self, material: str) -> NDArray[np.float64]:
        """Mass attenuation coefficient at the six energies, shape (6,), cm²/g.

        For what has its K edge within the spectrum it is an effective one (`_effective_mu_rho`).
        """
        if material not in self._mu:
            edge_kev = K_EDGES_KEV.get(material)
            if edge_kev is not None and self.kv > edge_kev:
                values = _effective_mu_rho(self.kv, self.filter_cu_mm, material)
            else:
                values = attenuation.mu_rho(material, self.energies_kev)
            values.setflags(write=False)
            self._mu[material] = values
        return self._mu[material]

    def signal(self, mass_g_cm2: Mapping[str, NDArray[np.float64] | float]) -> NDArray[np.float64]:
        """Signal behind paths (g/cm² per material, broadcast together), 1 in air."""
        thickness = np.zeros(6)
        for material, mass in mass_g_cm2.items():
            thickness = thickness + np.asarray(mass, dtype=np.float64)[..., None] * self.mu_rho(material)
        return np.asarray(np.exp(-thickness) @ self.weights if mass_g_cm2 else 1.0)

    def signal_per_detector_ugy(self, kerma_in_air_ugy: float) -> float:
        """Signal (fraction of the unattenuated) that equals 1 µGy at the detector behind the patient.

        Parameters
        ----------
        kerma_in_air_ugy : float
            Unattenuated air kerma of the pulse at the detector, µGy.
        """
        return 1.0 / (kerma_in_air_ugy * self.detector_kerma_per_signal)


def _effective_mu_rho(kv: float, filter_cu_mm: float, material: str) -> NDArray[np.float64]:
    """Six coefficients that give the signal behind what has its K edge inside the spectrum, cm²/g.

    **Model**: an edge between two of the six energies is missed by values at points; the coefficients are
    instead fitted to the 1 keV sum behind 5 to 25 cm of water and up to 1 g/cm² of the material, at each
    whole kilovolt, with straight lines between.
    **Source**: own, ``scripts/build_xray_tables.py``.
    """
    number = tables()["beam_edge_materials"].tolist().index(material)
    table = tables()["beam_edge_mu_rho_cm2_g"][number]
    low, part = _between(kv)
    rows = table[FILTERS_CU_MM.index(filter_cu_mm), low : low + 2].astype(np.float64)
    return np.asarray((1.0 - part) * rows[0] + part * rows[1])


def _between(kv: float) -> tuple[int, float]:
    """Number of the whole kilovolt below a voltage, and how far it lies toward the next."""
    grid = tables()["kv"]
    low = min(int(kv - grid[0]), len(grid) - 2)
    return low, float(kv - grid[low])


def _six(kv: float, filter_cu_mm: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    grid = tables()["kv"]
    if not grid[0] <= kv <= grid[-1]:
        raise WrongUse(
            f"Tube voltage must lie between {grid[0]} and {grid[-1]} kV",
            code="voltage-out-of-range",
            value=kv,
        )
    if filter_cu_mm not in FILTERS_CU_MM:
        raise WrongUse(
            "The filter wheel has no such copper filter",
            code="unknown-filter",
            value=filter_cu_mm,
            way_out=f"Known: {', '.join(f'{f:g}' for f in FILTERS_CU_MM)} mm.",
        )
    row = FILTERS_CU_MM.index(filter_cu_mm)
    low, part = _between(kv)
    energies = tables()["beam_energies_kev"][row].astype(np.float64)
    weights = tables()["beam_weights"][row].astype(np.float64)
    energy = (1 - part) * energies[low] + part * energies[low + 1]
    weight = (1 - part) * weights[low] + part * weights[low + 1]
    return energy, weight / weight.sum()


def beam(kv: float, filter_cu_mm: float) -> Beam:
    """The beam of a tube voltage (40 to 125 kV) and a copper filter (one of :data:`FILTERS_CU_MM`).

    Model
    -----
    Signal = energy absorbed in 0.2 g/cm² CsI. Six energies and weights, found by non-negative least squares
    on random paths through water, bone, iodine and steel at each whole kilovolt, straight lines between.

    Source
    ------
    Own fit to SpekPy and xraydb, ``scripts/build_xray_tables.py``.

    Valid for
    ---------
    Water to 38, bone to 6, iodine to 0.25, steel to 0.8 g/cm². Held by ``tests/physics/xray/test_beam.py``:
    iodine contrast within 0.3 % of a 1 keV sum from 70 to 100 kV.
    """
    return _beam(round(float(kv), 3), float(filter_cu_mm))


@lru_cache(maxsize=512)
def _beam(kv: float, filter_cu_mm: float) -> Beam:
    energies, weights = _six(kv, filter_cu_mm)
    fluence = spectrum(kv, filter_cu_mm)
    energy = energies_kev()
    behind = fluence * np.exp(-attenuation.mu_rho("water", energy) * REFERENCE_WATER_CM)
    signal = csi_signal(energy)
    kerma, kerma_behind = kerma_ugy(fluence), kerma_ugy(behind)
    signal_ratio = float((behind @ signal) / (fluence @ signal))
    absorbed = signal / energy
    detected = (behind @ signal) ** 2 / (behind @ (absorbed * energy**2))
    energies.setflags(write=False)
    weights.setflags(write=False)
    return Beam(
        kv=kv,
        filter_cu_mm=filter_cu_mm,
        energies_kev=energies,
        weights=weights,
        kerma_ugy_per_mas_1m=kerma,
        mean_energy_kev=float(fluence @ energy / fluence.sum()),
        detector_kerma_per_signal=kerma_behind / kerma / signal_ratio,
        quanta_per_mm2_per_ugy=float(behind.sum() / kerma_behind / 100.0),
        detected_quanta_per_mm2_per_ugy=float(detected / kerma_behind / 100.0),
    )


__all__ = ["FILTERS_CU_MM", "KEV_CM2_G_TO_UGY", "MATERIALS", "Beam", "Technique", "beam"]
