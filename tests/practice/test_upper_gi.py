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
from angiosuite.practice.operators.upper_gi import LOOPS, MANY, chosen_mm, doors_mm, ended, waited
from angiosuite.practice.operators.visceral import cleared, drawn
from angiosuite.suite.pose import Pose

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


def test_while_coils_clot_no_lumen_stands_until_it_clots() -> None:
    stood_s = longest_s = 0.0
    draws = 0
    for step in waited(stage(coils={"vessels": []}), Held("m1")):
        if isinstance(step, Wait):
            stood_s += step.seconds
            longest_s = max(longest_s, stood_s)
        elif step.name == "instrument.aspirate":
            draws, stood_s = draws + 1, 0.0
        assert not isinstance(step, Do) or step.name != "instrument.flush", "its tip may lean in this breath"
    assert draws > 2
    assert longest_s < STANDS_S


def standing(along_mm: float) -> Stage:
    """A microcatheter whose tip stands so far below a mouth, under a beam from the back."""
    me = stage(depth=360.0)
    me.state["pose"] = Pose().as_exact()
    me.tips["m1"] = (0.0, 0.0, -along_mm)
    return me


@given(lies=st.floats(0.0, 45.0), wanted=st.floats(5.0, 40.0))
def test_a_microcatheter_is_drawn_back_to_a_place_in_the_picture_and_never_pushed(
    lies: float, wanted: float
) -> None:
    me, at_mm, slack_mm = standing(lies), lies, 6.0
    for step in drawn(me, Held("m1"), me.shown((0.0, 0.0, 0.0)), wanted):
        if isinstance(step, Do) and step.name == "instrument.goal":
            pulled = me.state["instruments"]["stacks"][GROIN]["tools"][0]["depth_mm"] - step.args["depth_mm"]
            assert pulled > 0.0
            me.state["instruments"]["stacks"][GROIN]["tools"][0]["depth_mm"] -= pulled
            taken = min(slack_mm, pulled)
            slack_mm, at_mm = slack_mm - taken, at_mm - (pulled - taken)
            me.tips["m1"] = (0.0, 0.0, -at_mm)
    if lies <= wanted:
        assert at_mm == lies
    else:
        assert wanted - 3.0 < at_mm < wanted + 1.0


def test_doors_lie_on_both_sides_of_a_leak_that_was_seen() -> None:
    for leak in (10.0, 14.0, 17.0, 20.0):
        back, front = doors_mm(leak)
        assert front < leak < back <= doors_mm(None)[0], "the arcade stays in front of the back door"
        assert front >= 2.0, "no loop reaches the artery of the liver"


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


@given(wide_mm=st.floats(2.5, 4.5))
def test_loops_are_a_tenth_wider_than_the_artery_and_no_narrower_ones_would_be(wide_mm: float) -> None:
    loop = chosen_mm(wide_mm)
    assert loop >= 1.1 * wide_mm and loop in MANY
    assert not any(1.1 * wide_mm <= other < loop for other in LOOPS)
    assert chosen_mm(None) == 4.0
