"""Outlines of wide vessels: right on tubes, also where a flap or a neighbour hides a part of the wall."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from angiosuite.anatomy.vessels.extraction.contour import tube_along
from angiosuite.anatomy.vessels.extraction.lumen import Lumen

Make = Callable[..., Lumen]
STRAIGHT = [[40.0, 40.0, 5.0], [40.0, 40.0, 135.0]]


@pytest.mark.parametrize("radius", [6.0, 10.0, 17.0])
def test_a_straight_tube_in_fat_has_its_radius_and_its_middle(phantom: Make, radius: float) -> None:
    lumen = phantom([(STRAIGHT, radius, 350.0)])
    tube = tube_along(lumen, np.array(STRAIGHT) + np.array([2.0, -1.5, 0.0]))
    inner = slice(6, -6)
    assert tube.radius_mm[inner] == pytest.approx(radius, abs=0.6)
    assert np.hypot(*(tube.points_mm[inner, :2] - 40.0).T).max() < 0.8
    assert (tube.outer_radius_mm >= tube.radius_mm - 1e-9).all()


def test_a_touching_vessel_of_the_same_level_is_not_taken_in(phantom: Make) -> None:
    beside = [[40.0 + 19.5, 40.0, 40.0], [40.0 + 19.5, 40.0, 100.0]]
    lumen = phantom([(STRAIGHT, 10.0, 350.0), (beside, 9.0, 350.0)])
    tube = tube_along(lumen, np.array(STRAIGHT))
    assert tube.radius_mm[8:-8].max() < 11.2


def test_a_false_lumen_that_is_hardly_filled_over_a_stretch_belongs_to_the_vessel(phantom: Make) -> None:
    def paint(hu: NDArray[np.float32]) -> None:
        z, y, x = np.meshgrid(*(np.arange(n) for n in hu.shape), indexing="ij")
        within = (x - 40.0) ** 2 + (y - 40.0) ** 2 <= 15.0**2
        false = within & (x > 34.0) & (z > 15) & (z < 125)
        hu[false] = np.where((z[false] > 50) & (z[false] < 85), 70.0, 250.0)
        hu[within & (np.abs(x - 34.0) < 1.0) & (z > 15) & (z < 125)] = 60.0

    lumen = phantom([(STRAIGHT, 15.0, 450.0)], paint=paint)
    true = np.array([[29.0, 40.0, 5.0], [29.0, 40.0, 135.0]])
    tube = tube_along(lumen, true)
    middle = np.abs(tube.points_mm[:, 2] - 67.0) < 15.0
    assert tube.outer_radius_mm[middle] == pytest.approx(15.0, abs=1.2)


def test_the_mask_holds_the_tubes_volume(phantom: Make) -> None:
    lumen = phantom([(STRAIGHT, 10.0, 350.0)])
    tube = tube_along(lumen, np.array(STRAIGHT))
    mask = tube.mask(lumen.scan)
    length = float(np.ptp(tube.points_mm[:, 2]))
    assert mask.sum() == pytest.approx(np.pi * float(np.mean(tube.outer_radius_mm**2)) * length, rel=0.05)
