"""What an instrument is to a wall: how thick, how bent at rest, how tight it may be bent."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from angiosuite.content.catheter import Catheter
from angiosuite.content.device import DeviceItem
from angiosuite.content.dilator import Dilator
from angiosuite.content.guide_wire import GuideWire
from angiosuite.content.shaft import Bend
from angiosuite.content.sheath import Sheath

__all__ = ["Traits", "traits_of"]

Floats = NDArray[np.float64]
CORNER_MM = 2.0
"""Over which the curvature of one piece goes over into that of the next."""


@dataclass(frozen=True, slots=True, eq=False)
class Traits:
    """One device at a wall.

    Parameters
    ----------
    title : str
    diameter_mm : float
    kink_radius_mm : float or None
        None of what cannot kink.
    ends_mm, bent_per_mm : ndarray, shape (k,)
        Distance from the tip at which each piece of its rest shape ends, and that piece's curvature.
    """

    title: str
    diameter_mm: float
    kink_radius_mm: float | None
    ends_mm: Floats
    bent_per_mm: Floats

    @property
    def shaped_mm(self) -> float:
        """Length of what is bent at rest, from the tip, mm."""
        return float(self.ends_mm[-1]) if len(self.ends_mm) else 0.0

    def bent_at(self, from_tip_mm: Floats) -> Floats:
        """Curvature at rest, 1/mm: the larger of what lies within 2 mm."""
        if not len(self.ends_mm):
            return np.zeros(len(from_tip_mm))
        curve = np.append(self.bent_per_mm, 0.0)
        near = [
            curve[np.searchsorted(self.ends_mm, from_tip_mm + mm, "left")]
            for mm in (-CORNER_MM, 0.0, CORNER_MM)
        ]
        return np.maximum.reduce(near)


def traits_of(device: DeviceItem) -> Traits:
    """What a device is to a wall; a thing that is not led is a stick of 1 mm."""
    part = device.part
    diameter, kink = 1.0, None
    bends: tuple[Bend, ...] = ()
    if isinstance(part, GuideWire):
        diameter, bends = part.diameter_mm, part.rest_shape
    elif isinstance(part, Catheter | Sheath):
        diameter, kink, bends = part.outer_mm, part.shaft.kink_radius_mm, part.rest_shape
    elif isinstance(part, Dilator):
        diameter, kink = part.outer_mm, None if part.shaft is None else part.shaft.kink_radius_mm
    ends = np.cumsum([bend.length_mm for bend in bends]) if bends else np.zeros(0)
    bent = np.array([0.0 if bend.radius_mm is None else 1.0 / bend.radius_mm for bend in bends])
    return Traits(device.title, diameter, kink, ends, bent)
