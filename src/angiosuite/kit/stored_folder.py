"""Folders that hold one thing on disk: they appear whole or not at all, and one that is damaged says so."""

from __future__ import annotations

import os
import shutil
import uuid
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from .errors import AngiosuiteError

_UNREADABLE = (
    OSError,
    EOFError,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    zipfile.BadZipFile,
)
"""What reading a file raises that is missing, cut short or not what it was taken for."""


class StoredFolderError(AngiosuiteError):
    """A stored folder cannot be read: missing, cut short or of another format."""

    def __init__(self, what: str, folder: Path, reason: str, way_out: str) -> None:
        super().__init__(
            f"The stored {what} cannot be read",
            code="stored-folder",
            where=str(folder),
            value=reason,
            way_out=way_out,
        )


@contextmanager
def written_whole(folder: Path) -> Iterator[Path]:
    """A fresh folder to write in, beside `folder`; takes its name and place when the block ends well.

    A folder that has the name goes only then; when the block fails, it stays and what was written goes.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    scratch = folder.with_name(f".{folder.name}.{uuid.uuid4().hex}.part")
    scratch.mkdir()
    try:
        yield scratch
        if folder.exists():
            old = folder.with_name(f".{folder.name}.{uuid.uuid4().hex}.old")
            os.replace(folder, old)
            os.replace(scratch, folder)
            shutil.rmtree(old, ignore_errors=True)
        else:
            os.replace(scratch, folder)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


@dataclass(frozen=True, slots=True)
class Reading:
    """Whatever goes wrong in reading a folder is one error: ``with Reading("body", folder, way_out):``.

    Parameters
    ----------
    what : str
        What is stored, as a noun.
    folder : Path
    way_out : str
        What a person can do when it cannot be read.

    Raises
    ------
    StoredFolderError
        When something in the folder is missing, cut short or not what it should be.
    """

    what: str
    folder: Path
    way_out: str

    def __enter__(self) -> None:
        """Begin."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Raise the one error for those that reading raises; all others pass."""
        if isinstance(error, _UNREADABLE):
            raise StoredFolderError(self.what, self.folder, str(error), self.way_out) from error


def check_format(found: object, expected: int) -> None:
    """Refuse facts of another layout; to be called within `Reading`."""
    if found != expected:
        raise ValueError(f"format {found!r}, expected {expected}")
