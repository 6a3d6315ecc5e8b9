"""Whatever is not a plain CT is refused: a stable code, a reason and a way out, never a traceback."""

from __future__ import annotations

import gzip
import os
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import nibabel
import numpy as np
import pytest
from pydicom.dataset import Dataset

from angiosuite.dicom import inspect, read_ct
from angiosuite.kit.errors import RefusedInput


def refusal(path: Path) -> RefusedInput:
    """The refusal of an input; it has a reason and a way out."""
    with pytest.raises(RefusedInput) as caught:
        read_ct(path)
    assert caught.value.way_out
    assert caught.value.exit_code == 3
    return caught.value


def setting(**values: Any) -> Callable[[Dataset, int], Dataset]:
    def change(one: Dataset, index: int) -> Dataset:
        for name, value in values.items():
            setattr(one, name, value)
        return one

    return change


def lacking(name: str) -> Callable[[Dataset, int], Dataset]:
    def change(one: Dataset, index: int) -> Dataset:
        delattr(one, name)
        return one

    return change


def at(*positions: tuple[int, dict[str, Any]]) -> Callable[[Dataset, int], Dataset]:
    def change(one: Dataset, index: int) -> Dataset:
        for which, values in positions:
            if which == index:
                for name, value in values.items():
                    setattr(one, name, value)
        return one

    return change


def syntax(uid: str) -> Callable[[Dataset, int], Dataset]:
    def change(one: Dataset, index: int) -> Dataset:
        one.file_meta.TransferSyntaxUID = uid
        if uid.startswith("1.2.840.10008.1.2.4") or uid.endswith(".5"):
            one.PixelData = b"\xfe\xff\x00\xe0\0\0\0\0\xfe\xff\x00\xe0\x04\0\0\0abcd\xfe\xff\xdd\xe0\0\0\0\0"
            one["PixelData"].is_undefined_length = True
        return one

    return change


def leave_out(*indices: int) -> Callable[[Dataset, int], Dataset | None]:
    return lambda one, index: None if index in indices else one


def sheared(one: Dataset, index: int) -> Dataset:
    one.ImagePositionPatient = [-180.0, -150.0 + 1.2 * index, -400.0 + 5.0 * index]
    return one


CASES: dict[str, tuple[str, Any]] = {
    "JPEG 2000 of nothing": ("pixels-damaged", syntax("1.2.840.10008.1.2.4.90")),
    "JPEG lossless of nothing": ("pixels-damaged", syntax("1.2.840.10008.1.2.4.70")),
    "run-length of nothing": ("pixels-damaged", syntax("1.2.840.10008.1.2.5")),
    "a film": ("transfer-syntax", syntax("1.2.840.10008.1.2.4.102")),
    "empty orientation": ("orientation", setting(ImageOrientationPatient=[0, 0, 0, 0, 0, 0])),
    "rows along columns": ("orientation", setting(ImageOrientationPatient=[1, 0, 0, 1, 0, 0])),
    "rows half along columns": ("orientation", setting(ImageOrientationPatient=[1, 0, 0, 0.5, 0.87, 0])),
    "four neighbours missing": ("missing-slices", leave_out(9, 10, 11, 12)),
    "one in four missing": ("missing-slices", leave_out(5, 9, 13, 17)),
    "one slice moved aside": ("crooked-stack", at((9, {"ImagePositionPatient": [-175.0, -150.0, -355.0]}))),
    "two at one place": ("duplicate-slices", at((16, {"ImagePositionPatient": [-180.0, -150.0, -315.0]}))),
    "every slice at one place": ("duplicate-slices", setting(ImagePositionPatient=[0.0, 0.0, 0.0])),
    "three slices": ("too-few-slices", leave_out(*range(3, 24))),
    "one slice": ("too-few-slices", leave_out(*range(1, 24))),
    "localizers": ("localizer", setting(ImageType=["ORIGINAL", "PRIMARY", "LOCALIZER"])),
    "projections": ("derived-picture", setting(ImageType=["DERIVED", "SECONDARY", "MIP"])),
    "colour": ("colour", setting(SamplesPerPixel=3, PhotometricInterpretation="RGB")),
    "palette": ("colour", setting(PhotometricInterpretation="PALETTE COLOR")),
    "burned-in text": ("burned-in-text", setting(BurnedInAnnotation="YES")),
    "MR": ("not-ct", setting(Modality="MR", SOPClassUID="1.2.840.10008.5.1.4.1.1.4")),
    "PET called CT": ("not-ct", setting(SOPClassUID="1.2.840.10008.5.1.4.1.1.128")),
    "a picture of a screen": ("not-ct", setting(SOPClassUID="1.2.840.10008.5.1.4.1.1.7")),
    "frames without places": ("multi-frame", setting(NumberOfFrames=5)),
    "8 bit": ("pixel-format", setting(BitsAllocated=8, BitsStored=8, HighBit=7)),
    "odd high bit": ("pixel-format", setting(HighBit=13)),
    "no orientation": ("missing-attribute", lacking("ImageOrientationPatient")),
    "no position": ("missing-attribute", lacking("ImagePositionPatient")),
    "no pixel spacing": ("missing-attribute", lacking("PixelSpacing")),
    "no slope": ("missing-attribute", lacking("RescaleSlope")),
    "no rows": ("missing-attribute", lacking("Rows")),
    "slope nought": ("absurd-value", setting(RescaleSlope=0)),
    "slope falls": ("absurd-value", setting(RescaleSlope=-1)),
    "slope huge": ("absurd-value", setting(RescaleSlope="1e30")),
    "intercept huge": ("absurd-value", setting(RescaleIntercept="-1e9")),
    "dual energy map": ("absurd-value", setting(RescaleType="MGML")),
    "pixel nought": ("absurd-value", setting(PixelSpacing=[0, 0])),
    "pixel of a metre": ("absurd-value", setting(PixelSpacing=[1000, 1000])),
    "one pixel spacing": ("absurd-value", setting(PixelSpacing=4)),
    "far away": ("absurd-value", setting(ImagePositionPatient=[-180.0, 1e9, 0.0])),
    "a matrix of 60000": ("absurd-value", setting(Rows=60000, Columns=60000)),
    "pixels cut short": ("pixels-missing", at((3, {"PixelData": b"\0" * 100}))),
    "no pixels": ("pixels-missing", lacking("PixelData")),
    "all air": ("not-hounsfield", setting(PixelData=b"\0" * 2 * 72 * 96)),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_a_series_that_cannot_be_read_is_refused_with_its_reason(
    tmp_path: Path, synthetic: ModuleType, case: str
) -> None:
    """No message holds a file's or folder's name, which may be the patient's: files are counted."""
    code, change = CASES[case]
    error = refusal(synthetic.write_ct(tmp_path / "ottilie", change=change))
    assert error.code == code, str(error)
    assert not [word for word in ("quellwasser", "ottilie") if word in str(error.as_dict()).lower()]


def test_a_gap_names_the_place_and_both_distances(tmp_path: Path, synthetic: ModuleType) -> None:
    error = refusal(synthetic.write_ct(tmp_path / "ct", change=leave_out(9, 10)))
    assert "between 40.0 and 55.0 mm" in str(error)
    assert "15.00 mm where 5.00 mm" in str(error)


# --- containers


def entries(folder: Path) -> list[tuple[str, bytes]]:
    return [(path.name, path.read_bytes()) for path in sorted(folder.iterdir())]


def write_zip(path: Path, members: list[tuple[str | zipfile.ZipInfo, bytes]]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return path


@pytest.mark.parametrize("name", ["../../evil.dcm", "/etc/evil.dcm", "C:\\evil.dcm", "a/..\\..\\evil.dcm"])
def test_an_archive_with_a_path_that_leads_out_is_refused(
    tmp_path: Path, synthetic: ModuleType, name: str
) -> None:
    members = entries(synthetic.write_ct(tmp_path / "ct"))
    error = refusal(write_zip(tmp_path / "a.zip", [*members, (name, members[0][1])]))
    assert error.code == "zip-path"


def test_an_archive_with_a_link_is_refused(tmp_path: Path, synthetic: ModuleType) -> None:
    link = zipfile.ZipInfo("link.dcm")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    path = write_zip(
        tmp_path / "a.zip", [*entries(synthetic.write_ct(tmp_path / "ct")), (link, b"/etc/passwd")]
    )
    assert refusal(path).code == "not-a-regular-file"


def test_an_archive_with_a_password_is_refused(tmp_path: Path, synthetic: ModuleType) -> None:
    path = write_zip(tmp_path / "a.zip", entries(synthetic.write_ct(tmp_path / "ct"))[:1])
    raw = bytearray(path.read_bytes())
    raw[6] |= 1
    central = raw.rindex(b"PK\x01\x02")
    raw[central + 8] |= 1
    path.write_bytes(raw)
    assert refusal(path).code == "zip-encrypted"


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("angiosuite.dicom.archive.BOMB_BYTES", 2**20)
    path = write_zip(tmp_path / "a.zip", [(f"{i}.dcm", b"\0" * 2**17) for i in range(18)])
    assert refusal(path).code == "zip-bomb"


def test_a_member_longer_than_it_declares_is_damaged_and_passed_over(
    tmp_path: Path, synthetic: ModuleType
) -> None:
    members = entries(synthetic.write_ct(tmp_path / "ct"))
    path = write_zip(tmp_path / "a.zip", members)
    raw = bytearray(path.read_bytes())
    central = raw.index(b"PK\x01\x02")
    size = struct.unpack_from("<I", raw, central + 24)[0]
    struct.pack_into("<I", raw, central + 24, size - 100)
    path.write_bytes(raw)
    volume = read_ct(path)
    assert len(volume.hu) == synthetic.SLICES - 1
    assert volume.notices == ("1 file passed over: damaged",)


def test_a_damaged_archive_is_refused(tmp_path: Path, synthetic: ModuleType) -> None:
    path = write_zip(tmp_path / "a.zip", entries(synthetic.write_ct(tmp_path / "ct")))
    path.write_bytes(path.read_bytes()[:-200])
    assert refusal(path).code == "zip-damaged"


def test_too_many_files_or_too_much_are_refused(
    tmp_path: Path, synthetic: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = synthetic.write_ct(tmp_path / "ct")
    archive = write_zip(tmp_path / "a.zip", entries(folder))
    for name, value, code in (("MAX_FILES", 5, "too-many-files"), ("MAX_TOTAL_BYTES", 99, "too-large"),
                              ("MAX_FILE_BYTES", 99, "file-too-large")):  # fmt: skip
        with monkeypatch.context() as patch:
            patch.setattr(f"angiosuite.dicom.container.{name}", value)
            assert refusal(folder).code == code
            assert refusal(archive).code == code


def test_a_folder_with_a_link_is_refused_and_the_link_not_followed(
    tmp_path: Path, synthetic: ModuleType
) -> None:
    folder = synthetic.write_ct(tmp_path / "ct")
    os.symlink("/etc/passwd", folder / "a.dcm")
    assert refusal(folder).code == "not-a-regular-file"
    (folder / "a.dcm").unlink()
    os.symlink(tmp_path, folder / "up")
    assert refusal(folder).code == "not-a-regular-file"


def test_a_pipe_is_refused_and_not_opened(tmp_path: Path, synthetic: ModuleType) -> None:
    folder = synthetic.write_ct(tmp_path / "ct")
    os.mkfifo(folder / "pipe.dcm")
    assert refusal(folder).code == "not-a-regular-file"
    assert refusal(folder / "pipe.dcm").code == "not-a-file"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "not-dicom"),
        (b"hello", "not-dicom"),
        (b"\0" * 128 + b"DICM", "not-ct"),
        (b"PK\x03\x04", "zip-damaged"),
        (gzip.compress(b"x" * 1000), "not-dicom"),
        (b"PK\x05\x06" + b"\0" * 18, "empty"),
    ],
)
def test_a_file_that_is_no_ct_is_refused(tmp_path: Path, content: bytes, code: str) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    assert refusal(path).code in (code, "dicom-malformed")


def test_nothing_there_and_an_empty_folder_are_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path / "nowhere").code == "not-found"
    assert refusal(tmp_path).code == "empty"


def test_a_stray_file_among_the_slices_is_passed_over_and_counted(
    tmp_path: Path, synthetic: ModuleType
) -> None:
    folder = synthetic.write_ct(tmp_path / "ct")
    (folder / "notes").write_text("?")
    volume = read_ct(folder)
    assert len(volume.hu) == synthetic.SLICES
    assert volume.notices == ("1 file passed over: not DICOM",)


def test_two_members_of_one_name_are_refused(tmp_path: Path, synthetic: ModuleType) -> None:
    members = entries(synthetic.write_ct(tmp_path / "ct"))
    with pytest.warns(UserWarning, match="Duplicate"):
        path = write_zip(tmp_path / "a.zip", [*members, members[0]])
    assert refusal(path).code == "zip-duplicate"


def test_a_rarely_used_compression_is_refused(tmp_path: Path, synthetic: ModuleType) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("a.dcm", b"x" * 100)
    assert refusal(path).code == "zip-method"


def test_an_archive_whose_list_is_longer_than_any_export_is_refused(
    tmp_path: Path, synthetic: ModuleType
) -> None:
    path = write_zip(tmp_path / "a.zip", entries(synthetic.write_ct(tmp_path / "ct")))
    raw = bytearray(path.read_bytes())
    struct.pack_into("<I", raw, raw.rindex(b"PK\x05\x06") + 12, 2**31)
    path.write_bytes(raw)
    assert refusal(path).code == "too-many-files"


def test_an_archive_in_an_archive_is_not_opened(tmp_path: Path, synthetic: ModuleType) -> None:
    inner = write_zip(tmp_path / "inner.zip", entries(synthetic.write_ct(tmp_path / "ct")))
    path = write_zip(tmp_path / "a.zip", [("inner.zip", inner.read_bytes()), ("b.zip", inner.read_bytes())])
    error = refusal(path)
    assert error.code == "not-dicom"
    assert "zip archive inside" in str(error)


def test_a_deflated_bomb_is_refused(
    tmp_path: Path, synthetic: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("angiosuite.dicom.encoding.INFLATED_FREE_BYTES", 2**16)
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    body = packer.compress(b"\0" * 2**24) + packer.flush()
    meta = b"\x02\0\x10\0UI\x16\x00" + b"1.2.840.10008.1.2.1.99"
    path = tmp_path / "bomb.dcm"
    path.write_bytes(b"\0" * 128 + b"DICM" + meta + body)
    assert refusal(path).code == "decompression-bomb"


def test_a_huge_declared_length_is_not_believed(tmp_path: Path) -> None:
    meta = b"\x02\0\x10\0UI\x14\x00" + b"1.2.840.10008.1.2.1\0"
    value = b"\x08\0\x08\0UN\0\0\xf0\xff\xff\x7f"
    path = tmp_path / "long.dcm"
    path.write_bytes(b"\0" * 128 + b"DICM" + meta + value + b"x" * 1000)
    assert refusal(path).code == "dicom-malformed"


# --- NIfTI


def nifti(
    tmp_path: Path,
    values: np.ndarray,
    affine: np.ndarray | None = None,
    patch: dict[int, bytes] | None = None,
) -> Path:
    """Write a NIfTI file; `patch` overwrites bytes of its header, which nibabel would set right."""
    image = nibabel.Nifti1Image(values, np.diag([4.0, 4.0, 5.0, 1.0]) if affine is None else affine)
    image.header.set_xyzt_units("mm")
    raw = bytearray(image.to_bytes())
    for offset, data in (patch or {}).items():
        raw[offset : offset + len(data)] = data
    path = tmp_path / "ct.nii.gz"
    path.write_bytes(gzip.compress(bytes(raw)))
    return path


CODES, UNITS, FIRST_ROW, SLOPE, FIRST_VOXEL = 252, 123, 280, 112, 108
"""Offsets of qform_code and sform_code, xyzt_units, srow_x, scl_slope, vox_offset in a NIfTI-1 header."""


def test_a_nifti_that_is_not_plain_is_refused_with_its_reason(tmp_path: Path, synthetic: ModuleType) -> None:
    hu = synthetic.trunk().transpose(2, 1, 0)
    holes = hu.astype(np.float32)
    holes[3, 3, 3] = np.nan
    colour = np.zeros(hu.shape, [("R", "u1"), ("G", "u1"), ("B", "u1")])
    cases: list[tuple[str, np.ndarray, np.ndarray | None, dict[int, bytes]]] = [
        ("not-finite", holes, None, {}),
        ("colour", colour, None, {}),
        ("colour", hu.astype(np.complex64), None, {}),
        ("not-a-volume", np.stack([hu, hu], axis=-1), None, {}),
        ("not-a-volume", hu[:, :, 0], None, {}),
        ("too-few-slices", hu[:, :, :5], None, {}),
        ("not-hounsfield", (hu > 0).astype(np.uint8), None, {}),
        ("not-hounsfield", np.full(hu.shape, 40, np.int16), None, {}),
        ("no-orientation", hu, None, {CODES: b"\0\0\0\0"}),
        ("not-millimetres", hu, None, {UNITS: b"\1"}),
        ("absurd-value", hu, None, {FIRST_ROW: struct.pack("<4f", 4000, 0, 0, 0)}),
        ("absurd-value", hu, None, {FIRST_ROW: struct.pack("<4f", 0, 0, 0, 0)}),
        ("absurd-value", hu, None, {FIRST_ROW: struct.pack("<4f", float("nan"), 0, 0, 0)}),
        ("orientation", hu, None, {FIRST_ROW: struct.pack("<4f", 0.5, 8, 0, 0)}),
        ("absurd-value", hu, None, {SLOPE: struct.pack("<2f", 1e9, 0)}),
        ("nifti-malformed", hu, None, {FIRST_VOXEL: struct.pack("<f", float("nan"))}),
        ("nifti-malformed", hu, None, {FIRST_VOXEL: struct.pack("<f", -1e9)}),
    ]
    for code, values, affine, patch in cases:
        error = refusal(nifti(tmp_path, values, affine, patch))
        assert error.code == code, (code, str(error))


def test_a_nifti_cut_short_or_claiming_too_much_is_refused(tmp_path: Path, synthetic: ModuleType) -> None:
    path = nifti(tmp_path, synthetic.trunk().transpose(2, 1, 0))
    whole = gzip.decompress(path.read_bytes())
    path.write_bytes(gzip.compress(whole[:-4000]))
    assert refusal(path).code == "nifti-malformed"
    path.write_bytes(gzip.compress(whole, 0)[:-4000])
    assert refusal(path).code == "nifti-malformed"
    claims = bytearray(whole)
    struct.pack_into("<3h", claims, 42, 32000, 32000, 32000)
    path.write_bytes(gzip.compress(bytes(claims)))
    assert refusal(path).code == "too-large"


def test_a_gzip_bomb_behind_its_voxels_is_not_unpacked(tmp_path: Path, synthetic: ModuleType) -> None:
    path = nifti(tmp_path, synthetic.trunk().transpose(2, 1, 0))
    whole = gzip.decompress(path.read_bytes())
    path.write_bytes(gzip.compress(whole + b"\0" * (16 * 2**20)))
    assert read_ct(path).hu.shape == synthetic.trunk().shape


def test_a_gzip_bomb_in_its_voxels_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    image = nibabel.Nifti1Image(np.zeros((16, 16, 16), np.int16), np.diag([-1.0, -1.0, 1.0, 1.0]))
    raw = bytearray(image.to_bytes())
    struct.pack_into("<3h", raw, 42, 1000, 1000, 1000)
    (tmp_path / "a.nii.gz").write_bytes(gzip.compress(bytes(raw)))
    assert refusal(tmp_path / "a.nii.gz").code == "decompression-bomb"


# --- the real odd and malformed files


def test_every_odd_series_is_too_short_and_says_so(shared_data: Path) -> None:
    """Four slices make no patient; their geometry is told apart all the same."""
    reasons = {
        "gantrytilting-001.zip": "too-few-slices",
        "notavolume-001.zip": "too-few-slices",
        "sliceincrement-001.zip": "too-few-slices",
        "sliceincrement-002.zip": "too-few-slices",
        "sliceorientation-001.zip": "not-ct",
    }
    folder = shared_data / "data" / "dicom-odd-series"
    assert {path.name: refusal(path).code for path in folder.glob("*.zip")} == reasons
    told = inspect(folder / "notavolume-001.zip").series[0]
    assert told.notices == ("3 copies of slices left out",)


def test_every_malformed_file_is_refused_with_a_named_reason(shared_data: Path) -> None:
    folder = shared_data / "data" / "dicom-malformed"
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert len(files) > 30
    codes = {
        path.name: refusal(path).code
        for path in [*files, folder, folder / "pydicom", folder / "pydicom-data"]
    }
    assert codes["bad_sequence.dcm"] == "too-few-slices"
    assert codes["MR_truncated.dcm"] == "not-ct"
    assert codes["no_meta.dcm"] == "not-dicom"
    assert codes["dicomdir-media.zip"] == "too-few-slices"
    assert codes["charsets.zip"] == "not-ct"


def test_every_reading_room_file_is_refused_with_a_named_reason(shared_data: Path) -> None:
    folder = shared_data / "data" / "reading-room"
    files = [path for path in folder.rglob("*") if path.suffix in (".dcm", ".zip")]
    assert len(files) >= 12
    for path in [*files, folder]:
        assert refusal(path).code in (
            "not-ct",
            "too-few-slices",
            "derived-picture",
            "not-dicom",
            "multi-frame",
        )
