"""A scripted operator at a filter: it reads clot from two widths, and pulls harder only when it holds."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from angiosuite.practice.operators.closing import held
from angiosuite.practice.operators.retrieving import FREE_SHARE, PULLS_N, SOFT, hook_mm, pulled, seems_free
from angiosuite.practice.operators.skill import SKILLS
from angiosuite.practice.operators.stage import Do, Stage


def stage(within_mm: float | None = 19.0, below_mm: float | None = 20.0, snared: bool = True) -> Stage:
    """One whose eye does not err, with a run of the cava seen."""
    me = Stage(replace(SKILLS["reference"], eye_mm=0.0, eye_share=0.0), 1)
    judged = {
        "within": {"in_field": True, "widest_mm": within_mm},
        "below": {"in_field": True, "widest_mm": below_mm},
        "hook": {"in_field": True, "filled": 1.0, "u_mm": 1.0, "v_mm": -12.0},
    }
    me.pictures = [{"index": 3, "mode": "run", "run": 1, "pixel_mm_iso": 0.3, "judged": judged}]
    me.state = {"treating": {"filter": {"snared": snared}, "closing": []}}
    return me


def commands(script: Any) -> list[Do]:
    return [step for step in script if isinstance(step, Do)]


@pytest.mark.parametrize(
    ("within", "below", "free"),
    [(19.0, 20.0, True), (0.7 * 20.0, 20.0, False), (None, 20.0, True), (19.0, None, True)],
)
def test_a_stream_that_is_narrow_in_the_filter_tells_of_clot(
    within: float | None, below: float | None, free: bool
) -> None:
    assert 0.7 < FREE_SHARE < 0.95
    assert seems_free(stage(within, below)) is free


def test_the_hook_is_where_the_run_showed_it() -> None:
    assert hook_mm(stage()) == pytest.approx(-12.0)
    me = stage()
    me.pictures = []
    assert hook_mm(me) is None


def test_it_pulls_harder_while_the_filter_holds_and_lets_go_at_last() -> None:
    steps = commands(pulled(stage()))
    assert [one.args["force_n"] for one in steps[:-1]] == list(PULLS_N) == sorted(PULLS_N)
    assert steps[-1].name == "filter.let_go"
    assert commands(pulled(stage(snared=False))) == []


def test_both_veins_are_held_at_once_and_pressed_again_only_when_they_bleed() -> None:
    me = stage()
    steps = commands(held(me, ("a", "b"), SOFT))
    assert [one.name for one in steps] == ["closing.remove_sheath"] * 2 + ["closing.release"] * 2
    me.state = {"treating": {"closing": [{"access": "a", "bleeds": True}]}}
    assert [one.name for one in commands(held(me, ("a",), SOFT))].count("closing.press") == 3
