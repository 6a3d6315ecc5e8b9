"""`angiosuite check`, `angiosuite new` and `angiosuite preview`."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .output import Progress, out, table

if TYPE_CHECKING:
    from angiosuite.content.faults import Fault


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
        typer.Argument(
            help="patient, equipment, device, medium, protocol, lesion, vessel, phantom, drill, "
            "procedure, guide, term, entry, pathway or framework."
        ),
    ],
    identity: Annotated[
        str, typer.Argument(metavar="ID", help="Kebab-case id, for example 'female-55-obese'.")
    ],
    folder: Annotated[Path, typer.Argument(help="The pack to write it into.")] = Path("."),
    variant: Annotated[
        str | None,
        typer.Option(
            "--kind",
            help="Of a device: guide-wire, sheath, needle, dilator, set, syringe, line, valve, handle, "
            "balloon, stent, coil, plug, particles, liquid-embolic, cava-filter, snare, closure, inflator "
            "or aspirator; a catheter when left out.",
        ),
    ] = None,
) -> None:
    """Write a new patient, machine, device, lesion, drill, page of the guide … to edit.

    'check' accepts it at once; there is a word on every field.
    """
    from angiosuite.content.scaffold import new as write

    made = write(kind, identity, folder, variant)
    out(str(made))
    out(f"Edit it, then: angiosuite check {made}")


def preview(
    item: Annotated[
        Path, typer.Argument(metavar="ITEM", help="Folder of the item, for example my-pack/drills/my-drill.")
    ],
    no_page: Annotated[
        bool, typer.Option("--no-page", help="Print faults only, without the page in a browser.")
    ] = False,
    once: Annotated[bool, typer.Option("--once", help="Look once, and end.")] = False,
    no_open: Annotated[bool, typer.Option("--no-open", help="Do not open a browser.")] = False,
    port: Annotated[int, typer.Option(help="Port; 0 takes any free one.")] = 0,
    home: Annotated[
        Path | None, typer.Option("--home", help="Home folder (else ANGIOSUITE_HOME, else the default).")
    ] = None,
) -> None:
    """Show an item while you write it: faults in the terminal, the page in the browser.

    Its files are looked at twice a second. What was saved is checked and its faults are printed; the page
    shows the new content as soon as it has no fault. Stop with Ctrl-C.

    With --once, exits with 3 when there is a fault.
    """
    import threading

    from angiosuite.content.packs import directories_of
    from angiosuite.content.preview import EVERY_S, Preview
    from angiosuite.kit.home import Home

    chosen = Preview(item, directories_of(Home(home)))
    faults = chosen.look() or []
    _tell(chosen.folder, faults)
    if once:
        raise typer.Exit(3 if faults else 0)
    stop = threading.Event()

    def follow() -> None:
        while not stop.wait(EVERY_S):
            found = chosen.look()
            if found is not None:
                _tell(chosen.folder, found)

    if no_page:
        with contextlib.suppress(KeyboardInterrupt):
            follow()
        return
    threading.Thread(target=follow, name="preview", daemon=True).start()
    try:
        _serve_item(
            chosen.pack, _PAGES.get(chosen.kind.name, "").format(chosen.folder.name), port, home, no_open
        )
    finally:
        stop.set()


_PAGES = {
    "drills": "#/practice/{}",
    "procedures": "#/practice/{}",
    "guide": "#/guide/{}",
    "glossary": "#/glossary/{}",
    "field": "#/field/{}",
}
"""Where the page shows an item of a kind."""


def _tell(folder: Path, faults: list[Fault]) -> None:
    for fault in faults:
        out(str(fault))
    out(f"{folder.name}: " + ("no faults" if not faults else f"{len(faults)} faults"))


def _serve_item(pack: Path, page: str, port: int, home: Path | None, no_open: bool) -> None:
    from angiosuite.kit.errors import WrongUse
    from angiosuite.kit.home import Home
    from angiosuite.web.configuration import ServerSettings
    from angiosuite.web.serve import find_running, serve

    running = find_running(Home(home).open())
    if running is not None:
        raise WrongUse(
            "This home is served already, without your pack",
            code="home-served",
            where=running.url.partition("/?")[0],
            way_out="Stop that server, name another home with --home, or look without the page: --no-page.",
        )
    given: dict[str, Any] = {} if home is None else {"home": home}
    settings = ServerSettings(port=port, content=(pack,), **given)
    serve(settings, open_browser=not no_open, say=out, page=page)
