"""The scripted reference operator beside a learner: the same drill, patient and start, run in the background.

It is a script and is called so wherever it is shown. Its session lies among the sessions like any other,
belongs to the learner, and counts for nothing.
"""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from angiosuite.kit.home import Home
from angiosuite.kit.ids import session_id
from angiosuite.runtime.jobs import Jobs

from .attempt import AttemptFacts, AttemptFolder

JOB = "reference"
OPERATOR = "reference"
LONGEST_S = 900.0
"""Simulated time after which the script is stopped, s."""


class References:
    """Starts reference runs and knows how far they are.

    Parameters
    ----------
    home : Home
        Whose sessions.
    jobs : Jobs
        Where they run.
    """

    def __init__(self, home: Home, jobs: Jobs) -> None:
        self._home, self._jobs = home, jobs
        self._running: dict[str, str] = {}
        self._lock = threading.Lock()

    def state(self, folder: AttemptFolder) -> dict[str, Any]:
        """``{"state": "none" | "making" | "ready" | "failed", "attempt", "fraction", "error"}`` of one."""
        kept = folder.read("reference")
        if isinstance(kept, dict) and AttemptFolder(self._home.sessions / kept["attempt"]).exists:
            return {"state": "ready", "attempt": kept["attempt"], "fraction": 1.0, "error": None}
        job = self._jobs.get(self._running.get(folder.path.name, ""))
        if job is None or (job.ended.is_set() and job.state == "cancelled"):
            return {"state": "none", "attempt": None, "fraction": 0.0, "error": None}
        if job.ended.is_set() and job.state == "failed":
            return {"state": "failed", "attempt": None, "fraction": 0.0, "error": job.error}
        return {"state": "making", "attempt": None, "fraction": round(job.fraction, 3), "error": None}

    def start(self, folder: AttemptFolder) -> dict[str, Any]:
        """Begin one, unless it is there or being made."""
        with self._lock:
            return self._start(folder)

    def _start(self, folder: AttemptFolder) -> dict[str, Any]:
        now = self.state(folder)
        if now["state"] in ("none", "failed"):
            job = self._jobs.start(
                "angiosuite.practice.reference:make",
                {"home": str(self._home.root), "attempt": folder.path.name},
                name=JOB,
                title="Scripted reference run",
            )
            self._running[folder.path.name] = job.id
            now = {"state": "making", "attempt": None, "fraction": 0.0, "error": None}
        return now


def make(
    home: str,
    attempt: str,
    progress: Callable[[str, float], None] = lambda step, share: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> dict[str, Any]:
    """Run the reference operator for an attempt; the id of its session.

    The session is whole or not there: it is made in a scratch folder and moved once it has ended.
    """
    from angiosuite.kit import kernel_cache

    place = Home(Path(home)).open()
    kernel_cache.activate(place.kernels)
    folder = AttemptFolder(place.sessions / attempt)
    facts, drill = folder.facts(), folder.drill()
    from .operators import operator_named, perform

    name = session_id(datetime.now(UTC))
    scratch = place.scratch("reference") / name
    try:
        progress("the script works", 0.05)
        perform(
            place,
            drill,
            facts.patient,
            facts.seed,
            operator_named(OPERATOR, drill, facts.seed),
            into=scratch,
            owner=folder.session.facts().owner,
            mode="practice",
            pictures="all",
            longest_s=LONGEST_S,
            progress=lambda share: progress("the script works", 0.05 + 0.9 * share),
            cancelled=cancelled,
        )
        made = AttemptFacts(
            id=name,
            drill=facts.drill,
            drill_hash=facts.drill_hash,
            title=facts.title,
            patient=facts.patient,
            patient_title=facts.patient_title,
            seed=facts.seed,
            mode="practice",
            on=datetime.now(UTC).isoformat(timespec="seconds"),
            operator=OPERATOR,
        )
        target = AttemptFolder(scratch)
        target.make(made, drill)
        target.write("self", {"answers": {}, "text": "", "skipped": True, "on": made.on})
        scratch.replace(place.sessions / name)
        folder.write("reference", {"attempt": name})
    finally:
        shutil.rmtree(scratch.parent, ignore_errors=True)
    return {"attempt": name}
