"""People: one local person without an account, others by access key; erased by destroying their key."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from angiosuite.kit.errors import RefusedInput
from angiosuite.kit.evidence import Evidence, EvidenceKind, Status
from angiosuite.kit.people import Principal, Role, Visibility
from angiosuite.records.backup import backup, restore
from angiosuite.records.database import Database
from angiosuite.records.faults import NotThere
from angiosuite.records.records import Records
from angiosuite.records.tables import person_keys

from .conftest import Two, case, shown


def test_the_local_person_is_one_and_needs_no_account(records: Records, url: str) -> None:
    local = records.people.local()
    assert records.people.local() == local
    with Database(url) as other:
        assert Records(other).people.local() == local
    profile = records.people.profile(local)
    assert (profile.name, profile.first_run, profile.roles) == ("", True, frozenset({Role.TRAINEE}))


def test_a_profile_is_said_by_its_person_and_read_by_nobody_else(records: Records, two: Two) -> None:
    said = records.people.set_profile(two.ana, "NZ", "diagnostic-residency", "en")
    assert (said.name, said.country, said.stage, said.language) == ("Ana", "NZ", "diagnostic-residency", "en")
    assert not said.first_run
    assert records.people.list(two.ana) == (said,)
    assert records.people.profile(two.ben).country is None
    assert {one.name for one in records.people.list(two.dora)} >= {"Ana", "Ben", "Dora"}


def test_an_access_key_is_shown_once_and_kept_as_a_hash(tmp_path: Path) -> None:
    file = tmp_path / "records.sqlite"
    with Database(f"sqlite:///{file}") as database:
        people = Records(database).people
        made, key = people.add(people.local(), "Zoë 🩻", frozenset({Role.TEACHER, Role.DIRECTOR}))
        assert people.identify(key) == Principal(made, frozenset({Role.TEACHER, Role.DIRECTOR}))
        assert people.identify(key + "x") is people.identify("") is None
    raw = file.read_bytes()
    assert key.encode() not in raw and "Zoë".encode() not in raw


def test_only_a_director_or_the_local_person_makes_people(records: Records, two: Two) -> None:
    records.people.add(two.dora, "Eve", frozenset({Role.TRAINEE}))
    with pytest.raises(NotThere):
        records.people.add(two.ana, "Eve", frozenset({Role.DIRECTOR}))
    with pytest.raises(RefusedInput, match="name and at least one role"):
        records.people.add(two.dora, " ", frozenset({Role.TRAINEE}))


def decision(**said: object) -> Evidence:
    """A signed entrustment."""
    made = shown(level="4", scheme="angiosuite-entrustment", rater="att-1", note="why we decided so")
    return replace(made, kind=EvidenceKind.ENTRUSTMENT, role=None, status=Status.SIGNED, **said)


def test_who_is_erased_leaves_nothing_personal(records: Records, two: Two) -> None:
    made = records.evidence.add(two.ana, case(visibility=Visibility.EVERYONE))
    other = records.evidence.add(two.ben, case())
    records.positions.set(two.ana, "what-ir-is", "evidence", 0.5, False)
    records.people.erase(two.ana)
    assert records.evidence.current(two.ben, two.ana.person) == ()
    for gone in (
        lambda: records.evidence.get(two.ben, made.id),
        lambda: records.evidence.history(two.ana, made.id),
        lambda: records.evidence.add(two.ana, case()),
        lambda: records.people.profile(two.ana),
        lambda: records.people.erase(two.ana),
        lambda: records.positions.list(two.ana),
    ):
        with pytest.raises(NotThere):
            gone()
    assert records.evidence.current(two.ben) == (other,)
    assert "Ana" not in {one.name for one in records.people.list(two.dora)}


def test_another_process_forgets_an_erased_person_too(records: Records, two: Two, url: str) -> None:
    made = records.evidence.add(two.ana, case(visibility=Visibility.EVERYONE))
    with Database(url) as other:
        elsewhere = Records(other)
        assert elsewhere.evidence.get(two.ben, made.id) == made
        records.people.erase(two.ana)
        with pytest.raises(NotThere):
            elsewhere.evidence.get(two.ben, made.id)
        assert elsewhere.evidence.current(two.ben, two.ana.person) == ()


@pytest.mark.parametrize("keep", [True, False])
def test_signed_decisions_keep_their_clear_part_where_the_law_asks(
    records: Records, two: Two, keep: bool
) -> None:
    made = records.evidence.add(two.ana, decision())
    records.evidence.add(two.ana, replace(decision(), status=Status.SUBMITTED))
    withdrawn = records.evidence.add(two.ana, decision())
    records.evidence.withdraw(two.ana, withdrawn.id, "in error")
    records.evidence.add(two.ana, case(status=Status.SIGNED))
    records.people.erase(two.ana, keep_signed=keep)
    kept = records.people.kept(two.dora)
    assert [one.id for one in kept] == ([made.id] if keep else [])
    if keep:
        (one,) = kept
        assert (one.kind, one.term, one.level, one.day) == (
            EvidenceKind.ENTRUSTMENT,
            "ivc-filter",
            "4",
            "2026-03-01",
        )
        assert not any(
            "why we decided" in str(value) for value in (one.term, one.level, one.scheme, one.signed_by)
        )
    with pytest.raises(NotThere):
        records.people.kept(two.ben)


def test_the_bytes_of_a_destroyed_key_are_not_in_the_file(tmp_path: Path) -> None:
    file = tmp_path / "records.sqlite"
    with Database(f"sqlite:///{file}") as database:
        records = Records(database)
        ana = records.people.local()
        records.evidence.add(ana, case())
        with database.reading() as connection:
            key = connection.scalar(select(person_keys.c.key))
        records.people.erase(ana)
        files = [path.read_bytes() for path in tmp_path.iterdir()]
        assert key and not any(key in raw for raw in files)
        assert records.people.local() != ana


def test_the_copies_beside_the_file_forget_an_erased_person_too(tmp_path: Path) -> None:
    with Database(f"sqlite:///{tmp_path / 'records.sqlite'}") as database:
        records = Records(database)
        ana = records.people.local()
        ben, _ = records.people.add(ana, "Ben", frozenset({Role.TRAINEE}))
        backup(database, tmp_path / "b.zip")
        restore(tmp_path / "b.zip", database)
        copy = tmp_path / "records.before-restore.sqlite"
        with database.reading() as connection:
            rows = connection.execute(select(person_keys.c.person, person_keys.c.key))
            keys = {row.person: row.key for row in rows}
        assert keys[ana.person] in copy.read_bytes()
        records.people.erase(ana)
        raw = b"".join(path.read_bytes() for path in tmp_path.iterdir() if path.suffix != ".zip")
        assert keys[ana.person] not in raw and keys[ben] in copy.read_bytes()


def test_an_erased_access_key_opens_nothing(records: Records, two: Two) -> None:
    made, key = records.people.add(two.dora, "Eve", frozenset({Role.TRAINEE}))
    eve = records.people.identify(key)
    assert eve is not None and eve.person == made
    records.people.erase(eve)
    assert records.people.identify(key) is None
