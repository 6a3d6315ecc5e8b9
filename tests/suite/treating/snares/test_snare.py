"""A snare on what was lost: it takes a free end or says why not; what does not fit its sheath slips off."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.suite.treating.hands import ACCESS, AORTA, do, events, run

from angiosuite.suite.kept_state import restore, state_of
from angiosuite.suite.opening import create_session
from angiosuite.suite.room import Room
from angiosuite.suite.session import Session
from angiosuite.suite.treating.snares.snare import Snaring

COIL, PLUG, LOOP = "coil-push-035-12x140", "plug-large-12", "snare-loop-10"
AT_MM = 180.0


def part(session: Session) -> Snaring:
    found = session.treating.parts["snare"]
    assert isinstance(found, Snaring)
    return found


def lost(session: Session, device: str, through: str) -> str:
    """Something lies in the aorta, where nobody wants it; its name."""
    do(session, "catheter.place", device=through, vessel=AORTA, at_mm=AT_MM)
    do(session, "instrument.pick", device=device)
    tool = list(session.instruments.table.items)[-1]
    do(session, "coil.load", tool=tool, through=None)
    do(session, "coil.push", mm_s=100.0)
    for _ in range(300):
        run(session, 0.2)
        shown = session.treating.coils.show()["delivery"]
        if shown is None or shown["junction_out"]:
            break
    if session.treating.coils.delivery is not None:
        do(session, "coil.detach")
    (one,) = session.treating.coils.laid
    do(session, "catheter.remove")
    return one.name


def led(session: Session) -> None:
    """A guiding sheath of 5 F with its end some millimetres before the nearest end of what was lost."""
    do(session, "instrument.pick", device="sheath-8f-11cm")
    do(session, "access.sheath", access=ACCESS, tool="s1")
    do(session, "instrument.pick", device="sheath-guiding-over-5f-45cm")
    do(session, "instrument.load", tool="s2", access=ACCESS, over=None)
    do(session, "instrument.goal", tool="s2", depth_mm=20.0, mm_s=60.0)
    run(session, 6.0)
    stack, lying = session.instruments.lying("s2")
    ahead = stack.tip(0)[2] - near_mm(session) - 3.0
    do(session, "instrument.goal", tool="s2", depth_mm=lying.depth_mm + ahead, mm_s=60.0)
    run(session, 4.0)


def near_mm(session: Session) -> float:
    """Where along the aorta its end towards the groin lies."""
    (one,) = session.treating.coils.laid
    aorta = session.blood.graph.vessels[AORTA]
    ends = part(session)._ends(one)
    at = [float(aorta.arc_mm[np.argmin(((aorta.points_mm - end) ** 2).sum(axis=1))]) for end in ends]
    return max(at)


Kept = tuple[dict[str, Any], dict[str, Any]]


def kept_with(room: Room, path: Path, device: str, through: str) -> Kept:
    session = create_session(path, room, seed=7)
    session.pictures = "asked"
    lost(session, device, through)
    led(session)
    do(session, "instrument.pick", device=LOOP)
    plain, arrays = state_of(session)
    session.close()
    return json.loads(json.dumps(plain)), arrays


@pytest.fixture(scope="module")
def coil_there(slim_room: Room, tmp_path_factory: pytest.TempPathFactory) -> Kept:
    return kept_with(slim_room, tmp_path_factory.mktemp("coil") / "s1", COIL, "cobra-2-5f")


@pytest.fixture(scope="module")
def plug_there(slim_room: Room, tmp_path_factory: pytest.TempPathFactory) -> Kept:
    return kept_with(slim_room, tmp_path_factory.mktemp("plug") / "s1", PLUG, "guiding-multipurpose-7f")


def again(room: Room, kept: Kept) -> Session:
    session = Session(room, 7, pictures="asked")
    restore(session, *kept)
    return session


def snare(session: Session) -> str:
    return next(name for name, it in session.instruments.table.items.items() if it.device.id == LOOP)


def test_a_lost_coil_is_caught_by_its_end_and_comes_out_through_the_sheath(
    slim_room: Room, coil_there: Kept
) -> None:
    session = again(slim_room, coil_there)
    do(session, "snare.open", tool=snare(session), through="s2")
    run(session, 0.1)
    (loop,) = part(session).tools()
    assert len(loop.points_mm) > 20 and session.instruments.seen() is not None
    do(session, "snare.close")
    assert events(session, "snare-caught"), events(session, "snare-missed")
    (one,) = session.treating.coils.laid
    hold_n = one.hold_n(session.blood.graph)
    do(session, "snare.pull", force_n=20.0)
    (told,) = events(session, "snare-retrieved")
    assert told["implant"] == one.name and told["holds_n"] == pytest.approx(hold_n, abs=0.01)
    assert not session.treating.coils.laid and session.treating.left() == []
    do(session, "snare.let_go")
    assert LOOP in {it.device.id for it in session.instruments.table.items.values()}


def test_it_holds_against_a_pull_that_is_less_than_its_hold(slim_room: Room, coil_there: Kept) -> None:
    session = again(slim_room, coil_there)
    (one,) = session.treating.coils.laid
    assert 0.5 < one.hold_n(session.blood.graph) < 2.0
    do(session, "snare.open", tool=snare(session), through="s2")
    do(session, "snare.close")
    do(session, "snare.pull", force_n=0.5)
    assert events(session, "snare-held") and session.treating.coils.laid


def test_a_loop_that_is_not_over_the_end_takes_nothing(slim_room: Room, coil_there: Kept) -> None:
    session = again(slim_room, coil_there)
    do(session, "instrument.move", tool="s2", mm=-30.0)
    run(session, 3.0)
    do(session, "snare.open", tool=snare(session), through="s2")
    do(session, "snare.close")
    (missed,) = events(session, "snare-missed")
    assert missed["why"] == "the loop is not over the end"


def test_what_is_too_wide_slips_off_at_the_mouth_and_lies_there(slim_room: Room, plug_there: Kept) -> None:
    session = again(slim_room, plug_there)
    do(session, "snare.open", tool=snare(session), through="s2")
    do(session, "snare.close")
    assert events(session, "snare-caught"), events(session, "snare-missed")
    do(session, "snare.pull", force_n=20.0)
    (told,) = events(session, "snare-stripped")
    assert told["needs_mm"] > told["bore_mm"]
    (one,) = session.treating.coils.laid
    assert one.moved_times == 1 and abs(one.at_mm - session.instruments.lying("s2")[0].tip(0)[2]) < 2.0


def test_a_snare_and_what_it_holds_come_back_from_a_checkpoint(slim_room: Room, coil_there: Kept) -> None:
    session = again(slim_room, coil_there)
    do(session, "snare.open", tool=snare(session), through="s2")
    do(session, "snare.close")
    plain, arrays = state_of(session)
    other = again(slim_room, (json.loads(json.dumps(plain)), arrays))
    assert part(other).show() == part(session).show() and part(other).caught
    do(other, "snare.pull", force_n=20.0)
    assert events(other, "snare-retrieved")


def test_a_sheath_that_comes_out_brings_its_snare(slim_room: Room, coil_there: Kept) -> None:
    session = again(slim_room, coil_there)
    do(session, "snare.open", tool=snare(session), through="s2")
    do(session, "instrument.remove", tool="s2")
    run(session, 8.0)
    assert events(session, "snare-withdrawn") and part(session).show()["tool"] is None


def test_what_cannot_be_is_refused(slim_room: Room, coil_there: Kept) -> None:
    session = again(slim_room, coil_there)

    def code(name: str, **arguments: Any) -> str:
        do(session, name, **arguments)
        return str(events(session, "command-refused")[-1]["code"])

    assert code("snare.close") == "no-snare"
    assert code("snare.open", tool=snare(session), through="s9") == "not-in-patient"
    do(session, "instrument.pick", device=COIL)
    assert code("snare.open", tool=list(session.instruments.table.items)[-1], through="s2") == "not-a-snare"
    do(session, "snare.open", tool=snare(session), through="s2")
    assert code("snare.pull", force_n=5.0) == "not-snared"
