"""`angiosuite backup`, `restore`, `migrate` and `people`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .output import out, out_json, table
from .serving import Home

if TYPE_CHECKING:
    from angiosuite.kit.people import Role
    from angiosuite.records.backup import Manifest
    from angiosuite.records.database import Database

Address = Annotated[
    str | None,
    typer.Option(
        "--database",
        envvar="ANGIOSUITE_DATABASE",
        show_envvar=False,
        help="PostgreSQL of a programme (else ANGIOSUITE_DATABASE, else a file of the home).",
    ),
]
people = typer.Typer(name="people", help="Make people and list them.", no_args_is_help=True)


def _database(home: Path | None, address: str | None) -> Database:
    from angiosuite.kit.home import Home as HomeFolder
    from angiosuite.records.database import Database

    return Database.at(HomeFolder(home).open().root, address)


def backup(
    file: Annotated[Path, typer.Argument(help="The backup to write; an older one of this name is replaced.")],
    database: Address = None,
    home: Home = None,
) -> None:
    """Write all records of people into one file, while the program may run.

    The file holds the keys of its people: keep it where the records themselves may be kept.
    """
    from angiosuite.records.backup import backup as write

    with _database(home, database) as opened:
        manifest = write(opened, file)
    out(f"{file}: {_size(manifest)}, revision {manifest.revision}")


def restore(
    file: Annotated[Path, typer.Argument(help="A backup that 'angiosuite backup' wrote.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    database: Address = None,
    home: Home = None,
) -> None:
    """Put a backup in the place of the records: whole, or nothing is changed.

    Of a file in the home folder the records as they were stay beside it. Who was erased stays erased.
    """
    from angiosuite.records.backup import read_manifest
    from angiosuite.records.backup import restore as bring_back

    manifest = read_manifest(file)
    if not yes:
        typer.confirm(f"Replace all records by those of {manifest.made_at}?", abort=True)
    opened = _database(home, database)
    try:
        bring_back(file, opened)
    finally:
        opened.close()
    out(f"restored: {_size(manifest)}, of {manifest.made_at}")


def _size(manifest: Manifest) -> str:
    return f"{manifest.rows['people']} people, {manifest.rows['entries']} entries"


def migrate(database: Address = None, home: Home = None) -> None:
    """Bring the records to this version of the program; also done by every start."""
    with _database(home, database) as opened:
        done = opened.migrated
        if done is None:
            out(f"nothing to do: revision {opened.newest}")
        else:
            out(f"migrated: {done.before or 'nothing'} to {done.after}")
            if done.copy:
                out(f"as it was before: {done.copy}")


@people.command("add")
def add(
    name: Annotated[str, typer.Argument(help="How they are called here.")],
    role: Annotated[
        list[str] | None,
        typer.Option("--role", help="trainee, teacher or director; repeatable. [default: trainee]"),
    ] = None,
    database: Address = None,
    home: Home = None,
) -> None:
    """Make a person and print their access key, which is shown this once."""
    from angiosuite.records.people import People

    roles = frozenset(map(_role, role or ["trainee"]))
    with _database(home, database) as opened:
        everybody = People(opened)
        made, key = everybody.add(everybody.local(), name, roles)
    out(f"id          {made}")
    out(f"access key  {key}")


def _role(text: str) -> Role:
    from angiosuite.kit.errors import WrongUse, did_you_mean
    from angiosuite.kit.people import Role

    try:
        return Role(text)
    except ValueError as error:
        raise WrongUse(
            f"'{text}' is no role",
            code="no-such-role",
            where="--role",
            way_out=f"{did_you_mean(text, list(Role))} Roles: {', '.join(Role)}.".strip(),
        ) from error


@people.command("list")
def list_(
    json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
    database: Address = None,
    home: Home = None,
) -> None:
    """List people with their roles."""
    from angiosuite.records.people import People

    with _database(home, database) as opened:
        everybody = People(opened)
        local = everybody.local()
        found = [
            {
                "id": one.id,
                "name": one.name or "(local)" if one.id == local.person else one.name,
                "roles": ", ".join(sorted(one.roles)),
                "since": one.created_at.date().isoformat(),
            }
            for one in everybody.list(local)
        ]
    if json:
        out_json(found)
    else:
        table(list(found[0]), [list(row.values()) for row in found])
