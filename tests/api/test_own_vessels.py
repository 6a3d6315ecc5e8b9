"""An imported patient's own vessels over HTTP: extracted in a job, read, corrected, refused with a reason."""

from __future__ import annotations

import importlib.util
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from starlette.testclient import TestClient

from angiosuite.kit.home import Home
from angiosuite.patients import ct_vessels
from angiosuite.patients.chart import write_chart
from angiosuite.web.configuration import ServerSettings

ROOT = [[40.0, 45.0, 5.0], [40.0, 45.0, 135.0]]
TRUNK = [[40.0, 40.0, 80.0], [40.0, 10.0, 70.0]]


def _chart(name: str) -> dict[str, Any]:
    return {"id": name, "kind": "imported", "title": f"Own {name}", "checked": True, "notices": []}


@pytest.fixture(scope="module")
def patient(settings: ServerSettings) -> str:
    """An imported patient whose CT showed an aorta with one trunk."""
    path = Path(__file__).parent.parent / "anatomy" / "vessels" / "extraction" / "conftest.py"
    spec = importlib.util.spec_from_file_location("phantoms", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    folder = Home(settings.home).open().patients / "ct-00000001"
    write_chart(folder, _chart(folder.name))
    ct_vessels.keep_lumen(folder, module.make_phantom([(ROOT, 9.0, 350.0), (TRUNK, 3.5, 350.0)]))
    return folder.name


def extracted(client: TestClient, patient: str) -> dict[str, Any]:
    """The vessels once they are there."""
    path = f"/api/patients/{patient}/own-vessels"
    assert client.post(f"{path}/extract").status_code == 202
    until = time.monotonic() + 240
    while time.monotonic() < until:
        state = dict(client.get(path).json())
        if state["state"] != "working":
            return state
        time.sleep(0.2)
    raise AssertionError("the extraction does not end")


def test_vessels_are_extracted_then_corrected_and_the_correction_stays(
    client: TestClient, patient: str
) -> None:
    path = f"/api/patients/{patient}/own-vessels"
    assert client.get(path).json()["state"] == "not-yet"
    state = extracted(client, patient)
    assert state["state"] == "ready" and state["error"] is None
    trunk = next(one for one in state["vessels"] if one["parent"] is not None)
    assert trunk["origin"] == "extracted" and trunk["length_mm"] > 20.0
    wish = {"kind": "rename", "at_mm": trunk["points"][-3], "name": "superior-mesenteric-artery"}
    answer = client.put(f"{path}/corrections", json={"corrections": [wish]})
    assert answer.status_code == 200, answer.text
    for told in (answer.json(), client.get(path).json()):
        named = next(one for one in told["vessels"] if one["id"] == "superior-mesenteric-artery")
        assert named["origin"] == "corrected" and told["corrections"][0]["kind"] == "rename"
    assert client.put(f"{path}/corrections", json={"corrections": []}).json()["corrections"] == []


def test_a_slice_holds_ct_numbers_and_blood(client: TestClient, patient: str) -> None:
    path = f"/api/patients/{patient}/own-vessels/slices"
    raw = client.get(f"{path}/80").content
    assert len(raw) == 80 * 80 * 3
    hu = np.frombuffer(raw[: 80 * 80 * 2], "<i2").reshape(80, 80)
    blood = np.frombuffer(raw[80 * 80 * 2 :], np.uint8).reshape(80, 80)
    assert hu[45, 40] == pytest.approx(350, abs=2) and blood[45, 40] == 1 and blood[5, 5] == 0
    assert client.get(f"{path}/4000").status_code == 404


def test_a_native_ct_says_so_and_a_built_in_patient_is_refused(
    client: TestClient, settings: ServerSettings
) -> None:
    folder = Home(settings.home).open().patients / "ct-00000002"
    write_chart(folder, _chart(folder.name))
    ct_vessels.keep_lumen(folder, None)
    state = client.get(f"/api/patients/{folder.name}/own-vessels").json()
    assert state["state"] == "not-enhanced" and "no enhanced arteries" in state["notices"][0]
    built_in = client.get("/api/patients").json()["patients"][0]["id"]
    refused = client.get(f"/api/patients/{built_in}/own-vessels")
    assert refused.status_code == 422 and refused.json()["error"]["code"] == "patient-builtin"


def test_what_is_no_correction_is_refused(client: TestClient, patient: str) -> None:
    path = f"/api/patients/{patient}/own-vessels/corrections"
    for wrong in (
        {"kind": "wish", "at_mm": [0.0, 0.0, 0.0]},
        {"kind": "cut", "at_mm": [0.0, 0.0]},
        {"kind": "cut", "at_mm": [0.0, 0.0, 1e9]},
    ):
        assert client.put(path, json={"corrections": [wrong]}).status_code == 422
