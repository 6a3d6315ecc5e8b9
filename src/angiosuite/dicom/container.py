"""Folder, zip or single file as a list of readable entries, within limits and without leaving them.

Nothing is unpacked to disk: a zip member is read into memory one at a time, never more than it declares.
"""

from __future__ import annotations

import os
import stat
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from angiosuite.dicom.refusal import refused

MAX_FILES = 20_000
MAX_FILE_BYTES = 256 * 2**20
"""A CT slice has half a megabyte; 256 MB leaves room for any single frame."""
MAX_TOTAL_BYTES = 12 * 2**30
BOMB_RATIO = 100
"""Unpacked bytes per packed byte that a real CT never reaches over `BOMB_BYTES`."""
BOMB_BYTES = 512 * 2**20

BYSTANDERS = frozenset(
    [
        ".txt", ".md", ".pdf", ".htm", ".html", ".xml", ".css", ".js", ".json",
        ".csv", ".log", ".jpg", ".jpeg", ".png", ".gif", ".bmp", ".ico", ".inf",
        ".ini", ".exe", ".dll", ".bat", ".sh", ".jar", ".rtf", ".doc", ".docx",
        ".sha256",
    ]
)  # fmt: skip
"""Endings of files that viewers and archives put beside the images."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of the input: its name inside the input (for messages, never kept), size in bytes, place."""

    name: str
    size: int
    place: int = 1


class Container:
    """The files of one input; `read` gives the bytes of one."""

    def __init__(self, entries: list[Entry], archive: zipfile.ZipFile | None, root: Path) -> None:
        self.entries = entries
        self._archive = archive
        self._root = root

    def read(self, entry: Entry) -> bytes:
        """All bytes of an entry.

        Raises
        ------
        RefusedInput
            When it cannot be read, is damaged or longer than it declared.
        """
        try:
            if self._archive is not None:
                with self._archive.open(entry.name) as member:
                    data = member.read(entry.size + 1)
            else:
                path = self._root / entry.name if entry.name else self._root
                with os.fdopen(os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0)), "rb") as file:
                    data = file.read(entry.size + 1)
        except (
            OSError,
            zipfile.BadZipFile,
            zlib.error,
            RuntimeError,
            NotImplementedError,
            EOFError,
        ) as error:
            raise refused(
                "file-unreadable",
                "A file cannot be read",
                where=self.label(entry),
                value=type(error).__name__,
                way_out="Export the series again; the copy may be damaged.",
            ) from error
        if len(data) != entry.size:
            raise refused(
                "file-changed",
                "A file has another length than declared",
                where=self.label(entry),
                value=len(data),
                way_out="Export the series again; the copy may be damaged.",
            )
        return data

    def label(self, entry: Entry) -> str:
        """The entry for a message: its place in the list and its last name."""
        return (
            f"file {entry.place} of {len(self.entries)}, {PurePosixPath(entry.name or self._root.name).name}"
        )


@contextmanager
def open_container(path: Path) -> Iterator[Container]:
    """The files at a path: a folder with all below it, a zip archive, or one file.

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
        yield Container(_folder_entries(path), None, path)
    elif not path.is_file():
        raise refused(
            "not-a-file", "This is neither a file nor a folder", where=path.name, way_out="Name a file."
        )
    elif _is_zip(path):
        try:
            archive = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, EOFError) as error:
            raise refused(
                "zip-damaged",
                "The zip archive cannot be read",
                where=path.name,
                value=type(error).__name__,
                way_out="Download or export it again.",
            ) from error
        with archive:
            yield Container(_zip_entries(archive, path), archive, path)
    else:
        size = path.stat().st_size
        _check_size(size, path.name)
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
    return path if is_volume or _is_zip(path) else None


def _is_zip(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(4) in (b"PK\x03\x04", b"PK\x05\x06")


def _folder_entries(root: Path) -> list[Entry]:
    entries: list[Entry] = []
    total = 0
    for folder, folders, names in os.walk(root):
        folders.sort()
        for name in sorted([*names, *(f for f in folders if os.path.islink(os.path.join(folder, f)))]):
            full = Path(folder) / name
            relative = full.relative_to(root).as_posix()
            if _is_clutter(relative):
                continue
            facts = full.lstat()
            if not stat.S_ISREG(facts.st_mode):
                raise refused(
                    "not-a-regular-file",
                    "The folder holds a link or a special file",
                    where=relative,
                    way_out="Copy the images themselves into a folder of their own.",
                )
            total += facts.st_size
            _check_size(facts.st_size, relative)
            _check_totals(len(entries) + 1, total)
            entries.append(Entry(relative, facts.st_size, len(entries) + 1))
    if not entries:
        way_out = "Name the folder of the series."
        raise refused("empty", "The folder holds no files", where=root.name, way_out=way_out)
    return entries


def _zip_entries(archive: zipfile.ZipFile, path: Path) -> list[Entry]:
    entries: list[Entry] = []
    members = archive.infolist()
    _check_totals(len(members), 0)
    total = packed = 0
    for member in members:
        if member.is_dir():
            continue
        _check_member(member)
        total += member.file_size
        packed += member.compress_size
        _check_totals(len(entries) + 1, total)
        if total > BOMB_BYTES and total > BOMB_RATIO * max(packed, path.stat().st_size):
            raise refused(
                "zip-bomb",
                "The archive unpacks to far more than any CT would",
                where=path.name,
                value=f"{total / 2**20:.0f} MB out of {path.stat().st_size / 2**20:.1f} MB",
                way_out="Import the folder of the series instead.",
            )
        if not _is_clutter(member.filename):
            _check_size(member.file_size, member.filename)
            entries.append(Entry(member.filename, member.file_size, len(entries) + 1))
    if not entries:
        way_out = "Zip the folder of the series."
        raise refused("empty", "The archive holds no files", where=path.name, way_out=way_out)
    return entries


def _check_member(member: zipfile.ZipInfo) -> None:
    parts = PurePosixPath(member.filename.replace("\\", "/")).parts
    if ".." in parts or member.filename.startswith(("/", "\\")) or ":" in parts[0]:
        raise refused(
            "zip-path",
            "The archive holds a path that leads out of it",
            where=member.filename[-80:],
            way_out="Zip the folder of the series again.",
        )
    if member.flag_bits & 1:
        raise refused(
            "zip-encrypted",
            "The archive has a password",
            where=parts[-1],
            way_out="Unpack it and import the folder.",
        )
    if stat.S_ISLNK(member.external_attr >> 16):
        raise refused(
            "not-a-regular-file",
            "The archive holds a link",
            where=parts[-1],
            way_out="Zip the images themselves.",
        )


def _is_clutter(name: str) -> bool:
    """Whether a file is an operating system's or a viewer's, not part of the series."""
    path = PurePosixPath(name.replace("\\", "/"))
    if any(part.startswith(".") or part == "__MACOSX" for part in path.parts):
        return True
    return path.name.lower() == "thumbs.db" or path.suffix.lower() in BYSTANDERS


def _check_size(size: int, name: str) -> None:
    if size > MAX_FILE_BYTES and not name.lower().endswith((".nii", ".nii.gz", ".gz")):
        raise refused(
            "file-too-large",
            f"A file is larger than {MAX_FILE_BYTES // 2**20} MB, which no CT slice is",
            where=PurePosixPath(name).name,
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
