"""Hours of use: memory stays flat, time runs at real speed, nothing piles up."""

from __future__ import annotations

import statistics
import time

import psutil
import pytest

from angiosuite.bench.served import Served

from .room import Page, session_processes

SECONDS = {"ci": 300.0, "long": 3600.0}
GROWTH_MB = 25.0
"""Largest growth of one process from the second quarter to the last."""


def use(page: Page, turn: int) -> None:
    """Ten seconds of an operator: turn, step on the pedal, breathe, store, measure."""
    page.command("gantry.move", axis="rotation", rate=0.5 if turn % 2 else -0.5)
    page.command("patient.breathe", to=("in", "hold", "free")[turn % 3])
    page.command("xray.press", pedal="fluoro")
    page.listen(6.0)
    page.command("gantry.move", axis="rotation", rate=0.0)
    page.command("xray.release", pedal="fluoro")
    page.listen(1.0)
    if turn % 10 == 0:
        page.command("store.fluoro")
        image = page.state["last_frame"]
        page.command("measure.add", image=image, points=[[100.0, 100.0], [200.0, 220.0]], calibrated=None)
        page.command("annotate.undo")
    page.listen(2.0)
    page.frames.clear()
    page.events.clear()


@pytest.mark.ci
def test_memory_stays_flat(served: Served, session: str, size: str) -> None:
    page = Page(served, session, role="operator").joined()
    watched = [psutil.Process(served.process.pid), *session_processes(served)]
    samples: list[list[float]] = [[] for _ in watched]
    end, turn = time.monotonic() + SECONDS[size], 0
    while time.monotonic() < end:
        use(page, turn)
        turn += 1
        for process, row in zip(watched, samples, strict=True):
            row.append(process.memory_info().rss / 1e6)
    page.close()
    assert len(session_processes(served)) == len(watched) - 1
    for row in samples:
        quarter = max(1, len(row) // 4)
        early, late = statistics.median(row[quarter : 2 * quarter]), statistics.median(row[-quarter:])
        print(f"memory {early:.0f} MB, then {late:.0f} MB")
        assert late - early <= GROWTH_MB
