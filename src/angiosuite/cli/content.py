"""`angiosuite check` and `angiosuite new`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .output import Progress, out, table


def check(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(help="Items, folders of a kind, or packs; all installed packs when none."),
    ] = None,
    online: Annotated[
        bool, typer.Option("--online", help="Follow every link of the content as well; needs the network.")
    ] = False,
) -> None:
    """Print every fault of some content.

    One a line: 'file:line: field: what is wrong (got ...); try ...'.
    With --online, a table of the links that moved, are gone, or do not answer.

    Exits with 3 when there is a fault or a link is gone.
    """
    from angiosuite.content.checker import check as faults_of
    from angiosuite.content.packs import directories_of
    from angiosuite.kit.home import Home

    faults = faults_of(paths or [], directories_of(Home()))
    for fault in faults:
        out(str(fault))
    out("no faults" if not faults else f"{len(faults)} fault{'s' if len(faults) > 1 else ''}")
    gone = _follow_links(paths or []) if online else 0
    if faults or gone:
        raise typer.Exit(3)


def _follow_links(paths: list[Path]) -> int:
    """Print what became of every link; the number of those that are gone."""
    from angiosuite.content import links
    from angiosuite.content.checker import files_at
    from angiosuite.content.packs import directories_of
    from angiosuite.kit.errors import AngiosuiteError
    from angiosuite.kit.home import Home

    files = files_at(paths, directories_of(Home()))
    progress = Progress()
    answers = links.follow(
        (link for read in files for link in links.links_of(read)),
        lambda done, all_: progress(f"{done} of {all_} links", done / all_),
    )
    progress.done()
    if answers and all(answer.state == "silent" for answer in answers):
        raise AngiosuiteError(
            "No link answered",
            code="offline",
            value=answers[0].detail,
            way_out="Connect to the network, or set HTTPS_PROXY where a proxy stands between.",
        )
    telling = [answer for answer in answers if answer.state != "fine"]
    if telling:
        rows = ((one.state, one.link.url, one.detail, one.link.where) for one in telling)
        table(("link", "address", "answer", "where"), rows)
    out(f"{len(answers)} link{'s' if len(answers) != 1 else ''}, {len(answers) - len(telling)} fine")
    return sum(answer.state == "gone" for answer in answers)


def new(
    kind: Annotated[
        str,
        typer.Argument(help="patient, equipment, phantom, guide, term, entry, pathway, framework or drill."),
    ],
    identity: Annotated[
        str, typer.Argument(metavar="ID", help="Kebab-case id, for example 'female-55-obese'.")
    ],
    folder: Annotated[Path, typer.Argument(help="The pack to write it into.")] = Path("."),
) -> None:
    """Write a new patient, machine, page of the guide, pathway … to edit.

    'check' accepts it at once; there is a word on every field.
    """
    from angiosuite.content.scaffold import new as write

    made = write(kind, identity, folder)
    out(str(made))
    out(f"Edit it, then: angiosuite check {made}")
