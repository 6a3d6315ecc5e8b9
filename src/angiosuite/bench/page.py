"""The page as a person has it: pictures drawn a second, pedal to first new frame, time to start.

Drives the built page over HTTP in headless Chromium with software GL, at 1366 × 768, against a server
in its own process on the same machine. Nothing of the page's own counters is trusted: a script put in
before the page's code notes which frames reach the live canvas, and when.
"""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from angiosuite.kit.errors import AngiosuiteError, WrongUse

from .row import Row
from .served import Served

WINDOW = {"width": 1366, "height": 768}
CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
SOFTWARE_GL = ("--use-angle=swiftshader", "--enable-unsafe-swiftshader")
"""WebGL by the processor, and every page composed through it: for what is drawn in three dimensions."""
FLUORO = 0
OWN_KERNELS = {"NUMBA_CACHE_DIR": None}
"""The server keeps its kernels in its own home, so that a first start is one."""
TITLE = "The page at 1366 × 768 in headless Chromium with software GL, server on the same machine"
PROBE = Path(__file__).with_name("page_probe.js")


def find_chromium() -> str | None:
    """Path of a Chromium in PATH."""
    return next((path for name in CHROMIUM if (path := shutil.which(name))), None)


@contextmanager
def browser(software_gl: bool = True) -> Iterator[Any]:
    """A headless Chromium.

    Parameters
    ----------
    software_gl : bool
        Whether it has WebGL by software. Without, it composes pages as it does by itself on a machine that
        has no graphics processor.

    Raises
    ------
    WrongUse
        When Chromium or playwright is missing, with what to install.
    """
    path = find_chromium()
    try:
        from playwright.sync_api import sync_playwright
    except ImportError as error:
        raise WrongUse(
            "The page cannot be measured without playwright", code="no-playwright", where="bench",
            way_out="pip install playwright",
        ) from error  # fmt: skip
    if path is None:
        raise WrongUse(
            "The page cannot be measured without Chromium", code="no-chromium", where="bench",
            way_out="Install it, for instance: apt-get install chromium",
        )  # fmt: skip
    with sync_playwright() as playwright:
        arguments = [*ARGUMENTS, *(SOFTWARE_GL if software_gl else ())]
        opened = playwright.chromium.launch(executable_path=path, args=arguments)
        try:
            yield opened
        finally:
            opened.close()


def open_suite(opened: Any, served: Served, frame_size: int = 512) -> Any:
    """A page in a new session with the built-in patient, its live monitor in focus."""
    patient = next(p for p in served.ask("/api/patients")["patients"])
    session = served.ask("/api/sessions", "POST", {"patient_id": patient["id"], "seed": 1})
    page = opened.new_page(viewport=WINDOW)
    page.add_init_script(path=PROBE)
    page.goto(served.url)
    page.goto(f"{served.base}/#/suite/{session['id']}")
    page.get_by_role("region", name="Live monitor").wait_for(timeout=60_000)
    until(page, "window.__probe.sockets.some((one) => one.readyState === 1)")
    until(page, "!document.querySelector('[data-panel=live]').textContent.includes('Getting ready')")
    if frame_size != 512:
        page.keyboard.press("Alt+KeyX")
    page.wait_for_timeout(500)
    return page


def until(page: Any, expression: str, timeout_s: float = 60.0) -> None:
    """Wait until an expression is true on the page.

    The page's content security policy forbids the polling that playwright itself would put in.
    """
    end = time.monotonic() + timeout_s
    while not page.evaluate(expression):
        if time.monotonic() > end:
            raise AngiosuiteError(
                "The page did not come so far", code="page-slow", where=page.url, value=expression
            )
        page.wait_for_timeout(50)


def drawn(page: Any) -> list[dict[str, float]]:
    """Frames drawn so far: number, mode, time in ms."""
    frames: list[dict[str, float]] = page.evaluate("window.__probe.drawn")
    return frames


def drawn_per_second(page: Any, seconds: float) -> float:
    """Fluoroscopy frames drawn a second while Space is held."""
    page.keyboard.down("Space")
    page.wait_for_timeout(2000)
    before = [f for f in drawn(page) if f["mode"] == FLUORO]
    began = page.evaluate("performance.now()")
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        page.wait_for_timeout(min(left, 5.0) * 1000)
    ended = page.evaluate("performance.now()")
    after = [f for f in drawn(page) if f["mode"] == FLUORO]
    page.keyboard.up("Space")
    page.wait_for_timeout(500)
    return (len(after) - len(before)) / ((ended - began) / 1000)


def pedal_latencies_ms(page: Any, presses: int) -> list[float]:
    """Time from each key press to the first new fluoroscopy frame on the canvas, in ms."""
    for number in range(presses):
        page.keyboard.down("Space")
        page.wait_for_timeout(450 + 37 * (number % 7))
        page.keyboard.up("Space")
        page.wait_for_timeout(350 + 29 * (number % 11))
    frames = drawn(page)
    found = []
    for press in page.evaluate("window.__probe.presses")[-presses:]:
        new = [f["at"] for f in frames if f["mode"] == FLUORO and f["frame"] > press["after"]]
        if new:
            found.append(new[0] - press["at"])
    return found


def quantile(values: list[float], share: float) -> float:
    """The value below which a share of the values lies (nearest rank)."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


@dataclass(frozen=True, slots=True)
class PageFigures:
    """What was measured on one page; `None` where nothing came."""

    first_start_s: float
    first_ready_s: float
    later_start_s: float
    later_ready_s: float
    fps_512: float
    fps_1024: float
    pedal_p50_ms: float | None
    pedal_p95_ms: float | None
    presses: int


def measure(seconds: float = 60.0, presses: int = 50, home: Path | None = None) -> PageFigures:
    """Start twice (the first time in an empty home), then time pictures and pedal.

    Parameters
    ----------
    seconds : float
        Length of each run of fluoroscopy.
    presses : int
        Real key events.
    home : Path, optional
        A home to use; an empty temporary one otherwise, which makes the first start a first start.
    """
    with tempfile.TemporaryDirectory(prefix="angiosuite-bench-") as scratch, browser() as opened:
        place = home or Path(scratch)
        with Served(place, OWN_KERNELS) as served:
            first_up, first_ready = served.up_s, served.wait_ready()
        with Served(place, OWN_KERNELS) as served:
            later_up, later_ready = served.up_s, served.wait_ready()
            page = open_suite(opened, served)
            fps_512 = drawn_per_second(page, seconds)
            latencies = pedal_latencies_ms(page, presses)
            page.close()
            page = open_suite(opened, served, frame_size=1024)
            fps_1024 = drawn_per_second(page, seconds)
            page.close()
    return PageFigures(
        first_start_s=first_up, first_ready_s=first_ready, later_start_s=later_up, later_ready_s=later_ready,
        fps_512=fps_512, fps_1024=fps_1024,
        pedal_p50_ms=quantile(latencies, 0.5) if latencies else None,
        pedal_p95_ms=quantile(latencies, 0.95) if latencies else None,
        presses=len(latencies),
    )  # fmt: skip


def rows(peers: Path | None) -> Iterable[Row]:
    """Start, drawing rate and pedal latency; no public peer has such a page."""
    try:
        found = measure()
    except WrongUse as error:
        return [Row("page", None, "", note=str(error))]
    pedal = f"{found.presses} real key events, kernels warm, 512²; median {found.pedal_p50_ms or 0:.0f} ms"
    return [
        Row("first start: page up", found.first_start_s, "s", must=40.0, note="empty home"),
        Row(
            "first start: a session can be opened", found.first_ready_s, "s", note="kernels and patient built"
        ),
        Row("later start: page up", found.later_start_s, "s", must=5.0),
        Row("later start: a session can be opened", found.later_ready_s, "s", must=5.0),
        Row("frames drawn, 512²", found.fps_512, "1/s", "higher", must=15.0, note="60 s, 15 pulses a second"),
        Row("frames drawn, 1024²", found.fps_1024, "1/s", "higher", must=7.5, note="60 s"),
        Row("pedal to first new frame, p95", found.pedal_p95_ms, "ms", must=150.0, note=pedal),
    ]
