"""Review of runs as a person has it: time until a long run shows its first picture, and pictures a second.

The run is written into a session's folder, the page is driven over HTTP in headless Chromium with software
GL. A script put in before the page's own counts what is drawn on the monitor.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from angiosuite.kit.errors import AngiosuiteError, WrongUse

from .page import WINDOW, browser, until
from .row import Row
from .run_sample import SampleSession
from .served import Served

TITLE = "Review of a 200-frame 1024² run in the page"
PROBE = Path(__file__).with_name("review_probe.js")
SESSION = "sample-of-runs"
FRAMES, ROWS, RATE_HZ = 200, 1024, 20.0
PLAY_S = 12.0
DRAWN = "window.__review"


@dataclass(frozen=True, slots=True)
class ReviewFigures:
    """From the click on a run to its first picture, seconds; pictures a second while it plays at its rate."""

    open_s: float
    play_fps: float
    painter: str


def open_review(opened: Any, served: Served, session: str = SESSION) -> Any:
    """A page at the runs of a session."""
    page = opened.new_page(viewport=WINDOW)
    page.add_init_script(path=PROBE)
    page.goto(served.url)
    page.goto(f"{served.base}/#/sessions/{session}/review")
    page.get_by_role("region", name="Review of runs").wait_for()
    return page


def opening_s(page: Any, number: int) -> float:
    """Seconds from the click on a run until its first picture is drawn."""
    page.evaluate(
        f"{DRAWN}.length = 0; window.__clicked = performance.now();"
        f"document.querySelector('[data-run=\"{number}\"]').click()"
    )
    until(page, f"{DRAWN}.length > 0")
    return float(page.evaluate(f"{DRAWN}[0] - window.__clicked")) / 1000.0


def playing_fps(page: Any, seconds: float) -> float:
    """Pictures that go by a second while the run plays at its own rate (that of the first phase)."""
    page.keyboard.press("Home")
    page.keyboard.press("KeyC")
    page.wait_for_timeout(1000)
    page.evaluate(f"{DRAWN}.length = 0; window.__clicked = performance.now()")
    page.wait_for_timeout(1000 * seconds)
    fps = float(page.evaluate(f"{DRAWN}.length / (performance.now() - window.__clicked) * 1000"))
    page.keyboard.press("KeyC")
    return fps


def measure(seconds: float = PLAY_S) -> ReviewFigures:
    """Write a short and a long run, open the long one from the list, and play it."""
    with tempfile.TemporaryDirectory(prefix="angiosuite-bench-") as scratch, browser() as opened:
        home = Path(scratch)
        (home / "sessions").mkdir()
        sample = SampleSession(home / "sessions" / SESSION)
        sample.run(1, FRAMES, ROWS, rate_hz=RATE_HZ)
        sample.run(2, 4, 64)
        sample.log.close()
        with Served(home, {"ANGIOSUITE_PREPARE": "false"}) as served:
            page = open_review(opened, served)
            until(page, f"{DRAWN}.length > 0")
            took = opening_s(page, 1)
            fps = playing_fps(page, seconds)
            painter = str(page.locator("canvas[data-drawn]").get_attribute("data-drawn"))
            page.close()
    return ReviewFigures(took, fps, painter)


def rows(peers: Path | None) -> Iterable[Row]:
    """Opening and playing a long run; no public peer is a page of ours."""
    try:
        found = measure()
    except (WrongUse, AngiosuiteError) as error:
        return [Row("review_open_200x1024_s", None, "s", must=1.0, note=str(error))]
    note = f"1366 × 768, software GL, drawn by {found.painter}"
    return [
        Row(
            "review_open_200x1024_s",
            found.open_s,
            "s",
            must=1.0,
            note="from the click to the first picture, " + note,
        ),
        Row(
            "review_play_1024_fps",
            found.play_fps,
            "1/s",
            "higher",
            must=15.0,
            note=f"subtracted, set to 20 a second; {note}",
        ),
    ]
