"""The vessels of an imported CT, extracted in a job of their own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from angiosuite.kit import kernel_cache
from angiosuite.kit.errors import Cancelled
from angiosuite.kit.home import Home

Progress = Callable[[str, float], None]
Cancel = Callable[[], bool]


def extract_vessels(home: str, patient_id: str, progress: Progress, cancelled: Cancel) -> dict[str, Any]:
    """Extract the vessels of an imported patient and keep them; at once when that was done before.

    Raises
    ------
    RefusedInput
        When nothing was kept of the CT's vessels.
    Cancelled
        When `cancelled` turned true; nothing is left behind.
    """
    from angiosuite.patients.store import PatientStore

    opened = Home(Path(home)).open()
    kernel_cache.activate(opened.kernels)

    def report(step: str, fraction: float) -> None:
        if cancelled():
            raise Cancelled("Finding the vessels")
        progress(step, fraction)

    graph = PatientStore(opened).own_vessels(patient_id, report)
    return {"vessels": len(graph.vessels)}
