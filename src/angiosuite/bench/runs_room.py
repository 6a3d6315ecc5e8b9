"""Runs and roadmap with a browser open: does simulated time keep up with the clock on the wall?"""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from angiosuite.kit.errors import WrongUse

from .page import FLUORO, OWN_KERNELS, browser, drawn, open_suite
from .row import Row
from .served import Served

TITLE = "runs and roadmap at 1366 × 768 in headless Chromium with software GL, server on the same machine"
RUN = 4
REAL_TIME = 0.99
"""Share of the wall clock that counts as real time."""
PHANTOM = "renal-abdominal-tubes"


def send(page: Any, name: str, **arguments: Any) -> None:
    """A command through the page's own socket."""
    message = json.dumps({"t": "cmd", "n": None, "name": name, "args": arguments})
    page.evaluate("(text) => window.__probe.sockets.find((one) => one.readyState === 1).send(text)", message)


def pace(page: Any, mode: int, rate_hz: float, seconds: float) -> float:
    """Frames of a mode drawn on the live canvas over `seconds`, as a share of what the rate would give."""
    page.wait_for_timeout(2000)
    begun = len(drawn(page))
    page.wait_for_timeout(seconds * 1000)
    frames = [f for f in drawn(page)[begun:] if f["mode"] == mode]
    if len(frames) < 2:
        return 0.0
    return (len(frames) - 1) / ((frames[-1]["at"] - frames[0]["at"]) / 1000.0) / rate_hz


def dsa_pace(page: Any, seconds: float) -> float:
    """DSA of the test phantom at 3 a second and 1024²."""
    send(page, "phantom.set", id=PHANTOM)
    send(page, "injection.set", coupled=True, injection_delay_s=1.5)
    send(page, "acquisition.set", programme="dsa-body", matrix=1024, phases=[[3.0, None]])
    send(page, "xray.press", pedal="acquire")
    found = pace(page, RUN, 3.0, seconds)
    send(page, "xray.release", pedal="acquire")
    page.wait_for_timeout(500)
    return found


def roadmap_pace(page: Any, seconds: float) -> float:
    """Fluoroscopy under a roadmap of the test phantom at 7.5 a second and 512²."""
    send(page, "phantom.set", id=PHANTOM)
    send(page, "exposure.set", pulse_rate=7.5, frame_size=512)
    send(page, "roadmap.make")
    send(page, "xray.press", pedal="fluoro")
    page.wait_for_timeout(1500)
    send(page, "injection.start")
    page.wait_for_timeout(5000)
    send(page, "xray.release", pedal="fluoro")
    page.wait_for_timeout(500)
    send(page, "xray.press", pedal="fluoro")
    found = pace(page, FLUORO, 7.5, seconds)
    send(page, "xray.release", pedal="fluoro")
    return found


def wait_refined(served: Served, timeout_s: float = 180.0) -> None:
    """Wait until the finer body is built, which a first start does in the background."""
    until = time.monotonic() + timeout_s
    while time.monotonic() < until:
        states = {step["name"]: step["state"] for step in served.ask("/api/start")["steps"]}
        if states["refine"] not in ("waiting", "running"):
            return
        time.sleep(0.2)


def measured(seconds: float = 20.0) -> tuple[float, float]:
    """Pace of DSA and of roadmap fluoroscopy against the wall clock, in a fresh home."""
    with (
        tempfile.TemporaryDirectory(prefix="angiosuite-bench-") as scratch,
        browser() as opened,
        Served(Path(scratch), OWN_KERNELS) as served,
    ):
        served.wait_ready()
        wait_refined(served)
        page = open_suite(opened, served)
        return dsa_pace(page, seconds), roadmap_pace(page, seconds)


def rows(peers: Path | None) -> Iterable[Row]:
    """DSA and roadmap in a real page; no public peer has either."""
    names = ("DSA 3/s, 1024², browser open", "roadmap fluoroscopy 7.5/s, 512², browser open")
    try:
        found = measured()
    except WrongUse as error:
        return [Row(name, None, "of real time", note=str(error)) for name in names]
    note = "built-in patient breathing, test phantom, frames drawn over 20 s against the rate"
    return [
        Row(name, value, "of real time", "higher", must=REAL_TIME, note=note)
        for name, value in zip(names, found, strict=True)
    ]
