"""`angiosuite send`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .output import Progress, megabytes, out, out_json
from .serving import Home
from .sessions import Session, folder_of


def send(
    session: Session,
    to: Annotated[str, typer.Option("--to", help="Root of the archive's DICOMweb service.")],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Ask what the archive has; send nothing.")
    ] = False,
    ca_file: Annotated[
        Path | None, typer.Option("--ca-file", help="Certificates that the archive is trusted by, PEM.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print what was done as JSON.")] = False,
    home: Home = None,
) -> None:
    """Send a session's DICOM objects to an archive (DICOMweb STOW-RS).

    What the archive has is never sent again: after a cut connection, a kill or a full disk just send again.
    Credentials come from the environment alone: ANGIOSUITE_ARCHIVE_USER and ANGIOSUITE_ARCHIVE_PASSWORD, or
    ANGIOSUITE_ARCHIVE_TOKEN; they leave this machine over https only. Needs the extra 'archive'.
    """
    from angiosuite.interop.archive import Archive
    from angiosuite.interop.archive_settings import ArchiveAddress, Credentials
    from angiosuite.interop.sending import send as bring
    from angiosuite.kit.home import Home as HomeFolder
    from angiosuite.suite.recorded import recorded

    folder = folder_of(HomeFolder(home).open(), session)
    progress = Progress()
    try:
        with Archive(ArchiveAddress(to, ca_file), Credentials()) as archive:
            done = bring(recorded(folder), archive, progress, dry_run=dry_run)
    finally:
        progress.done()
    if json:
        out_json({"session": folder.name, "to": to, "dry_run": dry_run, **done.as_dict()})
    elif done.sent == 0:
        out(f"nothing to send: the archive has all {done.objects} objects")
    else:
        verb = "would send" if dry_run else "sent"
        out(
            f"{verb} {done.sent} of {done.objects} objects ({megabytes(done.bytes)}); "
            f"{done.present} were there"
        )
