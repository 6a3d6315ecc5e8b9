"""What blades, heel and wedges leave of the beam, kept while nothing changes."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from angiosuite.imaging import collimator as blades_of
from angiosuite.physics.xray.beam import Beam
from angiosuite.physics.xray.heel import heel_factor

from .collimator import Blades, Wedge
from .pose import Pose

Image = NDArray[np.float32]


class Shading:
    """The beam's own shape over one field, as images.

    Parameters
    ----------
    anode_angle_deg : float
        Slope of the anode, degrees.
    """

    def __init__(self, anode_angle_deg: float) -> None:
        self._anode_angle_deg = anode_angle_deg
        self._blades: tuple[Any, Image] | None = None
        self._filters: tuple[Any, Image] | None = None
        self._mean: tuple[Image, Image, float] | None = None

    def opening(self, pose: Pose, side_mm: float, rows: int, blades: Blades, focal_spot_mm: float) -> Image:
        """Share of the focal spot that each pixel sees past the blades; kept while nothing changes."""
        key = (pose.sid_mm, side_mm, rows, blades, focal_spot_mm)
        if self._blades is None or self._blades[0] != key:
            penumbra = blades_of.penumbra_mm(focal_spot_mm, pose.sid_mm) / (side_mm / rows)
            opening = blades_of.blade_opening(
                rows,
                left=blades.left,
                right=blades.right,
                top=blades.top,
                bottom=blades.bottom,
                penumbra_pixels=penumbra,
            )
            self._blades = (key, opening)
        return self._blades[1]

    def filtered(self, pose: Pose, side_mm: float, rows: int, rays: Beam, wedges: tuple[Wedge, ...]) -> Image:
        """What heel and wedges leave of the beam; kept while nothing changes."""
        key = (pose.sid_mm, side_mm, rows, round(rays.kv), rays.filter_cu_mm, wedges)
        if self._filters is None or self._filters[0] != key:
            left = heel_factor(
                rows,
                rows,
                side_mm=side_mm,
                source_detector_mm=pose.sid_mm,
                kv=round(rays.kv),
                filter_cu_mm=rays.filter_cu_mm,
                anode_angle_deg=self._anode_angle_deg,
            )
            for wedge in wedges:
                copper = blades_of.wedge_copper_g_cm2(
                    rows, side_mm, side=wedge.side, insert=wedge.insert, angle_deg=wedge.angle_deg
                )
                left = left * blades_of.through_copper(copper, rays)
            self._filters = (key, left)
        return self._filters[1]

    def mean_in_opening(self, filtered: Image, opening: Image) -> float:
        """Mean of what heel and wedges leave inside the blades; kept while both images are the same."""
        if self._mean is None or self._mean[0] is not filtered or self._mean[1] is not opening:
            self._mean = (filtered, opening, float(filtered[opening > 0.5].mean()))
        return self._mean[2]
