"""A scripted operator at a bleeding pelvis: both sides, each portion slower; haste closes one and leaves."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from angiosuite.content.loader import load_library
from angiosuite.practice.operators.pelvis import PORTIONS, pelvis, side_of
from angiosuite.practice.operators.skill import SKILLS
from angiosuite.practice.operators.stage import Do, Stage

DRILL: Any = load_library().items["drills"]["gelatin-in-an-unstable-pelvis"].item


def stage(name: str, seed: int) -> Stage:
    me = Stage(SKILLS[name], seed)
    clearing = {"vessel": "it", "beats": 2, "clear": True}
    me.state = {
        "task": {"brief": DRILL.task(seed)["brief"]},
        "treating": {"agents": {"clearing": clearing, "syringes": [{"left_ml": 9.0}]}},
    }
    return me


def done(name: str, seed: int = 1) -> list[Do]:
    return [step for step in pelvis(DRILL, stage(name, seed)) if isinstance(step, Do)]


def named(steps: list[Do], name: str) -> list[Do]:
    return [step for step in steps if step.name == name]


@pytest.mark.parametrize("seed", range(8))
def test_it_reads_from_the_brief_where_the_catheter_lies_and_names_the_other_groin(seed: int) -> None:
    there = str(DRILL.plan(seed)["start"]["blood"]["catheter"]["vessel"])
    side = side_of(stage("reference", seed))
    assert there.startswith(side)
    (said,) = named(done("reference", seed), "task.answer")
    assert said.args["answer"] == DRILL.answers(seed)["groin"] != side


def test_both_sides_get_portions_that_become_slower_and_both_are_filmed_afterwards() -> None:
    steps = done("reference")
    portions = named(steps, "agent.inject")
    assert len(portions) == 2 * len(PORTIONS)
    for first in (portions[: len(PORTIONS)], portions[len(PORTIONS) :]):
        assert all(a.args["rate_ml_s"] > b.args["rate_ml_s"] for a, b in pairwise(first))
    last = max(k for k, step in enumerate(steps) if step.name == "agent.inject")
    runs = [k for k, one in enumerate(steps) if one.name == "xray.press" and one.args["pedal"] == "acquire"]
    assert len(runs) == 2 and min(runs) > last
    assert steps.index(named(steps, "fluid.give")[0]) < steps.index(portions[0])


def test_the_reckless_one_pushes_all_at_once_into_one_side_and_films_nothing() -> None:
    steps = done("reckless-fast")
    assert not named(steps, "catheter.place") and not named(steps, "fluid.give")
    assert min(one.args["rate_ml_s"] for one in named(steps, "agent.inject")) > 2.0
    assert all(one.args["pedal"] == "fluoro" for one in named(steps, "xray.press"))
