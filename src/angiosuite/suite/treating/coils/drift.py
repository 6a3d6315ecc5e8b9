"""Where the blood carries a coil or plug that does not hold."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from angiosuite.anatomy.vessels.graph import VesselGraph

__all__ = ["drifted", "wound_up"]

Floats = NDArray[np.float64]
STEP_MM, MOST_STEPS = 2.0, 3000
_CURLED, _TURNS_APART = 0.8, 1.6
"""A loose coil passes a lumen of this share of its loops; how far apart turns lie then, in winds."""


def drifted(
    graph: VesselGraph, flow_ml_s: Callable[[str, float], float], vessel: str, at_mm: float, width_mm: float,
    chance: Callable[[], float],
) -> tuple[str, float]:  # fmt: skip
    """Vessel and place, mm, where something so wide is stuck.

    Parameters
    ----------
    graph : VesselGraph
    flow_ml_s : callable
        Mean flow at a place of a vessel, with the blood's usual direction.
    vessel, at_mm : str, float
        Where it lay.
    width_mm : float
        Of its loops, or of a plug.
    chance : callable
        A number of 0 to 1 for each fork.

    Notes
    -----
    **Model** with the blood along its vessel; into a branch with the chance of its share of the flow before
    it; until the lumen is narrower than 0.8 of its width, or the vessel ends (draft). Veins lead into what
    they open into. **Source** as for emboli (`emboli`). **Valid for** a coil that curls up as it goes.
    Held by ``tests/suite/treating/coils/test_drift.py``.
    """
    for _ in range(MOST_STEPS):
        line = graph.vessels[vessel]
        _, radius = line.at(at_mm)
        if 2.0 * radius <= _CURLED * width_mm:
            break
        onwards = line.away == (flow_ml_s(vessel, at_mm) >= 0.0)
        ahead = at_mm + (STEP_MM if onwards else -STEP_MM)
        if not onwards and ahead <= 0.0:
            if line.parent is None:
                return vessel, 0.0
            vessel, at_mm = line.parent.vessel, line.parent.at_mm
            continue
        if onwards:
            here = max(abs(flow_ml_s(vessel, at_mm)), 1e-9)
            for child in graph.children(vessel):
                assert child.parent is not None
                passed = child.system == line.system and at_mm < child.parent.at_mm <= ahead
                if passed and chance() < max(flow_ml_s(child.id, 0.0), 0.0) / here:
                    vessel, ahead = child.id, 0.0
                    break
            if ahead >= graph.vessels[vessel].length_mm:
                return vessel, graph.vessels[vessel].length_mm
        at_mm = ahead
    return vessel, at_mm


def wound_up(graph: VesselGraph, vessel: str, at_mm: float, loop_mm: float, wind_mm: float, h: float,
             count: int) -> Floats:  # fmt: skip
    """Nodes of a coil that is stuck at a place, (n, 3): turns as wide as the vessel lets it."""
    line = graph.vessels[vessel]
    _, wide = line.at(at_mm)
    radius = max(min(0.5 * loop_mm, wide) - 0.5 * wind_mm, 0.3 * wind_mm)
    rise = _TURNS_APART * wind_mm
    around = max(2.0 * np.pi * radius, 2.0 * h)
    angle = 2.0 * np.pi * h * np.arange(count) / np.hypot(around, rise)
    at = at_mm - rise * angle / (2.0 * np.pi)
    if not line.away:
        at = at_mm + rise * angle / (2.0 * np.pi)
    at = np.clip(at, 0.0, line.length_mm)
    arc = line.arc_mm
    middle = np.stack([np.interp(at, arc, line.points_mm[:, c]) for c in range(3)], axis=1)
    way = line.points_mm[-1] - line.points_mm[0]
    near = np.stack([np.interp(np.clip(at_mm + s, 0.0, line.length_mm), arc, line.points_mm[:, c])
                     for s in (-3.0, 3.0) for c in range(3)]).reshape(2, 3)  # fmt: skip
    if np.linalg.norm(near[1] - near[0]) > 1e-6:
        way = near[1] - near[0]
    way = way / np.linalg.norm(way)
    least = np.zeros(3)
    least[int(np.argmin(np.abs(way)))] = 1.0
    u = least - (least @ way) * way
    u /= np.linalg.norm(u)
    v = np.cross(way, u)
    return np.asarray(middle + radius * (np.cos(angle)[:, None] * u + np.sin(angle)[:, None] * v))
