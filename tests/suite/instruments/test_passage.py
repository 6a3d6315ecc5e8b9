"""A perforation lets the tip through: out into tissue, and back through the hole into the lumen."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from angiosuite.suite.instruments.stack import Stack
from angiosuite.suite.session import Session

from .test_instruments_in_a_session import ACCESS, do, events, run

WIRE = "wire-cto-014-300"


def depth_outside_mm(stack: Stack) -> float:
    """How far the tip lies from the nearest middle line of a vessel, less that vessel's radius."""
    assert stack.chain is not None
    tip, lines = stack.chain.tip(0)[0], stack.walls.lines.points
    return float((np.linalg.norm(lines[:, :3] - tip, axis=1) - lines[:, 3]).min())


def pushed_through(session: Session) -> Stack:
    """A wire that leads is pushed head-on into the end of an artery until the wall lets it through."""
    do(session, "instrument.pick", device=WIRE)
    do(session, "instrument.load", tool="w1", access=ACCESS, over=None)
    do(session, "instrument.goal", tool="w1", depth_mm=300.0, mm_s=100.0)
    run(session, 5.0)
    do(session, "instrument.drive", tool="w1", mm_s=30.0, deg_s=0.0)
    for _ in range(40):
        run(session, 0.2)
        if events(session, "perforation"):
            break
    assert events(session, "perforation"), "a stiff wire goes through what stops it"
    return session.instruments.stacks[ACCESS]


def drive(session: Session, mm: float) -> None:
    """The wire by so much, and the time that takes."""
    do(session, "instrument.halt")
    do(session, "instrument.move", tool="w1", mm=mm, deg=0.0)
    run(session, abs(mm) / 80.0 + 0.5)


def observed(session: Session) -> dict[str, Any]:
    return session.instruments.state()[0]["stacks"][ACCESS]


def test_a_wire_goes_out_through_its_hole_and_comes_back_into_the_lumen(entered: Session) -> None:
    stack = pushed_through(entered)
    drive(entered, 30.0)
    assert stack.is_outside(0) and depth_outside_mm(stack) > 20.0
    assert stack.tip(0)[1] is None, "in no vessel"
    assert stack.felt is not None and stack.felt.tip_n[0] < 0.2, "soft tissue holds it, no wall"
    out = observed(entered)
    assert out["passage"] is not None
    drive(entered, -60.0)
    assert stack.passage is None and not stack.is_outside(0)
    assert depth_outside_mm(stack) < 0.5 and stack.tip(0)[1] is not None
    assert stack.chain is not None and not stack.chain.load.any()
    assert len(events(entered, "perforation")) == 1, "nothing more is torn on the way"


def test_tissue_holds_a_wire_in_its_track_out_and_back(entered: Session) -> None:
    stack = pushed_through(entered)
    assert stack.passage is not None and stack.chain is not None
    hole, out = stack.passage.hole_mm.copy(), []
    for _ in range(6):
        drive(entered, 5.0)
        out.append(stack.chain.x[-1] - stack.chain.shift[-1])
    far = [float(np.linalg.norm(tip - hole)) for tip in out]
    assert np.diff(far) == pytest.approx(5.0, abs=0.3), "it folds nowhere"
    for tip in reversed(out[:-1]):
        drive(entered, -5.0)
        assert np.linalg.norm(stack.chain.x[-1] - stack.chain.shift[-1] - tip) < 0.5
    drive(entered, 3.0)
    assert len(stack.passage.track_mm) < 2 + far[0] + 5.0, "what was left has closed"


def test_what_is_outside_goes_on_as_before_in_a_restored_session(entered: Session) -> None:
    pushed_through(entered)
    drive(entered, 15.0)
    state, arrays = entered.state()
    arrays = {name: np.array(value) for name, value in arrays.items()}
    drive(entered, -8.0)
    stack = entered.instruments.stacks[ACCESS]
    assert stack.chain is not None
    first = stack.chain.x.tobytes()
    entered.restore(state, arrays)
    drive(entered, -8.0)
    again = entered.instruments.stacks[ACCESS]
    assert again.passage is not None and again.chain is not None and again.chain.x.tobytes() == first


def test_the_hole_bleeds_more_once_the_wire_is_back(entered: Session) -> None:
    stack = pushed_through(entered)
    drive(entered, 15.0)
    harms = entered.blood.harms
    assert harms is not None
    (plugged,) = entered.instruments.aftermath.state()[0]["holes"]
    assert plugged == "w1"
    drive(entered, -60.0)
    assert stack.passage is None
    assert entered.instruments.aftermath.state()[0]["holes"] == {}


def test_a_tip_that_lies_in_another_tool_s_wake_does_not_leave_the_lumen(entered: Session) -> None:
    do(entered, "instrument.pick", device=WIRE)
    do(entered, "instrument.load", tool="w1", access=ACCESS, over=None)
    do(entered, "instrument.goal", tool="w1", depth_mm=120.0, mm_s=100.0)
    run(entered, 3.0)
    do(entered, "instrument.pick", device="cobra-2-5f")
    do(entered, "instrument.load", tool="c1", access=ACCESS, over="w1")
    do(entered, "instrument.goal", tool="c1", depth_mm=60.0, mm_s=100.0)
    run(entered, 2.5)
    stack = entered.instruments.stacks[ACCESS]
    stack.pierce(["c1"])
    assert stack.passage is None, "the wire leads within the lumen"
    stack.pierce(["w1", "w9"])
    assert stack.passage is not None
    assert stack.is_outside(0) and not stack.is_outside(1)
