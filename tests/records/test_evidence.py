"""Evidence: entries are added, never changed; the current view is what the latest entries say."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, given, settings

from angiosuite.kit.errors import AngiosuiteError, RefusedInput
from angiosuite.kit.evidence import CaseRole, Evidence, EvidenceKind, Status
from angiosuite.kit.people import Principal, Role, Visibility
from angiosuite.records.database import Database
from angiosuite.records.faults import NotThere
from angiosuite.records.records import Records

from .conftest import Two, case, shown

FULL = Evidence(
    id="",
    owner="",
    kind=EvidenceKind.REAL_CASE,
    on=date(2024, 2, 29),
    until=date(2024, 3, 1),
    terms=("uterine-fibroid-embolisation", "arteriography"),
    amount=1.5,
    unit="hour",
    role=CaseRole.FIRST_SUPERVISED,
    result="success",
    level="3",
    scheme="angiosuite-entrustment",
    rater="att-2",
    rater_role="attending",
    site="site-a",
    patient="7f3a",
    status=Status.SUBMITTED,
    visibility=Visibility.TEACHERS,
    note="Zweite Sonde nötig: 子宮動脈 🩻 \u202e rtl",
    source="hand",
    data={"pka_gycm2": 12.5, "takeover": False, "ratings": {"planning": 4}},
)


def test_a_piece_comes_back_with_every_field(records: Records, two: Two) -> None:
    made = records.evidence.add(two.ana, FULL)
    expected = replace(FULL, id=made.id, owner=two.ana.person, recorded_at=made.recorded_at)
    assert records.evidence.get(two.ana, made.id) == made == expected
    assert records.evidence.current(two.ana) == (made,)
    assert made.recorded_at is not None and made.recorded_at.tzinfo is UTC
    assert abs(datetime.now(UTC) - made.recorded_at) < timedelta(minutes=1)


def test_ids_are_random_and_the_owner_is_the_caller(records: Records, two: Two) -> None:
    first = records.evidence.add(two.ana, replace(case(), id="mine"))
    second = records.evidence.add(two.ana, replace(case(), id="mine"))
    assert len({first.id, second.id, "mine"}) == 3
    with pytest.raises(NotThere):
        records.evidence.add(two.ana, replace(case(), owner=two.ben.person))


def test_a_correction_changes_what_stands_and_keeps_what_was_said(records: Records, two: Two) -> None:
    made = records.evidence.add(two.ana, case(note="left"))
    mended = records.evidence.correct(two.ana, made.id, replace(made, note="right"), "wrong side")
    assert (mended.note, mended.revision) == ("right", 2)
    first, second = records.evidence.history(two.ana, made.id)
    assert (first.value.note, first.action, first.reason) == ("left", "add", "")
    assert (second.value.note, second.action, second.reason) == ("right", "correct", "wrong side")
    assert first.by == second.by == two.ana.person and first.at <= second.at


def test_a_correction_or_withdrawal_needs_its_reason(records: Records, two: Two) -> None:
    made = records.evidence.add(two.ana, case())
    with pytest.raises(RefusedInput, match="reason"):
        records.evidence.correct(two.ana, made.id, made, "  ")
    with pytest.raises(RefusedInput, match="reason"):
        records.evidence.withdraw(two.ana, made.id, "")
    assert len(records.evidence.history(two.ana, made.id)) == 1


def test_a_correction_keeps_kind_visibility_and_source(records: Records, two: Two) -> None:
    made = records.evidence.add(two.ana, shown(source="import"))
    told = replace(made, visibility=Visibility.PRIVATE, source="hand", note="x")
    mended = records.evidence.correct(two.ana, made.id, told, "typo")
    assert (mended.visibility, mended.source) == (Visibility.TEACHERS, "import")
    with pytest.raises(RefusedInput, match="kind"):
        records.evidence.correct(two.ana, made.id, replace(made, kind=EvidenceKind.EXAM), "other kind")


def test_what_is_withdrawn_counts_nowhere_and_stays_in_the_history(records: Records, two: Two) -> None:
    store = records.evidence
    made = store.add(two.ana, case(note="twice"))
    store.withdraw(two.ana, made.id, "logged twice")
    assert store.current(two.ana) == store.list(two.ana) == store.search(two.ana, "twice") == ()
    assert store.count(two.ana) == {}
    assert [piece.id for piece in store.list(two.ana, withdrawn=True)] == [made.id]
    assert store.is_withdrawn(two.ana, made.id)
    assert [entry.action for entry in store.history(two.ana, made.id)] == ["add", "withdraw"]
    for again in (
        lambda: store.withdraw(two.ana, made.id, "x"),
        lambda: store.correct(two.ana, made.id, made, "x"),
    ):
        with pytest.raises(RefusedInput, match="withdrawn"):
            again()


def test_a_signature_is_another_persons_and_falls_with_a_correction(records: Records, two: Two) -> None:
    store = records.evidence
    made = store.add(two.ana, shown())
    signed = store.sign(two.dora, made.id, "watched it")
    assert signed.status is Status.SIGNED
    assert store.history(two.ana, made.id)[-1].by == two.dora.person
    store.set_visibility(two.ana, made.id, Visibility.PRIVATE)
    assert store.get(two.ana, made.id).status is Status.SIGNED
    mended = store.correct(two.ana, made.id, replace(signed, note="more"), "more to say")
    assert mended.status is Status.SUBMITTED


def test_nobody_signs_their_own_and_a_trainee_signs_nothing(records: Records, two: Two) -> None:
    own = records.evidence.add(two.dora, shown())
    made = records.evidence.add(two.ana, shown())
    hidden = records.evidence.add(two.ana, case())
    for person, name in ((two.dora, own.id), (two.ben, made.id), (two.dora, hidden.id)):
        with pytest.raises(NotThere):
            records.evidence.sign(person, name)


def test_the_list_is_newest_first_and_pages_meet_without_gap(records: Records, two: Two) -> None:
    days = [date(2026, 1, 1) + timedelta(days=n % 7) for n in range(23)]
    records.evidence.add_all(two.ana, [case(day) for day in days])
    seen: list[Evidence] = []
    while page := records.evidence.list(two.ana, limit=5, before=seen[-1].id if seen else None):
        seen += page
    assert [piece.on for piece in seen] == sorted(days, reverse=True)
    assert len({piece.id for piece in seen}) == 23


def test_a_page_goes_on_after_its_last_piece_was_withdrawn(records: Records, two: Two) -> None:
    records.evidence.add_all(two.ana, [case(date(2026, 1, day)) for day in range(1, 6)])
    first = records.evidence.list(two.ana, limit=2)
    records.evidence.withdraw(two.ana, first[-1].id, "mistake")
    rest = records.evidence.list(two.ana, before=first[-1].id)
    assert [piece.on.day for piece in rest] == [3, 2, 1]


def test_the_list_is_narrowed_by_kind_and_days_both_included(records: Records, two: Two) -> None:
    days = (date(2024, 2, 28), date(2024, 2, 29), date(2024, 3, 1))
    records.evidence.add_all(two.ana, [case(day) for day in days])
    records.evidence.add(two.ana, Evidence("", "", EvidenceKind.EXAM, days[1]))
    found = records.evidence.list(two.ana, kinds={EvidenceKind.REAL_CASE}, since=days[1], until=days[1])
    assert [(piece.kind, piece.on) for piece in found] == [(EvidenceKind.REAL_CASE, days[1])]
    assert records.evidence.count(two.ana) == {EvidenceKind.REAL_CASE: 3, EvidenceKind.EXAM: 1}


def test_search_finds_every_word_in_any_case_and_only_the_callers_own(records: Records, two: Two) -> None:
    records.evidence.add(two.ana, case(note="Straße gesperrt, GROẞ", terms=("uterine-artery-embolisation",)))
    records.evidence.add(two.ben, case(note="Straße"))
    find = records.evidence.search
    assert len(find(two.ana, "STRASSE uterine artery")) == 1
    assert len(find(two.ana, "strasse")) == 1
    assert find(two.ana, "straße missing") == find(two.ana, "   ") == find(two.dora, "straße") == ()


def test_the_same_source_is_one_piece_however_often_it_is_told(records: Records, two: Two) -> None:
    told = replace(
        case(), kind=EvidenceKind.SUITE_PRACTICE, source="suite:20260301-101010-abcd", data={"frames": 3}
    )
    store = records.evidence
    store.put(two.ana, told)
    store.put(two.ana, told)
    store.put(two.ben, told)
    (piece,) = store.current(two.ana)
    assert piece.revision == 1
    store.put(two.ana, replace(told, data={"frames": 9}))
    (piece,) = store.current(two.ana)
    assert (piece.revision, piece.data, piece.simulated) == (2, {"frames": 9}, True)
    store.withdraw(two.ana, piece.id, "only looked around")
    store.put(two.ana, replace(told, data={"frames": 12}))
    assert store.current(two.ana) == ()
    assert len(store.current(two.ben)) == 1


def test_a_second_process_sees_what_the_first_wrote_at_once(url: str, records: Records, two: Two) -> None:
    with Database(url) as other:
        elsewhere = Records(other).evidence
        made = records.evidence.add(two.ana, case())
        assert elsewhere.current(two.ana) == (made,)
        elsewhere.correct(two.ana, made.id, replace(made, note="from there"), "more")
        assert records.evidence.current(two.ana)[0].note == "from there"
        records.evidence.withdraw(two.ana, made.id, "mistake")
        assert elsewhere.current(two.ana) == ()


def test_people_who_write_at_once_lose_nothing_and_no_revision_twice(
    url: str, records: Records, two: Two
) -> None:
    made = records.evidence.add(two.ana, case(note="start"))
    faults: list[BaseException] = []

    def work(number: int) -> None:
        try:
            with Database(url) as mine:
                store = Records(mine).evidence
                for turn in range(5):
                    store.correct(two.ana, made.id, case(note=f"{number} {turn}"), "at once")
                    store.add(two.ben, case(note=f"{number} {turn}"))
                    store.put(two.ben, case(source="suite:one", note=f"{number}"))
        except BaseException as error:
            faults.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    history = records.evidence.history(two.ana, made.id)
    assert [entry.revision for entry in history] == list(range(1, 22))
    assert {entry.value.note for entry in history[1:]} == {f"{n} {t}" for n in range(4) for t in range(5)}
    assert records.evidence.current(two.ana) == (history[-1].value,)
    sources = [piece.source for piece in records.evidence.current(two.ben)]
    assert (sources.count("hand"), sources.count("suite:one")) == (20, 1)


def test_nothing_personal_is_in_the_file_in_the_clear(tmp_path: Path) -> None:
    file = tmp_path / "records.sqlite"
    with Database(f"sqlite:///{file}") as database:
        records = Records(database)
        ana = records.people.local()
        records.people.set_profile(ana, "XK", "stage-word", "xx-lang")
        made = records.evidence.add(ana, case(note="note-word", site="site-word", rater="rater-word"))
        records.evidence.correct(ana, made.id, made, "reason-word")
        records.positions.set(ana, "page-word", "anchor-word", 0.5, True)
    raw = file.read_bytes()
    assert made.id.encode() in raw
    words = (
        "note-word",
        "site-word",
        "rater-word",
        "reason-word",
        "stage-word",
        "xx-lang",
        "page-word",
        "ivc-filter",
    )
    assert [word for word in words if word.encode() in raw] == []


def test_the_database_itself_refuses_to_change_or_remove_an_entry(records: Records, two: Two) -> None:
    from sqlalchemy import text

    records.evidence.add(two.ana, case())
    for words in ("UPDATE entries SET kind = 'exam'", "DELETE FROM entries"):
        with pytest.raises(AngiosuiteError) as caught, records.database.writing() as connection:
            connection.execute(text(words))
        assert caught.value.code == "records-append-only"
    assert len(records.evidence.current(two.ana)) == 1


def test_an_entry_moved_to_another_place_does_not_open(tmp_path: Path) -> None:
    import sqlite3

    file = tmp_path / "records.sqlite"
    with Database(f"sqlite:///{file}") as database:
        records = Records(database)
        ana = records.people.local()
        records.evidence.add_all(ana, [case(note="one"), case(note="two")])
    with sqlite3.connect(file) as raw:
        raw.execute("DROP TRIGGER entries_no_update")
        raw.execute("UPDATE entries SET sealed = (SELECT sealed FROM entries WHERE seq = 1) WHERE seq = 2")
    raw.close()
    with Database(f"sqlite:///{file}") as database, pytest.raises(AngiosuiteError) as caught:
        Records(database).evidence.current(ana)
    assert caught.value.code == "records-damaged"


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["add", "correct", "withdraw", "show", "sign"]),
        st.integers(0, 5),
        st.text(st.characters(exclude_categories=["Cs"]), max_size=12),
        st.dates(date(1999, 12, 31), date(2036, 12, 31)),
    ),
    max_size=14,
)


@pytest.fixture(scope="module")
def shared_records(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Records]:
    """Records that every example of a law adds people to."""
    with Database(f"sqlite:///{tmp_path_factory.mktemp('law') / 'records.sqlite'}") as database:
        yield Records(database)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_whatever_is_done_the_history_is_whole_and_the_view_is_its_last_word(
    shared_records: Records, steps: list[tuple[str, int, str, date]]
) -> None:
    people, store = shared_records.people, shared_records.evidence
    director = frozenset({Role.DIRECTOR})
    owner = Principal(people.add(people.local(), "law", frozenset({Role.TRAINEE}))[0])
    signer = Principal(people.add(people.local(), "signer", director)[0], director)
    said: list[list[tuple[str, Evidence]]] = []
    for step, index, words, day in steps:
        if step == "add":
            made = store.add(owner, shown(on=day, note=words))
            said.append([("add", made)])
            continue
        if not said:
            continue
        mine = said[index % len(said)]
        name, gone = mine[0][1].id, mine[-1][0] == "withdraw"
        try:
            now = {
                "correct": lambda n=name, d=day, w=words: store.correct(
                    owner, n, shown(on=d, note=w), "because"
                ),
                "withdraw": lambda n=name: store.withdraw(owner, n, "because"),
                "show": lambda n=name: store.set_visibility(owner, n, Visibility.EVERYONE),
                "sign": lambda n=name: store.sign(signer, n),
            }[step]()
        except RefusedInput:
            assert gone
            continue
        assert not gone
        mine.append((step, now))
    for mine in said:
        history = store.history(owner, mine[0][1].id)
        assert [(str(entry.action), entry.value) for entry in history] == mine
        assert [entry.revision for entry in history] == list(range(1, len(mine) + 1))
    standing = {mine[-1][1].id: mine[-1][1] for mine in said if mine[-1][0] != "withdraw"}
    assert {piece.id: piece for piece in store.current(owner)} == standing
