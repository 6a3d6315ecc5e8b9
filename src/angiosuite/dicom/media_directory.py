"""The DICOMDIR of a folder of objects, which viewers open as a medium (PS3.3 Annex F, PS3.10 §8)."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import Any

from pydicom import dcmread
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.filewriter import dcmwrite
from pydicom.sequence import Sequence as Items
from pydicom.uid import ExplicitVRLittleEndian, MediaStorageDirectoryStorage

from angiosuite.dicom.study import IMPLEMENTATION, Instance, Study

FILE_NAME = "DICOMDIR"
COPIED = {
    "PATIENT": ("PatientID", "PatientName"),
    "STUDY": (
        "StudyDate",
        "StudyTime",
        "StudyDescription",
        "StudyInstanceUID",
        "StudyID",
        "AccessionNumber",
    ),
    "SERIES": ("Modality", "SeriesInstanceUID", "SeriesNumber", "SeriesDescription"),
    "IMAGE": ("InstanceNumber",),
    "SR DOCUMENT": (
        "InstanceNumber",
        "CompletionFlag",
        "VerificationFlag",
        "ContentDate",
        "ContentTime",
        "ConceptNameCodeSequence",
    ),
}
"""Attributes that a record repeats of its object, by kind of record (PS3.3 F.5)."""
NEXT, DOWN = "OffsetOfTheNextDirectoryRecord", "OffsetOfReferencedLowerLevelDirectoryEntity"


def directory(study: Study, instances: Sequence[Instance]) -> bytes:
    """The bytes of a DICOMDIR for one patient and study; every file lies beside it.

    Model
    -----
    Records link to one another by their place in the file: it is written once to learn the places, then again
    with them. Held by ``dciodvfy`` and pydicom in ``tests/dicom/test_media_directory.py``.
    """
    first = instances[0].dataset
    records = [_record("PATIENT", first), _record("STUDY", first)]
    links: dict[int, dict[str, int]] = {0: {DOWN: 1}, 1: {DOWN: 2}}
    previous: int | None = None
    for uid in dict.fromkeys(instance.series_uid for instance in instances):
        group = [instance for instance in instances if instance.series_uid == uid]
        own = len(records)
        records.append(_record("SERIES", group[0].dataset))
        links[own] = {DOWN: own + 1}
        if previous is not None:
            links[previous][NEXT] = own
        previous = own
        for number, instance in enumerate(group):
            kind = "SR DOCUMENT" if instance.dataset.Modality == "SR" else "IMAGE"
            record = _record(kind, instance.dataset)
            record.ReferencedFileID = [instance.file_id]
            record.ReferencedSOPClassUIDInFile = instance.dataset.SOPClassUID
            record.ReferencedSOPInstanceUIDInFile = instance.dataset.SOPInstanceUID
            record.ReferencedTransferSyntaxUIDInFile = ExplicitVRLittleEndian
            if number + 1 < len(group):
                links[len(records)] = {NEXT: len(records) + 1}
            records.append(record)
    made = _directory(study, records)
    places = [item.seq_item_tell for item in dcmread(BytesIO(_bytes(made))).DirectoryRecordSequence]
    made.OffsetOfTheFirstDirectoryRecordOfTheRootDirectoryEntity = places[0]
    made.OffsetOfTheLastDirectoryRecordOfTheRootDirectoryEntity = places[0]
    for number, wanted in links.items():
        for name, target in wanted.items():
            setattr(records[number], name, places[target])
    return _bytes(made)


def _record(kind: str, source: Dataset) -> Dataset:
    made = Dataset()
    setattr(made, NEXT, 0)
    made.RecordInUseFlag = 0xFFFF
    setattr(made, DOWN, 0)
    made.DirectoryRecordType = kind
    made.SpecificCharacterSet = source.SpecificCharacterSet
    for name in COPIED[kind]:
        value: Any = source.get(name)
        if value is not None:
            setattr(made, name, value)
    return made


def _directory(study: Study, records: list[Dataset]) -> Dataset:
    made = Dataset()
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = MediaStorageDirectoryStorage
    meta.MediaStorageSOPInstanceUID = study.made_uid("directory", len(records))
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    meta.ImplementationClassUID = IMPLEMENTATION
    made.file_meta = meta
    made.FileSetID = "ANGIOSUITE"
    made.OffsetOfTheFirstDirectoryRecordOfTheRootDirectoryEntity = 0
    made.OffsetOfTheLastDirectoryRecordOfTheRootDirectoryEntity = 0
    made.FileSetConsistencyFlag = 0
    made.DirectoryRecordSequence = Items(records)
    return made


def _bytes(dataset: Dataset) -> bytes:
    out = BytesIO()
    dcmwrite(out, dataset, enforce_file_format=True)
    return out.getvalue()
