"""Folder, zip or single file as a list of readable entries, within limits and without leaving them.

Nothing is unpacked to disk: a file is opened one at a time and never read past what it declares. Names of
files and folders may name a patient, so no message holds one: an entry is called by its number, counted in
the order of the names (folder) or of the archive.
"""

from __future__ import annotations

import os
import stat
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

from angiosuite.dicom.archive import check_members, is_zip, open_archive
from angiosuite.dicom.refusal import refused

MAX_FILES = 20_000
MAX_FILE_BYTES = 2**30
"""A CT slice has half a megabyte, a multi-frame CT of 512 slices 268 MB."""
MAX_TOTAL_BYTES = 12 * 2**30

BYSTANDERS = frozenset(
    [
        ".txt", ".md", ".pdf", ".htm", ".html", ".xml", ".css", ".js", ".json",
        ".csv", ".log", ".jpg", ".jpeg", ".png", ".gif", ".bmp", ".ico", ".inf",
        ".ini", ".exe", ".dll", ".bat", ".sh", ".jar", ".rtf", ".doc", ".docx",
        ".sha256",
    ]
)  # fmt: skip
"""Endings of files that viewers and archives put beside the images."""

UNREADABLE = (OSError, zipfile.BadZipFile, zlib.error, RuntimeError, EOFError)
"""What reading a damaged archive or file may raise."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of the input: its name inside the input (never kept, never shown), size in bytes, place."""

    name: str
    size: int
    place: int = 1


class Container:
    """The files of one input; `open` gives one to read."""

    def __init__(self, entries: list[Entry], archive: zipfile.ZipFile | None, root: Path) -> None:
        self.entries = entries
        self._archive = archive
        self._root = root

    @property
    def is_archive(self) -> bool:
        """Whether the files lie in a zip archive, in which going back costs unpacking anew."""
        return self._archive is not None

    @contextmanager
    def open(self, entry: Entry) -> Iterator[IO[bytes]]:
        """An entry opened for reading.

        Raises
        ------
        RefusedInput
            When it cannot be read or is damaged, also while the caller reads.
        """
        try:
            with self._opened(entry) as file:
                yield file
        except UNREADABLE as error:
            raise refused(
                "file-unreadable",
                "A file cannot be read",
                where=self.label(entry),
                value=type(error).__name__,
                way_out="Export the series again; the copy may be damaged.",
            ) from error

    def _opened(self, entry: Entry) -> IO[bytes]:
        if self._archive is not None:
            return self._archive.open(entry.name)
        path = self._root / entry.name if entry.name else self._root
        return os.fdopen(os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0)), "rb")

    def label(self, entry: Entry) -> str:
        """The entry for a message: its place in the list, since its name may name the patient."""
        return f"file {entry.place} of {len(self.entries)}"


@contextmanager
def open_container(path: Path, only: Sequence[str] | None = None) -> Iterator[Container]:
    """The files at a path: a folder with all below it, a zip archive, or one file.

    Parameters
    ----------
    path : Path
    only : sequence of str, optional
        Of a folder, these files alone (paths below it), as a DICOM directory lists them.

    Raises
    ------
    RefusedInput
        Missing, empty, too many or too large, links, archives with passwords or outward paths, bombs.
    """
    if not path.exists():
        raise refused(
            "not-found", "There is nothing at this path", where=str(path), way_out="Check the spelling."
        )
    if path.is_dir():
        yield Container(_folder_entries(path) if only is None else _listed(path, only), None, path)
    elif not path.is_file():
        raise refused("not-a-file", "This is neither a file nor a folder", way_out="Name a file.")
    elif is_zip(path):
        with open_archive(path) as archive:
            yield Container(_zip_entries(archive, path), archive, path)
    else:
        size = path.stat().st_size
        _check_size(size, path.name, "the file")
        yield Container([Entry("", size)], None, path.resolve())


def only_file(folder: Path) -> Path | None:
    """The one file of a folder when it is a zip, gzip or NIfTI file, as a dropped file may arrive."""
    entries = _folder_entries(folder)
    if len(entries) != 1:
        return None
    path = folder / entries[0].name
    with path.open("rb") as file:
        head = file.read(348)
    is_volume = head[:2] == b"\x1f\x8b" or head[344:347] == b"n+1" or head[4:7] == b"n+2"
    return path if is_volume or is_zip(path) else None


def _folder_entries(root: Path) -> list[Entry]:
    names: list[str] = []
    for folder, folders, files in os.walk(root):
        folders.sort()
        links = [f for f in folders if os.path.islink(os.path.join(folder, f))]
        names += [(Path(folder) / name).relative_to(root).as_posix() for name in sorted([*files, *links])]
        _check_totals(len(names), 0)
    entries = _listed(root, [name for name in names if not _is_clutter(name)])
    if not entries:
        raise refused("empty", "The folder holds no files", way_out="Name the folder of the series.")
    return entries


def _listed(root: Path, names: Sequence[str]) -> list[Entry]:
    entries: list[Entry] = []
    total = 0
    for name in names:
        facts = (root / name).lstat()
        where = f"file {len(entries) + 1} of {len(names)}"
        if not stat.S_ISREG(facts.st_mode):
            raise refused(
                "not-a-regular-file",
                "The folder holds a link or a special file",
                where=where,
                way_out="Copy the images themselves into a folder of their own.",
            )
        total += facts.st_size
        _check_size(facts.st_size, name, where)
        _check_totals(len(entries) + 1, total)
        entries.append(Entry(name, facts.st_size, len(entries) + 1))
    return entries


def _zip_entries(archive: zipfile.ZipFile, path: Path) -> list[Entry]:
    entries: list[Entry] = []
    members = archive.infolist()
    _check_totals(len(members), sum(member.file_size for member in members))
    check_members(members, path.stat().st_size)
    for member in members:
        if not member.is_dir() and not _is_clutter(member.filename):
            _check_size(member.file_size, member.filename, f"file {len(entries) + 1}")
            entries.append(Entry(member.filename, member.file_size, len(entries) + 1))
    if not entries:
        raise refused("empty", "The archive holds no files", way_out="Zip the folder of the series.")
    return entries


def _is_clutter(name: str) -> bool:
    """Whether a file is an operating system's or a viewer's, not part of the series."""
    path = PurePosixPath(name.replace("\\", "/"))
    if any(part.startswith(".") or part == "__MACOSX" for part in path.parts):
        return True
    return path.name.lower() == "thumbs.db" or path.suffix.lower() in BYSTANDERS


def _check_size(size: int, name: str, where: str) -> None:
    if size > MAX_FILE_BYTES and not name.lower().endswith((".nii", ".nii.gz", ".gz")):
        raise refused(
            "file-too-large",
            f"A file is larger than {MAX_FILE_BYTES // 2**20} MB, which no CT is",
            where=where,
            value=f"{size / 2**20:.0f} MB",
            way_out="Export the series as one file per slice.",
        )


def _check_totals(count: int, total: int) -> None:
    if count > MAX_FILES:
        raise refused(
            "too-many-files",
            f"There are more than {MAX_FILES} files",
            value=count,
            way_out="Name the folder of one series.",
        )
    if total > MAX_TOTAL_BYTES:
        raise refused(
            "too-large",
            f"The files are larger than {MAX_TOTAL_BYTES // 2**30} GB together",
            value=f"{total / 2**30:.1f} GB",
            way_out="Name the folder of one series.",
        )
