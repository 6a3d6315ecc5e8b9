"""Rods against closed forms: loads along the length, buckling by push and twist, helices, two curves."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import solve_bvp

from angiosuite.physics.rods.chain import Chain
from angiosuite.physics.rods.tool import Bent

from .cases import EI, GJ, beam, settle, wire


def test_a_heavy_cantilever_is_the_elastica_under_its_own_weight() -> None:
    """w L3 / EI = 10: EI angle'' = -w (L - s) cos(angle), solved as a boundary value problem."""
    long = 150.0
    weight = 10.0 * EI / long**3
    s = np.linspace(0.0, 1.0, 200)
    found = solve_bvp(
        lambda at, y: np.stack([y[1], -10.0 * (1.0 - at) * np.cos(y[0])]),
        lambda a, b: np.array([a[0], b[1]]),
        s,
        np.stack([s, 1.0 - s]),
        tol=1e-9,
    )
    down = np.trapezoid(np.sin(found.sol(s)[0]), s)
    chain = beam(60, long)
    cell = np.full(chain.nodes, chain.rest[1])
    cell[-1] *= 0.5
    chain.load[2:, 1] = -weight * cell[2:]
    settle(chain)
    assert -chain.tip_mm[1] / long == pytest.approx(down, rel=5e-3)


def on_two_supports(nodes: int = 61, long: float = 150.0) -> Chain:
    """A beam that turns freely at both ends; the far one slides along."""
    chain = beam(nodes, long)
    chain.held[0, :3] = False
    chain.held[-1, 1:3] = True
    return chain


def test_a_beam_on_two_supports_bends_by_f_l3_over_48_ei() -> None:
    chain = on_two_supports()
    middle = (chain.nodes + 1) // 2
    force = 48.0 * EI * 1.0 / 150.0**3  # a millimetre
    chain.load[middle, 1] = -force
    settle(chain)
    assert chain.arc_mm[middle] == pytest.approx(75.0)
    assert -chain.x[middle, 1] == pytest.approx(1.0, rel=0.01)


@pytest.mark.parametrize(("share", "buckles"), [(0.985, False), (1.015, True)])
def test_a_column_on_two_pins_buckles_at_euler_s_load(share: float, buckles: bool) -> None:
    chain = on_two_supports()
    chain.x[1:, 1] += 1e-3 * np.sin(np.pi * chain.arc_mm[1:] / 150.0)
    chain.load[-1, 0] = -share * np.pi**2 * EI / 150.0**2
    settle(chain, 300, 1e-8)
    assert (np.abs(chain.x[:, 1]).max() > 3.0) == buckles


def grows(chain: Chain, mode: np.ndarray, steps: int = 60) -> bool:
    """Whether a bend of a tenth of a micrometre grows to more than a micrometre in statics, or is gone."""
    chain.x[2:-2] += 1e-4 * mode[2:-2]
    for _ in range(steps):
        chain.advance(seconds=1.0, stop_mm=1e-10, most=3)
        chain.velocity[:] = 0.0
    size = float(np.abs(chain.x[:, 1:]).max())
    assert size < 1e-5 or size > 1e-3
    return size > 1e-3


@pytest.mark.parametrize(("share", "buckles"), [(0.985, False), (1.015, True)])
def test_a_clamped_rod_buckles_when_it_is_twisted_as_greenhill_says(share: float, buckles: bool) -> None:
    """M L / EI = 8.9868 between clamped ends (A. G. Greenhill, 1883)."""
    chain = beam(101, 150.0)
    chain.held[-2:, :3] = True
    chain.held[-2, 3:] = True
    cells = chain.rest[1] * (chain.nodes - 3) + 0.5 * chain.rest[1]  # the far clamp's own vertex is whole
    free = chain.arc_mm[-2]
    moment = share * 8.98682 * EI / free
    turn = moment * cells / GJ
    for _ in range(int(np.ceil(turn / 0.25))):
        chain.advance(turns_rad=[turn / np.ceil(turn / 0.25)], seconds=1.0)
    assert chain.torque_nmm[0] == pytest.approx(moment, rel=1e-3)
    s = chain.arc_mm / free
    mode = np.zeros((chain.nodes, 3))
    mode[:, 1] = 1.0 - np.cos(2.0 * np.pi * s)
    mode[:, 2] = np.sin(2.0 * np.pi * s) * (1.0 - s) * s
    assert grows(chain, mode, 120) == buckles


@pytest.mark.parametrize("torsion", [0.0, 0.02, 0.05])
def test_a_rod_of_constant_curvature_and_torsion_is_a_helix(torsion: float) -> None:
    """It turns by sqrt(k2 + t2) a mm and climbs by t / sqrt(k2 + t2) (G. Kirchhoff, 1859)."""
    curvature, step = 0.1, 0.5
    bends = tuple(Bent(step, curvature, -torsion * step * (j + 0.5)) for j in range(240))
    chain = beam(81, 80.0, wire(bends=bends))
    settle(chain)
    inner = chain.x[6:-6]
    bow = inner[2:] - 2.0 * inner[1:-1] + inner[:-2]
    axis = np.linalg.svd(bow)[2][2]
    climb = np.abs(np.diff(inner, axis=0) @ axis) / chain.rest[10]
    way = bow / np.linalg.norm(bow, axis=1)[:, None]
    turn = np.arccos(np.clip((way[1:] * way[:-1]).sum(axis=1), -1.0, 1.0)) / chain.rest[10]
    whole = np.hypot(curvature, torsion)
    assert turn.mean() == pytest.approx(whole, rel=3e-3)
    assert climb.mean() == pytest.approx(torsion / whole, rel=3e-3, abs=1e-6)


@pytest.mark.parametrize("degrees", [0.0, 45.0, 90.0, 150.0, 180.0])
def test_two_curves_in_each_other_add_as_vectors(degrees: float) -> None:
    psi = np.radians(degrees)
    inner, outer = wire(60.0, bends=(Bent(200.0, 0.012),)), wire(120.0, bends=(Bent(200.0, 0.01, psi),))
    chain = Chain([inner, outer], [90.0, 90.0])
    chain.held[:, 3:] = True  # neither turns in the other
    settle(chain)
    expected = abs(60.0 * 0.012 + 120.0 * 0.01 * np.exp(1j * psi)) / 180.0
    assert np.median(chain.curvature()[5:-5]) == pytest.approx(expected, rel=0.01, abs=1e-6)


@pytest.mark.parametrize(("share", "writhes"), [(0.985, False), (1.015, True)])
def test_a_twisted_ring_writhes_at_the_turn_that_michell_found(share: float, writhes: bool) -> None:
    """2 pi sqrt(3) EI / GJ (J. H. Michell, 1889; E. E. Zajac, 1962); a clamp takes no part in the mode.

    The ring may turn as a whole about its tangent at the clamp: the node across is kept in the plane.
    """
    nodes, radius = 81, 25.0
    edge = 2.0 * np.pi * radius / (nodes - 2.5)  # to the middle of the last, which is held
    chain = Chain([wire()], [edge * (nodes - 2)], spacing_mm=edge)
    along = (chain.arc_mm[1:-1] + 0.5 * edge) / radius
    way = np.column_stack([np.cos(along), np.sin(along), 0.0 * along])
    chain.lay(np.concatenate([np.zeros((1, 3)), np.cumsum(edge * way, axis=0)]))
    chain.held[-2:, :3] = chain.held[-2, 3:] = True
    chain.held[np.abs(chain.arc_mm - np.pi * radius).argmin(), 2] = True
    turn = share * 2.0 * np.pi * np.sqrt(3.0) * EI / GJ
    parts = int(np.ceil(turn / 0.2))
    for _ in range(parts):
        chain.advance(turns_rad=[turn / parts], seconds=1.0, stop_mm=1e-9)
        chain.velocity[:] = 0.0
    chain.x[2:-2, 2] += 0.01 * (np.cos(2.0 * chain.arc_mm[2:-2] / radius) - 1.0)
    for _ in range(300):
        chain.advance(seconds=1.0, stop_mm=1e-9, most=3)
        chain.velocity[:] = 0.0
    left = chain.torque_nmm[0] / (share * np.sqrt(3.0) * EI / radius)
    assert left < 0.9 if writhes else left == pytest.approx(1.0, abs=1e-3)
