"""A scripted operator with a balloon: where a tip stands in the picture, its size, when it stops."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from angiosuite.practice.operators.dilating import COMPLIANT, HARD, inflated, nearest, withdrawn
from angiosuite.practice.operators.skill import SKILLS
from angiosuite.practice.operators.stage import Do, Stage
from angiosuite.practice.operators.steering import Held
from angiosuite.suite.pose import Pose, beam_geometry, iso_pixel_mm

REFERENCE_MM = np.array([3.0, -40.0, 900.0])
FIELD_MM, PIXELS = 300.0, 512


def stage(**state: Any) -> Stage:
    """One whose eye does not err."""
    made = Stage(replace(SKILLS["reference"], eye_mm=0.0), 1)
    made.state = state
    made.reference_mm = tuple(REFERENCE_MM)
    return made


@settings(max_examples=60, deadline=None)
@given(
    st.tuples(st.floats(-60, 60), st.floats(-60, 60), st.floats(-60, 60)),
    st.tuples(st.floats(-40, 40), st.floats(-20, 20), st.floats(-50, 50)),
    st.tuples(st.floats(-30, 30), st.floats(-20, 20)),
)
def test_a_tip_stands_where_its_ray_meets_the_detector(
    off: tuple[float, ...], table: tuple[float, ...], angles: tuple[float, ...]
) -> None:
    pose = Pose(*angles, table_x_mm=table[0], table_y_mm=table[1], table_z_mm=table[2])
    rays = beam_geometry(pose, REFERENCE_MM, FIELD_MM, PIXELS)
    tip = REFERENCE_MM + np.array(off)
    along = np.stack([rays.column_step_mm, rays.row_step_mm, rays.source_mm - tip], axis=1)
    column, row, _ = np.linalg.solve(along, rays.source_mm - rays.origin_mm)
    pixel_mm, middle = iso_pixel_mm(pose, FIELD_MM, PIXELS), 0.5 * (PIXELS - 1)
    me = stage(pose=pose.as_exact())
    me.tips = {"c1": tuple(tip)}
    assert me.stands("c1") == pytest.approx(
        ((column - middle) * pixel_mm, (row - middle) * pixel_mm), abs=1e-6
    )


def test_a_tip_that_was_not_seen_stands_nowhere() -> None:
    assert stage(pose=Pose().as_exact()).stands("c1") is None


@given(st.floats(5.0, 13.0))
def test_no_balloon_on_the_shelf_is_nearer_to_the_artery(wide_mm: float) -> None:
    for shelf in (COMPLIANT, HARD):
        taken = nearest(shelf, wide_mm)
        assert abs(taken - wide_mm) == min(abs(mm - wide_mm) for mm in shelf)


class Gauge:
    """A balloon whose waist goes at a pressure."""

    def __init__(self, yields_atm: float) -> None:
        self.me = stage()
        self.me.skill = SKILLS["reference"]
        self.yields_atm, self.most_atm = yields_atm, 0.0
        self._tell(0.0)

    def _tell(self, atm: float) -> None:
        waist = self.most_atm < self.yields_atm
        self.me.state["treating"] = {"balloons": [{"tool": "c1", "waist": waist, "up": atm > 0.0}]}

    def play(self, rated_atm: float) -> None:
        """Do what the script does."""
        for step in inflated(self.me, "c1", rated_atm):
            if isinstance(step, Do) and step.name == "balloon.inflate":
                self.most_atm = max(self.most_atm, step.args["atm"])
                self._tell(step.args["atm"])
            elif isinstance(step, Do) and step.name == "balloon.deflate":
                self._tell(0.0)


@given(st.floats(2.0, 40.0), st.integers(8, 30))
def test_it_goes_up_until_the_waist_is_gone_and_never_beyond_what_the_balloon_bears(
    yields_atm: float, rated_atm: int
) -> None:
    gauge = Gauge(yields_atm)
    gauge.play(rated_atm)
    assert gauge.most_atm <= rated_atm
    assert gauge.most_atm >= min(yields_atm, rated_atm) - 1e-9
    assert gauge.most_atm <= max(yields_atm, 6.0) + 2.0


@pytest.mark.parametrize(("name", "turns_first"), [("reference", True), ("novice", False)])
def test_wings_are_turned_before_a_balloon_is_drawn_by_who_checks_and_after_it_by_who_does_not(
    name: str, turns_first: bool
) -> None:
    me = Stage(SKILLS[name], 1)
    me.state = {"instruments": {"stacks": {"left-femoral-artery": {"tools": [{"tool": "c3"}]}}}}
    steps = [step for step in withdrawn(me, Held("c3")) if isinstance(step, Do)]
    turned = next(i for i, step in enumerate(steps) if step.name == "instrument.move")
    drawn = next(i for i, step in enumerate(steps) if step.name == "instrument.remove")
    assert (turned < drawn) == turns_first
    assert steps[turned].args == {"tool": "c3", "mm": 0.0, "deg": 360.0}


def test_a_balloon_that_is_out_is_not_drawn_again() -> None:
    me = Stage(SKILLS["reference"], 1)
    me.state = {"instruments": {"stacks": {}}}
    steps = [step for step in withdrawn(me, Held("c3")) if isinstance(step, Do)]
    assert [step.name for step in steps].count("instrument.remove") == 1
