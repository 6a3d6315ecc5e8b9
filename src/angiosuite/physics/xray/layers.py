"""Layers: whatever lies in the beam and gives each touched pixel its grams per square centimetre."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from angiosuite.physics.xray.geometry import BeamGeometry
from angiosuite.physics.xray.projector import Image, Quality, Shadow, Window, add_shadows, touched_window
from angiosuite.physics.xray.volume import PreparedVolume

#: The two channels of a body, by their names in the attenuation tables.
WATER, BONE = "water", "cortical-bone"


@dataclass(frozen=True, slots=True)
class Phase:
    """The moment of a picture, as far as bodies move with it.

    Attributes
    ----------
    breath_mm : float
        Excursion of the diaphragm from the end of expiration, mm, positive in inspiration.
    cardiac_phase : float
        Part of the heart's cycle since the R wave, 0 to 1.
    """

    breath_mm: float = 0.0
    cardiac_phase: float = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class LayerMass:
    """What a layer adds to a picture.

    Attributes
    ----------
    window : (row0, row1, column0, column1)
        The touched part of the detector.
    materials : tuple of str
        Names as in the attenuation tables.
    mass : ndarray, shape (materials, rows, columns) of the window, float32
        g/cm2 along the ray; negative where a layer takes away what it displaces.
    """

    window: Window
    materials: tuple[str, ...]
    mass: NDArray[np.float32]

    def add_to(self, images: dict[str, Image]) -> None:
        """Add to whole-detector images, one per material, which must all be there."""
        r0, r1, c0, c1 = self.window
        for name, part in zip(self.materials, self.mass, strict=True):
            images[name][r0:r1, c0:c1] += part

    def on_top_of(self, images: Mapping[str, Image]) -> dict[str, Image]:
        """New images with this layer added; those that it does not change are shared with `images`."""
        shape = next(iter(images.values())).shape
        fresh = {m: images[m].copy() if m in images else np.zeros(shape, np.float32) for m in self.materials}
        self.add_to(fresh)
        return {**images, **fresh}


class Layer(Protocol):
    """Anything that a beam meets: a still or moving part of the body, the table, a wire, contrast."""

    @property
    def name(self) -> str:
        """Short name, unique in a picture."""
        ...

    def mass(self, geometry: BeamGeometry, phase: Phase, quality: Quality = "full") -> LayerMass | None:
        """g/cm2 on the touched pixels, or None where the layer is not in the field."""
        ...


Motion = Callable[[float, float], NDArray[np.float64]]


@dataclass(frozen=True, slots=True, eq=False)
class VolumeLayer:
    """A voxel volume per material that moves as one.

    Attributes
    ----------
    name : str
    channels : mapping of material to PreparedVolume
    motion : callable, optional
        (breath_mm, cardiac_phase) to the affine ``world from rest``, shape (4, 4); still without it.
    beats : bool
        The motion depends on the heart's phase, so the layer is kept apart from the settled sum.

    Notes
    -----
    **Model** the beam is carried into the rest frame and path lengths are scaled back ray by ray, so that
    every affine motion (shift, turn, shear, similarity) is projected without resampling the volume.
    Held by ``tests/physics/xray/test_motion.py``.
    """

    name: str
    channels: Mapping[str, PreparedVolume]
    motion: Motion | None = None
    beats: bool = False

    def affine(self, phase: Phase) -> NDArray[np.float64] | None:
        """World from rest at a phase, or None for a still layer."""
        return None if self.motion is None else self.motion(phase.breath_mm, phase.cardiac_phase)

    def mass(self, geometry: BeamGeometry, phase: Phase, quality: Quality = "full") -> LayerMass | None:
        """g/cm2 of each channel on the touched pixels."""
        prepared = self.shadows(geometry, phase)
        if prepared is None:
            return None
        result, shadows = prepared
        add_shadows(geometry, shadows, quality)
        return result

    def shadows(self, geometry: BeamGeometry, phase: Phase) -> tuple[LayerMass, list[Shadow]] | None:
        """An empty result and the shadows that would fill it, for projection together with others."""
        affine = self.affine(phase)
        touched = [touched_window(v, geometry, None, affine) for v in self.channels.values()]
        where = union([w for w in touched if w is not None])
        if where is None:
            return None
        shape = (len(self.channels), where[1] - where[0], where[3] - where[2])
        result = LayerMass(where, tuple(self.channels), np.zeros(shape, np.float32))
        parts = zip(self.channels.values(), result.mass, touched, strict=True)
        return result, [
            Shadow(v, out, where, affine, window) for v, out, window in parts if window is not None
        ]


def union(windows: list[Window]) -> Window | None:
    """Smallest window that holds all of `windows`."""
    if not windows:
        return None
    r0, r1, c0, c1 = (list(side) for side in zip(*windows, strict=True))
    return min(r0), max(r1), min(c0), max(c1)
