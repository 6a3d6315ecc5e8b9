"""What collimator blades and wedge filters let through, as images."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import erf

from angiosuite.physics.xray.attenuation import density_g_cm3
from angiosuite.physics.xray.beam import Beam

Image = NDArray[np.float32]

BLADE_TRANSMISSION = 1e-3
"""Leakage of 2 mm of lead and the tube's housing, fraction of the beam."""
WEDGE_COPPER_MM = 1.0
"""Copper that a wedge filter equals at its thick part, mm."""
WEDGE_RAMP_MM = 40.0
"""Width at the detector over which a wedge rises to its full thickness, mm."""


def blade_opening(
    size: int,
    *,
    left: float,
    right: float,
    top: float,
    bottom: float,
    penumbra_pixels: float,
) -> Image:
    """Share of the focal spot that each pixel sees past four blades, float32 (size, size).

    Parameters
    ----------
    size : int
        Rows and columns.
    left, right, top, bottom : float
        Blades as fractions of the half field: 1 fully open, 0 at the central ray.
    penumbra_pixels : float
        Full width of the penumbra at the detector, pixels (see :func:`penumbra_mm`).

        **Model**: blade edges blurred by the focal spot, an error function a quarter as wide
        as the penumbra.
    """
    place = np.arange(size) + 0.5 - size / 2
    half = size / 2
    width = max(penumbra_pixels / 4.0, 0.25) * np.sqrt(2.0)

    def across(low: float, high: float) -> NDArray[np.float64]:
        rise = np.ones(size) if low >= 1.0 else 0.5 * (1 + erf((place + half * low) / width))
        fall = np.ones(size) if high >= 1.0 else 0.5 * (1 - erf((place - half * high) / width))
        return rise * fall

    return (across(top, bottom)[:, None] * across(left, right)[None, :]).astype(np.float32)


def penumbra_mm(focal_spot_mm: float, source_detector_mm: float, source_blade_mm: float = 300.0) -> float:
    """Width of a blade's penumbra at the detector, mm: focal spot × (SID - SBD)/SBD."""
    return focal_spot_mm * (source_detector_mm - source_blade_mm) / source_blade_mm


def through_blades(opening: Image) -> Image:
    """Transmission of the blades for the beam: opening and a thousandth of leakage."""
    return (BLADE_TRANSMISSION + (1.0 - BLADE_TRANSMISSION) * opening).astype(np.float32)


def wedge_copper_g_cm2(size: int, side_mm: float, *, side: str, insert: float, angle_deg: float) -> Image:
    """Copper of one wedge filter over the field, g/cm², float32 (size, size).

    Parameters
    ----------
    size : int
        Rows and columns.
    side_mm : float
        Side of the field at the detector, mm.
    side : {"left", "right", "top", "bottom"}
        Edge that the wedge comes from.
    insert : float
        How far its tip reaches into the field, fraction of the side.
    angle_deg : float
        Turn of its edge, degrees.
    """
    place = (np.arange(size) + 0.5 - size / 2) / size * side_mm
    inward = {"left": (1.0, 0.0), "right": (-1.0, 0.0), "top": (0.0, 1.0), "bottom": (0.0, -1.0)}[side]
    turn = np.radians(angle_deg)
    dx = inward[0] * np.cos(turn) - inward[1] * np.sin(turn)
    dy = inward[0] * np.sin(turn) + inward[1] * np.cos(turn)
    depth = place[None, :] * dx + place[:, None] * dy
    tip = -side_mm / 2 + insert * side_mm
    rise = np.clip((tip - depth) / WEDGE_RAMP_MM, 0.0, 1.0)
    full = WEDGE_COPPER_MM / 10.0 * density_g_cm3("copper")
    return (full * rise).astype(np.float32)


def through_copper(copper_g_cm2: Image, beam: Beam, water_cm: float = 15.0) -> Image:
    """Transmission of a wedge for the detector's signal behind hardening water, float32.

    Exact when the copper is added to the paths as a layer; this is the cheap way, one factor a pixel.
    """
    weight = beam.weights * np.exp(-beam.mu_rho("water") * water_cm)
    grid = np.linspace(0.0, max(float(copper_g_cm2.max()), 1e-6), 33)
    line = np.exp(-grid[:, None] * beam.mu_rho("copper")) @ weight / weight.sum()
    return np.interp(copper_g_cm2, grid, line).astype(np.float32)
