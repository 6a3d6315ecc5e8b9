"""A page without a browser: joins a session's stream over a real socket and reads what comes."""

from __future__ import annotations

import json
import struct
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import psutil
import simplejpeg
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from angiosuite.bench.served import Served

HEADER = struct.Struct("<IIQBBHHHII")


@dataclass(frozen=True, slots=True)
class Shown:
    """One frame as a page has it."""

    number: int
    t_us: int
    mode: int
    codec: int
    flags: int
    image: np.ndarray
    meta: dict[str, Any]


class Page:
    """One page at a session's stream; acknowledges frames unless told not to."""

    def __init__(self, served: Served, session: str, acknowledges: bool = True, **hello: Any) -> None:
        address = served.base.replace("http://", "ws://") + f"/api/sessions/{session}/stream"
        self._connection = connect(
            address, additional_headers={"Authorization": f"Bearer {served.token}"}, origin=served.base,
            compression=None, max_size=None, proxy=None, ping_interval=None,
        )  # fmt: skip
        self.socket: ClientConnection = self._connection.__enter__()
        self.acknowledges = acknowledges
        self.state: dict[str, Any] = {}
        self.events: list[dict[str, Any]] = []
        self.frames: list[Shown] = []
        self.errors: list[dict[str, Any]] = []
        self.answers: dict[int, dict[str, Any]] = {}
        self.closed: int | None = None
        self._meta: dict[str, Any] | None = None
        self._n = 0
        self.send(t="hello", **hello)

    def send(self, **message: Any) -> None:
        """One message."""
        self.socket.send(json.dumps(message))

    def command(self, name: str, **args: Any) -> dict[str, Any]:
        """Give a command and return its answer."""
        self._n += 1
        n = self._n
        self.send(t="cmd", name=name, args=args, n=n)
        self.until(lambda: n in self.answers, f"an answer to {name}")
        return self.answers[n]

    def step(self, timeout_s: float) -> bool:
        """Read one message; false when none came in time or the socket is closed."""
        try:
            raw = self.socket.recv(timeout=timeout_s)
        except TimeoutError:
            return False
        except ConnectionClosed as end:
            self.closed = end.rcvd.code if end.rcvd else 1006
            return False
        if isinstance(raw, bytes):
            self._frame(raw)
        else:
            self._text(json.loads(raw))
        return True

    def _text(self, message: dict[str, Any]) -> None:
        assert self._meta is None, "a frame's text must be followed by its pixels"
        kind = message.pop("t")
        if kind == "frame":
            self._meta = message
        elif kind == "state":
            self.state = {**self.state, **message["patch"]} if "patch" in message else message
        elif kind == "event":
            self.events.append(message)
        elif kind == "done":
            self.answers[message["n"]] = message
        elif kind == "error":
            self.errors.append(message["error"])

    def _frame(self, raw: bytes) -> None:
        magic, number, t_us, mode, codec, flags, width, height, length, rest = HEADER.unpack_from(raw)
        assert self._meta is not None and self._meta["frame"] == number and rest == 0
        assert magic == 0x31464741 and length == len(raw) - HEADER.size
        payload = raw[HEADER.size :]
        if codec == 0:
            image = np.frombuffer(payload, np.uint8).reshape(height, width)
        else:
            image = simplejpeg.decode_jpeg(payload, colorspace="GRAY")[:, :, 0]
        self.frames.append(Shown(number, t_us, mode, codec, flags, image, self._meta))
        self._meta = None
        if self.acknowledges:
            self.send(t="ack", frame=number)

    def until(self, reached: Callable[[], bool], what: str, timeout_s: float = 30.0) -> None:
        """Read until something is reached."""
        end = time.monotonic() + timeout_s
        while not reached():
            left = end - time.monotonic()
            if left <= 0 or (not self.step(min(left, 0.2)) and self.closed is not None):
                raise AssertionError(
                    f"no {what}; closed: {self.closed}, errors: {self.errors}, "
                    f"events: {[e.get('name') for e in self.events]}"
                )

    def listen(self, seconds: float) -> None:
        """Read for a while."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0 and self.closed is None:
            self.step(left)

    def joined(self) -> Page:
        """Itself, once the whole state is there."""
        self.until(lambda: "xray" in self.state, "state")
        return self

    def told(self, name: str) -> bool:
        """Whether an event came."""
        return any(event["name"] == name for event in self.events)

    def close(self) -> None:
        """Go away."""
        self._connection.__exit__(None, None, None)


def session_processes(served: Served) -> list[psutil.Process]:
    """Processes in which sessions of this server run."""
    children = psutil.Process(served.process.pid).children()
    return [child for child in children if any("spawn_main" in part for part in child.cmdline())]
