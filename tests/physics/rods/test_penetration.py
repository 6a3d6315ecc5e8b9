"""How deep a chain lies in a wall beyond what bears it: nothing but the tolerance of the passes makes it."""

from __future__ import annotations

import numpy as np
import pytest

from angiosuite.physics.rods.chain import Chain

from .cases import iliac_to_arch, straight_tube, wire


def _worst(stop_mm: float) -> tuple[float, float]:
    """Over all steps of a push through the tube: beyond what bears it, and in all, mm."""
    chain = Chain([wire()], [5.0], wall=iliac_to_arch())
    beyond = deepest = 0.0
    for _ in range(683):
        chain.advance([0.6], stop_mm=stop_mm)
        beyond = max(beyond, float(np.abs(chain.beyond_mm).max()))
        deepest = max(deepest, -float(chain.gap_mm[2:].min()))
    return beyond, deepest


def test_in_the_tube_every_step_ends_within_a_twentieth_of_a_millimetre_of_what_the_wall_bears() -> None:
    beyond, _ = _worst(0.1)
    assert 0.0 < beyond < 0.05


def test_what_is_beyond_goes_with_the_tolerance_and_the_indentation_does_not() -> None:
    beyond, deepest = _worst(0.001)
    assert beyond < 0.001
    assert 0.03 < deepest < 0.05


def test_a_node_that_is_asked_to_bear_more_than_its_wall_gives_lies_that_much_too_high() -> None:
    chain = Chain([wire(20.0, 20.0)], [60.0], wall=straight_tube(100.0, 2.0))
    chain.load[:, 2] = -0.02
    for _ in range(200):
        chain.advance()
    assert np.abs(chain.beyond_mm).max() < 1e-3
    assert -chain.gap_mm[8:-8].max() > 5e-3
    chain.load[:, 2] = -0.03
    pressed = chain.pressed > 0.0
    wall_n_mm = 0.5 * chain.spacing_mm
    assert chain.beyond_mm[pressed][2:-2] == pytest.approx(-0.01 / wall_n_mm, rel=0.2)
