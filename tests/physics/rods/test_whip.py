"""A shaft that is curved at rest, turned in a curved tube: where it lags, leads and snaps.

In a tight tube without friction that turns with curvature k over a length L, a shaft whose own curvature
k0 lies at an angle phi to that of the tube has the energy of a pendulum along its length,
GJ phi'' = EI k k0 sin(phi), with phi' = 0 at the free tip. Near the two angles of rest the tip follows the
hub by 1 / cosh(q) and 1 / cos(q), q = L sqrt(EI k k0 / GJ); beyond q = pi / 2 the second is unstable and the
tip snaps past it (P. E. Dupont et al., IEEE Trans. Robotics 26, 2010, 209; R. J. Webster, J. M. Romano and
N. J. Cowan, IEEE Trans. Robotics 25, 2009, 67).
"""

from __future__ import annotations

import numpy as np
import pytest

from angiosuite.physics.rods.chain import Chain

from .cases import EI, GJ, arc_tube, wire

BEND_MM, DEGREES, IN_MM = 100.0, 180.0, 10.0
ALONG_MM = BEND_MM * np.radians(DEGREES)
STEP_RAD = 0.1


def turned(q: float) -> np.ndarray:
    """How far the tip turns for each turn of the hub, from half a turn on to a whole one; (steps,)."""
    residual = (q / ALONG_MM) ** 2 * GJ / EI * BEND_MM
    tube = arc_tube(BEND_MM, DEGREES, 0.6)
    shaft = wire(residual_per_mm=residual, outer_mm=0.45, friction=0.0)
    chain = Chain([shaft], [IN_MM + ALONG_MM], wall=tube)
    chain.lay(tube[10:, :3])
    tip = []
    for _ in range(round((2.0 * np.pi + 0.5) / STEP_RAD)):
        chain.advance(turns_rad=[STEP_RAD], seconds=1.0, stop_mm=1e-3, most=40)
        chain.advance(seconds=1.0, stop_mm=1e-3, most=40)
        tip.append(chain.theta[-2, 0] + chain.twist[1:-1].sum())
    return np.diff(tip)[round(np.pi / STEP_RAD) :] / STEP_RAD


@pytest.mark.parametrize("share", [0.4, 0.7])
def test_before_the_bifurcation_the_tip_leads_and_lags_as_a_pendulum_says(share: float) -> None:
    q = share * np.pi / 2.0
    gain = turned(q)
    assert gain.max() == pytest.approx(1.0 / np.cos(q), rel=0.03)
    assert gain.min() == pytest.approx(1.0 / np.cosh(q), rel=0.03)


def test_beyond_the_bifurcation_the_tip_snaps() -> None:
    assert turned(0.85 * np.pi / 2.0).max() < 6.0
    assert turned(1.15 * np.pi / 2.0).max() > 15.0


@pytest.mark.parametrize("lumen_mm", [0.6, 1.0, 2.0])
def test_a_turn_in_a_lumen_hardly_wider_than_the_shaft_settles_in_few_passes(lumen_mm: float) -> None:
    tube = arc_tube(BEND_MM, DEGREES, lumen_mm)
    shaft = wire(residual_per_mm=2.5e-4, outer_mm=0.45, friction=0.02)
    chain = Chain([shaft], [IN_MM + ALONG_MM], wall=tube)
    chain.lay(tube[10:, :3])
    told = [chain.advance(turns_rad=[STEP_RAD], seconds=0.1, stop_mm=0.01, most=40) for _ in range(30)]
    assert max(one.moved_mm for one in told) < 0.01
    assert np.mean([one.passes for one in told]) < 20.0
    assert max(one.steps for one in told) <= 4
