"""Backup and restore: one file for either engine, checked, whole or not at all, safe while the program runs.

A backup is a zip of `records.sqlite`, the tables as one commit left them, and `manifest.json`: revision, rows
per table and SHA-256. A backup of PostgreSQL has the same form, so a programme may begin in SQLite and move.
It holds the keys of its people: keep it where the records themselves may be kept.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
import tempfile
import zipfile
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, Table, delete, func, insert, select, text, update

from angiosuite.kit.errors import AngiosuiteError, RefusedInput

from .database import FILE, WAIT_MS, Database, copy_file
from .faults import explained
from .tables import entries, kept_decisions, marks, metadata, people, person_keys, store

FORM = "angiosuite-records-1"
MANIFEST = "manifest.json"
_BATCH = 2000


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup says of itself.

    Parameters
    ----------
    form : str
        `FORM`.
    revision : str
        Of the tables.
    made_at : str
        UTC.
    engine : str
        Where the records came from.
    rows : dict
        Number of rows by table.
    sha256 : str
        Of `records.sqlite`.
    """

    form: str
    revision: str
    made_at: str
    engine: str
    rows: dict[str, int]
    sha256: str


def backup(database: Database, target: Path) -> Manifest:
    """Write a backup of the records as the last commit left them, and read it back; others may go on writing.

    Raises
    ------
    AngiosuiteError
        ``records-disk-full`` or ``records-copy-failed``; the target is then as it was.
    """
    scratch = target.with_name(f".{target.name}.part")
    try:
        with tempfile.TemporaryDirectory(prefix="angiosuite-backup-") as folder:
            copy = Path(folder) / FILE
            if database.path is not None:
                copy_file(database.path, copy)
            else:
                _rows_into_file(database, copy)
            revision, rows = _contents(copy)
            manifest = Manifest(
                FORM,
                revision,
                datetime.now(UTC).isoformat(timespec="seconds"),
                database.url.get_backend_name(),
                rows,
                _sha256(copy),
            )
            with zipfile.ZipFile(scratch, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
                archive.write(copy, FILE)
                archive.writestr(MANIFEST, json.dumps(asdict(manifest), indent=1))
            _unpack(scratch, manifest, Path(folder) / "read-back.sqlite")
        scratch.chmod(0o600)
        with open(scratch, "rb") as file:
            os.fsync(file.fileno())
        os.replace(scratch, target)
    except OSError as error:
        raise AngiosuiteError(
            "The backup cannot be written",
            code="records-disk-full" if error.errno == 28 else "records-copy-failed",
            where=str(target),
            value=error.strerror,
            way_out="The records are as they were. Free some space, or choose a folder that can be written.",
        ) from error
    finally:
        scratch.unlink(missing_ok=True)
    return manifest


def read_manifest(source: Path) -> Manifest:
    """What a backup says of itself, its file not yet checked against it."""
    try:
        with zipfile.ZipFile(source) as archive:
            return Manifest(**json.loads(archive.read(MANIFEST)))
    except FileNotFoundError as error:
        raise RefusedInput(
            "There is no such file", code="backup-not-there", where=str(source), way_out="Check its name."
        ) from error
    except (OSError, ValueError, TypeError, KeyError, zipfile.BadZipFile, NotImplementedError) as error:
        raise _damaged(source, error) from error


def restore(source: Path, database: Database) -> Manifest:
    """Put a backup in the place of the records: whole, or nothing is changed.

    An older backup is migrated first. People whom this database erased stay erased. Of an SQLite file the
    records as they were are kept beside it, as ``records.before-restore.sqlite``.

    Raises
    ------
    RefusedInput
        ``backup-damaged``, ``backup-not-there``, ``backup-too-new``; nothing is changed.
    """
    manifest = read_manifest(source)
    place = database.path.parent if database.path is not None else None
    with tempfile.TemporaryDirectory(prefix=".angiosuite-restore-", dir=place) as folder:
        copy = Path(folder) / FILE
        _unpack(source, manifest, copy)
        with Database(f"sqlite:///{copy}") as prepared:
            _forget_erased(database, prepared)
            if database.path is not None:
                prepared.tidy()
                _over_file(prepared, copy, database)
            else:
                _over_rows(prepared, database)
    return manifest


def _unpack(source: Path, manifest: Manifest, copy: Path) -> None:
    known = Database("sqlite://").newest
    if manifest.form != FORM or manifest.revision > known:
        raise RefusedInput(
            "The backup was made by a newer Angiosuite",
            code="backup-too-new",
            where=str(source),
            value=f"{manifest.form}, revision {manifest.revision}",
            way_out="Update Angiosuite; nothing was changed.",
        )
    try:
        with zipfile.ZipFile(source) as archive, archive.open(FILE) as packed, open(copy, "wb") as file:
            shutil.copyfileobj(packed, file, 1 << 20)
        if _sha256(copy) != manifest.sha256:
            raise ValueError("the checksum is another")
        if _contents(copy) != (manifest.revision, manifest.rows):
            raise ValueError("the number of rows is another")
    except OSError as error:
        raise AngiosuiteError(
            "The backup cannot be unpacked",
            code="records-disk-full" if error.errno == 28 else "records-copy-failed",
            where=str(copy.parent.parent),
            value=error.strerror,
            way_out="Nothing was changed. Free some space and do it again.",
        ) from error
    except (ValueError, KeyError, zipfile.BadZipFile, sqlite3.Error, EOFError, NotImplementedError) as error:
        raise _damaged(source, error) from error
    except Exception as error:  # zlib raises its own error, which has no public root
        raise _damaged(source, error) from error


def _damaged(source: Path, error: Exception) -> RefusedInput:
    return RefusedInput(
        "The backup is damaged or is none",
        code="backup-damaged",
        where=str(source),
        value=str(error)[:120],
        way_out="Nothing was changed. Use another backup.",
    )


def _sha256(path: Path) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _contents(path: Path) -> tuple[str, dict[str, int]]:
    with closing(sqlite3.connect(path)) as connection:
        state = connection.execute("PRAGMA integrity_check").fetchone()[0]
        if state != "ok":
            raise sqlite3.DatabaseError(str(state))
        own = "type = 'table' AND name NOT LIKE 'sqlite_%'"
        names = [
            row[0] for row in connection.execute(f"SELECT name FROM sqlite_master WHERE {own} ORDER BY name")
        ]
        rows = {name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in names}
        return connection.execute("SELECT version_num FROM alembic_version").fetchone()[0], rows


def _rows_into_file(database: Database, copy: Path) -> None:
    with Database(f"sqlite:///{copy}") as made:
        with explained(database.where), database.engine.connect() as connection:
            connection = connection.execution_options(isolation_level="REPEATABLE READ")
            with connection.begin(), made.writing() as target:
                _copy_rows(connection, target)
        made.tidy()


def _copy_rows(source: Connection, target: Connection) -> None:
    target.execute(delete(store))
    for table in metadata.sorted_tables:
        query = select(table).order_by(*table.primary_key).execution_options(yield_per=_BATCH)
        result = source.execute(query)
        for batch in result.mappings().partitions(_BATCH):
            target.execute(insert(table), [dict(row) for row in batch])
        if _count(target, table) != _count(source, table):
            raise AngiosuiteError(
                "Not all rows were copied",
                code="records-copy-failed",
                where=table.name,
                way_out="Do it again.",
            )


def _count(connection: Connection, table: Table) -> int:
    return int(connection.scalar(select(func.count()).select_from(table)) or 0)


def _forget_erased(database: Database, prepared: Database) -> None:
    if database.revision() is None:
        return
    with database.open().reading() as connection:
        gone = connection.execute(
            select(people.c.id, people.c.erased_at).where(people.c.erased_at.is_not(None))
        )
        erased = {row.id: row.erased_at for row in gone}
        kept = [dict(r) for r in connection.execute(select(kept_decisions)).mappings()]
    with prepared.writing() as connection:
        for person, at in erased.items():
            connection.execute(delete(person_keys).where(person_keys.c.person == person))
            connection.execute(delete(marks).where(marks.c.owner == person))
            away = {"sealed": None, "access_hash": None, "local": False, "erased_at": at}
            connection.execute(update(people).where(people.c.id == person).values(away))
        there = set(connection.scalars(select(people.c.id)))
        known = set(connection.scalars(select(kept_decisions.c.object)))
        more = [row for row in kept if row["object"] not in known and row["owner"] in there]
        if more:
            connection.execute(insert(kept_decisions), more)
        connection.execute(update(store).where(store.c.name == "epoch").values(value=os.urandom(16).hex()))


def _over_file(prepared: Database, copy: Path, database: Database) -> None:
    assert database.path is not None
    if database.revision() is not None:
        copy_file(database.path, database.path.with_name(f"{database.path.stem}.before-restore.sqlite"))
    else:
        database.open()
    prepared.close()
    try:
        with closing(sqlite3.connect(copy)) as new, closing(sqlite3.connect(database.path)) as old:
            old.execute(f"PRAGMA busy_timeout = {WAIT_MS}")
            new.backup(old)
    except sqlite3.Error as error:
        full = "full" in str(error)
        raise AngiosuiteError(
            "The records cannot be replaced now",
            code="records-disk-full" if full else "records-busy",
            where=database.where,
            value=str(error),
            way_out="Nothing was changed. "
            + ("Free some space and do it again." if full else "Stop the server, or do it again in a while."),
        ) from error


def _over_rows(prepared: Database, database: Database) -> None:
    database.open()
    with prepared.reading() as source, database.writing() as target:
        target.execute(text("SELECT pg_advisory_xact_lock(7265436)"))
        for table in reversed(metadata.sorted_tables):
            target.execute(text(f"DROP TABLE {table.name}"))
        target.execute(text("DROP TABLE alembic_version"))
        database.upgrade(target)
        _copy_rows(source, target)
        following = select(func.coalesce(func.max(entries.c.seq), 0) + 1).scalar_subquery()
        serial = func.pg_get_serial_sequence("entries", "seq")
        target.execute(select(func.setval(serial, following, False)))
