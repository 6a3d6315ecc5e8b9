"""Work in a process of this machine: spawned, orders and answers through a pipe."""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Mapping
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any

from angiosuite.runtime.base import Message
from angiosuite.runtime.session_process import named
from angiosuite.runtime.work import Work, WorkGone, WorkSpec, answered

__all__ = ["LocalWork"]


class LocalWork:
    """One piece of work in one spawned process (see `WorkHost`)."""

    def __init__(self) -> None:
        self._process: BaseProcess | None = None
        self._pipe: Connection | None = None
        self._id = ""

    def open(self, spec: WorkSpec) -> None:
        """Spawn the process."""
        self._id = spec.id
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        self._process = context.Process(target=_run, args=(theirs, spec), name=spec.id, daemon=True)
        self._process.start()
        theirs.close()
        self._pipe = ours

    def send(self, message: Mapping[str, Any]) -> None:
        """Pass one order."""
        if self._pipe is None:
            raise WorkGone(self._id, "closed")
        try:
            self._pipe.send(dict(message))
        except OSError as error:
            raise WorkGone(self._id, type(error).__name__) from error

    def frames(self, timeout_s: float) -> list[Message]:
        """All answers at hand; waits up to `timeout_s` for the first."""
        if self._pipe is None:
            raise WorkGone(self._id, "closed")
        found: list[Message] = []
        try:
            while self._pipe.poll(0 if found else timeout_s):
                found.append(self._pipe.recv())
        except (EOFError, OSError) as error:
            if not found:
                raise WorkGone(self._id, type(error).__name__) from error
        return found

    def close(self, timeout_s: float = 5.0) -> None:
        """Ask it to end, wait, and end the process if it does not listen."""
        process, pipe = self._process, self._pipe
        self._process = self._pipe = None
        if process is None or pipe is None:
            return
        try:
            pipe.send(None)
        except OSError:
            pass
        process.join(timeout_s)
        if process.is_alive():
            process.kill()
            process.join()
        pipe.close()
        process.close()


def _run(pipe: Connection, spec: WorkSpec) -> None:
    """Entry point of the process; ends when told to or when the other end is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        try:
            work: Work = named(spec.maker)(**spec.arguments)
        except Exception as error:
            pipe.send(Message("failed", {"code": "work-failed", "message": str(error)}))
            return
        pipe.send(Message("ready"))
        while (order := pipe.recv()) is not None:
            pipe.send(answered(work, order))
        work.close()
    except (EOFError, BrokenPipeError, ConnectionResetError):
        pass
