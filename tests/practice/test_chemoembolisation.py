"""A scripted operator with a tumour of the liver: each person's way, oil and then gelatin."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from angiosuite.content.loader import load_library
from angiosuite.practice.operators.chemoembolisation import (
    ENOUGH_BEATS,
    GELATIN,
    MOST_PORTIONS,
    OIL,
    OIL_ML,
    embolised,
    portion,
    way_of,
)
from angiosuite.practice.operators.skill import SKILLS
from angiosuite.practice.operators.stage import Do, Stage

LIBRARY = load_library()
PROCEDURE = "hepatic-chemoembolisation"
PERSONS: Any = LIBRARY.get("procedures", PROCEDURE).item


def stage(name: str = "reference", beats: int = 0) -> Stage:
    """One whose eye does not err, and contrast that took so many beats."""
    me = Stage(replace(SKILLS[name], eye_mm=0.0, eye_share=0.0), 1)
    me.state = {"instruments": {"stacks": {}, "table": []}, "treating": told(beats)}
    return me


def told(beats: int) -> dict[str, Any]:
    return {"agents": {"clearing": {"beats": beats, "clear": True}, "syringes": [{"left_ml": 50.0}]}}


def looks(me: Stage, beats: list[int]) -> list[Do]:
    """What is given where each look at a little contrast brings the next count; the last one stays."""
    found: list[Do] = []
    left = list(beats)
    for step in embolised(me):
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
    (end,) = way.road.end
    assert target.startswith(end)
    assert way.road.along[-1] == f"{target.split('-')[0]}-hepatic", "the side's artery is on the way"


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


def test_once_contrast_was_slow_no_portion_is_large_again() -> None:
    steps = looks(stage(), [0] * 6 + [1, 0, 0, 2, 0, ENOUGH_BEATS])
    agent, given = "", []
    for step in steps:
        agent = str(step.args["device"]) if step.name == "agent.prepare" else agent
        if step.name == "agent.inject" and agent == GELATIN:
            given.append(float(step.args["ml"]))
    assert given == sorted(given, reverse=True) and len(set(given)) == 3
