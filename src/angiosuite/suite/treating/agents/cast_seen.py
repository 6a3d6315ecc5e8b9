"""Casts of glue as pictures show them: iodised oil that stays in the vessel."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from angiosuite.anatomy.vessels.graph import VesselGraph
from angiosuite.physics.xray.instrument_shadow import Drawn, Ring, Section
from angiosuite.suite.circulation.cast import GRID_MM, Cast
from angiosuite.suite.instruments.seen import ToolSeen

__all__ = ["casts_seen"]

LEAST_SHARE = 0.05
WALL_MM = 0.02
_SKIN = (("polyamide", 1.1),)
"""What holds the oil together in the picture: a skin too thin to be seen."""


def casts_seen(graph: VesselGraph, casts: Iterable[Cast], iodine_g_cm3: float) -> list[ToolSeen]:
    """Each stretch that is filled, as thick as it is filled, where the vessel lies at rest."""
    return [one for cast in casts for one in _stretches(graph, cast, iodine_g_cm3)]


def _stretches(graph: VesselGraph, cast: Cast, iodine_g_cm3: float) -> list[ToolSeen]:
    vessel, filled = graph.vessels[cast.vessel], cast.filled_share
    held = np.flatnonzero(filled >= LEAST_SHARE)
    found = []
    for run in np.split(held, np.flatnonzero(np.diff(held) > 1) + 1):
        if not run.size:
            continue
        places = np.arange(run[0], run[-1] + 2) * GRID_MM
        places = np.minimum(places, float(vessel.arc_mm[-1]))
        if places[-1] <= places[0]:
            continue
        points = np.stack(
            [np.interp(places, vessel.arc_mm, vessel.points_mm[:, k]) for k in range(3)], axis=1
        )
        radius = float(np.interp(places.mean(), vessel.arc_mm, vessel.radius_mm))
        outer = max(radius * float(np.sqrt(filled[run].mean())), 2.0 * WALL_MM)
        section = Section(1e5, (Ring(outer, outer - WALL_MM, _SKIN),), outer - WALL_MM)
        found.append(ToolSeen(points, Drawn((section,)), iodine_g_cm3))
    return found
