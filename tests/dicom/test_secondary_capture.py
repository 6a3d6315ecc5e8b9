"""Held images and single shots as Secondary Capture."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pydicom
import pytest

PICTURES = ("PIC00010", "PIC00030", "PIC00031")


@pytest.mark.parametrize("name", PICTURES)
def test_dciodvfy_and_dcmtk_take_a_picture(
    exported: Path, tool: Callable[[str, str], str], tmp_path: Path, name: str
) -> None:
    path = exported / "dicom" / name
    shown = subprocess.run(
        [tool("dicom3tools", "dciodvfy"), "-new", str(path)], capture_output=True, text=True, check=False
    )
    assert "SCImage" in shown.stderr and "Error" not in shown.stderr, shown.stderr
    drawn = subprocess.run(
        [tool("dcmtk", "dcmj2pnm"), "+Wi", "1", "+op", str(path), str(tmp_path / "picture.pgm")],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert drawn.returncode == 0, drawn.stderr
    assert np.frombuffer((tmp_path / "picture.pgm").read_bytes()[-64 * 64 :], np.uint8).std() > 20


def test_a_picture_keeps_its_twelve_bits_and_says_how_it_came_about(
    sample_session: Path, exported: Path
) -> None:
    held = pydicom.dcmread(exported / "dicom" / "PIC00010")
    assert np.array_equal(held.pixel_array, np.load(sample_session / "frames" / "000010.npy"))
    assert "Mean of the last 4" in held.DerivationDescription and held.ConversionType == "SYN"
    assert held.LossyImageCompression == "00" and list(held.ImageType) == ["DERIVED", "SECONDARY"]
    shot = pydicom.dcmread(exported / "dicom" / "PIC00031")
    assert shot.DerivationDescription.startswith("One exposure")
    assert held.IrradiationEventUID != shot.IrradiationEventUID
