"""A cava filter in a session: led, let out, caught with clot, snared and taken out, or gone to the heart."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from angiosuite.kit.errors import WrongUse
from angiosuite.suite.kept_state import restore, state_of
from angiosuite.suite.room import Room
from angiosuite.suite.session import Session
from angiosuite.suite.treating.filter import Filters

S = 1_000_000
VEIN, LEG, CAVA = "right-femoral-vein", "right-common-femoral-vein", "inferior-vena-cava"
CONE, DOUBLE = "filter-cone-5f", "filter-double-6f"


def filters(session: Session) -> Filters:
    part = session.treating.parts["filter"]
    assert isinstance(part, Filters)
    return part


def told(session: Session, name: str) -> list[dict[str, Any]]:
    return [event["data"] for event in session.events if event["name"] == name]


def after(session: Session, seconds: float) -> None:
    session.advance(session.now_us + round(seconds * S))


def do(session: Session, command: str, **arguments: Any) -> None:
    """A command that must not be refused."""
    before = len(told(session, "command-refused"))
    session.command(command, arguments)
    after(session, 0.1)
    assert told(session, "command-refused")[before:] == []


def refused(session: Session, command: str, **arguments: Any) -> str:
    session.command(command, arguments)
    after(session, 0.1)
    return str(told(session, "command-refused")[-1]["code"])


def led(room: Room, to_mm: float = 200.0, seed: int = 3) -> Session:
    """A session in which a guiding sheath of 5 F lies with its end so far down the cava."""
    session = Session(room, seed, pictures="asked")
    do(session, "instrument.pick", device="sheath-8f-11cm")
    do(session, "instrument.pick", device="sheath-guiding-over-5f-45cm")
    do(session, "access.sheath", access=VEIN, tool="s1")
    do(session, "instrument.load", tool="s2", access=VEIN, over=None)
    for _ in range(60):
        stack = session.instruments.stacks[VEIN]
        _, vessel, at_mm = session.instruments.whereabouts.tip(stack, 0)
        if stack.lying[0].depth_mm > 0.0 and vessel == CAVA and at_mm <= to_mm:
            return session
        do(session, "instrument.move", tool="s2", mm=10.0)
        after(session, 0.5)
    raise AssertionError("the sheath does not come there")


@pytest.fixture(scope="module")
def kept(groin_room: Room) -> tuple[dict[str, Any], dict[str, Any]]:
    """A session with its sheath in the cava, to begin from."""
    plain, arrays = state_of(led(groin_room))
    return json.loads(json.dumps(plain)), arrays


@pytest.fixture
def session(groin_room: Room, kept: tuple[dict[str, Any], dict[str, Any]]) -> Session:
    begun = Session(groin_room, 3, pictures="asked")
    restore(begun, *kept)
    return begun


def filtered(session: Session, device: str = CONE) -> Session:
    do(session, "instrument.pick", device=device)
    do(session, "filter.load", tool="x1", into="s2")
    do(session, "filter.open")
    return session


def test_a_filter_stands_where_its_sheath_ended_and_its_level_and_lean_are_in_the_log(
    session: Session,
) -> None:
    stack = session.instruments.stacks[VEIN]
    _, _, at_mm = session.instruments.whereabouts.tip(stack, 0)
    filtered(session)
    (opened,) = told(session, "filter-opened")
    assert opened["vessel"] == CAVA and opened["fits"] is True
    assert opened["at_mm"] == pytest.approx(at_mm, abs=1.0)
    assert opened["level_mm"] == pytest.approx(at_mm - 175.0, abs=1.0)
    assert 0.0 < opened["tilt_deg"] < 12.0
    assert session.treating.left()[0]["kind"] == "cava-filter"
    assert len(session.treating.tools()) == 6, "a leg each"
    assert "tilt" not in json.dumps(session.treating.show()["filter"]), "that is for the eye"


def test_one_is_loaded_into_a_sheath_that_takes_it_and_comes_back_with_it(session: Session) -> None:
    do(session, "instrument.pick", device=DOUBLE)
    do(session, "instrument.pick", device=CONE)
    assert refused(session, "filter.open") == "no-filter"
    assert refused(session, "filter.load", tool="x1", into="s2") == "does-not-fit"
    assert refused(session, "filter.load", tool="s1", into="s2") == "not-on-table"
    do(session, "filter.load", tool="x2", into="s2")
    assert session.treating.show()["filter"]["loaded"] == {"tool": "x2", "in": "s2"}
    assert "x2" not in session.instruments.table.items
    do(session, "instrument.remove", tool="s2")
    after(session, 8.0)
    assert "x2" in session.instruments.table.items and session.treating.left() == []


def test_in_a_vein_that_is_too_wide_it_goes_to_the_heart(session: Session, groin_room: Room) -> None:
    filtered(session)
    (one,) = filters(session).standing
    one.travels = True  # as `open` says of a vein wider than its label
    after(session, 8.0)
    (gone,) = told(session, "filter-migrated")
    wide = groin_room.vessels.vessels[CAVA].at(one.foot_mm)[1] * 2.0
    assert wide <= 30.0 and gone["heart"] is False, "where it fits, it holds"
    one.at_mm, one.travels = 0.5, True
    beat = session.heart.state().copy()
    filters(session)._travel(one, 0.1)
    assert told(session, "filter-migrated")[-1]["heart"] is True
    assert session.heart.state()[4] > beat[4], "extra beats come"


def test_upright_filters_catch_more_and_what_is_missed_goes_to_the_lungs(session: Session) -> None:
    part = filters(session)
    caught = {}
    for tilt in (0.0, 40.0):
        part.standing = []
        part.stand(CONE, CAVA, 200.0, tilt, 0.0)
        before = len(told(session, "filter-caught"))
        for _ in range(60):
            part.standing[0].clot_mm3 = 0.0
            part.clot(5.0, LEG)
        session.events[:] = [event for event in session.events if event["name"] == "filter-caught"]
        caught[tilt] = len([1 for event in session.events]) - before
        session.events.clear()
    assert caught[0.0] > caught[40.0]


def test_a_clot_that_is_caught_narrows_the_cava_and_one_above_passes_by(session: Session) -> None:
    part = filters(session)
    part.stand(CONE, CAVA, 200.0, 0.0, 0.0)
    after(session, 0.1)
    harms = session.instruments.aftermath.harms
    at = np.array([225.0])
    assert harms.narrowed.share(CAVA, at)[0] == 1.0
    while not told(session, "filter-caught"):
        part.clot(12.0, LEG)
    share = harms.narrowed.share(CAVA, at)[0]
    mm3 = part.standing[0].clot_mm3
    radius = session.room.vessels.vessels[CAVA].at(200.0)[1]
    assert share == pytest.approx(1.0 - mm3 / (np.pi * radius**2 * 56.0), abs=0.01)
    session.events.clear()
    part.clot(8.0, "hepatic-vein")
    assert told(session, "clot-embolus") and not told(session, "filter-caught")
    with pytest.raises(WrongUse):
        part.clot(8.0, "aorta")


def test_a_snare_from_the_groin_takes_a_hook_that_looks_down_and_no_other(session: Session) -> None:
    part = filters(session)
    part.stand(CONE, CAVA, 205.0, 0.0, 0.0)
    do(session, "instrument.pick", device="snare-loop-10")
    do(session, "filter.snare", tool="x1", through="s2")
    assert told(session, "filter-snare-missed")[-1]["why"] == "the hook looks the other way"
    part.standing = []
    stack = session.instruments.stacks[VEIN]
    _, _, at_mm = session.instruments.whereabouts.tip(stack, 0)
    part.stand(DOUBLE, CAVA, at_mm - 65.0 + 4.0, 0.0, 0.0)
    do(session, "filter.snare", tool="x1", through="s2")
    assert told(session, "filter-snare-missed")[-1]["why"] == "the loop is too small for the vessel"


def snared(session: Session, days: float) -> Filters:
    """A double filter whose hook a snare holds, put in so many days ago."""
    part = filters(session)
    stack = session.instruments.stacks[VEIN]
    _, _, at_mm = session.instruments.whereabouts.tip(stack, 0)
    part.stand(DOUBLE, CAVA, at_mm - 65.0 + 4.0, 0.0, days)
    do(session, "instrument.pick", device="snare-three-12-20")
    instrument = session.instruments.table.take("x1")
    part._snared = instrument, "s2", 0
    return part


def test_a_snared_filter_needs_a_sheath_that_takes_it_and_force_enough(session: Session) -> None:
    part = snared(session, 0.0)
    assert refused(session, "filter.pull", force_n=19.0) == "does-not-fit", "8 F, and it needs 10"
    do(session, "filter.let_go")
    assert "x1" in session.instruments.table.items and part.standing


def test_pulled_out_it_leaves_some_of_its_clot_to_the_lungs(session: Session, groin_room: Room) -> None:
    session.instruments._sheaths[VEIN] = ("sheath-large-12f-25cm", 110.0)
    session.instruments._accesses = None
    session.instruments.stacks[VEIN].access = session.instruments.accesses[VEIN]
    part = snared(session, 0.0)
    part.standing[0].clot_mm3 = 2000.0
    do(session, "filter.pull", force_n=1.0)
    assert told(session, "filter-held") and part.standing
    do(session, "filter.pull", force_n=20.0)
    (out,) = told(session, "filter-retrieved")
    assert part.standing == [] and session.treating.left() == []
    assert 0.0 <= out["clot_out_share"] < 1.0 and told(session, "clot-embolus")
    assert "x1" in session.instruments.table.items


def test_a_session_with_a_filter_goes_on_exactly_as_it_was(session: Session, groin_room: Room) -> None:
    filtered(session)
    filters(session).clot(10.0, LEG)
    do(session, "instrument.pick", device=CONE)
    do(session, "filter.load", tool="x2", into="s2")
    plain, arrays = state_of(session)
    other = Session(groin_room, session.seed, pictures="asked")
    restore(other, json.loads(json.dumps(plain)), arrays)
    for one in (session, other):
        one.command("filter.open", {})
        one.command("filter.clot", {"thick_mm": 9.0, "vessel": LEG})
        after(one, 1.0)
    mine, theirs = state_of(session), state_of(other)
    assert mine[0]["treating"] == theirs[0]["treating"]
    assert mine[0]["instruments"]["harming"] == theirs[0]["instruments"]["harming"]
    for key in mine[1]:
        if key.startswith("blood/flow"):
            assert np.array_equal(mine[1][key], theirs[1][key]), key
