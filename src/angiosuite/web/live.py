"""Sessions that run now: who operates, who watches, what they see, and when a session may rest."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from angiosuite.kit.errors import AngiosuiteError
from angiosuite.kit.home import Home
from angiosuite.runtime.base import Message, SessionSpec
from angiosuite.runtime.supervisor import Supervisor
from angiosuite.suite.folder import SessionFolder

from .client import Client
from .configuration import ServerSettings
from .wire import Frame, stored_frame

OPEN_TIMEOUT_S = 150.0
ALIVE_EVERY_S = 0.25
"""How often, at most, the operator's sign of life is passed to the session."""
EVENTS_KEPT = 40
"""Last events that whoever joins is told."""


class NotNow(AngiosuiteError):
    """Right request, wrong moment (HTTP 409)."""


class LiveSession:
    """One running session and the pages at it. Lives on the server's event loop."""

    def __init__(self, spec: SessionSpec) -> None:
        self._loop = asyncio.get_running_loop()
        self.id = spec.session_id
        self._folder = SessionFolder(Path(spec.folder))
        self.supervisor = Supervisor(spec, self._from_thread)
        self.clients: list[Client] = []
        self.operator: Client | None = None
        self.state: dict[str, Any] = {}
        self.last_frame: Frame | None = None
        self.unwatched_since_s = time.monotonic()
        self._settled = asyncio.Event()
        self._tickets: dict[str, tuple[Client, Any]] = {}
        self._next_ticket = 0
        self._alive_s = 0.0
        self.supervisor.start()

    def _from_thread(self, message: Message) -> None:
        self._loop.call_soon_threadsafe(self._hear, message)

    async def ready(self) -> None:
        """Wait until the session runs; raises its error when it cannot."""
        try:
            await asyncio.wait_for(self._settled.wait(), OPEN_TIMEOUT_S)
        except TimeoutError as error:
            raise NotNow(
                "The session does not come up",
                code="session-slow",
                where=self.id,
                way_out="Look at the server's output.",
            ) from error
        if self.supervisor.state == "failed":
            raise failure(self.supervisor.error or {})

    def join(self, client: Client, role: str) -> None:
        """Add a page; the first that asks operates, the others watch."""
        before = self.operator
        if role == "operator" and before is not None and client.name and before.name == client.name:
            self.operator = None  # the same tab, back on a new socket
            before.close(4409, "replaced")
        self.clients.append(client)
        if role == "operator" and self.operator is None:
            self._make_operator(client)
        if len(self.clients) == 1:
            self.supervisor.send({"op": "idle", "on": False})
        client.text(self._whole(client))
        if self.last_frame is not None:
            client.frame(self.last_frame)
        self._tell_roles(but=client)

    def leave(self, client: Client) -> None:
        """Remove a page; without its operator a session makes no X-rays."""
        if client in self.clients:
            self.clients.remove(client)
        if client is self.operator:
            self.operator = None
            self.supervisor.send({"op": "release", "reason": "operator-lost"})
        self._tickets = {t: who for t, who in self._tickets.items() if who[0] is not client}
        if not self.clients:
            self.unwatched_since_s = time.monotonic()
            self.supervisor.send({"op": "idle", "on": True})
        self._tell_roles()

    def alive(self, client: Client) -> None:
        """The operator gave a sign of life."""
        now = time.monotonic()
        if client is self.operator and now - self._alive_s > ALIVE_EVERY_S:
            self._alive_s = now
            self.supervisor.send({"op": "alive"})

    def command(self, client: Client, name: str, args: dict[str, Any], n: Any) -> None:
        """Pass a command of the operator on; answer everyone else."""
        if name == "session.take":
            self._take(client, n)
        elif client is not self.operator:
            self.done(
                client,
                n,
                "not-operator",
                "This page watches; another one operates",
                name,
                "Take over with session.take when nobody operates.",
            )
        else:
            self._next_ticket += 1
            ticket = str(self._next_ticket)
            self._tickets[ticket] = (client, n)
            if not self.supervisor.send({"op": "cmd", "name": name, "args": args, "ticket": ticket}):
                self._tickets.pop(ticket, None)
                self.done(
                    client,
                    n,
                    "session-interrupted",
                    "The session is just being started again",
                    name,
                    "Give the command again in a moment.",
                )

    def done(
        self, client: Client, n: Any, code: str, message: str, value: Any = None, way_out: str = ""
    ) -> None:
        """Refuse a command by name."""
        client.text(
            {
                "t": "done",
                "n": n,
                "ok": False,
                "error": {
                    "code": code,
                    "message": message,
                    "where": self.id,
                    "value": value,
                    "way_out": way_out,
                },
            }
        )

    def _take(self, client: Client, n: Any) -> None:
        if self.operator is not None and self.operator is not client:
            self.done(
                client,
                n,
                "operator-present",
                "Another page operates this session",
                None,
                "Close it there, or wait until it is gone.",
            )
            return
        if self.operator is None:
            self._make_operator(client)
        client.text({"t": "done", "n": n, "ok": True, "error": None})
        self._tell_roles()

    def _make_operator(self, client: Client) -> None:
        self.operator = client
        client.role = "operator"

    def _whole(self, client: Client) -> dict[str, Any]:
        return {"t": "state", **self.state, "role": client.role, "roles": self._roles(client)}

    def _roles(self, client: Client) -> dict[str, Any]:
        return {
            "you": "operator" if client is self.operator else "watch",
            "operator_present": self.operator is not None,
            "watchers": len(self.clients) - (self.operator is not None),
        }

    def _tell_roles(self, but: Client | None = None) -> None:
        for client in self.clients:
            client.role = "operator" if client is self.operator else "watch"
            if client is not but:
                client.text({"t": "state", "patch": {"role": client.role, "roles": self._roles(client)}})

    def _hear(self, message: Message) -> None:
        data = message.data
        if message.kind == "frame" and message.image is not None:
            self.last_frame = Frame(
                data["index"], data["t_us"], data["mode"], data["flags"], message.image, data["meta"]
            )
            for client in self.clients:
                client.frame(self.last_frame)
        elif message.kind == "state":
            self.state.update(data["patch"])
            self._tell({"t": "state", "patch": data["patch"]})
        elif message.kind == "event":
            self.state["events"] = [*self.state.get("events", ())[-(EVENTS_KEPT - 1) :], data["event"]]
            self._tell({"t": "event", **data["event"]})
        elif message.kind == "done":
            who = self._tickets.pop(data["ticket"], None)
            if who is not None:
                who[0].text({"t": "done", "n": who[1], "ok": data["ok"], "error": data["error"]})
        elif message.kind == "ready":
            self._ready(data["snapshot"], data["last"])
        elif message.kind in ("failed", "closed"):
            self._settled.set()
            for client in list(self.clients):
                if message.kind == "failed":
                    client.text({"t": "event", "name": "session-failed", "error": data["error"]})
                client.close(4410, message.kind)

    def _ready(self, snapshot: dict[str, Any], last: dict[str, Any] | None) -> None:
        self.state = dict(snapshot)
        if self.last_frame is None and last is not None:
            with contextlib.suppress(AngiosuiteError, ValueError):  # a lost file leaves the monitor dark
                self.last_frame = stored_frame(self._folder.frame_jpeg(last["index"]), last)
        for client in self.clients:
            client.text(self._whole(client))
        if not self.clients:
            self.supervisor.send({"op": "idle", "on": True})
        self._settled.set()

    def _tell(self, message: dict[str, Any]) -> None:
        for client in self.clients:
            client.text(message)

    async def close(self) -> None:
        """Checkpoint and end the session's process."""
        await asyncio.to_thread(self.supervisor.close)


def failure(error: dict[str, Any]) -> AngiosuiteError:
    """A session's own error as an exception here."""
    return NotNow(
        str(error.get("message", "The session failed")),
        code=str(error.get("code", "session-failed")),
        where=error.get("where"),
        value=error.get("value"),
        way_out=error.get("way_out"),
    )


class LiveSessions:
    """All sessions that run now; opens them on demand and puts unwatched ones to rest."""

    def __init__(
        self, home: Home, settings: ServerSettings, rested: Callable[[str], None] = lambda session_id: None
    ) -> None:
        self._home, self._settings, self._rested = home, settings, rested
        self._live: dict[str, LiveSession] = {}
        self._closing: dict[str, asyncio.Task[None]] = {}
        self._opening = asyncio.Lock()
        self._keeper: asyncio.Task[None] | None = None

    def get(self, session_id: str) -> LiveSession | None:
        """The session if it runs."""
        return self._live.get(session_id)

    async def open(self, spec: SessionSpec) -> LiveSession:
        """The running session of this name, started if need be.

        Raises
        ------
        NotNow
            When it cannot be opened, with the reason.
        """
        async with self._opening:
            if spec.session_id in self._closing:  # never two processes on one folder
                await self._closing[spec.session_id]
            live = self._live.get(spec.session_id)
            if live is None or live.supervisor.state in ("failed", "closed"):
                await self._make_room()
                live = self._live[spec.session_id] = LiveSession(spec)
            if self._keeper is None:
                self._keeper = asyncio.create_task(self._keep())
        try:
            await live.ready()
        except AngiosuiteError:
            if self._live.get(spec.session_id) is live:
                del self._live[spec.session_id]
            await live.close()
            raise
        return live

    async def _make_room(self) -> None:
        unwatched = sorted(
            (s for s in self._live.values() if not s.clients), key=lambda s: s.unwatched_since_s
        )
        while len(self._live) >= self._settings.live_sessions:
            if not unwatched:
                raise NotNow(
                    "No further session can run on this machine",
                    code="too-many-sessions",
                    value=len(self._live),
                    way_out="Close the page of another session.",
                )
            await self.rest(unwatched.pop(0).id)

    async def rest(self, session_id: str) -> None:
        """Put a session to rest; it goes on from its folder when it is opened again."""
        live = self._live.pop(session_id, None)
        if live is not None:
            self._closing[session_id] = asyncio.create_task(self._end(live))
        if session_id in self._closing:
            await self._closing[session_id]
            self._closing.pop(session_id, None)

    async def _end(self, live: LiveSession) -> None:
        await live.close()
        await asyncio.to_thread(self._rested, live.id)

    async def _keep(self) -> None:
        while True:
            await asyncio.sleep(1.0)
            now = time.monotonic()
            for live in list(self._live.values()):
                if not live.clients and now - live.unwatched_since_s > self._settings.rest_after_s:
                    await self.rest(live.id)

    async def close(self) -> None:
        """Put all to rest."""
        if self._keeper is not None:
            self._keeper.cancel()
        await asyncio.gather(*(self.rest(name) for name in list(self._live)))
