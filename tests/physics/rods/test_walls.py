"""Walls that move: places, motion with organs, no tear where vessels meet, and give under load."""

from __future__ import annotations

import numpy as np
import pytest

from angiosuite.physics.rods.baking import bake
from angiosuite.physics.rods.bedding import Bedding
from angiosuite.physics.rods.foundation import Foundation
from angiosuite.physics.rods.union import Lines
from angiosuite.physics.rods.walls import TISSUE_N_MM2, Walls, crossing

TRUNK = np.array([[0.0, 0.0, z, 8.0] for z in np.arange(0.0, 121.0, 5.0)])
RENAL = np.array([[s, 0.0, 60.0 - 0.2 * s, 3.0] for s in np.arange(0.0, 61.0, 4.0)])
LINES = [TRUNK, RENAL]
BAKED = bake(LINES)
SHARE = np.concatenate([np.zeros(len(TRUNK)), np.clip((RENAL[:, 0] - 10.0) / 40.0, 0.0, 1.0)])


def new_walls() -> Walls:
    return Walls(
        BAKED,
        Lines.joined(LINES),
        ("trunk", "renal"),
        np.array([0.5, 0.9]),
        np.array([1.0, 2.0]),
        ("still", "kidneys"),
        np.array([0, 1], np.int32),
        SHARE.copy(),
        Foundation(
            [Bedding(120.0, 300.0, 0.01, 0.005), Bedding(61.0, 20.0, 0.01, 0.005, parent=0, at_mm=60.0)]
        ),
    )


def breathing(mm: float) -> np.ndarray:
    affines = np.tile(np.eye(4), (2, 1, 1))
    affines[1, 2, 3] = -mm
    return affines


class Nodes:
    """A chain's arrays, as it gives them to its walls."""

    def __init__(self, x: np.ndarray) -> None:
        n = len(x)
        self.x, self.shift, self.drift = x, np.zeros((n, 3)), np.zeros((n, 3))
        self.vessel, self.at_mm = np.zeros(n, np.int32), np.zeros(n)
        self.stiff, self.rub = np.zeros(n), np.zeros(n)

    def ask(self, walls: Walls) -> None:
        walls.at(self.x, len(self.x), self.vessel, self.at_mm, self.shift, self.drift, self.stiff, self.rub)


def along_the_renal(count: int = 400) -> np.ndarray:
    s = np.linspace(-5.0, 60.0, count)
    return np.stack([s, 0 * s, 60.0 - 0.2 * s], axis=1)


def test_a_place_is_the_vessel_that_a_point_is_deepest_in_and_the_arc_there() -> None:
    walls = new_walls()
    points = np.array([[0.0, 6.0, 20.0], [40.0, 2.0, 52.0], [7.5, -5.0, 100.0], [200.0, 0.0, 0.0]])
    vessel, at_mm = walls.places(points)
    assert [walls.names[v] for v in vessel[:3]] == ["trunk", "renal", "trunk"] and vessel[3] == -1
    assert at_mm[0] == pytest.approx(20.0, abs=1e-9) and at_mm[2] == pytest.approx(100.0, abs=1e-9)
    assert at_mm[1] == pytest.approx(40.0 * np.sqrt(1.04), abs=0.5)
    assert walls.radius_at(vessel[:3], at_mm[:3]) == pytest.approx([8.0, 3.0, 8.0])


def test_walls_go_with_their_organ_by_their_share() -> None:
    walls = new_walls()
    nodes = Nodes(np.array([[0.0, 0.0, 20.0], [60.0, 0.0, 38.0], [30.0, 0.0, 49.0]]))
    walls.move(breathing(10.0))
    nodes.ask(walls)
    assert nodes.shift[0] == pytest.approx([0.0, 0.0, 0.0], abs=1e-12)
    assert nodes.shift[1] == pytest.approx([0.0, 0.0, -10.0], abs=1e-6)
    assert nodes.shift[2] == pytest.approx([0.0, 0.0, -5.0], abs=0.4)
    rest = nodes.x - nodes.shift
    told = walls.shifts(nodes.vessel, nodes.at_mm, rest, breathing(10.0))
    assert told == pytest.approx(nodes.shift, abs=0.05)


def test_the_moved_lumen_has_no_tear_where_vessels_meet() -> None:
    walls = new_walls()
    walls._share[len(TRUNK) :] = 1.0  # harder than any patient: the branch moves, what it hangs on does not
    nodes = Nodes(along_the_renal())
    for mm in np.linspace(0.0, 3.0, 20):
        walls.move(breathing(mm))
        nodes.ask(walls)
        walls.settle(0.01)
    step = np.abs(np.diff(nodes.shift[:, 2])) / np.diff(nodes.x[:, 0])
    assert (
        step.max() < 1.0 and nodes.shift[0, 2] > -0.01 and nodes.shift[-1, 2] == pytest.approx(-3.0, abs=0.05)
    )
    assert (np.diff(nodes.stiff) > -1e-9).all() and nodes.stiff[[0, -1]] == pytest.approx(
        [0.5, 0.9], abs=1e-3
    )
    assert nodes.rub[[0, -1]] == pytest.approx([1.0, 2.0], abs=3e-3)


def test_drifts_of_all_steps_add_up_to_the_shift_and_end_with_the_motion() -> None:
    walls = new_walls()
    nodes, gone = Nodes(along_the_renal(50)), np.zeros((50, 3))
    for k in range(1, 101):
        walls.move(breathing(0.1 * k))
        walls.move(breathing(0.1 * k))  # a second chain in the same step says the same
        nodes.x = along_the_renal(50) + nodes.shift  # carried along, so its place at rest stays
        nodes.ask(walls)
        gone += nodes.drift
        walls.settle(0.01)
    assert gone == pytest.approx(nodes.shift, abs=0.05)
    walls.move(None)
    nodes.ask(walls)
    assert np.abs(nodes.drift).max() == 0.0


def test_what_is_pressed_gives_and_the_picture_is_told() -> None:
    walls = new_walls()
    nodes = Nodes(np.array([[8.0, 0.0, 90.0], [0.0, 9.0, 90.0], [500.0, 0.0, 0.0]]))
    for _ in range(300):
        nodes.ask(walls)
        force = np.array([[2.0, 0.0, 1.0], [0.0, 1.0, 0.0], [9.0, 9.0, 9.0]])
        walls.book(3, nodes.vessel, nodes.at_mm, force)
        walls.settle(0.01)
    nodes.ask(walls)
    told = walls.displaced(0, np.array([90.0, 0.0]))
    assert told[0, 0] == pytest.approx(2 * told[0, 1], rel=1e-6) and told[0, 2] == 0.0
    assert told[0, 0] > 2.0 and np.linalg.norm(told[1]) < 0.2 * np.linalg.norm(told[0])
    assert nodes.shift[0] == pytest.approx(told[0], abs=0.2)
    assert nodes.vessel[2] == -1 and np.abs(nodes.shift[2]).max() == 0.0


def test_what_was_kept_goes_on_as_it_would_have() -> None:
    first, second = new_walls(), new_walls()
    ones, others = Nodes(along_the_renal(80)), Nodes(along_the_renal(80))
    force = np.tile([0.3, 0.1, -0.2], (80, 1))
    for k in range(10):
        first.move(breathing(0.2 * k))
        ones.ask(first)
        first.book(80, ones.vessel, ones.at_mm, force)
        first.settle(0.01)
    first.move(breathing(2.5))
    second.restore(first.state())
    others.shift[:] = ones.shift
    for walls, nodes in ((first, ones), (second, others)):
        for _ in range(5):
            nodes.ask(walls)
            walls.book(80, nodes.vessel, nodes.at_mm, force)
            walls.settle(0.01)
    assert ones.shift.tobytes() == others.shift.tobytes() and ones.drift.tobytes() == others.drift.tobytes()
    assert all(first.state()[name].tobytes() == array.tobytes() for name, array in second.state().items())


def test_beyond_a_hole_there_is_tissue_and_before_it_the_wall() -> None:
    walls = new_walls()
    nodes = Nodes(np.stack([np.zeros(8), np.arange(8) * 3.0, np.full(8, 60.0)], axis=1))
    hole = np.array([0.0, 8.0, 60.0])
    assert crossing(nodes.x, hole) == pytest.approx(8.0 / 3.0)
    walls.let_through(hole)
    nodes.ask(walls)
    assert (nodes.stiff[3:] <= TISSUE_N_MM2).all() and (nodes.stiff[:3] > 0.4).all()
    walls.let_through(None)
    nodes.ask(walls)
    assert (nodes.stiff[:4] > 0.4).all(), "whole for the chains that follow"


def test_a_hole_goes_with_its_wall() -> None:
    walls = new_walls()
    x = np.array([[56.0, y, 38.8] for y in np.arange(0.0, 10.0, 1.5)])
    nodes = Nodes(x - np.array([0.0, 0.0, 10.0]))
    nodes.shift[:, 2] = -10.0  # they have gone with it so far
    walls.move(breathing(10.0))
    walls.let_through(np.array([56.0, 3.0, 38.8]))
    nodes.ask(walls)
    assert (nodes.stiff[2:] <= TISSUE_N_MM2).all() and (nodes.stiff[:2] > 0.5).all()


def test_which_vessels_are_pushed_aside_is_told() -> None:
    walls = new_walls()
    assert len(walls.pushed(0.1)) == 0
    nodes = Nodes(np.array([[40.0, 2.5, 52.0]]))
    for _ in range(200):
        nodes.ask(walls)
        walls.book(1, nodes.vessel, nodes.at_mm, np.array([[0.0, 0.3, 0.0]]))
        walls.settle(0.01)
    assert walls.pushed(0.1).tolist() == [1]
    assert walls.pushed(1e3).tolist() == []
