"""Extractions of imported patients' vessels: at most one of each patient at a time."""

from __future__ import annotations

from typing import Any

from angiosuite.kit.home import Home
from angiosuite.runtime.jobs import Job, Jobs


class Extractions:
    """The extractions of one server."""

    def __init__(self, home: Home, jobs: Jobs) -> None:
        self._home, self._jobs = home, jobs
        self._by_patient: dict[str, Job] = {}

    def start(self, patient_id: str) -> None:
        """Begin one unless one runs."""
        job = self._by_patient.get(patient_id)
        if job is None or job.ended.is_set():
            self._by_patient[patient_id] = self._jobs.start(
                "angiosuite.runtime.own_vessels:extract_vessels",
                {"home": str(self._home.root), "patient_id": patient_id},
                name="vessels",
                title=f"Find the vessels of {patient_id}",
            )

    def state(self, patient_id: str) -> dict[str, Any]:
        """Members `state`, `fraction` and `error` of what has not been extracted."""
        job = self._by_patient.get(patient_id)
        if job is None:
            return {"state": "not-yet", "fraction": 0.0, "error": None}
        if not job.ended.is_set():
            return {"state": "working", "fraction": round(job.fraction, 3), "error": None}
        if job.error is None:
            return {"state": "not-yet", "fraction": 0.0, "error": None}
        return {"state": "failed", "fraction": 0.0, "error": job.error}
