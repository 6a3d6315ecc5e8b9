"""What hands feel and do: push and torque at the clamp, the length outside, wires that stay bent."""

from __future__ import annotations

import numpy as np
import pytest

from angiosuite.physics.rods.chain import Chain
from angiosuite.physics.rods.tool import Stretch, Tool

from .cases import settle, straight_tube, wire


def test_a_push_on_a_wall_is_felt_at_the_hand() -> None:
    chain = Chain([wire(4000.0, 3000.0)], [60.0])
    chain.load[-1, 0] = -0.7
    settle(chain, 40)
    assert chain.push_n == pytest.approx([0.7], rel=1e-3)
    chain.load[-1, 0] = 0.4
    settle(chain, 40)
    assert chain.push_n == pytest.approx([-0.4], rel=1e-3)


def test_drawing_a_wire_along_a_wall_takes_its_friction() -> None:
    chain = Chain([wire(friction=0.2)], [90.0], wall=straight_tube(120.0, 0.4445 + 1e-6))
    chain.load[2:, 2] = -0.02
    for _ in range(60):
        chain.advance(seconds=0.05, stop_mm=1e-6)
    for sign in (1.0, -1.0):
        for _ in range(60):
            chain.load[:] = 0.0
            chain.load[2:, 2] = -0.02
            chain.advance([0.2 * sign], seconds=0.05, stop_mm=1e-6)
        assert chain.push_n[0] == pytest.approx(sign * 0.2 * chain.pressed.sum(), rel=0.03)


def test_a_catheter_pushed_over_a_pinned_wire_feels_its_own_friction() -> None:
    chain = Chain(
        [wire(friction=0.0), wire(200.0, 200.0, outer_mm=0.8, friction=0.2)],
        [90.0, 60.0],
        wall=straight_tube(120.0, 2.0),
    )
    for _ in range(60):
        chain.load[2:, 2] = -0.02
        chain.advance(seconds=0.05, stop_mm=1e-6)
    for _ in range(60):
        chain.advance([0.0, 0.1], seconds=0.05, stop_mm=1e-6)
    mine = chain.skin == 1
    assert chain.inserted_mm[1] == pytest.approx(66.0)
    assert chain.push_n[1] == pytest.approx(0.2 * chain.pressed[mine].sum(), rel=0.1)
    assert chain.push_n.sum() == pytest.approx(-chain.tension[1])


def test_the_length_outside_twists_between_the_hand_and_the_clamp() -> None:
    tool = Tool([Stretch(1.0, 100.0, 80.0)], length_mm=1000.0)
    chain = Chain([tool], [200.0])
    chain.held[-2, 3:] = True  # the far edge does not turn
    for _ in range(50):
        chain.advance(turns_rad=[0.1], stop_mm=1e-9)
    free = 200.0 + 0.5 * chain.rest[1] - chain.rest[-2] + 0.5 * chain.rest[-2] - 0.5 * chain.rest[1]
    expected = 5.0 * 80.0 / (800.0 + free)
    assert chain.torque_nmm[0] == pytest.approx(expected, rel=0.01)
    assert chain.theta[0, 0] == pytest.approx(5.0 - expected * 800.0 / 80.0, rel=0.01)


def test_a_free_tip_turns_with_the_hand_however_long_the_tool() -> None:
    tool = Tool([Stretch(1.0, 100.0, 80.0)], length_mm=1000.0)
    chain = Chain([tool], [200.0])
    for _ in range(50):
        chain.advance(turns_rad=[0.1], stop_mm=1e-9)
    assert chain.theta[-2, 0] == pytest.approx(5.0, abs=np.radians(0.1))


@pytest.mark.parametrize(("yields", "stays"), [(np.inf, False), (1.0 / 30.0, True)])
def test_steel_that_is_bent_too_far_stays_bent_and_nitinol_does_not(yields: float, stays: bool) -> None:
    chain = Chain([wire(yield_per_mm=yields)], [60.0])
    chain.load[-1, 1] = -0.2
    settle(chain, 60, 1e-7)
    worst = float(chain.curvature().max())
    chain.load[:] = 0.0
    settle(chain, 60, 1e-7)
    left = float(chain.curvature().max())
    assert worst > 1.0 / 25.0
    assert (left > 1e-3) == stays
    if stays:  # elastic, then ideally plastic: what exceeded the yield
        assert left == pytest.approx(worst - 1.0 / 30.0, rel=0.15)


def test_what_stayed_bent_goes_with_the_wire() -> None:
    chain = Chain([wire(yield_per_mm=1.0 / 30.0)], [60.0])
    chain.load[-1, 1] = -0.2
    settle(chain, 60, 1e-7)
    chain.load[:] = 0.0
    settle(chain, 60, 1e-7)
    at = float(chain.inserted_mm[0] - chain.arc_mm[chain.curvature().argmax()])
    for _ in range(40):
        chain.advance([0.5], seconds=0.05)
    settle(chain, 60, 1e-7)
    now = float(chain.inserted_mm[0] - chain.arc_mm[chain.curvature().argmax()])
    assert now == pytest.approx(at, abs=3.5)
    kept = chain.state()
    again = Chain([wire(yield_per_mm=1.0 / 30.0)], [60.0])
    again.restore(kept)
    again.advance([0.5])
    chain.advance([0.5])
    assert np.array_equal(again.x, chain.x)
