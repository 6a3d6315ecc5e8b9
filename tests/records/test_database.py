"""The database: migrations whole or not at all, faults that say what to do, nothing committed lost."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path

import pytest
from sqlalchemy import text

from angiosuite.kit.errors import AngiosuiteError, WrongUse
from angiosuite.records.database import Database
from angiosuite.records.records import Records
from angiosuite.records.tables import metadata

from .conftest import Two, case

HALF = "op.create_table('half', sa.Column('id', sa.Integer, primary_key=True))\n"


def migration(folder: Path, body: str, number: str = "0002", before: str = "0001") -> Path:
    """A folder with one more migration."""
    folder.mkdir(exist_ok=True)
    (folder / f"r{number}_more.py").write_text(
        f"from alembic import op\nimport sqlalchemy as sa\nimport time\nrevision = {number!r}\n"
        f"down_revision = {before!r}\ndef upgrade():\n" + textwrap.indent(textwrap.dedent(body), "    ")
    )
    return folder


def tables_of(database: Database) -> set[str]:
    """Names of the tables that are there."""
    from sqlalchemy import inspect

    return set(inspect(database.engine).get_table_names())


def test_the_migrations_make_exactly_the_tables_that_the_code_reads(database: Database) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    with database.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_the_first_start_makes_the_tables_and_the_next_one_has_nothing_to_do(empty_url: str) -> None:
    with Database(empty_url) as first:
        assert first.migrated is not None and (first.migrated.before, first.migrated.copy) == (None, None)
    with Database(empty_url) as second:
        assert second.migrated is None


def test_two_programs_that_start_at_once_migrate_once(empty_url: str) -> None:
    faults: list[BaseException] = []

    def start() -> None:
        try:
            with Database(empty_url) as opened:
                Records(opened).people.local()
        except BaseException as error:
            faults.append(error)

    threads = [threading.Thread(target=start) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    with Database(empty_url) as opened, opened.reading() as connection:
        assert connection.scalar(text("SELECT count(*) FROM people")) == 1


def test_a_migration_keeps_what_was_and_says_where_the_copy_is(
    url: str, records: Records, two: Two, tmp_path: Path
) -> None:
    made = records.evidence.add(two.ana, case())
    records.close()
    more = migration(
        tmp_path / "more", "op.create_table('extra', sa.Column('id', sa.Integer, primary_key=True))"
    )
    with Database(url, versions=(more,)) as newer:
        done = newer.migrated
        assert done is not None and (done.before, done.after) == ("0001", "0002")
        assert Records(newer).evidence.current(two.ana) == (made,)
        assert "extra" in tables_of(newer)
        assert (done.copy is not None) == newer.is_sqlite
    if done.copy is not None:
        assert done.copy.name == "records.before-0001.sqlite"
        with Database(f"sqlite:///{done.copy}") as former:
            assert former.migrated is None
            assert Records(former).evidence.current(two.ana) == (made,)


@pytest.mark.parametrize("body", ["raise RuntimeError('no')", "op.execute('SELECT * FROM nowhere')"])
def test_a_failed_migration_leaves_the_database_as_it_was(
    url: str, records: Records, two: Two, tmp_path: Path, body: str
) -> None:
    made = records.evidence.add(two.ana, case())
    records.close()
    more = migration(tmp_path / "more", f"{HALF}op.execute('DELETE FROM marks')\n{body}")
    with pytest.raises(AngiosuiteError) as caught:
        Database(url, versions=(more,)).open()
    assert caught.value.code == "records-migration-failed"
    assert "as it was" in str(caught.value.way_out)
    with Database(url) as again:
        assert again.migrated is None and "half" not in tables_of(again)
        assert Records(again).evidence.current(two.ana) == (made,)
        if again.is_sqlite:
            assert "records.before-0001.sqlite" in str(caught.value.way_out)


def test_records_of_a_newer_program_are_refused_by_name(url: str, tmp_path: Path) -> None:
    more = migration(tmp_path / "more", "pass")
    Database(url, versions=(more,)).open().close()
    with pytest.raises(AngiosuiteError) as caught:
        Database(url).open()
    assert caught.value.code == "records-too-new"
    assert "0002" in str(caught.value) and "0001" in str(caught.value) and "Update" in str(caught.value)


def test_a_full_disk_is_named_and_loses_nothing(migrated: Path, tmp_path: Path) -> None:
    file = tmp_path / "records.sqlite"
    file.write_bytes(migrated.read_bytes())
    pages = file.stat().st_size // 4096 + 8
    saved = []
    with Database(f"sqlite:///{file}", quota_pages=pages) as database:
        records = Records(database)
        person = records.people.local()
        with pytest.raises(AngiosuiteError) as caught:
            saved.extend(records.evidence.add(person, case(note="x" * 3000)) for _ in range(1000))
        assert caught.value.code == "records-disk-full"
        assert "safe" in str(caught.value.way_out) and "Free" in str(caught.value.way_out)
        assert {piece.id for piece in records.evidence.current(person)} == {piece.id for piece in saved}
    with Database(f"sqlite:///{file}") as roomy:
        Records(roomy).evidence.add(person, case())
        assert len(Records(roomy).evidence.current(person)) == len(saved) + 1


def test_a_disk_that_is_full_during_a_migration_leaves_the_records_as_they_were(
    migrated: Path, tmp_path: Path
) -> None:
    file = tmp_path / "records.sqlite"
    file.write_bytes(migrated.read_bytes())
    more = migration(
        tmp_path / "more",
        "op.create_table('big', sa.Column('x', sa.String))\n"
        "for _ in range(99): op.execute(\"INSERT INTO big VALUES ('\" + 'x' * 4000 + \"')\")",
    )
    pages = file.stat().st_size // 4096 + 8
    with pytest.raises(AngiosuiteError) as caught:
        Database(f"sqlite:///{file}", versions=(more,), quota_pages=pages).open()
    assert caught.value.code == "records-disk-full"
    with Database(f"sqlite:///{file}") as again:
        assert again.migrated is None and "big" not in tables_of(again)


def test_a_database_that_is_busy_too_long_says_so(url: str, records: Records, two: Two) -> None:
    with Database(url, wait_ms=200) as hasty, records.database.writing() as connection:
        connection.execute(text("UPDATE person_keys SET key = key"))
        with pytest.raises(AngiosuiteError) as caught:
            Records(hasty).evidence.add(two.ana, case())
    assert caught.value.code == "records-busy"
    assert records.evidence.add(two.ana, case())


def test_a_file_that_is_none_or_cannot_be_opened_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "text.sqlite").write_text("not a database, but long enough to be read as one " * 100)
    with pytest.raises(AngiosuiteError) as caught:
        Database(f"sqlite:///{tmp_path / 'text.sqlite'}").open()
    assert caught.value.code == "records-damaged" and "restore" in str(caught.value.way_out)
    with pytest.raises(AngiosuiteError) as caught:
        Database(f"sqlite:///{tmp_path / 'nowhere' / 'records.sqlite'}").open()
    assert caught.value.code == "records-not-writable"


def test_a_server_that_is_away_is_named_without_its_password(tmp_path: Path) -> None:
    pytest.importorskip("psycopg")
    away = Database(f"postgresql://ana:secret-word@/records?host={tmp_path}")
    with pytest.raises(AngiosuiteError) as caught:
        away.open()
    assert caught.value.code == "records-unreachable"
    assert "secret-word" not in str(caught.value) and "ANGIOSUITE_DATABASE" in str(caught.value)


@pytest.mark.parametrize("url", ["mysql://host/name", "no address", "postgresql+asyncpg://host/name"])
def test_an_address_of_another_engine_is_refused(url: str) -> None:
    with pytest.raises(WrongUse) as caught:
        Database(url)
    assert caught.value.code == "records-bad-address"


def test_the_setting_names_the_database_and_else_it_is_a_file_of_the_home(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ANGIOSUITE_DATABASE", raising=False)
    odd = tmp_path / "a folder?x=1%20#é"
    odd.mkdir()
    with Database.at(odd) as here:
        assert (
            here.path == odd / "records.sqlite" and (odd / "records.sqlite").stat().st_mode & 0o777 == 0o600
        )
    pytest.importorskip("psycopg")
    monkeypatch.setenv("ANGIOSUITE_DATABASE", "postgresql://ana@host/records")
    assert Database.at(tmp_path).where == "postgresql+psycopg://ana@host/records"


def committed_until_killed(url: str, after_s: float) -> list[str]:
    """Ids that a writing program said were committed before kill -9 ended it."""
    program = [sys.executable, str(Path(__file__).parent / "writer.py"), url]
    with subprocess.Popen(program, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        first = writer.stdout.readline()
        time.sleep(after_s)
        writer.send_signal(signal.SIGKILL)
        said = [first, *writer.stdout.readlines()]
    return [line.strip() for line in said if line.endswith("\n")]


@pytest.mark.parametrize("after_s", [0.05, *(pytest.param(s, marks=pytest.mark.ci) for s in (0.2, 0.5, 1.1))])
def test_kill_minus_nine_in_the_middle_of_writes_loses_nothing_committed(url: str, after_s: float) -> None:
    committed = committed_until_killed(url, after_s)
    assert committed
    with Database(url) as database:
        records = Records(database)
        person = records.people.local()
        there = [piece.id for piece in records.evidence.current(person)]
        assert set(committed) <= set(there) and len(there) - len(committed) <= 1
        records.evidence.add(person, case())
        if database.path is not None:
            with sqlite3.connect(database.path) as raw:
                assert raw.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            raw.close()


@pytest.mark.ci
def test_kill_minus_nine_in_a_migration_leaves_the_database_as_it_was(
    url: str, records: Records, two: Two, tmp_path: Path
) -> None:
    made = records.evidence.add(two.ana, case())
    records.close()
    more = migration(
        tmp_path / "more",
        f"{HALF}print('half', flush=True)\ntime.sleep(60)",
    )
    words = (
        "import sys; from pathlib import Path; from angiosuite.records.database import Database; "
        "Database(sys.argv[1], versions=(Path(sys.argv[2]),)).open()"
    )
    program = [sys.executable, "-c", words, url, str(more)]
    with subprocess.Popen(program, stdout=subprocess.PIPE, text=True) as migrating:
        assert migrating.stdout is not None and migrating.stdout.readline() == "half\n"
        migrating.send_signal(signal.SIGKILL)
    with Database(url) as again:
        assert again.migrated is None and "half" not in tables_of(again)
        assert Records(again).evidence.current(two.ana) == (made,)
