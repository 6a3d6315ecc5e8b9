"""From the README's first line to a first debrief: installed, opened, drilled, finished."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from angiosuite.kit.errors import AngiosuiteError

from .page import browser
from .row import Row

TITLE = "a newcomer"
ADDRESS = re.compile(r"http://\S+\?token=\S+")
INSTALL_S, READY_S = 1200.0, 600.0
ROOT = Path(__file__).resolve().parents[3]


@dataclass(frozen=True, slots=True)
class Walked:
    """Seconds from the README's line to each place, and what the debrief said."""

    address_s: float
    ready_s: float
    debrief_s: float
    said: str


def rows(peers: Path | None) -> Iterator[Row]:
    """Install to first debrief; needs a clone, since that is what the README installs from."""
    name = "install to first debrief, as README says"
    if not (ROOT / "start.py").is_file():
        yield Row(name, None, "min", must=15.0, note="not in a clone of the repository")
        return
    walked = walk(ROOT)
    note = (
        f"address after {walked.address_s / 60:.1f} min, room ready after {walked.ready_s / 60:.1f} min, "
        f"empty environment and home; what pip had fetched before it takes from its cache"
    )
    yield Row(name, round(walked.debrief_s / 60, 2), "min", must=15.0, note=note)


def walk(root: Path) -> Walked:
    """Clone, type the README's first line, do the first drill by mouse and keys, look at its debrief.

    Raises
    ------
    AngiosuiteError
        When the start fails or a place is not reached.
    """
    with tempfile.TemporaryDirectory() as scratch:
        clone = Path(scratch) / "angiosuite"
        subprocess.run(["git", "clone", "-q", "--no-hardlinks", str(root), str(clone)], check=True)
        line = re.findall(r"^```sh\n(.*?)\n```$", (clone / "README.md").read_text("utf-8"), re.MULTILINE)[0]
        environment = {k: v for k, v in os.environ.items() if not k.startswith(("VIRTUAL_ENV", "PYTHON"))}
        environment |= {"ANGIOSUITE_HOME": str(Path(scratch) / "home"), "PYTHONUNBUFFERED": "1"}
        own = str(Path(sys.prefix) / "bin")
        environment["PATH"] = os.pathsep.join(p for p in environment["PATH"].split(os.pathsep) if p != own)
        begun = time.monotonic()
        process = subprocess.Popen(
            f"exec {line} --no-open --port 0",
            shell=True,
            cwd=clone,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        try:
            address = _address(process)
            address_s = time.monotonic() - begun
            with browser() as opened:
                page = opened.new_page(viewport={"width": 1366, "height": 768})
                page.set_default_timeout(READY_S * 1000)
                ready_s, said = _drill(page, address, begun)
            return Walked(address_s, ready_s, time.monotonic() - begun, said)
        finally:
            os.killpg(process.pid, signal.SIGINT)
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
            shutil.rmtree(clone / ".venv", ignore_errors=True)


def _address(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    told: list[str] = []
    until = time.monotonic() + INSTALL_S
    for line in process.stdout:
        told.append(line)
        if found := ADDRESS.search(line):
            return found[0]
        if time.monotonic() > until:
            break
    raise AngiosuiteError(
        "The README's line did not lead to an address",
        code="newcomer-stuck",
        where="start.py",
        value="".join(told[-15:]),
        way_out="Its output is above.",
    )


def _drill(page: Any, address: str, begun: float) -> tuple[float, str]:
    """The first drill of the tree with one look, to its score; when the room was there, and what was said."""
    page.goto(address)
    base = address.split("?")[0].rstrip("/")
    page.get_by_role("heading", name="Three questions").wait_for()
    page.goto(f"{base}/#/practice")
    page.get_by_role("list", name="Drills").get_by_role("link").first.click()
    page.get_by_role("region", name="Begin").get_by_role("button", name="Begin in the suite").click()
    live = page.get_by_role("region", name="Live monitor")
    live.wait_for()
    page.get_by_role("tabpanel", name="Task").wait_for()
    ready_s = time.monotonic() - begun
    live.click()
    page.keyboard.down("Space")
    live.get_by_text("X-RAY ON").first.wait_for()
    page.wait_for_timeout(1500)
    page.keyboard.up("Space")
    page.wait_for_timeout(1500)
    page.keyboard.press("Shift+F7")
    page.get_by_role("button", name="Press again to finish the task").click()
    page.get_by_role("button", name="Show the score without it").click()
    said = page.get_by_role("heading", name=re.compile("assed")).first
    said.wait_for()
    return ready_s, str(said.inner_text())
