"""A snare's loop as pictures show it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from angiosuite.physics.xray.attenuation import density_g_cm3
from angiosuite.physics.xray.instrument_shadow import Drawn, Ring, Section

__all__ = ["loop_drawn", "loop_points"]

Floats = NDArray[np.float64]

WIRE_MM, POINTS = 0.35, 25
"""Thickness of the loop's cable (memory; draft)."""


def loop_drawn() -> Drawn:
    """A cable that is seen: gold-plated tungsten over nitinol, as tungsten of its half (memory; draft)."""
    return Drawn(
        (Section(1e5, (Ring(0.25 * WIRE_MM, 0.0, (("tungsten", density_g_cm3("tungsten")),)),), 0.0),)
    )


def loop_points(tip_mm: Floats, way: Floats, middle_mm: Floats, loop_mm: float) -> Floats:
    """Points of shaft and loop about its middle, from a sheath's tip on, (n, 3), mm; one of 0 mm is shut."""
    least = np.zeros(3)
    least[int(np.argmin(np.abs(way)))] = 1.0
    u = least - (least @ way) * way
    u /= np.linalg.norm(u)
    v = np.cross(way, u)
    if loop_mm <= 0.0:
        return np.stack([tip_mm, 0.5 * (tip_mm + middle_mm), middle_mm])
    angle = np.linspace(0.0, 2.0 * np.pi, POINTS)
    ring = middle_mm + 0.5 * loop_mm * (np.cos(angle)[:, None] * u + np.sin(angle)[:, None] * v)
    return np.concatenate([tip_mm[None], ring])
