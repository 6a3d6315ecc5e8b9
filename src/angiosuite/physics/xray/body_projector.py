"""A whole body in the beam: what is where it was is not projected again."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from angiosuite.physics.xray.geometry import BeamGeometry
from angiosuite.physics.xray.layers import BONE, WATER, LayerMass, Phase, VolumeLayer
from angiosuite.physics.xray.projector import Image, Quality, Shadow, add_shadows


@dataclass(frozen=True, slots=True, eq=False)
class BodyMass:
    """The body's shadow, cut into a settled sum and the layers that move with the heart.

    Attributes
    ----------
    key : hashable
        Equal for equal `settled` (geometry, quality, breath).
    settled : mapping of material to image
        g/cm2 of all layers that do not beat, whole detector. Shared with the cache: read only.
    beating : tuple of LayerMass
        The layers that beat.
    """

    key: Hashable
    settled: Mapping[str, Image]
    beating: tuple[LayerMass, ...]

    def total(self) -> dict[str, Image]:
        """g/cm2 of the whole body, one image per material, newly made."""
        images = {name: image.copy() for name, image in self.settled.items()}
        for layer in self.beating:
            layer.add_to(images)
        return images


class BodyProjector:
    """Projects the layers of a body and keeps what need not be projected again.

    Parameters
    ----------
    layers : sequence of VolumeLayer
        In a fixed order; sums follow it.

    Notes
    -----
    A layer is projected again only when the geometry, the quality or its own motion changed: a held breath
    with a beating heart costs one small layer a picture. Which layers go into the settled sum, and in which
    order, depends on the layers alone and never on what happened before, so a picture has the same bytes
    after a restart. Held by ``tests/physics/xray/test_body_projector.py``.
    """

    def __init__(self, layers: Sequence[VolumeLayer]) -> None:
        self.layers = tuple(layers)
        self.materials = tuple(dict.fromkeys([WATER, BONE, *(m for v in self.layers for m in v.channels)]))
        self._kept: dict[str, tuple[Hashable, LayerMass | None]] = {}
        self._settled_key: Hashable = None
        self._settled: dict[str, Image] = {}

    def split(self, geometry: BeamGeometry, phase: Phase, quality: Quality = "full") -> BodyMass:
        """The body's shadow as a settled sum and what beats."""
        keys: dict[str, Hashable] = {}
        for layer in self.layers:
            affine = layer.affine(phase)
            keys[layer.name] = (geometry.key, quality, b"" if affine is None else affine.tobytes())
        old = [v for v in self.layers if v.name not in self._kept or self._kept[v.name][0] != keys[v.name]]
        self._project(geometry, phase, quality, old, keys)
        calm = [v for v in self.layers if not v.beats]
        key = tuple(keys[v.name] for v in calm)
        if key != self._settled_key:
            images = {m: np.zeros((geometry.rows, geometry.columns), np.float32) for m in self.materials}
            for layer in calm:
                result = self._kept[layer.name][1]
                if result is not None:
                    result.add_to(images)
            self._settled, self._settled_key = images, key
        beating = (self._kept[v.name][1] for v in self.layers if v.beats)
        return BodyMass(key, self._settled, tuple(b for b in beating if b is not None))

    def mass(self, geometry: BeamGeometry, phase: Phase, quality: Quality = "full") -> dict[str, Image]:
        """g/cm2 of the whole body, one image per material."""
        return self.split(geometry, phase, quality).total()

    def forget(self) -> None:
        """Drop everything that is kept (the next picture projects all layers)."""
        self._kept.clear()
        self._settled_key, self._settled = None, {}

    def _project(
        self,
        geometry: BeamGeometry,
        phase: Phase,
        quality: Quality,
        layers: Sequence[VolumeLayer],
        keys: Mapping[str, Hashable],
    ) -> None:
        shadows: list[Shadow] = []
        for layer in layers:
            prepared = layer.shadows(geometry, phase)
            self._kept[layer.name] = (keys[layer.name], None if prepared is None else prepared[0])
            if prepared is not None:
                shadows += prepared[1]
        add_shadows(geometry, shadows, quality)
