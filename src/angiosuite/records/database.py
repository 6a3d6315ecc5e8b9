"""The database of the records: SQLite in the home folder, or the PostgreSQL that a programme names."""

from __future__ import annotations

import os
import re
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, inspect, make_url, text
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from angiosuite.kit.errors import AngiosuiteError, WrongUse

from .faults import explained, named
from .tables import metadata

ENVIRONMENT = "ANGIOSUITE_DATABASE"
FILE = "records.sqlite"
MIGRATIONS = Path(__file__).parent / "migrations"
WAIT_MS = 15_000
"""How long a write waits for another one, in milliseconds."""
_NUMBERED = re.compile(r"r(\d{4})_.+\.py\Z")


@dataclass(frozen=True, slots=True)
class Migrated:
    """What a migration did.

    Parameters
    ----------
    before, after : str or None
        Revisions; None before the first one.
    copy : Path or None
        The SQLite file as it was before.
    """

    before: str | None
    after: str
    copy: Path | None = None


class Database:
    """Connections, transactions and migrations of one database.

    Parameters
    ----------
    url : str or URL
        ``sqlite:///<file>`` or ``postgresql+psycopg://<user>@<host>/<name>``.
    versions : tuple of Path
        Further folders of migrations, for tests of migrations.
    quota_pages : int, optional
        Largest size of an SQLite file in pages of 4096 bytes.
    wait_ms : int
        How long a write waits for another one, in milliseconds.
    """

    def __init__(
        self,
        url: str | URL,
        *,
        versions: tuple[Path, ...] = (),
        quota_pages: int | None = None,
        wait_ms: int = WAIT_MS,
    ) -> None:
        self.url = _understood(url)
        self.where = self.url.render_as_string(hide_password=True)
        self.path = Path(self.url.database or "") if self.is_sqlite else None
        self.migrated: Migrated | None = None
        self._versions = (MIGRATIONS / "versions", *versions)
        self._quota_pages = quota_pages
        self._wait_ms = wait_ms
        self.engine = self._engine()

    @classmethod
    def at(cls, home: Path, url: str | None = None) -> Database:
        """The database of a home folder, or the one that `url` or ``ANGIOSUITE_DATABASE`` names."""
        chosen = url or os.environ.get(ENVIRONMENT)
        return cls(chosen or URL.create("sqlite", database=str(home / FILE)))

    @property
    def is_sqlite(self) -> bool:
        """Whether it is a file of SQLite."""
        return self.url.get_backend_name() == "sqlite"

    def _engine(self) -> Engine:
        if not self.is_sqlite:
            arguments = {"connect_timeout": 10, "options": f"-c lock_timeout={self._wait_ms} -c timezone=UTC"}
            try:
                return create_engine(self.url, pool_size=10, pool_pre_ping=True, connect_args=arguments)
            except ImportError as error:
                raise AngiosuiteError(
                    "The driver of PostgreSQL is not installed",
                    code="records-no-driver",
                    where=self.where,
                    way_out='Install it: pip install "angiosuite[programme]".',
                ) from error
        engine = create_engine(self.url, pool_size=10, connect_args={"timeout": self._wait_ms / 1000})

        @event.listens_for(engine, "connect")
        def connected(raw: Any, record: Any) -> None:
            raw.isolation_level = None  # transactions are begun below, and hold definitions of tables too
            _write_ahead(raw, self._wait_ms)
            raw.execute("PRAGMA synchronous = FULL")
            raw.execute("PRAGMA foreign_keys = ON")
            raw.execute("PRAGMA secure_delete = ON")
            if self._quota_pages is not None:
                raw.execute(f"PRAGMA max_page_count = {int(self._quota_pages)}")

        @event.listens_for(engine, "begin")
        def begun(connection: Connection) -> None:
            writing = connection.get_execution_options().get("writing", False)
            connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")

        return engine

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that sees one state of the database."""
        with explained(self.where), self.engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction: all of what is done inside, or nothing; on return it is on the disk."""
        with explained(self.where), self.engine.connect() as connection:
            connection = connection.execution_options(writing=True)
            with connection.begin():
                yield connection

    def open(self) -> Database:
        """Make or migrate the tables where needed, and return itself.

        Raises
        ------
        AngiosuiteError
            When it cannot be reached or written, is newer than the program, or a migration fails.
        """
        if self.path is not None and self.path.parent.is_dir():
            self.path.touch(mode=0o600)  # nobody else of this machine reads it; its log takes the same mode
        with explained(self.where):
            before = self.revision()
        if before != self.newest:
            self.migrated = self.migrate()
        return self

    def tidy(self) -> None:
        """Leave no old bytes of removed keys behind: in the file, its log, or the dead rows of PostgreSQL."""
        with explained(self.where), self.engine.connect() as connection:
            if self.is_sqlite:
                raw = connection.connection.cursor()
                raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
                raw.close()
            else:
                connection.execution_options(isolation_level="AUTOCOMMIT").execute(text("VACUUM person_keys"))

    def forget_in_copies(self, person: str) -> None:
        """Remove a person's key from the copies that migrations and restores left beside an SQLite file.

        Raises
        ------
        AngiosuiteError
            ``records-copy-not-erased``, naming the copy that must be removed by hand.
        """
        if self.path is None:
            return
        for copy in self.path.parent.glob(f"{self.path.stem}.before-*{self.path.suffix}"):
            try:
                with closing(sqlite3.connect(copy)) as raw:
                    raw.execute("PRAGMA secure_delete = ON")
                    raw.execute("DELETE FROM person_keys WHERE person = ?", (person,))
                    raw.commit()
            except sqlite3.Error as error:
                raise AngiosuiteError(
                    "The person was erased, but not from a copy of the records",
                    code="records-copy-not-erased",
                    where=str(copy),
                    value=str(error),
                    way_out="Remove this file.",
                ) from error

    def close(self) -> None:
        """Close all connections; SQLite then has one file."""
        self.engine.dispose()

    def __enter__(self) -> Database:
        return self.open()

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def newest(self) -> str:
        """The revision that this program writes."""
        return max(self._known())

    def _known(self) -> set[str]:
        names = (file.name for folder in self._versions for file in folder.iterdir())
        return {found[1] for found in map(_NUMBERED.match, names) if found}

    def revision(self) -> str | None:
        """The revision of the tables as they are; None before the first migration."""
        with explained(self.where), self.engine.connect() as connection:
            return self._revision(connection)

    def _revision(self, connection: Connection) -> str | None:
        if not inspect(connection).has_table("alembic_version"):
            return None
        found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
        if found is not None and found not in self._known():
            raise AngiosuiteError(
                "The records were written by a newer Angiosuite",
                code="records-too-new",
                where=self.where,
                value=f"revision {found}, this program knows up to {self.newest}",
                way_out="Update Angiosuite; nothing was changed.",
            )
        return None if found is None else str(found)

    def migrate(self) -> Migrated:
        """Bring the tables to the newest revision: whole, or nothing is changed.

        One transaction on either engine; of an SQLite file that holds records a copy is kept beside it.

        Raises
        ------
        AngiosuiteError
            ``records-migration-failed``, with the place of the copy.
        """
        copy: Path | None = None
        with explained(self.where), self.engine.connect() as connection:
            if self.is_sqlite:
                connection.exec_driver_sql("PRAGMA foreign_keys = OFF")  # tables may be rebuilt
                connection.commit()
            connection = connection.execution_options(writing=True)
            try:
                with connection.begin():
                    before = self._migrate_locked(connection)
                    if before == self.newest:
                        return Migrated(before, before)
                    if self.path is not None:
                        copy = self._copy_before(before)
                    self.upgrade(connection)
            except AngiosuiteError:
                raise
            except Exception as error:  # a migration may fail in any way; all end the same
                kept = f" A copy from before is in {copy}." if copy else ""
                cause = named(error, self.where) if isinstance(error, SQLAlchemyError) else None
                raise AngiosuiteError(
                    "The records could not be brought to this version",
                    code=cause.code
                    if cause and cause.code != "records-fault"
                    else "records-migration-failed",
                    where=self.where,
                    value=str(getattr(error, "orig", error)).splitlines()[0][:200],
                    way_out=f"The database is as it was.{kept} "
                    + (cause.way_out or "" if cause else "Use the former version, and report this message."),
                ) from error
            finally:
                connection.invalidate()  # its pragma must not come back from the pool
        return Migrated(before, self.newest, copy)

    def _migrate_locked(self, connection: Connection) -> str | None:
        if not self.is_sqlite:
            connection.execute(text("SELECT pg_advisory_xact_lock(7265436)"))  # one migration at a time
        return self._revision(connection)

    def upgrade(self, connection: Connection) -> None:
        """Run the migrations over a connection, inside its transaction."""
        from alembic import command
        from alembic.config import Config

        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
        config.set_main_option("path_separator", "newline")
        config.set_main_option(
            "version_locations", "\n".join(str(p) for p in self._versions).replace("%", "%%")
        )
        config.attributes.update(connection=connection, metadata=metadata)
        command.upgrade(config, "head")
        if self.is_sqlite and (broken := connection.exec_driver_sql("PRAGMA foreign_key_check").all()):
            raise ValueError(f"{len(broken)} rows refer to rows that are not there")

    def _copy_before(self, revision: str | None) -> Path | None:
        if revision is None or self.path is None:
            return None
        target = self.path.with_name(f"{self.path.stem}.before-{revision}{self.path.suffix}")
        copy_file(self.path, target)
        return target


def _write_ahead(raw: sqlite3.Connection, wait_ms: int) -> None:
    """Switch a connection to a write-ahead log, waiting for others: SQLite itself does not wait for this."""
    until = time.monotonic() + wait_ms / 1000
    while True:
        try:
            raw.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > until:
                raise
            time.sleep(0.02)


def copy_file(source: Path, target: Path) -> None:
    """A copy of an SQLite file as its last commit left it, safe while others write; whole or not at all."""
    scratch = target.with_name(f".{target.name}.part")
    scratch.unlink(missing_ok=True)
    try:
        with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(scratch)) as new:
            old.backup(new)
        scratch.chmod(0o600)
        os.replace(scratch, target)
    except (sqlite3.Error, OSError) as error:
        full = "full" in str(error) or getattr(error, "errno", None) == 28
        raise AngiosuiteError(
            "A copy of the records cannot be written",
            code="records-disk-full" if full else "records-copy-failed",
            where=str(target),
            value=str(error)[:200],
            way_out="The records are as they were. Free some space, or choose a folder that can be written.",
        ) from error
    finally:
        scratch.unlink(missing_ok=True)


def _understood(url: str | URL) -> URL:
    try:
        made = make_url(url)
    except ArgumentError as error:
        raise WrongUse(
            "The address of the database cannot be read",
            code="records-bad-address",
            where=ENVIRONMENT,
            way_out="Write postgresql://user@host/name, or leave it out to use the home folder.",
        ) from error
    if made.drivername in ("postgres", "postgresql"):
        made = made.set(drivername="postgresql+psycopg")
    if made.drivername not in ("sqlite", "postgresql+psycopg"):
        raise WrongUse(
            "The records are kept in SQLite or PostgreSQL",
            code="records-bad-address",
            where=ENVIRONMENT,
            value=made.drivername,
            way_out="Write postgresql://user@host/name, or leave it out to use the home folder.",
        )
    return made
