"""One file of the input looked at: slices of a CT, or what it is instead."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO

from pydicom.uid import UID

from angiosuite.dicom.attributes import Attributes
from angiosuite.dicom.container import Container, Entry
from angiosuite.dicom.directory import is_directory
from angiosuite.dicom.encoding import LOSSY, opened
from angiosuite.dicom.header import CT_IMAGE, MULTI_FRAME_CT, modality_word, parse, slice_headers
from angiosuite.dicom.multiframe import frame_groups
from angiosuite.dicom.nifti import is_nifti, unpacked_head
from angiosuite.dicom.refusal import refused
from angiosuite.dicom.series import Slice
from angiosuite.kit.errors import RefusedInput

_KINDS = {
    "1.2.840.10008.5.1.4.1.1.88.67": "dose report",
    "1.2.840.10008.5.1.4.1.1.66.4": "segmentation",
}
_CAPTURE = "1.2.840.10008.5.1.4.1.1.7"
HEAD_BYTES = 65_536


@dataclass(frozen=True, slots=True)
class Other:
    """A file that is no slice that can be read: its kind (empty when it is no DICOM image) and why not."""

    kind: str
    problem: RefusedInput


def look(container: Container, entry: Entry) -> list[Slice] | Other:
    """The slices in one file, none for a DICOM directory, or why it cannot be read.

    Notes
    -----
    Only the listed attributes before the pixels are read: see `header`.
    """
    where = container.label(entry)
    kind = ""
    try:
        with container.open(entry) as file:
            head = file.read(HEAD_BYTES)
            if is_directory(head):
                return []
            if head[128:132] != b"DICM":
                return Other("", _stranger(head, where))
            file.seek(0)
            image = opened(file, where)
            dataset, pixels_at = parse(image, where)
        get = Attributes(dataset, where)
        kind = _kind(get)
        if kind != "CT":
            return Other(kind, _not_ct(get))
        groups = frame_groups(dataset, where)
        headers = slice_headers(dataset, pixels_at, image.syntax, where, groups)
        for header in headers:
            header.facts["is_lossy"] |= image.syntax in LOSSY
        return [Slice(entry, header) for header in headers]
    except RefusedInput as error:
        return Other(kind, error)


def _kind(get: Attributes) -> str:
    sop_class, modality = get.text("SOPClassUID", ""), get.text("Modality", "")
    if sop_class in (CT_IMAGE, *MULTI_FRAME_CT) and modality in ("CT", ""):
        return "CT"
    if sop_class == _CAPTURE or sop_class.startswith(_CAPTURE + "."):
        return "secondary capture"
    return _KINDS.get(sop_class, "other modality")


def _not_ct(get: Attributes) -> RefusedInput:
    sop_class = get.text("SOPClassUID", "")
    name = UID(sop_class).name if sop_class else "no SOP class"
    return refused(
        "not-ct",
        "This is not a CT image",
        where=get.where,
        value=f"{modality_word(get)}, {name if name != sop_class else 'unknown class'}",
        way_out="Name the folder of one CT series.",
    )


def _stranger(head: bytes, where: str) -> RefusedInput:
    """The refusal of a file that is not DICOM, saying what it is when we can name it."""
    name, way_out = "not a DICOM file", "Remove it from the folder, or name the folder of the series."
    if head[:4] in (b"PK\x03\x04", b"PK\x05\x06"):
        name, way_out = "a zip archive inside, not a DICOM image", "Import that archive itself."
    elif is_nifti(unpacked_head(BytesIO(head))):
        name, way_out = "a NIfTI volume inside, not a DICOM image", "Import that file itself."
    elif head[:2] == b"\x1f\x8b":
        name, way_out = "a gzip-compressed file that is no NIfTI volume", "Unpack it first."
    return refused("not-dicom", f"This is {name}", where=where, way_out=way_out)
