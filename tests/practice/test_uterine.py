"""A scripted operator with a uterine artery: a spasm is no end-point, portions follow beats, hubs turn."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from angiosuite.practice.operators.embolising import ENOUGH_BEATS
from angiosuite.practice.operators.skill import SKILLS
from angiosuite.practice.operators.stage import Do, Stage, Wait
from angiosuite.practice.operators.steering import Held
from angiosuite.practice.operators.uterine import (
    ARTERY,
    FIRST,
    GROIN,
    NITRATE,
    PROOFS,
    TURNS_DEG,
    WAITS,
    embolised,
    entered,
    relaxed,
)

MOST_UG = 800.0
"""More nitroglycerin than this within half an hour is warned of (`drugs/nitroglycerin`)."""


def stage(name: str = "reference", beats: int = 0, where: str = "Right internal iliac artery") -> Stage:
    """One whose eye does not err, a wire and two tubes in the groin, and contrast that took so many beats."""
    me = Stage(replace(SKILLS[name], eye_mm=0.0, eye_share=0.0), 1)
    tools = [{"tool": tool, "depth_mm": 190.0, "where": where} for tool in ("w1", "c1", "m1")]
    me.state = {"instruments": {"stacks": {GROIN: {"tools": tools}}, "table": []}, "treating": told(beats)}
    return me


def told(beats: int) -> dict[str, Any]:
    return {"agents": {"clearing": {"beats": beats, "clear": True}, "syringes": [{"left_ml": 20.0}]}}


def looks(me: Stage, steps: Any, beats: list[int]) -> list[Do]:
    """What is done where each look at a little contrast brings the next count."""
    found: list[Do] = []
    left = list(beats)
    for step in steps:
        if isinstance(step, Do):
            found.append(step)
            if step.name == "hand.puff" and step.args["rate_ml_s"] == 0.25 and left:
                me.state["treating"] = told(left.pop(0))
    return found


def named(steps: list[Do], name: str) -> list[Do]:
    return [step for step in steps if step.name == name]


@pytest.mark.parametrize(("beats", "count"), [([0], 1), ([6, 6, 1], 3), ([9] * 9, WAITS)])
def test_nobody_gives_spheres_while_an_open_artery_seems_shut(beats: list[int], count: int) -> None:
    me = stage()
    steps = looks(me, relaxed(me), beats)
    assert len(named(steps, "hand.puff")) == count


def test_five_beats_are_an_end_point_once_nitroglycerin_leaves_them_so() -> None:
    me = stage()
    steps = looks(me, embolised(me, Held("m1")), [0, 6, 2, 6, 6])
    names = [step.name for step in steps if step.name in ("agent.inject", "drug.give")]
    assert names == ["agent.inject", "drug.give", "agent.inject", "drug.give"]
    assert named(steps, "drug.give")[0].args["tool"] == "m1"
    assert steps[-1].name == "xray.release", "a run ends it"


def test_the_dose_of_nitroglycerin_stays_below_what_is_warned_of() -> None:
    me = stage()
    steps = looks(me, embolised(me, Held("m1")), [0] + [6, 2] * 30)
    given_ug = sum(float(step.args["dose"]) for step in named(steps, "drug.give"))
    assert given_ug == PROOFS * NITRATE["dose"]
    assert given_ug + NITRATE["dose"] < MOST_UG, "one dose goes in before the spheres"


def test_portions_are_slower_and_smaller_the_longer_contrast_took() -> None:
    me = stage()
    steps = looks(me, embolised(me, Held("m1")), [0, 1, 2, 3, 4, 5, 5])
    pushes = [(step.args["ml"], step.args["rate_ml_s"]) for step in named(steps, "agent.inject")]
    assert pushes[0] == (FIRST[0].ml, FIRST[0].rate_ml_s)
    assert pushes == sorted(pushes, reverse=True) and len(pushes) == ENOUGH_BEATS


def test_haste_looks_at_nothing() -> None:
    me = stage("novice")
    steps = looks(me, embolised(me, Held("m1")), [0])
    assert named(steps, "hand.puff") == [] and len(named(steps, "agent.inject")) > 1


def test_a_hub_is_turned_until_the_wire_lies_in_the_artery_and_no_further() -> None:
    me, held, tube = stage(), Held("w1"), Held("c1")
    lying = {one["tool"]: one for one in me.state["instruments"]["stacks"][GROIN]["tools"]}
    turns: list[float] = []
    wanted = TURNS_DEG[2]
    for step in entered(me, held, tube):
        if isinstance(step, Wait):
            continue
        if step.name == "instrument.goal":
            lying[step.args["tool"]]["depth_mm"] = step.args["depth_mm"]
            if sum(turns) == wanted and step.args["tool"] == "w1" and step.args["depth_mm"] > 192.0:
                lying["w1"]["where"] = "Right uterine artery"
        elif step.name == "instrument.move":
            turns.append(step.args["deg"])
    assert sum(turns) == wanted and len(turns) == 3
    assert ARTERY == "right-uterine"
    assert lying["c1"]["depth_mm"] > 190.0, "the catheter follows it"
