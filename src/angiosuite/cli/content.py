"""`angiosuite check` and `angiosuite new`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .output import out


def check(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(help="Items, folders of a kind, or packs; all installed packs when none."),
    ] = None,
) -> None:
    """Print every fault of some content.

    One a line: 'file:line: field: what is wrong (got ...); try ...'.

    Exits with 3 when there is a fault.
    """
    from angiosuite.content.checker import check as faults_of
    from angiosuite.content.packs import directories_of
    from angiosuite.kit.home import Home

    faults = faults_of(paths or [], directories_of(Home()))
    for fault in faults:
        out(str(fault))
    out("no faults" if not faults else f"{len(faults)} fault{'s' if len(faults) > 1 else ''}")
    if faults:
        raise typer.Exit(3)


def new(
    kind: Annotated[str, typer.Argument(help="patient, equipment or phantom.")],
    identity: Annotated[
        str, typer.Argument(metavar="ID", help="Kebab-case id, for example 'female-55-obese'.")
    ],
    folder: Annotated[Path, typer.Argument(help="The pack to write it into.")] = Path("."),
) -> None:
    """Write a new patient, machine or test phantom to edit.

    'check' accepts it at once; there is a word on every field.
    """
    from angiosuite.content.scaffold import new as write

    made = write(kind, identity, folder)
    out(str(made))
    out(f"Edit it, then: angiosuite check {made}")
