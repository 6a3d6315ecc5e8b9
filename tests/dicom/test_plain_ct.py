"""A plain CT comes in as HU on the patient's axes, whichever way it was stored."""

from __future__ import annotations

import gzip
import random
import shutil
import zipfile
from pathlib import Path
from types import ModuleType

import nibabel
import numpy as np
import pytest

from angiosuite.dicom import read_ct
from angiosuite.kit.errors import Cancelled


def truth(synthetic: ModuleType) -> np.ndarray:
    return np.maximum(synthetic.trunk(), -1024)


def zipped(folder: Path) -> Path:
    with zipfile.ZipFile(folder.with_suffix(".zip"), "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.iterdir()):
            archive.write(path, f"export/series/{path.name}")
    return folder.with_suffix(".zip")


def test_a_folder_gives_the_voxels_and_geometry_that_were_written(
    tmp_path: Path, synthetic: ModuleType
) -> None:
    volume = read_ct(synthetic.write_ct(tmp_path / "ct"))
    assert volume.hu.dtype == np.int16
    assert np.array_equal(volume.hu, truth(synthetic))
    assert volume.origin_mm == (-180.0, -150.0, -400.0)
    assert volume.spacing_zyx_mm == (5.0, 4.0, 4.0)
    assert (volume.facts.kvp, volume.facts.kernel, volume.facts.phase) == (120.0, "B30F", "portal-venous")
    assert (volume.facts.sex, volume.facts.age_band) == ("female", "60-69")


def test_a_zip_of_the_folder_gives_the_same(tmp_path: Path, synthetic: ModuleType) -> None:
    archive = zipped(synthetic.write_ct(tmp_path / "ct"))
    assert np.array_equal(read_ct(archive).hu, truth(synthetic))


def test_a_folder_that_holds_only_the_zip_gives_the_same(tmp_path: Path, synthetic: ModuleType) -> None:
    archive = zipped(synthetic.write_ct(tmp_path / "ct"))
    (tmp_path / "dropped").mkdir()
    shutil.move(archive, tmp_path / "dropped" / "00000-upload.zip")
    assert np.array_equal(read_ct(tmp_path / "dropped").hu, truth(synthetic))


def test_the_order_of_the_files_does_not_matter(tmp_path: Path, synthetic: ModuleType) -> None:
    order = np.array(random.Random(3).sample(range(synthetic.SLICES), synthetic.SLICES))
    volume = read_ct(synthetic.write_ct(tmp_path / "ct", order=order))
    assert np.array_equal(volume.hu, truth(synthetic))


@pytest.mark.parametrize("syntax", ["1.2.840.10008.1.2", "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.2"])
def test_every_uncompressed_syntax_gives_the_same(tmp_path: Path, synthetic: ModuleType, syntax: str) -> None:
    def change(one, index):
        one.file_meta.TransferSyntaxUID = syntax
        return one

    assert np.array_equal(read_ct(synthetic.write_ct(tmp_path / "ct", change=change)).hu, truth(synthetic))


def test_signed_pixels_and_padding_become_hu_and_air(tmp_path: Path, synthetic: ModuleType) -> None:
    def change(one, index):
        stored = np.maximum(synthetic.trunk()[index], -1000).astype("<i2")
        stored[:4] = -2000
        one.BitsStored, one.HighBit, one.PixelRepresentation = 16, 15, 1
        one.RescaleIntercept, one.PixelPaddingValue = 0, -2000
        one.PixelData = stored.tobytes()
        return one

    volume = read_ct(synthetic.write_ct(tmp_path / "ct", change=change))
    assert np.array_equal(volume.hu[:, 4:], truth(synthetic)[:, 4:])
    assert np.all(volume.hu[:, :4] == -1024)


def test_a_prone_patient_is_turned_to_lie_as_all_do(tmp_path: Path, synthetic: ModuleType) -> None:
    """Rows run to the right and columns to the front: the array is flipped, the origin another corner."""

    def change(one, index):
        one.ImageOrientationPatient = [-1, 0, 0, 0, -1, 0]
        one.ImagePositionPatient = [200.0, 134.0, -400.0 + 5.0 * index]
        return one

    volume = read_ct(synthetic.write_ct(tmp_path / "ct", change=change))
    assert np.array_equal(volume.hu, truth(synthetic)[:, ::-1, ::-1])
    assert volume.origin_mm == (-180.0, -150.0, -400.0)


def test_coronal_slices_become_the_same_volume(tmp_path: Path, synthetic: ModuleType) -> None:
    hu = synthetic.trunk(slices=60)

    def change(one, index):
        one.PixelSpacing = [5.0, 4.0]
        one.ImageOrientationPatient = [1, 0, 0, 0, 0, -1]
        one.ImagePositionPatient = [-180.0, -150.0 + 4.0 * index, -400.0 + 5.0 * 59]
        return one

    written = np.ascontiguousarray(hu[::-1].transpose(1, 0, 2))
    volume = read_ct(synthetic.write_ct(tmp_path / "ct", written, change))
    assert np.array_equal(volume.hu, np.maximum(hu, -1024))
    assert volume.origin_mm == (-180.0, -150.0, -400.0)
    assert volume.spacing_zyx_mm == (5.0, 4.0, 4.0)


def test_viewer_files_beside_the_slices_are_passed_over(tmp_path: Path, synthetic: ModuleType) -> None:
    folder = synthetic.write_ct(tmp_path / "ct")
    (folder / "README.TXT").write_text("Quellwasser's CD")
    (folder / ".DS_Store").write_bytes(b"\0" * 10)
    (folder / "__MACOSX").mkdir()
    (folder / "__MACOSX" / "._a.dcm").write_bytes(b"x")
    assert np.array_equal(read_ct(folder).hu, truth(synthetic))


@pytest.mark.parametrize("codes", ["RAS", "LPS", "LAS", "ASR", "PIR"])
@pytest.mark.parametrize("dtype", [np.int16, np.int32, np.float32])
def test_a_nifti_of_any_orientation_gives_the_same_as_dicom(
    tmp_path: Path, synthetic: ModuleType, codes: str, dtype: type
) -> None:
    expected = read_ct(synthetic.write_ct(tmp_path / "ct"))
    lps_to_ras = np.diag([-1.0, -1.0, 1.0, 1.0])
    affine = np.diag([4.0, 4.0, 5.0, 1.0])
    affine[:3, 3] = expected.origin_mm
    image = nibabel.Nifti1Image(expected.hu.transpose(2, 1, 0).astype(dtype), lps_to_ras @ affine)
    turn = nibabel.orientations.ornt_transform(
        nibabel.io_orientation(image.affine), nibabel.orientations.axcodes2ornt(codes)
    )
    path = tmp_path / "any-name.bin.gz"
    path.write_bytes(gzip.compress(image.as_reoriented(turn).to_bytes()))
    volume = read_ct(path)
    assert np.array_equal(volume.hu, expected.hu)
    assert volume.origin_mm == pytest.approx(expected.origin_mm)
    assert volume.spacing_zyx_mm == pytest.approx(expected.spacing_zyx_mm)


def test_a_scaled_nifti_gives_its_scaled_values(tmp_path: Path, synthetic: ModuleType) -> None:
    image = nibabel.Nifti1Image(synthetic.trunk().transpose(2, 1, 0), np.diag([-4.0, -4.0, 5.0, 1.0]))
    raw = bytearray(image.to_bytes())
    raw[112:120] = np.array([0.5, -100.0], "<f4").tobytes()  # scl_slope, scl_inter
    (tmp_path / "a.nii").write_bytes(raw)
    assert np.array_equal(read_ct(tmp_path / "a.nii").hu, np.rint(synthetic.trunk() * 0.5 - 100.0))


def test_a_huge_ct_is_averaged_while_it_is_read(
    tmp_path: Path, synthetic: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two by two pixels become one, and the centre of the first lies between the four."""
    monkeypatch.setattr("angiosuite.dicom.reading.READ_VOXELS", 24 * 36 * 48)
    volume = read_ct(synthetic.write_ct(tmp_path / "ct"))
    assert volume.hu.shape == (24, 36, 48)
    assert volume.spacing_zyx_mm == (5.0, 8.0, 8.0)
    assert volume.origin_mm == (-178.0, -148.0, -400.0)
    blocks = truth(synthetic).reshape(24, 36, 2, 48, 2).mean(axis=(2, 4))
    assert np.abs(volume.hu - blocks).max() <= 0.5
    assert "averaged 2 x 2" in volume.notices[0]


def test_progress_rises_and_cancelling_stops(tmp_path: Path, synthetic: ModuleType) -> None:
    folder = synthetic.write_ct(tmp_path / "ct")
    seen: list[tuple[str, float]] = []
    read_ct(folder, lambda step, fraction: seen.append((step, fraction)))
    assert list(dict.fromkeys(step for step, _ in seen)) == ["look", "read", "check"]
    for name in ("look", "read"):
        fractions = [fraction for step, fraction in seen if step == name]
        assert fractions == sorted(fractions)
        assert fractions[-1] == 1.0
    for stop_at in (1, 10, 40, 49):
        calls = iter(range(10_000))
        with pytest.raises(Cancelled):
            read_ct(folder, cancelled=lambda calls=calls, stop_at=stop_at: next(calls) >= stop_at)


def test_a_head_by_its_header_is_read_and_called_one(tmp_path: Path, synthetic: ModuleType) -> None:
    def change(one, index):
        one.BodyPartExamined = "HEAD"
        return one

    assert not read_ct(synthetic.write_ct(tmp_path / "trunk")).facts.is_head
    assert read_ct(synthetic.write_ct(tmp_path / "head", change=change)).facts.is_head


@pytest.mark.parametrize(
    ("path", "shape", "spacing", "corner"),
    [
        ("ct-abdomen-portal-venous/hcc048-portal-venous.zip", (89, 512, 512), (2.5, 0.703125, 0.703125),
         (-180, -180, -396)),
        ("ct-abdomen-pelvis-native/ct.nii.gz", (112, 101, 122), (3, 3, 3), (-185.0437, -311.319, 94.3018)),
    ],
)  # fmt: skip
def test_the_real_cts_are_read(
    shared_data: Path, path: str, shape: tuple, spacing: tuple, corner: tuple
) -> None:
    volume = read_ct(shared_data / "data" / path)
    assert volume.hu.shape == shape
    assert volume.spacing_zyx_mm == pytest.approx(spacing)
    assert volume.origin_mm == pytest.approx(corner, abs=1e-3)
    assert volume.hu.min() == -1024
    assert 0.05 < np.mean((volume.hu > 0) & (volume.hu < 200)) < 0.6
