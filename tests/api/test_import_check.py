"""An import is looked at before it is used: found, turned, accepted or discarded over HTTP."""

from __future__ import annotations

import importlib.util
import io
import json
import threading
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest
import simplejpeg
from starlette.testclient import TestClient

from angiosuite.kit.home import Home
from angiosuite.web.app import create_app
from angiosuite.web.arrivals import Arrival
from angiosuite.web.configuration import ServerSettings

from .conftest import BASE, TOKEN


def at_rest(client: TestClient, import_id: str) -> dict[str, Any]:
    """The import once nothing works on it any more."""
    until = time.monotonic() + 240
    while time.monotonic() < until:
        state = client.get(f"/api/imports/{import_id}").json()
        if state["state"] != "working":
            return dict(state)
        assert state["remaining_s"] is None or state["remaining_s"] >= 0
        time.sleep(0.05)
    raise AssertionError("the import does not end")


def test_work_that_ends_while_its_state_is_told_is_told_as_work(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Never as done without the patient, who was not there yet when it was looked for."""
    job = SimpleNamespace(ended=threading.Event())
    arrival = Arrival("a", job=job, patient_id="p")  # type: ignore[arg-type]
    arrivals = client.app.state.services.arrivals  # type: ignore[attr-defined]
    monkeypatch.setattr(arrivals, "record", lambda one: job.ended.set())
    assert arrivals.seen(arrival) == ("working", None)
    assert arrivals.state(arrival) == "discarded"


def uploads(settings: ServerSettings) -> list[Path]:
    """Uploaded files that are kept."""
    return list(Home(settings.home).tmp.glob("upload-*"))


def sent(client: TestClient, ct: Path) -> dict[str, Any]:
    """A CT, and what was found in it."""
    answer = client.post("/api/imports", files={"files": ("of-a-person.nii.gz", ct.read_bytes())})
    assert answer.status_code == 202, answer.text
    return at_rest(client, answer.json()["id"])


def synthetic_ct() -> ModuleType:
    """Module that writes small CTs: see `tests/dicom/synthetic_ct.py`."""
    place = Path(__file__).parents[1] / "dicom" / "synthetic_ct.py"
    spec = importlib.util.spec_from_file_location("synthetic_ct", place)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def lopsided_ct(small_ct: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small trunk with gas on one side at the head end: no two of its sides look alike."""
    import nibabel

    image = nibabel.load(small_ct)
    hu = np.asarray(image.dataobj, np.int16)
    hu[40:46, 16:22, 40:50] = -800
    path = tmp_path_factory.mktemp("lopsided") / "ct.nii.gz"
    nibabel.save(nibabel.Nifti1Image(hu, image.affine), path)
    return path


@pytest.fixture
def to_check(client: TestClient, lopsided_ct: Path) -> Iterator[dict[str, Any]]:
    """An import that waits for a person; gone afterwards."""
    state = sent(client, lopsided_ct)
    assert state["state"] == "to-check", state
    yield state
    for record in client.get("/api/patients").json()["patients"]:
        if record["kind"] == "imported":
            client.delete(f"/api/patients/{record['id']}")
    client.delete(f"/api/imports/{state['id']}")


def slices(client: TestClient, state: dict[str, Any]) -> np.ndarray:
    """The small volume of the check page."""
    data = client.get(f"/api/imports/{state['id']}/volume").content
    return np.frombuffer(data, "<i2").reshape(state["preview"]["shape"])


def error_of(answer: Any) -> tuple[int, str]:
    """Status and code of a refusal."""
    return answer.status_code, answer.json()["error"]["code"]


def test_what_was_found_is_shown_and_nothing_is_used_until_a_person_accepts(
    client: TestClient, settings: ServerSettings, to_check: dict[str, Any]
) -> None:
    patient = to_check["patient"]
    assert (patient["checked"], patient["kind"], patient["ready"]) == (False, "imported", True)
    assert patient["scan"]["slices"] == 60 and patient["findings"]["phase"]
    assert to_check["series"] and to_check["chosen"] and to_check["why"] and to_check["can_rebuild"]
    assert len(uploads(settings)) == 1

    hu = slices(client, to_check)
    assert hu.dtype == np.int16 and hu.min() < -900 and hu.max() > 200
    middle = hu[tuple(count // 2 for count in hu.shape)]
    assert -120 < middle < 120
    picture = client.get(f"/api/imports/{to_check['id']}/first.jpg").content
    shown = simplejpeg.decode_jpeg(picture, colorspace="GRAY")
    assert shown.shape[:2] == (512, 512) and shown.std() > 8

    refused = client.post("/api/sessions", json={"patient_id": patient["id"], "seed": 1})
    assert error_of(refused) == (409, "patient-not-checked")
    accepted = client.post(f"/api/imports/{to_check['id']}/accept").json()
    assert accepted["state"] == "accepted" and accepted["patient"]["checked"]
    assert uploads(settings) == []
    assert client.post(f"/api/imports/{to_check['id']}/accept").json()["state"] == "accepted"


@pytest.mark.ci
def test_a_corrected_orientation_makes_the_patient_again_and_leaves_one(
    client: TestClient, to_check: dict[str, Any]
) -> None:
    before = slices(client, to_check)
    turn = {"axes": [0, 1, 2], "flips": [False, False, True]}
    assert client.post(f"/api/imports/{to_check['id']}/turn", json=turn).status_code == 202
    turned = at_rest(client, to_check["id"])
    assert turned["state"] == "to-check" and turned["turned"] == turn and turned["error"] is None
    assert turned["patient"]["title"] == to_check["patient"]["title"]
    assert turned["patient"]["id"] != to_check["patient"]["id"]
    imported = [p["id"] for p in client.get("/api/patients").json()["patients"] if p["kind"] == "imported"]
    assert imported == [turned["patient"]["id"]]
    after = slices(client, turned)
    assert after.shape == before.shape
    assert np.mean(np.abs(after[:, :, ::-1].astype(int) - before) < 60) > 0.95
    client.post(f"/api/imports/{to_check['id']}/turn", json=turn)
    back = at_rest(client, to_check["id"])
    assert back["patient"]["id"] == to_check["patient"]["id"]
    assert back["turned"]["flips"] == [False, False, False]


@pytest.mark.ci
def test_a_discarded_patient_can_be_brought_back_and_is_still_to_be_checked(
    client: TestClient, settings: ServerSettings, to_check: dict[str, Any]
) -> None:
    gone = client.delete(f"/api/imports/{to_check['id']}").json()
    assert gone["state"] == "discarded" and uploads(settings) == []
    assert error_of(client.post(f"/api/imports/{to_check['id']}/accept")) == (409, "import-without-patient")
    client.post(f"/api/patients/{to_check['patient']['id']}/restore")
    back = client.get(f"/api/imports/{to_check['id']}").json()
    assert back["state"] == "to-check" and not back["can_rebuild"]
    turn = {"axes": [0, 1, 2], "flips": [True, False, False]}
    refused = client.post(f"/api/imports/{to_check['id']}/turn", json=turn)
    assert error_of(refused) == (409, "import-files-gone")


@pytest.mark.ci
def test_an_unchecked_patient_is_found_by_the_next_server_without_its_files(
    client: TestClient, settings: ServerSettings, to_check: dict[str, Any]
) -> None:
    app = create_app(settings)
    with TestClient(app, base_url=BASE, headers={"X-Angiosuite-Token": TOKEN}) as later:
        assert uploads(settings) == [], "a server that starts leaves no files of one that is gone"
        (found,) = later.get("/api/imports").json()
        assert found["id"] == to_check["id"] and found["state"] == "to-check" and not found["can_rebuild"]
        assert found["patient"]["id"] == to_check["patient"]["id"] and found["why"]
        assert later.post(f"/api/imports/{found['id']}/accept").json()["state"] == "accepted"


def test_another_series_of_the_same_files_takes_the_place_of_the_first(
    client: TestClient, tmp_path: Path
) -> None:
    synthetic = synthetic_ct()
    small = synthetic.trunk(slices=14, rows=40, columns=52)

    def second(one: Any, index: int) -> Any:
        one.SeriesInstanceUID, one.SeriesNumber = one.SeriesInstanceUID + ".2", 9
        one.SOPInstanceUID = one.file_meta.MediaStorageSOPInstanceUID = f"{one.SeriesInstanceUID}.{index}"
        one.SeriesDescription = "Arterial"
        return one

    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, hu, change in (("a", small, None), ("b", np.roll(small, 2, axis=2)[2:], second)):
            for path in synthetic.write_ct(tmp_path / name, hu, change).iterdir():
                archive.write(path, f"{name}/{path.name}")
    answer = client.post("/api/imports", files={"files": ("two.zip", packed.getvalue())})
    state = at_rest(client, answer.json()["id"])
    assert state["state"] == "to-check", state
    assert [one["usable"] for one in state["series"]] == [True, True]
    taken = next(one for one in state["series"] if one["key"] == state["chosen"])
    other = next(one for one in state["series"] if one["key"] != state["chosen"])
    assert state["patient"]["scan"]["slices"] == taken["slices"] and state["why"]
    refused = client.post(f"/api/imports/{state['id']}/series", json={"key": "77"})
    assert error_of(refused) == (422, "series-not-usable")
    client.post(f"/api/imports/{state['id']}/series", json={"key": other["key"]})
    changed = at_rest(client, state["id"])
    assert changed["state"] == "to-check" and changed["error"] is None
    assert changed["chosen"] == other["key"]
    assert changed["patient"]["scan"]["slices"] == other["slices"] != taken["slices"]
    imported = [p["id"] for p in client.get("/api/patients").json()["patients"] if p["kind"] == "imported"]
    assert imported == [changed["patient"]["id"]]
    client.delete(f"/api/imports/{state['id']}")


@pytest.mark.ci
def test_the_files_go_when_nobody_decides(
    client: TestClient, settings: ServerSettings, small_ct: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("angiosuite.web.arrivals.KEPT_S", 0.2)
    state = sent(client, small_ct)
    time.sleep(0.6)
    assert uploads(settings) == []
    assert client.get(f"/api/imports/{state['id']}").json()["state"] == "to-check"
    client.delete(f"/api/imports/{state['id']}")


@pytest.mark.ci
def test_a_stopped_import_leaves_nothing(
    client: TestClient, settings: ServerSettings, small_ct: Path
) -> None:
    answer = client.post("/api/imports", files={"files": ("ct.nii.gz", small_ct.read_bytes())}).json()
    busy = client.post("/api/imports", files={"files": ("ct.nii.gz", small_ct.read_bytes())})
    assert error_of(busy) == (409, "import-busy")
    assert client.delete(f"/api/imports/{answer['id']}").status_code == 200
    state = at_rest(client, answer["id"])
    assert state["state"] == "stopped" and state["patient"] is None
    assert uploads(settings) == []
    assert all(one["kind"] == "builtin" for one in client.get("/api/patients").json()["patients"])


@pytest.mark.parametrize("body", [
    {"axes": [0, 0, 2], "flips": [False] * 3}, {"axes": [0, 1], "flips": [False] * 3},
    {"axes": [0, 1, 3], "flips": [False] * 3}, {"axes": [0, 1, 2], "flips": [0, 0, 0]}, {},
])  # fmt: skip
def test_a_turn_that_is_none_is_refused_by_name(client: TestClient, body: dict[str, Any]) -> None:
    answer = client.post("/api/imports/0123456789ab/turn", json=body)
    assert answer.status_code in (400, 404, 422) and answer.json()["error"]["code"], json.dumps(body)
