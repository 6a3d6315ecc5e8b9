"""The event log of a session: JSON lines that need nothing but ``json`` to be read.

The first line is the header. Every other line is ``{seq, t_us, kind, name, v, data}`` with kind
`command`, `observation`, `event`, `quality` or `checkpoint`. Each line reaches the operating system
in one write, so a killed process loses at most the line that it was forming; a torn last line is
cut when the log is opened again.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .errors import RefusedInput

FORMAT = 1
"""Version of the log's form; older forms are read through numbered upgrade steps."""
KINDS = ("command", "observation", "event", "quality", "checkpoint")


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the log after the header."""

    seq: int
    t_us: int
    kind: str
    name: str
    v: int
    data: dict[str, Any]


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
            last = 0
            for entry in read_entries(path):
                last = entry.seq
            self.seq = last
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


def cut_torn_line(path: Path) -> int:
    """Drop an unfinished last line; return the number of bytes dropped."""
    raw = path.read_bytes()
    end = raw.rfind(b"\n") + 1
    if end < len(raw):
        with open(path, "r+b") as f:
            f.truncate(end)
    return len(raw) - end


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
    with open(path, "rb") as f:
        f.readline()
        for number, line in enumerate(f, start=2):
            if not line.endswith(b"\n"):
                return
            try:
                raw = json.loads(line)
                yield Entry(raw["seq"], raw["t_us"], raw["kind"], raw["name"], raw["v"], raw["data"])
            except (ValueError, KeyError, TypeError) as error:
                raise RefusedInput(
                    "A line of the log cannot be read",
                    code="log-line-broken",
                    where=f"{path}:{number}",
                    way_out="Restore the file from a copy; the lines before it are whole.",
                ) from error
