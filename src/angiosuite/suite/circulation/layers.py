"""Blood as layers of a picture: what the projector adds to a body for iodine in lumens and tissue."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
from numpy.typing import NDArray

from angiosuite.anatomy.body import Body
from angiosuite.anatomy.vessels.graph import VesselGraph
from angiosuite.physics.xray.blush import Blush
from angiosuite.physics.xray.catheter_shadow import CatheterShadow
from angiosuite.physics.xray.geometry import BeamGeometry
from angiosuite.physics.xray.layers import WATER, LayerMass, Phase
from angiosuite.physics.xray.lumen_projector import LumenProjector
from angiosuite.suite.phantom import motion_of

from .catheter_seen import CatheterSeen
from .chambers import HeartChambers
from .floors import FloorProjector
from .lumens import Lumens
from .seen import BloodSeen

__all__ = ["BloodLayers", "Part"]

Part = Callable[[], tuple[LayerMass, ...]]

MOST_RAYS, GAS_RAYS = 34, 8
COARSE_MM, COARSE_PHASES = 4.0, 4
"""Steps of breath, mm, and of the heart's cycle in which the coarse picture takes what moves."""
BLOOD_G_CM3 = 1.06
FOLLOWED = ("still", "ribs", "abdomen", "kidneys", "heart")
"""Layers that vessels and beds move with."""


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
    with_twigs : bool
        Whether what is finer than vessels is drawn. The picture that exposure control measures goes without,
        and without the catheter, and takes breath and heart in steps.
    chambers : HeartChambers or None
        Of the body's heart.
    """

    def __init__(
        self,
        graph: VesselGraph,
        lumens: Lumens,
        body: Body,
        most_rays: int = MOST_RAYS,
        with_twigs: bool = True,
        chambers: HeartChambers | None = None,
    ) -> None:
        self._is_coarse = not with_twigs
        self._lumens = lumens
        self._floors = FloorProjector(lumens.floors, most_rays) if with_twigs else None
        self._chambers = chambers
        self._drawn = lumens.lumens if with_twigs else lumens.lumens[: len(lumens.vessels)]
        self._nodes = sum(len(one.nodes_mm) for one in self._drawn)
        self._gas_projector: LumenProjector | None = None
        self._projector = LumenProjector(self._drawn, most_rays) if self._drawn else None
        self._motions = {name: motion_of(name, body) for name in FOLLOWED}
        self._shadow: CatheterShadow | None = None
        self._blush: Blush | None = None
        if graph.territory is not None:
            land = graph.territory
            self._blush = Blush(
                land.number,
                land.origin_mm,
                land.spacing_mm,
                [self._motions[graph.beds[bed].follows] for bed in land.beds],
            )

    def masses(self, geometry: BeamGeometry, phase: Phase, seen: BloodSeen) -> tuple[LayerMass, ...]:
        """What is added to a picture: iodine in lumens and in tissue, g/cm2."""
        return tuple(mass for part in self.parts(geometry, phase, seen) for mass in part())

    def parts(self, geometry: BeamGeometry, phase: Phase, seen: BloodSeen) -> tuple[Part, ...]:
        """The same in parts that can be reckoned at the same time, the longest first."""
        if self._is_coarse:
            breath_mm = COARSE_MM * round(phase.breath_mm / COARSE_MM)
            phase = Phase(breath_mm, round(COARSE_PHASES * phase.cardiac_phase) / COARSE_PHASES % 1.0)
        return *self._in_lumens(geometry, phase, seen), lambda: self._beside_lumens(geometry, phase, seen)

    def _in_lumens(self, geometry: BeamGeometry, phase: Phase, seen: BloodSeen) -> tuple[Part, ...]:
        held = seen.lumens_g_cm3 if self._floors is None else self._lumens.floors.mixed_g_cm3(seen)
        iodine = held[: self._nodes]
        if self._projector is None or not iodine.any():
            return ()

        def layers(part: Callable[[], LayerMass | None]) -> tuple[LayerMass, ...]:
            mass = part()
            return () if mass is None else (mass,)

        found = self._projector.parts(geometry, phase, iodine.astype(np.float64))
        return tuple(partial(layers, part) for part in found)

    def _beside_lumens(self, geometry: BeamGeometry, phase: Phase, seen: BloodSeen) -> tuple[LayerMass, ...]:
        """What has sunk, what chambers and tissue hold, what gas displaces, and the catheter."""
        found: list[LayerMass | None] = []
        if self._floors is not None:
            found.append(self._floors.mass(geometry, phase, seen))
        if self._chambers is not None and seen.chambers is not None:
            found.append(self._chambers.mass(geometry, phase, seen.chambers))
        if self._blush is not None and seen.beds_g_cm3.any():
            found.append(self._blush.mass(geometry, phase, seen.beds_g_cm3.astype(np.float64)))
        if seen.gas_share is not None and self._projector is not None:
            found.append(self._gap(geometry, phase, seen.gas_share))
        if seen.catheter is not None and not self._is_coarse:
            found.append(self._shadow_of(seen.catheter, geometry, phase))
        return tuple(mass for mass in found if mass is not None)

    def _gap(self, geometry: BeamGeometry, phase: Phase, share: NDArray[np.float32]) -> LayerMass | None:
        """Blood that gas takes the place of."""
        if self._gas_projector is None:
            self._gas_projector = LumenProjector(self._drawn, GAS_RAYS)
        mass = self._gas_projector.mass(
            geometry, phase, BLOOD_G_CM3 * share[: self._nodes].astype(np.float64)
        )
        return None if mass is None else LayerMass(mass.window, (WATER,), -mass.mass)

    def _shadow_of(self, catheter: CatheterSeen, geometry: BeamGeometry, phase: Phase) -> LayerMass | None:
        radii = catheter.outer_mm, catheter.inner_mm
        if self._shadow is None or (self._shadow.outer_mm, self._shadow.inner_mm) != radii:
            self._shadow = CatheterShadow(*radii)
        return self._shadow.mass(geometry, catheter.at(self._motions, phase), catheter.iodine_g_cm3)
