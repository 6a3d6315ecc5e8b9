"""Dose of one beam to the skin: reference kerma brought to each cell, with table, backscatter and medium."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from angiosuite.imaging.collimator import wedge_copper_g_cm2
from angiosuite.physics.xray.attenuation import air_mu_en_rho, mu_rho, water_mu_en_rho
from angiosuite.physics.xray.backscatter import backscatter_factors
from angiosuite.physics.xray.heel import heel_factor
from angiosuite.physics.xray.spectrum import ANODE_ANGLE_DEG, energies_kev, hvl_mm_al, spectrum
from angiosuite.physics.xray.table_top import TableTop

Vectors = NDArray[np.float64]

SHADE_CELLS = 48
"""Rows and columns on which heel and wedges are worked out before they are read off at the cells."""
GROUP_KEV = 6
"""Width of the energy groups in which the table weakens the beam, keV."""
Wedge = tuple[str, float, float]
"""A wedge filter: side it comes from, insert as a fraction of the field, angle in degrees."""


@dataclass(frozen=True, slots=True, eq=False)
class SkinCells:
    """Cells that a beam may meet: centres mm, outward unit normals, areas mm² (0 for no skin)."""

    centre_mm: Vectors
    normal: Vectors
    area_mm2: Vectors


@dataclass(frozen=True, slots=True, eq=False)
class SkinBeam:
    """One beam in the frame of the table (LPS mm of the patient as they lay at first).

    Parameters
    ----------
    source_mm : (3,)
        Focal spot.
    centre_mm : (3,)
        Centre of the field at the detector.
    across_mm, down_mm : (3,)
        From there to the right and to the lower edge of the whole square field.
    blades : (left, right, top, bottom)
        Opening of each blade as a fraction of the half field.
    reference_mm : float
        Distance from the focal spot at which the reference kerma is stated, mm.
    kv, cu_mm : float
        Tube voltage and copper.
    shift_mm : (x, y, z)
        How far the patient has moved on the table, mm.
    wedges : tuple of Wedge
        Wedge filters in the field.
    anode_angle_deg : float
        Slope of the anode; 0 for a beam without heel.
    """

    source_mm: Vectors
    centre_mm: Vectors
    across_mm: Vectors
    down_mm: Vectors
    blades: tuple[float, float, float, float]
    reference_mm: float
    kv: float
    cu_mm: float
    shift_mm: tuple[float, float, float] = (0.0, 0.0, 0.0)
    wedges: tuple[Wedge, ...] = ()
    anode_angle_deg: float = ANODE_ANGLE_DEG


@dataclass(frozen=True, slots=True, eq=False)
class BeamOnSkin:
    """What a beam gives the cells it meets, mGy per mGy at the reference point.

    Parameters
    ----------
    cells : (n,) intp
        Indices of the cells.
    dose : (n,) float64
        Absorbed dose to skin over reference air kerma.
    kerma : (n,) float64
        Air kerma free in air, behind heel and wedges and before the table, over reference air kerma.
    """

    cells: NDArray[np.intp]
    dose: Vectors
    kerma: Vectors


def beam_on_skin(beam: SkinBeam, skin: SkinCells, table: TableTop | None) -> BeamOnSkin:
    """Dose per reference kerma in every cell that a beam meets on its way in.

    Parameters
    ----------
    beam : SkinBeam
    skin : SkinCells
        The patient as they lay at first; `beam.shift_mm` is added.
    table : TableTop or None
        Table and mattress; None leaves them out.

    Notes
    -----
    **Model** ``D = K_ref (d_ref/d)² · h · w · T · B · m``: inverse square from the focal spot to the cell;
    heel h and wedges w over the field; transmission T of table and mattress along the oblique ray up to the
    cell, energy by energy; backscatter B for the open field's side where the cell lies; m brings air kerma
    to dose in water, for the entering spectrum. A cell counts when it faces the tube and as far as it lies
    between the blades; its share at an edge is linear over its own width. No cell shades another.
    **Source** the chain of factors is that of PySkinDose (its documentation and code); backscatter:
    :mod:`angiosuite.physics.xray.backscatter`; m: Benmakhlouf et al., Phys. Med. Biol. 58:247 (2013).
    **Valid for** 55 to 120 kV, fields up to 36 cm at the skin. Scatter that the table sends forward is left
    out (some per cent of the dose behind it). Held by ``tests/imaging/test_skin_dose.py`` and, against
    PySkinDose on its own phantom, by ``tests/bench/test_practice_skin.py``.
    """
    source = beam.source_mm - np.asarray(beam.shift_mm)
    ray = skin.centre_mm - source
    frame = np.stack([beam.across_mm, beam.down_mm, beam.centre_mm - beam.source_mm], axis=1)
    u, v, depth = (ray @ np.linalg.inv(frame).T).T
    facing = (np.einsum("ij,ij->i", ray, skin.normal) < 0.0) & (depth > 0.0) & (skin.area_mm2 > 0.0)
    left, right, top, bottom = beam.blades
    near = facing & (np.abs(u) < 1.1 * depth + 1e-9) & (np.abs(v) < 1.1 * depth + 1e-9)
    chosen = np.flatnonzero(near)
    ray, depth = ray[chosen], depth[chosen]
    u, v = u[chosen] / depth, v[chosen] / depth
    width = np.sqrt(skin.area_mm2[chosen]) / depth
    wide, high = float(np.linalg.norm(beam.across_mm)), float(np.linalg.norm(beam.down_mm))
    share = _between(u, -left, right, width / wide) * _between(v, -top, bottom, width / high)
    some = np.flatnonzero(share > 0.0)
    chosen, share = chosen[some], share[some]
    ray, depth, u, v = ray[some], depth[some], u[some], v[some]
    kerma = share * (beam.reference_mm**2 / np.einsum("ij,ij->i", ray, ray)) * _shade(beam, u, v)
    open_mm2 = (left + right) * (top + bottom) * wide * high
    hvl = hvl_mm_al(beam.kv, beam.cu_mm)
    factor = backscatter_factors(beam.kv, hvl, depth * np.sqrt(open_mm2)) * water_per_air(beam.kv, beam.cu_mm)
    if table is not None:
        points = skin.centre_mm[chosen] + np.asarray(beam.shift_mm)
        factor *= through(beam.kv, beam.cu_mm, table.mass_before(beam.source_mm, points))
    return BeamOnSkin(chosen, kerma * factor, kerma)


def _between(place: Vectors, low: float, high: float, width: Vectors) -> Vectors:
    """Share of a cell of this width that lies between two edges."""
    inner = np.minimum(place + width / 2, high) - np.maximum(place - width / 2, low)
    return np.clip(inner / np.maximum(width, 1e-12), 0.0, 1.0)


def _shade(beam: SkinBeam, u: Vectors, v: Vectors) -> Vectors:
    """Heel and wedges at places of the field, 1 on the central ray without a wedge."""
    side = 2.0 * float(np.linalg.norm(beam.down_mm))
    sid = float(np.linalg.norm(beam.centre_mm - beam.source_mm))
    places = (np.arange(SHADE_CELLS) + 0.5) / SHADE_CELLS * 2.0 - 1.0
    shade = np.ones_like(v)
    if beam.anode_angle_deg > 0.0:
        shade = np.interp(v, places, _heel(side, sid, round(beam.kv), beam.cu_mm, beam.anode_angle_deg))
    for name, insert, angle_deg in beam.wedges:
        copper = wedge_copper_g_cm2(SHADE_CELLS, side, side=name, insert=insert, angle_deg=angle_deg)
        row, column = (np.clip(((p + 1) / 2 * SHADE_CELLS).astype(int), 0, SHADE_CELLS - 1) for p in (v, u))
        grid = np.linspace(0.0, 1.0, 33)
        line = _kerma_through(beam.kv, beam.cu_mm, {"copper": grid})
        shade = shade * np.interp(copper[row, column], grid, line)
    return shade


@lru_cache(maxsize=256)
def _heel(side_mm: float, sid_mm: float, kv: float, cu_mm: float, anode_angle_deg: float) -> Vectors:
    """Heel along the field's rows without the detector's own inverse square and incidence."""
    seen = heel_factor(
        SHADE_CELLS,
        1,
        side_mm=side_mm,
        source_detector_mm=sid_mm,
        kv=kv,
        filter_cu_mm=cu_mm,
        anode_angle_deg=anode_angle_deg,
    )[:, 0].astype(np.float64)
    y = ((np.arange(SHADE_CELLS) + 0.5) / SHADE_CELLS - 0.5) * side_mm
    return seen * (1.0 + (y / sid_mm) ** 2) ** 1.5


def water_per_air(kv: float, cu_mm: float) -> float:
    """Dose to water over air kerma at the skin, for the entering spectrum, 1.

    **Model** ratio of mass energy absorption coefficients, weighted by energy fluence. Water stands for skin.
    **Source** coefficients of Hubbell and Seltzer; Benmakhlouf et al. (2013) print 1.01 to 1.05 with the
    scattered part included. Held by ``tests/imaging/test_skin_dose.py``.
    """
    return _water_per_air(round(kv, 1), cu_mm)


@lru_cache(maxsize=1024)
def _water_per_air(kv: float, cu_mm: float) -> float:
    energy = energies_kev()
    flow = spectrum(kv, cu_mm) * energy
    return float(np.sum(flow * water_mu_en_rho(energy)) / np.sum(flow * air_mu_en_rho(energy)))


def through(kv: float, cu_mm: float, mass_g_cm2: Vectors) -> Vectors:
    """Air kerma behind carbon and pmma, shape (2, n) in g/cm², over that before them."""
    return _kerma_through(kv, cu_mm, {"carbon": mass_g_cm2[0], "pmma": mass_g_cm2[1]})


def _kerma_through(kv: float, cu_mm: float, mass_g_cm2: dict[str, Vectors]) -> Vectors:
    thickness: Vectors = np.zeros(1)
    for material, mass in mass_g_cm2.items():
        weight, mu = _groups(round(kv, 1), cu_mm, material)
        thickness = thickness + mu[:, None] * mass[None, :]
    out: Vectors = weight @ np.exp(-thickness)
    return out


@lru_cache(maxsize=1024)
def _groups(kv: float, cu_mm: float, material: str) -> tuple[Vectors, Vectors]:
    """Share of the air kerma in each group of energies, and the group's mean coefficient, cm²/g."""
    energy = energies_kev()
    kerma = spectrum(kv, cu_mm) * energy * air_mu_en_rho(energy)
    number = ((energy - energy[0]) / GROUP_KEV).astype(int)
    share = np.bincount(number, kerma)
    mean = np.bincount(number, kerma * mu_rho(material, energy)) / np.maximum(share, 1e-300)
    some = share > 1e-9 * share.sum()
    return share[some] / share.sum(), mean[some]
