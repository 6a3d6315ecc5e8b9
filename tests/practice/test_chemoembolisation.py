"""A scripted operator with a tumour of the liver: each person's way, branches of sides, oil, then gelatin."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from angiosuite.content.loader import load_library
from angiosuite.practice.operators.chemoembolisation import (
    BENT,
    ENOUGH_BEATS,
    GELATIN,
    MOST_PORTIONS,
    OIL,
    OIL_ML,
    SHORT_MM,
    Leg,
    embolised,
    felt,
    portion,
    way_of,
)
from angiosuite.practice.operators.skill import SKILLS
from angiosuite.practice.operators.stage import Do, Stage, Wait
from angiosuite.practice.operators.steering import GROIN, Held, Road

LIBRARY = load_library()
PROCEDURE = "hepatic-chemoembolisation"
PERSONS: Any = LIBRARY.get("procedures", PROCEDURE).item


def stage(name: str = "reference", beats: int = 0, **depths: float) -> Stage:
    """One whose eye does not err, with tubes and wires in the groin so deep."""
    me = Stage(replace(SKILLS[name], eye_mm=0.0, eye_share=0.0), 1)
    tools = [
        {"tool": tool, "depth_mm": depth, "where": "Left hepatic artery"} for tool, depth in depths.items()
    ]
    me.state = {"instruments": {"stacks": {GROIN: {"tools": tools}}, "table": []}, "treating": told(beats)}
    return me


def told(beats: int) -> dict[str, Any]:
    return {"agents": {"clearing": {"beats": beats, "clear": True}, "syringes": [{"left_ml": 50.0}]}}


def looks(me: Stage, beats: list[int]) -> list[Do]:
    """What is given where each look at a little contrast brings the next count; the last one stays."""
    found: list[Do] = []
    left = list(beats)
    for step in embolised(me, Held("m1")):
        if isinstance(step, Do):
            found.append(step)
            if step.name == "hand.puff" and step.args["rate_ml_s"] == 0.25 and left:
                me.state["treating"] = told(left.pop(0))
    return found


def given_ml(steps: list[Do]) -> dict[str, float]:
    """How much of each agent was given."""
    ml, agent = {OIL: 0.0, GELATIN: 0.0}, ""
    for step in steps:
        agent = str(step.args["device"]) if step.name == "agent.prepare" else agent
        if step.name == "agent.inject":
            ml[agent] += float(step.args["ml"])
    return ml


@pytest.mark.parametrize("person", [one.id for one in PERSONS.variants])
def test_the_way_ends_in_the_artery_that_the_person_is_judged_by(person: str) -> None:
    case: Any = LIBRARY.drill(f"{PROCEDURE}.{person}.alone").item
    plan = case.task(1)
    (target,) = (one["vessel"] for one in plan["targets"] if one["id"] == "artery")
    way = way_of(plan["brief"])
    (end,) = way.legs[-1].road.end
    named = {"left-medial-hepatic-artery": "artery-of-segment-4"}.get(target, target)
    assert named.startswith(end)
    from_below = "superior mesenteric" in plan["brief"]
    assert (way.trunk[0] == "superior-mesenteric") == from_below
    assert ("left-gastric" in way.out_of) == ("left gastric artery" in plan["brief"])
    for before, after in zip(way.legs, way.legs[1:], strict=False):
        assert set(before.road.end) <= set(after.road.along), "each leg begins where the one before it ended"


def test_oil_comes_first_and_gelatin_only_after_all_of_it() -> None:
    steps = looks(stage(), [0] * 6 + [1, 1, 2, ENOUGH_BEATS])
    ml = given_ml(steps)
    assert ml[OIL] == OIL_ML and 0.0 < ml[GELATIN] < 10.0
    agents = [step.args["device"] for step in steps if step.name == "agent.prepare"]
    assert agents == [OIL, GELATIN]
    assert steps[-1].name == "xray.release", "a run ends it"


def test_an_artery_that_slows_with_oil_alone_gets_no_gelatin() -> None:
    assert given_ml(looks(stage(), [0, ENOUGH_BEATS]))[GELATIN] == 0.0


def test_nothing_is_given_for_ever_into_an_artery_that_does_not_slow() -> None:
    steps = looks(stage(), [0])
    assert len([step for step in steps if step.name == "agent.inject"]) == MOST_PORTIONS


@pytest.mark.parametrize("agent", [OIL, GELATIN])
def test_portions_are_smaller_and_slower_the_longer_contrast_took(agent: str) -> None:
    told = [(portion(agent, beats).ml, portion(agent, beats).rate_ml_s) for beats in range(5)]
    assert told == sorted(told, reverse=True) and len(set(told)) == 3


def test_haste_looks_at_nothing_and_gives_oil_fast() -> None:
    steps = looks(stage("novice"), [])
    assert [step for step in steps if step.name == "hand.puff"] == []
    assert all(
        step.args["rate_ml_s"] > portion(OIL, 0).rate_ml_s for step in steps if step.name == "agent.inject"
    )


def test_a_branch_of_the_side_is_felt_for_from_before_its_mouth() -> None:
    me = stage(c1=275.0, m1=350.0, w1=352.0)
    lying = {one["tool"]: one for one in me.state["instruments"]["stacks"][GROIN]["tools"]}
    leg = Leg(Road(("left-hepatic",), ("artery-of-segment-4",)), SHORT_MM, BENT, 24.0)
    turned_deg, deepest = 0.0, 0.0
    for step in felt(me, Held("c1"), Held("m1"), Held("w1"), leg):
        if isinstance(step, Wait):
            continue
        if step.name == "instrument.move":
            turned_deg += float(step.args["deg"])
        elif step.name == "instrument.goal":
            lying[step.args["tool"]]["depth_mm"] = depth = float(step.args["depth_mm"])
            if step.args["tool"] == "w1":
                into = depth > 362.0 and turned_deg > 90.0
                deepest = max(deepest, depth)
                lying["w1"]["where"] = (
                    "Artery of segment 4"
                    if into
                    else "Left lateral"
                    if depth > 364.0
                    else "Left hepatic artery"
                )
            elif lying["w1"]["where"] != "Artery of segment 4":
                pytest.fail("the microcatheter does not go before the wire is in")
    assert lying["w1"]["where"] == "Artery of segment 4" and lying["m1"]["depth_mm"] > 350.0
    assert deepest < 350.0 + 24.0 + 14.0
