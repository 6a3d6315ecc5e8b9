"""Hands of a scripted operator at the end of a case: while a groin bleeds, and once it does not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from angiosuite.practice.operators.closing import BEHIND_A_DEVICE, bleeds, closed
from angiosuite.practice.operators.skill import SKILLS
from angiosuite.practice.operators.stage import Do, Stage, Wait

GROIN = "left-femoral-artery"


def stage(name: str, bleeding: bool) -> Stage:
    """One before whom a groin bleeds or does not."""
    made = Stage(SKILLS[name], 1)
    made.state = {"treating": {"closing": [{"access": GROIN, "bleeds": bleeding}]}}
    return made


def played(me: Stage, at: Callable[[Any], None] = lambda step: None) -> list[Do | Wait]:
    """All steps of a closure; `at` may change what is seen after each."""
    steps = []
    for step in closed(me, GROIN, "closure-anchor-plug-8f"):
        steps.append(step)
        at(step)
    return steps


def commands(steps: list[Do | Wait], name: str) -> list[Do]:
    return [step for step in steps if isinstance(step, Do) and step.name == name]


def test_a_dry_groin_is_looked_at_and_not_pressed() -> None:
    steps = played(stage("reference", bleeding=False))
    assert len(commands(steps, "closing.device")) == 1
    assert commands(steps, "closing.press") == []
    assert sum(step.seconds for step in steps if isinstance(step, Wait)) >= 30.0


def test_a_device_that_oozes_is_given_time_before_a_hand_comes() -> None:
    me = stage("reference", bleeding=True)
    waited = [0.0]

    def look(step: Do | Wait) -> None:
        waited[0] += step.seconds if isinstance(step, Wait) else 0.0
        me.state["treating"]["closing"][0]["bleeds"] = waited[0] < 100.0

    assert commands(played(me, look), "closing.press") == []


def test_a_groin_that_goes_on_bleeding_is_held_firmly_and_long_three_times_at_most() -> None:
    steps = played(stage("slow-flawless", bleeding=True))
    pressed = commands(steps, "closing.press")
    assert len(pressed) == len(commands(steps, "closing.release")) == 3
    assert {one.args["share"] for one in pressed} == {BEHIND_A_DEVICE.share}
    after = steps[steps.index(pressed[0]) + 1]
    assert isinstance(after, Wait) and after.seconds == BEHIND_A_DEVICE.again_s


@pytest.mark.parametrize(("name", "share"), [("novice", BEHIND_A_DEVICE.share), ("reckless-fast", 0.0)])
def test_those_in_a_hurry_take_the_sheath_out_and_press_little_or_not_at_all(name: str, share: float) -> None:
    steps = played(stage(name, bleeding=True))
    (out,) = commands(steps, "closing.remove_sheath")
    assert out.args["share"] == share
    assert commands(steps, "closing.device") == []
    assert sum(step.seconds for step in steps if isinstance(step, Wait)) < 0.2 * BEHIND_A_DEVICE.again_s


def test_another_groin_that_bleeds_is_another_groin() -> None:
    me = stage("reference", bleeding=True)
    assert bleeds(me, GROIN)
    assert not bleeds(me, "right-femoral-artery")
