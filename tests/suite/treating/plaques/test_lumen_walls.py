"""Instruments feel a narrowing as treatment leaves it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tests.suite.treating.conftest import LESION
from tests.suite.treating.hands import ACCESS, do, events, run

from angiosuite.suite.opening import create_session
from angiosuite.suite.room import Room
from angiosuite.suite.session import Session

CATHETER, BEYOND_MM = "aspiration-8f-115", 200.0


def throat(session: Session) -> float:
    """Distance from the middle of the throat to the wall that rods feel, mm."""
    plaque = next(iter(session.treating.plaques.of.values()))
    middle, _ = session.blood.graph.vessels[plaque.vessel].at(plaque.at_mm)
    return float(session.instruments.trees["artery"].bricks.gaps(middle[None])[0][0])


def dilate(session: Session, throat_mm: float) -> None:
    """What a balloon leaves, without the balloon."""
    plaques, harms = session.treating.plaques, session.instruments.aftermath.harms
    plaques.look()
    next(iter(plaques.of.values())).throat_mm = throat_mm
    plaques.settle(harms)


def pushed(tmp_path: Path, slim_room: Room, throat_mm: float | None) -> Session:
    """A catheter of 2.7 mm, with no wire in it, pushed on through what was a narrowing to 0.6 mm."""
    session = create_session(tmp_path / "s1", slim_room, seed=7)
    session.pictures = "asked"
    session.blood.begin(lesions=[LESION | {"diameter_percent": 93.0}])
    do(session, "instrument.pick", device="sheath-8f-11cm")
    do(session, "access.sheath", access=ACCESS, tool="s1")
    do(session, "instrument.pick", device=CATHETER)
    do(session, "instrument.flush", tool="c1")
    do(session, "instrument.load", tool="c1", access=ACCESS, over=None)
    if throat_mm is not None:
        dilate(session, throat_mm)
        run(session, 2.7)
        assert throat(session) == pytest.approx(0.5 * throat_mm, abs=0.5)  # cells round the middle
    do(session, "instrument.goal", tool="c1", depth_mm=BEYOND_MM, mm_s=40.0)
    run(session, 8.0)
    return session


def test_a_catheter_that_does_not_go_through_a_throat_does_once_it_is_dilated(
    tmp_path: Path, slim_room: Room
) -> None:
    before = pushed(tmp_path / "before", slim_room, None)
    stack, catheter = before.instruments.lying("c1")
    assert catheter.depth_mm < BEYOND_MM and catheter.push_n > 2.0
    assert [one["at_mm"] > 190.0 for one in events(before, "perforation")] == [True]  # it left the lumen
    assert stack.tip(0)[1] is None
    before.close()
    after = pushed(tmp_path / "after", slim_room, 7.0)
    stack, catheter = after.instruments.lying("c1")
    assert catheter.depth_mm == BEYOND_MM and catheter.push_n < 1.0
    assert not events(after, "perforation")
    assert stack.tip(0)[1] == "aorta"
    after.close()


def test_walls_come_back_from_a_checkpoint_as_they_were(narrow: Session) -> None:
    do(narrow, "instrument.pick", device="wire-rosen-035-260")
    do(narrow, "instrument.load", tool="w1", access=ACCESS, over=None)
    run(narrow, 0.5)
    narrow.treating.plaques.look()
    first = throat(narrow)
    dilate(narrow, 6.0)
    run(narrow, 0.6)  # looked at, and being baked
    assert throat(narrow) == first
    state, arrays = narrow.state()
    run(narrow, 2.2)
    wide = throat(narrow)
    assert wide > first + 0.5
    narrow.restore(state, {name: np.array(value) for name, value in arrays.items()})
    assert throat(narrow) == first
    run(narrow, 2.2)
    assert throat(narrow) == wide
    state, arrays = narrow.state()
    narrow.restore(state, {name: np.array(value) for name, value in arrays.items()})
    assert throat(narrow) == wide


def test_where_nothing_is_treated_no_wall_is_baked_again(narrow: Session) -> None:
    do(narrow, "instrument.pick", device="wire-rosen-035-260")
    do(narrow, "instrument.load", tool="w1", access=ACCESS, over=None)
    narrow.treating.plaques.look()
    bricks = narrow.instruments.trees["artery"].bricks
    run(narrow, 4.0)
    assert narrow.instruments.trees["artery"].bricks is bricks
    assert narrow.treating.walls.state()["baked"] == {}
