"""Holding: a wire's end that is lost, a push that buckles, a branch that is slipped out of."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from angiosuite.content import load_library
from angiosuite.suite.instruments.consequences import Consequences
from angiosuite.suite.instruments.contact import TipContact
from angiosuite.suite.instruments.patient_facts import PatientFacts

from .touching import AORTA, RENAL, Told, contact, small_graph, tip

LIBRARY = load_library()
FACTS = PatientFacts(small_graph())


class Hands:
    """Judges stacks in a row."""

    def __init__(self) -> None:
        self.told = Told()
        self.judge = Consequences.of(LIBRARY, 1, self.told)
        self.k = 0

    def does(self, *tips: TipContact, seconds: float = 0.02) -> None:
        self.judge.judge(contact(*tips), seconds, replace(FACTS, moment_s=self.k * 0.02))
        self.k += 1


def wire(x: float = 0.0, moved: float = 0.0, **other: object) -> TipContact:
    return tip(point=np.array([-x, 0.0, 0.0]), direction=np.array([-1.0, 0.0, 0.0]), moved_mm=moved, **other)


def tube(vessel: int, at_mm: float, moved: float = 0.0, **other: object) -> TipContact:
    return tip(
        tool="c1", device="cobra-2-5f", is_wire=False, vessel=vessel, at_mm=at_mm, moved_mm=moved, **other
    )


# ---- wire lost --------------------------------------------------------------------------------------------


def test_a_wire_is_lost_when_nothing_of_it_is_left_behind_the_hub_and_told_once() -> None:
    hands = Hands()
    for back in (30.0, 0.5, -0.5, -3.0, -8.0):
        hands.does(wire(back_mm=back))
    assert hands.told.names == ["wire-lost"]
    for back in (2.0, -1.0):
        hands.does(wire(back_mm=back))
    assert hands.told.names == ["wire-lost"] * 2


def test_where_nobody_says_how_much_is_left_nothing_is_lost() -> None:
    hands = Hands()
    hands.does(wire())
    assert hands.told.names == []


# ---- buckled ----------------------------------------------------------------------------------------------


def push(hands: Hands, arrives: float, fed: float, start: float = 0.0, **other: object) -> float:
    x = start
    for _ in range(round(fed / 0.5)):
        x += 0.5 * arrives
        hands.does(wire(x, 0.5, **other))
    return x


def test_what_is_fed_and_does_not_arrive_buckles_once() -> None:
    hands = Hands()
    hands.does(wire())
    push(hands, 0.1, 14.0)
    assert hands.told.names == []
    push(hands, 0.1, 40.0, 1.4)
    assert hands.told.names == ["buckled"]


def test_what_arrives_does_not_buckle() -> None:
    hands = Hands()
    push(hands, 0.5, 60.0)
    assert hands.told.names == []
    push(hands, 0.0, 60.0, in_tube=True)
    assert hands.told.names == []


def test_drawing_back_ends_a_push() -> None:
    hands = Hands()
    hands.does(wire())
    for _ in range(4):
        push(hands, 0.0, 10.0)
        for _ in range(5):
            hands.does(wire(0.0, -0.5))
    assert hands.told.names == []


# ---- position lost ----------------------------------------------------------------------------------------


def held(seconds: float, depth: float = 8.0) -> Hands:
    hands = Hands()
    for _ in range(round(seconds / 0.02)):
        hands.does(wire(vessel=RENAL), tube(RENAL, depth))
    return hands


def test_a_tube_that_slips_out_while_the_wire_is_moved_has_lost_its_position() -> None:
    hands = held(4.0)
    for k in range(20):
        hands.does(wire(float(k), 0.5), tube(RENAL, 8.0 - 0.3 * k))
    hands.does(wire(10.0, 0.5), tube(AORTA, 178.0))
    assert hands.told.names == ["position-lost"]
    data = hands.told.events[0][1]
    assert data["vessel"] == "right-renal-artery" and data["now"] == "aorta" and data["tool"] == "c1"


def test_drawn_out_by_hand_or_held_too_short_or_on_a_pinned_wire_it_is_not_lost() -> None:
    drawn, brief, alone = held(4.0), held(1.0), held(4.0)
    for k in range(20):
        drawn.does(wire(float(k), 0.5), tube(RENAL, 8.0 - 0.3 * k, -0.5))
        brief.does(wire(float(k), 0.5), tube(RENAL, 8.0))
        alone.does(wire(), tube(RENAL, 8.0 - 0.3 * k))
    for hands in (drawn, brief, alone):
        hands.does(wire(), tube(AORTA, 178.0))
        assert hands.told.names == []


def test_a_restored_session_goes_on() -> None:
    first = held(4.0)
    again = Hands()
    again.judge.restore(first.judge.state())
    again.k = first.k
    for hands in (first, again):
        for k in range(20):
            hands.does(wire(float(k), 0.5), tube(RENAL, 8.0))
        hands.does(wire(10.0, 0.5), tube(AORTA, 178.0))
    assert first.told.events == again.told.events and again.told.names == ["position-lost"]
