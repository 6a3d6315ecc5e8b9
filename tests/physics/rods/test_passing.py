"""No way through a wall: of a node in a step, and of an edge between two nodes."""

from __future__ import annotations

import numpy as np
import pytest

from angiosuite.physics.rods.baking import bake
from angiosuite.physics.rods.bricks import Bricks
from angiosuite.physics.rods.chain import Chain
from angiosuite.physics.rods.passing import CUT_MM, cuts_through, went_through

from .cases import edges_of, wire

CROTCH = 40.0
FORK = 0.35
"""Half the angle between two branches, rad."""


def branch(side: float) -> np.ndarray:
    """A vessel that runs along x and turns off at the crotch."""
    s = np.arange(-20.0, 121.0, 2.0)
    off = np.clip(s - CROTCH, 0.0, None)
    return np.column_stack([s - off * (1 - np.cos(FORK)), side * off * np.sin(FORK), 0 * s, 0 * s + 2.5])


@pytest.fixture(scope="module")
def fork() -> Bricks:
    return bake([branch(1.0), branch(-1.0)])


def in_wall_mm(chain: Chain, lumen: Bricks) -> float:
    """How much deeper the line lies in a wall between nodes than at them, mm."""
    deepest = 0.0
    for share in (0.25, 0.5, 0.75):
        points = (1.0 - share) * chain.x[2:-1] + share * chain.x[3:]
        gap = lumen.gaps(points)[0] - 0.4445
        ends = np.minimum(np.minimum(chain.gap_mm[2:-1], chain.gap_mm[3:]), 0.0)
        deepest = max(deepest, float((ends - gap).max()))
    return deepest


def lying_in(lumen: Bricks, mm: float) -> Chain:
    """A wire in the one branch, its tip so far beyond the crotch."""
    chain = Chain([wire(60.0, 60.0)], [CROTCH + mm], wall=lumen)
    chain.lay(branch(1.0)[10:, :3])
    for _ in range(20):
        chain.advance()
    return chain


def test_a_node_that_comes_into_the_other_branch_went_through_the_wall(fork: Bricks) -> None:
    chain = lying_in(fork, 30.0)
    before = chain.x.copy()
    assert not went_through(chain.nodes, chain._line, chain._lumen, before)
    assert chain.x[-1, 1] > 5.0
    before[-1, 1] *= -1.0
    assert went_through(chain.nodes, chain._line, chain._lumen, before)


def test_a_node_that_slides_along_its_branch_went_through_nothing(fork: Bricks) -> None:
    chain = lying_in(fork, 30.0)
    before = chain.x - np.concatenate([edges_of(chain), edges_of(chain)[-1:]])
    assert not went_through(chain.nodes, chain._line, chain._lumen, before)


def test_an_edge_that_cuts_the_crotch_is_given_nodes_there(fork: Bricks) -> None:
    chain = lying_in(fork, 12.0)
    edge, _ = cuts_through(2, chain.nodes, chain._line, chain._lumen)
    assert edge < 0
    chain.x[-1, 1] *= -1.0  # the tip stands in the other branch
    assert in_wall_mm(chain, fork) > 2.0 * CUT_MM
    nodes = chain.nodes
    chain._line.gap[nodes - 1] = fork.gaps(chain.x[-1:])[0][0] - 0.4445
    edge, gap = cuts_through(2, nodes, chain._line, chain._lumen)
    assert edge == nodes - 2
    assert gap < -CUT_MM
    cut = in_wall_mm(chain, fork)
    chain.held[-2:, :3] = True
    chain.advance()
    assert chain.nodes > nodes
    assert in_wall_mm(chain, fork) < 0.6 * cut


@pytest.mark.parametrize("seed", range(3))
def test_jerks_at_a_crotch_leave_no_edge_in_the_wall(fork: Bricks, seed: int) -> None:
    draw = np.random.default_rng(seed)
    chain = Chain([wire(40.0, 40.0)], [30.0], wall=fork)
    for k in range(300):
        if k % 20 == 0:
            speed, spin = draw.uniform(-1.0, 1.4), draw.uniform(-0.3, 0.3)
        feed = np.clip(chain.inserted_mm[0] + speed * (7.0 if draw.random() < 0.02 else 1.0), 20.0, 90.0)
        chain.load[:] = 0.0
        chain.load[-1, 1] = 0.02 * np.sin(0.05 * k)  # from the one branch towards the other
        chain.advance([float(feed - chain.inserted_mm[0])], [spin], most=8)
        assert in_wall_mm(chain, fork) < 3.0 * CUT_MM
        assert chain.gap_mm[2:].min() > -1.5
