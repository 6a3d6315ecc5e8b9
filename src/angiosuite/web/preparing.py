"""The steps between the first start and a working room, each with its state, time and progress."""

from __future__ import annotations

import threading
from typing import Any

from angiosuite.kit.home import Home
from angiosuite.runtime.jobs import Job, Jobs
from angiosuite.runtime.preparation import FINE_SPACING_MM, FIRST_SPACING_MM

_ROOM = "angiosuite.runtime.preparation"


class Preparation:
    """Compiles kernels and builds the built-in patient side by side, then makes hands ready, then refines."""

    def __init__(self, home: Home, jobs: Jobs) -> None:
        self._home, self._jobs = home, jobs
        self._lock = threading.Lock()
        self._steps: dict[str, Job] = {}
        self._titles = {
            "kernels": "Compile the X-ray kernels",
            "patient": f"Build the patient ({FIRST_SPACING_MM} mm)",
            "refine": f"Refine the patient ({FINE_SPACING_MM} mm, in the background)",
            "hands": "Make wires and catheters ready (in the background)",
        }

    def start(self) -> None:
        """Begin, or begin again what failed."""
        for name, function, arguments in (
            ("kernels", "compile_kernels", {}),
            ("patient", "build_patient", {"spacing_mm": FIRST_SPACING_MM}),
        ):
            if not self._going_or_done(name):
                self._begin(name, function, arguments)

    def _going_or_done(self, name: str) -> bool:
        job = self._steps.get(name)
        return job is not None and job.state in ("waiting", "running", "done")

    def _begin(self, name: str, function: str, arguments: dict[str, Any]) -> None:
        self._steps[name] = self._jobs.start(
            f"{_ROOM}:{function}",
            {"home": str(self._home.root), **arguments},
            name="start",
            title=self._titles[name],
            finished=self._one_ended,
        )

    def _one_ended(self, job: Job) -> None:
        with self._lock:
            if self.ready and "hands" not in self._steps:
                self._begin("hands", "ready_hands", {})
            elif self._is_done("hands") and "refine" not in self._steps:
                self._begin("refine", "build_patient", {"spacing_mm": FINE_SPACING_MM})

    def _is_done(self, name: str) -> bool:
        return name in self._steps and self._steps[name].state == "done"

    @property
    def is_building(self) -> bool:
        """Whether the default patient is just being built."""
        job = self._steps.get("patient")
        return job is not None and job.state in ("waiting", "running")

    @property
    def ready(self) -> bool:
        """Whether a session can be opened with the built-in patient."""
        return all(
            name in self._steps and self._steps[name].state == "done" for name in ("kernels", "patient")
        )

    def as_dict(self) -> dict[str, Any]:
        """The steps as plain JSON values, in their order."""
        steps = []
        builds = {f"build-{job.id}": job for job in self._jobs.list("build") if job.state == "running"}
        titles = {**self._titles, **{name: job.title for name, job in builds.items()}}
        for name, title in titles.items():
            job = self._steps.get(name) or builds.get(name)
            steps.append(
                {
                    "name": name,
                    "title": title,
                    "state": job.state if job else "waiting",
                    "seconds": round(job.seconds, 1) if job else 0.0,
                    "fraction": round(job.fraction, 3) if job else 0.0,
                    "detail": job.detail if job else "",
                    "error": job.error if job else None,
                }
            )
        return {"ready": self.ready, "steps": steps}
