"""Who may see what: another's object answers, word for word, like one that does not exist."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from angiosuite.kit.enrolment import Enrolment
from angiosuite.kit.people import Principal, Role, Visibility
from angiosuite.records.faults import NotThere
from angiosuite.records.records import Records

from .conftest import Two, case

Call = Callable[[Records, Principal, str], Any]
ENROLMENT = Enrolment("", "", "uk-ir", "2025", date(2024, 8, 7))
CALLS: dict[str, dict[str, Call]] = {
    "evidence": {
        "get": lambda r, p, n: r.evidence.get(p, n),
        "history": lambda r, p, n: r.evidence.history(p, n),
        "is_withdrawn": lambda r, p, n: r.evidence.is_withdrawn(p, n),
        "correct": lambda r, p, n: r.evidence.correct(p, n, case(), "why"),
        "withdraw": lambda r, p, n: r.evidence.withdraw(p, n, "why"),
        "set_visibility": lambda r, p, n: r.evidence.set_visibility(p, n, Visibility.EVERYONE),
        "sign": lambda r, p, n: r.evidence.sign(p, n, "why"),
        "list": lambda r, p, n: r.evidence.list(p, before=n),
    },
    "enrolment": {
        "get": lambda r, p, n: r.enrolments.get(p, n),
        "history": lambda r, p, n: r.enrolments.history(p, n),
        "change": lambda r, p, n: r.enrolments.change(p, n, ENROLMENT, "why"),
        "end": lambda r, p, n: r.enrolments.end(p, n, date(2026, 1, 1)),
        "withdraw": lambda r, p, n: r.enrolments.withdraw(p, n, "why"),
    },
    "note": {"withdraw": lambda r, p, n: r.notes.withdraw(p, n)},
    "reflection": {
        "get": lambda r, p, n: r.reflections.get(p, n),
        "withdraw": lambda r, p, n: r.reflections.withdraw(p, n),
    },
}
ABSENT = "0123456789abcdef"


def made(records: Records, who: Principal) -> dict[str, str]:
    """One object of each collection."""
    return {
        "evidence": records.evidence.add(who, case()).id,
        "enrolment": records.enrolments.add(who, ENROLMENT).id,
        "note": records.notes.add(who, "guide:what-ir-is", "", "stale", "out of date").id,
        "reflection": records.reflections.add(who, "is-it-for-me", {"calls": 3}, date(2026, 1, 1)).id,
    }


@pytest.mark.parametrize("what", list(CALLS))
def test_anothers_object_answers_like_one_that_is_not_there(records: Records, two: Two, what: str) -> None:
    name = made(records, two.ana)[what]
    for call in CALLS[what].values():
        answers = []
        for asked in (name, ABSENT):
            with pytest.raises(NotThere) as caught:
                call(records, two.ben, asked)
            answers.append({**caught.value.as_dict(), "value": None})
        assert answers[0] == answers[1]
        assert answers[0]["code"] == f"{what}-not-known"


def test_a_name_that_is_none_is_not_there(records: Records, two: Two) -> None:
    made(records, two.ana)
    for name in ("", "x" * 5000, "nul\0", "\ud800", "' OR 1=1 --", "ä" * 16, "1", "%"):
        for what in ("evidence", "enrolment"):
            with pytest.raises(NotThere):
                CALLS[what]["get"](records, two.ana, name)


def test_an_object_of_another_collection_is_not_there(records: Records, two: Two) -> None:
    names = made(records, two.ana)
    with pytest.raises(NotThere):
        records.evidence.get(two.ana, names["enrolment"])
    with pytest.raises(NotThere):
        records.enrolments.withdraw(two.ana, names["evidence"], "why")


def test_lists_hold_the_callers_own_alone(records: Records, two: Two) -> None:
    made(records, two.ana)
    records.positions.set(two.ana, "what-ir-is", "", 1.0, True)
    records.follows.set(two.ana, "cirse", True, "go once", date(2026, 6, 1))
    ben, ana = two.ben, two.ana
    assert (
        records.evidence.current(ben)
        == records.evidence.list(ben)
        == records.evidence.search(ben, "ivc")
        == ()
    )
    assert records.enrolments.list(ben) == records.notes.list(ben) == records.reflections.list(ben) == ()
    assert records.positions.list(ben) == records.follows.list(ben) == ()
    assert records.positions.get(ben, "what-ir-is") is records.follows.get(ben, "cirse") is None
    assert records.evidence.current(ben, ana.person) == records.enrolments.list(ben, ana.person) == ()
    assert records.evidence.count(ben, ana.person) == {}


@pytest.mark.parametrize(
    ("visibility", "readers"),
    [(Visibility.PRIVATE, set()), (Visibility.TEACHERS, {"dora"}), (Visibility.EVERYONE, {"ben", "dora"})],
)
def test_who_is_shown_a_piece_reads_it_and_cannot_change_it(
    records: Records, two: Two, visibility: Visibility, readers: set[str]
) -> None:
    name = records.evidence.add(two.ana, case()).id
    records.evidence.set_visibility(two.ana, name, visibility)
    for who in ("ben", "dora"):
        reader = getattr(two, who)
        assert len(records.evidence.current(reader, two.ana.person)) == (who in readers)
        assert len(records.evidence.list(reader, two.ana.person)) == (who in readers)
        for call in ("correct", "withdraw", "set_visibility"):
            with pytest.raises(NotThere):
                CALLS["evidence"][call](records, reader, name)
    assert records.evidence.get(two.ana, name).revision == 2


def test_a_role_that_is_claimed_for_an_unknown_person_opens_nothing_of_theirs(
    records: Records, two: Two
) -> None:
    ghost = Principal(ABSENT, frozenset({Role.TRAINEE}))
    made(records, two.ana)
    assert records.evidence.current(ghost) == ()
    with pytest.raises(NotThere):
        records.evidence.add(ghost, case())
    with pytest.raises(NotThere):
        records.positions.set(ghost, "what-ir-is", "", 0.0, False)
