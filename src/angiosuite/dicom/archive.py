"""A zip archive checked before anything of it is unpacked: bombs, links, outward paths, passwords, copies."""

from __future__ import annotations

import stat
import struct
import zipfile
from pathlib import Path, PurePosixPath

from angiosuite.dicom.refusal import refused

BOMB_RATIO = 100
"""Unpacked bytes per packed byte that a real CT never reaches over `BOMB_BYTES`."""
BOMB_BYTES = 512 * 2**20
MAX_CATALOGUE_BYTES = 16 * 2**20
"""Length of an archive's list of members: 20 000 names of 800 letters."""
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


def is_zip(path: Path) -> bool:
    """Whether a file begins like a zip archive."""
    with path.open("rb") as file:
        return file.read(4) in (b"PK\x03\x04", b"PK\x05\x06")


def open_archive(path: Path) -> zipfile.ZipFile:
    """The archive, its list of members read and found to be of bounded length.

    Raises
    ------
    RefusedInput
        Damaged, or a list of members that no export has.
    """
    length = _catalogue_bytes(path)
    if length > MAX_CATALOGUE_BYTES:
        raise refused(
            "too-many-files",
            "The archive lists far more files than a CT has",
            value=f"a list of {length / 2**20:.0f} MB",
            way_out="Zip the folder of one series.",
        )
    try:
        return zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, ValueError, RuntimeError, EOFError) as error:
        raise refused(
            "zip-damaged",
            "The zip archive cannot be read",
            value=type(error).__name__,
            way_out="Download or export it again.",
        ) from error


def _catalogue_bytes(path: Path) -> int:
    """Length of the central directory as the archive's end states it (APPNOTE 6.3, 4.3.14 and 4.3.16)."""
    size = path.stat().st_size
    with path.open("rb") as file:
        file.seek(max(0, size - 66_000))
        tail = file.read()
    wide, plain = tail.rfind(b"PK\x06\x06"), tail.rfind(b"PK\x05\x06")
    if plain >= 0 and len(tail) >= plain + 16:
        length = int(struct.unpack_from("<I", tail, plain + 12)[0])
        if length == 0xFFFFFFFF and 0 <= wide <= len(tail) - 48:
            return int(struct.unpack_from("<Q", tail, wide + 40)[0])
        return length
    return 0


def check_members(members: list[zipfile.ZipInfo], archive_bytes: int) -> None:
    """Refuse an archive of which any member is a trap.

    Raises
    ------
    RefusedInput
        Outward paths, links, passwords, two members of one name, rare compression, a bomb.
    """
    total = packed = 0
    seen: set[str] = set()
    for place, member in enumerate(members, 1):
        where = f"member {place} of {len(members)}"
        _check_member(member, where)
        total += member.file_size
        packed += member.compress_size
        if member.filename in seen:
            raise refused(
                "zip-duplicate",
                "The archive holds two files of one name",
                where=where,
                way_out="Zip the folder of the series again.",
            )
        seen.add(member.filename)
    if total > BOMB_BYTES and total > BOMB_RATIO * max(min(packed, archive_bytes), 1):
        raise refused(
            "zip-bomb",
            "The archive unpacks to far more than any CT would",
            value=f"{total / 2**20:.0f} MB out of {archive_bytes / 2**20:.1f} MB",
            way_out="Import the folder of the series instead.",
        )


def _check_member(member: zipfile.ZipInfo, where: str) -> None:
    parts = PurePosixPath(member.filename.replace("\\", "/")).parts
    outward = ".." in parts or member.filename.startswith(("/", "\\")) or (parts and ":" in parts[0])
    if outward or not parts or "\0" in member.filename:
        raise refused(
            "zip-path",
            "The archive holds a path that leads out of it",
            where=where,
            way_out="Zip the folder of the series again.",
        )
    if member.flag_bits & 1:
        raise refused(
            "zip-encrypted",
            "The archive has a password",
            where=where,
            way_out="Unpack it and import the folder.",
        )
    if stat.S_ISLNK(member.external_attr >> 16):
        raise refused(
            "not-a-regular-file",
            "The archive holds a link",
            where=where,
            way_out="Zip the images themselves.",
        )
    if not member.is_dir() and member.compress_type not in METHODS:
        raise refused(
            "zip-method",
            "The archive is compressed in a way that is not read",
            where=where,
            value=f"method {member.compress_type}",
            way_out="Zip the folder with the usual compression (deflate).",
        )
