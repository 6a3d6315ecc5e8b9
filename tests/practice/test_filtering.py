"""A scripted operator with a cava filter: the width it draws, the level it takes, when it presses again."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from angiosuite.practice.operators.cavagram import VEIN
from angiosuite.practice.operators.filtering import ended, level_mm, measured
from angiosuite.practice.operators.skill import SKILLS
from angiosuite.practice.operators.stage import Do, Stage
from angiosuite.practice.operators.steering import Held


def stage(name: str = "reference") -> Stage:
    """One whose eye does not err."""
    return Stage(replace(SKILLS[name], eye_mm=0.0, eye_share=0.0), 1)


def run(pixel_mm: float, wide_mm: float, filled: float = 1.0, v_mm: float = -20.0) -> dict[str, Any]:
    cava = {"in_field": True, "filled": filled, "u_mm": -15.0, "v_mm": 25.0, "widest_mm": wide_mm}
    renal = {"in_field": True, "filled": 0.5, "u_mm": -27.0, "v_mm": v_mm}
    judged = {"cava": cava, "renal": renal}
    return {
        "index": 7, "mode": "run", "run": 1, "size": [1024, 1024], "pixel_mm_iso": pixel_mm, "judged": judged,
    }  # fmt: skip


def done(steps: Any, name: str) -> list[Do]:
    return [step for step in steps if isinstance(step, Do) and step.name == name]


@given(pixel_mm=st.floats(0.1, 1.0), wide_mm=st.floats(12.0, 32.0))
def test_a_width_against_bands_that_lie_as_deep_hangs_on_no_scale(pixel_mm: float, wide_mm: float) -> None:
    me = stage()
    me.pictures = [run(pixel_mm, wide_mm)]
    (asked,) = done(measured(me), "measure.add")
    line, bands = (np.array(points) for points in (asked.args["points"], asked.args["calibrated"]["points"]))
    spans = asked.args["calibrated"]["spacing_mm"] * asked.args["calibrated"]["count"]
    scale = spans / np.linalg.norm(bands[1] - bands[0])
    assert float(np.linalg.norm(line[1] - line[0]) * scale) == pytest.approx(wide_mm, rel=1e-6)


def test_without_contrast_no_width_is_drawn() -> None:
    me = stage()
    empty = run(0.3, 20.0, filled=0.0)
    del empty["judged"]["cava"]["widest_mm"]
    me.pictures = [empty]
    assert done(measured(me), "measure.add") == []


def test_the_level_is_the_mean_of_all_pictures_of_the_last_run() -> None:
    me = stage()
    me.pictures = [
        {**run(0.3, 20.0, v_mm=90.0), "run": 0},
        run(0.3, 20.0, v_mm=-20.0),
        run(0.3, 20.0, v_mm=-22.0),
    ]
    assert level_mm(me) == pytest.approx(-21.0)


@pytest.mark.parametrize(("bleeds", "presses"), [(True, 3), (False, 0)])
def test_a_careful_hand_presses_again_where_it_bleeds(bleeds: bool, presses: int) -> None:
    me = stage()
    me.state = {"treating": {"closing": [{"access": VEIN, "bleeds": bleeds}]}}
    steps = list(ended(me, Held("s2")))
    assert len(done(steps, "closing.press")) == presses
    (out,) = done(steps, "closing.remove_sheath")
    assert out.args["share"] > 0.0


def test_a_reckless_one_takes_the_sheath_out_and_goes() -> None:
    steps = list(ended(stage("reckless-fast"), Held("s2")))
    assert done(steps, "closing.remove_sheath")[0].args["share"] == 0.0
    assert done(steps, "closing.release") == done(steps, "closing.press") == []
