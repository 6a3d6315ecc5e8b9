"""Sections: pixels are where they say they are, and lumens keep their area."""

from __future__ import annotations

import numpy as np
import pytest

from angiosuite.imaging.section import LumenSections, PlaneName, Section, resampled, slab, weights_across
from angiosuite.kit.errors import WrongUse
from angiosuite.physics.xray.lumen_projector import Lumen

ORIGIN, SPACING = (-30.0, -20.0, -40.0), 2.0
SHAPE = (41, 21, 31)


def ramp(axis: int) -> np.ndarray:
    """A volume whose value is the coordinate x, y or z, mm."""
    places = [ORIGIN[2 - k] + SPACING * np.arange(SHAPE[k]) for k in range(3)]
    return np.broadcast_to(places[2 - axis].reshape([-1 if k == 2 - axis else 1 for k in range(3)]), SHAPE)


@pytest.mark.parametrize("plane", ["axial", "coronal", "sagittal"])
def test_every_pixel_shows_the_voxel_at_its_place(plane: PlaneName) -> None:
    section = Section(plane, 3.0, (0.0, 0.0, 0.0), 24.0, 4.0, 32)
    across, down, along = section.axes
    rows_mm, columns_mm = section.places_mm()
    count = SHAPE[2 - across]
    weights = weights_across(section, ORIGIN, SPACING, count)
    assert sum(weight for _, weight in weights) == pytest.approx(1.0)
    expected = {across: np.full((32, 32), 3.0), down: np.tile(rows_mm[:, None], 32)}
    expected[along] = np.tile(columns_mm, (32, 1))
    for axis in range(3):
        image = resampled(section, slab(ramp(axis), section, weights), ORIGIN, SPACING, -1.0)
        assert np.allclose(image, expected[axis], atol=1e-4)


def test_left_is_right_back_is_down_and_the_head_is_up() -> None:
    for plane, falls in (("axial", False), ("coronal", True), ("sagittal", True)):
        rows_mm, columns_mm = Section(plane, 0.0, (0.0, 0.0, 0.0)).places_mm()  # type: ignore[arg-type]
        assert (rows_mm[1] < rows_mm[0]) == falls and columns_mm[1] > columns_mm[0]


@pytest.mark.parametrize("plane", ["axial", "coronal", "sagittal"])
@pytest.mark.parametrize("radius", [0.6, 2.0, 8.0])
def test_a_lumen_across_a_plane_covers_its_area_and_shows_its_value(plane: PlaneName, radius: float) -> None:
    section = Section(plane, 1.0, (2.0, 3.0, 1.0), 60.0, 3.0, 256)
    across = section.axes[0]
    points = np.tile(np.array([2.3, 3.2, 1.1]), (9, 1))
    points[:, across] = np.linspace(-20, 22, 9)
    cuts = LumenSections([Lumen.along("x", points, np.full(9, radius))])
    found = cuts.cut(section, np.linspace(1.0, 3.0, 9))
    assert found[0].sum() * section.pixel_mm**2 == pytest.approx(np.pi * radius**2, rel=0.03)
    assert found[1].sum() / found[0].sum() == pytest.approx(2.0, rel=0.02)
    assert not cuts.cut(section, np.ones(9), least_mm=10.0).any()


def test_shared_room_is_covered_once() -> None:
    section = Section("axial", 0.0, (0.0, 0.0, 0.0), 60.0, 0.0, 256)
    line = np.array([[0, 0, -10.0], [0, 0, 10.0]])
    cuts = LumenSections([Lumen.along("a", line, np.full(2, 5.0)), Lumen.along("b", line, np.full(2, 3.0))])
    found = cuts.cut(section)
    assert found.max() <= 1.0 and found.sum() * section.pixel_mm**2 == pytest.approx(np.pi * 25, rel=0.02)


def test_a_plane_that_is_none_is_refused() -> None:
    with pytest.raises(WrongUse, match="section"):
        Section("oblique", 0.0, (0.0, 0.0, 0.0))  # type: ignore[arg-type]
