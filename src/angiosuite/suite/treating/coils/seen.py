"""Coils and plugs as pictures show them: winds of metal in their true loops, a plug's mesh and markers."""

from __future__ import annotations

from math import pi

import numpy as np
from numpy.typing import NDArray

from angiosuite.content.coil import Coil
from angiosuite.content.plug import Plug
from angiosuite.physics.xray.attenuation import density_g_cm3
from angiosuite.physics.xray.instrument_shadow import Drawn, Ring, Section

__all__ = ["coil_make", "marker_make", "mesh_make", "plug_course"]

Floats = NDArray[np.float64]
WOUND_SHARE = 0.25 * pi
"""Of a wind's ring that its round wire fills."""
METALS = {"platinum": "platinum", "steel": "steel", "nickel-alloy": "steel"}
"""Nickel and its alloys attenuate as steel does, within some percent (draft)."""
MESH_MM, WIRES_A_LINE = 0.05, 18.0
"""Wire of a plug's mesh, and how many of its 144 (memory; draft) each of the 8 lines drawn stands for."""
MARKER_MM = 1.0


def coil_make(coil: Coil) -> Drawn:
    """The wind of a coil: a hollow ring of its metal."""
    metal = METALS[coil.material]
    outer = 0.5 * coil.wire_mm
    wound = ((metal, WOUND_SHARE * density_g_cm3(metal)),)
    return Drawn((Section(1e5, (Ring(outer, outer - coil.stock_mm, wound),), 0.0),))


def mesh_make(plug: Plug) -> Drawn:
    """One of the lines that stand for a plug's mesh."""
    radius = 0.5 * MESH_MM * WIRES_A_LINE**0.5
    return Drawn((Section(1e5, (Ring(radius, 0.0, (("nitinol", density_g_cm3("nitinol")),)),), 0.0),))


def marker_make() -> Drawn:
    """A platinum band at a plug's end."""
    return Drawn((Section(1e5, (Ring(0.4, 0.15, (("platinum", density_g_cm3("platinum")),)),), 0.0),))


def plug_course(line_mm: Floats, arc_mm: Floats, span_mm: tuple[float, float]) -> tuple[Floats, Floats]:
    """Points of a vessel's middle along a plug, 0.5 mm apart, (n, 3), and their arc lengths."""
    count = max(int((span_mm[1] - span_mm[0]) / 0.5), 6)
    at = np.linspace(span_mm[0], span_mm[1], count)
    return np.stack([np.interp(at, arc_mm, line_mm[:, c]) for c in range(3)], axis=1), at
