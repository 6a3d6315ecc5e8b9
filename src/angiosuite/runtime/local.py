"""Sessions in processes of this machine: spawned, frames through shared memory, JSON through a pipe."""

from __future__ import annotations

import json
import multiprocessing
import threading
import time
from collections.abc import Mapping
from multiprocessing.connection import Connection
from typing import Any

from .base import HostGone, Message, SessionSpec
from .frame_ring import FrameRing
from .session_process import run_session


class LocalHost:
    """One session in one spawned process (see `SessionHost`)."""

    def __init__(self) -> None:
        self._process: multiprocessing.process.BaseProcess | None = None
        self._pipe: Connection | None = None
        self._ring: FrameRing | None = None
        self._sending = threading.Lock()
        self._id = ""

    @property
    def pid(self) -> int | None:
        """Process id, for tests and for `doctor`."""
        return self._process.pid if self._process else None

    def open(self, spec: SessionSpec) -> None:
        """Spawn the process; its first message is `ready` or `failed`."""
        self._id = spec.session_id
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        self._ring = FrameRing()
        self._process = context.Process(
            target=run_session,
            args=(theirs, self._ring.name, spec),
            name=f"session {spec.session_id}",
            daemon=True,
        )
        self._process.start()
        theirs.close()
        self._pipe = ours

    def send(self, message: Mapping[str, Any]) -> None:
        """Pass one order as JSON."""
        raw = json.dumps(message).encode()
        try:
            with self._sending:
                if self._pipe is None:
                    raise HostGone(self._id, "closed")
                self._pipe.send_bytes(raw)
        except (OSError, ValueError) as error:
            raise HostGone(self._id, type(error).__name__) from error

    def frames(self, timeout_s: float) -> list[Message]:
        """All messages at hand; waits up to `timeout_s` for the first."""
        if self._pipe is None or self._ring is None:
            raise HostGone(self._id, "closed")
        found: list[Message] = []
        try:
            while self._pipe.poll(timeout_s if not found else 0):
                message = self._decode(json.loads(self._pipe.recv_bytes()))
                if message is not None:
                    found.append(message)
        except (EOFError, OSError) as error:
            if not found:
                raise HostGone(self._id, self._how_it_ended()) from error
        return found

    def _decode(self, raw: dict[str, Any]) -> Message | None:
        kind = raw.pop("kind")
        if kind != "frame":
            return Message(kind, raw)
        assert self._ring is not None
        image = self._ring.read(raw.pop("slot"), raw["rows"], raw["columns"])
        return Message(kind, raw, image) if image is not None else None

    def _how_it_ended(self) -> str:
        if self._process is None:
            return "closed"
        self._process.join(0.5)
        code = self._process.exitcode
        return f"signal {-code}" if code is not None and code < 0 else f"exit code {code}"

    def close(self, timeout_s: float = 5.0) -> None:
        """Ask the session to end, wait, and end the process if it does not listen."""
        process, pipe, ring = self._process, self._pipe, self._ring
        if process is None or pipe is None or ring is None:
            return
        try:
            self.send({"op": "close"})
            until = time.monotonic() + timeout_s
            while process.is_alive() and time.monotonic() < until:
                if pipe.poll(0.05):
                    pipe.recv_bytes()
        except (HostGone, EOFError, OSError):
            pass
        with self._sending:
            self._pipe = None
            pipe.close()
        process.join(0.5)
        if process.is_alive():
            process.kill()
            process.join()
        process.close()
        ring.close()
        self._process = self._ring = None
