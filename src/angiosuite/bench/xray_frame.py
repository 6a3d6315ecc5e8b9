"""Whole frames of the built-in patient, from pose to JPEG, and the memory of a running session."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median

import numpy as np
import simplejpeg

from angiosuite.kit.errors import RefusedInput
from angiosuite.suite.collimator import Collimator
from angiosuite.suite.machine import fluoroscopy
from angiosuite.suite.moment import Moment
from angiosuite.suite.patient import Patient
from angiosuite.suite.pose import Pose
from angiosuite.suite.room import Room

from .row import Row

TITLE = "whole frames and memory"
FRAMES = 60
FINE_MM = 1.2


def rows(peers: Path | None) -> Iterator[Row]:
    """Frames a second while the gantry moves and while it stands, and resident memory."""
    room = Room.of(Patient.builtin(spacing_mm=FINE_MM))
    home = room.gantry.home
    note = f"built-in patient at {FINE_MM} mm, spectrum to JPEG, median of {FRAMES}"
    turning = _frames_per_s(room, 512, lambda i: home.moved({"rotation_deg": 0.5 * i}), breathes=True)
    yield Row("whole frame, gantry and patient moving, 512²", turning, "1/s", "higher", 40, 100, note=note)
    for size, must, aim in ((512, 100, 300), (1024, 30, 90)):
        still = _frames_per_s(room, size, lambda i: home, breathes=False)
        yield Row(
            f"whole frame, breath held, heart moving, {size}²", still, "1/s", "higher", must, aim, note=note
        )
    yield Row(
        "memory of a session, built-in patient",
        _memory_mb(None),
        "MB",
        "lower",
        700,
        400,
        note="resident size of a process that has made 30 frames at 512²",
    )
    imported = _newest_imported()
    if imported is None:
        yield Row(
            "memory of a session, imported CT",
            None,
            "MB",
            "lower",
            1200,
            700,
            note="no imported patient in this home: angiosuite import PATH first",
        )
    else:
        yield Row(
            "memory of a session, imported CT",
            _memory_mb(imported),
            "MB",
            "lower",
            1200,
            700,
            note=f"patient {imported}",
        )


def _frames_per_s(room: Room, size: int, pose_at: Callable[[int], Pose], *, breathes: bool) -> float:
    picture = room.picture(0)
    settings = room.default_settings().changed({"frame_size": size})
    blades = Collimator()
    picture.begin(0)
    times = []
    for i in range(FRAMES + 8):
        began = time.perf_counter()
        made = picture.expose(
            t_us=i * 66_666,
            pose=pose_at(i),
            settings=settings,
            collimator=blades,
            order=fluoroscopy(room.equipment, settings, high_level=False),
            moment=Moment(7.5 - 7.5 * float(np.cos(i / 10)) if breathes else 20.0, (i * 0.075) % 1.0),
            quality="full",
            frame=i + 1,
        )
        simplejpeg.encode_jpeg(made.image[:, :, None], quality=90, colorspace="GRAY")
        times.append(time.perf_counter() - began)
    return 1.0 / median(times[8:])


def _newest_imported() -> str | None:
    from angiosuite.kit.home import Home
    from angiosuite.patients.store import PatientStore

    found = [
        record
        for record in PatientStore(Home().open()).list()
        if record.kind == "imported" and record.is_ready
    ]
    return found[-1].id if found else None


_PROBE = """
import json, sys
from angiosuite.suite import Patient, Room, Session
name = json.loads(sys.argv[1])
room = Room.of(Patient.builtin(spacing_mm={fine}) if name is None else Patient.stored(name))
session = Session(room, 1)
session.command("xray.press", {{"pedal": "fluoro"}})
session.advance(2_000_000)
lines = open("/proc/self/status").read().splitlines()
print(next(line.split()[1] for line in lines if line.startswith("VmRSS")))
"""


def _memory_mb(patient_id: str | None) -> float | None:
    """Resident size in MB of a fresh process with a running session; None where the system does not tell."""
    if not Path("/proc/self/status").exists():
        return None
    code = _PROBE.format(fine=FINE_MM)
    run = subprocess.run(
        [sys.executable, "-c", code, json.dumps(patient_id)], capture_output=True, text=True, timeout=300
    )
    if run.returncode:
        raise RefusedInput("The memory probe failed", code="bench-probe", value=run.stderr[-300:])
    return int(run.stdout.split()[-1]) / 1024.0
