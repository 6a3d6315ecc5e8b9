"""A balloon catheter as X-rays see it while its balloon is up: thinned contrast around the shaft."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from angiosuite.physics.xray.instrument_shadow import Drawn, Ring, Section

__all__ = ["with_balloon"]

Floats = NDArray[np.float64]

MEDIUM_G_CM3 = 0.3
"""Iodine of the contrast that inflators are filled with: 300 mg/ml."""
WATER_G_CM3 = 1.0
THIN_MM = 0.02
SHOULDER_CELLS = 3


def with_balloon(base: Drawn, from_tip_mm: Floats, width_mm: Floats, contrast: float) -> Drawn:
    """The catheter with what fills its balloon.

    Parameters
    ----------
    base : Drawn
        Without it.
    from_tip_mm, width_mm : ndarray (n,)
        Places along the balloon, from its distal end on, and its diameter there.
    contrast : float
        Share of contrast in what fills it.

    Notes
    -----
    **Model** at each place a ring from the shaft to the balloon's skin, of contrast and water by share;
    beyond its ends it tapers over half of its width. The skin itself, some hundredths of a millimetre of
    polymer, is left out. Held by ``tests/suite/treating/test_parts_alone.py``.
    """
    if not len(width_mm):
        return base
    half = 0.5 * float(np.mean(np.diff(from_tip_mm))) if len(from_tip_mm) > 1 else 0.5
    edges = [max(float(from_tip_mm[0]) - half, 0.0), *(float(mm) + half for mm in from_tip_mm)]
    cells = [(a, b, float(w)) for (a, b), w in zip(pairwise(edges), width_mm, strict=True)]
    cells = [*_shoulder(edges[0], float(width_mm[0]), -1.0), *cells]
    cells += _shoulder(edges[-1], float(width_mm[-1]), 1.0)
    borders = sorted({round(e, 3) for a, b, _ in cells for e in (a, b)} | {s.to_mm for s in base.sections})
    content = (("iodine", contrast * MEDIUM_G_CM3), ("water", WATER_G_CM3)) if contrast > 0.0 else ()
    made: list[Section] = []
    for begin, end in pairwise([0.0, *(mm for mm in borders if mm > 0.0)]):
        middle = 0.5 * (begin + end)
        section = next((s for s in base.sections if middle < s.to_mm), base.sections[-1])
        width = next((w for a, b, w in cells if a <= middle < b), 0.0)
        rings = section.rings
        if 0.5 * width > section.outer_mm + THIN_MM:
            rings = (Ring(0.5 * width, section.outer_mm, content or (("water", 0.001),)), *rings)
        if made and made[-1].rings == rings and made[-1].bore_mm == section.bore_mm:
            made.pop()
        made.append(Section(end, rings, section.bore_mm))
    return Drawn(tuple(made))


def _shoulder(at_mm: float, width_mm: float, way: float) -> list[tuple[float, float, float]]:
    """Cells of a taper from an end of the balloon to its shaft."""
    step = 0.5 * width_mm / SHOULDER_CELLS
    found = []
    for k in range(SHOULDER_CELLS):
        a, b = at_mm + way * k * step, at_mm + way * (k + 1) * step
        low, high = max(min(a, b), 0.0), max(a, b, 0.0)
        if high > low:
            found.append((low, high, width_mm * (1.0 - (k + 0.5) / SHOULDER_CELLS)))
    return sorted(found)
