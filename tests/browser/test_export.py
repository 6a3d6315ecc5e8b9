"""A session leaves from its row of the suite's page: one press, progress, a zip."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from angiosuite.bench.served import Served

pytestmark = pytest.mark.ci


@pytest.fixture
def with_session(sample_session: Path, tmp_path: Path) -> Iterator[Served]:
    """A server whose home holds one session."""
    home = tmp_path / "home"
    shutil.copytree(sample_session, home / "sessions" / sample_session.name)
    with Served(home, {"ANGIOSUITE_PREPARE": "false"}) as server:
        yield server


def test_a_session_is_exported_and_downloaded(
    new_page: Callable[..., Any], with_session: Served, sample_session: Path, tmp_path: Path
) -> None:
    page = new_page(with_session.url)
    page.goto(f"{with_session.base}/#/room")
    page.get_by_role("button", name="Export session of").click()
    link = page.get_by_role("link", name="Download")
    link.wait_for()
    assert not [v for v in Axe().run(page).response["violations"] if v["impact"] in ("serious", "critical")]
    with page.expect_download() as waiting:
        link.click()
    waiting.value.save_as(tmp_path / "got.zip")
    names = zipfile.ZipFile(tmp_path / "got.zip").namelist()
    assert waiting.value.suggested_filename == f"{sample_session.name}.zip"
    assert f"{sample_session.name}/dicom/DOSE0001" in names


def test_a_session_that_cannot_be_exported_says_why(
    new_page: Callable[..., Any], with_session: Served, tmp_path: Path
) -> None:
    (run,) = (tmp_path / "home" / "sessions").glob("*/runs/001.u16")
    run.write_bytes(b"")
    page = new_page(with_session.url)
    page.goto(f"{with_session.base}/#/room")
    page.get_by_role("button", name="Export session of").click()
    page.get_by_role("alert").filter(has_text="lacks frames that the log tells of").wait_for()
    page.get_by_role("button", name="Export session of").wait_for()
