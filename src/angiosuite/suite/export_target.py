"""Where an export goes: a folder or a zip, written whole or not at all."""

from __future__ import annotations

import os
import shutil
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, cast

from angiosuite.kit.errors import RefusedInput

SPARE_BYTES = 64 * 2**20
"""Room that is left on the disk."""


class FolderTarget:
    """A folder that appears under its name when all is written."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._part = path.with_name(f".{path.name}.part")
        shutil.rmtree(self._part, ignore_errors=True)
        self._part.mkdir()

    @contextmanager
    def file(self, name: str) -> Iterator[BinaryIO]:
        """A new file to write."""
        path = self._part / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with open(path, "wb") as file:
            yield file

    def finish(self) -> None:
        """Rename."""
        self._part.rename(self._path)

    def drop(self) -> None:
        """Remove what was written so far."""
        shutil.rmtree(self._part, ignore_errors=True)


class ZipTarget:
    """A zip archive, stored without compression, of any size; each file goes straight into it.

    12-bit pictures with noise and JPEG do not become smaller by deflating; it would only take time.
    """

    def __init__(self, path: Path, dated: datetime) -> None:
        self._path = path
        self._part = path.with_name(f".{path.name}.part")
        self._root = path.stem
        self._date = (max(dated.year, 1980), *dated.timetuple()[1:6])
        self._zip = zipfile.ZipFile(self._part, "w", zipfile.ZIP_STORED, allowZip64=True)

    @contextmanager
    def file(self, name: str) -> Iterator[BinaryIO]:
        """A new file to write."""
        member = zipfile.ZipInfo(f"{self._root}/{name}", self._date)
        member.external_attr = 0o644 << 16
        with self._zip.open(member, "w", force_zip64=True) as file:
            yield cast(BinaryIO, file)

    def finish(self) -> None:
        """Close and rename."""
        self._zip.close()
        os.replace(self._part, self._path)

    def drop(self) -> None:
        """Remove what was written so far."""
        self._zip.close()
        self._part.unlink(missing_ok=True)


def new_target(path: Path, needed_bytes: int, dated: datetime) -> FolderTarget | ZipTarget:
    """A zip for a name that ends so, else a folder.

    Raises
    ------
    RefusedInput
        When something has this name, its folder is not there or may not be written, or the disk is too full.
    """
    if path.exists() or path.is_symlink():
        raise RefusedInput(
            "The target exists already",
            code="export-target-exists",
            where=str(path),
            way_out="Name one that does not exist yet.",
        )
    if not path.parent.is_dir():
        raise RefusedInput(
            "There is no folder to put the export into",
            code="export-no-parent",
            where=str(path.parent),
            way_out="Make it first, or name another place.",
        )
    free = shutil.disk_usage(path.parent).free
    if free < needed_bytes + SPARE_BYTES:
        raise RefusedInput(
            "The disk has no room for the export",
            code="export-disk-full",
            where=str(path.parent),
            value=f"{needed_bytes / 1e6:.0f} MB needed, {free / 1e6:.0f} MB free",
            way_out="Free some room, or name a place on another disk.",
        )
    try:
        return ZipTarget(path, dated) if path.suffix.lower() == ".zip" else FolderTarget(path)
    except OSError as error:
        raise RefusedInput(
            "The export cannot be written there",
            code="export-not-writable",
            where=str(path.parent),
            value=error.strerror,
            way_out="Name a place that you may write to.",
        ) from error
