"""Records over SQLite and over a PostgreSQL that the tests start themselves, with two people in them."""

from __future__ import annotations

import itertools
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from angiosuite.kit.evidence import CaseRole, Evidence, EvidenceKind
from angiosuite.kit.people import Principal, Role, Visibility
from angiosuite.records.database import Database
from angiosuite.records.records import Records

_numbers = itertools.count()


@dataclass(frozen=True, slots=True)
class Postgres:
    """A running server: the folder of its socket, and how its tools are called."""

    socket: Path

    def url(self, name: str) -> str:
        """Address of a database of it."""
        return f"postgresql://angiosuite@/{name}?host={self.socket}"

    def make(self, template: str = "template0") -> str:
        """A fresh database, empty unless another one is its template."""
        import psycopg

        name = f"t{next(_numbers)}"
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        return self.url(name)


@pytest.fixture(scope="session")
def postgres(missing: Callable[[str, str], None]) -> Iterator[Postgres]:
    """A PostgreSQL of this run alone: a temporary folder, a unix socket, no network."""
    bins = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    initdb = shutil.which("initdb") or (str(bins[-1]) if bins else None)
    if initdb is None:
        missing("postgres", "no initdb in PATH or /usr/lib/postgresql (Debian: apt-get install postgresql)")
    pytest.importorskip("psycopg")
    tools = Path(str(initdb)).parent
    folder = Path(tempfile.mkdtemp(prefix="angiosuite-pg-"))
    as_user: list[str] = []
    if os.geteuid() == 0:  # the server refuses to run as root
        shutil.chown(folder, "postgres", "postgres")
        as_user = ["runuser", "-u", "postgres", "--"]

    def call(*words: str) -> None:
        done = subprocess.run([*as_user, *words], cwd="/", capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stdout + done.stderr

    data = folder / "data"
    call(
        str(initdb),
        "-D",
        str(data),
        "-U",
        "angiosuite",
        "-A",
        "trust",
        "-E",
        "UTF8",
        "--no-locale",
        "--no-sync",
    )
    options = f"-k {folder} -c listen_addresses='' -c max_connections=60"
    call(str(tools / "pg_ctl"), "-D", str(data), "-l", str(folder / "log"), "-o", options, "-w", "start")
    try:
        yield Postgres(folder)
    finally:
        call(str(tools / "pg_ctl"), "-D", str(data), "-m", "immediate", "-w", "stop")
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.ci)])
def engine(request: pytest.FixtureRequest) -> str:
    """Either engine."""
    return str(request.param)


@pytest.fixture
def empty_url(engine: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Address of a database without tables."""
    if engine == "sqlite":
        return f"sqlite:///{tmp_path / 'records.sqlite'}"
    return str(request.getfixturevalue("postgres").make())


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with the newest tables and nobody in it."""
    file = tmp_path_factory.mktemp("records") / "records.sqlite"
    Database(f"sqlite:///{file}").open().close()
    return file


@pytest.fixture(scope="session")
def migrated_name(postgres: Postgres) -> str:
    """Name of a PostgreSQL database with the newest tables and nobody in it."""
    url = postgres.make()
    Database(url).open().close()
    return url.split("@/")[1].split("?")[0]


@pytest.fixture
def url(engine: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Address of a database with the newest tables and nobody in it."""
    if engine == "sqlite":
        file = shutil.copy(request.getfixturevalue("migrated"), tmp_path / "records.sqlite")
        return f"sqlite:///{file}"
    return str(request.getfixturevalue("postgres").make(request.getfixturevalue("migrated_name")))


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    """A migrated database."""
    with Database(url) as opened:
        yield opened


@pytest.fixture
def records(database: Database) -> Records:
    """All repositories."""
    return Records(database)


@dataclass(frozen=True, slots=True)
class Two:
    """Two people who know nothing of each other, and a director."""

    ana: Principal
    ben: Principal
    dora: Principal


@pytest.fixture
def two(records: Records) -> Two:
    """The people of a test of access."""
    local = records.people.local()

    def made(name: str, *roles: Role) -> Principal:
        person, _ = records.people.add(local, name, frozenset(roles))
        return Principal(person, frozenset(roles))

    return Two(made("Ana", Role.TRAINEE), made("Ben", Role.TRAINEE), made("Dora", Role.DIRECTOR))


def case(on: date = date(2026, 3, 1), **said: Any) -> Evidence:
    """A case on a patient."""
    plain = Evidence("", "", EvidenceKind.REAL_CASE, on, terms=("ivc-filter",), role=CaseRole.ASSISTANT)
    return replace(plain, **said)


def shown(**said: Any) -> Evidence:
    """A case that teachers may read."""
    return case(visibility=Visibility.TEACHERS, **said)
