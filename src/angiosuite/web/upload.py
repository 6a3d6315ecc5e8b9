"""An upload, streamed from the socket to files in a scratch folder; never in memory, never outside."""

from __future__ import annotations

import re
from pathlib import Path
from typing import BinaryIO

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.requests import ClientDisconnect, Request

from angiosuite.kit.errors import RefusedInput

LARGEST_COUNT = 20_000
"""Files in one upload, at most."""
DEEPEST = 12
"""Folders within folders, at most."""
_UNSAFE = re.compile(r"[^A-Za-z0-9._ ()+=@,-]")


def _refused(message: str, way_out: str, value: object = None, code: str = "bad-upload") -> RefusedInput:
    return RefusedInput(message, code=code, where="upload", value=value, way_out=way_out)


def safe_path(name: str) -> Path:
    """A relative path from what a browser calls a file: below its folder, visible, of plain characters.

    The folders and names of a DICOM medium stay as its DICOMDIR has them.

    Raises
    ------
    RefusedInput
        When the name leads out of the upload, or is too deep.
    """
    parts = re.split(r"[/\\]+", name)
    if ".." in parts or "\0" in name or parts[0].endswith(":") or (parts[0] == "" and len(parts) > 1):
        raise _refused(
            "A file's name leads out of the upload",
            "Send files by names below one folder.",
            name[:100],
            "upload-path",
        )
    kept = [part for part in parts if part not in ("", ".")]
    if len(kept) > DEEPEST:
        raise _refused(
            f"A file lies more than {DEEPEST} folders deep",
            "Send the folder of the series itself.",
            len(kept),
            "upload-too-deep",
        )
    return Path(*([_UNSAFE.sub("_", part).strip(" .")[-100:] or "_" for part in kept] or ["file"]))


def _key(path: Path) -> str:
    """A path as file systems compare it that take small and capital letters for the same."""
    return path.as_posix().lower()


class Upload:
    """Writes the parts of a multipart body that carry a file name."""

    def __init__(self, folder: Path, boundary: bytes) -> None:
        self.folder = folder
        self.files: list[Path] = []
        self._names: set[str] = set()
        self._taken: set[str] = set()
        self._header = b""
        self._value = b""
        self._name: str | None = None
        self._open: BinaryIO | None = None
        self._parser = MultipartParser(
            boundary,
            {
                "on_part_begin": self._begin,
                "on_part_data": self._data,
                "on_part_end": self._end,
                "on_header_field": self._on_field,
                "on_header_value": self._on_value,
                "on_header_end": self._on_header,
                "on_headers_finished": self._on_headers,
            },
        )

    def write(self, chunk: bytes) -> None:
        """Take the next bytes of the body."""
        try:
            self._parser.write(chunk)
        except FormParserError as error:
            raise _refused(
                "The upload is not a readable form", "Send multipart/form-data with files."
            ) from error

    def finish(self) -> list[Path]:
        """Close; the files written. An upload without a whole file is refused."""
        try:
            self._parser.finalize()
        except FormParserError as error:
            raise _refused("The upload ends in the middle", "Send it again.") from error
        if self._open is not None:
            raise _refused("The upload ends in the middle of a file", "Send it again.")
        if not self.files:
            raise _refused("The upload holds no file", "Drop a folder, a zip or a NIfTI file.")
        return self.files

    def close(self) -> None:
        """Let go of a half-written file."""
        if self._open is not None:
            self._open.close()
            self._open = None

    def _begin(self) -> None:
        self._name = None

    def _on_field(self, data: bytes, start: int, end: int) -> None:
        self._header += data[start:end]

    def _on_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _on_header(self) -> None:
        if self._header.lower() == b"content-disposition":
            _, options = parse_options_header(self._value)
            raw = options.get(b"filename")
            self._name = raw.decode("utf-8", "replace") if raw is not None else None
        self._header = self._value = b""

    def _on_headers(self) -> None:
        if self._name is None:
            return
        if len(self.files) >= LARGEST_COUNT:
            raise _refused(
                "The upload has too many files", "Send one series.", LARGEST_COUNT, "upload-too-many-files"
            )
        path = self._free(safe_path(self._name))
        path.parent.mkdir(parents=True, exist_ok=True)
        self._open = path.open("xb")
        self.files.append(path)

    def _free(self, wanted: Path) -> Path:
        """A place that no file or folder of the upload has, on any file system."""
        place, number = wanted, len(self.files)
        while _key(place) in self._taken or any(_key(above) in self._names for above in place.parents):
            place = Path(f"{number:05d}-{wanted.name}")
            number += 1
        self._names.add(_key(place))
        self._taken |= {_key(part) for part in (place, *place.parents)}
        return self.folder / place

    def _data(self, data: bytes, start: int, end: int) -> None:
        if self._open is not None:
            self._open.write(memoryview(data)[start:end])

    def _end(self) -> None:
        self.close()


async def receive(request: Request, folder: Path) -> Path:
    """Stream a request's files into `folder`; what an import should read: one file, or the folder.

    Raises
    ------
    RefusedInput
        When the body is not a form with files, or is cut short.
    """
    kind, options = parse_options_header(request.headers.get("content-type", "").encode("latin-1"))
    boundary = options.get(b"boundary", b"")
    if kind != b"multipart/form-data" or not 0 < len(boundary) <= 200:
        raise _refused(
            "An upload is multipart/form-data with a boundary",
            "Send a form with files.",
            kind.decode("latin-1")[:60],
        )
    try:
        upload = Upload(folder, boundary)
    except FormParserError as error:
        raise _refused("The upload's boundary cannot be used", "Send a form with files.") from error
    try:
        async for chunk in request.stream():
            upload.write(chunk)
        files = upload.finish()
    except ClientDisconnect as error:
        raise _refused("The upload was cut short", "Send it again.") from error
    finally:
        upload.close()
    return files[0] if len(files) == 1 else folder
