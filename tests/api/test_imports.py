"""Uploads: streamed to a scratch folder, bounded, cleaned up, and named safely."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from angiosuite.kit.home import Home
from angiosuite.web.configuration import ServerSettings
from angiosuite.web.upload import safe_path

CUT = b'--b\r\nContent-Disposition: form-data; name="f"; filename="a"\r\n\r\ncut'


def left_over(settings: ServerSettings) -> list[Path]:
    """Upload scratch that was not cleaned up."""
    return [path for path in Home(settings.home).tmp.iterdir() if path.name.startswith("upload")]


def ended(client: TestClient, job: dict[str, object]) -> dict[str, object]:
    """The import once it has ended."""
    until = time.monotonic() + 30
    while time.monotonic() < until:
        state = client.get(f"/api/imports/{job['id']}").json()
        if state["state"] not in ("waiting", "running"):
            return dict(state)
        time.sleep(0.05)
    raise AssertionError("the import does not end")


def test_a_file_that_is_no_ct_is_refused_with_a_reason_and_leaves_nothing(
    client: TestClient, settings: ServerSettings
) -> None:
    job = client.post("/api/imports", files={"files": ("notes.txt", b"no CT at all")})
    assert job.status_code == 202
    state = ended(client, job.json())
    assert state["state"] == "failed"
    error = state["error"]
    assert isinstance(error, dict) and error["code"] not in ("internal", "job-process-gone")
    time.sleep(0.3)
    assert left_over(settings) == []


def test_an_oversized_upload_is_refused_before_it_is_read(
    client: TestClient, settings: ServerSettings
) -> None:
    answer = client.post("/api/imports", files={"files": ("large.zip", b"\0" * 1_200_000)})
    assert answer.status_code == 413 and answer.json()["error"]["code"] == "too-large"
    assert left_over(settings) == []


def test_an_oversized_upload_without_a_length_is_cut_off(
    client: TestClient, settings: ServerSettings
) -> None:
    def body():
        yield b'--b\r\nContent-Disposition: form-data; name="f"; filename="a.bin"\r\n\r\n'
        for _ in range(30):
            yield b"\0" * 50_000

    answer = client.post(
        "/api/imports", content=body(), headers={"content-type": "multipart/form-data; boundary=b"}
    )
    assert answer.status_code == 413 and answer.json()["error"]["code"] == "too-large"
    assert left_over(settings) == []


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/json", b"{}"),
        ("multipart/form-data", b"x"),
        ("multipart/form-data; boundary=b", b"nonsense"),
        ("multipart/form-data; boundary=b", b"--b--\r\n"),
        ("multipart/form-data; boundary=" + "b" * 300, b""),
        ("multipart/form-data; boundary=b", CUT),
    ],
)
def test_a_body_that_is_no_form_with_files_is_refused_by_name(
    client: TestClient, settings: ServerSettings, kind: str, body: bytes
) -> None:
    answer = client.post("/api/imports", content=body, headers={"content-type": kind})
    assert answer.status_code == 422 and answer.json()["error"]["code"] == "bad-upload"
    assert left_over(settings) == []


def test_an_oversized_request_is_refused_elsewhere_too(client: TestClient) -> None:
    answer = client.put(
        "/api/settings", content=b" " * 1_100_000, headers={"content-type": "application/json"}
    )
    assert answer.status_code == 413


@given(st.text(max_size=300), st.integers(0, 99999))
def test_whatever_a_browser_calls_a_file_its_place_is_inside_and_visible(name: str, number: int) -> None:
    path = safe_path(name, number)
    assert not path.is_absolute()
    assert all(part not in ("", ".", "..") and not part.startswith(".") for part in path.parts)
    assert len(path.parts) <= 12 and all(len(part) <= 110 for part in path.parts)


def test_files_of_one_name_do_not_clash() -> None:
    assert safe_path("a/1.dcm", 1) != safe_path("a/1.dcm", 2)
    assert safe_path("../../etc/passwd", 0) == Path("etc/00000-passwd")
