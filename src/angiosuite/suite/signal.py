"""From the primary beam behind the patient to the mean signal at the panel."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from angiosuite.imaging import collimator as blades_of
from angiosuite.physics.xray.beam import Beam
from angiosuite.physics.xray.scatter import GridModel, detector_signal, scatter_map

from .collimator import Blades

Image = NDArray[np.float32]


def with_scatter(
    primary: Image,
    filtered: Image,
    opening: Image,
    side_mm: float,
    blades: Blades,
    grid: GridModel | None,
    air_gap_mm: float,
    rays: Beam,
) -> Image:
    """Mean signal at the panel: primary through heel, wedges, blades and grid, and the scatter."""
    scatter = scatter_map(
        primary,
        frame_side_mm=side_mm,
        open_field=(blades.left, blades.right, blades.top, blades.bottom),
        air_gap_mm=air_gap_mm,
        beam=rays,
        grid=grid,
        entering=filtered,
    )
    return detector_signal(primary, filtered * blades_of.through_blades(opening), scatter, grid)
