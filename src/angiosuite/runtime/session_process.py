"""What runs inside a session's process: orders in, simulated time held to the wall clock, frames out."""

from __future__ import annotations

import importlib
import json
import signal
import time
import traceback
from collections.abc import Callable, Mapping
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Protocol

from angiosuite.kit.errors import AngiosuiteError, WrongUse
from angiosuite.suite.outputs import EventOut, FrameOut, Output, StateOut

from .base import SessionSpec
from .frame_ring import FrameRing
from .governor import Governor
from .pacing import Pacer
from .session_lock import take

SYSTEM_ONLY = ("task.begin", "session.branch")
"""Commands that make a session what it is; no page gives them."""
BEAT_S = 1.0
"""Interval at which the process says that it is alive."""
TELL_S = 0.5
"""Shortest time between two notices of the speed."""
SILENCE_S = 2.0
"""X-rays stop when frames stay unanswered by the operator for this long."""
UNSEEN = ("judged",)
"""Facts of a picture that stay in the log: where a task's targets lie is not told to who looks for them."""


class Engine(Protocol):
    """The part of a session that this loop uses (`angiosuite.suite.session.Session`)."""

    speed: float
    paused: bool
    quality: str

    @property
    def now_us(self) -> int: ...
    @property
    def next_due_us(self) -> int: ...
    def command(self, name: str, arguments: Mapping[str, Any], who: str = "operator") -> None: ...
    def decide(self, quality: str, reason: str) -> None: ...
    def advance(self, until_us: int) -> list[Output]: ...
    def snapshot(self) -> dict[str, Any]: ...
    def last_facts(self) -> dict[str, Any] | None: ...
    def release_xrays(self, reason: str) -> None: ...
    def checkpoint(self) -> None: ...
    def close(self) -> None: ...


def named(path: str) -> Callable[..., Any]:
    """The object behind ``module:name``."""
    module, _, name = path.partition(":")
    found: Callable[..., Any] = getattr(importlib.import_module(module), name)
    return found


def run_session(pipe: Connection, ring_name: str, spec: SessionSpec) -> None:
    """Entry point of the process; ends when told to or when the other end is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    ring = FrameRing(ring_name)
    began = time.monotonic()
    try:
        lock = take(Path(spec.folder))  # held until this process ends
        engine = named(spec.engine)(spec)
        loop = SessionLoop(pipe, ring, engine)
        loop.say_ready(time.monotonic() - began)
        named(spec.settle)(spec)
        loop.run()
    except (EOFError, BrokenPipeError, ConnectionResetError):
        pass
    except AngiosuiteError as error:
        _say_failed(pipe, error.as_dict())
        raise SystemExit(3) from error
    except Exception as error:
        traceback.print_exc()
        _say_failed(
            pipe,
            {
                "code": "session-fault",
                "message": f"The session stopped: {error}",
                "where": spec.session_id,
                "value": type(error).__name__,
                "way_out": "It goes on from its log; please report the printed lines.",
            },
        )
        raise SystemExit(1) from error
    finally:
        ring.close()
    lock.close()


def _say_failed(pipe: Connection, error: dict[str, Any]) -> None:
    try:
        pipe.send_bytes(json.dumps({"kind": "failed", "error": error}).encode())
    except OSError:
        pass


class SessionLoop:
    """Paces one engine, obeys orders within milliseconds and guards the X-rays."""

    def __init__(self, pipe: Connection, ring: FrameRing, engine: Engine) -> None:
        self._pipe, self._ring, self._engine = pipe, ring, engine
        self._governor = Governor(engine.quality)
        self._pacer = Pacer(engine.now_us, time.monotonic())
        self._stop = False
        self._idle = False
        self._beat_s = 0.0
        self._told_s = 0.0
        self._unanswered_since_s: float | None = None
        self._last_frame_us: int | None = None
        engine.speed = 0.0  # until time runs: kernels are loaded first
        engine.release_xrays("session-opened")

    def say(self, kind: str, **data: Any) -> None:
        """Send one message without an image."""
        self._pipe.send_bytes(json.dumps({"kind": kind, **data}).encode())

    def say_ready(self, seconds: float) -> None:
        """Send the whole state, and what is known of the last picture."""
        last = self._engine.last_facts()
        self.say("ready", snapshot=self._engine.snapshot(), last=last, seconds=round(seconds, 3))

    def run(self) -> None:
        """Loop until told to stop or the other end is gone; the session keeps what it had."""
        self._pacer.restart(self._engine.now_us, time.monotonic())  # what came before was not the room's time
        try:
            while not self._stop:
                self._turn()
        finally:
            self._engine.close()
        self.say("closed")

    def _turn(self) -> None:
        now = time.monotonic()
        self._watch(now)
        if self._rests():
            if self._pipe.poll(BEAT_S):
                self._obey()
                self._flush()
            self._pacer.restart(self._engine.now_us, time.monotonic())
            return
        wake_us = self._pacer.next_wake_us(self._engine.now_us, self._engine.next_due_us)
        if self._pipe.poll(self._pacer.wait_s(wake_us, now)):
            self._obey()
        if self._rests():
            self._flush()
        elif not self._stop:
            self._advance()

    def _rests(self) -> bool:
        """Whether simulated time stands: nobody watches, or the session is paused."""
        return self._idle or self._engine.paused

    def _watch(self, now: float) -> None:
        if now - self._beat_s >= BEAT_S:
            self._beat_s = now
            self.say("beat", t_us=self._engine.now_us)
        waited = self._unanswered_since_s
        if waited is not None and now - waited > SILENCE_S:
            self._obey()  # answers that came while a step took long
            if self._unanswered_since_s is not None:
                self._unanswered_since_s = None
                self._engine.release_xrays("operator-silent")

    def _advance(self) -> None:
        before = time.monotonic()
        outputs = self._engine.advance(self._pacer.target_us(self._engine.now_us, before))
        after = time.monotonic()
        self._pacer.reached(self._engine.now_us, after)
        for output in outputs:
            self._emit(output, after - before, after)
        speed = round(self._pacer.speed, 2)
        if speed != self._engine.speed and after - self._told_s >= TELL_S:
            self._told_s, self._engine.speed = after, speed
            self.say("state", patch={"time": {"sim_us": self._engine.now_us, "speed": speed}})

    def _flush(self) -> None:
        for output in self._engine.advance(self._engine.now_us):
            self._emit(output, 0.0, time.monotonic())

    def _emit(self, output: Output, cost_s: float, now_s: float) -> None:
        if isinstance(output, FrameOut):
            rows, columns = output.image.shape
            slot = self._ring.write(output.image)
            self.say(
                "frame",
                slot=slot,
                rows=rows,
                columns=columns,
                index=output.index,
                t_us=output.t_us,
                mode=int(output.mode),
                flags=output.flags,
                meta={name: value for name, value in output.meta.items() if name not in UNSEEN},
            )
            if self._unanswered_since_s is None:
                self._unanswered_since_s = now_s
            self._govern(output.t_us, cost_s, now_s)
        elif isinstance(output, StateOut):
            self.say("state", patch=dict(output.patch))
        elif isinstance(output, EventOut):
            self.say("event", event=output.event)

    def _govern(self, t_us: int, cost_s: float, now_s: float) -> None:
        previous, self._last_frame_us = self._last_frame_us, t_us
        interval_s = (t_us - previous) * 1e-6 if previous is not None else 0.0
        if not 0.0 < interval_s < 0.5:
            self._governor.rest()
            return
        quality = self._governor.frame(cost_s, interval_s, now_s)
        if quality is not None:
            self._engine.decide(quality, self._governor.reason)

    def _obey(self) -> None:
        while not self._stop and self._pipe.poll(0):
            order = json.loads(self._pipe.recv_bytes())
            getattr(self, f"_order_{order.pop('op')}")(**order)

    def _order_cmd(self, name: str, args: dict[str, Any], ticket: str, who: str = "operator") -> None:
        self._unanswered_since_s = None
        try:
            if name in SYSTEM_ONLY:
                raise WrongUse("The suite gives this command itself", code="command-of-the-suite", where=name)
            self._engine.command(name, args, who)
        except AngiosuiteError as error:
            self.say("done", ticket=ticket, ok=False, error=error.as_dict())
            return
        except Exception as error:  # a fault of ours in one command must not end the session
            traceback.print_exc()
            self.say(
                "done",
                ticket=ticket,
                ok=False,
                error={
                    "code": "internal",
                    "message": f"Our fault: {error}",
                    "where": name,
                    "value": type(error).__name__,
                    "way_out": "Please report it with the lines printed.",
                },
            )
            return
        self.say("done", ticket=ticket, ok=True, error=None)

    def _order_alive(self) -> None:
        self._unanswered_since_s = None

    def _order_release(self, reason: str) -> None:
        self._unanswered_since_s = None
        self._engine.release_xrays(reason)

    def _order_idle(self, on: bool) -> None:
        self._idle = on
        if on:
            self._engine.release_xrays("nobody-watching")
            self._flush()
            self._engine.checkpoint()

    def _order_snapshot(self) -> None:
        self.say_ready(0.0)

    def _order_close(self) -> None:
        self._stop = True
