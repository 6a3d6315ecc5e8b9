"""A scripted operator with coils: which loops it chooses, where it sees the leak, and how it pushes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from angiosuite.practice.operators.coiling import (
    ALONG_MM,
    LOOPS,
    STEP_MM,
    behind_tip_mm,
    clotted,
    coil,
    loop_mm,
    until,
)
from angiosuite.practice.operators.skill import SKILLS
from angiosuite.practice.operators.stage import Do, Stage, Step
from angiosuite.suite.pose import Pose

COURSE = [[-40.0, -25.0, 60.0], [-30.0, -25.0, 40.0], [-20.0, -30.0, 10.0], [-20.0, -34.2, -24.0]]
TIP = [-20.0, -35.0, -30.0]


def stage(**delivery: Any) -> Stage:
    """One whose eye does not err, with a catheter in place and perhaps a coil in it."""
    me = Stage(replace(SKILLS["reference"], eye_mm=0.0, eye_share=0.0), 1)
    coils = {"delivery": delivery or None, "vessels": []}
    me.state = {
        "pose": Pose().as_exact(),
        "catheter": {"course_mm": COURSE, "tip_mm": TIP},
        "treating": {"coils": coils},
    }
    return me


def picture(u_mm: float, v_mm: float) -> dict[str, Any]:
    leak = {"in_field": True, "filled": 1.0, "u_mm": u_mm, "v_mm": v_mm}
    return {"index": 4, "mode": "run", "run": 1, "pixel_mm_iso": 0.3, "judged": {"leak": leak}}


def commands(steps: Iterator[Step]) -> list[Do]:
    return [step for step in steps if isinstance(step, Do)]


@given(wide_mm=st.floats(2.5, 4.3))
def test_loops_are_wider_than_the_artery_and_no_narrower_ones_would_be(wide_mm: float) -> None:
    loop = loop_mm(wide_mm)
    assert loop >= 1.1 * wide_mm
    assert not any(1.2 * wide_mm <= other < loop for other in LOOPS)


def test_an_artery_that_was_not_seen_is_taken_for_a_usual_one() -> None:
    assert loop_mm(None) == 5.0 and loop_mm(9.0) == 5.0


@given(mm=st.floats(1.0, 38.0))
def test_a_leak_beside_the_catheter_is_found_by_the_way_back_along_it(mm: float) -> None:
    me = stage()
    tip, bend = np.array(TIP), np.array(COURSE[2])
    place = tip + (bend - tip) * mm / float(np.linalg.norm(bend - tip))
    me.looked = [picture(*me.shown(place))]
    assert behind_tip_mm(me, 0) == pytest.approx(mm, abs=STEP_MM)


def test_a_leak_that_is_not_seen_is_looked_for_in_the_middle() -> None:
    assert behind_tip_mm(stage(), 0) == 0.5 * ALONG_MM


@pytest.mark.parametrize(
    ("told", "is_let_go"),
    [({"junction_out": True}, True), ({"junction_out": True, "detachable": False}, False), ({}, False)],
)
def test_only_a_detachable_coil_with_its_junction_out_waits_to_be_let_go(
    told: dict[str, Any], is_let_go: bool
) -> None:
    lies = {"in_mm": 900.0, "tube_mm": 1300.0, "jam": "", "junction_out": False, "detachable": True, **told}
    found: list[bool] = []

    def whole() -> Iterator[Step]:
        found.append((yield from until(stage(**lies))))

    list(whole())
    assert found == [is_let_go]


def test_a_coil_that_sticks_is_drawn_back_and_not_let_go() -> None:
    lies = {"in_mm": 900.0, "tube_mm": 1300.0, "jam": "curled", "junction_out": False, "detachable": True}
    given_ = commands(coil(stage(**lies), "coil-detach-018-4x80"))
    assert "coil.detach" not in [one.name for one in given_]
    assert [one.args["mm_s"] for one in given_ if one.name == "coil.push"][-1] < 0.0


@pytest.mark.parametrize(("share", "waits"), [(1.0, 1), (0.5, 85)])
def test_it_waits_for_clot_and_not_for_ever(share: float, waits: int) -> None:
    me = stage()
    me.state["treating"]["coils"]["vessels"] = [{"vessel": "gastroduodenal-artery", "clotted": share}]
    assert len(list(clotted(me))) == waits
