"""Enrolments, notes, reflections, reading positions and follows: what they keep and what they let go."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from angiosuite.kit.enrolment import Enrolment, Fte, Leave
from angiosuite.kit.errors import RefusedInput
from angiosuite.records.faults import NotThere
from angiosuite.records.records import Records

from .conftest import Two

FULL = Enrolment(
    id="",
    owner="",
    pathway="us-integrated",
    version="2026",
    start=date(2024, 2, 29),
    variant="categorical",
    from_stage="pgy1",
    fte=(Fte(date(2025, 1, 1), 0.6), Fte(date(2026, 1, 1), 1.0)),
    leave=(Leave(date(2025, 3, 1), date(2025, 6, 30), "parental", "twins"),),
    extension_months=3,
    overrides={"procedures": {"target": 1000, "source": "handbook"}},
)


def test_an_enrolment_comes_back_with_every_field(records: Records, two: Two) -> None:
    made = records.enrolments.add(two.ana, FULL)
    assert made == replace(FULL, id=made.id, owner=two.ana.person) == records.enrolments.get(two.ana, made.id)


def test_one_person_has_several_and_each_change_is_kept(records: Records, two: Two) -> None:
    first = records.enrolments.add(two.ana, FULL)
    second = records.enrolments.add(two.ana, replace(FULL, pathway="eu-cirse", start=date(2025, 1, 1)))
    assert [one.id for one in records.enrolments.list(two.ana)] == [second.id, first.id]
    records.enrolments.change(two.ana, first.id, replace(first, version="2027"), "new curriculum")
    records.enrolments.end(two.ana, first.id, date(2027, 6, 30), "moved")
    now = records.enrolments.get(two.ana, first.id)
    assert (now.version, now.ended) == ("2027", date(2027, 6, 30))
    history = records.enrolments.history(two.ana, first.id)
    assert [(entry.value.version, entry.reason) for entry in history] == [
        ("2026", ""),
        ("2027", "new curriculum"),
        ("2027", "moved"),
    ]


def test_an_enrolment_does_not_end_before_it_begins(records: Records, two: Two) -> None:
    made = records.enrolments.add(two.ana, FULL)
    with pytest.raises(RefusedInput, match="first day"):
        records.enrolments.end(two.ana, made.id, date(2024, 2, 28))


def test_an_enrolment_made_by_mistake_is_taken_back(records: Records, two: Two) -> None:
    made = records.enrolments.add(two.ana, FULL)
    records.enrolments.withdraw(two.ana, made.id, "wrong pathway")
    assert records.enrolments.list(two.ana) == ()
    with pytest.raises(NotThere):
        records.enrolments.get(two.ana, made.id)


def test_a_note_is_open_until_it_is_withdrawn(records: Records, two: Two) -> None:
    made = records.notes.add(two.ana, "guide:what-ir-is", "dose", "wrong", "unit is missing")
    records.notes.add(two.ana, "field:cirse", "", "stale", "moved")
    assert [note.text for note in records.notes.list(two.ana, "guide:what-ir-is")] == ["unit is missing"]
    assert len(records.notes.list(two.ana)) == 2 and made.made_at is not None
    records.notes.withdraw(two.ana, made.id, "it is right")
    assert [note.about for note in records.notes.list(two.ana)] == ["field:cirse"]


def test_reflections_are_repeated_and_stand_side_by_side(records: Records, two: Two) -> None:
    for month, score in ((1, 2), (6, 4)):
        records.reflections.add(
            two.ana,
            "is-it-for-me",
            {"calls": score, "why": "nächtlich 🌙"},
            date(2026, month, 1),
            "after surgery",
        )
    found = records.reflections.list(two.ana, "is-it-for-me")
    assert [one.answers["calls"] for one in found] == [4, 2]
    records.reflections.withdraw(two.ana, found[0].id)
    assert len(records.reflections.list(two.ana)) == 1


def test_a_mark_is_overwritten_and_is_one_per_thing(records: Records, two: Two) -> None:
    for fraction in (0.1, 0.9):
        records.positions.set(two.ana, "what-ir-is", "evidence", fraction, fraction > 0.5)
    (position,) = records.positions.list(two.ana)
    assert (position.fraction, position.read, position.page) == (0.9, True, "what-ir-is")
    records.follows.set(two.ana, "cirse", True, "with Ben", date(2028, 2, 29))
    follow = records.follows.get(two.ana, "cirse")
    assert follow is not None and (follow.note, follow.remind_on) == ("with Ben", date(2028, 2, 29))
    records.follows.set(two.ana, "cirse", False)
    follow = records.follows.get(two.ana, "cirse")
    assert follow is not None and (follow.follow, follow.note, follow.remind_on) == (False, "", None)
