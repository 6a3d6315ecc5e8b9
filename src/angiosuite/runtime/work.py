"""Work that is not a session, on any host: the same four methods, without a clock, a log or a pace.

Batches of environments and generated cases run so: an order goes in, an answer comes out, in turn.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from angiosuite.kit.errors import AngiosuiteError, WrongUse
from angiosuite.runtime.base import HostGone, Message

__all__ = ["HOSTS", "Work", "WorkGone", "WorkHost", "WorkSpec", "answered", "work_host"]

HOSTS = ("local", "ray")
"""Where work can run: in processes of this machine, or as Ray actors."""


class WorkGone(HostGone):
    """The process or actor that did the work is no longer there."""

    told = "The work's process ended"
    told_code = "work-process-gone"
    told_way_out = "Open it anew: work keeps nothing from one process to the next."


@dataclass(frozen=True, slots=True)
class WorkSpec:
    """What a host needs to begin.

    Parameters
    ----------
    id : str
        What its process is called.
    maker : str
        Function that makes the `Work`, as ``module:name``.
    arguments : mapping
        Its keyword arguments.
    """

    id: str
    maker: str
    arguments: Mapping[str, Any] = field(default_factory=dict)


class Work(Protocol):
    """What runs on a host."""

    def do(self, order: Mapping[str, Any]) -> dict[str, Any]:
        """Answer one order."""

    def close(self) -> None:
        """End."""


class WorkHost(Protocol):
    """Runs one piece of work somewhere; as `SessionHost`, with ``ready``, ``done`` and ``failed``."""

    def open(self, spec: WorkSpec) -> None:
        """Start; returns at once. The first message is `ready` or `failed`."""

    def send(self, message: Mapping[str, Any]) -> None:
        """Pass one order; raises `WorkGone` when nobody is there to take it."""

    def frames(self, timeout_s: float) -> list[Message]:
        """Messages that arrived, waiting at most `timeout_s`; raises `WorkGone` at the end."""

    def close(self, timeout_s: float = 5.0) -> None:
        """End the work; a second call does nothing."""


def work_host(name: str) -> WorkHost:
    """A host by name.

    Raises
    ------
    WrongUse
        Where there is none of the name, or Ray is not installed.
    """
    if name == "local":
        from angiosuite.runtime.local_work import LocalWork

        return LocalWork()
    if name == "ray":
        from angiosuite.runtime.ray_work import RayWork

        return RayWork()
    raise WrongUse(
        "Work has no such host",
        code="host-not-known",
        where="host",
        value=name,
        way_out=f"Choose one of: {', '.join(HOSTS)}.",
    )


def answered(work: Work, order: Mapping[str, Any]) -> Message:
    """Do one order; what was wrong is told as `failed`, and the work goes on."""
    try:
        return Message("done", work.do(order))
    except AngiosuiteError as error:
        return Message("failed", error.as_dict())
    except Exception as error:
        return Message("failed", {"code": "work-failed", "message": f"{type(error).__name__}: {error}"})
