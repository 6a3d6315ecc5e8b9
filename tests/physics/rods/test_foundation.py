"""Vessels that give: beams on tissue against closed forms, and laws that hold for any load."""

from __future__ import annotations

import numpy as np
import pytest

from angiosuite.kit.errors import WrongUse
from angiosuite.physics.rods.bedding import Bedding
from angiosuite.physics.rods.foundation import Foundation

EI, K, C = 250.0, 0.008, 0.001


def long_vessel(length_mm: float = 400.0) -> Foundation:
    return Foundation([Bedding(length_mm, EI, K, C)])


def loaded(
    foundation: Foundation, loads: list[tuple[int, float, tuple[float, float, float]]], seconds: float
) -> None:
    """Keep loads (vessel, arc length, N) for a time."""
    vessel = np.array([one[0] for one in loads], np.int32)
    at, force = np.array([one[1] for one in loads]), np.array([one[2] for one in loads])
    along = np.tile([0.0, 0.0, 1.0], (len(loads), 1))
    for _ in range(round(seconds / 0.01)):
        foundation.book(vessel, at, force, along)
        foundation.settle(0.01)


def moved(foundation: Foundation, at: np.ndarray | list[float], vessel: int = 0) -> np.ndarray:
    return foundation.at(np.full(len(at), vessel, np.int32), np.asarray(at, np.float64))


def test_a_point_load_on_a_long_vessel_gives_the_closed_form() -> None:
    foundation = long_vessel()
    loaded(foundation, [(0, 200.0, (3.0, 0.0, 0.0))], 4.0)
    wave = (K / (4 * EI)) ** 0.25
    s = np.linspace(0.0, 60.0, 31)
    theory = 3.0 / (8 * EI * wave**3) * np.exp(-wave * s) * (np.cos(wave * s) + np.sin(wave * s))
    assert moved(foundation, 200.0 + s)[:, 0] == pytest.approx(theory, abs=0.015 * theory[0])
    assert moved(foundation, 200.0 - s)[:, 0] == pytest.approx(theory, abs=0.015 * theory[0])
    assert np.abs(moved(foundation, [150.0, 200.0])[:, 1:]).max() == 0.0


def test_an_even_load_is_held_by_the_tissue_alone() -> None:
    foundation = long_vessel(100.0)
    for _ in range(400):
        at = np.linspace(0.025, 99.975, 2000)
        force = np.tile([0.0, 0.02 * 0.05, 0.0], (2000, 1))
        foundation.book(np.zeros(2000, np.int32), at, force, np.tile([0.0, 0.0, 1.0], (2000, 1)))
        foundation.settle(0.01)
    assert moved(foundation, [0.0, 33.0, 100.0])[:, 1] == pytest.approx(0.02 / K, rel=1e-3)


def test_what_a_load_at_one_place_does_at_another_is_what_that_does_here() -> None:
    one, other = long_vessel(120.0), long_vessel(120.0)
    loaded(one, [(0, 20.0, (1.0, 0.0, 0.0))], 2.0)
    loaded(other, [(0, 70.0, (1.0, 0.0, 0.0))], 2.0)
    assert moved(one, [70.0])[0, 0] == pytest.approx(moved(other, [20.0])[0, 0], rel=1e-6)


def test_force_along_a_vessel_does_not_move_it() -> None:
    foundation = long_vessel()
    loaded(foundation, [(0, 100.0, (0.0, 0.0, 5.0))], 0.1)
    assert np.abs(moved(foundation, [100.0])).max() == 0.0


def test_it_gives_and_comes_back_in_its_own_time_without_swinging() -> None:
    foundation = long_vessel(60.0)
    path = []
    for _ in range(30):
        loaded(foundation, [(0, 30.0, (1.0, 0.0, 0.0))], 0.01)
        path.append(moved(foundation, [30.0])[0, 0])
    assert (np.diff(path) > 0).all() and path[0] < 0.5 * path[-1]
    for _ in range(300):
        foundation.settle(0.01)
        path.append(moved(foundation, [30.0])[0, 0])
    assert (np.diff(path[30:]) <= 0).all() and path[-1] == 0.0


def test_a_continuation_bends_as_one_with_what_it_goes_on_from() -> None:
    whole = long_vessel(200.0)
    half = Bedding(100.0, EI, K, C)
    parts = Foundation([half, Bedding(100.0, EI, K, C, parent=0, at_mm=100.0, goes_on=True)])
    loaded(whole, [(0, 110.0, (2.0, 0.0, 0.0))], 3.0)
    loaded(parts, [(1, 10.0, (2.0, 0.0, 0.0))], 3.0)
    assert moved(parts, [60.0, 100.0])[:, 0] == pytest.approx(moved(whole, [60.0, 100.0])[:, 0], abs=0.05)
    assert moved(parts, [0.0, 40.0], 1)[:, 0] == pytest.approx(moved(whole, [100.0, 140.0])[:, 0], abs=0.05)


def test_a_branch_begins_where_its_parent_has_gone() -> None:
    foundation = Foundation([Bedding(200.0, EI, K, C), Bedding(60.0, 5.0, K, C, parent=0, at_mm=100.0)])
    loaded(foundation, [(0, 100.0, (2.0, 1.0, 0.0))], 3.0)
    assert moved(foundation, [0.0], 1)[0] == pytest.approx(moved(foundation, [100.0])[0], rel=1e-9)
    assert np.linalg.norm(moved(foundation, [60.0], 1)) < 0.1 * np.linalg.norm(moved(foundation, [0.0], 1))
    assert np.linalg.norm(moved(foundation, [100.0])) > 3.0


@pytest.mark.parametrize("stiff", [0.5, 2.0])
def test_it_comes_to_rest_with_what_pushes_back_as_it_gives(stiff: float) -> None:
    """A rod that holds still: its wall's spring pushes with the load of the step before."""
    foundation = Foundation([Bedding(100.0, EI, K, max(0.1 * K, 0.01 * stiff))])
    at = np.linspace(20.0, 80.0, 21)  # 3 mm of wall each
    along = np.tile([0.0, 0.0, 1.0], (21, 1))
    path = []
    for _ in range(600):
        aside = foundation.at(np.zeros(21, np.int32), at)[:, 0]
        path.append(aside[10])
        pressed = 3.0 * stiff * np.maximum(4.0 - aside, 0.0)
        foundation.book(np.zeros(21, np.int32), at, pressed[:, None] * [1.0, 0.0, 0.0], along)
        foundation.settle(0.01)
    steps = np.diff(path)
    assert 3.5 < path[-1] < 4.1 and np.abs(steps[-200:]).max() < 1e-5
    assert (np.diff(np.sign(steps[np.abs(steps) > 1e-4])) != 0).sum() <= 2


def test_what_was_kept_goes_on_as_it_would_have() -> None:
    first, second = long_vessel(), long_vessel()
    loaded(first, [(0, 100.0, (2.0, 1.0, 0.0))], 0.2)
    second.restore(first.state())
    for foundation in (first, second):
        loaded(foundation, [(0, 90.0, (-1.0, 1.0, 0.0))], 0.2)
    assert first.moved_mm.tobytes() == second.moved_mm.tobytes()


def test_a_vessel_hangs_on_one_listed_before_it() -> None:
    with pytest.raises(WrongUse) as wrong:
        Foundation([Bedding(10.0, EI, K, C, parent=0)])
    assert wrong.value.code == "bad-foundation"
