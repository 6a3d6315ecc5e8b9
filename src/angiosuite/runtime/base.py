"""The protocol between a session and whatever runs it: open, send, frames, close.

A local installation runs every session in a spawned process (:mod:`angiosuite.runtime.local`).
Another host (several machines, batch generation) has the same four methods.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from angiosuite.kit.errors import AngiosuiteError

ENGINE = "angiosuite.runtime.opening:open_session"
"""Function that turns a `SessionSpec` into a running session, as ``module:name``."""
SETTLE = "angiosuite.runtime.opening:settle"
"""Function that is called once the session was told to be ready, before its time runs."""


class HostGone(AngiosuiteError):
    """The process or machine that ran a session is no longer there."""

    told = "The session's process ended"
    told_code = "session-process-gone"
    told_way_out = "It is started again and goes on from its log."

    def __init__(self, session_id: str, how: str) -> None:
        super().__init__(
            self.told, code=self.told_code, where=session_id, value=how, way_out=self.told_way_out
        )


@dataclass(frozen=True, slots=True)
class SessionSpec:
    """What a host needs to make a session or to go on with it.

    `create` is true for the first start only; afterwards the folder is the truth.
    """

    session_id: str
    home: str
    folder: str
    patient_id: str = ""
    seed: int = 0
    create: bool = False
    equipment_id: str = ""
    threads: int | None = None
    engine: str = ENGINE
    settle: str = SETTLE
    owner: str = ""
    task: Mapping[str, Any] | None = None
    """What a new session is given to do, plain JSON (`angiosuite.suite.task`)."""


@dataclass(frozen=True, slots=True)
class Message:
    """One thing that a session says; `image` is set for ``kind == "frame"`` alone.

    Kinds: `ready` (whole snapshot), `state` (patch), `event`, `frame`, `done` (answer to a
    command), `beat` (still alive), `failed` (with the error), `closed`.
    """

    kind: str
    data: dict[str, Any] = field(default_factory=dict)
    image: NDArray[np.uint8] | None = None


class SessionHost(Protocol):
    """Runs one session somewhere."""

    def open(self, spec: SessionSpec) -> None:
        """Start; returns at once. The first message is `ready` or `failed`."""

    def send(self, message: Mapping[str, Any]) -> None:
        """Pass one order; raises `HostGone` when nobody is there to take it."""

    def frames(self, timeout_s: float) -> list[Message]:
        """Messages that arrived, waiting at most `timeout_s`; raises `HostGone` at the end."""

    def close(self, timeout_s: float = 5.0) -> None:
        """Checkpoint and end the session; a second call does nothing."""
