"""Walls and friction: ropes round bends, sliding and sticking, torque, rest."""

from __future__ import annotations

import numpy as np
import pytest

from angiosuite.physics.rods.chain import Chain

from .cases import arc_tube, edges_of, iliac_to_arch, push, straight_tube, wire


def pulled_round(degrees: float, mu: float, pitch_mm: float = 0.0) -> None:
    """Pull over hold = exp(mu angle) (L. Euler, 1762; J. A. Eytelwein, 1808), for a soft rope.

    The angle is what it turns by where it is pressed on the wall: at the clamp it lies in the middle.
    """
    tube = arc_tube(40.0, degrees, 4.0, pitch_mm=pitch_mm, out_mm=130.0)
    long = np.radians(degrees) * np.hypot(40.0, pitch_mm / (2.0 * np.pi)) + 60.0
    chain = Chain([wire(0.5, 50.0, friction=mu)], [long], wall=tube)
    chain.lay(tube[10:, :3])
    for _ in range(120):
        chain.load[:] = 0.0
        chain.load[-1] = edges_of(chain)[-1]
        chain.advance([-0.1], seconds=0.05, stop_mm=1e-3, most=40)
    way = edges_of(chain)
    turns = np.arccos(np.clip((way[1:] * way[:-1]).sum(axis=1), -1.0, 1.0))
    angle = turns[chain.pressed[1:-1] > 0.0].sum()
    assert angle > 0.8 * np.radians(degrees)
    assert -chain.push_n[0] == pytest.approx(np.exp(mu * angle), rel=0.01)


@pytest.mark.parametrize("mu", [0.02, 0.1, 0.3])
@pytest.mark.parametrize("degrees", [90.0, 180.0])
def test_a_rope_round_a_bend_is_pulled_as_the_capstan_says(degrees: float, mu: float) -> None:
    pulled_round(degrees, mu)


@pytest.mark.parametrize("mu", [0.02, 0.1, 0.3])
def test_a_rope_round_a_whole_turn_is_pulled_as_the_capstan_says(mu: float) -> None:
    pulled_round(360.0, mu, 20.0)


def free_on_a_wall(mu: float) -> Chain:
    """A wire that lies free along a straight tube and is pressed on its wall."""
    chain = Chain([wire(friction=mu)], [90.0], wall=straight_tube(400.0, 0.4445 + 0.05))
    chain.held[:2, :3] = False
    chain.load[2:, 2] = -0.01
    return chain


def test_below_the_angle_of_friction_it_sticks_for_a_minute() -> None:
    chain = free_on_a_wall(0.1)
    chain.load[2:, 0] = 0.95 * 0.1 * 0.01
    for _ in range(20):
        chain.advance(seconds=0.05, stop_mm=1e-9)
    before = chain.x[-1].copy()
    for _ in range(1200):
        chain.advance(seconds=0.05, stop_mm=1e-9)
    assert np.abs(chain.x[-1] - before).max() < 1e-3


@pytest.mark.parametrize("over", [1.05, 1.5])
def test_above_the_angle_of_friction_it_slides_as_fast_as_drag_lets_it(over: float) -> None:
    """What friction leaves of the load is the drag, 1e-6 N s/mm2, of all that moves."""
    chain = free_on_a_wall(0.1)
    chain.load[2:, 0] = over * 0.1 * 0.01
    for _ in range(60):
        chain.advance(seconds=0.01, stop_mm=1e-9)
    assert chain.pressed.sum() == pytest.approx(-chain.load[:, 2].sum(), rel=1e-6)
    spare = (over - 1.0) * 0.1 * 0.01 * (chain.nodes - 2)
    assert chain.velocity[-1, 0] == pytest.approx(spare / (1e-6 * chain.rest[:-1].sum()), rel=1e-3)


def test_turning_a_wire_that_lies_on_a_wall_takes_radius_times_friction() -> None:
    chain = Chain([wire(friction=0.15)], [90.0], wall=straight_tube(90.0, 3.0))
    chain.load[2:, 2] = -0.02
    for _ in range(100):
        chain.advance(seconds=0.05, stop_mm=1e-6)
    for _ in range(100):
        chain.advance(turns_rad=[0.1], seconds=0.05, stop_mm=1e-5)
    bears = 0.15 * chain.pressed[2:].sum()
    assert bears > 0.05
    assert chain.torque_nmm[0] == pytest.approx(0.4445 * bears, rel=0.002)


@pytest.fixture(scope="module")
def in_the_arch() -> Chain:
    chain = Chain([wire()], [5.0], wall=iliac_to_arch())
    push(chain, 410.0)
    return chain


def test_at_rest_it_drifts_less_than_five_micrometres_in_half_a_minute(in_the_arch: Chain) -> None:
    chain = Chain([wire()], [5.0], wall=iliac_to_arch())
    chain.restore(in_the_arch.state())
    for _ in range(100):
        chain.advance()
    before = chain.x.copy()
    passes = [chain.advance().passes for _ in range(3000)]
    assert np.linalg.norm(chain.x - before, axis=1).max() < 1e-3
    assert set(passes[1000:]) == {1}


def test_it_stays_in_the_lumen_and_does_not_stretch() -> None:
    chain = Chain([wire()], [5.0], wall=iliac_to_arch())
    deepest = stretch = 0.0
    for _ in range(683):
        told = chain.advance([0.6])
        assert told.moved_mm < 0.1
        length = np.linalg.norm(np.diff(chain.x, axis=0), axis=1)
        deepest = max(deepest, -float(chain.gap_mm[2:].min()))
        stretch = max(stretch, float(np.abs(length / chain.rest[:-1] - 1.0).max()))
    assert deepest < 0.05
    assert stretch < 1e-3


def test_the_answer_hardly_hangs_on_the_step_or_the_spacing(in_the_arch: Chain) -> None:
    fine = Chain([wire()], [5.0], wall=iliac_to_arch())
    push(fine, 410.0, seconds=0.002, stop_mm=1e-4, most=40)
    assert np.linalg.norm(in_the_arch.tip_mm - fine.tip_mm) < 0.5
    close = Chain([wire()], [5.0], spacing_mm=1.5, wall=iliac_to_arch())
    push(close, 410.0)
    assert np.linalg.norm(in_the_arch.tip_mm - close.tip_mm) < 1.0


def test_a_shaft_that_is_bent_at_rest_whips_and_a_straight_one_does_not() -> None:
    spans = []
    for residual in (0.0, 0.002, 0.005):
        chain = Chain([wire(residual_per_mm=residual)], [5.0], wall=iliac_to_arch())
        push(chain, 395.0)
        lags = []
        for _ in range(1000):
            chain.advance(turns_rad=[0.01])
            lags.append(chain.theta[0, 0] - chain.theta[-2, 0] - chain.twist[1:-1].sum())
        spans.append(np.ptp(lags[300:]))
    assert spans[0] < spans[1] < spans[2]
    assert spans[0] < np.radians(30.0)
    assert spans[2] > np.radians(60.0)
