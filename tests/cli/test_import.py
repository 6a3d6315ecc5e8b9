"""`angiosuite import` says what it found, lists series, and leaves a patient to be looked at when asked."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from angiosuite.cli.application import app
from angiosuite.kit.home import Home
from angiosuite.patients import PatientStore


def angiosuite(*arguments: str) -> Result:
    """Run a command in this process."""
    return CliRunner().invoke(app, arguments)


def test_an_import_prints_what_was_found_and_the_patient(home: Path, small_ct: Path) -> None:
    done = angiosuite("import", str(small_ct))
    assert done.exit_code == 0, done.output
    assert "60 slices of 48 x 64, spacing 5.00 x 5.50 x 5.50 mm" in done.output
    assert re.search(r"^contrast phase: .+ \(.+\)$", done.output, re.MULTILINE)
    assert re.search(r"^table: ", done.output, re.MULTILINE)
    patient = re.search(r"^patient (ct-[0-9a-f]{8})$", done.output, re.MULTILINE)
    assert patient is not None
    assert PatientStore(Home(home).open()).get(patient[1]).checked
    again = angiosuite("import", str(small_ct), "--turn", "flip-left-right", "--turn", "flip-left-right")
    assert again.output.splitlines()[-1] == patient[0], "two mirrors are none"


def test_series_are_listed_without_importing_anything(home: Path, small_ct: Path) -> None:
    done = angiosuite("import", "--list", str(small_ct))
    assert done.exit_code == 0, done.output
    assert "taken" in done.output and "60" in done.output
    assert [one for one in PatientStore(Home(home).open()).list() if one.kind == "imported"] == []


def test_an_unknown_correction_is_wrong_use_and_names_the_nearest(home: Path, small_ct: Path) -> None:
    done = angiosuite("import", str(small_ct), "--turn", "flip-left-rigth")
    assert done.exit_code == 2
    assert "flip-left-right" in done.stderr


@pytest.mark.ci
def test_a_patient_can_be_left_to_be_looked_at(home: Path, small_ct: Path) -> None:
    done = angiosuite("import", "--check", str(small_ct))
    assert done.exit_code == 0, done.output
    address = re.search(r"#/imports/([0-9a-f]{12})", done.output)
    assert address is not None
    (record,) = [one for one in PatientStore(Home(home).open()).list() if one.kind == "imported"]
    assert (record.checked, record.import_id) == (False, address[1])
