"""The working grid: cubic voxels, the CT's own numbers, places that go there and back."""

from __future__ import annotations

import numpy as np
import pytest

from angiosuite.anatomy.vessels.extraction.scan import scan_of


def test_a_linear_volume_keeps_its_numbers_on_the_cubic_grid() -> None:
    z, y, x = np.meshgrid(np.arange(20) * 2.5, np.arange(60) * 0.8, np.arange(60) * 0.8, indexing="ij")
    hu = (3.0 * x - 2.0 * y + z + 100.0).astype(np.float32)
    box = (np.array([5.0, 6.0, 4.0]), np.array([40.0, 41.0, 44.0]))
    scan = scan_of(hu, (0.0, 0.0, 0.0), (2.5, 0.8, 0.8), box)
    assert scan.edge_mm == pytest.approx((2.5 * 0.8 * 0.8) ** (1 / 3))
    points = np.array([[10.0, 12.0, 20.0], [33.3, 20.1, 7.7]])
    assert scan.at(points) == pytest.approx(
        3.0 * points[:, 0] - 2.0 * points[:, 1] + points[:, 2] + 100.0, abs=0.01
    )
    assert scan.points_mm(scan.index(points)) == pytest.approx(points)


def test_outside_the_grid_there_is_air() -> None:
    scan = scan_of(
        np.zeros((10, 10, 10), np.float32), (0.0, 0.0, 0.0), (1.0, 1.0, 1.0), (np.zeros(3), np.full(3, 9.0))
    )
    assert scan.at(np.array([[-5.0, 0.0, 0.0]]))[0] == -1000.0
