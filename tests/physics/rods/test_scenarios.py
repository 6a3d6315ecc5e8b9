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

from .cases import iliac_to_arch, settle, straight_tube, wire

AORTA = np.array([[0.0, 0.0, z, 10.0] for z in np.arange(-20.0, 221.0, 5.0)])
SLANT = np.radians(60.0)
BRANCH = np.array(
    [[s * np.sin(SLANT), 0.0, 120.0 + s * np.cos(SLANT), 3.2 - 0.012 * s] for s in np.arange(0.0, 61.0, 3.0)]
)
COBRA = Tool(
    [Stretch(1.0, 120.0, 250.0)],
    [Bent(12.0, np.radians(60.0) / 12.0), Bent(24.0, np.radians(70.0) / 24.0)],
    outer_mm=0.83,
    bore_mm=0.5,
)


@pytest.fixture(scope="module")
def ostium() -> Bricks:
    return bake([AORTA, BRANCH])


def in_branch_mm(chain: Chain, off_degrees: float) -> float:
    """How far a Cobra's tip gets into the branch when it is drawn past it, turned so far away from it."""
    free = Chain([COBRA], [80.0], (0.0, 0.0, 0.0), (0.0, 0.0, 1.0))
    settle(free, 60, 1e-4)
    to_x = -np.arctan2(*free.tip_mm[1::-1])
    chain.turn_hubs([to_x + np.radians(off_degrees)])
    for _ in range(60):
        chain.advance(seconds=0.05)
    deepest = 0.0
    for _ in range(160):
        chain.advance([-0.4])
        deepest = max(deepest, float(chain.tip_mm[0]))
    return deepest - 10.0


@pytest.mark.ci
@pytest.mark.parametrize(("off", "hooks"), [(0.0, True), (90.0, False), (180.0, False), (270.0, False)])
def test_a_cobra_hooks_the_ostium_that_it_is_turned_to(ostium: Bricks, off: float, hooks: bool) -> None:
    chain = Chain([COBRA], [160.0], (0.0, 0.0, 0.0), (0.0, 0.0, 1.0), wall=ostium)
    assert (in_branch_mm(chain, off) > 1.5) == hooks


@pytest.mark.parametrize(("lumen_mm", "reforms"), [(30.0, True), (4.0, False)])
def test_a_simmons_reforms_only_where_the_lumen_is_wide_enough(lumen_mm: float, reforms: bool) -> None:
    simmons = Tool(
        [Stretch(1.0, 120.0, 250.0)],
        [Bent(30.0, 0.0), Bent(8.0 * np.pi, 1.0 / 8.0)],
        outer_mm=0.83,
        bore_mm=0.5,
        friction=0.05,
    )
    stiff = wire(1500.0, 1200.0, friction=0.05)
    chain = Chain([stiff, simmons], [190.0, 180.0], wall=straight_tube(260.0, lumen_mm))
    settle(chain, 30, 1e-3)
    assert chain.tip(1)[1][0] > 0.7  # straight over the wire
    for _ in range(200):
        chain.advance([-0.5, 0.0], seconds=0.02)
    for _ in range(100):
        chain.advance(seconds=0.05)
    assert (chain.tip(1)[1][0] < -0.5) == reforms


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
