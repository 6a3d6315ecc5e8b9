"""Sheets that stand between a source of scatter and a point of the room: lead screens, skirts, the table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from angiosuite.physics.xray.attenuation import density_g_cm3, mu_rho
from angiosuite.physics.xray.monte_carlo_room import OUT_BINS, OUT_KEV

Vector = NDArray[np.float64]

_STEPS = 5
"""Energies looked at within a 5 keV bin: behind lead a bin's upper part passes alone."""


def lead_g_cm2(thickness_mm: float) -> float:
    """Mass of a sheet of lead, g/cm²."""
    return thickness_mm / 10.0 * density_g_cm3("lead")


@dataclass(frozen=True, slots=True, eq=False)
class Pane:
    """A flat rectangular sheet.

    Attributes
    ----------
    centre_mm : ndarray, shape (3,)
    across_mm, along_mm : ndarray, shape (3,)
        From the centre to the middle of two neighbouring edges; at right angles.
    material : {"lead", "carbon"}
    mass_g_cm2 : float
        Met head-on.
    """

    centre_mm: Vector
    across_mm: Vector
    along_mm: Vector
    material: str
    mass_g_cm2: float


def mass_between(
    panes: Sequence[Pane], sources_mm: Vector, points_mm: Vector
) -> dict[str, NDArray[np.float64]]:
    """Mass of each material on the straight lines from sources to points, g/cm².

    Parameters
    ----------
    panes : sequence of Pane
    sources_mm : ndarray, shape (m, 3)
    points_mm : ndarray, shape (n, 3)

    Returns
    -------
    dict of str to ndarray, shape (m, n)

        **Model**: a line that meets a sheet passes its mass over the cosine of the slope (at most 20 times);
        one that misses its edge passes nothing: no scatter round an edge. Held by
        ``tests/physics/xray/test_shields.py``.
    """
    shape = (len(sources_mm), len(points_mm))
    found: dict[str, NDArray[np.float64]] = {}
    line = points_mm[None, :, :] - sources_mm[:, None, :]
    long = np.maximum(np.linalg.norm(line, axis=-1), 1e-9)
    for pane in panes:
        a, b = np.linalg.norm(pane.across_mm), np.linalg.norm(pane.along_mm)
        across, along = pane.across_mm / a, pane.along_mm / b
        normal = np.cross(across, along)
        speed = line @ normal
        gap = (pane.centre_mm - sources_mm) @ normal
        with np.errstate(divide="ignore", invalid="ignore"):
            t = gap[:, None] / speed
        met = (t > 0.0) & (t < 1.0)
        t = np.where(met, t, 0.0)
        hit = sources_mm[:, None, :] + t[..., None] * line - pane.centre_mm
        met &= (np.abs(hit @ across) < a) & (np.abs(hit @ along) < b)
        slope = np.maximum(np.abs(speed) / long, 0.05)
        mass = np.where(met, pane.mass_g_cm2 / slope, 0.0)
        found[pane.material] = found.get(pane.material, np.zeros(shape)) + mass
    return found


@cache
def _weakening(material: str) -> NDArray[np.float64]:
    """cm²/g at the energies within each bin, shape (26, 5)."""
    energy = (np.arange(OUT_BINS)[:, None] + (np.arange(_STEPS) + 0.5) / _STEPS) * OUT_KEV
    return mu_rho(material, np.clip(energy, 5.0, 150.0))


def through(mass_g_cm2: dict[str, NDArray[np.float64]]) -> NDArray[np.float64]:
    """Share of air kerma that passes, per bin of photon energy; the masses' shape with 26 more.

    **Model**: Beer and Lambert, narrow beam, with the project's attenuation (``tables.npz``); fluorescence of
    lead (above 88 keV alone) and scatter in the sheet are left out. **Valid for**: to 2 mm of lead. Held by
    ``tests/physics/xray/test_shields.py``.
    """
    depth: NDArray[np.float64] | float = 0.0
    for material, mass in mass_g_cm2.items():
        depth = depth + np.asarray(mass)[..., None, None] * _weakening(material)
    passed: NDArray[np.float64] = np.exp(-np.minimum(depth, 700.0)).mean(axis=-1)
    return passed
