"""Content items of a structured report, written with pydicom alone (PS3.3 C.17.3).

highdicom has the same as classes; it takes 2.4 s to import, most of what a whole export may take, and has no
radiation dose report.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pydicom.dataset import Dataset
from pydicom.sequence import Sequence
from pydicom.uid import UID

from angiosuite.dicom.study import dicom_datetime


@dataclass(frozen=True, slots=True)
class Code:
    """A concept: value, coding scheme, meaning."""

    value: str
    scheme: str
    meaning: str

    def item(self) -> Dataset:
        """As an item of a code sequence (PS3.3 §8.8)."""
        made = Dataset()
        made.CodeValue, made.CodingSchemeDesignator, made.CodeMeaning = self.value, self.scheme, self.meaning
        return made


def dcm(value: str, meaning: str) -> Code:
    """A concept of the DICOM Controlled Terminology (PS3.16 Annex D)."""
    return Code(value, "DCM", meaning)


def sct(value: str, meaning: str) -> Code:
    """A concept of SNOMED CT."""
    return Code(value, "SCT", meaning)


def unit(value: str, meaning: str | None = None) -> Code:
    """A unit of UCUM."""
    return Code(value, "UCUM", meaning or value)


def code(name: Code, value: Code, relation: str = "CONTAINS", *children: Dataset) -> Dataset:
    """A coded answer."""
    made = _item("CODE", name, relation, children)
    made.ConceptCodeSequence = Sequence([value.item()])
    return made


def text(name: Code, value: str, relation: str = "CONTAINS", *children: Dataset) -> Dataset:
    """An answer in words."""
    made = _item("TEXT", name, relation, children)
    made.TextValue = value
    return made


def number(name: Code, value: float, of: Code, *children: Dataset) -> Dataset:
    """A measured value with its unit, seven digits."""
    made = _item("NUM", name, "CONTAINS", children)
    measured = Dataset()
    measured.MeasurementUnitsCodeSequence = Sequence([of.item()])
    measured.NumericValue = f"{value:.7g}" if value else "0"
    made.MeasuredValueSequence = Sequence([measured])
    return made


def moment(name: Code, value: datetime) -> Dataset:
    """A date with its time."""
    made = _item("DATETIME", name, "CONTAINS", ())
    made.DateTime = dicom_datetime(value)
    return made


def uid(name: Code, value: UID, relation: str = "CONTAINS") -> Dataset:
    """A unique identifier."""
    made = _item("UIDREF", name, relation, ())
    made.UID = value
    return made


def image(name: Code, sop_class: UID, instance: UID) -> Dataset:
    """A reference to an image."""
    made = _item("IMAGE", name, "CONTAINS", ())
    made.ReferencedSOPSequence = Sequence([reference(sop_class, instance)])
    return made


def container(name: Code, *children: Dataset, relation: str = "CONTAINS") -> Dataset:
    """A heading with what stands below it."""
    made = _item("CONTAINER", name, relation, children)
    made.ContinuityOfContent = "SEPARATE"
    return made


def reference(sop_class: UID, instance: UID) -> Dataset:
    """An item that names another object (PS3.3 §10.8)."""
    made = Dataset()
    made.ReferencedSOPClassUID, made.ReferencedSOPInstanceUID = sop_class, instance
    return made


def _item(kind: str, name: Code, relation: str, children: tuple[Dataset, ...]) -> Dataset:
    made = Dataset()
    if relation:
        made.RelationshipType = relation
    made.ValueType = kind
    made.ConceptNameCodeSequence = Sequence([name.item()])
    if children:
        made.ContentSequence = Sequence(children)
    return made
