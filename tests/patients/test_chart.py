"""The chart of a patient: older ones are read through numbered steps, newer ones are refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from angiosuite.kit.errors import RefusedInput
from angiosuite.kit.home import Home
from angiosuite.patients import PatientStore
from angiosuite.patients.chart import FORMAT, read_chart, write_chart

OF_0_1 = {
    "format": 1, "id": "ct-0123abcd", "kind": "imported", "title": "Own CT 1", "source": "dicom",
    "slices": 89, "matrix": [512, 512], "ct_spacing_zyx_mm": [2.5, 0.7, 0.7], "kvp": 120.0, "kernel": "B30f",
    "phase": "portal-venous", "contrast_given": True, "sex": "female", "age_band": "60-69",
    "notices": ["portal-venous phase: vessels and kidneys are opacified as in the CT"],
}  # fmt: skip
"""A chart as version 0.1.0 wrote it."""


def test_an_import_of_version_0_1_is_in_use_and_says_what_it_lacks(home: Path) -> None:
    store = PatientStore(Home(home).open())
    folder = store.home.patients / "ct-0123abcd"
    folder.mkdir()
    (folder / "patient.json").write_text(json.dumps(OF_0_1))
    chart = read_chart(folder)
    assert chart["format"] == FORMAT
    assert (chart["checked"], chart["findings"]) == (True, None)
    assert chart["notices"][0] == OF_0_1["notices"][0]
    assert "version 0.1" in chart["notices"][-1]
    record = store.get("ct-0123abcd")
    assert record.checked
    assert (record.phase, record.title) == ("portal-venous", "Own CT 1")
    assert json.loads((folder / "patient.json").read_text()) == OF_0_1, "reading changes nothing"


def test_a_built_in_patient_of_version_0_1_has_nothing_to_say(tmp_path: Path) -> None:
    (tmp_path / "patient.json").write_text('{"format": 1, "id": "a", "kind": "builtin", "title": "A"}')
    assert read_chart(tmp_path)["notices"] == []


@pytest.mark.parametrize("found", [0, FORMAT + 1, None, [1]])
def test_a_chart_of_another_format_is_refused_by_name(tmp_path: Path, found: object) -> None:
    (tmp_path / "patient.json").write_text(json.dumps({**OF_0_1, "format": found}))
    with pytest.raises(RefusedInput) as caught:
        read_chart(tmp_path)
    assert caught.value.code in ("patient-format", "patient-damaged")


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    facts = {"id": "a", "kind": "imported", "title": "Own CT 1", "checked": False, "import": "0" * 12}
    write_chart(tmp_path / "a", facts)
    assert read_chart(tmp_path / "a") == {**facts, "format": FORMAT}
