"""Emptied balloons: wings that do not go into a small sheath, and what brings them in."""

from __future__ import annotations

from math import tau

import pytest
from tests.suite.treating.hands import bring, do, events, run, wire_up

from angiosuite.suite.session import Session
from angiosuite.suite.treating.balloons.refolding import refolded_mm

BALLOON = "balloon-ultra-10x40-035-80"  # 2.05 mm folded, 2.33 mm with its wings


def test_wings_wrap_again_as_the_hub_is_turned() -> None:
    assert refolded_mm(1.75, 2.0, 0.0) == 2.0
    assert refolded_mm(1.75, 2.0, -tau) == pytest.approx(1.875)
    assert refolded_mm(1.75, 2.0, 5.0 * tau) == pytest.approx(1.75)


def up_and_down(session: Session, sheath: str) -> str:
    """A balloon that was up, emptied, on its way out for 12 s."""
    wire_up(session, sheath)
    tool = bring(session, BALLOON, 230.0, 6.0, 40.0)
    do(session, "balloon.prepare", tool=tool)
    do(session, "balloon.inflate", tool=tool, atm=4.0)
    run(session, 5.0)
    do(session, "balloon.deflate", tool=tool)
    run(session, 20.0)
    assert events(session, "balloon-down")
    do(session, "instrument.remove", tool=tool)
    run(session, 12.0)
    return tool


def test_a_balloon_that_was_up_comes_out_through_the_sheath_of_its_label(narrow: Session) -> None:
    tool = up_and_down(narrow, "sheath-7f-11cm")
    assert tool in narrow.instruments.table.items
    assert not events(narrow, "balloon-binds")


def test_it_binds_at_a_smaller_sheath_until_it_is_turned(narrow: Session) -> None:
    tool = up_and_down(narrow, "sheath-6f-11cm")
    (told,) = events(narrow, "balloon-binds")
    assert told["across_mm"] == pytest.approx(2.33, abs=0.001)  # it went in with 2.05 through 2.10
    _, lying = narrow.instruments.lying(tool)
    assert lying.depth_mm == pytest.approx(46.5, abs=0.6)  # its end towards the hub, before the mouth
    assert narrow.treating.show()["balloons"][0]["binds"]
    for _ in range(4):
        do(narrow, "instrument.move", tool=tool, mm=0.0, deg=180.0)
        run(narrow, 1.0)
    assert narrow.treating.balloons.of[tool].turned_rad > 1.9 * tau
    run(narrow, 8.0)
    assert tool in narrow.instruments.table.items
