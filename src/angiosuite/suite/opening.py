"""Making a session, and coming back to one after any kind of end."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal

from angiosuite import __version__
from angiosuite.kit.kernel_cache import cpu_name
from angiosuite.kit.log import Line, LogWriter, cut_torn_line, read_header, read_lines

from .branching import COMMAND
from .checkpoints import LEFT_OUT
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
    pictures: Literal["all", "asked"] = "all",
) -> Session:
    """A new session in a new folder; with a task it stands where the task begins.

    `pictures` says which are drawn (`Session`); the log's header keeps it.

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
        "pictures": pictures,
        "patient": {"id": room.patient_id, "hash": room.body.content_hash},
        "equipment": {"id": room.equipment.id, "hash": room.equipment_hash},
        **({} if given is None else {"task": {"id": given.id, "hash": given.hash}}),
    }
    session = Session(room, seed, folder, LogWriter(folder.log, header), pictures)
    if given is not None:
        session.apply("task.begin", {}, "system")
    return session


def resume_session(path: Path, room: Room) -> Session:
    """The session as it was when its last whole log line was written; X-rays and movement off.

    The last checkpoint is restored and the commands after it are simulated again, without writing,
    up to the last line of the log. What comes before a branch is simulated without a picture: the branch
    forgets them all.
    """
    folder = SessionFolder(path)
    facts = folder.facts()
    cut_torn_line(folder.log)
    lines = list(read_lines(folder.log))
    session = Session(room, facts.seed, folder, None, read_header(folder.log).get("pictures", "all"))
    branches = [number for number, line in enumerate(lines) if line.name == COMMAND]
    branched = branches[-1] if branches else -1
    start = _restore_newest(session, folder, lines, branched)
    session.frames_seen.learn(line.entry().data for line in lines if line.name == "frame")
    if branched >= start:
        session.pictures = "none"
    session.rehearse([line.entry() for line in lines[start:]], LogWriter(folder.log))
    session.recall_events(line.entry() for line in lines if line.kind == "event")
    session.release_xrays("resumed")
    if branched >= start:
        session.checkpoint()
    return session


def _restore_newest(session: Session, folder: SessionFolder, lines: list[Line], branched: int) -> int:
    """Restore the newest readable checkpoint; the index of the first line after it.

    One that left images out serves only before the line `branched`, where they are forgotten.
    """
    for index in range(len(lines) - 1, -1, -1):
        if lines[index].kind != "checkpoint":
            continue
        data = lines[index].entry().data
        if LEFT_OUT in data and index > branched:
            continue
        try:
            state, arrays = folder.read_checkpoint(data["file"])
        except (OSError, ValueError, KeyError):
            continue
        session.restore(state, arrays)
        return index + 1
    return 0
