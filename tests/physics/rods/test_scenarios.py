"""Manoeuvres that must come out as in a patient: hooking, reforming, breathing walls, random hands."""

from __future__ import annotations

import numpy as np
import pytest

from angiosuite.physics.rods.baking import bake
from angiosuite.physics.rods.bricks import Bricks
from angiosuite.physics.rods.chain import Chain
from angiosuite.physics.rods.foundation import Bedding, Foundation
from angiosuite.physics.rods.tool import Bent, Stretch, Tool
from angiosuite.physics.rods.union import Lines
from angiosuite.physics.rods.walls import Walls

from .cases import iliac_to_arch, settle, wire

AORTA = np.array([[0.0, 0.0, z, 10.0] for z in np.arange(-20.0, 221.0, 5.0)])
TO_FEET = np.radians(120.0)
"""A renal artery leaves towards the feet: so much from the way of a catheter that comes from the groin."""


def branch(angle: float, lumen_mm: float, long_mm: float = 60.0) -> np.ndarray:
    """A vessel that leaves the aorta's middle line at 120 mm."""
    along = np.arange(0.0, long_mm + 1.0, 3.0)
    return np.column_stack(
        [along * np.sin(angle), 0.0 * along, 120.0 + along * np.cos(angle), lumen_mm - 0.012 * along]
    )


COBRA = Tool(
    [Stretch(1.0, 120.0, 250.0)],
    [Bent(12.0, np.radians(60.0) / 12.0), Bent(24.0, np.radians(70.0) / 24.0)],
    outer_mm=0.83,
    bore_mm=0.5,
    friction=0.05,
)
SIMMONS = Tool(
    [Stretch(1.0, 120.0, 250.0)],
    [Bent(30.0, 0.0), Bent(8.0 * np.pi, 1.0 / 8.0)],
    outer_mm=0.83,
    bore_mm=0.5,
    friction=0.05,
)


@pytest.fixture(scope="module")
def ostium() -> Bricks:
    return bake([AORTA, branch(TO_FEET, 3.2)])


def hub_towards_x(tool: Tool) -> float:
    """Turn of the hub with which a tool's end points along x, rad."""
    free = Chain([tool], [tool.curve_mm + 40.0], (0.0, 0.0, 0.0), (0.0, 0.0, 1.0))
    settle(free, 60, 1e-4)
    return float(-np.arctan2(*free.tip_mm[1::-1]))


def in_branch_mm(chain: Chain) -> float:
    """How far a Cobra's tip gets into the branch when it is drawn past it."""
    for _ in range(60):
        chain.advance(seconds=0.05)
    deepest = 0.0
    for _ in range(160):
        chain.advance([-0.4])
        deepest = max(deepest, float(chain.tip_mm[0]))
    return deepest - 10.0


@pytest.mark.parametrize(
    ("off", "hooks"),
    [(0.0, True), (25.0, True), (-25.0, True), (90.0, False), (180.0, False), (270.0, False)],
)
def test_a_cobra_hooks_the_ostium_that_it_is_turned_to(ostium: Bricks, off: float, hooks: bool) -> None:
    chain = Chain([COBRA], [160.0], (0.0, 0.0, 0.0), (0.0, 0.0, 1.0), wall=ostium)
    chain.turn_hubs([hub_towards_x(COBRA) + np.radians(off)])
    deep = in_branch_mm(chain)
    assert deep > 4.0 if hooks else deep < 1.0


@pytest.mark.parametrize(("ei", "keeps"), [(5.0, True), (1000.0, False), (4000.0, False)])
def test_a_stiff_wire_loses_the_ostium_and_a_soft_one_follows_it(
    ostium: Bricks, ei: float, keeps: bool
) -> None:
    """The wire stiff up to its last 30 mm, which are soft; pushed 12 mm out of a Cobra that hooks."""
    lead = Tool([Stretch(30.0, 5.0, 5.0), Stretch(1000.0, ei, ei)], outer_mm=0.43, friction=0.05)
    chain = Chain([lead, COBRA], [60.0, 170.0], (0.0, 0.0, 0.0), (0.0, 0.0, 1.0), wall=ostium)
    chain.turn_hubs([0.0, hub_towards_x(COBRA)])
    for _ in range(60):
        chain.advance(seconds=0.05)
    while chain.tip_mm[0] < 16.0 and chain.inserted_mm[1] > 110.0:
        chain.advance([0.0, -0.4])
    assert chain.tip_mm[0] > 14.0
    while chain.inserted_mm[0] < chain.inserted_mm[1] + 12.0:
        chain.advance([0.4, 0.0], most=8)
    assert (chain.tip(1)[0][0] > 12.0) == keeps
    assert (chain.tip(0)[0][0] > 20.0) == keeps


@pytest.mark.parametrize(
    ("lumen_mm", "side_mm", "reforms"), [(12.5, 3.5, True), (10.0, 3.5, True), (4.0, 2.5, False)]
)
def test_a_simmons_whose_tip_is_caught_reforms_where_the_lumen_is_wide_enough(
    lumen_mm: float, side_mm: float, reforms: bool
) -> None:
    """Led into a side branch, the wire drawn back below the knee, the catheter pushed."""
    along = np.arange(-20.0, 301.0, 5.0)
    aorta = np.column_stack([0.0 * along, 0.0 * along, along, 0.0 * along + lumen_mm])
    walls = bake([aorta, branch(np.radians(60.0), side_mm, 90.0)])
    lead = wire(60.0, 50.0, friction=0.05)
    chain = Chain([lead, SIMMONS], [165.0, 155.0], (0.0, 0.0, 0.0), (0.0, 0.0, 1.0), wall=walls)
    up = np.column_stack([np.zeros(55), np.zeros(55), np.arange(0.0, 110.0, 2.0)])
    chain.lay(np.concatenate([up, branch(np.radians(60.0), side_mm, 80.0)[:, :3]]))
    chain.turn_hubs([0.0, hub_towards_x(SIMMONS)])
    for _ in range(50):
        chain.advance(seconds=0.05, most=8)
    assert chain.tip(1)[1][2] > 0.3  # along the branch
    for _ in range(180):
        chain.advance([-0.5, 0.0], most=8)
    for _ in range(300):
        chain.advance([0.0, 0.4], most=8)
    for _ in range(100):
        chain.advance(seconds=0.05, stop_mm=0.005, most=8)
    assert (chain.tip(1)[1][2] < -0.8) == reforms
    assert (abs(chain.tip(1)[0][0]) < lumen_mm) == reforms


def tortuous_tube() -> np.ndarray:
    """A lumen of 3 mm that turns by 90, 180, 180 and 90 degrees on 7 mm in a plane."""
    points, way = [np.array([-20.0, 0.0, 0.0])], np.array([1.0, 0.0, 0.0])

    def straight(mm: int) -> None:
        for _ in range(mm):
            points.append(points[-1] + way)

    straight(60)
    for turn in np.radians([90.0, -180.0, 180.0, -90.0]):
        parts = round(7.0 * abs(turn))
        step = turn / parts
        for _ in range(parts):
            way = way * np.cos(step) + np.cross((0.0, 0.0, 1.0), way) * np.sin(step)
            points.append(points[-1] + way)
    straight(60)
    return np.column_stack([points, np.full(len(points), 1.5)])


def test_a_microwire_and_a_microcatheter_take_the_push_that_is_measured_in_tortuous_tubes() -> None:
    """Below 8 gf and 9 to 14 gf in a standard tube (`research/rods.md` 4.9): the peaks, within half."""
    lead = Tool(
        [
            Stretch(20.0, 1.2, 1.2),
            Stretch(100.0, 3.5, 3.5),
            Stretch(350.0, 14.0, 14.0),
            Stretch(1e3, 45.0, 45.0),
        ],
        outer_mm=0.178,
        friction=0.05,
    )
    tube = Tool(
        [
            Stretch(30.0, 2.4, 2.4),
            Stretch(200.0, 6.1, 6.1),
            Stretch(400.0, 13.0, 13.0),
            Stretch(1e3, 31.0, 31.0),
        ],
        outer_mm=0.45,
        bore_mm=0.25,
        friction=0.04,
    )
    chain = Chain([lead], [5.0], wall=tortuous_tube(), spacing_mm=2.0)
    pushes = []
    while chain.inserted_mm[0] < 145.0:
        chain.advance([0.5], most=12)
        pushes.append(float(chain.push_n[0]))
    assert max(pushes) == pytest.approx(0.08, rel=0.5)
    chain.insert(1, tube, 5.0)
    pushes = []
    while chain.inserted_mm[1] < 90.0:
        chain.advance([0.0, 0.5], most=12)
        pushes.append(float(chain.push_n[1]))
    assert max(pushes) == pytest.approx(0.115, rel=0.5)


def breathing_walls() -> Walls:
    """A narrow arc of vessel that follows an organ more and more beyond its first 60 mm."""
    s = np.arange(-20.0, 181.0, 4.0)
    phi = np.clip(s, 0.0, None) / 120.0
    line = np.stack(
        [
            np.where(s < 0, s, 120.0 * np.sin(phi)),
            np.where(s < 0, 0.0, 120.0 * (1 - np.cos(phi))),
            0 * s,
            0 * s + 2.0,
        ],
        axis=1,
    )
    return Walls(
        bake([line]),
        Lines.joined([line]),
        ("only",),
        np.array([0.5]),
        np.array([1.0]),
        ("still", "organ"),
        np.array([1], np.int32),
        np.clip((s - 60.0) / 60.0, 0.0, 1.0),
        Foundation([Bedding(200.0, 300.0, 0.01, 0.05)]),
    )


@pytest.mark.parametrize("cycles", [15, pytest.param(100, marks=pytest.mark.ci)])
def test_walls_that_breathe_carry_a_wire_to_and_fro_and_nowhere(cycles: int) -> None:
    walls = breathing_walls()
    chain = Chain([wire(friction=0.15)], [5.0], wall=walls)
    affines = np.tile(np.eye(4), (2, 1, 1))

    def step(feed: float, phase: float) -> None:
        affines[1, 2, 3] = -5.0 * (1.0 - np.cos(2.0 * np.pi * phase))
        walls.move(affines)
        chain.advance([feed])
        walls.settle(0.01)

    for _ in range(250):
        step(0.6, 0.0)
    at = []
    for _ in range(cycles):
        for k in range(100):
            step(0.0, (k + 1) / 100.0)
            if k == 49:
                low = float(chain.tip_mm[2])
        at.append(chain.tip_mm.copy())
    assert low < -5.0  # it goes with the wall
    assert np.linalg.norm(at[-1] - at[4]) < 0.2


def drawn_tool(draw: np.random.Generator, place: int) -> Tool:
    """Any tool at a place from the innermost."""
    soft, stiff = np.exp(draw.uniform(np.log(3.0), np.log(4000.0), 2))
    bends = tuple(
        Bent(float(draw.uniform(5.0, 30.0)), float(draw.uniform(-0.15, 0.15)), float(draw.uniform(0.0, 6.0)))
        for _ in range(draw.integers(0, 3))
    )
    return Tool(
        [Stretch(float(draw.uniform(10.0, 60.0)), soft, soft), Stretch(100.0, stiff, stiff)],
        bends,
        outer_mm=0.35 + 0.25 * place,
        bore_mm=0.0 if place == 0 else 0.3 + 0.2 * place,
        friction=float(draw.uniform(0.02, 0.3)),
        residual_per_mm=float(draw.uniform(0.0, 0.003)),
        length_mm=1200.0,
    )


def fuzzed(seed: int, steps: int) -> None:
    """Random hands on random tools, jerks of a metre a second among them."""
    draw = np.random.default_rng(seed)
    count = int(draw.integers(1, 5))
    chain = Chain(
        [drawn_tool(draw, k) for k in range(count)],
        [5.0 - 3.0 * k for k in range(count)],
        wall=iliac_to_arch(),
    )
    speed, spin = np.zeros(count), np.zeros(count)
    strains = []
    for k in range(steps):
        if k % 25 == 0:
            speed, spin = draw.uniform(-1.0, 1.5, count), draw.uniform(-0.05, 0.05, count)
        feeds = speed * (7.0 if draw.random() < 0.01 else 1.0)
        feeds = np.clip(chain.inserted_mm + feeds, -30.0, 400.0) - chain.inserted_mm
        chain.advance(feeds, spin, most=8)
        assert np.isfinite(chain.x).all() and np.isfinite(chain.theta).all()
        if not chain.asleep:
            assert chain.rest[1:].sum() == pytest.approx(chain.inserted_mm.max(), abs=1e-6)
            assert chain.rest[1:-1].min() > 0.02
            length = np.linalg.norm(np.diff(chain.x, axis=0), axis=1)
            strains.append(np.abs(length / chain.rest[:-1] - 1.0))
    assert np.quantile(np.concatenate(strains), 0.999) < 0.02


@pytest.mark.parametrize("seed", range(3))
def test_random_hands_break_nothing(seed: int) -> None:
    fuzzed(seed, 250)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(100, 200))
def test_a_million_steps_of_random_hands_break_nothing(seed: int) -> None:
    fuzzed(seed, 10_000)
