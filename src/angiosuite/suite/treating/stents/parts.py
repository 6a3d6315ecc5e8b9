"""A stent of the content as the laws take it, and what it bears on at a place."""

from __future__ import annotations

from collections.abc import Sequence
from math import pi

import numpy as np
from numpy.typing import NDArray

from angiosuite.content.catheter import Catheter
from angiosuite.content.stent import Stent
from angiosuite.physics.treating.stent import StentForm, Wall
from angiosuite.suite.treating.plaques.plaques import Plaque

__all__ = ["form_of", "packed_metal_share", "shaft_stiffness_n", "walls_at"]

Floats = NDArray[np.float64]

HEALTHY_KPA = 60.0
"""Pressure that would make a healthy artery wider by its whole diameter: a tenth at 6 kPa (memory; draft)."""
YIELDED_KPA, UNYIELDED_KPA, CALCIFIED_KPA = 30.0, 150.0, 400.0
"""The same of a plaque that a balloon has split, of one that it has not, and more by its calcium (own)."""
SHAFT_N_MM2 = 400.0
"""Modulus of a delivery catheter's shaft along it (own estimate; draft)."""


def form_of(stent: Stent) -> StentForm:
    """The stent for the laws."""
    return StentForm(
        stent.opens, stent.diameter_mm, stent.most_mm, stent.length_mm, stent.packed_length_mm,
        stent.outward_kpa, stent.resists_kpa, stent.recoil, stent.build == "braided",
    )  # fmt: skip


def shaft_stiffness_n(part: Catheter) -> float:
    """What a shaft is pressed together with, E A, N."""
    return SHAFT_N_MM2 * pi / 4.0 * (part.outer_mm**2 - part.bore_mm**2)


def walls_at(healthy_mm: Floats, lumen_mm: Floats, at_mm: Floats, plaques: Sequence[Plaque]) -> list[Wall]:
    """What a stent bears on at places of one vessel.

    Parameters
    ----------
    healthy_mm, lumen_mm : ndarray (n,)
        Diameter without lesions, and the one that is there.
    at_mm : ndarray (n,)
    plaques : sequence of Plaque
        Of that vessel.

    Notes
    -----
    **Model** each place goes by itself to the lumen that is there, a plaque the harder the more calcium it
    has and the softer once a balloon has split it, by how much of its hump lies there. Held by
    ``tests/suite/treating/stents/test_stents.py``.
    """
    stiff = np.full(len(at_mm), HEALTHY_KPA)
    for one in plaques:
        inside = np.abs(at_mm - one.at_mm) < 0.5 * one.length_mm
        hard = YIELDED_KPA if one.has_yielded else UNYIELDED_KPA + CALCIFIED_KPA * one.calcium
        narrow = np.clip((healthy_mm - lumen_mm) / np.maximum(0.2 * healthy_mm, 1e-6), 0.0, 1.0)
        stiff = np.where(inside, stiff + (hard - stiff) * narrow, stiff)
    return [Wall(float(mm), float(kpa)) for mm, kpa in zip(lumen_mm, stiff, strict=True)]


def packed_metal_share(stent: Stent, outer_mm: float) -> float:
    """Share of a sleeve one strut thick, so wide, that a packed stent's metal fills."""
    strut_mm = np.hypot(0.8 * stent.ring_mm, pi * stent.diameter_mm / (2.0 * stent.crowns))
    metal_mm2 = 2.0 * stent.crowns * strut_mm * pi / 4.0 * stent.strut_mm**2 / stent.ring_mm
    sleeve_mm2 = pi * (outer_mm - stent.strut_mm) * stent.strut_mm
    return float(min(metal_mm2 / max(sleeve_mm2, 1e-9), 1.0))
