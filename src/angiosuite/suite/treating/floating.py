"""Where the blood carries something that does not hold in its vessel: to where it no longer fits."""

from __future__ import annotations

import numpy as np

from angiosuite.anatomy.vessels.graph import VesselGraph

from .site import Site

__all__ = ["floated"]

STEP_MM = 2.0


def floated(graph: VesselGraph, site: Site, width_mm: float, onwards: bool) -> Site:
    """The places of something so wide once the blood has carried it on.

    Parameters
    ----------
    graph : VesselGraph
    site : Site
        Where it lay.
    width_mm : float
    onwards : bool
        Whether the blood runs towards the last point of its vessel.

    Notes
    -----
    **Model** along its vessel with the blood, at a fork into the widest branch, until the lumen is no wider
    than it; against the way of the vessels (veins) to the beginning of their trunk. **Valid for** what goes
    the way of most of the blood. Held by ``tests/suite/treating/test_parts_alone.py``.
    """
    vessel, at_mm = site.middle
    if not vessel:
        return site
    half = 0.5 * (float(site.from_tip_mm[-1]) - float(site.from_tip_mm[0]))
    for _ in range(1000):
        line = graph.vessels[vessel]
        _, radius = line.at(at_mm)
        if 2.0 * radius <= width_mm:
            break
        at_mm += STEP_MM if onwards else -STEP_MM
        if onwards and at_mm > line.length_mm:
            branches = [
                b
                for b in graph.children(vessel)
                if b.parent is not None and b.parent.at_mm > 0.9 * line.length_mm
            ]
            if not branches:
                at_mm = line.length_mm
                break
            vessel, at_mm = max(branches, key=lambda b: float(b.radius_mm[0])).id, 0.0
        elif not onwards and at_mm < 0.0:
            if line.parent is None:
                at_mm = 0.0
                break
            vessel, at_mm = line.parent.vessel, line.parent.at_mm
    count, line = len(site.vessels), graph.vessels[vessel]
    low = min(max(at_mm - half, 0.0), max(line.length_mm - 2.0 * half, 0.0))
    at = np.linspace(low, min(low + 2.0 * half, line.length_mm), count)
    at = at[::-1].copy() if onwards else at
    rest = np.stack([np.interp(at, line.arc_mm, line.points_mm[:, c]) for c in range(3)], axis=1)
    return Site((vessel,) * count, at, site.from_tip_mm, np.full(count, np.inf), rest)
