"""Scatter in the room, fast: air kerma and spectrum at a point from the beam that enters the patient."""

from __future__ import annotations

import io
import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from angiosuite.physics.xray.attenuation import air_mu_en_rho, mu_rho
from angiosuite.physics.xray.monte_carlo_room import (
    AZIMUTH_BINS,
    CENTRE_CM,
    OUT_BINS,
    OUT_KEV,
    POLAR_BINS,
    Trunk,
    beam_axes,
)
from angiosuite.physics.xray.spectrum import KEV_CM2_G_TO_UGY, energies_kev, spectrum

CENTRE_MM = 10.0 * CENTRE_CM
"""Depth of the scatter centre below the entrance on the central ray, mm."""
NEAREST_MM = 300.0
"""The table is not asked nearer than this."""

_SOURCE_CM = 78.5
_RAYS = 60
_DEPTHS_CM = np.linspace(8.0, 45.0, 38)
_WIDTHS_CM = np.array([Trunk.of_depth(float(depth)).width_cm for depth in _DEPTHS_CM])

# Ambient dose equivalent per fluence, pSv cm², ICRP Publication 74 (1996), photons of these energies, keV.
_ICRP_KEV = np.array([10.0, 15.0, 20.0, 30.0, 40.0, 50.0, 60.0, 80.0, 100.0, 150.0])
_ICRP_PSV_CM2 = np.array([0.061, 0.83, 1.05, 0.81, 0.64, 0.55, 0.51, 0.53, 0.61, 0.89])


@cache
def table() -> Mapping[str, NDArray]:
    """The shipped Monte Carlo table; ``angiosuite_content/xray/room_scatter.md`` says how it was made."""
    raw = (files("angiosuite_content") / "xray" / "room_scatter.npz").read_bytes()
    with np.load(io.BytesIO(raw), allow_pickle=False) as archive:
        loaded = {name: archive[name].astype(np.float64) for name in archive.files}
    shape = loaded["kerma"].shape[:4]
    grids = (loaded["rotation_deg"], loaded["angulation_deg"], loaded["depth_cm"], loaded["side_cm"])
    met = np.array([_met(*one) for one in itertools.product(*grids)]).reshape(*shape, 1, 1, 1)
    loaded["kerma"] = np.log(loaded["kerma"] / met)
    for array in loaded.values():
        array.setflags(write=False)
    return MappingProxyType(loaded)


def _met(rotation_deg: float, angulation_deg: float, depth_cm: float, side_cm: float) -> float:
    """Share of a field's photons that the trunk stops, about; a large lateral field passes over the trunk.

    What is left of the table after division by it changes slowly with depth and field, so that it can be
    interpolated. **Model**: rays across the field's middle, 0.2 per cm of water.
    """
    trunk, axes = Trunk.of_depth(depth_cm), beam_axes(rotation_deg, angulation_deg)
    across = (np.arange(_RAYS) + 0.5) / _RAYS * side_cm - side_cm / 2
    way = _SOURCE_CM * axes[2] + across[:, None] * axes[0]
    way /= np.linalg.norm(way, axis=1, keepdims=True)
    half = np.array([trunk.width_cm / 2, trunk.depth_cm / 2])
    start, way = -_SOURCE_CM * axes[2, :2] / half, way[:, :2] / half
    square, cross = (way**2).sum(axis=1), way @ start
    root = np.maximum(cross**2 - square * (start @ start - 1.0), 0.0)
    return float((1.0 - np.exp(-0.2 * 2.0 * np.sqrt(root) / square)).mean())


@dataclass(frozen=True, slots=True)
class ScatterBeam:
    """What enters the patient.

    Attributes
    ----------
    kv, filter_cu_mm : float
        Tube voltage, kV, and copper, mm.
    rotation_deg, angulation_deg : float
        LAO and cranial positive; at 0 and 0 the tube is below.
    path_cm : float
        Water on the central ray, cm.
    side_cm : float
        Side of the square field of equal area in the isocentre, cm.
    table_g_cm2 : float
        Carbon on the way to the patient, g/cm²; 0 when the beam does not cross the table.
    """

    kv: float
    filter_cu_mm: float
    rotation_deg: float
    angulation_deg: float
    path_cm: float
    side_cm: float
    table_g_cm2: float = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class Scatter:
    """The scatter of one beam, about its scatter centre.

    Attributes
    ----------
    axes : ndarray, shape (3, 3)
        u, v and the beam's axis in room axes, turned so that the table's quarter of angles is met.
    log_kerma : ndarray, shape (12, 13)
        Natural logarithm of µGy m² per Gy cm², rings and sectors, the first sector again at the end.
    shares : ndarray, shape (12, 26)
        Share of the kerma per bin of photon energy and ring.
    """

    axes: NDArray[np.float64]
    log_kerma: NDArray[np.float64]
    shares: NDArray[np.float64]

    def kerma(self, offsets_mm: NDArray[np.float64]) -> NDArray[np.float64]:
        """Air kerma free in air, µGy per Gy cm² of kerma-area product, shape (n,).

        Parameters
        ----------
        offsets_mm : ndarray, shape (n, 3)
            Points from the scatter centre, room axes (left, down, head).

            **Model**: table of the Monte Carlo at 1 m, linear in the logarithm between rings and sectors,
            inverse square (within 300 mm the value at 300 mm). **Source**: own Monte Carlo,
            :mod:`.monte_carlo_room`. **Valid for**: 0.5 m and more; 55 to 125 kV, 14 to 33 cm of water,
            fields of 5 to 22 cm. Held by ``tests/physics/xray/test_room_scatter.py``.
        """
        local, far = self._local(offsets_mm)
        ring, part = self._ring(local)
        turn = np.arctan2(local[:, 1], local[:, 0]) / (2 * np.pi) % 1.0 * AZIMUTH_BINS
        sector = np.minimum(turn.astype(np.intp), AZIMUTH_BINS - 1)
        rest = turn - sector
        low = (1 - rest) * self.log_kerma[ring, sector] + rest * self.log_kerma[ring, sector + 1]
        high = (1 - rest) * self.log_kerma[ring + 1, sector] + rest * self.log_kerma[ring + 1, sector + 1]
        return np.exp((1 - part) * low + part * high) * (1000.0 / far) ** 2

    def spectrum(self, offsets_mm: NDArray[np.float64]) -> NDArray[np.float64]:
        """Share of that kerma per bin of photon energy, shape (n, 26)."""
        local, _ = self._local(offsets_mm)
        ring, part = self._ring(local)
        return (1 - part[:, None]) * self.shares[ring] + part[:, None] * self.shares[ring + 1]

    def _local(self, offsets_mm: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        far = np.maximum(np.linalg.norm(offsets_mm, axis=1), 1e-6)
        return offsets_mm / far[:, None] @ self.axes.T, np.maximum(far, NEAREST_MM)

    def _ring(self, local: NDArray[np.float64]) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
        polar = np.arccos(np.clip(local[:, 2], -1.0, 1.0)) / np.pi * POLAR_BINS - 0.5
        polar = np.clip(polar, 0.0, POLAR_BINS - 1.0)
        ring = np.minimum(polar.astype(np.intp), POLAR_BINS - 2)
        return ring, polar - ring


def _place(grid: NDArray[np.float64], value: float) -> tuple[int, float]:
    """Interval of a rising grid and the part within it; a value outside is taken to the grid's end."""
    value = min(max(value, float(grid[0])), float(grid[-1]))
    index = min(int(np.searchsorted(grid, value, "right")) - 1, len(grid) - 2)
    return index, (value - float(grid[index])) / float(grid[index + 1] - grid[index])


def trunk_depth_cm(path_cm: float, rotation_deg: float, angulation_deg: float) -> float:
    """Depth of the table's trunk whose central ray has this path, cm; within the table's depths."""
    a, b = np.deg2rad([rotation_deg, angulation_deg])
    across, deep = np.sin(a) * np.cos(b) / _WIDTHS_CM, np.cos(a) * np.cos(b) / _DEPTHS_CM
    return float(np.interp(path_cm, 1.0 / np.hypot(across, deep), _DEPTHS_CM))


@lru_cache(maxsize=256)
def _incident(
    kv: float, filter_cu_mm: float, table_g_cm2: float
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Photon energies, keV, share of the incident kerma, and how each lies between the table's energies."""
    energy, nodes = energies_kev(), table()["photon_kev"]
    kerma = spectrum(kv, filter_cu_mm) * energy * air_mu_en_rho(energy)
    share = kerma / kerma.sum() * np.exp(-mu_rho("carbon", energy) * table_g_cm2)
    share *= np.clip((energy - 10.0) / (nodes[0] - 10.0), 0.0, 1.0)
    at, grid = -mu_rho("water", energy), -mu_rho("water", nodes)
    hats = np.array([np.interp(at, grid, one) for one in np.eye(len(nodes))])
    some = share > 1e-9
    return energy[some], share[some], hats[:, some]


def _scaled(shares: NDArray[np.float64], factor: float) -> NDArray[np.float64]:
    """A spectrum (rings, 26) whose energies are multiplied by a factor."""
    edges = np.arange(OUT_BINS + 1) * OUT_KEV
    below = np.concatenate([np.zeros((len(shares), 1)), np.cumsum(shares, axis=1)], axis=1)
    return np.diff([np.interp(edges / factor, edges, ring) for ring in below], axis=1)


@lru_cache(maxsize=256)
def scatter_of(beam: ScatterBeam) -> Scatter:
    """The scatter of one beam: the table folded with the spectrum that enters.

    **Model**: linear in rotation, angulation, depth, logarithm of the field's side and water's attenuation at
    the photon energy on the logarithm of the kerma, folded with the incident kerma. What leaves a photon of
    the table's energy is moved down to the mean of the photons that it stands for. Left and right, head and
    feet are mirror images. **Source** and **Valid for**: as :meth:`Scatter.kerma`.
    """
    t = table()
    turn = (beam.rotation_deg + 180.0) % 360.0 - 180.0
    back = abs(turn) > 90.0
    rotation, angulation = (180.0 - abs(turn) if back else abs(turn)), abs(beam.angulation_deg)
    depth = trunk_depth_cm(beam.path_cm, rotation, angulation)
    places = (
        _place(t["rotation_deg"], rotation),
        _place(t["angulation_deg"], angulation),
        _place(t["depth_cm"], depth),
        _place(np.log(t["side_cm"]), float(np.log(max(beam.side_cm, 0.1)))),
    )
    log_kerma = t["kerma"]
    for index, part in places:
        log_kerma = (1 - part) * log_kerma[index] + part * log_kerma[index + 1]
    depth_used = float(np.clip(depth, t["depth_cm"][0], t["depth_cm"][-1]))
    side_used = float(np.clip(beam.side_cm, t["side_cm"][0], t["side_cm"][-1]))
    log_kerma = log_kerma + np.log(_met(rotation, angulation, depth_used, side_used))
    energy, share, hats = _incident(beam.kv, beam.filter_cu_mm, beam.table_g_cm2)
    per_bin = share[:, None, None] * np.exp(np.tensordot(hats, log_kerma, (0, 0)))
    folded = per_bin.sum(axis=0)
    per_ring = per_bin.mean(axis=-1)
    per_node = hats @ per_ring
    means = ((hats * energy) @ per_ring).sum(axis=1) / np.maximum(per_node.sum(axis=1), 1e-300)
    index, part = places[2]
    spectra = (1 - part) * t["spectrum"][index] + part * t["spectrum"][index + 1]
    shares = np.zeros((POLAR_BINS, OUT_BINS))
    for node in np.flatnonzero(per_node.sum(axis=1)):
        factor = min(float(means[node] / t["photon_kev"][node]), 1.0)
        shares += per_node[node][:, None] * _scaled(spectra[node], factor)
    shares /= shares.sum(axis=-1, keepdims=True)
    axes = beam_axes(beam.rotation_deg, beam.angulation_deg)
    # The mirror image of a beam in the table's quarter: u, v change their sign with it.
    axes[0] *= -1.0 if (turn < 0.0) != back else 1.0
    axes[1] *= -1.0 if beam.angulation_deg < 0.0 else 1.0
    return Scatter(axes, np.log(np.concatenate([folded, folded[:, :1]], axis=1)), shares)


@cache
def dose_per_kerma() -> NDArray[np.float64]:
    """Dose equivalent over air kerma per bin of photon energy, Sv/Gy, shape (26,).

    **Model**: H*(10) over fluence divided by air kerma over fluence, straight lines between energies; it
    stands for Hp(3) of the eye, Hp(10) of the trunk and Hp(0.07) of the hand alike: 1.1 at 30 keV, 1.7 from
    50 keV. Calculated Hp(3) over kerma of a head-like cylinder lies between 0.7 and 1.6 from N-60 to N-120
    and 0 to 90 degrees of incidence (Krstić et al., RAD Conf. Proc.).
    **Source**: ICRP Publication 74 (1996), H*(10) of photons; kerma from :func:`.attenuation.air_mu_en_rho`.
    **Valid for**: above 15 keV, incidence from the front. Held by
    ``tests/physics/xray/test_room_scatter.py``.
    """
    energy = (np.arange(OUT_BINS) + 0.5) * OUT_KEV
    kerma_pgy_cm2 = _ICRP_KEV * air_mu_en_rho(_ICRP_KEV) * KEV_CM2_G_TO_UGY * 1e6
    factor = np.interp(energy, _ICRP_KEV, _ICRP_PSV_CM2 / kerma_pgy_cm2)
    return np.where(energy < 10.0, 0.0, factor)
