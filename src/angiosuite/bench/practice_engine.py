"""Practice's engine: headless speed, size of an hour's log, seek, and branching from it."""

from __future__ import annotations

import random
import tempfile
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from angiosuite.kit.home import Home
from angiosuite.runtime.headless import Order, Rooms, View, run
from angiosuite.suite.branching import branch
from angiosuite.suite.moments import INDEX, Moments
from angiosuite.suite.opening import resume_session
from angiosuite.suite.session import Session

from .hour_sample import HOUR_US, write_hour
from .row import Row

TITLE = "headless sessions, an hour's log, seek and branch; one thread"
PATIENT = "built-in-adult"
SEEKS = 40
MEGABYTE = 1e6


class SampleOperator:
    """Turns, screens at 7.5 a second, collimates, holds; six times, 30 s of fluoroscopy in 74 s.

    Parameters
    ----------
    times : int
        How many views.
    """

    def __init__(self, times: int = 6) -> None:
        self._plan = self._planned(times)
        self._until_s = 0.0

    def step(self, view: View) -> Iterable[Order] | None:
        """The next commands, once those before have had their time."""
        if view.time_s < self._until_s:
            return ()
        planned = next(self._plan, None)
        if planned is None:
            return None
        self._until_s = view.time_s + planned[0] - 1e-6
        return planned[1]

    def _planned(self, times: int) -> Iterator[tuple[float, list[Order]]]:
        yield 0.1, [("exposure.set", {"pulse_rate": 7.5})]
        for view in range(times):
            pose = {"rotation_deg": 8.0 * view, "table_z_mm": 5.0 * view}
            yield 3.0, [("gantry.goto", {"pose": pose})]
            yield 5.0, [("xray.press", {"pedal": "fluoro"})]
            blades = 1.0 - 0.05 * view
            yield 0.2, [("collimator.set", {"left": blades, "right": blades})]
            yield 4.1, [("xray.release", {})]


def headless(rooms: Rooms, folder: Path) -> tuple[float, Session]:
    """Simulated over processor time of the sample operator's work, and the session."""
    session = rooms.open(PATIENT, seed=7, into=folder)
    began = time.process_time()
    outcome = run(session, SampleOperator(), 200.0)
    spent = time.process_time() - began
    session.close()
    return outcome.simulated_s / spent, session


def seeks_ms(folder: Path) -> tuple[float, float]:
    """The slowest seek of many in an hour's log, and the time that the index takes once, ms."""
    (folder / INDEX).unlink(missing_ok=True)
    began = time.perf_counter()
    Moments(folder)
    built = time.perf_counter() - began
    slowest, draw = 0.0, random.Random(3)
    for _ in range(SEEKS):
        began = time.perf_counter()
        Moments(folder).at(draw.randrange(HOUR_US))
        slowest = max(slowest, time.perf_counter() - began)
    return slowest * 1e3, built * 1e3


def rows(peers: Path | None) -> Iterable[Row]:
    """Seek, branch, size and speed; there is no public peer."""
    with tempfile.TemporaryDirectory(prefix="angiosuite-bench-") as scratch:
        place = Path(scratch)
        home = Home().open()
        from angiosuite.patients.store import PatientStore

        PatientStore(home).ensure_builtin(PATIENT)
        rooms = Rooms(home)
        room = rooms.get(PATIENT)
        headless(rooms, place / "warm")
        speed, session = headless(rooms, place / "sample")
        note = "sample operator, 74 s with 31 s of fluoroscopy at 7.5/s, processor time of one thread"
        yield Row("headless work", speed, "× real time", "higher", must=20.0, aim=40.0, note=note)
        hour = write_hour(session.folder.path if session.folder else place, place / "hour")
        size = (hour / "log.jsonl").stat().st_size / MEGABYTE
        note = "synthesised whole: 20 min of X-rays at 7.5/s with runs, gantry moving a third of the time"
        yield Row("log of an hour, frames apart", size, "MB", must=60.0, note=note)
        slowest, built = seeks_ms(hour)
        note = f"slowest of {SEEKS}, its index read each time; making the index once takes {built:.0f} ms"
        yield Row("seek anywhere in it", slowest, "ms", must=500.0, note=note)
        began = time.perf_counter()
        made = branch(hour, HOUR_US - 500_000, place / "branched")
        resume_session(made.path, room).close()
        note = "half a second before its end, 9.5 s of X-rays after a checkpoint; the room is loaded"
        yield Row("branch from it, ready to work", time.perf_counter() - began, "s", must=3.0, note=note)
