"""`angiosuite dose` and `angiosuite export`: tables a person, a spreadsheet and a program read."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from pathlib import Path

import pytest
from typer.testing import CliRunner

from angiosuite.cli.application import app


def angiosuite(*arguments: str) -> tuple[int, str, str]:
    """Exit code, output and complaints of a command."""
    shown = CliRunner().invoke(app, list(arguments))
    return shown.exit_code, shown.stdout, shown.stderr


@pytest.fixture
def report(exported: Path) -> str:
    """A dose report."""
    return str(exported / "dicom" / "DOSE0001")


def test_a_table_has_a_row_for_each_event_and_the_totals(report: str) -> None:
    code, shown, _ = angiosuite("dose", report)
    lines = shown.splitlines()
    assert code == 0 and sum("Acquisition" in line or "Fluoroscopy" in line for line in lines) == 6
    assert lines[-1].startswith("Single Plane: 0.02578 Gy") and "finding" not in shown


def test_csv_and_json_have_every_column(report: str) -> None:
    rows = list(csv.DictReader(io.StringIO(angiosuite("dose", report, "--csv")[1])))
    read = json.loads(angiosuite("dose", report, "--json")[1])
    assert len(rows) == len(read["events"]) == 6 and set(rows[0]) == set(read["events"][0])
    assert sum(float(row["kerma_gy"]) for row in rows) == pytest.approx(read["totals"][0]["kerma_gy"])


def test_findings_of_a_hospital_s_report_are_printed(shared_data: Path) -> None:
    path = shared_data / "data" / "rdsr-xray" / "philips_allura_clarity_u104.dcm"
    code, shown, _ = angiosuite("dose", str(path))
    assert code == 0 and "finding: Plane A: kerma-area product does not add up" in shown


@pytest.mark.parametrize("name", ["RUN00001", "no-such-file"])
def test_what_is_no_report_ends_with_exit_code_3(exported: Path, name: str) -> None:
    code, _, complaint = angiosuite("dose", str(exported / "dicom" / name))
    assert code == 3 and "[no" in complaint


def test_a_session_leaves_as_zip_and_says_what_was_written(sample_session: Path, tmp_path: Path) -> None:
    target = tmp_path / "out.zip"
    home = str(tmp_path / "home")
    code, shown, _ = angiosuite("export", str(sample_session), "--to", str(target), "--json", "--home", home)
    assert code == 0 and json.loads(shown)["objects"] == 6 and zipfile.is_zipfile(target)
    assert angiosuite("export", str(sample_session), "--to", str(target), "--home", home)[0] == 3
