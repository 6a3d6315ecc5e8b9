"""A DICOM directory (DICOMDIR) as an index of the images that lie beside it; nothing else of it is read."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pydicom

from angiosuite.dicom.attributes import Attributes
from angiosuite.dicom.encoding import Bounded, opened
from angiosuite.dicom.refusal import refused

DIRECTORY = "1.2.840.10008.1.3.10"
_COMPONENT = re.compile(r"[A-Za-z0-9_]{1,16}")
MAX_BYTES = 64 * 2**20


def is_directory(head: bytes) -> bool:
    """Whether a file's first bytes are those of a DICOM directory (media storage class in its meta)."""
    return head[128:132] == b"DICM" and DIRECTORY.encode() in head[132:700]


def listed_files(path: Path) -> list[str] | None:
    """The files that a DICOM directory lists and that lie beside it; None when the file is none.

    Notes
    -----
    **Source** PS3.3 F.3 (ReferencedFileID), PS3.10 section 8.2: up to eight components of eight capitals,
    digits or underscores, so that no listed path can lead out of the folder.

    Raises
    ------
    RefusedInput
        When it is a directory but damaged, or none of its images is there.
    """
    with path.open("rb") as file:
        if not is_directory(file.read(1024)):
            return None
        file.seek(0)
        try:
            bounded: Any = Bounded(opened(file, "the file").file)
            dataset = pydicom.dcmread(bounded, specific_tags=["DirectoryRecordSequence"])
            records = Attributes(dataset, "the file").items("DirectoryRecordSequence")
            names = [_name(record) for record in records]
        except Exception:  # a malformed directory may fail anywhere in the parser
            names = []
    root = path.parent.resolve()
    found = [name for name in dict.fromkeys(names) if name and _is_inside(root, name)]
    if not found:
        raise refused(
            "directory-only",
            "This is a DICOM directory (DICOMDIR) without its images",
            way_out="Name the folder that holds the images.",
        )
    return found


def _name(record: pydicom.Dataset) -> str:
    value = getattr(record, "ReferencedFileID", None)
    parts = [value] if isinstance(value, str) else list(value or ())
    if not 1 <= len(parts) <= 8 or not all(_COMPONENT.fullmatch(str(part)) for part in parts):
        return ""
    return "/".join(str(part) for part in parts)


def _is_inside(root: Path, name: str) -> bool:
    full = root / name
    return full.is_file() and full.resolve() == full
