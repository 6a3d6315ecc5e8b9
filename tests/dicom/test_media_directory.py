"""The DICOMDIR beside exported objects."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

from pydicom.fileset import FileSet


def test_a_directory_names_every_object(exported: Path) -> None:
    listed = FileSet(exported / "dicom" / "DICOMDIR")
    names = {Path(instance.path).name for instance in listed}
    assert names == {path.name for path in (exported / "dicom").iterdir()} - {"DICOMDIR"}
    assert all(instance.load().SOPInstanceUID == instance.SOPInstanceUID for instance in listed)


def test_dciodvfy_and_dcmtk_read_the_directory(exported: Path, tool: Callable[[str, str], str]) -> None:
    path = str(exported / "dicom" / "DICOMDIR")
    shown = subprocess.run(
        [tool("dicom3tools", "dciodvfy"), "-new", path], capture_output=True, text=True, check=False
    )
    assert "Error" not in shown.stderr, shown.stderr
    assert subprocess.run([tool("dcmtk", "dcmdump"), path], capture_output=True, check=False).returncode == 0
