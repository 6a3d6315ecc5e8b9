"""The event log of a session: JSON lines that need nothing but ``json`` to be read.

The first line is the header. Every other line is ``{seq, t_us, kind, name, v, data}`` with kind
`command`, `observation`, `event`, `quality` or `checkpoint`. Each line reaches the operating system
in one write, so a killed process loses at most the line that it was forming; a torn last line is
cut when the log is opened again.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from .errors import RefusedInput

FORMAT = 1
"""Version of the log's form; older forms are read through numbered upgrade steps."""
KINDS = ("command", "observation", "event", "quality", "checkpoint")
CARRIED = "room"
"""Observation of which version 2 writes only what changed: a key that is missing is as it was before."""
_TAIL = 1 << 16
_HEAD = re.compile(rb'\{"seq":(\d+),"t_us":(-?\d+),"kind":"(\w+)","name":"([^"\\]+)",')


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the log after the header."""

    seq: int
    t_us: int
    kind: str
    name: str
    v: int
    data: dict[str, Any]


@dataclass(slots=True)
class Line:
    """One line of the log whose data are not read yet; an hour has a hundred thousand.

    `offset` is where it begins in the file, `raw` its bytes, `number` its number in the file.
    """

    seq: int
    t_us: int
    kind: str
    name: str
    offset: int
    raw: bytes
    number: int
    path: Path

    def entry(self) -> Entry:
        """The whole entry."""
        return _entry(self.raw, self.path, self.number)


def encode(value: Mapping[str, Any]) -> bytes:
    """One line: compact JSON, keys in the order given, no NaN, newline at the end."""
    return json.dumps(value, separators=(",", ":"), allow_nan=False).encode() + b"\n"


class LogWriter:
    """Appends to one log file; whole lines only."""

    def __init__(self, path: Path, header: Mapping[str, Any] | None = None) -> None:
        self.path = path
        self.seq = 0
        if header is not None:
            self._fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o600)
            os.write(self._fd, encode({"format": FORMAT, **header}))
            os.fsync(self._fd)
        else:
            cut_torn_line(path)
            self.seq = _last_seq(path)
            self._fd = os.open(path, os.O_WRONLY | os.O_APPEND)

    def append(self, t_us: int, kind: str, name: str, data: Mapping[str, Any], v: int = 1) -> int:
        """Write one entry and return its sequence number."""
        if kind not in KINDS:
            raise ValueError(f"log kind {kind!r} is not one of {KINDS}")
        self.seq += 1
        line = encode({"seq": self.seq, "t_us": t_us, "kind": kind, "name": name, "v": v, "data": data})
        os.write(self._fd, line)
        return self.seq

    def sync(self) -> None:
        """Force what was written to the disk."""
        os.fsync(self._fd)

    def close(self) -> None:
        """Sync and close; a second call does nothing."""
        if self._fd >= 0:
            os.fsync(self._fd)
            os.close(self._fd)
            self._fd = -1


def whole_bytes(path: Path) -> int:
    """Bytes of a log up to the end of its last whole line, which one that is being written follows."""
    with open(path, "rb") as f:
        return _whole(f)


def cut_torn_line(path: Path) -> int:
    """Drop an unfinished last line; return the number of bytes dropped."""
    with open(path, "r+b") as f:
        size, end = f.seek(0, os.SEEK_END), _whole(f)
        if end < size:
            f.truncate(end)
    return size - end


def _whole(f: BinaryIO) -> int:
    start, end = f.seek(0, os.SEEK_END), 0
    while start > 0 and end == 0:
        start = max(start - _TAIL, 0)
        f.seek(start)
        end = f.read(_TAIL).rfind(b"\n") + 1
    return start + end if end else 0


def _last_seq(path: Path) -> int:
    """Number of the last entry; 0 of a log that has only its header."""
    with open(path, "rb") as f:
        start, tail = f.seek(0, os.SEEK_END), b""
        while start > 0 and tail.count(b"\n") < 2:
            step = min(_TAIL, start)
            start -= step
            f.seek(start)
            tail = f.read(step) + tail
    lines = tail.splitlines()
    return _entry(lines[-1], path, -1).seq if tail.count(b"\n") >= 2 else 0


def read_header(path: Path) -> dict[str, Any]:
    """The header of a log.

    Raises
    ------
    RefusedInput
        When the first line is not a header, or the form is newer than this version reads.
    """
    try:
        with open(path, "rb") as f:
            header = json.loads(f.readline())
        form = int(header["format"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise RefusedInput(
            "This is not a session log",
            code="log-unreadable",
            where=str(path),
            value=type(error).__name__,
            way_out="Name a session folder that holds log.jsonl.",
        ) from error
    if form > FORMAT:
        raise RefusedInput(
            "The log was written by a newer Angiosuite",
            code="log-too-new",
            where=str(path),
            value=form,
            way_out="Update Angiosuite to read it.",
        )
    return dict(header)


def read_entries(path: Path) -> Iterator[Entry]:
    """All whole entries of a log, in order; a torn last line is passed over."""
    for line in read_lines(path):
        yield line.entry()


def read_lines(path: Path, offset: int = 0, until_us: int | None = None) -> Iterator[Line]:
    """All whole lines of a log after its header, in order, for who needs the data of a few alone.

    Parameters
    ----------
    path : Path
        The log.
    offset : int
        Where a line begins, to read on from there; 0 for the whole log.
    until_us : int, optional
        Lines of a later simulated time are left out.
    """
    with open(path, "rb") as f:
        f.seek(offset)
        offset = offset or len(f.readline())
        for number, raw in enumerate(f, start=2):
            if not raw.endswith(b"\n"):
                return
            head = _HEAD.match(raw)
            if head is not None:
                seq, t_us, kind, name = head.groups()
                if until_us is not None and int(t_us) > until_us:
                    return
                yield Line(int(seq), int(t_us), kind.decode(), name.decode(), offset, raw, number, path)
            else:
                e = _entry(raw, path, number)
                yield Line(e.seq, e.t_us, e.kind, e.name, offset, raw, number, path)
            offset += len(raw)


def carried(entries: Iterable[Entry], before: Mapping[str, Any] | None = None) -> Iterator[Entry]:
    """The same entries, each `room` observation completed by what it left out because it had not changed.

    Parameters
    ----------
    entries : iterable of Entry
        In order. Those of version 1 are whole already.
    before : mapping, optional
        The whole observation before the first of them.
    """
    known = dict(before or {})
    for entry in entries:
        if entry.name == CARRIED and entry.kind == "observation":
            known = {**known, **entry.data} if entry.v > 1 else entry.data
            entry = Entry(entry.seq, entry.t_us, entry.kind, entry.name, entry.v, known)
        yield entry


def _entry(line: bytes, path: Path, number: int) -> Entry:
    try:
        raw = json.loads(line)
        return Entry(raw["seq"], raw["t_us"], raw["kind"], raw["name"], raw["v"], raw["data"])
    except (ValueError, KeyError, TypeError) as error:
        raise RefusedInput(
            "A line of the log cannot be read",
            code="log-line-broken",
            where=f"{path}:{number}",
            way_out="Restore the file from a copy; the lines before it are whole.",
        ) from error
