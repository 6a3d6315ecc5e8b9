"""A scripted operator with particles: its portions follow the beats, and it stops at the end-point."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from angiosuite.content.loader import load_library
from angiosuite.practice.operators.embolising import (
    CHASE_ML,
    ENOUGH_BEATS,
    LOOK_ML_S,
    MOST_PORTIONS,
    SPHERES,
    particles,
    portion,
)
from angiosuite.practice.operators.skill import SKILLS
from angiosuite.practice.operators.stage import Do, Stage

DRILL: Any = load_library().items["drills"]["particles-to-the-end-point"].item


def told(beats: int, left_ml: float = 20.0) -> dict[str, Any]:
    clearing = {"vessel": "it", "beats": beats, "clear": True}
    return {"treating": {"agents": {"clearing": clearing, "syringes": [{"left_ml": left_ml}]}}}


def done(name: str, beats_after: list[int], left_ml: float = 20.0) -> list[Do]:
    """What a script does in a room in which each injection of an agent brings the next count."""
    me, given_so_far = Stage(SKILLS[name], 1), 0
    me.state = told(0, left_ml)
    found: list[Do] = []
    for step in particles(DRILL, me):
        if isinstance(step, Do):
            found.append(step)
            if step.name == "agent.inject":
                given_so_far += 1
                me.state = told(beats_after[min(given_so_far, len(beats_after)) - 1], left_ml)
    return found


def named(steps: list[Do], name: str) -> list[Do]:
    return [step for step in steps if step.name == name]


@given(number=st.integers(0, 9), beats=st.integers(0, 20))
def test_a_portion_is_never_larger_or_faster_than_one_at_fewer_beats(number: int, beats: int) -> None:
    now, next_one = portion(number, beats), portion(number + 1, beats + 1)
    assert next_one.ml <= now.ml and next_one.rate_ml_s <= now.rate_ml_s


@pytest.mark.parametrize("beats", [[1, 2, 3, 5], [0, 0, 0, 1, 2, 3, 4, 6], [7]])
def test_it_stops_at_the_first_count_of_five_and_films(beats: list[int]) -> None:
    steps = done("reference", beats)
    assert len(named(steps, "agent.inject")) == len(beats)
    assert beats[-1] >= ENOUGH_BEATS > max(beats[:-1], default=0)
    assert named(steps, "agent.prepare")[0].args["device"] == SPHERES
    pedals = [step.args["pedal"] for step in named(steps, "xray.press")]
    assert pedals[-1] == "acquire" and pedals.count("acquire") == 1
    assert steps[-1].name == "task.finish"


def test_a_run_that_counts_fewer_beats_than_the_look_is_no_end() -> None:
    me, counts, films = Stage(SKILLS["reference"], 1), [0, 2, 5, 4, 4, 6, 6], 0
    me.state = told(counts.pop(0))
    given_after_a_film = 0
    for step in particles(DRILL, me):
        if isinstance(step, Do):
            films += step.args.get("pedal") == "acquire" and step.name == "xray.press"
            given_after_a_film += films == 1 and step.name == "agent.inject"
            if step.name == "hand.puff" and step.args["rate_ml_s"] == LOOK_ML_S and counts:
                me.state = told(counts.pop(0))
    assert films == 2 and given_after_a_film == 2 and not counts


def test_what_lies_in_the_microcatheter_follows_as_slowly_as_the_portion() -> None:
    steps = done("reference", [0, 1, 2, 3, 4, 5])
    hands = [step for step in steps if step.name in ("agent.inject", "hand.puff")]
    pairs = [(one, after) for one, after in pairwise(hands) if one.name == "agent.inject"]
    assert len(pairs) == 6
    for pushed, chase in pairs:
        assert chase.name == "hand.puff" and chase.args["ml"] == CHASE_ML
        assert chase.args["rate_ml_s"] == pushed.args["rate_ml_s"]


def test_it_gives_up_when_the_beats_never_rise() -> None:
    assert len(named(done("reference", [0]), "agent.inject")) == MOST_PORTIONS


def test_an_empty_syringe_is_drawn_up_anew() -> None:
    steps = done("reference", [1, 2, 5], left_ml=0.0)
    assert len(named(steps, "agent.prepare")) == 1 + len(named(steps, "agent.inject"))


@pytest.mark.parametrize("name", ["novice", "reckless-fast"])
def test_hasty_ones_neither_look_nor_film(name: str) -> None:
    steps = done(name, [0])
    assert not named(steps, "hand.puff")
    assert all(step.args["pedal"] == "fluoro" for step in named(steps, "xray.press"))
