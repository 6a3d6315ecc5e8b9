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
from angiosuite.suite.treating.filters.filter import Filters

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


def led(room: Room, to_mm: float, access: str, guiding: str) -> Session:
    """A session in which a guiding sheath lies with its end so far down the cava."""
    session = Session(room, 3, pictures="asked")
    do(session, "instrument.pick", device=access)
    do(session, "instrument.pick", device=guiding)
    do(session, "access.sheath", access=VEIN, tool="s1")
    do(session, "instrument.load", tool="s2", access=VEIN, over=None)
    for _ in range(60):
        if session.instruments.stacks[VEIN].lying[0].depth_mm > 0.0 and tip_mm(session) <= to_mm:
            return session
        do(session, "instrument.move", tool="s2", mm=10.0)
        after(session, 0.5)
    raise AssertionError("the sheath does not come there")


def tip_mm(session: Session) -> float:
    """How far down the cava the guiding sheath ends."""
    _, vessel, at_mm = session.instruments.whereabouts.tip(session.instruments.stacks[VEIN], 0)
    return at_mm if vessel == CAVA else np.inf


Kept = tuple[dict[str, Any], dict[str, Any]]


@pytest.fixture(scope="module")
def kept(groin_room: Room) -> Kept:
    """A session with a sheath of 5 F in the cava, to begin from."""
    plain, arrays = state_of(led(groin_room, 200.0, "sheath-8f-11cm", "sheath-guiding-over-5f-45cm"))
    return json.loads(json.dumps(plain)), arrays


@pytest.fixture(scope="module")
def kept_wide(groin_room: Room) -> Kept:
    """One with a sheath of 7 F through one of 12 F."""
    wide = "sheath-large-12f-25cm", "sheath-guiding-straight-7f-90cm"
    plain, arrays = state_of(led(groin_room, 120.0, *wide))
    return json.loads(json.dumps(plain)), arrays


@pytest.fixture
def session(groin_room: Room, kept: Kept) -> Session:
    begun = Session(groin_room, 3, pictures="asked")
    restore(begun, *kept)
    return begun


@pytest.fixture
def wide(groin_room: Room, kept_wide: Kept) -> Session:
    begun = Session(groin_room, 3, pictures="asked")
    restore(begun, *kept_wide)
    return begun


def filtered(session: Session, device: str = CONE) -> Session:
    do(session, "instrument.pick", device=device)
    do(session, "filter.load", tool="x1", into="s2")
    do(session, "filter.open")
    return session


def test_a_filter_stands_where_its_sheath_ended_and_its_level_and_lean_are_in_the_log(
    session: Session,
) -> None:
    at_mm = tip_mm(session)
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
    caught: dict[float, int] = {}
    lungs: dict[float, int] = {}
    for tilt in (0.0, 40.0):
        part.standing = []
        part.stand(CONE, CAVA, 200.0, tilt, 0.0)
        caught[tilt] = lungs[tilt] = 0
        for _ in range(60):
            part.standing[0].clot_mm3 = 0.0
            session.events = []
            part.clot(5.0, LEG)
            caught[tilt] += len(told(session, "filter-caught"))
            lungs[tilt] += len(told(session, "clot-embolus"))
        assert caught[tilt] + lungs[tilt] == 60, "each clot goes one way"
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
    session.events = []
    part.clot(8.0, "hepatic-vein")
    assert told(session, "clot-embolus") and not told(session, "filter-caught")
    with pytest.raises(WrongUse):
        part.clot(8.0, "aorta")


def hooked(session: Session, days: float = 0.0) -> Filters:
    """A double filter, put in so many days ago, with its hook at the sheath's end."""
    part = filters(session)
    part.stand(DOUBLE, CAVA, tip_mm(session) - 65.0 + 4.0, 0.0, days)
    return part


def test_a_snare_from_the_groin_takes_a_hook_that_looks_down_and_no_other(wide: Session) -> None:
    part = filters(wide)
    do(wide, "instrument.pick", device="snare-loop-10")
    do(wide, "instrument.pick", device="snare-three-12-20")
    do(wide, "filter.snare", tool="x2", through="s2")
    part.stand(CONE, CAVA, tip_mm(wide) + 4.0, 0.0, 0.0)
    do(wide, "filter.snare", tool="x2", through="s2")
    part.standing = []
    hooked(wide)
    do(wide, "filter.snare", tool="x1", through="s2")
    assert [one["why"] for one in told(wide, "filter-snare-missed")] == [
        "nothing is there",
        "the hook looks the other way",
        "the loop is too small for the vessel",
    ]
    do(wide, "filter.snare", tool="x2", through="s2")
    assert told(wide, "filter-snared") and wide.treating.show()["filter"]["snared"]
    do(wide, "filter.let_go")
    assert "x2" in wide.instruments.table.items and part.standing


def test_a_filter_that_stays_or_needs_a_wider_sheath_is_not_pulled_out(session: Session) -> None:
    hooked(session)
    do(session, "instrument.pick", device="snare-loop-25")
    assert refused(session, "filter.snare", tool="x1", through="s2") == "does-not-fit"
    assert refused(session, "filter.pull", force_n=10.0) == "not-snared"
    assert refused(session, "filter.let_go") == "not-snared"


def test_pulled_hard_enough_it_comes_out_and_leaves_some_of_its_clot_to_the_lungs(wide: Session) -> None:
    part = hooked(wide)
    part.standing[0].clot_mm3 = 2000.0
    do(wide, "instrument.pick", device="snare-three-12-20")
    do(wide, "filter.snare", tool="x1", through="s2")
    do(wide, "filter.pull", force_n=1.0)
    assert told(wide, "filter-held") and part.standing
    do(wide, "filter.pull", force_n=20.0)
    (out,) = told(wide, "filter-retrieved")
    assert part.standing == [] and wide.treating.left() == []
    assert 0.0 <= out["clot_out_share"] < 1.0 and told(wide, "clot-embolus")
    assert "x1" in wide.instruments.table.items


def test_the_longer_it_stood_the_seldomer_a_snare_takes_it(wide: Session) -> None:
    part = filters(wide)
    grown = {}
    for days in (0.0, 400.0):
        part.standing = []
        for _ in range(60):
            part.stand(CONE, CAVA, 100.0, 15.0, days)
        grown[days] = sum(one.is_embedded for one in part.standing)
    assert grown[0.0] == 0
    assert 30 < grown[400.0] <= 60


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
