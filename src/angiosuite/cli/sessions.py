"""`angiosuite replay` and `angiosuite export`."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .output import Progress, megabytes, out, out_json
from .serving import Home

if TYPE_CHECKING:
    from angiosuite.kit.home import Home as HomeFolder

Session = Annotated[
    str, typer.Argument(help="A session's id (see 'angiosuite list sessions') or its folder.")
]


def folder_of(home: HomeFolder, session: str) -> Path:
    """The folder that a person means: a path that holds a session, or an id in the home folder."""
    from angiosuite.kit.errors import WrongUse, did_you_mean

    as_path, as_id = Path(session).expanduser(), home.sessions / Path(session).name
    for folder in (as_path, as_id):
        if (folder / "log.jsonl").is_file():
            return folder
    known = [path.name for path in home.sessions.iterdir()]
    raise WrongUse(
        f"Session '{session}' is not known",
        code="no-such-session",
        where=str(home.sessions),
        way_out=f"{did_you_mean(session, known)} See: angiosuite list sessions".strip(),
    )


def replay(
    session: Session,
    threads: Annotated[int | None, typer.Option(min=1, max=64, help="Threads of the projector.")] = None,
    json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
    home: Home = None,
) -> None:
    """Simulate a session again and compare every byte.


    Says 'same' when all bytes agree and exits with 0; otherwise names the first differences and
    exits with 1.
    """
    from angiosuite.kit import kernel_cache
    from angiosuite.kit.home import Home as HomeFolder

    opened = HomeFolder(home).open()
    folder = folder_of(opened, session)
    kernel_cache.activate(opened.kernels, threads)
    from angiosuite.runtime.opening import room_of
    from angiosuite.suite.replay import replay as again

    scratch = opened.scratch("replay")
    progress = Progress()
    try:
        report = again(folder, room_of(opened, folder), scratch, progress)
    finally:
        progress.done()
        shutil.rmtree(scratch, ignore_errors=True)
    differences = [
        {"seq": d.seq, "t_us": d.t_us, "what": d.what, "recorded": d.recorded, "replayed": d.replayed}
        for d in report.differences[:20]
    ]
    if json:
        out_json(
            {
                "session": folder.name,
                "same": report.is_same,
                "entries": report.entries,
                "frames": report.frames,
                "notices": report.notices,
                "differences": differences,
            }
        )
    else:
        for notice in report.notices:
            out(f"notice: {notice}")
        for found in differences:
            out(
                f"{found['t_us'] / 1e6:10.3f} s  entry {found['seq']}: {found['what']}: "
                f"{found['recorded']!r} became {found['replayed']!r}"
            )
        verdict = "same" if report.is_same else f"different in {len(report.differences)} places"
        out(f"{verdict}: {report.entries} entries, {report.frames} frames")
    if not report.is_same:
        raise typer.Exit(1)


def export(
    session: Session,
    to: Annotated[Path, typer.Option("--to", help="Folder to make, or file to make when it ends in .zip.")],
    json: Annotated[bool, typer.Option("--json", help="Print what was written as JSON.")] = False,
    home: Home = None,
) -> None:
    """Write a session into a folder or a zip: log, pictures, DICOM with a dose report.

    JSON lines, grey JPEG, 12-bit PGM, and DICOM (runs as X-Ray Angiographic, held images and shots as
    Secondary Capture, dose as X-Ray Radiation Dose SR): nothing of ours is needed to read them. The target
    must not exist yet; it appears whole or not at all.
    """
    from angiosuite.kit.home import Home as HomeFolder
    from angiosuite.suite.export import export as write

    folder = folder_of(HomeFolder(home).open(), session)
    progress = Progress()
    try:
        written = write(folder, to.expanduser(), progress)
    finally:
        progress.done()
    if json:
        out_json({"session": folder.name, "target": str(to), **written.as_dict()})
    else:
        out(
            f"{to}: log, {written.pictures} pictures, {written.objects} DICOM objects, "
            f"{megabytes(written.bytes)}"
        )
