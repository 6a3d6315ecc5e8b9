"""What the logs of sessions tell of their runs, read on from where the last look stopped."""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from pathlib import Path
from typing import Any

from angiosuite.kit.errors import RefusedInput
from angiosuite.suite.runs import RunRecord, Runs

KEPT = 16
"""Sessions whose runs stay in memory."""
_TELLING = (b'"kind":"event","name":"run-', b'"kind":"event","name":"injection-started"')
_FRAME = (b'"kind":"observation","name":"frame"', b'"run":')
_HEAD = 120
"""Bytes of a line in which its kind and name are found."""


class RunLog:
    """The runs of one session.

    A log of an hour has a hundred thousand lines, of which few concern runs: only those are parsed, and
    each of them once, however often a page asks.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._begin()

    def _begin(self) -> None:
        self._offset = 0
        self._runs = Runs()
        self._frames: dict[int, list[dict[str, Any]]] = {}

    def runs(self) -> tuple[RunRecord, ...]:
        """All runs so far, the removed ones too."""
        with self._lock:
            self._read_on()
            return self._runs.all()

    def run(self, number: int) -> RunRecord | None:
        """One run as far as it is made; None when there is none."""
        return next((run for run in self.runs() if run.number == number), None)

    def frames(self, number: int) -> list[dict[str, Any]]:
        """Facts of each frame of a run, as the log has them."""
        with self._lock:
            return list(self._frames.get(number, ()))

    def _read_on(self) -> None:
        try:
            if self._path.stat().st_size < self._offset:  # another log lies here now
                self._begin()
            with open(self._path, "rb") as file:
                file.seek(self._offset)
                for line in file:
                    if not line.endswith(b"\n"):
                        return
                    self._offset += len(line)
                    self._take(line)
        except FileNotFoundError:
            self._begin()
        except (ValueError, KeyError, TypeError) as error:
            raise RefusedInput(
                "A line of the log cannot be read",
                code="log-line-broken",
                where=self._path.name,
                value=type(error).__name__,
                way_out="Restore the file from a copy; the lines before it are whole.",
            ) from error

    def _take(self, line: bytes) -> None:
        head = line[:_HEAD]
        if any(words in head for words in _TELLING):
            entry = json.loads(line)
            self._runs.event(entry["name"], entry["data"], entry["t_us"])
        elif _FRAME[0] in head and _FRAME[1] in line:
            entry = json.loads(line)
            facts = entry["data"]
            self._runs.frame(facts, entry["t_us"])
            self._frames.setdefault(facts["run"], []).append(facts)


class RunLogs:
    """The logs that were asked for lately."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Path, RunLog] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, log: Path) -> RunLog:
        """The runs that a log tells of."""
        with self._lock:
            found = self._kept.pop(log, None) or RunLog(log)
            self._kept[log] = found
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
            return found
