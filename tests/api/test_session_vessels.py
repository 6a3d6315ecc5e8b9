"""Vessels and slices of a session's patient over HTTP."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
import simplejpeg
from starlette.testclient import TestClient

from angiosuite.kit.home import Home
from angiosuite.patients.store import PatientStore
from angiosuite.suite.folder import SessionFacts, SessionFolder
from angiosuite.web.configuration import ServerSettings


@pytest.fixture(scope="module")
def session(client: TestClient, settings: ServerSettings, small_ct: Path) -> str:
    """Address of a session of a small native CT."""
    home = Home(settings.home).open()
    record = PatientStore(home).import_path(small_ct)
    folder = SessionFolder(home.sessions / "slices")
    stamp = datetime.now(UTC).isoformat(timespec="seconds")
    folder.make(
        SessionFacts(
            id="slices",
            patient_id=record.id,
            patient_title=record.title,
            patient_hash=record.content_hash or "",
            equipment_id="ceiling-single-plane",
            seed=1,
            created=stamp,
            version="0",
            owner="",
        )
    )
    return "/api/sessions/slices"


def test_a_native_ct_tells_of_its_vessels_or_why_there_are_none(client: TestClient, session: str) -> None:
    told = client.get(f"{session}/vessels").json()
    assert told["notices"] and len(told["reference_mm"]) == 3
    for vessel in told["vessels"]:
        assert len(vessel["points"]) == len(vessel["radius"]) >= 2


def test_a_slice_is_a_picture_of_the_patient(client: TestClient, session: str) -> None:
    told = client.get(f"{session}/slices").json()
    ct = told["modalities"][0]
    axial = ct["planes"]["axial"]
    middle = axial["count"] // 2
    answer = client.get(f"{session}/slices/ct/axial/{middle}.jpg?phase=native&window=soft-tissue")
    assert answer.status_code == 200 and answer.headers["content-type"] == "image/jpeg"
    picture = simplejpeg.decode_jpeg(answer.content, "GRAY")[:, :, 0]
    assert picture.shape == (axial["rows"], axial["columns"])
    assert np.ptp(picture) > 100  # air beside tissue


@pytest.mark.parametrize(
    "asked",
    [
        "ct/axial/4999.jpg",
        "ct/oblique/1.jpg",
        "pet/axial/1.jpg",
        "ct/axial/1.jpg?phase=late",
        "mr/axial/1.jpg",
    ],
)
def test_what_is_no_slice_is_not_found(client: TestClient, session: str, asked: str) -> None:
    answer = client.get(f"{session}/slices/{asked}")
    assert answer.status_code == 404 and answer.json()["error"]["code"]


def test_another_ones_session_is_not_found(client: TestClient) -> None:
    for what in ("vessels", "slices", "slices/ct/axial/1.jpg"):
        assert client.get(f"/api/sessions/nobodys/{what}").status_code == 404
