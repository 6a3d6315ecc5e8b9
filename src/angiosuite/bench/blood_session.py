"""Injections in a real session with a browser open; vessels of a new patient; opening one built before."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from angiosuite.content.loader import load_library
from angiosuite.content.packs import directories_of
from angiosuite.kit.errors import AngiosuiteError, WrongUse
from angiosuite.kit.home import Home
from angiosuite.patients.vessels import vessels_of_body
from angiosuite.suite.patient import Patient

from .page import FLUORO, OWN_KERNELS, browser, open_suite
from .row import Row
from .runs_room import REAL_TIME, RUN, pace, send, wait_refined
from .served import Served

TITLE = "contrast in a session"
CATHETER = {"device": "pigtail-5f", "vessel": "abdominal-aorta", "at_mm": 30.0}
RATE_ML_S, VOLUME_ML = 6.0, 120.0
"""An injection that lasts longer than what is measured; no one would give it to a person."""
SECONDS = 12.0
OPEN = """
import json, time
began = time.perf_counter()
from angiosuite.suite.patient import Patient
from angiosuite.suite.room import Room
from angiosuite.suite.session import Session
room = Room.of(Patient.builtin())
graph = room.vessels
session = Session(room, 1)
opened, worked = time.perf_counter() - began, time.process_time()
session.blood.place(**{catheter!r})
print(json.dumps([opened, time.perf_counter() - began - opened, len(graph.vessels), worked]))
"""
NAMES = (
    "injection running, fluoroscopy 15/s, 512², browser open",
    "injection running, DSA 6/s, 512², browser open",
)


def rows(peers: Path | None) -> Iterable[Row]:
    """Real-time factors of a served session, then seconds of vessels and of opening."""
    try:
        found = measured()
    except WrongUse as error:
        yield from (Row(name, None, "of real time", note=str(error)) for name in NAMES)
    else:
        note = f"{RATE_ML_S:.0f} ml/s into the aorta, patient breathing, no GPU, drawn over {SECONDS:.0f} s"
        for name, value in zip(NAMES, found, strict=True):
            note_now = f"{note}; {_load()}"
            yield Row(name, value, "of real time", "higher", must=REAL_TIME, note=note_now)
    yield from vessels_and_opening()


def measured(home: Path | None = None) -> tuple[float, float]:
    """Pace of fluoroscopy and of DSA against the wall clock, in a fresh home when none is given."""
    with (
        tempfile.TemporaryDirectory(prefix="angiosuite-bench-") as scratch,
        browser(software_gl=False) as opened,
        Served(home or Path(scratch), OWN_KERNELS if home is None else None) as served,
    ):
        sessions = (home or Path(scratch)) / "sessions"
        served.wait_ready()
        wait_refined(served)
        page = open_suite(opened, served)
        send(page, "catheter.place", **CATHETER)
        _arm(page, sessions, 1)
        send(page, "exposure.set", pulse_rate=15.0, frame_size=512)
        send(page, "xray.press", pedal="fluoro")
        page.wait_for_timeout(500)
        send(page, "injector.start")
        fluoroscopy = pace(page, FLUORO, 15.0, SECONDS)
        send(page, "xray.release", pedal="fluoro")
        page.wait_for_timeout(500)
        page.close()
        page = open_suite(opened, served)  # another patient, without the contrast of a minute ago
        send(page, "catheter.place", **CATHETER)
        _arm(page, sessions, 1)
        send(page, "acquisition.set", programme="dsa-body", matrix=512, phases=[[6.0, None]])
        send(page, "xray.press", pedal="acquire")
        page.wait_for_timeout(1500)
        send(page, "injector.start")
        runs = pace(page, RUN, 6.0, SECONDS)
        send(page, "xray.release", pedal="acquire")
        page.wait_for_timeout(500)
    return fluoroscopy, runs


def _arm(page: Any, sessions: Path, times: int, timeout_s: float = 120.0) -> None:
    """Fill, set and arm the injector, and wait until the log has it so many times."""
    send(page, "injector.fill", medium="iohexol-300", warmed=True)
    send(page, "injector.purge")
    send(page, "injector.check")
    send(page, "injector.set", rate_ml_s=RATE_ML_S, volume_ml=VOLUME_ML)
    send(page, "injector.arm")
    until_s = time.monotonic() + timeout_s
    while True:
        newest = max(sessions.iterdir(), key=lambda folder: folder.stat().st_mtime) / "log.jsonl"
        if newest.is_file() and newest.read_text().count('"injector-armed"') >= times:
            return
        if time.monotonic() > until_s:
            raise AngiosuiteError("The injector was not armed", code="bench-not-armed", where=str(newest))
        page.wait_for_timeout(500)


def vessels_and_opening() -> Iterable[Row]:
    """Seconds until a new patient has vessels, and until one that was built before lies on the table."""
    folder = Home(None).open()
    library = load_library(directories_of(folder))
    patient = Patient.builtin()
    item = library.patient(patient.id)
    taken = worked = 0.0
    for _ in range(2):  # the first one loads the kernels
        with tempfile.TemporaryDirectory(prefix="angiosuite-bench-") as scratch:
            began, before = time.perf_counter(), time.process_time()
            graph = vessels_of_body(Path(scratch), patient.body, item, library)
            taken, worked = time.perf_counter() - began, time.process_time() - before
    note = f"{len(graph.vessels)} vessels and {len(graph.beds)} beds grown and kept"
    note = f"{note}, {worked:.1f} s of processor time; {_load()}"
    yield Row("new patient: vessels and beds", taken, "s", must=5.0, note=note)
    code, found = OPEN.replace("{catheter!r}", repr(CATHETER)), []
    with tempfile.TemporaryDirectory(prefix="angiosuite-bench-") as scratch:
        # Modules are compiled once and kept, as installing a package does, whatever the surroundings forbid.
        kept = {**os.environ, "PYTHONPYCACHEPREFIX": scratch}
        kept.pop("PYTHONDONTWRITEBYTECODE", None)
        for _ in range(2):  # the first one builds what is not there yet
            command = [sys.executable, "-c", code]
            done = subprocess.run(command, capture_output=True, text=True, check=True, env=kept)
            found = json.loads(done.stdout.splitlines()[-1])
    note = f"from its folder, {found[2]} vessels, {found[3]:.1f} s of processor time with the start of Python"
    note = f"{note}, modules compiled before"
    note = f"{note}; {_load()}"
    yield Row("patient built before: opened with everything", found[0], "s", must=5.0, note=note)
    yield Row("first catheter of a session", found[1], "s", note=f"rest kept from before; {_load()}")


def _load() -> str:
    return f"load {os.getloadavg()[0]:.1f}"
