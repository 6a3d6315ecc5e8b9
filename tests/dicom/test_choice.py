"""Several series in one input: none are mixed, all are told, the best is taken and it is said why."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from angiosuite.dicom import inspect, read_ct
from angiosuite.kit.errors import RefusedInput

Change = Callable[[Any, int], Any]


def series(number: int, **values: Any) -> Change:
    def change(one: Any, index: int) -> Any:
        one.SeriesInstanceUID, one.SeriesNumber = f"1.2.3.{number}", number
        one.SOPInstanceUID = one.file_meta.MediaStorageSOPInstanceUID = f"1.2.3.{number}.{index}"
        for name, value in values.items():
            setattr(one, name, value)
        return one

    return change


def write(synthetic: ModuleType, root: Path, name: str, change: Change, **more: Any) -> None:
    more.setdefault("hu", synthetic.trunk())
    synthetic.write_ct(root / name, change=change, **more)


def test_a_study_is_told_series_by_series_and_the_best_is_taken(
    tmp_path: Path, synthetic: ModuleType
) -> None:
    """The fine soft arterial series goes before the lung kernel, the thick one and the half one."""
    fine = np.repeat(synthetic.trunk(), 2, axis=0)
    arterial = "Arterial phase"
    write(synthetic, tmp_path, "a", series(1, ImageType=["ORIGINAL", "PRIMARY", "LOCALIZER"]))
    write(synthetic, tmp_path, "b", series(2, ConvolutionKernel="B70f"), hu=fine, slice_mm=2.5)
    write(synthetic, tmp_path, "c", series(3, SeriesDescription=arterial), hu=fine, slice_mm=2.5)
    write(synthetic, tmp_path, "d", series(4, SeriesDescription=arterial))
    write(synthetic, tmp_path, "e", series(5, SeriesDescription=arterial), hu=fine[:20], slice_mm=2.5)
    write(synthetic, tmp_path, "f", series(6, SOPClassUID="1.2.840.10008.5.1.4.1.1.88.67", Modality="SR"))
    write(synthetic, tmp_path, "g", series(7, Modality="MR", SOPClassUID="1.2.840.10008.5.1.4.1.1.4"))
    told = inspect(tmp_path)
    assert [one.kind for one in told.series] == [
        "localizer", "CT", "CT", "CT", "CT", "dose report", "other modality",
    ]  # fmt: skip
    assert [one.usable for one in told.series] == [False, True, True, True, True, False, False]
    assert all(bool(one.why_not) != one.usable for one in told.series)
    assert told.chosen == "3"
    assert "Series 3 of 7" in told.why
    assert "arterial phase, soft kernel" in told.why
    volume = read_ct(tmp_path)
    assert volume.inspection == told
    assert np.array_equal(volume.hu, np.maximum(fine, -1024))
    asked = read_ct(tmp_path, series="4")
    assert asked.spacing_zyx_mm[0] == 5.0
    assert "was asked for" in asked.inspection.why
    for key, code in (("1", "localizer"), ("6", "not-ct"), ("99", "no-such-series")):
        with pytest.raises(RefusedInput) as caught:
            read_ct(tmp_path, series=key)
        assert caught.value.code == code


@pytest.mark.parametrize("uid", ["", "1.2.3.4"])
def test_empty_and_repeated_identifiers_are_parted_by_what_the_images_say(
    tmp_path: Path, synthetic: ModuleType, uid: str
) -> None:
    alike = {"SeriesInstanceUID": uid, "SeriesNumber": 1}
    write(synthetic, tmp_path, "a", series(1, **alike))
    write(synthetic, tmp_path, "b", series(1, **alike, ConvolutionKernel="LUNG"))
    coronal = [1, 0, 0, 0, 0, -1]

    def turned(one: Any, index: int) -> Any:
        one.ImageOrientationPatient, one.ImagePositionPatient = coronal, [-180.0, 5.0 * index - 60, 0.0]
        return series(1, **alike)(one, index)

    write(synthetic, tmp_path, "c", turned)
    told = inspect(tmp_path)
    assert [one.slices for one in told.series] == [24, 24, 24]
    assert told.chosen == "1"


def test_an_identifier_for_every_image_is_passed_over(tmp_path: Path, synthetic: ModuleType) -> None:
    def change(one: Any, index: int) -> Any:
        one.SeriesInstanceUID = f"1.2.3.{index}"
        return one

    assert len(read_ct(synthetic.write_ct(tmp_path / "ct", change=change)).hu) == synthetic.SLICES


@pytest.mark.parametrize("name", ["PatientID", "FrameOfReferenceUID", "StudyInstanceUID"])
def test_two_persons_or_examinations_are_never_stacked(
    tmp_path: Path, synthetic: ModuleType, name: str
) -> None:
    def change(one: Any, index: int) -> Any:
        one.SeriesInstanceUID = ""
        setattr(one, name, f"1.2.{index // 12}")
        return one

    folder = synthetic.write_ct(tmp_path / "ct", change=change)
    assert [one.slices for one in inspect(folder).series] == [12, 12]


@pytest.mark.parametrize("by", ["AcquisitionNumber", "InstanceNumber"])
def test_phases_in_one_series_are_parted(tmp_path: Path, synthetic: ModuleType, by: str) -> None:
    late = synthetic.trunk()
    late[late == 45] = 120
    for name, hu, number in (("a", synthetic.trunk(), 1), ("b", late, 2)):

        def change(one: Any, index: int, number: int = number) -> Any:
            one.AcquisitionNumber = 1
            setattr(one, by, number * 100 + (index if by == "InstanceNumber" else 0))
            return one

        write(synthetic, tmp_path, name, change, hu=hu)
    told = inspect(tmp_path)
    assert [one.slices for one in told.series] == [24, 24]
    assert "part 1 of 2" in told.series[0].notices[0]
    assert np.array_equal(read_ct(tmp_path, series="1").hu, np.maximum(synthetic.trunk(), -1024))
    assert np.array_equal(read_ct(tmp_path, series="2").hu, np.maximum(late, -1024))


def test_a_damaged_file_is_passed_over_and_its_slice_bridged(tmp_path: Path, synthetic: ModuleType) -> None:
    folder = synthetic.write_ct(tmp_path / "ct")
    path = folder / "quellwasser-0007.dcm"
    path.write_bytes(path.read_bytes()[:150] + b"\xff" * 400)
    volume = read_ct(folder)
    assert len(volume.hu) == synthetic.SLICES
    assert any("bridged" in notice for notice in volume.notices)
