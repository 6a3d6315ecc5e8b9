"""What a balloon or a stent met: narrowings in its reach, how it lies against each, what each is like now."""

from __future__ import annotations

from typing import Any

import numpy as np

from angiosuite.suite.treating.site import Site

from .plaques import Plaque, Plaques

__all__ = ["along_mm", "lies_mm", "met_by"]


def along_mm(site: Site, vessel: str, at_mm: float) -> float | None:
    """Where along a tool a place of a vessel lies, mm behind its tip; None where the tool is not in it.

    Notes
    -----
    **Model** from the tool's nearest place in that vessel on, straight: a place that the tool does not reach
    lies before its first or behind its last one. Held by ``tests/suite/treating/plaques/test_met.py``.
    """
    here = np.flatnonzero(site.in_vessel(vessel))
    if not len(here):
        return None
    nearest = here[int(np.argmin(np.abs(site.at_mm[here] - at_mm)))]
    away = -1.0 if site.at_mm[here[-1]] < site.at_mm[here[0]] else 1.0
    return float(site.from_tip_mm[nearest] + away * (at_mm - site.at_mm[nearest]))


def met_by(site: Site, plaques: Plaques) -> list[dict[str, Any]]:
    """Narrowings that a tool's stretch touches, and how it lies against each.

    Returns
    -------
    list of dict
        Lesion, vessel, place, length and healthy diameter; `off_mm`, from its middle to the tool's;
        `beyond_mm`, how far the tool reaches beyond each of its ends, the end near the tip first, below 0
        where it falls short; `residual_percent`, what is lost of the diameter now; `yielded`.
    """
    half = 0.5 * float(np.mean(np.diff(site.from_tip_mm))) if len(site.vessels) > 1 else 0.5
    first, last = float(site.from_tip_mm[0]) - half, float(site.from_tip_mm[-1]) + half
    found = []
    for vessel, low, high in site.stretches():
        for plaque in plaques.at(vessel, low, high):
            middle = along_mm(site, vessel, plaque.at_mm)
            assert middle is not None
            ends = middle - 0.5 * plaque.length_mm, middle + 0.5 * plaque.length_mm
            found.append(
                {
                    **_told(plaque),
                    "off_mm": round(abs(middle - 0.5 * (first + last)), 1),
                    "beyond_mm": [round(ends[0] - first, 1), round(last - ends[1], 1)],
                }
            )
    return found


def _told(plaque: Plaque) -> dict[str, Any]:
    return {
        "lesion": plaque.lesion,
        "vessel": plaque.vessel,
        "at_mm": round(plaque.at_mm, 1),
        "length_mm": round(plaque.length_mm, 1),
        "healthy_mm": round(plaque.healthy_mm, 2),
        "residual_percent": round(100.0 * plaque.residual, 1),
        "yielded": plaque.has_yielded,
    }


def lies_mm(site: Site) -> dict[str, float]:
    """How much of a tool lies in each vessel, mm; what lies outside all under an empty name."""
    cell = float(np.mean(np.diff(site.from_tip_mm))) if len(site.vessels) > 1 else 1.0
    names = dict.fromkeys(site.vessels)
    return {name: round(cell * sum(one == name for one in site.vessels), 1) for name in names}
