"""Stents: how they open, what they bear on, what they hold open, tack down, cross and close."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from tests.suite.treating.hands import AORTA, bring, do, events, run, wire_up

from angiosuite.content.device import DeviceItem
from angiosuite.suite.circulation.harm import Dissection, Perforation
from angiosuite.suite.session import Session
from angiosuite.suite.treating.stents.scaffold import Scaffold

AT_MM = 195.0
SELF, ON_BALLOON = "stent-self-10x40-035-80", "stent-balloon-9x37-035-80"
COVERED = "stent-covered-balloon-9x38-035-80"


def stent_at(session: Session, device: str, at_mm: float = AT_MM) -> str:
    """A stent in its catheter lies about a place of the aorta."""
    wire_up(session)
    item = session.room.content.get("devices", device).item
    assert isinstance(item, DeviceItem) and item.catheter.stent is not None
    stent = item.catheter.stent
    return bring(session, device, at_mm, stent.from_tip_mm, stent.packed_length_mm)


def opened(session: Session, tool: str) -> Scaffold:
    """Drawn back wholly, or opened by its balloon."""
    stent = session.instruments.lying(tool)[1].instrument.device.catheter.stent
    assert stent is not None
    if stent.opens == "self":
        do(session, "stent.draw-back", tool=tool, mm=100.0)
        run(session, 18.0)
    else:
        do(session, "balloon.prepare", tool=tool)
        do(session, "balloon.inflate", tool=tool, atm=12.0)
        run(session, 10.0)
        do(session, "balloon.deflate", tool=tool)
        run(session, 40.0)
    return session.treating.stents.of[0]


def test_by_itself_it_opens_from_its_far_end_and_rests_against_the_wall(narrow: Session) -> None:
    tool = stent_at(narrow, SELF)
    do(narrow, "stent.draw-back", tool=tool, mm=15.0)
    run(narrow, 5.0)
    one = narrow.treating.stents.of[0]
    assert 0.2 < one.open_share < 0.6 and not one.is_free
    assert one.width_mm[0] > 7.5 and one.width_mm[-1] == pytest.approx(2.0), (
        "the far end is open, the near one not"
    )
    assert narrow.instruments.lying(tool)[1].anchored
    opened(narrow, tool)
    assert one.is_free and not narrow.instruments.lying(tool)[1].anchored
    told = events(narrow, "stent-placed")
    assert len(told) == 1 and told[0]["vessel"] == AORTA
    middle = float(np.interp(AT_MM, np.sort(one.site.at_mm), one.width_mm[np.argsort(one.site.at_mm)]))
    plaque = narrow.treating.plaques.of["narrow"]
    assert 1.1 * plaque.drawn_mm < middle < 7.5, "an unsplit plaque holds it in"
    assert plaque.stent_mm == plaque.throat_mm == pytest.approx(middle, abs=0.3)
    assert [one["kind"] for one in narrow.treating.left()] == ["stent"]


def test_on_a_balloon_it_opens_a_plaque_more_than_the_balloon_alone_leaves(narrow: Session) -> None:
    tool = stent_at(narrow, ON_BALLOON)
    opened(narrow, tool)
    plaque = narrow.treating.plaques.of["narrow"]
    recoiled = (
        plaque.stretch
        * plaque.healthy_mm
        * (1.0 - 0.01 * events(narrow, "plaque-dilated")[-1]["recoil_percent"])
    )
    assert plaque.stent_mm > recoiled
    assert events(narrow, "stent-placed") and not events(narrow, "dissection"), "its flaps are held"
    assert (
        not narrow.treating.stents.show()[0]["placed"]
        or narrow.treating.stents.show()[0]["open_share"] == 1.0
    )


@pytest.mark.ci
def test_what_balloons_open_is_not_drawn_back_and_what_is_out_is_not_taken_back(narrow: Session) -> None:
    tool = stent_at(narrow, SELF)
    opened(narrow, tool)
    do(narrow, "stent.draw-back", tool=tool, mm=-20.0)
    assert events(narrow, "command-refused")[-1]["code"] == "stent-gone"
    do(narrow, "instrument.pick", device=ON_BALLOON)
    do(narrow, "stent.draw-back", tool="c2", mm=10.0)
    assert events(narrow, "command-refused")[-1]["code"] == "stent-on-balloon"
    do(narrow, "stent.draw-back", tool="w1", mm=10.0)
    assert events(narrow, "command-refused")[-1]["code"] == "no-stent"


@pytest.mark.ci
def test_an_open_stent_that_cannot_be_recaptured_says_so_and_one_that_can_comes_back(narrow: Session) -> None:
    tool = stent_at(narrow, SELF)
    do(narrow, "stent.draw-back", tool=tool, mm=15.0)
    run(narrow, 5.0)
    do(narrow, "stent.draw-back", tool=tool, mm=-15.0)
    assert events(narrow, "command-refused")[-1]["code"] == "not-recaptured"
    stent = narrow.instruments.lying(tool)[1].instrument.device.catheter.stent
    assert stent is not None
    object.__setattr__(stent, "recaptured_to", 0.8)
    try:
        do(narrow, "stent.draw-back", tool=tool, mm=-20.0)
        run(narrow, 6.0)
    finally:
        object.__setattr__(stent, "recaptured_to", 0.0)
    assert events(narrow, "stent-recaptured") and not narrow.treating.stents.of
    assert narrow.treating.stents.is_loaded(tool)


@pytest.mark.ci
def test_a_flap_under_a_stent_is_held_and_a_hole_under_a_cover_bleeds_no_more(narrow: Session) -> None:
    tool = stent_at(narrow, COVERED, 235.0)
    harms = narrow.instruments.aftermath.harms
    harms.apply(Dissection(AORTA, 230.0, 12.0, True, 0.4, 0.4, 0.4, 1.5))
    harms.apply(Perforation(AORTA, 240.0, 1.0, 1.0, 20.0, 36000.0))
    run(narrow, 4.0)
    before = harms.lost_ml
    assert before > 0.5 and harms.narrowed.stretches
    opened(narrow, tool)
    sealed = harms.lost_ml
    run(narrow, 10.0)
    assert not harms.narrowed.stretches and harms.lost_ml < sealed + 0.02 * (sealed - 0.0)


@pytest.mark.parametrize(
    ("device", "left"), [(SELF, 0.95), pytest.param(COVERED, 0.002, marks=pytest.mark.ci)]
)
def test_a_branch_under_bare_struts_flows_on_and_one_under_a_cover_is_closed(
    narrow: Session, device: str, left: float
) -> None:
    tool = stent_at(narrow, device, 178.0)
    opened(narrow, tool)
    told = events(narrow, "branch-jailed")[-1]
    assert "left-renal-artery" in told["branches"] and told["covered"] == (device == COVERED)
    share = narrow.instruments.aftermath.harms.narrowed.share("left-renal-artery", np.array([2.0]))
    assert float(share[0]) == pytest.approx(left, abs=1e-3)


@pytest.mark.ci
def test_a_stent_too_small_for_its_vessel_floats_off_with_the_blood(narrow: Session) -> None:
    tool = stent_at(narrow, "stent-self-7x40-035-120", 120.0)
    one = opened(narrow, tool)
    told = events(narrow, "stent-migrated")[-1]
    assert told["from"] == AORTA and one.site.middle != (AORTA, 120.0)
    assert one.gap_mm < 2.0 or told["to"] != AORTA


def test_it_is_seen_packed_then_as_struts_and_markers(narrow: Session) -> None:
    tool = stent_at(narrow, SELF)
    assert not narrow.treating.tools()
    opened(narrow, tool)
    tools = narrow.treating.tools()
    assert len(tools) == 1 + 2 * 4 and tools[0].is_straight
    struts = tools[0].points_mm
    assert np.isfinite(struts).all()
    across = np.linalg.norm(struts[:, :2], axis=1)
    assert 3.0 < across.max() < 6.0, "on the lumen of an aorta that runs along z"
    do(narrow, "instrument.remove", tool=tool)
    run(narrow, 8.0)
    seen = narrow.instruments.seen()
    assert seen is not None and any(one.is_straight for one in seen.tools)


def test_a_restored_session_has_the_same_stent_and_goes_on_alike(narrow: Session) -> None:
    tool = stent_at(narrow, SELF)
    do(narrow, "stent.draw-back", tool=tool, mm=60.0)
    run(narrow, 4.0)
    state, arrays = narrow.state()
    arrays = {name: np.array(value) for name, value in arrays.items()}

    def goes_on() -> tuple[Any, ...]:
        run(narrow, 12.0)
        assert narrow.blood.circulation is not None
        plain = narrow.treating.state()[0]
        return plain["plaques"], plain["parts"], narrow.blood.circulation.network.flow_ml_s.tobytes()

    first = goes_on()
    narrow.restore(state, arrays)
    assert goes_on() == first and narrow.treating.stents.of[0].is_free
