"""The loop of a session's process: what it says of its pace, before time runs and after."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from typing import Any

from angiosuite.runtime.frame_ring import FrameRing
from angiosuite.runtime.session_process import SessionLoop
from angiosuite.suite.outputs import Output


class Quiet:
    """An engine that only keeps time."""

    speed, paused, quality = 1.0, False, "full"

    def __init__(self) -> None:
        self.now_us = 0

    @property
    def next_due_us(self) -> int:
        return self.now_us + 10**9

    def command(self, name: str, arguments: Mapping[str, Any], who: str = "operator") -> None: ...
    def decide(self, quality: str, reason: str) -> None: ...
    def release_xrays(self, reason: str) -> None: ...
    def checkpoint(self) -> None: ...
    def close(self) -> None: ...

    def advance(self, until_us: int) -> list[Output]:
        self.now_us = max(self.now_us, until_us)
        return []

    def snapshot(self) -> dict[str, Any]:
        return {"time": {"sim_us": self.now_us, "speed": self.speed}}

    def last_facts(self) -> dict[str, Any] | None:
        return None


def _next(pipe: Connection, kind: str) -> dict[str, Any]:
    while pipe.poll(10.0):
        message: dict[str, Any] = json.loads(pipe.recv_bytes())
        if message["kind"] == kind:
            return message
    raise AssertionError(f"nothing of the kind '{kind}' was said")


def test_a_session_stands_until_its_time_runs_and_then_tells_its_speed() -> None:
    here, there = Pipe()
    ring = FrameRing()
    try:
        loop = SessionLoop(there, ring, Quiet())
        loop.say_ready(0.0)
        assert _next(here, "ready")["snapshot"]["time"] == {"sim_us": 0, "speed": 0.0}
        running = threading.Thread(target=loop.run)
        running.start()
        assert _next(here, "state")["patch"]["time"]["speed"] == 1.0
        here.send_bytes(json.dumps({"op": "close"}).encode())
        running.join(10.0)
        assert not running.is_alive()
    finally:
        ring.close()
