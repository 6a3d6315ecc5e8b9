"""A scripted operator with a bleeding of the duodenum: lumens kept free, doors found, the groin held."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from angiosuite.practice.operators.skill import SKILLS
from angiosuite.practice.operators.stage import Do, Stage, Wait
from angiosuite.practice.operators.steering import GROIN, Held
from angiosuite.practice.operators.upper_gi import LOOPS, MANY, chosen_mm, cleared, drawn, ended, waited

STANDS_S = 120.0
"""From then on blood in a lumen clots, as the engine has it."""


def stage(name: str = "reference", depth: float = 0.0, **treating: Any) -> Stage:
    """One whose eye does not err, with a tube in the groin so deep, and perhaps coils that clot."""
    me = Stage(replace(SKILLS[name], eye_mm=0.0, eye_share=0.0), 1)
    tool = {"tool": "m1", "depth_mm": depth, "where": "Gastroduodenal artery"}
    me.state = {"instruments": {"stacks": {GROIN: {"tools": [tool]}}, "table": []}, "treating": treating}
    return me


def done(steps: Any, name: str) -> list[Do]:
    return [step for step in steps if isinstance(step, Do) and step.name == name]


def test_a_lumen_is_drawn_back_before_it_is_flushed() -> None:
    names = [step.name for step in cleared(stage(), Held("m1")) if isinstance(step, Do)]
    assert names == ["instrument.aspirate", "instrument.flush"]
    assert list(cleared(stage("novice"), Held("m1"))) == []


@pytest.mark.parametrize("wall", ["wall", "free"])
def test_a_tip_that_contrast_shows_against_a_wall_is_not_flushed(wall: str) -> None:
    me = stage()
    me.state["catheter"] = {"wall": wall}
    me.state["instruments"]["stacks"]["it"] = {
        "tools": [{"tool": "c1", "connected": True, "depth_mm": 300.0}]
    }
    steps = list(cleared(me, Held("c1")))
    assert bool(done(steps, "instrument.flush")) == (wall == "free")
    assert done(steps, "hand.puff"), "it is looked at first"


def test_while_coils_clot_no_lumen_stands_until_it_clots() -> None:
    stood_s = longest_s = 0.0
    flushes = 0
    for step in waited(stage(coils={"vessels": []}), Held("m1")):
        if isinstance(step, Wait):
            stood_s += step.seconds
            longest_s = max(longest_s, stood_s)
        elif step.name == "instrument.flush":
            flushes, stood_s = flushes + 1, 0.0
    assert flushes > 2
    assert longest_s < STANDS_S


@given(depth=st.floats(300.0, 360.0), wanted=st.floats(300.0, 360.0))
def test_a_microcatheter_is_drawn_back_and_never_pushed_without_its_wire(depth: float, wanted: float) -> None:
    goals = done(drawn(stage(depth=depth), Held("m1"), wanted), "instrument.goal")
    assert len(goals) == int(depth > wanted)
    assert all(goal.args["depth_mm"] < depth for goal in goals)


@pytest.mark.parametrize(("bleeds", "presses"), [(True, 4), (False, 0)])
def test_a_careful_hand_presses_again_where_it_bleeds(bleeds: bool, presses: int) -> None:
    me = stage(closing=[{"access": GROIN, "bleeds": bleeds}])
    me.state["instruments"] = {"stacks": {}, "table": []}
    steps = list(ended(me, Held("c1")))
    assert len(done(steps, "closing.press")) == presses
    assert done(steps, "closing.remove_sheath")[0].args["share"] > 0.0


def test_a_reckless_one_takes_the_sheath_out_and_goes() -> None:
    me = stage("reckless-fast")
    me.state["instruments"] = {"stacks": {}, "table": []}
    steps = list(ended(me, Held("c1")))
    assert done(steps, "closing.remove_sheath")[0].args["share"] == 0.0
    assert done(steps, "closing.release") == done(steps, "closing.press") == []


@given(wide_mm=st.floats(2.5, 4.1))
def test_loops_are_a_fifth_wider_than_the_artery_and_no_narrower_ones_would_be(wide_mm: float) -> None:
    loop = chosen_mm(wide_mm)
    assert loop >= 1.2 * wide_mm and loop in MANY
    assert not any(1.2 * wide_mm <= other < loop for other in LOOPS)
    assert chosen_mm(None) == 5.0
