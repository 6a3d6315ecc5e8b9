"""A real server in its own process and a real browser; pages report every fault they print."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from angiosuite.bench.page import ARGUMENTS, PROBE, SOFTWARE_GL, WINDOW, until
from angiosuite.bench.served import Served

PATIENCE_MS = 90_000
"""Machines that run other things besides are slow; only a failing test waits this long."""


@pytest.fixture(scope="module")
def served_home(built_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the built-in patient, for the servers of one module."""
    folder = tmp_path_factory.mktemp("served") / "home"
    shutil.copytree(built_home / "patients", folder / "patients")
    return folder


@pytest.fixture(scope="module")
def served(served_home: Path) -> Iterator[Served]:
    """A server that is ready to open sessions."""
    with Served(served_home) as server:
        server.wait_ready(300)
        yield server


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Any]:
    """Headless Chromium with software GL."""
    sync_api = pytest.importorskip("playwright.sync_api")
    sync_api.expect.set_options(timeout=PATIENCE_MS)
    with sync_api.sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=[*ARGUMENTS, *SOFTWARE_GL])
        yield opened
        opened.close()


@pytest.fixture
def new_page(browser: Any, request: pytest.FixtureRequest) -> Iterator[Callable[..., Any]]:
    """Opens pages that have the server's cookie; fails at the end when one reported a fault."""
    faults: list[str] = []
    context = browser.new_context(viewport=WINDOW)
    context.set_default_timeout(PATIENCE_MS)

    def open_page(url: str | None = None) -> Any:
        page = context.new_page()
        page.add_init_script(path=PROBE)
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda line: faults.append(line.text) if line.type == "error" else None)
        page.goto(url or request.getfixturevalue("served").url)
        return page

    yield open_page
    context.close()
    expected = ("WebSocket connection to", "net::ERR_", "Failed to load resource")
    assert [fault for fault in faults if not fault.startswith(expected)] == []


@pytest.fixture(scope="module")
def session_id(served: Served) -> str:
    """A session with the default patient, for the tests of one module."""
    patient = served.ask("/api/patients")["patients"][0]["id"]
    return str(served.ask("/api/sessions", "POST", {"patient_id": patient, "seed": 1})["id"])


@pytest.fixture
def suite_page(new_page: Callable[..., Any], served: Served, session_id: str) -> Any:
    """A page that operates that session."""
    page = new_page()
    page.goto(f"{served.base}/#/suite/{session_id}")
    page.get_by_role("region", name="Live monitor").wait_for()
    until(page, "window.__probe.sockets.some((one) => one.readyState === 1)")
    until(page, "!document.querySelector('[data-panel=live]').textContent.includes('Getting ready')")
    return page
