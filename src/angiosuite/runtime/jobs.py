"""Long work in its own process: progress, cancelling, a result or a named error; nothing else shared."""

from __future__ import annotations

import importlib
import multiprocessing
import signal
import threading
import time
import traceback
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from typing import Any, Literal

from angiosuite.kit.errors import AngiosuiteError

JobState = Literal["waiting", "running", "done", "failed", "cancelled"]
CANCEL_GRACE_S = 5.0
"""Time that cancelled work has to clean up before its process is ended."""


@dataclass(slots=True)
class Job:
    """One piece of long work and how far it is; `fraction` runs from 0 to 1."""

    id: str
    name: str
    title: str
    state: JobState = "waiting"
    fraction: float = 0.0
    detail: str = ""
    error: dict[str, Any] | None = None
    result: Any = None
    started_s: float | None = None
    ended_s: float | None = None
    ended: threading.Event = field(default_factory=threading.Event, repr=False)
    cancelling: threading.Event = field(default_factory=threading.Event, repr=False)

    @property
    def seconds(self) -> float:
        """Wall time spent, in seconds."""
        if self.started_s is None:
            return 0.0
        return (self.ended_s or time.monotonic()) - self.started_s

    def as_dict(self) -> dict[str, Any]:
        """The job as plain JSON values."""
        return {
            "id": self.id,
            "name": self.name,
            "title": self.title,
            "state": self.state,
            "fraction": round(self.fraction, 4),
            "detail": self.detail,
            "seconds": round(self.seconds, 2),
            "error": self.error,
            "result": self.result,
        }


class Jobs:
    """Starts jobs and keeps them until the server ends.

    A job's function is named as ``module:name``, takes plain values and the two callables
    ``progress(step, fraction)`` and ``cancelled() -> bool``, and returns plain JSON values.
    """

    def __init__(self) -> None:
        self._jobs: dict[str, Job] = {}
        self._lock = threading.Lock()

    def get(self, job_id: str) -> Job | None:
        """The job with this id."""
        return self._jobs.get(job_id)

    def list(self, name: str | None = None) -> list[Job]:
        """Jobs in the order in which they began."""
        with self._lock:
            return [job for job in self._jobs.values() if name in (None, job.name)]

    def start(
        self,
        function: str,
        arguments: dict[str, Any],
        *,
        name: str,
        title: str,
        finished: Callable[[Job], None] | None = None,
    ) -> Job:
        """Run a function in a fresh process; `finished` is called once, whatever the outcome."""
        job = Job(id=uuid.uuid4().hex[:12], name=name, title=title)
        with self._lock:
            self._jobs[job.id] = job
        threading.Thread(
            target=self._watch, args=(job, function, arguments, finished), name=f"job {name}", daemon=True
        ).start()
        return job

    def cancel(self, job_id: str) -> bool:
        """Ask a job to stop; false when there is none that still runs."""
        job = self._jobs.get(job_id)
        if job is None or job.ended.is_set():
            return False
        job.cancelling.set()
        return True

    def close(self) -> None:
        """Cancel everything and wait a moment for it to clean up."""
        for job in self.list():
            job.cancelling.set()
        for job in self.list():
            job.ended.wait(CANCEL_GRACE_S + 1.0)

    def _watch(
        self, job: Job, function: str, arguments: dict[str, Any], finished: Callable[[Job], None] | None
    ) -> None:
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        process = context.Process(
            target=_run_job, args=(theirs, function, arguments), name=job.title, daemon=True
        )
        job.started_s, job.state = time.monotonic(), "running"
        process.start()
        theirs.close()
        outcome: JobState | None = None
        try:
            outcome = self._follow(job, ours, process)
        except (EOFError, OSError):
            process.join(1.0)
            if not job.cancelling.is_set():
                job.error = {
                    "code": "job-process-gone",
                    "message": f"{job.title}: its process ended",
                    "where": None,
                    "value": process.exitcode,
                    "way_out": "Try again.",
                }
        finally:
            process.join(2.0)
            if process.is_alive():
                process.kill()
                process.join()
            ours.close()
            job.ended_s = time.monotonic()
            job.state = outcome or ("cancelled" if job.cancelling.is_set() else "failed")
            try:
                if finished is not None:
                    finished(job)
            finally:
                job.ended.set()

    def _follow(self, job: Job, pipe: Connection, process: multiprocessing.process.BaseProcess) -> JobState:
        asked_s: float | None = None
        outcome: JobState | None = None
        while outcome is None:
            if job.cancelling.is_set():
                if asked_s is None:
                    asked_s = time.monotonic()
                    pipe.send({"kind": "cancel"})
                elif time.monotonic() - asked_s > CANCEL_GRACE_S:
                    process.kill()
            if pipe.poll(0.1):
                outcome = self._hear(job, pipe.recv())
        return outcome

    @staticmethod
    def _hear(job: Job, message: dict[str, Any]) -> JobState | None:
        """Note a message; how the job ended, once it has."""
        kind = message["kind"]
        if kind == "progress":
            job.fraction = max(job.fraction, min(1.0, message["fraction"]))
            job.detail = message["detail"] or job.detail
            return None
        if kind == "done":
            job.result, job.fraction = message["result"], 1.0
            return "done"
        job.error = message["error"]
        return "cancelled" if message["error"]["code"] == "cancelled" else "failed"


def _run_job(pipe: Connection, function: str, arguments: dict[str, Any]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    cancel = threading.Event()
    sending = threading.Lock()

    def listen() -> None:
        try:
            while True:
                pipe.recv()
                cancel.set()
        except (EOFError, OSError):  # the server is gone: stop as if cancelled
            cancel.set()

    def say(message: dict[str, Any]) -> None:
        with sending:
            pipe.send(message)

    def progress(step: str, fraction: float) -> None:
        say({"kind": "progress", "fraction": float(fraction), "detail": step})

    threading.Thread(target=listen, daemon=True).start()
    try:
        module, _, name = function.partition(":")
        result = getattr(importlib.import_module(module), name)(
            **arguments, progress=progress, cancelled=cancel.is_set
        )
        say({"kind": "done", "result": result})
    except AngiosuiteError as error:
        say({"kind": "failed", "error": error.as_dict()})
    except BrokenPipeError:
        pass
    except Exception as error:
        traceback.print_exc()
        say(
            {
                "kind": "failed",
                "error": {
                    "code": "internal",
                    "message": f"Our fault: {error}",
                    "where": None,
                    "value": type(error).__name__,
                    "way_out": "Please report this with the lines that the server printed.",
                },
            }
        )
