"""Balloons: what holds them in, what they open, what they close while they are up, what they leave."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.suite.treating.hands import AORTA, bring, do, events, run, wire_up

from angiosuite.suite.session import Session

AT_MM = 195.0
BALLOON = "balloon-9x40-035-80"


def up_at(session: Session, device: str = BALLOON, at_mm: float = AT_MM) -> str:
    """A balloon that is ready lies at a place of the aorta."""
    wire_up(session)
    tool = bring(session, device, at_mm, 6.0, 40.0)
    do(session, "balloon.prepare", tool=tool)
    return tool


def flow_ml_s(session: Session, at_mm: float) -> float:
    """Mean over some beats."""
    seen = []
    for _ in range(100):
        run(session, 0.04)
        assert session.blood.circulation is not None
        seen.append(session.blood.circulation.flow_ml_s(AORTA, at_mm))
    return float(np.mean(seen))


def widths(session: Session, tool: str) -> np.ndarray:
    return session.treating.balloons.of[tool].width_mm


def test_a_waist_stays_below_its_pressure_goes_at_it_and_leaves_a_wider_throat(narrow: Session) -> None:
    tool = up_at(narrow)
    narrow.treating.plaques.look()
    plaque = narrow.treating.plaques.of["narrow"]
    before, yields = plaque.throat_mm, plaque.yields_atm
    assert before == pytest.approx(0.35 * plaque.healthy_mm, rel=0.02)
    do(narrow, "balloon.inflate", tool=tool, atm=max(yields - 0.5, 1.0))
    run(narrow, 6.0)
    free = narrow.treating.balloons.of[tool].free_mm
    assert widths(narrow, tool).min() < 0.8 * free, "a waist"
    assert narrow.treating.show()["balloons"][0]["waist"]
    do(narrow, "balloon.inflate", tool=tool, atm=yields + 1.0)
    run(narrow, 4.0)
    assert events(narrow, "waist-yielded")[-1]["atm"] == pytest.approx(yields, abs=0.2)
    assert widths(narrow, tool).min() > 0.95 * narrow.treating.balloons.of[tool].free_mm, "no waist"
    do(narrow, "balloon.deflate", tool=tool)
    run(narrow, 30.0)
    told = events(narrow, "plaque-dilated")[-1]
    assert plaque.throat_mm > before and told["residual_percent"] == round(100.0 * plaque.residual)
    assert plaque.throat_mm < plaque.stretch * plaque.healthy_mm, "it recoils"
    assert not narrow.treating.show()["balloons"][0]["up"]


@pytest.mark.ci
def test_what_did_not_yield_falls_back_wholly(narrow: Session) -> None:
    tool = up_at(narrow)
    narrow.treating.plaques.look()
    plaque = narrow.treating.plaques.of["narrow"]
    before = plaque.throat_mm
    do(narrow, "balloon.inflate", tool=tool, atm=max(plaque.yields_atm - 0.5, 1.0))
    run(narrow, 6.0)
    do(narrow, "balloon.deflate", tool=tool)
    run(narrow, 30.0)
    assert plaque.throat_mm == before and not events(narrow, "plaque-dilated")


def test_no_blood_passes_a_balloon_that_is_up_and_more_passes_after_it(narrow: Session) -> None:
    tool = up_at(narrow)
    before = flow_ml_s(narrow, AT_MM)
    do(narrow, "balloon.inflate", tool=tool, atm=12.0)
    run(narrow, 12.0)
    assert abs(flow_ml_s(narrow, AT_MM)) < 0.01 * before
    do(narrow, "balloon.deflate", tool=tool)
    run(narrow, 40.0)
    assert flow_ml_s(narrow, AT_MM) > before


@pytest.mark.ci
def test_a_balloon_that_is_up_holds_its_catheter_and_one_that_is_down_lets_it_go(narrow: Session) -> None:
    tool = up_at(narrow)
    do(narrow, "balloon.inflate", tool=tool, atm=10.0)
    run(narrow, 9.0)
    held = narrow.instruments.lying(tool)[1].depth_mm
    do(narrow, "instrument.move", tool=tool, mm=-20.0)
    run(narrow, 1.0)
    assert narrow.instruments.lying(tool)[1].depth_mm == held
    do(narrow, "instrument.halt")
    do(narrow, "balloon.deflate", tool=tool)
    run(narrow, 40.0)
    do(narrow, "instrument.move", tool=tool, mm=-20.0)
    run(narrow, 1.0)
    assert narrow.instruments.lying(tool)[1].depth_mm == pytest.approx(held - 20.0, abs=0.5)


def test_without_an_inflator_or_on_a_catheter_without_balloon_it_is_refused(narrow: Session) -> None:
    do(narrow, "instrument.pick", device=BALLOON)
    do(narrow, "balloon.prepare", tool="c1")
    assert events(narrow, "command-refused")[-1]["code"] == "no-inflator"
    do(narrow, "instrument.pick", device="inflator-60ml-12atm")
    do(narrow, "instrument.pick", device="pigtail-5f")
    do(narrow, "balloon.prepare", tool="c2")
    assert events(narrow, "command-refused")[-1]["code"] == "no-balloon"
    do(narrow, "balloon.inflate", tool="c1", atm=6.0)
    assert events(narrow, "command-refused")[-1]["code"] == "not-in-patient"
    assert not narrow.treating.balloons.of["c1"].is_up


@pytest.mark.ci
def test_beyond_its_pressure_it_bursts_and_comes_down(narrow: Session) -> None:
    tool = up_at(narrow)
    one = narrow.treating.balloons.of[tool]
    one.bursts_atm = 11.0
    do(narrow, "balloon.inflate", tool=tool, atm=20.0)
    run(narrow, 40.0)
    assert events(narrow, "balloon-burst")[-1]["atm"] == pytest.approx(11.0, abs=0.2)
    assert not one.is_up and one.goal_atm == 0.0
    do(narrow, "balloon.inflate", tool=tool, atm=5.0)
    assert events(narrow, "command-refused")[-1]["code"] == "balloon-burst"


@pytest.mark.ci
def test_a_wall_that_is_stretched_far_beyond_its_width_ruptures_and_bleeds(narrow: Session) -> None:
    tool = up_at(narrow, at_mm=235.0)
    one = narrow.treating.balloons.of[tool]
    one.form = replace(one.form, diameter_mm=18.0)
    do(narrow, "balloon.inflate", tool=tool, atm=10.0)
    run(narrow, 12.0)
    told = events(narrow, "rupture")
    assert len(told) == 1 and told[0]["stretch"] > 1.3 and told[0]["vessel"] == AORTA
    assert events(narrow, "pain")
    up = narrow.instruments.aftermath.harms.lost_ml
    do(narrow, "balloon.deflate", tool=tool)
    run(narrow, 90.0)
    assert narrow.instruments.aftermath.harms.lost_ml > up + 5.0, "while it is up it plugs the tear"


def test_a_restored_session_goes_on_with_the_same_balloon(narrow: Session) -> None:
    tool = up_at(narrow)
    do(narrow, "balloon.inflate", tool=tool, atm=9.0)
    run(narrow, 3.0)
    state, arrays = narrow.state()
    arrays = {name: np.array(value) for name, value in arrays.items()}

    def goes_on() -> tuple[object, ...]:
        run(narrow, 4.0)
        do(narrow, "balloon.deflate", tool=tool)
        run(narrow, 20.0)
        plain, _ = narrow.treating.state()
        assert narrow.blood.circulation is not None
        return plain["plaques"], plain["parts"], narrow.blood.circulation.network.flow_ml_s.tobytes()

    first = goes_on()
    narrow.restore(state, arrays)
    assert goes_on() == first
