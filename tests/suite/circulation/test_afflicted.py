"""Lesions in the joined circulation: each effect does what it does in a patient."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from angiosuite.anatomy.vessels.lesion_effects import (
    BedFactor,
    Bypass,
    Closed,
    FlowEffect,
    Leak,
    Narrowing,
    orifice_mm2,
)
from angiosuite.suite.circulation.afflicted import Afflicted
from angiosuite.suite.circulation.circulation import Circulation
from angiosuite.suite.circulation.settling import REGIONS, Settled

from .conftest import STEPS
from .small import PLUMBED, small_graph

TURN = 1.0 / STEPS
RENAL, AT_MM, BEYOND_MM = "right-renal-artery", 20.0, 38.0


def sick(rest: Settled, *effects: FlowEffect) -> Circulation:
    graph = small_graph()
    return Circulation(graph, rest, PLUMBED, Afflicted(graph, effects, rest))


def mean_ml_s(blood: Circulation, vessel: str = RENAL, at_mm: float = BEYOND_MM, beats: int = 2) -> float:
    flows = []
    for k in range(beats * STEPS // 9):
        blood.advance(9 * k * TURN % 1.0, TURN, REGIONS, 9)
        flows.append(blood.flow_ml_s(vessel, at_mm))
    return float(np.mean(flows))


def test_a_tighter_stenosis_never_raises_the_flow_through_it(rest: Settled) -> None:
    flows = [mean_ml_s(sick(rest))]
    for throat in (0.5, 0.25, 0.1, 0.03):
        flows.append(mean_ml_s(sick(rest, Narrowing("stenosis", RENAL, AT_MM, 10.0, throat))))
    assert all(b <= a * 1.005 for a, b in pairwise(flows)), flows
    assert flows[-1] < 0.6 * flows[0]


def test_a_stenosis_takes_pressure_behind_it_and_more_the_tighter(rest: Settled) -> None:
    drops = []
    for throat in (0.5, 0.15, 0.05):
        blood = sick(rest, Narrowing("stenosis", RENAL, AT_MM, 10.0, throat))
        before, behind = blood.node_at("aorta", 178.0), blood.node_at(RENAL, BEYOND_MM)
        mean_ml_s(blood)
        lost = []
        for k in range(STEPS // 9):
            blood.advance(9 * k * TURN, TURN, REGIONS, 9)
            lost.append(blood.network.pressure_mmhg[before] - blood.network.pressure_mmhg[behind])
        drops.append(float(np.mean(lost)))
    assert drops == sorted(drops) and drops[-1] > 15.0, drops


def test_nothing_passes_what_is_closed(rest: Settled) -> None:
    blood = sick(rest, Closed("occlusion", RENAL, AT_MM, 8.0))
    assert abs(mean_ml_s(blood)) < 0.01 * mean_ml_s(sick(rest))
    assert np.isfinite(blood.network.pressure_mmhg).all()


@pytest.mark.parametrize("share", [0.2, 0.6])
def test_collaterals_bring_their_share_of_the_flow_before(rest: Settled, share: float) -> None:
    closed, round_it = (
        Closed("occlusion", RENAL, AT_MM, 8.0),
        Bypass("occlusion", RENAL, AT_MM - 5.0, AT_MM + 5.0, share),
    )
    brought = mean_ml_s(sick(rest, closed, round_it)) / mean_ml_s(sick(rest))
    # the kidney answers and its veins fill less: about the share comes, never all
    assert 0.75 * share < brought < min(share + 0.35, 1.0)


def test_a_bed_with_more_resistance_gets_less(rest: Settled) -> None:
    flows = [
        mean_ml_s(sick(rest, BedFactor("tumour", "leg", factor)), "right-common-femoral-artery", 100.0)
        for factor in (0.5, 1.0, 3.0)
    ]
    assert flows[0] > flows[1] > flows[2]


def leak(**more: object) -> Leak:
    return Leak("bleeding", "aorta", 250.0, orifice_mm2(600.0), "belly", **more)  # type: ignore[arg-type]


def bled(blood: Circulation, seconds: float) -> list[float]:
    """Blood lost, ml, at the end of each second."""
    lost = []
    assert blood.lesions is not None
    for k in range(round(seconds / 0.02)):
        blood.advance(10 * k * TURN % 1.0, TURN, REGIONS, 10)
        if (k + 1) % 50 == 0:
            lost.append(blood.lesions.lost_ml(blood.network))
    return lost


def test_a_hole_loses_about_its_rate_and_pressure_falls(rest: Settled) -> None:
    blood = sick(rest, leak())
    assert blood.lesions is not None
    start = blood.network.total_ml + blood.lesions.lost_ml(blood.network)
    lost = bled(blood, 6.0)
    assert np.diff(lost) == pytest.approx(10.0, rel=0.3)
    assert blood.network.total_ml + lost[-1] == pytest.approx(start, rel=1e-6)


def test_a_confined_space_presses_back(rest: Settled) -> None:
    free, confined = bled(sick(rest, leak()), 6.0), bled(sick(rest, leak(gives_ml_mmhg=1.0)), 6.0)
    assert confined[-1] < 0.9 * free[-1]
    assert np.diff(confined)[-1] < 0.5 * np.diff(free)[-1]


def test_an_intermittent_bleeding_rests(rest: Settled) -> None:
    blood = sick(rest, leak(phases_s=((2.0, 4.0),)))
    assert blood.lesions is not None
    rates = np.diff(bled(blood, 12.0))
    assert rates.max() > 5.0 and rates.min() < 0.2


def test_iodine_that_bleeds_gathers_outside(rest: Settled) -> None:
    blood = sick(rest, leak())
    assert blood.lesions is not None
    blood.transport.fill(5.0, blood.network.volume_ml)
    bled(blood, 2.0)
    assert blood.lesions.pooled_mg[0] == pytest.approx(5.0 * 20.0, rel=0.4)


def test_a_lesion_s_state_goes_on_as_it_was(rest: Settled) -> None:
    effects = (leak(gives_ml_mmhg=20.0, clots_s=60.0, phases_s=((1.0, 1.0),)),)
    one, other = sick(rest, *effects), sick(rest, *effects)
    bled(one, 3.0)
    other.restore({}, one.state())
    assert bled(one, 2.0) == bled(other, 2.0)
