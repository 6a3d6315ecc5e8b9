"""A session that survives its process: started again from its folder, within seconds, when it dies."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from .base import HostGone, Message, SessionHost, SessionSpec
from .local import LocalHost

SILENT_S = 120.0
"""A process that has not said a word for this long is ended and started again."""
STARTS = 4
"""Starts within `STARTS_WITHIN_S` after which the session is given up."""
STARTS_WITHIN_S = 60.0


class Supervisor:
    """Owns one session's host and passes its messages on.

    Parameters
    ----------
    spec : SessionSpec
        The session.
    listen : callable
        Called with each `Message`, from this supervisor's own thread.
    make_host : callable
        Makes an unopened host.
    """

    def __init__(
        self,
        spec: SessionSpec,
        listen: Callable[[Message], None],
        make_host: Callable[[], SessionHost] = LocalHost,
    ) -> None:
        self._spec, self._listen, self._make_host = spec, listen, make_host
        self._host: SessionHost | None = None
        self._open_tickets: set[str] = set()
        self._lock = threading.Lock()
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"session {spec.session_id}", daemon=True)
        self.state = "opening"
        self.snapshot: dict[str, Any] | None = None
        self.error: dict[str, Any] | None = None

    def start(self) -> None:
        """Open the session in the background."""
        self._thread.start()

    @property
    def pid(self) -> int | None:
        """Process id of the session now, if it runs on this machine."""
        return getattr(self._host, "pid", None)

    def send(self, message: Mapping[str, Any]) -> bool:
        """Pass an order; false when the session is just being started again."""
        host = self._host
        if host is None or self.state != "running":
            return False
        ticket = message.get("ticket")
        if ticket is not None:
            with self._lock:
                self._open_tickets.add(ticket)
        try:
            host.send(message)
        except HostGone:
            with self._lock:
                self._open_tickets.discard(ticket or "")
            return False
        return True

    def close(self, timeout_s: float = 8.0) -> None:
        """Checkpoint and end the session; waits for it."""
        self._closing.set()
        if self._thread.is_alive() and threading.current_thread() is not self._thread:
            self._thread.join(timeout_s)

    def _run(self) -> None:
        starts: list[float] = []
        spec = self._spec
        while not self._closing.is_set():
            now = time.monotonic()
            starts = [t for t in starts if now - t < STARTS_WITHIN_S] + [now]
            if len(starts) > STARTS:
                self._fail(
                    self.error
                    or {
                        "code": "session-keeps-ending",
                        "where": spec.session_id,
                        "value": None,
                        "message": "The session's process ended again and again",
                        "way_out": "See the server's output; the log up to here is whole.",
                    }
                )
                return
            host = self._make_host()
            try:
                host.open(spec)
                self._host = host
                self._pump(host)
                if self.state == "failed":
                    return
            except HostGone as gone:
                if self._closing.is_set():
                    break
                self._host = None
                self.state = "resuming"
                self._listen(Message("event", {"event": {"name": "session-interrupted", "how": gone.value}}))
                self._answer_open_tickets()
            finally:
                self._host = None
                host.close()
            spec = replace(spec, create=False)
        self.state = "closed"
        self._listen(Message("closed"))

    def _pump(self, host: SessionHost) -> None:
        heard = time.monotonic()
        while not self._closing.is_set():
            messages = host.frames(0.25)
            if messages:
                heard = time.monotonic()
            elif time.monotonic() - heard > SILENT_S:
                raise HostGone(self._spec.session_id, "silent")
            for message in messages:
                self._hear(message)
                if self.state == "failed":
                    return

    def _hear(self, message: Message) -> None:
        if message.kind == "ready":
            self.snapshot = message.data["snapshot"]
            self.state = "running"
            self.error = None
        elif message.kind == "done":
            with self._lock:
                self._open_tickets.discard(message.data.get("ticket", ""))
        elif message.kind == "failed":
            self.error = message.data["error"]
            if self.state == "opening":
                self._fail(message.data["error"])
            return
        elif message.kind == "beat":
            return
        self._listen(message)

    def _fail(self, error: dict[str, Any]) -> None:
        self.state, self.error = "failed", error
        self._listen(Message("failed", {"error": error}))

    def _answer_open_tickets(self) -> None:
        with self._lock:
            tickets, self._open_tickets = self._open_tickets, set()
        error = {
            "code": "session-interrupted",
            "message": "The session's process ended before it answered",
            "where": self._spec.session_id,
            "value": None,
            "way_out": "Give the command again.",
        }
        for ticket in sorted(tickets):
            self._listen(Message("done", {"ticket": ticket, "ok": False, "error": error}))
