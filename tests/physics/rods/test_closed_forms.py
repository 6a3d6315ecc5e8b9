"""Rods against closed forms: bending, buckling, twist, curves at rest, tools in each other."""

from __future__ import annotations

import numpy as np
import pytest

from angiosuite.physics.rods.chain import Chain
from angiosuite.physics.rods.frames import carry_frames, edges
from angiosuite.physics.rods.strains import add_bending
from angiosuite.physics.rods.stretch import add_stretch
from angiosuite.physics.rods.tool import Bent, Stretch, Tool

from .cases import EI, beam, settle, turn_of, wire


@pytest.mark.parametrize("tools", [1, 2])
def test_the_gradient_is_that_of_the_energy(tools: int) -> None:
    draw = np.random.default_rng(tools)
    n, b = 7, 3 + tools
    x = np.stack([np.arange(n) * 3.0, draw.normal(0, 0.6, n), draw.normal(0, 0.6, n)], axis=1)
    tangent, length = np.zeros((n, 3)), np.zeros(n)
    edges(x, n, tangent, length)
    rest = length * draw.uniform(0.98, 1.02, n)
    director = np.zeros((n, 3))
    for e in range(n - 1):
        side = np.cross(tangent[e], (0.0, 0.0, 1.0))
        director[e] = side / np.linalg.norm(side)
    twist, theta = np.zeros(n), draw.normal(0, 0.5, (n, tools))
    carry_frames(tangent.copy(), tangent, director, twist, n)
    ei, gj = draw.uniform(20, 100, (n, tools)), draw.uniform(20, 100, (n, tools))
    bend = draw.normal(0, 0.05, (n, tools, 2))

    def energy(points: np.ndarray, turns: np.ndarray) -> tuple[float, np.ndarray]:
        now, long = np.zeros((n, 3)), np.zeros(n)
        edges(points, n, now, long)
        frame, follows = director.copy(), twist.copy()
        carry_frames(tangent.copy(), now, frame, follows, n)
        right, band = np.zeros(b * n), np.zeros((b * n, 2 * b + 3))
        none = np.zeros(n)
        value = add_stretch(n, tools, now, long, rest, 2000.0, none, right, band)
        value += add_bending(n, tools, now, long, rest, frame, follows, turns, ei, gj, bend, right, band)
        return value, right

    _, gradient = energy(x, theta)
    small, found = 1e-6, np.zeros(b * n)
    for i in range(n):
        for c in range(b):
            values = []
            for sign in (1.0, -1.0):
                points, turns = x.copy(), theta.copy()
                (points if c < 3 else turns)[i, c if c < 3 else c - 3] += sign * small
                values.append(energy(points, turns)[0])
            found[b * i + c] = (values[0] - values[1]) / (2.0 * small)
    assert np.abs(found - gradient).max() < 1e-7 * np.abs(gradient).max()


@pytest.mark.parametrize(("nodes", "within"), [(20, 2e-3), (40, 1e-3), (160, 5e-4)])
def test_a_cantilever_is_the_elastica(nodes: int, within: float) -> None:
    """F = EI / L2 at the tip: 0.30172 L down and 0.94357 L out (K. E. Bisshopp, D. C. Drucker, 1945)."""
    chain = beam(nodes)
    chain.load[-1, 1] = -EI / 150.0**2
    settle(chain)
    assert -chain.tip_mm[1] / 150.0 == pytest.approx(0.3017208, rel=within)
    assert chain.tip_mm[0] / 150.0 == pytest.approx(0.9435668, rel=within)


@pytest.mark.parametrize(("share", "buckles"), [(0.985, False), (1.015, True)])
def test_a_clamped_free_column_buckles_at_euler_s_load(share: float, buckles: bool) -> None:
    chain = beam(60)
    chain.x[2:, 1] += 1e-3 * np.linspace(0.0, 1.0, chain.nodes - 2) ** 2
    chain.load[-1, 0] = -share * np.pi**2 * EI / (4.0 * 150.0**2)
    settle(chain, 300, 1e-8)
    assert (abs(chain.tip_mm[1]) > 5.0) == buckles


def test_a_curve_at_rest_is_taken_and_stays_in_its_plane() -> None:
    chain = beam(80, 63.0, wire(bends=(Bent(100.0, 0.1),)))
    settle(chain)
    along = np.diff(chain.x[1:], axis=0)
    along /= np.linalg.norm(along, axis=1)[:, None]
    turn = np.degrees(np.arccos(np.clip((along[1:] * along[:-1]).sum(axis=1), -1, 1))).sum()
    free_mm = 63.0 - 63.0 / 79.0  # from the middle of the first edge to that of the last
    assert turn == pytest.approx(np.degrees(0.1 * free_mm), rel=3e-3)
    spread = np.linalg.svd(chain.x - chain.x.mean(axis=0))[1]
    assert spread[2] < 1e-6


@pytest.mark.parametrize("ratio", [0.1, 0.5, 1.0, 5.0, 30.0])
def test_a_wire_straightens_a_catheter_as_their_stiffness_says(ratio: float) -> None:
    bent, straight = wire(bends=(Bent(200.0, 0.01),)), wire(ratio * EI)
    chain = Chain([straight, bent], [90.0, 90.0], spacing_mm=3.0)
    settle(chain)
    assert turn_of(chain) / (0.01 * 87.0) == pytest.approx(1.0 / (1.0 + ratio), rel=0.01)


def test_a_jump_of_stiffness_within_a_cell_is_averaged_as_compliance() -> None:
    length, stiff = 60.0, 4000.0
    tool = Tool([Stretch(31.0, 3.0, 3.0), Stretch(1e4, stiff, stiff)])
    chain = Chain([tool], [length], spacing_mm=2.0)
    force = 1e-4
    chain.load[-1, 1] = -force
    settle(chain)
    # small deflection: the integral of force (L - s)^2 / EI
    soft = (31.0**3) / 3.0 / 3.0
    hard = (length**3 - 31.0**3) / 3.0 / stiff
    assert -chain.tip_mm[1] == pytest.approx(force * (soft + hard), rel=0.015)


def test_a_turn_at_the_hub_comes_to_a_free_tip() -> None:
    chain = beam(50)
    for _ in range(10):
        chain.advance(turns_rad=[0.2], stop_mm=1e-6)
    assert chain.theta[chain.nodes - 2, 0] == pytest.approx(2.0, abs=np.radians(0.1))
