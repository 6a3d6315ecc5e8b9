"""Uploads: streamed to a scratch folder, bounded, cleaned up, and named safely."""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from angiosuite.kit.errors import RefusedInput
from angiosuite.kit.home import Home
from angiosuite.web.configuration import ServerSettings
from angiosuite.web.upload import safe_path

CUT = b'--b\r\nContent-Disposition: form-data; name="f"; filename="a"\r\n\r\ncut'


ZEROS = bytes(100_000_000)
BOMB = [(f"{number}.dcm", ZEROS) for number in range(6)]


def left_over(settings: ServerSettings) -> list[Path]:
    """Upload scratch that was not cleaned up."""
    return [path for path in Home(settings.home).tmp.iterdir() if path.name.startswith("upload")]


def ended(client: TestClient, import_id: str) -> dict[str, Any]:
    """The import once nothing works on it any more."""
    until = time.monotonic() + 120
    while time.monotonic() < until:
        state = client.get(f"/api/imports/{import_id}").json()
        if state["state"] != "working":
            return dict(state)
        time.sleep(0.05)
    raise AssertionError("the import does not end")


def sent(client: TestClient, *files: tuple[str, bytes]) -> dict[str, Any]:
    """Files of one upload, and what became of them."""
    answer = client.post("/api/imports", files=[("files", one) for one in files])
    assert answer.status_code == 202, answer.text
    return ended(client, answer.json()["id"])


def test_a_file_that_is_no_ct_is_refused_with_a_reason_and_leaves_nothing(
    client: TestClient, settings: ServerSettings
) -> None:
    state = sent(client, ("notes.txt", b"no CT at all"))
    assert state["state"] == "refused" and state["patient"] is None and not state["can_rebuild"]
    assert state["error"]["code"] not in ("internal", "job-process-gone") and state["error"]["way_out"]
    assert left_over(settings) == []
    assert client.delete(f"/api/imports/{state['id']}").status_code == 200
    assert client.get(f"/api/imports/{state['id']}").status_code == 404


def zipped(*members: tuple[str | zipfile.ZipInfo, bytes]) -> bytes:
    """A zip archive in memory."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return made.getvalue()


def symlink() -> zipfile.ZipInfo:
    """A member that is a symbolic link."""
    info = zipfile.ZipInfo("link")
    info.create_system, info.external_attr = 3, 0o120777 << 16
    return info


@pytest.mark.parametrize(("archive", "code"), [
    pytest.param(lambda: zipped(*BOMB), "zip-bomb", marks=pytest.mark.ci),
    (lambda: zipped(("../../outside.dcm", b"x")), "zip-path"),
    (lambda: zipped((symlink(), b"/etc/passwd")), "not-a-regular-file"),
    pytest.param(lambda: zipped(("a.dcm", b"x"))[:-10], "zip-damaged", marks=pytest.mark.ci),
])  # fmt: skip
def test_an_archive_that_is_not_what_it_seems_is_refused_by_name(
    client: TestClient, settings: ServerSettings, archive: Callable[[], bytes], code: str
) -> None:
    state = sent(client, ("ct.zip", archive()))
    assert (state["state"], state["error"]["code"]) == ("refused", code)
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


@pytest.mark.parametrize(("name", "code"), [
    ("../../etc/passwd", "upload-path"), ("ct/../../x", "upload-path"), ("/etc/passwd", "upload-path"),
    ("/".join("a" * 13), "upload-too-deep"),
])  # fmt: skip
def test_a_file_name_that_leads_out_of_the_upload_or_too_deep_is_refused_by_name(
    client: TestClient, settings: ServerSettings, name: str, code: str
) -> None:
    body = f'--b\r\nContent-Disposition: form-data; name="f"; filename="{name}"\r\n\r\nx\r\n--b--\r\n'
    answer = client.post(
        "/api/imports", content=body.encode(), headers={"content-type": "multipart/form-data; boundary=b"}
    )
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, code)
    assert left_over(settings) == []


def test_too_many_files_are_refused_by_name(
    client: TestClient, settings: ServerSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("angiosuite.web.upload.LARGEST_COUNT", 3)
    answer = client.post("/api/imports", files=[("files", (f"{i}.dcm", b"x")) for i in range(4)])
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "upload-too-many-files")
    assert left_over(settings) == []


def test_an_oversized_request_is_refused_elsewhere_too(client: TestClient) -> None:
    answer = client.put(
        "/api/settings", content=b" " * 1_100_000, headers={"content-type": "application/json"}
    )
    assert answer.status_code == 413


@given(st.text(max_size=300))
def test_whatever_a_browser_calls_a_file_its_place_is_inside_and_visible(name: str) -> None:
    try:
        path = safe_path(name)
    except RefusedInput:
        return
    assert not path.is_absolute()
    assert all(part not in ("", ".", "..") and not part.startswith(".") for part in path.parts)
    assert len(path.parts) <= 12 and all(len(part) <= 110 for part in path.parts)


def test_the_names_of_a_dicom_medium_stay_as_its_directory_has_them() -> None:
    assert safe_path("CD/DICOM/ST000001/IM_0001") == Path("CD/DICOM/ST000001/IM_0001")


@pytest.mark.parametrize("name", [r"C:\Windows\x", r"..\x", "a\0b", r"\\server\x"])
def test_a_name_of_another_system_leads_out_no_more_than_ours(name: str) -> None:
    with pytest.raises(RefusedInput, match="leads out"):
        safe_path(name)


def test_files_of_one_name_do_not_clash(tmp_path: Path) -> None:
    from angiosuite.web.upload import Upload

    names = ["a/1.dcm", "A/1.DCM", "a/1.dcm", "a", "a/1.dcm/b", "b", "b/c"]
    body = "".join(
        f'--b\r\nContent-Disposition: form-data; name="f"; filename="{name}"\r\n\r\n{number}\r\n'
        for number, name in enumerate(names)
    )
    upload = Upload(tmp_path, b"b")
    upload.write(body.encode() + b"--b--\r\n")
    assert [path.read_text() for path in upload.finish()] == [str(n) for n in range(len(names))]
    assert all(tmp_path in path.parents for path in upload.files)
