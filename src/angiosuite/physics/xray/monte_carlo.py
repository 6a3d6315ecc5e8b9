"""Photon Monte Carlo of a water slab: the project's own oracle for scatter and backscatter.

Slow and exact; nothing in a session calls it. The real-time models in :mod:`.scatter` and
:mod:`.backscatter` are fitted to it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit, prange
from numpy.typing import NDArray

from angiosuite.physics.xray import attenuation
from angiosuite.physics.xray.attenuation import tables
from angiosuite.physics.xray.interactions import (
    ELECTRON_KEV,
    HC_KEV_ANGSTROM,
    at_kev,
    at_x,
    compton,
    rayleigh,
    seeded,
    turned,
    uniform,
)
from angiosuite.physics.xray.spectrum import CSI_G_CM2, energies_kev, spectrum

_BATCHES = 64
_POINTS = np.array([0.0, 0.25, 0.5, 0.75, 0.95, 1.1, 1.3])
"""Where the detector is read, fractions of half the field's side along an axis."""
ANGLE_BINS = 18
_LOWEST_KEV = 8
_TOP_KEV = 126


@dataclass(frozen=True, slots=True)
class SlabResult:
    """What the photons did.

    Attributes
    ----------
    spr : ndarray, shape (7,)
        Scatter over primary CsI signal at 0, 0.25, 0.5, 0.75, 0.95, 1.1 and 1.3 of the half field along an
        axis, both without a grid; primary is that of the centre.
    spr_error : ndarray, shape (7,)
        Standard error of `spr`.
    spr_grid : ndarray, shape (7,)
        The same behind ideal lamellae (geometric shadow only), focused on the source.
    backscatter_factor, backscatter_error : float
        Air kerma at the entrance with the slab over that without.
    leaving_kerma : ndarray, shape (18,)
        Air kerma of photons leaving the slab times distance squared, per 10 degrees from the beam's
        direction, µGy m² per µGy m² of incident kerma-area product.
    """

    spr: NDArray[np.float64]
    spr_error: NDArray[np.float64]
    spr_grid: NDArray[np.float64]
    backscatter_factor: float
    backscatter_error: float
    leaving_kerma: NDArray[np.float64]


@njit(cache=True, nogil=True, inline="always")
def _to_wall(x, y, z, u, v, w, half, depth):  # type: ignore[no-untyped-def]
    """Distance from inside the box |x|,|y| < half, 0 < z < depth to its wall."""
    best = 1e30
    if w > 1e-12:
        best = (depth - z) / w
    elif w < -1e-12:
        best = -z / w
    if u > 1e-12:
        best = min(best, (half - x) / u)
    elif u < -1e-12:
        best = min(best, (-half - x) / u)
    if v > 1e-12:
        best = min(best, (half - y) / v)
    elif v < -1e-12:
        best = min(best, (-half - y) / v)
    return max(best, 0.0)


@njit(cache=True, nogil=True, parallel=True)
def _run(  # type: ignore[no-untyped-def]
    photons,
    seed,
    depth,
    half,
    distance,
    gap,
    side,
    grid_ratio,
    points,
    cdf,
    mu,
    incoherent,
    coherent,
    csi,
    air,
    f2,
    s,
    x_step,
    norm_i,
    norm_c,
    csi_mass,
    patch,
):
    """Batches of histories; every tally has one row per batch, so threads cannot change a sum."""
    scatter = np.zeros((_BATCHES, points.shape[0]))
    behind_grid = np.zeros((_BATCHES, points.shape[0]))
    back = np.zeros(_BATCHES)
    leaving = np.zeros((_BATCHES, ANGLE_BINS))
    each = photons // _BATCHES
    sid = distance + depth + gap
    for batch in prange(_BATCHES):
        state = np.zeros(1, np.uint64)
        for n in range(each):
            seeded(state, seed, batch * each + n)
            # Energy from the spectrum, one 1 keV bin and a place in it.
            pick = uniform(state)
            lo, hi = 0, cdf.shape[0] - 1
            while lo < hi:
                mid = (lo + hi) // 2
                if cdf[mid] < pick:
                    lo = mid + 1
                else:
                    hi = mid
            energy = lo + uniform(state)
            # Direction through a random point of the field; weight keeps emission even per solid angle.
            px = (uniform(state) - 0.5) * side
            py = (uniform(state) - 0.5) * side
            r = np.sqrt(px * px + py * py + sid * sid)
            u, v, w = px / r, py / r, sid / r
            weight = w * w * w
            x, y, z = u / w * distance, v / w * distance, 0.0
            if abs(x) > half or abs(y) > half:
                continue
            while True:
                wall = _to_wall(x, y, z, u, v, w, half, depth)
                step = -np.log(uniform(state)) / at_kev(mu, energy)
                if step >= wall:
                    x, y, z = x + u * wall, y + v * wall, z + w * wall
                    kerma = weight * energy * at_kev(air, energy)
                    if not (z > depth - 1e-9 and abs(w * r - sid) < 1e-9):
                        angle = int(np.arccos(min(max(w, -1.0), 1.0)) * ANGLE_BINS / np.pi)
                        leaving[batch, min(angle, ANGLE_BINS - 1)] += kerma
                    if z < 1e-9 and w < 0 and x * x + y * y < patch * patch:
                        back[batch] += kerma / max(-w, 0.05)
                    break
                x, y, z = x + u * step, y + v * step, z + w * step
                total, inc, coh = at_kev(mu, energy), at_kev(incoherent, energy), at_kev(coherent, energy)
                weight *= (inc + coh) / total
                # Expected contribution of this scattering to every detector point.
                for p in range(points.shape[0]):
                    dx, dy, dz = points[p] * side / 2 - x, -y, depth + gap - z
                    d2 = dx * dx + dy * dy + dz * dz
                    d = np.sqrt(d2)
                    dx, dy, dz = dx / d, dy / d, dz / d
                    cosine = u * dx + v * dy + w * dz
                    xs = energy / HC_KEV_ANGSTROM * np.sqrt(max(0.5 * (1 - cosine), 0.0))
                    ratio = 1.0 / (1.0 + energy / ELECTRON_KEV * (1.0 - cosine))
                    kn = ratio * ratio * (ratio + 1.0 / ratio - 1.0 + cosine * cosine)
                    lost = energy * ratio
                    exit_ = _to_wall(x, y, z, dx, dy, dz, half, depth)
                    open_ = 1.0
                    if grid_ratio > 0:
                        # Lamellae run along y and point at the source: shadow of the slope across them.
                        across = dx / dz - points[p] * side / 2 / sid
                        open_ = max(0.0, 1.0 - grid_ratio * abs(across))
                    chance = inc / (inc + coh) * kn * at_x(s, xs, x_step) / at_kev(norm_i, energy)
                    e = lost
                    if e > _LOWEST_KEV:
                        seen = 1.0 - np.exp(-at_kev(csi, e) * csi_mass / dz)
                        got = weight * chance * np.exp(-at_kev(mu, e) * exit_) * e * seen * dz / d2
                        scatter[batch, p] += got
                        behind_grid[batch, p] += got * open_
                    chance = (
                        coh
                        / (inc + coh)
                        * (1.0 + cosine * cosine)
                        * at_x(f2, xs, x_step)
                        / at_kev(norm_c, energy)
                    )
                    seen = 1.0 - np.exp(-at_kev(csi, energy) * csi_mass / dz)
                    got = weight * chance * np.exp(-total * exit_) * energy * seen * dz / d2
                    scatter[batch, p] += got
                    behind_grid[batch, p] += got * open_
                if weight < 0.05:
                    if uniform(state) > 0.2:
                        break
                    weight *= 5.0
                # Next direction.
                if uniform(state) * (inc + coh) < inc:
                    cosine, inv = compton(state, energy, s, x_step)
                    energy = energy / inv
                    if energy < _LOWEST_KEV:
                        break
                else:
                    cosine = rayleigh(state, energy, f2, x_step)
                u, v, w = turned(u, v, w, cosine, 2 * np.pi * uniform(state))
                r = 0.0
    return scatter, behind_grid, back, leaving


def _per_kev(values_at: NDArray[np.float64]) -> NDArray[np.float64]:
    """Table with one entry per keV from 0; below 6 keV the value at 6."""
    return np.concatenate([np.full(6, values_at[0]), values_at])


@dataclass(frozen=True, slots=True)
class Scattering:
    """Form factor, scattering function on an even grid and their integrals per keV."""

    f2: NDArray[np.float64]
    s: NDArray[np.float64]
    step: float
    norm_incoherent: NDArray[np.float64]
    norm_coherent: NDArray[np.float64]


def scattering() -> Scattering:
    """Form factor and scattering function of water, and the integrals of the differential cross-sections."""
    step = 0.005
    x = np.arange(0.0, 10.5, step)
    f2 = np.interp(x, tables()["water_x_per_angstrom"], tables()["water_form_factor_squared"])
    s = np.interp(x, tables()["water_x_per_angstrom"], tables()["water_incoherent_function"])
    cosine = np.linspace(-1, 1, 4001)
    energies = np.arange(0, _TOP_KEV + 2, dtype=float)
    incoherent, coherent = np.ones(len(energies)), np.ones(len(energies))
    for i, energy in enumerate(energies):
        if energy < 5:
            continue
        xs = energy / 12.39842 * np.sqrt(0.5 * (1 - cosine))
        ratio = 1 / (1 + energy / 510.99895 * (1 - cosine))
        kn = ratio**2 * (ratio + 1 / ratio - 1 + cosine**2)
        incoherent[i] = 2 * np.pi * np.trapezoid(kn * np.interp(xs, x, s), cosine)
        coherent[i] = 2 * np.pi * np.trapezoid((1 + cosine**2) * np.interp(xs, x, f2), cosine)
    return Scattering(f2, s, step, incoherent, coherent)


def slab(
    kv: float,
    filter_cu_mm: float,
    *,
    thickness_cm: float,
    field_side_cm: float,
    air_gap_cm: float,
    source_detector_cm: float = 105.0,
    slab_side_cm: float = 40.0,
    grid_ratio: float = 15.0,
    photons: int = 200_000,
    seed: int = 1,
    patch_cm: float = 1.5,
    filter_al_mm: float = 0.0,
) -> SlabResult:
    """Scatter behind and before a water slab.

    Parameters
    ----------
    kv, filter_cu_mm, filter_al_mm : float
        Beam, kV and mm of added copper and aluminium.
    thickness_cm, slab_side_cm : float
        Slab of water, cm.
    field_side_cm : float
        Side of the square field at the detector, cm.
    air_gap_cm, source_detector_cm : float
        From the slab to the detector and from the focus to the detector, cm.
    grid_ratio : float
        Ratio of the ideal lamellae in `spr_grid`.
    photons, seed : int
        Histories (in 64 batches) and key of their random numbers.
    patch_cm : float
        Radius of the disc at the entrance where backscatter is counted, cm.

    Returns
    -------
    SlabResult

        **Model**: Compton scattering by Klein and Nishina with the binding function S(x), Rayleigh by F²(x);
        photoelectrons and fluorescence stay where they are. Survival by weight with roulette; the signal at
        the detector by expected value at every scattering.
        **Source**: Chan and Doi, Phys. Med. Biol. 28:109 (1983) for the method; data as in PROVENANCE.md.
        **Valid for**: 15 to 125 keV in water. Held by ``tests/physics/xray/test_monte_carlo.py``.
    """
    fluence = spectrum(kv, filter_cu_mm, filter_al_mm)
    energy = energies_kev()
    weights = np.zeros(_TOP_KEV)
    weights[np.floor(energy).astype(int)] = fluence
    weights[:_LOWEST_KEV] = 0.0
    cdf = np.cumsum(weights) / weights.sum()
    grid = np.arange(6.0, _TOP_KEV + 3)
    water = _per_kev(attenuation.mu_rho("water", grid))
    incoherent = _per_kev(attenuation.mu_rho_incoherent("water", grid))
    coherent = _per_kev(attenuation.mu_rho_coherent("water", grid))
    csi = _per_kev(attenuation.mu_rho("csi", grid))
    air = _per_kev(attenuation.air_mu_en_rho(grid))
    data = scattering()
    distance = source_detector_cm - air_gap_cm - thickness_cm
    scatter, behind, back, leaving = _run(
        photons,
        seed,
        float(thickness_cm),
        slab_side_cm / 2.0,
        float(distance),
        float(air_gap_cm),
        float(field_side_cm),
        float(grid_ratio),
        _POINTS,
        cdf,
        water,
        incoherent,
        coherent,
        csi,
        air,
        data.f2,
        data.s,
        data.step,
        data.norm_incoherent,
        data.norm_coherent,
        CSI_G_CM2,
        float(patch_cm),
    )
    each = photons // _BATCHES
    share = fluence / fluence.sum()
    signal = energy * (1 - np.exp(-attenuation.mu_rho("csi", energy) * CSI_G_CM2))
    primary = (
        share @ (signal * np.exp(-attenuation.mu_rho("water", energy) * thickness_cm)) / field_side_cm**2
    )
    spr = scatter / each / primary
    entry = share @ (energy * attenuation.air_mu_en_rho(energy))
    at_entrance = entry / field_side_cm**2 * (source_detector_cm / distance) ** 2
    factor = back / each / (np.pi * patch_cm**2) / at_entrance
    edges = np.linspace(0, np.pi, ANGLE_BINS + 1)
    solid = 2 * np.pi * (np.cos(edges[:-1]) - np.cos(edges[1:]))
    return SlabResult(
        spr=spr.mean(axis=0),
        spr_error=spr.std(axis=0) / np.sqrt(_BATCHES),
        spr_grid=behind.sum(axis=0) / each / _BATCHES / primary,
        backscatter_factor=1.0 + float(factor.mean()),
        backscatter_error=float(factor.std() / np.sqrt(_BATCHES)),
        leaving_kerma=leaving.sum(axis=0) / each / _BATCHES / solid / entry,
    )
