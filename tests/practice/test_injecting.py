"""Hands of a scripted operator at a tip that touches: one that hands have led is freed by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from angiosuite.practice.operators.injecting import prove
from angiosuite.practice.operators.skill import SKILLS
from angiosuite.practice.operators.stage import Do, Stage


def stage(connected: str | None, wall: str = "wall") -> Stage:
    """One whose eye does not err, at a catheter that lies so."""
    me = Stage(replace(SKILLS["reference"], eye_mm=0.0, eye_share=0.0), 1)
    lying = [{"tool": tool, "connected": tool == connected} for tool in ("w1", "c1")]
    me.state = {"instruments": {"stacks": {"groin": {"tools": lying}}}, "catheter": {"wall": wall}}
    return me


def freeing(me: Stage, frees: bool) -> list[Do]:
    """What is done about the tip; `frees` when that helps."""
    found: list[Do] = []
    for step in prove(me, 2.0):
        if isinstance(step, Do) and step.name in ("catheter.free", "instrument.move"):
            found.append(step)
            me.state["catheter"]["wall"] = "free" if frees else "wall"
    return found


def test_a_led_catheter_is_drawn_back_and_turned_at_its_hub() -> None:
    (moved,) = freeing(stage("c1"), frees=True)
    assert moved.name == "instrument.move" and moved.args["tool"] == "c1"
    assert moved.args["mm"] < 0.0 and moved.args["deg"] != 0.0


def test_a_placed_catheter_is_freed_by_its_own_command() -> None:
    (freed,) = freeing(stage(None), frees=True)
    assert freed.name == "catheter.free"


@pytest.mark.parametrize("connected", [None, "c1"])
def test_a_free_tip_is_left_alone_and_one_that_stays_is_not_tried_for_ever(connected: Any) -> None:
    assert freeing(stage(connected, "free"), frees=True) == []
    assert 0 < len(freeing(stage(connected), frees=False)) <= 6
