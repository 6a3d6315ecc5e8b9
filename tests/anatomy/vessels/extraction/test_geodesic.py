"""Cheapest ways: lengths are those of the grid, ways lead back to a start, walls hold."""

from __future__ import annotations

import numpy as np
import pytest

from angiosuite.anatomy.vessels.extraction.geodesic import cheapest, way_back


def test_in_an_open_cube_the_way_is_as_long_as_diagonal_and_straight_steps_allow() -> None:
    inside = np.ones((9, 9, 9), bool)
    far, _ = cheapest(np.ones(inside.shape, np.float32), inside, np.array([[0, 0, 0]]))
    assert far[0, 0, 8] == pytest.approx(8.0)
    assert far[8, 8, 8] == pytest.approx(8.0 * np.sqrt(3.0), rel=1e-5)
    assert far[0, 3, 8] == pytest.approx(5.0 + 3.0 * np.sqrt(2.0), rel=1e-5)


def test_a_wall_is_gone_round_and_what_is_shut_off_is_infinitely_far() -> None:
    inside = np.ones((1, 11, 11), bool)
    inside[0, :10, 5] = False
    inside[0, 10, 9:] = False
    inside[0, 9, 9:] = False
    inside[0, 10, 10] = True
    far, back = cheapest(np.ones(inside.shape, np.float32), inside, np.array([[0, 0, 0]]))
    assert far[0, 0, 8] > 17.0
    assert np.isinf(far[0, 10, 10])
    way = way_back(back, (0, 0, 8))
    assert tuple(way[0]) == (0, 0, 8) and tuple(way[-1]) == (0, 0, 0)
    assert np.abs(np.diff(way, axis=0)).max() == 1
    assert inside[tuple(way.T)].all()


def test_a_dearer_middle_is_avoided_when_the_way_round_is_cheaper() -> None:
    cost = np.ones((1, 7, 7), np.float32)
    cost[0, 1:6, 3] = 50.0
    _, back = cheapest(cost, np.ones(cost.shape, bool), np.array([[0, 3, 0]]))
    assert set(way_back(back, (0, 3, 6))[:, 1].tolist()) & {0, 6}
