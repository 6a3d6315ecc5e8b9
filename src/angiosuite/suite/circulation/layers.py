"""Blood as layers of a picture: what the projector adds to a body for iodine in lumens and tissue."""

from __future__ import annotations

import numpy as np

from angiosuite.anatomy.body import Body
from angiosuite.anatomy.vessels.graph import VesselGraph
from angiosuite.physics.xray.blush import Blush
from angiosuite.physics.xray.geometry import BeamGeometry
from angiosuite.physics.xray.layers import LayerMass, Phase
from angiosuite.physics.xray.lumen_projector import LumenProjector
from angiosuite.suite.phantom import motion_of

from .looking import BloodSeen, Lumens

__all__ = ["BloodLayers"]

MOST_RAYS = 34


class BloodLayers:
    """Projects the contrast of one patient's blood, with its caches for one kind of picture.

    Parameters
    ----------
    graph : VesselGraph
    lumens : Lumens
    body : Body
        The layers that beds move with.
    most_rays : int
        Rays a pixel through lumens.
    """

    def __init__(self, graph: VesselGraph, lumens: Lumens, body: Body, most_rays: int = MOST_RAYS) -> None:
        self._projector = LumenProjector(lumens.lumens, most_rays) if lumens.lumens else None
        self._blush: Blush | None = None
        if graph.territory is not None:
            land = graph.territory
            motions = {name: motion_of(name, body) for name in {bed.follows for bed in graph.beds.values()}}
            self._blush = Blush(
                land.number,
                land.origin_mm,
                land.spacing_mm,
                [motions[graph.beds[bed].follows] for bed in land.beds],
            )

    def masses(self, geometry: BeamGeometry, phase: Phase, seen: BloodSeen) -> tuple[LayerMass, ...]:
        """What is added to a picture: iodine in lumens and in tissue, g/cm2."""
        found: list[LayerMass | None] = []
        if self._projector is not None and seen.lumens_g_cm3.any():
            found.append(self._projector.mass(geometry, phase, seen.lumens_g_cm3.astype(np.float64)))
        if self._blush is not None and seen.beds_g_cm3.any():
            found.append(self._blush.mass(geometry, phase, seen.beds_g_cm3.astype(np.float64)))
        return tuple(mass for mass in found if mass is not None)
