"""Built-in patients that are grown when they are first asked for."""

from __future__ import annotations

import asyncio
from typing import Any

from angiosuite.kit.errors import AngiosuiteError, RefusedInput
from angiosuite.kit.home import Home
from angiosuite.runtime.jobs import Job, Jobs
from angiosuite.runtime.preparation import FIRST_SPACING_MM


class Builds:
    """At most one build of each patient at a time."""

    def __init__(self, home: Home, jobs: Jobs) -> None:
        self._home, self._jobs = home, jobs
        self._by_patient: dict[str, Job] = {}

    def start(self, patient_id: str, *, ready: bool) -> dict[str, Any]:
        """Begin a build unless the patient is ready or one runs; the state."""
        job = self._by_patient.get(patient_id)
        if not ready and (job is None or job.ended.is_set()):
            self._by_patient[patient_id] = self._jobs.start(
                "angiosuite.runtime.preparation:build_patient",
                {"home": str(self._home.root), "spacing_mm": FIRST_SPACING_MM, "patient_id": patient_id},
                name="build",
                title=f"Build the patient {patient_id}",
            )
        elif job is None:
            return {"id": None, "state": "done", "fraction": 1.0, "seconds": 0.0, "detail": "", "error": None}
        return self.state(patient_id)

    def state(self, patient_id: str) -> dict[str, Any]:
        """How far a build is; `RefusedInput` when none was begun."""
        job = self._by_patient.get(patient_id)
        if job is None:
            raise RefusedInput(
                "No build of this patient was begun",
                code="no-such-build",
                value=patient_id,
                way_out=f"POST /api/patients/{patient_id}/build begins one.",
            )
        return job.as_dict()

    async def finish(self, patient_id: str) -> None:
        """Build a patient and wait for it; raises the build's own error."""
        self.start(patient_id, ready=False)
        job = self._by_patient[patient_id]
        await asyncio.to_thread(job.ended.wait)
        if job.state != "done":
            error = job.error or {}
            raise AngiosuiteError(
                str(error.get("message", "The build was stopped")),
                code=str(error.get("code", "build-stopped")),
                where=patient_id,
                value=error.get("value"),
                way_out=error.get("way_out"),
            )
