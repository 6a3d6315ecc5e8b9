"""Compressed, multi-frame and indexed inputs give what the plain slices give."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path
from types import ModuleType
from typing import Any

import highdicom
import numpy as np
import pydicom
import pytest
from pydicom.pixels.decoders.base import get_decoder
from pydicom.uid import UID

from angiosuite.dicom import codestream, read_ct
from angiosuite.kit.errors import RefusedInput

J2K, JLS = "1.2.840.10008.1.2.4.90", "1.2.840.10008.1.2.4.80"
RLE, DEFLATED = "1.2.840.10008.1.2.5", "1.2.840.10008.1.2.1.99"


def truth(synthetic: ModuleType) -> np.ndarray:
    return np.maximum(synthetic.trunk(), -1024)


def compressed(uid: str) -> Any:
    def change(one: Any, index: int) -> Any:
        one.compress(UID(uid), generate_instance_uid=False)
        return one

    return change


@pytest.mark.parametrize("uid", [J2K, JLS, RLE])
def test_compressed_slices_give_the_same(tmp_path: Path, synthetic: ModuleType, uid: str) -> None:
    if uid != RLE and not get_decoder(UID(uid)).is_available:
        pytest.skip("no decoder")
    volume = read_ct(synthetic.write_ct(tmp_path / "ct", change=compressed(uid)))
    assert np.array_equal(volume.hu, truth(synthetic))


def test_deflated_slices_give_the_same(tmp_path: Path, synthetic: ModuleType) -> None:
    def change(one: Any, index: int) -> Any:
        one.file_meta.TransferSyntaxUID = DEFLATED
        return one

    assert np.array_equal(read_ct(synthetic.write_ct(tmp_path / "ct", change=change)).hu, truth(synthetic))


def test_a_syntax_without_decoder_names_the_extra(
    tmp_path: Path, synthetic: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on a machine without the extra: the registry of decoders knows none for the syntax."""
    decoder = get_decoder(UID(J2K))
    monkeypatch.setattr(decoder, "_available", {})
    with pytest.raises(RefusedInput) as caught:
        read_ct(synthetic.write_ct(tmp_path / "ct", change=compressed(J2K)))
    assert caught.value.code == "compressed"
    assert "JPEG 2000" in str(caught.value.value)
    assert codestream.EXTRA in str(caught.value.way_out)


def test_a_stream_that_declares_another_size_never_reaches_the_decoder(
    tmp_path: Path, synthetic: ModuleType
) -> None:
    def change(one: Any, index: int) -> Any:
        one = compressed(J2K)(one, index)
        one.PixelData = one.PixelData.replace(
            (96).to_bytes(4, "big") + (72).to_bytes(4, "big"), b"\0\0\xff\xff" * 2, 1
        )
        return one

    with pytest.raises(RefusedInput) as caught:
        read_ct(synthetic.write_ct(tmp_path / "ct", change=change))
    assert caught.value.code == "pixels-damaged"
    assert "65535" in str(caught.value.value)


def test_runs_longer_than_the_image_stop_where_it_ends() -> None:
    assert len(codestream._unpacked(b"\x81\x07" * 10_000, 500)) < 700


def multi_frame(synthetic: ModuleType, folder: Path) -> Path:
    slices = [pydicom.dcmread(path) for path in sorted(synthetic.write_ct(folder / "plain").iterdir())]
    for one in slices:
        one.PatientName, one.StudyTime, one.ReferringPhysicianName = "X^Y", "080000", "Z^W"
        one.PatientBirthDate, one.AccessionNumber, one.StudyID = "", "", ""
        one.Manufacturer, one.AcquisitionDate, one.AcquisitionTime = "M", "20190417", "080000"
        one.PositionReferenceIndicator, one.Laterality, one.PatientPosition = "", "", "HFS"
        one.InstanceCreationDate = one.ContentDate = one.SeriesDate = "20190417"
        one.InstanceCreationTime = one.ContentTime = one.SeriesTime = "080000"
    image = highdicom.legacy.LegacyConvertedEnhancedCTImage(
        slices,
        highdicom.UID(),
        1,
        highdicom.UID(),
        1,
    )
    path = folder / "frames.dcm"
    image.save_as(path)
    return path


def test_a_multi_frame_ct_gives_the_same_as_its_slices(tmp_path: Path, synthetic: ModuleType) -> None:
    path = multi_frame(synthetic, tmp_path)
    volume = read_ct(path)
    assert np.array_equal(volume.hu, truth(synthetic))
    assert volume.origin_mm == pytest.approx((-180.0, -150.0, -400.0))
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(path, "x/frames")
    assert np.array_equal(read_ct(tmp_path / "a.zip").hu, truth(synthetic))


def test_frames_in_falling_order_give_the_same(tmp_path: Path, synthetic: ModuleType) -> None:
    path = multi_frame(synthetic, tmp_path)
    image = pydicom.dcmread(path)
    image.PerFrameFunctionalGroupsSequence = list(image.PerFrameFunctionalGroupsSequence)[::-1]
    frame = synthetic.ROWS * synthetic.COLUMNS * 2
    raw = image.PixelData
    image.PixelData = b"".join(raw[i * frame : (i + 1) * frame] for i in range(synthetic.SLICES - 1, -1, -1))
    image.save_as(path)
    assert np.array_equal(read_ct(path).hu, truth(synthetic))


def directory_of(folder: Path, files: list[str]) -> None:
    record = [pydicom.Dataset() for _ in files]
    for one, name in zip(record, files, strict=True):
        one.OffsetOfTheNextDirectoryRecord = one.OffsetOfReferencedLowerLevelDirectoryEntity = 0
        one.RecordInUseFlag, one.DirectoryRecordType = 0xFFFF, "IMAGE"
        one.ReferencedFileID = name.split("/")
    whole = pydicom.Dataset()
    whole.file_meta = pydicom.dataset.FileMetaDataset()
    whole.file_meta.TransferSyntaxUID = pydicom.uid.ExplicitVRLittleEndian
    whole.file_meta.MediaStorageSOPClassUID = "1.2.840.10008.1.3.10"
    whole.file_meta.MediaStorageSOPInstanceUID = "1.2.3"
    whole.DirectoryRecordSequence = record
    pydicom.dcmwrite(folder / "DICOMDIR", whole, enforce_file_format=True)


@pytest.fixture
def medium(tmp_path: Path, synthetic: ModuleType) -> Path:
    """A medium: images with short names in a folder, to be listed by a directory."""
    folder = synthetic.write_ct(tmp_path / "plain")
    images = tmp_path / "medium" / "IMAGES"
    images.mkdir(parents=True)
    for index, path in enumerate(sorted(folder.iterdir())):
        shutil.copy(path, images / f"IM{index:04d}")
    return tmp_path / "medium"


@pytest.mark.filterwarnings("ignore:Invalid value")
def test_a_dicom_directory_is_an_index_of_the_images_beside_it(medium: Path, synthetic: ModuleType) -> None:
    directory_of(medium, [f"IMAGES/IM{i:04d}" for i in range(12)] + ["../../etc/passwd", "GONE/IM1"])
    assert np.array_equal(read_ct(medium / "DICOMDIR").hu, truth(synthetic)[:12])
    assert np.array_equal(read_ct(medium).hu, truth(synthetic))


def test_a_broken_dicom_directory_does_not_matter_beside_whole_images(
    medium: Path, synthetic: ModuleType
) -> None:
    directory_of(medium, ["IMAGES/IM0000"])
    path = medium / "DICOMDIR"
    path.write_bytes(path.read_bytes()[:420] + b"\xff" * 30)
    assert np.array_equal(read_ct(medium).hu, truth(synthetic))


def test_a_dicom_directory_alone_is_refused(medium: Path, tmp_path: Path) -> None:
    directory_of(medium, ["IMAGES/IM0000"])
    shutil.copy(medium / "DICOMDIR", tmp_path / "alone")
    with pytest.raises(RefusedInput) as caught:
        read_ct(tmp_path / "alone")
    assert caught.value.code == "directory-only"
