"""The home page on a mid phone: time until it can be used, and script it needs.

Chromium is slowed four times (DevTools' CPU throttling) at the size of a phone, with an empty cache and a
server on the same machine. The home of a person who is enrolled and has evidence is opened; usable means that
today's tasks stand there and that a tap on a link of the bottom bar has been answered.
"""

from __future__ import annotations

import gzip
import statistics
import tempfile
import time
import urllib.request
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from angiosuite.kit.errors import AngiosuiteError, WrongUse

from .page import browser
from .row import Row
from .served import Served
from .way_sample import BEGUN, PATHWAY, STAGE

TITLE = "Home on a phone, Chromium slowed four times"
PHONE = {"width": 390, "height": 844}
SLOWER = 4
TIMES = 5
SCRIPTS = (
    "performance.getEntriesByType('resource').map((one) => one.name).filter((name) => name.endsWith('.js'))"
)


@dataclass(frozen=True, slots=True)
class HomeFigures:
    """Seconds from the navigation until the home can be used, and the script it loads, compressed."""

    usable_s: float
    worst_s: float
    script_kb: float


def settle_person(served: Served) -> None:
    """Answer the first run, enrol, and log two cases."""
    served.ask("/api/me", "PUT", {"country": "US", "stage": "ir-training", "language": "en"})
    wanted = {"pathway": PATHWAY, "from_stage": STAGE, "start": BEGUN.isoformat()}
    served.ask("/api/enrolments", "POST", wanted)
    for day in ("2026-11-02", "2026-11-09"):
        case = {"kind": "real-case", "on": day, "terms": ["ivc-filter"], "role": "assistant"}
        served.ask("/api/evidence", "POST", case)


def compressed(address: str) -> int:
    """Bytes of a file after gzip."""
    with urllib.request.urlopen(address, timeout=30) as answer:
        return len(gzip.compress(answer.read(), 9))


def opened_s(opened: Any, served: Served) -> tuple[float, int]:
    """Seconds until the home can be used, with an empty cache, and bytes of its script after gzip."""
    context = opened.new_context(viewport=PHONE, device_scale_factor=2, has_touch=True, is_mobile=True)
    try:
        page = context.new_page()
        page.goto(served.url)  # gives the cookie
        page.close()
        page = context.new_page()
        tools = context.new_cdp_session(page)
        tools.send("Network.clearBrowserCache")
        tools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        began = time.monotonic()
        page.goto(f"{served.base}/", wait_until="commit")
        page.get_by_role("heading", name="Today").wait_for()
        scripts = page.evaluate(SCRIPTS)
        page.get_by_role("link", name="Guide", exact=True).first.tap()
        page.wait_for_url("**/#/guide")
        took = time.monotonic() - began
        return took, sum(map(compressed, scripts))
    finally:
        context.close()


def measure(times: int = TIMES) -> HomeFigures:
    """Open the home several times; the median and the worst."""
    with (
        tempfile.TemporaryDirectory(prefix="angiosuite-bench-") as scratch,
        browser() as opened,
        Served(Path(scratch), {"ANGIOSUITE_PREPARE": "false"}) as served,
    ):
        settle_person(served)
        figures = [opened_s(opened, served) for _ in range(times)]
    seconds = [took for took, _ in figures]
    return HomeFigures(statistics.median(seconds), max(seconds), figures[-1][1] / 1000.0)


def rows(peers: Path | None) -> Iterable[Row]:
    """Time and script of the home; no public peer has this page."""
    try:
        found = measure()
    except (WrongUse, AngiosuiteError) as error:
        return [Row("home_usable_phone_s", None, "s", must=2.0, note=str(error))]
    return [
        Row(
            "home_usable_phone_s",
            found.usable_s,
            "s",
            must=2.0,
            note=f"median of {TIMES}, empty cache, CPU slowed {SLOWER} times; worst {found.worst_s:.2f} s",
        ),
        Row("home_script_kb", found.script_kb, "kB", must=150.0, note="all script that the home loads, gzip"),
    ]
