"""Nothing that names the person passes the door: only voxels, geometry and words of closed lists do."""

from __future__ import annotations

import pickle
from dataclasses import fields
from pathlib import Path
from types import ModuleType

import pytest

from angiosuite.dicom import SeriesFacts, inspect, read_ct
from angiosuite.dicom.container import open_container
from angiosuite.dicom.header import READ, without_warnings
from angiosuite.dicom.looking import look
from angiosuite.kit.errors import RefusedInput


def test_the_allow_list_holds_no_identifying_attribute() -> None:
    words = (
        "PatientName PatientID PatientBirthDate StudyInstanceUID SOPInstanceUID AccessionNumber "
        "InstitutionName OperatorsName StudyDate DeviceSerialNumber PatientComments"
    )
    assert not set(words.split()) & set(READ)


def test_what_is_read_contains_nothing_of_the_identity(tmp_path: Path, synthetic: ModuleType) -> None:
    folder = synthetic.write_ct(tmp_path / "quellwasser-ottilie")
    stored = pickle.dumps(read_ct(folder))
    assert [word for word in synthetic.identifying(folder) if word.lower() in stored.lower()] == []


@pytest.mark.filterwarnings("ignore:Invalid value")
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ConvolutionKernel", "QUELLWASSER"),
        ("PatientSex", "Ottilie"),
        ("PatientAge", "1951"),
        ("KVP", 19511203),
        ("BodyPartExamined", "QUELLWASSER"),
        ("ContrastBolusAgent", "for Ottilie"),
        ("SeriesDescription", "Ottilie"),
        ("ImageType", ["QUELLWASSER", "OTTILIE"]),
    ],
)
def test_a_name_hidden_in_an_allowed_attribute_is_not_kept(
    tmp_path: Path, synthetic: ModuleType, name: str, value: object
) -> None:
    def change(one, index):
        setattr(one, name, value)
        return one

    facts = read_ct(synthetic.write_ct(tmp_path / "ct", change=change)).facts
    text = repr(facts).upper()
    assert "QUELLWASSER" not in text
    assert "OTTILIE" not in text
    assert "1951" not in text


def test_the_oldest_patients_share_one_age_band(tmp_path: Path, synthetic: ModuleType) -> None:
    def change(one, index):
        one.PatientAge = "103Y"
        return one

    assert read_ct(synthetic.write_ct(tmp_path / "ct", change=change)).facts.age_band == "90+"


def test_facts_are_few_and_named() -> None:
    """A new fact must be thought about: it is stored."""
    assert {field.name for field in fields(SeriesFacts)} == {
        "source", "slices", "matrix", "kvp", "kernel", "phase", "contrast_given", "sex",
        "age_band", "is_head",
    }  # fmt: skip


def test_a_refusal_does_not_repeat_the_identity(tmp_path: Path, synthetic: ModuleType) -> None:
    def change(one, index):
        one.SeriesInstanceUID = f"1.2.3.{index // 7}"
        return one

    folder = synthetic.write_ct(tmp_path / "ct", change=change)
    with pytest.raises(RefusedInput) as caught:
        read_ct(folder)
    text = str(caught.value).lower()
    assert not [value for value in synthetic.IDENTITY.values() if value.lower() in text]
    assert "1.2.3" not in text


def test_identifiers_that_tell_series_apart_are_kept_as_digests_of_this_process(
    tmp_path: Path, synthetic: ModuleType
) -> None:
    """The keyed digest can be compared with another of the same run and with nothing else."""
    assert not {"PatientID", "StudyInstanceUID", "SeriesInstanceUID"} & set(READ)
    folder = synthetic.write_ct(tmp_path / "ct")
    with open_container(folder) as container, without_warnings():
        slices = look(container, container.entries[0])
    assert isinstance(slices, list)
    stored = pickle.dumps([one.header for one in slices])
    assert [word for word in synthetic.identifying(folder) if word.lower() in stored.lower()] == []


def test_what_an_inspection_tells_contains_nothing_of_the_identity(
    tmp_path: Path, synthetic: ModuleType
) -> None:
    folder = synthetic.write_ct(tmp_path / "quellwasser-ottilie")
    told = repr(inspect(folder)).encode()
    assert [word for word in synthetic.identifying(folder) if word.lower() in told.lower()] == []


def test_reading_prints_no_warning_that_would_quote_the_file(
    tmp_path: Path, synthetic: ModuleType, recwarn: pytest.WarningsRecorder, capfd: pytest.CaptureFixture[str]
) -> None:
    folder = synthetic.write_ct(tmp_path / "ct")
    for path in folder.iterdir():
        path.write_bytes(path.read_bytes().replace(b"B30f", b"qu\xdf\x03"))
    recwarn.clear()
    read_ct(folder)
    assert not recwarn.list
    assert capfd.readouterr().err == ""
