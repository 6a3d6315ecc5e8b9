"""Work as a Ray actor, on this machine or another; needs the extra ``ray``."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from angiosuite.kit.errors import WrongUse
from angiosuite.runtime.base import Message
from angiosuite.runtime.session_process import named
from angiosuite.runtime.work import Work, WorkGone, WorkSpec, answered

__all__ = ["RayWork"]


def _ray() -> Any:
    try:
        import ray
    except ImportError as missing:  # an extra
        raise WrongUse(
            "Ray is not installed",
            code="ray-missing",
            where="angiosuite.runtime",
            way_out='pip install "angiosuite[ray]", or use the host "local"',
        ) from missing
    return ray


class _Actor:
    """The end of the wire; Ray runs its calls one after the other."""

    def __init__(self, spec: WorkSpec) -> None:
        self._spec = spec
        self._work: Work | None = None

    def begin(self) -> Message:
        """Make the work."""
        try:
            self._work = named(self._spec.maker)(**self._spec.arguments)
        except Exception as error:
            return Message("failed", {"code": "work-failed", "message": str(error)})
        return Message("ready")

    def do(self, order: Mapping[str, Any]) -> Message:
        """Answer one order."""
        assert self._work is not None
        return answered(self._work, order)

    def close(self) -> None:
        """End."""
        if self._work is not None:
            self._work.close()


class RayWork:
    """One piece of work in one actor (see `WorkHost`).

    Joins the cluster that ``RAY_ADDRESS`` names; without one, Ray starts on this machine.
    """

    def __init__(self) -> None:
        self._ray = _ray()
        self._actor: Any = None
        self._due: list[Any] = []
        self._id = ""

    def open(self, spec: WorkSpec) -> None:
        """Start the actor."""
        self._id = spec.id
        if not self._ray.is_initialized():
            self._ray.init(include_dashboard=False, log_to_driver=False, configure_logging=False)
        self._actor = self._ray.remote(_Actor).remote(spec)
        self._due = [self._actor.begin.remote()]

    def send(self, message: Mapping[str, Any]) -> None:
        """Pass one order."""
        if self._actor is None:
            raise WorkGone(self._id, "closed")
        self._due.append(self._actor.do.remote(dict(message)))

    def frames(self, timeout_s: float) -> list[Message]:
        """All answers at hand, in turn; waits up to `timeout_s` for the first."""
        if self._actor is None:
            raise WorkGone(self._id, "closed")
        found: list[Message] = []
        until = time.monotonic() + timeout_s
        while self._due:
            wait = 0.0 if found else max(until - time.monotonic(), 0.0)
            if not self._ray.wait(self._due[:1], timeout=wait)[0]:
                break
            try:
                found.append(self._ray.get(self._due.pop(0)))
            except self._ray.exceptions.RayActorError as error:
                if not found:
                    raise WorkGone(self._id, type(error).__name__) from error
                break
        return found

    def close(self, timeout_s: float = 5.0) -> None:
        """End the actor; what it was still to answer is lost."""
        actor, self._actor, self._due = self._actor, None, []
        if actor is None:
            return
        self._ray.wait([actor.close.remote()], timeout=timeout_s)
        self._ray.kill(actor)
