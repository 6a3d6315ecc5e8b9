"""Backup and restore: one file for either engine, checked, whole or not at all, while others write."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import threading
import time
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from angiosuite.kit.errors import AngiosuiteError, RefusedInput
from angiosuite.kit.people import Principal, Visibility
from angiosuite.records import backup as backups
from angiosuite.records.database import Database
from angiosuite.records.faults import NotThere
from angiosuite.records.records import Records

from .conftest import Two, case


def everything(records: Records, person: Principal) -> tuple[Any, ...]:
    """All that a person has."""
    evidence = records.evidence.current(person)
    histories = [records.evidence.history(person, piece.id) for piece in evidence]
    own = (records.reflections.list(person), records.positions.list(person), records.people.profile(person))
    return evidence, histories, own


@pytest.fixture
def filled(records: Records, two: Two) -> Records:
    """Records with something of everything."""
    made = records.evidence.add_all(
        two.ana, [case(date(2026, 1, day), note="Größe 🩻") for day in range(1, 9)]
    )
    records.evidence.correct(two.ana, made[0].id, case(note="mended"), "typo")
    records.evidence.withdraw(two.ana, made[1].id, "twice")
    records.evidence.set_visibility(two.ana, made[2].id, Visibility.EVERYONE)
    records.reflections.add(two.ana, "is-it-for-me", {"calls": 2}, date(2024, 2, 29))
    records.positions.set(two.ana, "what-ir-is", "", 0.5, False)
    records.evidence.add(two.ben, case())
    return records


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.ci)])
def elsewhere(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Address of another database, of either engine, without tables."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'elsewhere.sqlite'}"
    return str(request.getfixturevalue("postgres").make())


def test_what_was_backed_up_is_there_after_the_restore_on_either_engine(
    filled: Records, two: Two, elsewhere: str, tmp_path: Path
) -> None:
    file = tmp_path / "b.zip"
    manifest = backups.backup(filled.database, file)
    assert (manifest.rows["people"], manifest.rows["entries"]) == (4, 13)
    assert file.stat().st_mode & 0o777 == 0o600
    other = Database(elsewhere)
    backups.restore(file, other)
    restored = Records(other)
    for person in (two.ana, two.ben):
        assert everything(restored, person) == everything(filled, person)
    added = restored.evidence.add(two.ana, case(note="later"))
    assert restored.evidence.get(two.ana, added.id) == added
    with pytest.raises(AngiosuiteError, match="never changed"), other.writing() as connection:
        connection.execute(text("DELETE FROM entries"))
    restored.close()


def test_a_running_program_sees_the_restored_records_at_once(
    filled: Records, two: Two, tmp_path: Path
) -> None:
    before = everything(filled, two.ana)
    backups.backup(filled.database, tmp_path / "b.zip")
    filled.evidence.withdraw(two.ana, filled.evidence.current(two.ana)[0].id, "after the backup")
    filled.evidence.add(two.ana, case(note="after the backup"))
    assert everything(filled, two.ana) != before
    with Database(filled.database.url) as second:
        backups.restore(tmp_path / "b.zip", second)
    assert everything(filled, two.ana) == before
    assert filled.evidence.add(two.ana, case()).revision == 1
    if filled.database.path is not None:
        kept = filled.database.path.with_name("records.before-restore.sqlite")
        with Database(f"sqlite:///{kept}") as former:
            assert Records(former).evidence.search(two.ana, "after backup")


def test_a_backup_while_others_write_is_one_moment_of_the_records(
    filled: Records, two: Two, url: str, tmp_path: Path
) -> None:
    stop, written = threading.Event(), [0]

    def write() -> None:
        with Database(url) as mine:
            store = Records(mine).evidence
            while not stop.is_set():
                made = store.add_all(two.ben, [case(note="pair"), case(note="pair")])
                store.correct(two.ben, made[0].id, made[0], "again")
                written[0] += 1

    writer = threading.Thread(target=write)
    writer.start()
    files = [tmp_path / f"{n}.zip" for n in range(3)]
    try:
        for file in files:
            backups.backup(filled.database, file)
    finally:
        stop.set()
        writer.join()
    assert written[0] > 0
    sizes = []
    for file in files:
        with Database(f"sqlite:///{tmp_path / file.stem}.sqlite") as other:
            backups.restore(file, other)
            pieces = Records(other).evidence.search(two.ben, "pair", limit=10**6)
            assert len(pieces) % 2 == 0
            sizes.append(len(pieces))
    assert sizes == sorted(sizes)


def damage(file: Path, how: int) -> None:
    """Spoil a backup: cut, empty, another file, or one byte that is another."""
    raw = bytearray(file.read_bytes())
    if how == 0:
        file.write_bytes(raw[: len(raw) // 2])
    elif how == 1:
        file.write_bytes(b"")
    elif how == 2:
        file.write_text("a text")
    else:
        at = random.Random(how).randrange(len(raw))
        raw[at] ^= 1 << how % 8
        file.write_bytes(raw)


def refusal(file: Path, database: Database) -> str | None:
    """Code of the refusal of a backup; None when it was restored."""
    try:
        backups.restore(file, database)
    except RefusedInput as error:
        return error.code
    return None


def test_a_damaged_backup_is_refused_and_changes_nothing(filled: Records, two: Two, tmp_path: Path) -> None:
    good = tmp_path / "good.zip"
    backups.backup(filled.database, good)
    then = everything(filled, two.ana)
    filled.evidence.add(two.ana, case(note="since then"))
    now = everything(filled, two.ana)
    refused = 0
    for how in range(10):
        bad = tmp_path / "bad.zip"
        bad.write_bytes(good.read_bytes())
        damage(bad, how)
        if refusal(bad, filled.database) in ("backup-damaged", "backup-too-new"):
            assert everything(filled, two.ana) == now
            refused += 1
        else:  # the bit is in a part that says nothing, such as the zip's own date
            assert everything(filled, two.ana) == then
            filled.evidence.add(two.ana, case(note="since then"))
            now = everything(filled, two.ana)
    assert refused >= 8


def test_a_backup_of_a_newer_program_or_none_at_all_is_refused(filled: Records, tmp_path: Path) -> None:
    file = tmp_path / "b.zip"
    backups.backup(filled.database, file)
    with zipfile.ZipFile(file) as archive:
        records, manifest = archive.read("records.sqlite"), archive.read("manifest.json")
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("records.sqlite", records)
        archive.writestr("manifest.json", manifest.replace(b'"0001"', b'"9999"'))
    with pytest.raises(RefusedInput) as caught:
        backups.restore(file, filled.database)
    assert caught.value.code == "backup-too-new"
    with pytest.raises(RefusedInput) as caught:
        backups.restore(tmp_path / "nothing.zip", filled.database)
    assert caught.value.code == "backup-not-there"


def test_a_backup_that_cannot_be_written_leaves_the_former_one(filled: Records, tmp_path: Path) -> None:
    with pytest.raises(AngiosuiteError) as caught:
        backups.backup(filled.database, tmp_path / "no-folder" / "b.zip")
    assert caught.value.code == "records-copy-failed"
    assert [path.name for path in tmp_path.iterdir() if path.name.endswith(".part")] == []


@pytest.mark.ci
@pytest.mark.parametrize("after_s", [0.05, 0.2, 0.45])
def test_kill_minus_nine_in_a_restore_leaves_the_old_records_or_the_new(
    filled: Records, two: Two, url: str, tmp_path: Path, after_s: float
) -> None:
    backups.backup(filled.database, tmp_path / "one.zip")
    one = everything(filled, two.ana)
    filled.evidence.add_all(two.ana, [case(note="x" * 3000) for _ in range(200)])
    backups.backup(filled.database, tmp_path / "two.zip")
    other = everything(filled, two.ana)
    words = (
        "import sys; from pathlib import Path; from angiosuite.records.backup import restore\n"
        "from angiosuite.records.database import Database\n"
        "while True:\n"
        "    for file in sys.argv[2:]:\n"
        "        print(file, flush=True); restore(Path(file), Database(sys.argv[1]))\n"
    )
    files = [str(tmp_path / "one.zip"), str(tmp_path / "two.zip")]
    with subprocess.Popen([sys.executable, "-c", words, url, *files], stdout=subprocess.PIPE) as restoring:
        assert restoring.stdout is not None and restoring.stdout.readline()
        time.sleep(after_s)
        restoring.send_signal(signal.SIGKILL)
    with Database(url) as again:
        assert everything(Records(again), two.ana) in (one, other)


def test_who_was_erased_stays_erased_when_an_older_backup_comes_back(
    filled: Records, two: Two, tmp_path: Path
) -> None:
    backups.backup(filled.database, tmp_path / "b.zip")
    filled.people.erase(two.ana)
    backups.restore(tmp_path / "b.zip", filled.database)
    assert filled.evidence.current(two.ana) == ()
    with pytest.raises(NotThere):
        filled.people.profile(two.ana)
    assert len(filled.evidence.current(two.ben)) == 1
    backups.backup(filled.database, tmp_path / "c.zip")
    with Database(f"sqlite:///{tmp_path / 'fresh.sqlite'}") as fresh:
        backups.restore(tmp_path / "c.zip", fresh)
        assert Records(fresh).evidence.current(two.ana) == ()
