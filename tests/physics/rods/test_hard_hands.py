"""Hands that force: every step settles, nothing stretches out of reason, walls grow stiff before they end."""

from __future__ import annotations

import numpy as np
import pytest

from angiosuite.physics.rods.chain import Chain
from angiosuite.physics.rods.contact import FIRM_MM, given
from angiosuite.physics.rods.meshing import FEWEST

from .cases import iliac_to_arch, straight_tube, wire
from .test_scenarios import drawn_tool


@pytest.mark.parametrize("seed", [1, 2, 13])
def test_steps_settle_under_forced_hands(seed: int) -> None:
    """Seeds of stiff tools in each other; without a secant along the step scores of these never settle."""
    draw = np.random.default_rng(seed)
    count = int(draw.integers(1, 5))
    tools = [drawn_tool(draw, k) for k in range(count)]
    chain = Chain(tools, [5.0 - 3.0 * k for k in range(count)], wall=iliac_to_arch())
    unsettled, strains = 0, []
    for k in range(250):
        if k % 25 == 0:
            speed, spin = draw.uniform(-1.0, 1.5, count), draw.uniform(-0.05, 0.05, count)
        feeds = speed * (7.0 if draw.random() < 0.01 else 1.0)
        feeds = np.clip(chain.inserted_mm + feeds, -30.0, 400.0) - chain.inserted_mm
        unsettled += chain.advance(feeds, spin, most=8).moved_mm >= 0.1
        if not chain.asleep:
            length = np.linalg.norm(np.diff(chain.x, axis=0), axis=1)
            strains.append(np.abs(length / chain.rest[:-1] - 1.0))
            assert chain.gap_mm[2:].min() > -4.0
    assert unsettled <= 2
    assert np.quantile(np.concatenate(strains), 0.999) < 0.02


def test_a_wall_answers_in_proportion_at_first_and_then_more_and_its_force_is_the_slope_of_its_work() -> None:
    assert given(-0.2) == (0.0, 1.0, 0.0)
    assert given(0.5 * FIRM_MM)[0] == 0.5 * FIRM_MM
    depths = np.linspace(0.01, 4.0, 60)
    force, slope, work = np.array([given(depth) for depth in depths]).T
    ahead = np.array([given(depth + 1e-6) for depth in depths]).T
    assert (ahead[2] - work) / 1e-6 == pytest.approx(force, rel=1e-4)
    assert (ahead[0] - force) / 1e-6 == pytest.approx(slope, rel=1e-4)
    assert given(3.0)[0] > 3.0 * 3.0


def test_the_shortest_chain_is_drawn_back_without_turning_inside_out() -> None:
    draw = np.random.default_rng(4)
    chain = Chain([wire(300.0, 300.0)], [5.0], wall=straight_tube(60.0, 4.0))
    fewest = 0
    for mm in draw.uniform(-0.95, 0.9, 400):
        chain.advance([float(np.clip(mm, 2.05 - chain.inserted_mm[0], 6.0 - chain.inserted_mm[0]))])
        fewest += chain.nodes == FEWEST
        assert chain.rest[1:-1].min() > 0.2
        assert chain.rest[1:-1].sum() == pytest.approx(chain.inserted_mm[0], abs=1e-9)
        length = np.linalg.norm(np.diff(chain.x, axis=0), axis=1)
        assert length == pytest.approx(chain.rest[:-1], rel=0.02)
    assert fewest > 100
