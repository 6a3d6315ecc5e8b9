"""The struts of a stent as they lie: rings of zigzags on the lumen, joined by bridges, with end markers."""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise
from math import pi

import numpy as np
from numpy.typing import NDArray

from angiosuite.content.stent import Stent
from angiosuite.physics.xray.attenuation import density_g_cm3
from angiosuite.physics.xray.instrument_shadow import Drawn, Ring, Section

__all__ = ["marker_make", "markers_mm", "strut_make", "struts_mm", "with_packed"]

Floats = NDArray[np.float64]

MATERIALS = {"nitinol": "nitinol", "cobalt-chromium": "steel", "steel": "steel"}
"""What a stent's metal is drawn as: cobalt-chromium is a tenth denser than steel and alike else."""
DENSER = {"cobalt-chromium": 1.06}
MARKER_MM = 0.5
"""Radius of a marker's eye and half of its length along the stent (own estimate)."""


def struts_mm(middle_mm: Floats, width_mm: Floats, stent: Stent) -> Floats:
    """The way of the struts through all rings, mm, shape (n, 3): straight from point to point.

    Parameters
    ----------
    middle_mm : ndarray (m, 3)
        Middle line from end to end.
    width_mm : ndarray (m,)
        Diameter at each of its points.
    stent : Stent

    Notes
    -----
    **Model** as many rings as fit, each a zigzag of `crowns` round the lumen over four fifths of its length,
    a bridge from the end of each to the next; braids run as two helices that cross. No struts but the drawn
    ones: what a real stent has of bridges is one here. Held by ``tests/suite/treating/test_parts_alone.py``.
    """
    arc = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(middle_mm, axis=0), axis=1))])
    rings = max(round(float(arc[-1]) / stent.ring_mm), 1)
    length = float(arc[-1]) / rings
    found = []
    frame = _Frame(middle_mm, arc)
    for ring in range(rings):
        at = ring * length + 0.1 * length
        turns = np.arange(2 * stent.crowns + 1)
        along = np.asarray(at + 0.8 * length * (turns % 2), np.float64)
        angle = np.asarray(pi * turns / stent.crowns, np.float64)
        radius = np.asarray(0.5 * np.interp(along, arc, width_mm), np.float64)
        found.append(frame.around(along, radius, angle))
    return np.concatenate(found)


def markers_mm(middle_mm: Floats, width_mm: Floats, stent: Stent) -> list[Floats]:
    """The markers of both ends: short pieces on the lumen, each (2, 3)."""
    if not stent.markers:
        return []
    arc = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(middle_mm, axis=0), axis=1))])
    frame, found = _Frame(middle_mm, arc), []
    for end in (0.0, float(arc[-1])):
        for k in range(stent.markers):
            along = np.clip(np.array([end - MARKER_MM, end + MARKER_MM]), 0.0, arc[-1])
            angle = np.full(2, 2.0 * pi * k / stent.markers)
            found.append(frame.around(along, 0.5 * np.interp(along, arc, width_mm), angle))
    return found


class _Frame:
    """Points about a middle line, without twist."""

    def __init__(self, middle_mm: Floats, arc: Floats) -> None:
        self._middle, self._arc = middle_mm, arc
        tangent = np.gradient(middle_mm, np.maximum(arc, np.arange(len(arc)) * 1e-9), axis=0)
        tangent /= np.maximum(np.linalg.norm(tangent, axis=1), 1e-12)[:, None]
        side = np.cross(tangent[0], (1.0, 0.0, 0.0) if abs(tangent[0][0]) < 0.9 else (0.0, 1.0, 0.0))
        one = np.empty_like(middle_mm)
        for k, way in enumerate(tangent):
            side = side - (side @ way) * way
            side = side / np.linalg.norm(side)
            one[k] = side
        self._one, self._two = one, np.cross(tangent, one)

    def around(self, along: Floats, radius_mm: Floats, angle: Floats) -> Floats:
        """Points so far along, so far from the middle, at an angle round it."""

        def at(values: Floats) -> Floats:
            return np.stack([np.interp(along, self._arc, values[:, c]) for c in range(3)], axis=1)

        side = np.cos(angle)[:, None] * at(self._one) + np.sin(angle)[:, None] * at(self._two)
        return np.asarray(at(self._middle) + radius_mm[:, None] * side)


@lru_cache(maxsize=64)
def strut_make(material: str, strut_mm: float) -> Drawn:
    """A strut: a round wire of its metal."""
    name = MATERIALS[material]
    g_cm3 = density_g_cm3(name) * DENSER.get(material, 1.0)
    return Drawn((Section(1e5, (Ring(0.5 * strut_mm, 0.0, ((name, g_cm3),)),)),))


@lru_cache(maxsize=8)
def marker_make() -> Drawn:
    """A marker: tantalum or gold, drawn as platinum of half the width."""
    return Drawn((Section(1e5, (Ring(0.25, 0.0, (("platinum", 0.8 * density_g_cm3("platinum")),)),)),))


def with_packed(base: Drawn, stent: Stent, length_mm: float, outer_mm: float, share: float) -> Drawn:
    """A delivery catheter with its stent in it: a sleeve of its metal, one strut thick.

    Parameters
    ----------
    base : Drawn
    stent : Stent
    length_mm : float
        What of it is still packed, from its proximal end.
    outer_mm : float
        Diameter of the sleeve.
    share : float
        Of the sleeve that its metal fills.
    """
    end = stent.from_tip_mm + stent.packed_length_mm
    begin = end - length_mm
    name = MATERIALS[stent.material]
    metal = ((name, share * density_g_cm3(name)),)
    outer = 0.5 * outer_mm
    borders = sorted({begin, end, *(section.to_mm for section in base.sections)})
    made: list[Section] = []
    for low, high in pairwise([0.0, *(mm for mm in borders if mm > 0.0)]):
        middle = 0.5 * (low + high)
        section = next((s for s in base.sections if middle < s.to_mm), base.sections[-1])
        rings = section.rings
        if begin <= middle < end:
            wide = max(outer, section.outer_mm)
            rings = (Ring(wide, wide - stent.strut_mm, metal), *rings)
        made.append(Section(high, rings, section.bore_mm))
    return Drawn(tuple(made))
