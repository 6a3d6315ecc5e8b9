"""Radii across a line: the half-maximum of a blurred tube gives back its radius."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from angiosuite.anatomy.vessels.extraction.lumen import Lumen
from angiosuite.anatomy.vessels.extraction.radii import radii_mm


@pytest.mark.parametrize("radius", [2.0, 3.0, 5.0])
@pytest.mark.parametrize("background", [-80.0, 40.0])
def test_a_tubes_radius_is_found_within_half_a_voxel(
    phantom: Callable[..., Lumen], radius: float, background: float
) -> None:
    line = np.stack([np.full(60, 40.0), np.full(60, 40.0), np.linspace(20.0, 110.0, 60)], 1)
    lumen = phantom([([[40.0, 40.0, 5.0], [40.0, 40.0, 135.0]], radius, 350.0)], background=background)
    assert radii_mm(lumen.scan, line, np.full(60, radius)) == pytest.approx(radius, abs=0.5)
