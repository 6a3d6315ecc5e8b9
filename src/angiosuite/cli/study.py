"""`angiosuite study`: the data of those who agreed to take part in a study of the scores."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .output import out
from .serving import Home

study = typer.Typer(name="study", help="Data for a study of the scores, without who anybody is.")


@study.command("export")
def export(
    target: Annotated[Path, typer.Argument(help="The zip to write, outside the home folder.")],
    participants: Annotated[
        Path, typer.Option("--participants", help="CSV of those who agreed: person, group, agreed_on.")
    ],
    home: Home = None,
) -> None:
    """Write attempts and measures of those who agreed into a zip, with random codes for people."""
    from angiosuite.content.loader import load_library
    from angiosuite.content.packs import directories_of
    from angiosuite.kit.home import Home as HomeFolder
    from angiosuite.practice.attempts import Attempts
    from angiosuite.practice.study import export as write
    from angiosuite.practice.study import read_participants
    from angiosuite.records.database import Database
    from angiosuite.records.records import Records

    place = HomeFolder(home).open()
    agreed = read_participants(participants)
    records = Records(Database.at(place.root))
    try:
        local = records.people.local().person
    finally:
        records.close()
    attempts = Attempts(place, lambda: load_library(directories_of(place)))
    held = write(place, attempts, agreed, local, target)
    out(f"{target}: {held['participants']} people, {held['attempts']} attempts, {held['measures']} measures")
