"""Aftermath: from what a tip does to a wall to what blood and log show of it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from angiosuite.anatomy.vessels.lesion_effects import Narrowing
from angiosuite.content import load_library
from angiosuite.suite.circulation.circulation import Circulation
from angiosuite.suite.circulation.harm import Release
from angiosuite.suite.circulation.settling import REGIONS
from angiosuite.suite.instruments.aftermath import Aftermath
from angiosuite.suite.instruments.contact import Contact
from angiosuite.suite.instruments.patient_facts import PatientFacts

from .touching import AORTA, SMALL, STEPS, Told, lying, pressing, settled, small_graph

FAILS_N = 0.16 * 1.46
RENAL = "right-renal-artery"


class Session:
    """As much of a session as instruments need: blood, time, a log."""

    def __init__(self, seed: int = 1) -> None:
        self.circulation: Circulation | None = Circulation(small_graph(), settled(), SMALL.PLUMBED)
        self.told = Told()
        self.after = Aftermath(load_library(), seed, self.told, self)
        self.facts = PatientFacts.of(small_graph(), [Narrowing("s", RENAL, 20.0, 30.0, 0.3)])
        self.k = 0

    @property
    def blood(self) -> Circulation:
        assert self.circulation is not None
        return self.circulation

    def goes_on(self, made: Contact, seconds: float) -> None:
        for _ in range(round(seconds / 0.018)):
            self.facts = replace(self.facts, moment_s=0.018 * self.k)
            self.after.judge([made], 0.018, self.facts)
            self.after.step(0.018)
            self.blood.advance(9 * self.k / STEPS % 1.0, 1.0 / STEPS, REGIONS, 9)
            self.k += 1


def test_a_wire_through_the_wall_bleeds_little_while_it_plugs_and_more_when_drawn_back() -> None:
    session = Session()
    session.goes_on(pressing(2.0 * FAILS_N), 1.8)
    assert session.told.names[0] == "perforation"
    plugged = session.after.harms.lost_ml
    session.goes_on(pressing(0.0, vessel=AORTA, at_mm=180.0), 1.8)
    drawn = session.after.harms.lost_ml - plugged
    assert 0.0 < plugged < 0.3 * drawn


def test_plaque_that_comes_off_goes_into_the_kidney_behind_it() -> None:
    session = Session()
    session.goes_on(lying(0.3, slid_mm=2.0), 5.4)
    names = session.told.names
    assert names[:1] == ["plaque-loose"]
    organs = {data["organ"] for name, data, _ in session.told.events if name == "embolus"}
    assert organs <= {"kidney"}
    assert all(piece.bed == "right-kidney" for piece in session.after.harms.lodged.pieces)
    assert session.after.harms.lodged.pieces


def test_air_from_a_tube_is_told_and_closes_and_fades() -> None:
    session = Session()
    session.goes_on(lying(0.0), 0.9)
    for _ in range(20):
        session.after.release(Release("air", 10.0, RENAL, 20.0, "c1", "cobra-2-5f"), session.facts)
        session.goes_on(lying(0.0), 0.018)
    assert session.told.names == []
    session.goes_on(lying(0.0), 0.36)
    assert session.told.names == ["air-embolus"]
    assert abs(session.told.events[0][1]["mm3"] - 200.0) < 1e-3
    closed = session.after.harms.lodged.open_share("right-kidney", RENAL)
    session.goes_on(lying(0.0), 3.6)
    assert closed < session.after.harms.lodged.open_share("right-kidney", RENAL) < 1.0


def test_what_comes_without_an_end_is_told_every_three_seconds() -> None:
    session = Session()
    for _ in range(500):
        session.after.release(Release("air", 2.0, RENAL, 20.0, "c1", "cobra-2-5f"), session.facts)
        session.goes_on(lying(0.0), 0.018)
    assert session.told.names == ["air-embolus"] * 2


def test_a_restored_session_goes_on_to_the_same_events_and_flows() -> None:
    first = Session(seed=4)
    first.goes_on(replace(lying(0.3, slid_mm=0.4), tips=pressing(0.5 * FAILS_N, moved_mm=0.3).tips), 3.6)
    first.goes_on(pressing(1.5 * FAILS_N), 0.36)
    plain, arrays = first.after.state()
    also, flow, k = first.blood.also, first.blood.state(), first.k
    before = len(first.told.events)
    assert {"perforation"} <= set(first.told.names)
    again = Session(seed=4)
    again.after.restore(plain, arrays)
    again.blood.restore(also, flow)
    again.k = k
    for session in (first, again):
        session.goes_on(pressing(0.5 * FAILS_N, moved_mm=0.3), 3.6)
        session.goes_on(pressing(1.5 * FAILS_N, at_mm=44.0), 1.8)
    assert again.told.events == first.told.events[before:] and again.told.events
    assert again.blood.network.state()["nodes"].tobytes() == first.blood.network.state()["nodes"].tobytes()
    assert np.array_equal(again.after.harms.mean_ml_s, first.after.harms.mean_ml_s)


def test_what_is_out_of_the_patient_plugs_no_hole() -> None:
    session = Session()
    session.goes_on(pressing(2.0 * FAILS_N), 0.18)
    assert session.after.state()[0]["holes"] == {"w1": [RENAL, 20.0]}
    session.after.out("w1")
    assert session.after.state()[0]["holes"] == {}
