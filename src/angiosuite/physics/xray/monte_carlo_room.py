"""Photon Monte Carlo of a trunk of water in a room: what leaves the patient, and where to.

Slow and exact; nothing in a session calls it. The table behind :mod:`.room_scatter` is made with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from angiosuite.physics.threads import share
from angiosuite.physics.xray import attenuation
from angiosuite.physics.xray.interactions import (
    at_kev,
    compton,
    rayleigh,
    seeded,
    turned,
    uniform,
)
from angiosuite.physics.xray.monte_carlo import scattering

BATCHES = 64
POLAR_BINS = 12
"""Rings of 15 degrees about the beam's axis; the first looks along the beam, the last back to the tube."""
AZIMUTH_BINS = 12
"""Sectors of 30 degrees; the first is centred on +u (the patient's left in an AP beam), the fourth on +v."""
OUT_BINS = 26
OUT_KEV = 5.0
"""Bins of the energy of what leaves: 26 of 5 keV from 0."""
RADII_CM = (60.0, 100.0, 200.0)
"""Spheres about the scatter centre on which air kerma is read; the middle one is the table's."""
CENTRE_CM = 4.0
"""Depth of the scatter centre below the entrance along the central ray, cm of water."""
_LOWEST_KEV = 8.0
_TOP_KEV = 126


@dataclass(frozen=True, slots=True)
class Trunk:
    """An elliptic cylinder of water along the patient's axis, its middle in the isocentre.

    Attributes
    ----------
    depth_cm, width_cm, length_cm : float
        From front to back, across, and along.
    """

    depth_cm: float
    width_cm: float
    length_cm: float = 90.0

    @classmethod
    def of_depth(cls, depth_cm: float) -> Trunk:
        """The trunk of the shipped table: 36 cm wide at 20 cm of depth, 44 cm at 30.

        **Source**: own choice; an adult trunk is 1.5 to 1.8 times as wide as deep.
        """
        return cls(depth_cm, 20.0 + 0.8 * depth_cm)

    def path_cm(self, rotation_deg: float, angulation_deg: float) -> float:
        """Length of the central ray in it, cm."""
        a, b = np.deg2rad([rotation_deg, angulation_deg])
        across, deep = np.sin(a) * np.cos(b) / self.width_cm, np.cos(a) * np.cos(b) / self.depth_cm
        return float(1.0 / np.hypot(across, deep))


@dataclass(frozen=True, slots=True)
class RoomScatter:
    """What the photons did.

    Attributes
    ----------
    kerma : ndarray, shape (energies, 3, 12, 12)
        Air kerma free in air on the spheres of :data:`RADII_CM`, times distance squared, per unit of incident
        kerma-area product; µGy m² per Gy cm². Axes: incident energy, sphere, polar ring, sector.
    spectrum : ndarray, shape (energies, 12, 26)
        Share of that kerma by the energy of the photon that brings it, per polar ring.
    error : ndarray, shape (energies, 12)
        Standard error of the ring's mean on the middle sphere.
    incident_kev, absorbed_kev, primary_kev, scattered_kev : float
        Energy that entered the trunk, stayed, passed without interaction and left scattered.
    """

    kerma: NDArray[np.float64]
    spectrum: NDArray[np.float64]
    error: NDArray[np.float64]
    incident_kev: float
    absorbed_kev: float
    primary_kev: float
    scattered_kev: float


@njit(cache=True, nogil=True)
def _chord(x, y, z, u, v, w, a, b, half):  # type: ignore[no-untyped-def]
    """Where a line enters and leaves x²/a² + y²/b² < 1, |z| < half, as distances along it; or (1, 0)."""
    p = (u / a) ** 2 + (v / b) ** 2
    q = x * u / (a * a) + y * v / (b * b)
    c = (x / a) ** 2 + (y / b) ** 2 - 1.0
    near, far = -1e30, 1e30
    if p > 1e-18:
        disc = q * q - p * c
        if disc <= 0.0:
            return 1.0, 0.0
        root = np.sqrt(disc)
        near, far = (-q - root) / p, (-q + root) / p
    elif c > 0.0:
        return 1.0, 0.0
    if abs(w) > 1e-12:
        z0, z1 = (-half - z) / w, (half - z) / w
        near, far = max(near, min(z0, z1)), min(far, max(z0, z1))
    elif abs(z) > half:
        return 1.0, 0.0
    return near, far


@njit(cache=True, nogil=True)
def _run(  # type: ignore[no-untyped-def]
    photons, seed, a, b, half, axes, distance, side, centre, cdf, nodes, mu, incoherent, coherent, air, f2, s,
    x_step, radii, lowest, kerma, spectrum, area, energies, first, step,
):  # fmt: skip
    """Batches first, first + step, ...; a tally has one row per batch, so threads cannot change a sum."""
    kinds = cdf.shape[0]
    each = photons // BATCHES
    eu, ev, ew = axes[0], axes[1], axes[2]
    for batch in range(first, BATCHES, step):
        state = np.zeros(1, np.uint64)
        for n in range(each):
            history = batch * each + n
            seeded(state, seed, history)
            kind = history % kinds
            energy = nodes[kind]
            if energy <= 0.0:
                pick = uniform(state)
                lo, hi = 0, cdf.shape[1] - 1
                while lo < hi:
                    mid = (lo + hi) // 2
                    if cdf[kind, mid] < pick:
                        lo = mid + 1
                    else:
                        hi = mid
                energy = lo + uniform(state)
            px, py = (uniform(state) - 0.5) * side, (uniform(state) - 0.5) * side
            r = np.sqrt(px * px + py * py + distance * distance)
            weight = (distance / r) ** 3
            u = (px * eu[0] + py * ev[0] + distance * ew[0]) / r
            v = (px * eu[1] + py * ev[1] + distance * ew[1]) / r
            w = (px * eu[2] + py * ev[2] + distance * ew[2]) / r
            x, y, z = -distance * ew[0], -distance * ew[1], -distance * ew[2]
            area[batch, kind] += weight * energy * at_kev(air, energy)
            near, far = _chord(x, y, z, u, v, w, a, b, half)
            if near >= far:
                continue
            energies[batch, 0] += weight * energy
            x, y, z = x + near * u, y + near * v, z + near * w
            wall = far - near
            scattered = False
            while True:
                free = -np.log(uniform(state)) / at_kev(mu, energy)
                if free >= wall:
                    if not scattered:
                        energies[batch, 2] += weight * energy
                        break
                    energies[batch, 3] += weight * energy
                    value = weight * energy * at_kev(air, energy)
                    for k in range(radii.shape[0]):
                        dx, dy, dz = x - centre[0], y - centre[1], z - centre[2]
                        along = dx * u + dy * v + dz * w
                        gap = dx * dx + dy * dy + dz * dz - radii[k] * radii[k]
                        t = -along + np.sqrt(max(along * along - gap, 0.0))
                        hx, hy, hz = dx + t * u, dy + t * v, dz + t * w
                        hu = (hx * eu[0] + hy * eu[1] + hz * eu[2]) / radii[k]
                        hv = (hx * ev[0] + hy * ev[1] + hz * ev[2]) / radii[k]
                        hw = (hx * ew[0] + hy * ew[1] + hz * ew[2]) / radii[k]
                        slope = (hx * u + hy * v + hz * w) / radii[k]
                        ring = int(np.arccos(min(max(hw, -1.0), 1.0)) * POLAR_BINS / np.pi)
                        ring = min(ring, POLAR_BINS - 1)
                        turn = np.arctan2(hv, hu) / (2 * np.pi) * AZIMUTH_BINS + 0.5
                        sector = int(np.floor(turn)) % AZIMUTH_BINS
                        kerma[batch, kind, k, ring, sector] += value / max(slope, 0.1)
                        if k == 1:
                            out = min(int(energy / OUT_KEV), OUT_BINS - 1)
                            spectrum[batch, kind, ring, out] += value / max(slope, 0.1)
                    break
                x, y, z = x + free * u, y + free * v, z + free * w
                inc, coh = at_kev(incoherent, energy), at_kev(coherent, energy)
                pick = uniform(state) * at_kev(mu, energy)
                if pick > inc + coh:
                    energies[batch, 1] += weight * energy
                    break
                if pick < inc:
                    cosine, inv = compton(state, energy, s, x_step)
                    energies[batch, 1] += weight * energy * (1.0 - 1.0 / inv)
                    energy = energy / inv
                    if energy < lowest:
                        energies[batch, 1] += weight * energy
                        break
                else:
                    cosine = rayleigh(state, energy, f2, x_step)
                scattered = True
                u, v, w = turned(u, v, w, cosine, 2 * np.pi * uniform(state))
                near, far = _chord(x, y, z, u, v, w, a, b, half)
                wall = max(far, 0.0)


def _per_kev(values_at: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.concatenate([np.full(6, values_at[0]), values_at])


def beam_axes(rotation_deg: float, angulation_deg: float) -> NDArray[np.float64]:
    """Unit vectors (3, 3): u, v and the beam's axis (tube to detector), in patient LPS axes.

    LAO and cranial positive; in an AP beam u points to the patient's left and v to the feet.
    """
    a, b = np.deg2rad([rotation_deg, angulation_deg])
    return np.array(
        [
            [np.cos(a), np.sin(a), 0.0],
            [np.sin(a) * np.sin(b), -np.cos(a) * np.sin(b), -np.cos(b)],
            [np.sin(a) * np.cos(b), -np.cos(a) * np.cos(b), np.sin(b)],
        ]
    )


def trunk_in_room(
    beams: Sequence[float] | Sequence[NDArray[np.float64]],
    trunk: Trunk,
    *,
    field_side_cm: float,
    rotation_deg: float = 0.0,
    angulation_deg: float = 0.0,
    source_isocentre_cm: float = 78.5,
    photons: int = 400_000,
    seed: int = 1,
) -> RoomScatter:
    """What leaves a trunk of water into the room.

    Parameters
    ----------
    beams : sequence of float or of ndarray
        Either photon energies, keV, or fluences in the 1 keV bins of
        :func:`angiosuite.physics.xray.spectrum.energies_kev`; histories are shared out evenly.
    trunk : Trunk
    field_side_cm : float
        Side of the square field in the isocentre, cm.
    rotation_deg, angulation_deg : float
        LAO and cranial positive; 0 and 0 has the tube below the table.
    source_isocentre_cm : float
    photons, seed : int
        Histories (in 64 batches) and key of their random numbers.

        **Model**: Compton scattering by Klein and Nishina with the binding function S(x), Rayleigh by F²(x);
        photoelectrons and fluorescence stay where they are. Analogue: every history is one photon until it is
        absorbed or leaves, so that energy balances exactly. Kerma free in air where the photon crosses the
        sphere, 1/cos for its slope.
        **Source**: Chan and Doi, Phys. Med. Biol. 28:109 (1983) for the method; data as in PROVENANCE.md.
        **Valid for**: 15 to 125 keV in water; no table, no housing, no room. Held by
        ``tests/physics/xray/test_monte_carlo_room.py``.
    """
    spectra = [np.atleast_1d(np.asarray(one, dtype=np.float64)) for one in beams]
    nodes = np.array([float(one[0]) if len(one) == 1 else 0.0 for one in spectra])
    cdf = np.zeros((len(spectra), _TOP_KEV))
    for row, one in zip(cdf, spectra, strict=True):
        if len(one) > 1:
            row[10 : 10 + len(one)] = one
            row[:] = np.cumsum(row) / row.sum()
    grid = np.arange(6.0, _TOP_KEV + 3)
    data = scattering()
    axes = beam_axes(rotation_deg, angulation_deg)
    entry = trunk.path_cm(rotation_deg, angulation_deg) / 2
    radii = np.array(RADII_CM)
    kinds = len(spectra)
    kerma = np.zeros((BATCHES, kinds, len(radii), POLAR_BINS, AZIMUTH_BINS))
    spectrum = np.zeros((BATCHES, kinds, POLAR_BINS, OUT_BINS))
    area, energies = np.zeros((BATCHES, kinds)), np.zeros((BATCHES, 4))
    given = (
        photons, seed, trunk.width_cm / 2, trunk.depth_cm / 2, trunk.length_cm / 2, axes,
        float(source_isocentre_cm), float(field_side_cm), axes[2] * (CENTRE_CM - entry), cdf, nodes,
        _per_kev(attenuation.mu_rho("water", grid)), _per_kev(attenuation.mu_rho_incoherent("water", grid)),
        _per_kev(attenuation.mu_rho_coherent("water", grid)), _per_kev(attenuation.air_mu_en_rho(grid)),
        data.f2, data.s, data.step, radii, _LOWEST_KEV, kerma, spectrum, area, energies,
    )  # fmt: skip
    share(lambda k, n: _run(*given, k, n))
    edges = np.linspace(0, np.pi, POLAR_BINS + 1)
    solid = 2 * np.pi * (np.cos(edges[:-1]) - np.cos(edges[1:]))
    whole = area.sum(axis=0)
    # keV cm²/g on a part of the sphere over its area, times distance squared, per keV cm²/g of product:
    # 1 per steradian; 1e6 µGy per Gy, 1e-4 m² per cm².
    unit = 1e6 * 1e-4
    per = unit * AZIMUTH_BINS / solid[None, None, :, None] / whole[:, None, None, None]
    ring = kerma[:, :, 1].sum(axis=-1) * unit / solid / whole[None, :, None] * BATCHES
    kev = spectrum.sum(axis=0)
    return RoomScatter(
        kerma=kerma.sum(axis=0) * per,
        spectrum=kev / np.maximum(kev.sum(axis=-1, keepdims=True), 1e-300),
        error=ring.std(axis=0) / np.sqrt(BATCHES),
        incident_kev=float(energies[:, 0].sum()),
        absorbed_kev=float(energies[:, 1].sum()),
        primary_kev=float(energies[:, 2].sum()),
        scattered_kev=float(energies[:, 3].sum()),
    )
