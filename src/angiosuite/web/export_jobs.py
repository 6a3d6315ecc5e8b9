"""Exports as the server keeps them: a few at a time, a few finished zips, none after the server."""

from __future__ import annotations

import shutil
import threading
from dataclasses import dataclass
from pathlib import Path

from angiosuite.kit.home import Home
from angiosuite.runtime.jobs import Job, Jobs

from .answers import NotFound
from .live import NotNow

MOST_AT_ONCE = 2
"""Exports that are written at the same time."""
MOST_KEPT = 3
"""Finished zips that wait to be fetched; the oldest goes when another one begins."""


@dataclass(frozen=True, slots=True)
class Export:
    """A job and the folder that its zip is written to."""

    job: Job
    session_id: str
    scratch: Path
    owner: str

    @property
    def file(self) -> Path:
        """The zip."""
        return self.scratch / f"{self.session_id}.zip"


class Exports:
    """Exports since the server started; few at a time, few kept."""

    def __init__(self, home: Home, jobs: Jobs) -> None:
        self._home, self._jobs = home, jobs
        self._exports: dict[str, Export] = {}
        self._lock = threading.Lock()

    def list(self, owner: str) -> list[Export]:
        """A person's, in the order in which they began."""
        with self._lock:
            return [one for one in self._exports.values() if one.owner == owner]

    def get(self, export_id: str, owner: str) -> Export:
        """One export; `NotFound` when there is none or it is another's."""
        found = self._exports.get(export_id)
        if found is None or found.owner != owner:
            raise NotFound("export", export_id)
        return found

    def start(self, session_id: str, folder: Path, owner: str) -> Export:
        """Begin to write a session's zip.

        Raises
        ------
        NotNow
            When this session, or enough others, are being written.
        """
        with self._lock:
            running = [one for one in self._exports.values() if not one.job.ended.is_set()]
            if len(running) >= MOST_AT_ONCE or any(one.session_id == session_id for one in running):
                raise NotNow(
                    "An export is being written already",
                    code="export-running",
                    where=session_id,
                    way_out="Wait until it is done, or stop it.",
                )
            ended = [one for one in self._exports.values() if one.job.ended.is_set()]
            for old in ended[: max(len(ended) - MOST_KEPT + 1, 0)]:
                self._drop(old)
            scratch = self._home.scratch("export")

            def finished(job: Job) -> None:
                if job.state != "done":
                    shutil.rmtree(scratch, ignore_errors=True)

            job = self._jobs.start(
                "angiosuite.runtime.exporting:export_session",
                {"session": str(folder), "target": str(scratch / f"{session_id}.zip")},
                name="export",
                title="Export a session",
                finished=finished,
            )
            made = self._exports[job.id] = Export(job, session_id, scratch, owner)
            return made

    def remove(self, export_id: str, owner: str) -> Export:
        """Stop an export that is being written, or forget one that is done, with its zip."""
        found = self.get(export_id, owner)
        if not self._jobs.cancel(found.job.id):
            with self._lock:
                self._drop(found)
        return found

    def close(self) -> None:
        """Let go of every zip, after the jobs have ended."""
        for export in [*self._exports.values()]:
            self._drop(export)

    def _drop(self, export: Export) -> None:
        self._exports.pop(export.job.id, None)
        shutil.rmtree(export.scratch, ignore_errors=True)
