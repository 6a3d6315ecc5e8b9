"""The liver's sections: the planes of its three veins part what the branches of the portal vein feed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from angiosuite.anatomy.vessels.carrying import Carrier

__all__ = ["SECTIONS", "LiverSections"]

Floats = NDArray[np.float64]
#: Sections by number: what feeds them, seen from the right and behind to the left and in front.
SECTIONS = ("right-posterior", "right-anterior", "left-medial", "left-lateral")
#: Base x, y of the vena cava behind the liver, and of points on the planes of the right hepatic vein, of the
#: middle hepatic vein (to the gallbladder), and of the umbilical fissure.
CAVA, RIGHT_PLANE, MIDDLE_PLANE, FISSURE = (148.0, 176.0), (70.0, 178.0), (112.0, 134.0), (163.0, 128.0)


@dataclass(frozen=True, slots=True)
class LiverSections:
    """Upright planes through the vena cava.

    Notes
    -----
    **Model** sections after Couinaud: the right hepatic vein's plane parts posterior (6, 7) from anterior
    (5, 8), the middle one's (vena cava to gallbladder) right from left, the umbilical fissure medial (4) from
    lateral (2, 3). **Source** the reference body's labelled right hepatic vein, vena cava and gallbladder.
    **Valid for** the built-in bodies. Held by tests/anatomy/vessels/test_organs.py.

    Parameters
    ----------
    cava_mm : (2,)
        x and y of the vena cava, LPS mm.
    planes_mm : (3, 2)
        Directions (x, y) of the three planes from it.
    """

    cava_mm: Floats
    planes_mm: Floats

    @classmethod
    def of(cls, carrier: Carrier) -> LiverSections:
        """The sections of one patient."""
        base = np.array([[*p, 240.0] for p in (CAVA, RIGHT_PLANE, MIDDLE_PLANE, FISSURE)])
        world = carrier.world(base)[:, :2]
        return cls(world[0], world[1:] - world[0])

    def number(self, points_mm: Floats) -> NDArray[np.int64]:
        """Section of each point, 0 to 3 (see `SECTIONS`)."""
        off = points_mm[:, :2] - self.cava_mm
        # turning from behind on the right over the front to the left
        turn = np.arctan2(off[:, 0], -off[:, 1])
        edges = np.arctan2(self.planes_mm[:, 0], -self.planes_mm[:, 1])
        behind = (off[:, 1] > 0.0) & (off[:, 0] > 0.0)
        turn = np.where(behind, -np.pi, turn)
        return np.asarray((turn[:, None] > edges[None]).sum(1), np.int64)

    def is_right(self, points_mm: Floats) -> NDArray[np.bool_]:
        """Whether points lie right of the middle plane."""
        return np.asarray(self.number(points_mm) < 2)
