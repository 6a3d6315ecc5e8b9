"""Making a session, and coming back to one after any kind of end."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from angiosuite import __version__
from angiosuite.kit.kernel_cache import cpu_name
from angiosuite.kit.log import Entry, LogWriter, cut_torn_line, read_entries

from .folder import SessionFacts, SessionFolder
from .room import Room
from .session import Session
from .task import write_task
from .task_start import checked_task


def create_session(
    path: Path,
    room: Room,
    seed: int,
    created: datetime | None = None,
    owner: str = "",
    task: Mapping[str, Any] | None = None,
) -> Session:
    """A new session in a new folder; with a task it stands where the task begins.

    Raises
    ------
    RefusedInput
        When the task does not fit; nothing is then made.
    """
    given = None if task is None else checked_task(task, room)
    folder = SessionFolder(path)
    stamp = (created or datetime.now(UTC)).isoformat(timespec="seconds")
    facts = SessionFacts(
        id=path.name,
        patient_id=room.patient_id,
        patient_title=room.title,
        patient_hash=room.body.content_hash,
        equipment_id=room.equipment.id,
        seed=seed,
        created=stamp,
        version=__version__,
        owner=owner,
    )
    folder.make(facts)
    if given is not None:
        write_task(folder.task, given)
    header = {
        "angiosuite": __version__,
        "python": platform.python_version(),
        "numpy": version("numpy"),
        "numba": version("numba"),
        "cpu": cpu_name(),
        "created": stamp,
        "seed": seed,
        "patient": {"id": room.patient_id, "hash": room.body.content_hash},
        "equipment": {"id": room.equipment.id, "hash": room.equipment_hash},
        **({} if given is None else {"task": {"id": given.id, "hash": given.hash}}),
    }
    session = Session(room, seed, folder, LogWriter(folder.log, header))
    if given is not None:
        session.apply("task.begin", {}, "system")
    return session


def resume_session(path: Path, room: Room) -> Session:
    """The session as it was when its last whole log line was written; X-rays and movement off.

    The last checkpoint is restored and the commands after it are simulated again, without writing,
    up to the last line of the log.
    """
    folder = SessionFolder(path)
    facts = folder.facts()
    cut_torn_line(folder.log)
    entries = list(read_entries(folder.log))
    session = Session(room, facts.seed, folder, None)
    start = _restore_newest(session, folder, entries)
    session.frames_seen.learn(entry.data for entry in entries if entry.name == "frame")
    session.rehearse(entries[start:], LogWriter(folder.log))
    session.release_xrays("resumed")
    return session


def _restore_newest(session: Session, folder: SessionFolder, entries: list[Entry]) -> int:
    """Restore the newest readable checkpoint; the index of the first entry after it."""
    for index in range(len(entries) - 1, -1, -1):
        entry = entries[index]
        if entry.kind != "checkpoint":
            continue
        try:
            state, arrays = folder.read_checkpoint(entry.data["file"])
        except (OSError, ValueError, KeyError):
            continue
        session.restore(state, arrays)
        return index + 1
    return 0
