"""Try from here: a session of its own that begins with another one's log up to a moment."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Literal

from angiosuite import __version__
from angiosuite.kit.clock import BASE_STEP_US
from angiosuite.kit.errors import WrongUse
from angiosuite.kit.home import atomic_write
from angiosuite.kit.log import encode, read_header, read_lines

from .folder import SessionFolder

COMMAND = "session.branch"
"""The command with which the new session leaves the old one's way; see ``suite/commands.py``."""


def branch(
    source: Path,
    t_us: int,
    into: Path,
    owner: str = "",
    *,
    pictures: Literal["all", "asked"] = "all",
    created: datetime | None = None,
) -> SessionFolder:
    """Make a new session's folder that goes on from a moment of another; open it as any session.

    The log is that of the source before `t_us`, closed by the command that lets go of X-rays and movement
    and makes panel, display and roadmap start afresh: so the state that follows can be had from a light
    checkpoint without a picture, and a replay from the beginning comes to the same. Pictures and checkpoints
    are second names of the source's files, or copies where the file system knows none. The source is not
    changed.

    Parameters
    ----------
    source : Path
        The session's folder.
    t_us : int
        Simulated time, microseconds; counted in whole steps, at most the end of the log.
    into : Path
        The new folder; its name is the new session's id. It becomes a session with its last file.
    owner : str
        Id of the person whose session it is.
    pictures : {"all", "asked"}
        Which pictures are drawn from there on.
    created : datetime, optional
        When; now when None.

    Raises
    ------
    RefusedInput
        When the source is no session.
    WrongUse
        When the folder exists already.
    """
    old, new = SessionFolder(source), SessionFolder(into)
    facts, header = old.facts(), read_header(old.log)
    if into.exists():
        raise WrongUse("The folder exists already", code="folder-exists", where=into.name)
    stamp = (created or datetime.now(UTC)).isoformat(timespec="seconds")
    for folder in (new.path, new.frames, new.checkpoints):
        folder.mkdir(parents=True)
    seq, frames, end_us, end, runs = 0, 0, 0, 0, dict[int, int]()
    for line in read_lines(old.log):
        if line.t_us >= t_us // BASE_STEP_US * BASE_STEP_US:
            end_us, end = t_us // BASE_STEP_US * BASE_STEP_US, line.offset
            break
        seq, end_us, end = line.seq, line.t_us, line.offset + len(line.raw)
        if line.name == "frame":
            frames += 1
            if b'"run_frame":' in line.raw:
                data = line.entry().data
                rows, columns = data["size"]
                runs[data["run"]] = data["run_frame"] * rows * columns * 2
    _second_names(old.frames, new.frames, 6, frames)
    _second_names(old.checkpoints, new.checkpoints, 12, end_us)
    for run, size in runs.items():
        _first_bytes(source / "runs" / f"{run:03d}.u16", into / "runs", size)
    if old.task.is_file():
        shutil.copyfile(old.task, new.task)
    order = {"session": source.name, "t_us": end_us, "pictures": pictures}
    origin = {"session": source.name, "t_us": end_us}
    begins = {"angiosuite": __version__, "created": stamp, "branched_from": origin}
    with open(old.log, "rb") as file, open(new.log, "xb") as out:
        first = len(file.readline())
        out.write(encode({**header, **begins}))
        _copy(file, out, end - first)
        data = {"args": order, "who": "system"}
        out.write(
            encode({"seq": seq + 1, "t_us": end_us, "kind": "command", "name": COMMAND, "v": 1, "data": data})
        )
        out.flush()
        os.fsync(out.fileno())
    given = replace(facts, id=into.name, owner=owner, created=stamp, version=__version__)
    atomic_write(new.path / "session.json", json.dumps(asdict(given), indent=1))
    return new


def _second_names(source: Path, target: Path, digits: int, last: int) -> None:
    """Second names in another folder for the files whose name begins with a number up to `last`."""
    for name in os.listdir(source):
        if name[:digits].isdigit() and int(name[:digits]) <= last:
            _second_name(os.path.join(source, name), os.path.join(target, name))


def _second_name(old: str, new: str) -> None:
    """The same file by another name, or a copy; nothing where it was thinned out meanwhile."""
    try:
        os.link(old, new)
    except FileNotFoundError:
        return
    except OSError:
        shutil.copyfile(old, new)


def _first_bytes(file: Path, folder: Path, size: int) -> None:
    """The frames of a run up to a moment: the same file when it has no more of them."""
    if not file.is_file():
        return
    folder.mkdir(exist_ok=True)
    if file.stat().st_size == size:
        _second_name(str(file), str(folder / file.name))
        return
    with open(file, "rb") as old, open(folder / file.name, "xb") as new:
        _copy(old, new, size)


def _copy(source: IO[bytes], target: IO[bytes], size: int) -> None:
    """Copy so many bytes from where the source stands."""
    while size > 0:
        part = source.read(min(size, 1 << 20))
        if not part:
            return
        target.write(part)
        size -= len(part)
