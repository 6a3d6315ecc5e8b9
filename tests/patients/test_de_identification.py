"""Every attribute that an outside tool's table calls identifying is filled with a mark; none is found again.

The table is that of dicom-anonymizer, which follows DICOM PS3.15 table E.1-1. Sex and age are in it too; the
store keeps them on purpose, as words and in bands of ten years, so they bear no mark.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import nibabel
import numpy as np
import pytest
from pydicom.datadict import dictionary_VR
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence
from pydicom.tag import BaseTag, Tag

from angiosuite.kit.home import Home
from angiosuite.patients import PatientStore

selector = pytest.importorskip(
    "dicomanonymizer.dicomfields_selector", reason="the test extra installs dicom-anonymizer"
)
TABLE = selector.dicom_anonymization_database_selector("dicomfields_2023")["ALL_TAGS"]
ON_PURPOSE = (Tag("PatientSex"), Tag("PatientAge"))
STACKING = (
    Tag("SOPInstanceUID"),
    Tag("SeriesInstanceUID"),
    Tag("StudyInstanceUID"),
    Tag("FrameOfReferenceUID"),
)
"""Marked like the others, by the series itself: they must agree between slices."""


def identifying() -> Iterator[tuple[BaseTag, str]]:
    """Attributes of the table with their value representation."""
    for entry in TABLE:
        tag = Tag(entry[0], entry[1])
        if len(entry) == 4 or tag in ON_PURPOSE or tag.group < 8:
            continue
        try:
            yield tag, dictionary_VR(tag).split(" ")[0]
        except KeyError:
            yield tag, "LO"


def mark(tag: BaseTag, vr: str, deep: str) -> str | bytes | None:
    """A value of the right form that is found nowhere else; None for numbers in binary."""
    number = (tag.group * 65536 + tag.element) * 7919 % 99_999_989
    forms = {
        "DA": f"19{number % 90 + 10:02d}1{number % 3}{number % 18 + 11}",
        "TM": f"1{number % 10}2{number % 6}0{number % 9}.{number % 1000000:06d}",
        "DT": f"19471225101010.{number % 1000000:06d}",
        "UI": f"1.2.826.0.1.{number}.7{len(deep)}",
        "AS": f"{number % 90 + 10:03d}D", "IS": str(number), "DS": f"{number}.25", "CS": f"MARKE{number:08d}",
        "AE": f"MARKE{number:08d}{deep[:2]}", "SH": f"MARKE{number:08d}{deep[:2]}",
        "UR": f"https://marke.example/{number:08d}{deep}",
    }  # fmt: skip
    if vr in ("US", "SS", "UL", "SL", "FL", "FD", "SQ"):
        return None
    text = forms.get(vr, f"Marke{number:08d}{deep}")
    return text.encode() if vr in ("OB", "OW", "UN") else text


def fill(one: Dataset, deep: str, marks: set[str]) -> None:
    """Mark every identifying attribute of a data set that is not in it by need."""
    for tag, vr in identifying():
        value = mark(tag, vr, deep)
        if value is None or (tag in STACKING and not deep):
            continue
        one.add_new(tag, vr, value)
        if vr not in ("AS", "DA"):  # too short to be told from other bytes by chance
            marks.add(value.decode() if isinstance(value, bytes) else value)
    for group in (0x0009, 0x0029, 0x7FE1):
        one.add_new((group, 0x0010), "LO", f"MARKEVENDOR{group}{deep}")
        one.add_new((group, 0x1001), "UN", f"markesecret{group}{deep}".encode())
        marks |= {f"MARKEVENDOR{group}{deep}", f"markesecret{group}{deep}"}


def marked_series(folder: Path, synthetic: ModuleType) -> set[str]:
    """A CT with a mark in every identifying attribute, at the top, in sequences and in sequences of those."""
    marks: set[str] = set()

    def change(one: Dataset, index: int) -> Dataset:
        inner, middle = Dataset(), Dataset()
        fill(inner, "inner", marks)
        fill(middle, "middle", marks)
        middle.add_new((0x0008, 0x1140), "SQ", Sequence([inner]))
        fill(one, "", marks)
        for tag, vr in identifying():
            if vr == "SQ":
                one.add_new(tag, "SQ", Sequence([middle] if tag == Tag("RequestAttributesSequence") else []))
        one.add_new((0x0029, 0x1002), "SQ", Sequence([middle]))
        one.file_meta.SourceApplicationEntityTitle = "MARKEAETITLE"
        one.file_meta.PrivateInformationCreatorUID = "1.2.826.0.1.4711"
        one.file_meta.PrivateInformation = b"markeprivateinformation"
        one.preamble = b"MARKEPREAMBLE".ljust(128, b"\0")
        return one

    hu = synthetic.trunk(slices=14, rows=40, columns=52)
    synthetic.write_ct(folder, hu, change)
    uids = {synthetic._uid("series"), synthetic._uid("study")}
    return marks | uids | {"MARKEAETITLE", "1.2.826.0.1.4711", "markeprivateinformation", "MARKEPREAMBLE"}


def contents(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Every file below a folder with its name, archives unpacked; in small letters."""
    for path in folder.rglob("*"):
        name = path.relative_to(folder).as_posix().lower()
        yield name, name.encode()
        if not path.is_file():
            continue
        data = path.read_bytes()
        if data[:2] == b"PK":
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                for member in archive.namelist():
                    yield f"{name}:{member}", archive.read(member).lower()
        yield name, data.lower()


def found(marks: set[str], folder: Path) -> set[str]:
    """Marks that stand in any file or name below a folder, in any usual encoding."""
    forms = {
        word: [word.lower().encode(code) for code in ("utf-8", "utf-16-le", "utf-16-be")] for word in marks
    }
    return {
        word
        for _, data in contents(folder)
        for word, written in forms.items()
        if any(form in data for form in written)
    }


@pytest.fixture
def store(home: Path) -> PatientStore:
    return PatientStore(Home(home).open())


def test_no_mark_of_any_identifying_attribute_is_in_the_store(
    store: PatientStore, tmp_path: Path, synthetic: ModuleType
) -> None:
    folder = tmp_path / "marke-folder-name"
    marks = marked_series(folder / "marke-inner-folder", synthetic)
    for number, path in enumerate(sorted(folder.rglob("*.dcm"))):
        path.rename(path.with_name(f"marke-file-{number:03d}.dcm"))
    assert len(marks) > 900
    assert found(marks, folder) == marks, "the marks are really in the files"
    archive = tmp_path / "marke-archive.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        packed.comment = b"marke-zip-comment"
        for path in folder.rglob("*.dcm"):
            packed.write(path, f"marke-member/{path.name}")
    marks |= {"marke-folder", "marke-inner", "marke-file", "marke-archive", "marke-zip", "marke-member"}
    record = store.import_path(archive)
    assert store.import_path(folder).id == record.id
    assert (record.sex, record.age_band) == ("female", "60-69")
    assert sum(1 for _ in contents(store.home.patients)) > 10
    assert found(marks, store.home.root) == set()
    assert found({"marke"}, store.home.root) == set()


def test_no_text_of_a_nifti_header_or_of_its_name_is_in_the_store(
    store: PatientStore, tmp_path: Path, small_ct: Path
) -> None:
    image = nibabel.load(small_ct)
    made = nibabel.Nifti1Image(np.asarray(image.dataobj, np.int16), image.affine)
    for name, value in (
        ("descrip", "MarkeDescription"), ("aux_file", "MarkeAux"), ("intent_name", "MarkeIntent"),
        ("db_name", "MarkeBase"),
    ):  # fmt: skip
        made.header[name] = value.encode()
    made.header.extensions.append(nibabel.nifti1.Nifti1Extension("comment", b"MarkeComment"))
    path = tmp_path / "marke-of-a-person.nii"
    nibabel.save(made, path)
    marks = {"MarkeDescription", "MarkeAux", "MarkeIntent", "MarkeBase", "MarkeComment"}
    assert found(marks, tmp_path) >= marks
    store.import_path(path)
    assert found({*marks, "marke"}, store.home.root) == set()


def test_a_chart_holds_numbers_and_words_of_closed_lists_only(
    store: PatientStore, tmp_path: Path, synthetic: ModuleType
) -> None:
    """The same CT without any identity gives the same chart, to the letter."""
    marked_series(tmp_path / "a", synthetic)

    def bare(one: Dataset, index: int) -> Dataset:
        for name in synthetic.IDENTITY:
            delattr(one, name)
        del one[0x0029, 0x0010], one[0x0029, 0x1001], one.RequestAttributesSequence
        one.SeriesDescription, one.ContrastBolusAgent = "x", "x"
        return one

    synthetic.write_ct(tmp_path / "b", synthetic.trunk(slices=14, rows=40, columns=52), bare)
    charts = []
    for name in ("a", "b"):
        record = store.import_path(tmp_path / name)
        charts.append((store.home.patients / record.id / "patient.json").read_text())
        store.delete(record.id)
        store.home.empty_trash(-1.0)
    assert charts[0] == charts[1]
