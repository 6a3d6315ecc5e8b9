"""Exports over HTTP: begun, watched, fetched, stopped, few at a time."""

from __future__ import annotations

import io
import shutil
import time
import zipfile
from pathlib import Path
from typing import Any

import pydicom
import pytest
from starlette.testclient import TestClient

from angiosuite.bench.session_sample import Phase, SessionSample
from angiosuite.web.configuration import ServerSettings

NAME = "20261129-083000-abcd"


@pytest.fixture(autouse=True)
def kept_session(settings: ServerSettings, sample_session: Path) -> Path:
    """The sample session in this server's home."""
    target = Path(str(settings.home)) / "sessions" / NAME
    if not target.exists():
        shutil.copytree(sample_session, target)
    return target


def ended(client: TestClient, export_id: str) -> dict[str, Any]:
    """The export's state once it has ended."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        state = client.get(f"/api/exports/{export_id}").json()
        if state["state"] not in ("waiting", "running"):
            return dict(state)
        time.sleep(0.05)
    raise AssertionError("the export does not end")


def test_a_session_comes_as_one_zip(client: TestClient) -> None:
    begun = client.post(f"/api/sessions/{NAME}/exports")
    assert begun.status_code == 202 and begun.json()["session_id"] == NAME
    early = client.get(f"/api/exports/{begun.json()['id']}/file")
    assert early.status_code in (200, 409)
    state = ended(client, begun.json()["id"])
    assert state["state"] == "done" and state["result"]["objects"] == 6, state
    answer = client.get(f"/api/exports/{state['id']}/file")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{NAME}.zip"'
    archive = zipfile.ZipFile(io.BytesIO(answer.content))
    assert archive.testzip() is None
    run = pydicom.dcmread(io.BytesIO(archive.read(f"{NAME}/dicom/RUN00001")))
    assert run.NumberOfFrames == 9 and "simulated" in archive.read(f"{NAME}/README.txt").decode()


def test_a_forgotten_export_is_gone_with_its_zip(client: TestClient, settings: ServerSettings) -> None:
    state = ended(client, client.post(f"/api/sessions/{NAME}/exports").json()["id"])
    assert client.delete(f"/api/exports/{state['id']}").status_code == 200
    gone = client.get(f"/api/exports/{state['id']}")
    assert gone.status_code == 404 and gone.json()["error"]["code"] == "no-such-export"


@pytest.mark.ci
def test_only_few_zips_are_kept(client: TestClient, settings: ServerSettings) -> None:
    for _ in range(4):
        state = ended(client, client.post(f"/api/sessions/{NAME}/exports").json()["id"])
        assert state["state"] == "done", state
    assert len(client.get("/api/exports").json()) == 3
    zips = list((Path(str(settings.home)) / "tmp").glob("export-*/*.zip"))
    assert len(zips) == 3


def test_a_session_is_written_once_at_a_time_and_can_be_stopped(
    client: TestClient, settings: ServerSettings
) -> None:
    large = Path(str(settings.home)) / "sessions" / "20261129-090000-efgh"
    sample = SessionSample(large, 512)
    sample.run([Phase(3.0, 40)])
    sample.log.close()
    first = client.post(f"/api/sessions/{large.name}/exports")
    again = client.post(f"/api/sessions/{large.name}/exports")
    assert again.status_code == 409 and again.json()["error"]["code"] == "export-running"
    client.delete(f"/api/exports/{first.json()['id']}")
    state = ended(client, first.json()["id"])
    assert state["state"] == "cancelled", state
    assert client.get(f"/api/exports/{state['id']}/file").status_code == 409
    assert not list((Path(str(settings.home)) / "tmp").glob(f"export-*/*{large.name}*"))


def test_what_cannot_be_exported_says_why(client: TestClient, settings: ServerSettings) -> None:
    assert client.post("/api/sessions/no-such-session/exports").status_code == 404
    torn = Path(str(settings.home)) / "sessions" / "20261129-100000-torn"
    shutil.copytree(Path(str(settings.home)) / "sessions" / NAME, torn)
    with open(torn / "runs" / "001.u16", "r+b") as file:
        file.truncate(1000)
    state = ended(client, client.post(f"/api/sessions/{torn.name}/exports").json()["id"])
    assert state["state"] == "failed" and state["error"]["code"] == "run-frame-missing", state
