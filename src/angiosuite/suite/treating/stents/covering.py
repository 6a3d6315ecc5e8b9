"""Branches that a stent crosses, and what it leaves of their mouths."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from angiosuite.anatomy.vessels.graph import VesselGraph
from angiosuite.suite.treating.blocked import Blocked
from angiosuite.suite.treating.site import Site

__all__ = ["branches_under", "cover_of", "hangs_out"]

Floats = NDArray[np.float64]

CROSSED_SHARE = 0.95
"""What bare struts leave of a branch's mouth (own choice; draft): its flow hardly changes."""
MOUTH_MM = 4.0
"""How far into a branch its mouth is closed by a cover."""


LIES_ON = 0.85
"""Share of its vessel's width from which a stent lies over the mouths in that wall."""


def branches_under(graph: VesselGraph, site: Site, width_mm: Floats) -> list[str]:
    """Vessels whose mouths lie under a stent, but those that it runs in or stands off from."""
    stretches = {vessel: (low, high) for vessel, low, high in site.stretches()}
    found = []
    for one in graph.vessels.values():
        if one.parent is None or one.id in stretches or one.parent.vessel not in stretches:
            continue
        low, high = stretches[one.parent.vessel]
        if low <= one.parent.at_mm <= high:
            here = site.in_vessel(one.parent.vessel)
            nearest = int(np.argmin(np.abs(site.at_mm[here] - one.parent.at_mm)))
            _, radius = graph.vessels[one.parent.vessel].at(one.parent.at_mm)
            if float(width_mm[here][nearest]) > LIES_ON * 2.0 * radius:
                found.append(one.id)
    return found


def cover_of(graph: VesselGraph, branch: str, covered: bool, by: str) -> Blocked:
    """What a stent leaves of the mouth of a branch: nothing under a cover, nearly all under bare struts.

    Notes
    -----
    **Model** the branch's first millimetres beyond its parent's wall. **Valid for** covers that lie on the
    wall; a cover that stands off lets some through, which is left out. Held by
    ``tests/suite/treating/test_parts_alone.py``.
    """
    vessel = graph.vessels[branch]
    wide = 0.0
    if vessel.parent is not None:
        _, wide = graph.vessels[vessel.parent.vessel].at(vessel.parent.at_mm)
    last = min(wide + MOUTH_MM, vessel.length_mm)
    left = 0.0 if covered else CROSSED_SHARE
    return Blocked.along(branch, np.array([0.0, last]), np.array([left, left]), by)


def hangs_out(graph: VesselGraph, site: Site) -> NDArray[np.bool_]:
    """Which places of a stent hang into the vessel that its own one leaves: they can lie on no wall.

    Notes
    -----
    **Model** its own vessel is the one that its middle lies in. Held by
    ``tests/suite/treating/test_hangs_out.py``.
    """
    own = graph.vessels.get(site.middle[0])
    if own is None or own.parent is None:
        return np.zeros(len(site.vessels), np.bool_)
    return site.in_vessel(own.parent.vessel)
