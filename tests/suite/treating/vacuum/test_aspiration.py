"""Vacuum on a catheter: clot comes, corks or stays, blood comes, and what falls off goes with the blood."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.suite.treating.hands import ACCESS, do, events, run

from angiosuite.suite.opening import create_session, resume_session
from angiosuite.suite.replay import replay
from angiosuite.suite.room import Room
from angiosuite.suite.session import Session
from angiosuite.suite.treating.vacuum.aspiration import Aspirating
from angiosuite.suite.treating.vacuum.clot_seat import Seat

RENAL, AORTA = "right-renal-artery", "aorta"
WIDE, NARROW = "aspiration-8f-115", "aspiration-6f-135"
CLOT: dict[str, Any] = {
    "id": "clot", "vessel": RENAL, "percent_along": 50.0, "kind": "thrombus", "length_mm": 16.0,
    "fills_percent": 35.0, "age": "fresh",
}  # fmt: skip


def begun(path: Path, room: Room, **lesion: Any) -> Session:
    session = create_session(path, room, seed=7)
    session.pictures = "asked"
    session.blood.begin(lesions=[CLOT | lesion])
    return session


@pytest.fixture
def session(groin_room: Room, tmp_path: Path) -> Iterator[Session]:
    one = begun(tmp_path / "s1", groin_room)
    yield one
    one.close()


def part(session: Session) -> Aspirating:
    found = session.treating.parts["aspiration"]
    assert isinstance(found, Aspirating)
    return found


def middle_mm(session: Session) -> float:
    session.treating.plaques.look()
    return session.treating.plaques.of["clot"].at_mm


def suck(session: Session, at_mm: float, device: str = WIDE, vacuum: str = "aspirator-pump") -> str:
    """A catheter is put down with its tip at a place of the clot's vessel, and the tap is opened."""
    vessel = session.treating.plaques.of["clot"].vessel
    do(session, "catheter.place", device=device, vessel=vessel, at_mm=at_mm)
    do(session, "instrument.pick", device=vacuum)
    tool = list(session.instruments.table.items)[-1]
    do(session, "aspiration.start", tool=tool, through=None)
    return tool


def test_a_seat_loses_what_is_taken_and_no_more() -> None:
    seat = Seat("clot", RENAL, 30.0, 20.0, 6.0, 3.0, 0.0)
    whole = seat.mm3
    near = seat.near(RENAL, 22.0)
    assert 0 < near.sum() < len(near) and not seat.near("aorta", 30.0).any()
    taken = seat.take(near, 10.0)
    assert taken == pytest.approx(10.0) and seat.mm3 == pytest.approx(whole - 10.0)
    rest = seat.take(np.ones(len(near), np.bool_), 1e9)
    assert rest == pytest.approx(whole - 10.0) and seat.mm3 == 0.0
    assert seat.throat_now_mm == pytest.approx(6.0)


def test_fresh_clot_in_a_small_artery_goes_into_a_wide_bore_and_the_artery_is_open(session: Session) -> None:
    middle = middle_mm(session)
    before = session.treating.plaques.of["clot"].throat_mm
    suck(session, middle)
    run(session, 2.0)
    assert events(session, "aspiration-ingested")
    do(session, "catheter.pull", mm=6.0)
    run(session, 2.0)
    do(session, "catheter.pull", mm=-12.0)
    run(session, 2.0)
    do(session, "aspiration.stop")
    (ended,) = events(session, "aspiration-ended")
    seat = part(session).seats["clot"]
    crumbs = 0.05 * float(seat.whole_mm3.sum() - seat.mm3)
    assert ended["clot_mm3"] == pytest.approx(float(seat.whole_mm3.sum()) - seat.mm3 - crumbs, abs=1.0)
    assert seat.left_share < 0.3
    assert session.treating.plaques.of["clot"].throat_mm > before + 0.3
    assert events(session, "clot-embolus") or ended["clot_mm3"] < 15.0 / 0.05


def test_one_place_gives_only_the_clot_about_it(session: Session) -> None:
    suck(session, middle_mm(session) - 6.0)
    run(session, 4.0)
    assert 0.3 < part(session).seats["clot"].left_share < 0.95
    assert part(session).show()["does"] == "blood"  # what is within reach is gone


def test_a_narrow_bore_is_corked_and_the_clot_falls_off_when_the_vacuum_ends(session: Session) -> None:
    suck(session, middle_mm(session), NARROW)
    run(session, 1.0)
    assert events(session, "aspiration-corked") and not events(session, "aspiration-blood")
    blood = part(session).blood_ml
    run(session, 1.0)
    assert part(session).blood_ml == blood == 0.0
    do(session, "aspiration.stop")
    (lost,) = events(session, "aspiration-cork-lost")
    assert lost["mm3"] > 5 and lost["vessel"] == RENAL
    (gone,) = events(session, "clot-embolus")
    assert gone["mm3"] == pytest.approx(lost["mm3"], abs=1.0)


def test_organised_clot_stays(groin_room: Room, tmp_path: Path) -> None:
    session = begun(tmp_path / "s1", groin_room, age="organised")
    suck(session, middle_mm(session))
    run(session, 1.0)
    assert events(session, "aspiration-stays")
    assert part(session).seats["clot"].left_share == 1.0 and part(session).blood_ml == 0.0
    session.close()


def test_beside_clot_blood_comes_out_of_the_patient_until_the_syringe_is_full(session: Session) -> None:
    middle_mm(session)
    do(session, "catheter.place", device=WIDE, vessel=AORTA, at_mm=200.0)
    blood = session.blood.blood
    run(session, 1.0)
    before = float(blood.network.volume_ml.sum())
    do(session, "instrument.pick", device="aspirator-syringe-60ml")
    do(session, "aspiration.start", tool="x1", through=None)
    run(session, 3.0)
    assert events(session, "aspiration-blood")
    drawn = part(session).blood_ml
    assert before - float(blood.network.volume_ml.sum()) == pytest.approx(drawn, abs=0.02 * drawn)
    run(session, 30.0)
    assert events(session, "aspiration-full")
    assert part(session).blood_ml == pytest.approx(60.0, abs=0.3)


def test_a_cork_comes_out_with_its_catheter_while_the_vacuum_holds(groin_room: Room, tmp_path: Path) -> None:
    session = begun(tmp_path / "s1", groin_room, vessel=AORTA, percent_along=85.0, length_mm=40.0)
    do(session, "instrument.pick", device="sheath-8f-11cm")
    do(session, "access.sheath", access=ACCESS, tool="s1")
    do(session, "instrument.pick", device=WIDE)
    do(session, "instrument.flush", tool="c1")
    do(session, "instrument.load", tool="c1", access=ACCESS, over=None)
    middle = middle_mm(session)
    stack, _ = session.instruments.lying("c1")
    do(session, "instrument.goal", tool="c1", depth_mm=20.0, mm_s=60.0)
    run(session, 4.0)
    do(session, "instrument.goal", tool="c1", depth_mm=20.0 + stack.tip(0)[2] - middle, mm_s=60.0)
    run(session, 3.0)
    assert abs(stack.tip(0)[2] - middle) < 3.0
    do(session, "instrument.pick", device="aspirator-pump")
    do(session, "aspiration.start", tool="x1", through="c1")
    run(session, 0.5)
    assert events(session, "aspiration-corked")
    do(session, "instrument.remove", tool="c1")
    run(session, 8.0)
    (out,) = events(session, "aspiration-cork-out")
    assert out["mm3"] > 100 and not events(session, "aspiration-stripped")
    assert part(session).clot_mm3 == pytest.approx(0.95 * out["mm3"], abs=1.0)
    assert part(session).draw is None and "c1" in session.instruments.table.items
    session.close()


def test_what_cannot_be_is_refused(session: Session) -> None:
    middle_mm(session)

    def code(name: str, **arguments: Any) -> str:
        do(session, name, **arguments)
        return str(events(session, "command-refused")[-1]["code"])

    assert code("aspiration.stop") == "not-aspirating"
    do(session, "instrument.pick", device="inflator-20ml-30atm")
    assert code("aspiration.start", tool="x1", through=None) == "not-an-aspirator"
    do(session, "instrument.pick", device="aspirator-pump")
    assert code("aspiration.start", tool="x2", through=None) == "no-catheter"
    do(session, "catheter.place", device=WIDE, vessel=AORTA, at_mm=200.0)
    do(session, "aspiration.start", tool="x2", through=None)
    assert code("aspiration.start", tool="x2", through=None) == "aspirating"


def test_a_session_that_is_killed_goes_on_as_it_was(groin_room: Room, tmp_path: Path) -> None:
    def drawing(path: Path) -> Session:
        one = begun(path, groin_room)
        suck(one, middle_mm(one))
        run(one, 0.4)
        return one

    whole, killed = drawing(tmp_path / "s1"), drawing(tmp_path / "s2")
    assert killed.log is not None
    killed.log.close()
    resumed = resume_session(tmp_path / "s2", groin_room)
    resumed.pictures = "asked"
    for one in (whole, resumed):
        one.advance(3_000_000)
    assert json.dumps(part(whole).state()[0]) == json.dumps(part(resumed).state()[0])
    whole.close()
    resumed.close()


def test_a_replay_is_the_same(groin_room: Room, tmp_path: Path) -> None:
    session = create_session(tmp_path / "s1", groin_room, seed=7)
    session.pictures = "asked"
    do(session, "catheter.place", device=WIDE, vessel=AORTA, at_mm=200.0)
    do(session, "instrument.pick", device="aspirator-pump")
    do(session, "aspiration.start", tool="x1", through=None)
    run(session, 1.0)
    do(session, "aspiration.stop")
    session.close()
    report = replay(tmp_path / "s1", groin_room, tmp_path / "again")
    assert report.is_same, report


def test_what_got_stuck_in_an_artery_is_taken_out_again(session: Session) -> None:
    from angiosuite.suite.circulation.harm import Embolus

    harms = session.instruments.aftermath.harms
    session.treating.plaques.look()
    harms.apply(Embolus("clot", 30.0, "left-renal-artery", 30.0, 0.4))
    run(session, 0.1)
    (stuck,) = harms.narrowed.stretches
    assert stuck.matter == "clot"
    do(session, "catheter.place", device=WIDE, vessel="left-renal-artery", at_mm=30.0)
    do(session, "instrument.pick", device="aspirator-pump")
    do(session, "aspiration.start", tool="x1", through=None)
    run(session, 3.0)
    assert harms.narrowed.stretches == []


def test_logs_of_sessions_that_take_nothing_out_do_not_name_it(session: Session) -> None:
    run(session, 0.2)
    assert session.log is not None
    lines = [json.loads(line) for line in session.log.path.read_text("utf-8").splitlines()]
    told = [one["data"] for one in lines if one.get("name") == "treating"]
    assert told and not {"aspiration", "snare"} & {name for one in told for name in one}
