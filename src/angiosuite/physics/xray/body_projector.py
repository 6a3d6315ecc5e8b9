"""A whole body in the beam: what is where it was is not projected again."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import floor

import numpy as np

from angiosuite.physics.xray.geometry import BeamGeometry
from angiosuite.physics.xray.layers import BONE, WATER, LayerMass, Phase, VolumeLayer, union
from angiosuite.physics.xray.projector import Image, Quality, Shadow, add_shadows

#: Steps of the breath at which a body that is looked at from one place is kept, mm: less than a voxel.
STAGE_MM = 1.0
#: Steps of the heart's cycle likewise.
STAGES_A_BEAT = 20
#: What stages of the breath may take, bytes; those of a quiet breath at 512 x 512 take a third.
MOST_BYTES = 100_000_000


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
    stage_mm : float
        Steps of the breath at which a body that is looked at from one place is kept.

    Notes
    -----
    A layer is projected again only when the geometry, the quality or its own motion changed: a held breath
    with a beating heart costs one small layer a picture. Where the beam stands, a breathing body is a mean of
    its shadows at the round stages of breath on either side, and those are kept: from the second breath on it
    is not projected at all. A stage is less than a voxel, so that the mean of two is no softer than the
    voxels themselves. Which layers go into the settled sum, and in which order, depends on the layers alone
    and never on what happened before, so a picture has the same bytes after a restart. Held by
    ``tests/physics/xray/test_body_projector.py``.
    """

    def __init__(self, layers: Sequence[VolumeLayer], stage_mm: float = STAGE_MM) -> None:
        self.layers = tuple(layers)
        self.materials = tuple(dict.fromkeys([WATER, BONE, *(m for v in self.layers for m in v.channels)]))
        self._calm = tuple(v for v in self.layers if not v.beats)
        self._beating = tuple(v for v in self.layers if v.beats)
        self._stage_mm = stage_mm
        self._kept: dict[str, tuple[Hashable, LayerMass | None]] = {}
        self._settled: tuple[Hashable, dict[str, Image]] = (None, {})
        self._view: Hashable = None
        self._breaths: OrderedDict[int, tuple[Hashable, dict[str, Image]]] = OrderedDict()
        self._beats: dict[int, list[LayerMass | None]] = {}

    def split(
        self, geometry: BeamGeometry, phase: Phase, quality: Quality = "full", stands: bool = False
    ) -> BodyMass:
        """The body's shadow as a settled sum and what beats.

        Parameters
        ----------
        geometry : BeamGeometry
        phase : Phase
        quality : {"full", "draft", "exact"}
        stands : bool
            The beam stands where it stood: shadows between the stages of breath and beat will do.
        """
        if not stands:
            self._projected(geometry, phase, quality, self.layers)
            key, settled = self._settled_at(geometry, phase, quality)
            beating = self._projected(geometry, phase, quality, self._beating)
        else:
            if self._view != (geometry.key, quality):
                self._view = geometry.key, quality
                self._breaths.clear()
                self._beats.clear()
            key, settled = self._between_breaths(geometry, phase, quality)
            beating = self._between_beats(geometry, phase, quality)
        return BodyMass(key, settled, tuple(b for b in beating if b is not None))

    def mass(self, geometry: BeamGeometry, phase: Phase, quality: Quality = "full") -> dict[str, Image]:
        """g/cm2 of the whole body, one image per material."""
        return self.split(geometry, phase, quality).total()

    def forget(self) -> None:
        """Drop everything that is kept (the next picture projects all layers)."""
        self._kept.clear()
        self._settled, self._view = (None, {}), None

    def _between_breaths(
        self, geometry: BeamGeometry, phase: Phase, quality: Quality
    ) -> tuple[Hashable, dict[str, Image]]:
        """The settled sum as the mean of those at the stages of breath on either side."""
        stage = floor(phase.breath_mm / self._stage_mm)
        share = phase.breath_mm / self._stage_mm - stage
        key, below = self._stage(geometry, phase, quality, stage)
        if share == 0.0:
            return key, below
        other, above = self._stage(geometry, phase, quality, stage + 1)
        if other == key:
            return key, below
        between = (key, other, share)
        if self._settled[0] != between:
            self._settled = between, {m: _mean(below[m], above[m], share) for m in self.materials}
        return self._settled

    def _stage(
        self, geometry: BeamGeometry, phase: Phase, quality: Quality, stage: int
    ) -> tuple[Hashable, dict[str, Image]]:
        if stage not in self._breaths:
            at = replace(phase, breath_mm=stage * self._stage_mm)
            most = max(3, MOST_BYTES // (4 * len(self.materials) * geometry.rows * geometry.columns))
            while len(self._breaths) >= most:
                self._breaths.popitem(last=False)
            self._breaths[stage] = self._settled_at(geometry, at, quality)
        self._breaths.move_to_end(stage)
        return self._breaths[stage]

    def _between_beats(
        self, geometry: BeamGeometry, phase: Phase, quality: Quality
    ) -> list[LayerMass | None]:
        """What beats as the mean of how it stands at the stages of the beat on either side."""
        if not self._beating:
            return []
        place = phase.cardiac_phase % 1.0 * STAGES_A_BEAT
        stage = floor(place)
        sides = []
        for k in (stage % STAGES_A_BEAT, (stage + 1) % STAGES_A_BEAT):
            if k not in self._beats:
                at = replace(phase, cardiac_phase=k / STAGES_A_BEAT)
                self._beats[k] = self._projected(geometry, at, quality, self._beating)
            sides.append(self._beats[k])
        return [_layer_between(a, b, place - stage) for a, b in zip(*sides, strict=True)]

    def _settled_at(
        self, geometry: BeamGeometry, phase: Phase, quality: Quality
    ) -> tuple[Hashable, dict[str, Image]]:
        """The sum of what does not beat, and a key that is equal for equal sums."""
        key = tuple(_key(layer, geometry, phase, quality) for layer in self._calm)
        if key != self._settled[0]:
            images = {m: np.zeros((geometry.rows, geometry.columns), np.float32) for m in self.materials}
            for result in self._projected(geometry, phase, quality, self._calm):
                if result is not None:
                    result.add_to(images)
            self._settled = key, images
        return self._settled

    def _projected(
        self, geometry: BeamGeometry, phase: Phase, quality: Quality, layers: Sequence[VolumeLayer]
    ) -> list[LayerMass | None]:
        """The shadow of each layer; those that are where they were are not projected again."""
        shadows: list[Shadow] = []
        for layer in layers:
            key = _key(layer, geometry, phase, quality)
            if layer.name in self._kept and self._kept[layer.name][0] == key:
                continue
            prepared = layer.shadows(geometry, phase)
            self._kept[layer.name] = (key, None if prepared is None else prepared[0])
            if prepared is not None:
                shadows += prepared[1]
        if shadows:
            add_shadows(geometry, shadows, quality)
        return [self._kept[layer.name][1] for layer in layers]


def _key(layer: VolumeLayer, geometry: BeamGeometry, phase: Phase, quality: Quality) -> Hashable:
    affine = layer.affine(phase)
    return geometry.key, quality, b"" if affine is None else affine.tobytes()


def _mean(first: Image, second: Image, share: float) -> Image:
    """The two, the second with its share."""
    mean = second - first
    mean *= np.float32(share)
    mean += first
    return mean


def _layer_between(first: LayerMass | None, second: LayerMass | None, share: float) -> LayerMass | None:
    """The mean of two layers of the same materials, on the window that holds both."""
    if share == 0.0 or first is None or second is None:
        return second if first is None and share > 0.0 else first
    where = union([first.window, second.window])
    assert where is not None
    mass = np.zeros((len(first.materials), where[1] - where[0], where[3] - where[2]), np.float32)
    for layer, part in ((first, 1.0 - share), (second, share)):
        r0, r1, c0, c1 = layer.window
        mass[:, r0 - where[0] : r1 - where[0], c0 - where[2] : c1 - where[2]] += np.float32(part) * layer.mass
    return LayerMass(where, first.materials, mass)
