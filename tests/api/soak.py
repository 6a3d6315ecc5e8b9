"""An operator who goes on for minutes or hours at a server of one's own, while other tests run."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import psutil

from angiosuite.bench.served import Served
from angiosuite.kit.home import Home

from .room import Page, session_processes


@dataclass(frozen=True, slots=True)
class Used:
    """What the use left: memory of the server and of the session's process after each turn."""

    memory_mb: list[list[float]]
    turns: int
    frames: int
    processes_after: int


class Soak:
    """The use, under way from the moment this is made.

    Parameters
    ----------
    home : Home
        One of its own, kernels compiled.
    patient_id : str
    seconds : float
    """

    def __init__(self, home: Home, patient_id: str, seconds: float) -> None:
        self._home, self._patient_id, self._seconds = home, patient_id, seconds
        self._stop = threading.Event()
        self._pool = ThreadPoolExecutor(1, "soak")
        self._used = self._pool.submit(self._run)

    def result(self) -> Used:
        """Wait for the end; raises what went wrong on the way."""
        return self._used.result(self._seconds + 600.0)

    def stop(self) -> None:
        """End early and wait for it."""
        self._stop.set()
        self._pool.shutdown(wait=True)

    def _run(self) -> Used:
        with Served(self._home.root, {"ANGIOSUITE_PREPARE": "false"}) as served:
            made = served.ask("/api/sessions", "POST", {"patient_id": self._patient_id, "seed": 3})
            page = Page(served, str(made["id"]), role="operator").joined()
            watched = [psutil.Process(served.process.pid), *session_processes(served)]
            samples: list[list[float]] = [[] for _ in watched]
            end, turn, frames = time.monotonic() + self._seconds, 0, 0
            while time.monotonic() < end and not self._stop.is_set():
                frames += use(page, turn)
                turn += 1
                for process, row in zip(watched, samples, strict=True):
                    row.append(process.memory_info().rss / 1e6)
            page.close()
            return Used(samples, turn, frames, 1 + len(session_processes(served)))


def use(page: Page, turn: int) -> int:
    """Ten seconds of an operator: turn, step on the pedal, breathe, store, measure; frames that came."""
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
    frames = len(page.frames)
    page.frames.clear()
    page.events.clear()
    return frames
