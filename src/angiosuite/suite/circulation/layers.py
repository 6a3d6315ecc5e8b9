"""Blood as layers of a picture: what the projector adds to a body for iodine in lumens and tissue."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
from numpy.typing import NDArray

from angiosuite.anatomy.body import Body
from angiosuite.anatomy.vessels.graph import VesselGraph
from angiosuite.physics.xray.blush import Blush
from angiosuite.physics.xray.geometry import BeamGeometry
from angiosuite.physics.xray.instrument_shadow import InstrumentShadow
from angiosuite.physics.xray.layers import WATER, LayerMass, Phase
from angiosuite.physics.xray.lumen_projector import Lumen, LumenProjector
from angiosuite.physics.xray.pixel_mass import PixelMass
from angiosuite.physics.xray.twig_shadows import TwigShadows
from angiosuite.suite.phantom import motion_of

from .beside import Beside
from .chambers import HeartChambers
from .floors import FloorProjector
from .lumens import Lumens
from .seen import BloodSeen

__all__ = ["BloodLayers", "Mass", "Part"]

Floats = NDArray[np.float64]
Mass = LayerMass | PixelMass
Part = Callable[[], tuple[Mass, ...]]

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
    like : BloodLayers, optional
        Of the same blood, for another kind of picture: the volumes of its beds are used again.
    """

    def __init__(
        self,
        graph: VesselGraph,
        lumens: Lumens,
        body: Body,
        most_rays: int = MOST_RAYS,
        with_twigs: bool = True,
        chambers: HeartChambers | None = None,
        like: BloodLayers | None = None,
    ) -> None:
        self._is_coarse = not with_twigs
        self._lumens = lumens
        self._floors = FloorProjector(lumens.floors, most_rays) if with_twigs else None
        self._chambers = chambers
        firsts = np.concatenate([[0], np.cumsum([len(one.nodes_mm) for one in lumens.lumens])])
        vessels = len(lumens.vessels)
        begin = vessels + len(lumens.urine)
        end = begin + len(lumens.twigs)
        self._drawn, self._nodes = lumens.lumens[:vessels], np.arange(firsts[vessels])
        self._twigs: TwigShadows | None = None
        self._twig_nodes = firsts[begin:end]
        """A node of the twigs of each bed, which all hold the same."""
        if with_twigs:
            self._drawn = lumens.lumens[:begin] + lumens.lumens[end:]
            self._nodes = np.r_[0 : firsts[begin], firsts[end] : firsts[-1]]
            if lumens.twigs:
                self._twigs = TwigShadows(lumens.lumens[begin:end])
        self._gas_projector: LumenProjector | None = None
        self._beside: tuple[bytes, LumenProjector] | None = None
        self._width: tuple[Floats, Floats] | None = None
        self._projector = LumenProjector(self._drawn, most_rays) if self._drawn else None
        self._motions = {name: motion_of(name, body) for name in FOLLOWED}
        self._shadow = InstrumentShadow()
        self._blush: Blush | None = None
        if like is not None:
            self._blush = None if like._blush is None else like._blush.apart()
        elif graph.territory is not None:
            land = graph.territory
            self._blush = Blush(
                land.number,
                land.origin_mm,
                land.spacing_mm,
                [self._motions[graph.beds[bed].follows] for bed in land.beds],
            )

    def masses(self, geometry: BeamGeometry, phase: Phase, seen: BloodSeen) -> tuple[Mass, ...]:
        """What is added to a picture: iodine in lumens and in tissue, and the catheter, g/cm2."""
        return tuple(mass for part in self.parts(geometry, phase, seen) for mass in part())

    def parts(
        self,
        geometry: BeamGeometry,
        phase: Phase,
        seen: BloodSeen,
        stands: bool = False,
        aside_mm: Floats | None = None,
    ) -> tuple[Part, ...]:
        """The same in parts that can be reckoned at the same time, the longest first.

        With `stands` the beam stands where it stood: shadows of lumens are kept from stage to stage. With
        `aside_mm`, shape (vessel nodes, 3), instruments push the vessels so far aside, mm.
        """
        if seen.aside_mm is not None:
            aside_mm = seen.aside_mm if aside_mm is None else aside_mm + seen.aside_mm
        if self._is_coarse:
            breath_mm = COARSE_MM * round(phase.breath_mm / COARSE_MM)
            phase = Phase(breath_mm, round(COARSE_PHASES * phase.cardiac_phase) / COARSE_PHASES % 1.0)
        return (
            *self._in_lumens(geometry, phase, seen, stands, aside_mm),
            lambda: _given(self._in_twigs(geometry, phase, seen, stands)),
            lambda: _given(self._in_tissue(geometry, phase, seen)),
            lambda: _given(self._below(geometry, phase, seen, stands, aside_mm)),
            lambda: _given(self._outside(geometry, phase, seen.beside)),
            lambda: _given(self._shadow_of(geometry, phase, seen)),
            lambda: _given(self._gap(geometry, phase, seen), self._in_chambers(geometry, phase, seen)),
        )

    def _in_twigs(
        self, geometry: BeamGeometry, phase: Phase, seen: BloodSeen, stands: bool
    ) -> LayerMass | None:
        if self._twigs is None:
            return None
        iodine = seen.lumens_g_cm3[self._twig_nodes].astype(np.float64)
        return self._twigs.mass(geometry, phase, iodine, stands)

    def _in_lumens(
        self,
        geometry: BeamGeometry,
        phase: Phase,
        seen: BloodSeen,
        stands: bool,
        aside_mm: Floats | None,
    ) -> tuple[Part, ...]:
        held = seen.lumens_g_cm3 if self._floors is None else self._lumens.floors.mixed_g_cm3(seen)
        iodine = held[self._nodes]
        if self._projector is None or not iodine.any():
            return ()

        aside = None
        if aside_mm is not None and not self._is_coarse:
            aside = np.zeros((len(self._nodes), 3))
            aside[: len(aside_mm)] = aside_mm
        found = self._projector.parts(
            geometry, phase, iodine.astype(np.float64), stands, aside, self._widths(seen)
        )
        return tuple(partial(lambda part: _given(part()), part) for part in found)

    def _in_tissue(self, geometry: BeamGeometry, phase: Phase, seen: BloodSeen) -> LayerMass | None:
        if self._blush is None or not seen.beds_g_cm3.any():
            return None
        return self._blush.mass(geometry, phase, seen.beds_g_cm3.astype(np.float64))

    def _widths(self, seen: BloodSeen) -> Floats | None:
        """Share of its radius that each node has; the same array while harms are the same."""
        if seen.width is None:
            return None
        if self._width is None or self._width[0] is not seen.width:
            width = np.ones(len(self._nodes))
            width[: len(seen.width)] = seen.width
            self._width = seen.width, width
        return self._width[1]

    def _below(
        self,
        geometry: BeamGeometry,
        phase: Phase,
        seen: BloodSeen,
        stands: bool,
        aside_mm: Floats | None,
    ) -> LayerMass | None:
        """What has sunk."""
        return None if self._floors is None else self._floors.mass(geometry, phase, seen, stands, aside_mm)

    def _outside(self, geometry: BeamGeometry, phase: Phase, beside: tuple[Beside, ...]) -> LayerMass | None:
        """What has left its lumen."""
        if not beside or self._is_coarse:
            return None
        key = b"".join(one.shape for one in beside)
        if self._beside is None or self._beside[0] != key:
            lumens = [
                Lumen.along(
                    str(k), one.points_mm, one.radius_mm, one.share, self._motions.get(one.follows), -1
                )
                for k, one in enumerate(beside)
            ]
            self._beside = key, LumenProjector(lumens)
        held = np.concatenate([np.full(len(one.points_mm), one.iodine_g_cm3) for one in beside])
        return self._beside[1].mass(geometry, phase, held)

    def _in_chambers(self, geometry: BeamGeometry, phase: Phase, seen: BloodSeen) -> LayerMass | None:
        if self._chambers is None or seen.chambers is None:
            return None
        return self._chambers.mass(geometry, phase, seen.chambers)

    def _gap(self, geometry: BeamGeometry, phase: Phase, seen: BloodSeen) -> LayerMass | None:
        """Blood that gas takes the place of."""
        if seen.gas_share is None or not self._drawn:
            return None
        if self._gas_projector is None:
            self._gas_projector = LumenProjector(self._drawn, GAS_RAYS)
        blood = BLOOD_G_CM3 * seen.gas_share[self._nodes].astype(np.float64)
        mass = self._gas_projector.mass(geometry, phase, blood, width=self._widths(seen))
        return None if mass is None else LayerMass(mass.window, (WATER,), -mass.mass)

    def _shadow_of(self, geometry: BeamGeometry, phase: Phase, seen: BloodSeen) -> PixelMass | None:
        catheter = seen.catheter
        if catheter is None or self._is_coarse:
            return None
        return self._shadow.mass(geometry, [catheter.shown(self._motions, phase, seen.lumens_g_cm3)])


def _given(*layers: Mass | None) -> tuple[Mass, ...]:
    return tuple(layer for layer in layers if layer is not None)
