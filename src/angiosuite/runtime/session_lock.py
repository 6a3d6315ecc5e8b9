"""One process a session: whoever opens a session's folder first waits until the last one has left it."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import IO

from angiosuite.kit.errors import AngiosuiteError

WAIT_S = 10.0
"""How long the process of a killed server may take to leave."""
NAME = ".lock"


def take(folder: Path) -> IO[bytes]:
    """The locked file of a session's folder; the system lets go of it when the process ends, however.

    Raises
    ------
    AngiosuiteError
        When another process keeps the session.
    """
    folder.mkdir(parents=True, exist_ok=True)
    file = (folder / NAME).open("a+b")
    until = time.monotonic() + WAIT_S
    while not _try(file):
        if time.monotonic() > until:
            file.close()
            raise AngiosuiteError(
                "Another process runs this session",
                code="session-taken",
                where=folder.name,
                way_out="Close the other server, or wait until it has ended.",
            )
        time.sleep(0.05)
    return file


def _try(file: IO[bytes]) -> bool:
    try:
        if os.name == "nt":
            import msvcrt

            file.seek(0)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
        else:
            import fcntl

            fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
