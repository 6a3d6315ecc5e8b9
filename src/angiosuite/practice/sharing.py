"""A run as one file: the session with its log, its pictures and its debrief, without who made it.

The file is a zip called ``.angiorun``: ``manifest.json`` (form, version, what is in it, SHA-256 of each
file), the session's own files, and practice's. Whoever opens it needs no account where it was made; notes
that they add ride back in the same file. A challenge is a small JSON file: drill, patient and seed, so that
another person meets the same patient in the same start.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import shutil
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path, PurePosixPath
from typing import Any

from angiosuite import __version__
from angiosuite.content.case_id import is_task_id
from angiosuite.kit.errors import RefusedInput
from angiosuite.kit.home import Home
from angiosuite.kit.ids import is_safe_id
from angiosuite.kit.log import read_entries, read_header
from angiosuite.suite.moments import Moments

from .attempt import AttemptFacts, AttemptFolder
from .debrief import Debrief

SUFFIX = ".angiorun"
FORM = 1
LEAST_APART_US = 200_000
"""Fluoroscopy pictures in the file are at least this far apart; held images, shots and runs are all there."""
MOST_BYTES = 512 * 2**20
"""Largest file that is opened, and most bytes that it may unpack to, times two."""
MOST_FILES = 60_000
PARTS = ("attempt", "drill", "bands", "judgement", "self", "notes", "takeaways")
"""Files of `practice/` that go along; disputes stay at home."""
PICTURE = re.compile(r"\d{6,}\.jpg")
"""Name of a picture. A log from elsewhere may name any file: none but a picture is read or written."""
KNOWN = ("session.json", "log.jsonl", "task.json", *(f"practice/{part}.json" for part in PARTS))


NEEDED = {"passed", "score", "gate", "goals", "faults", "measures", "help"}
"""What a debrief reads of a judgement that was kept."""
BROKEN = (
    zipfile.BadZipFile, zlib.error, LookupError, ValueError, TypeError, AttributeError, AssertionError,
    OSError, EOFError, RuntimeError,
)  # fmt: skip
"""What reading a file that somebody changed by hand may end in."""


def pack(folder: AttemptFolder, target: Path) -> None:
    """Write an attempt as one file, whole or not at all.

    Parameters
    ----------
    folder : AttemptFolder
        The attempt; its owner's id is not in the file.
    target : Path
        The file.
    """
    listed: dict[str, str] = {}
    partial = target.with_name(f".{target.name}.part")
    try:
        with zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as out:
            for name, data, packed in _files(folder):
                listed[name] = hashlib.sha256(data).hexdigest()
                out.writestr(name, data, zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED)
            manifest = {"form": FORM, "angiosuite": __version__, "kind": "attempt", "files": listed}
            out.writestr("manifest.json", json.dumps(manifest, indent=1))
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)


def _files(folder: AttemptFolder) -> Iterator[tuple[str, bytes, bool]]:
    """Name, bytes and whether to compress, of every file that goes along."""
    facts = asdict(folder.session.facts()) | {"owner": ""}
    yield "session.json", json.dumps(facts, indent=1).encode(), True
    yield "log.jsonl", folder.session.log.read_bytes(), True
    task = folder.path / "task.json"
    if task.is_file():
        yield "task.json", task.read_bytes(), True
    for part in PARTS:
        file = folder.kept / f"{part}.json"
        if file.is_file():
            yield f"practice/{part}.json", file.read_bytes(), True
    for name in _pictures(folder):
        file = folder.session.frames / name
        if file.is_file():
            yield f"frames/{name}", file.read_bytes(), False


def _pictures(folder: AttemptFolder) -> Iterator[str]:
    last_us: int | None = None
    for entry in read_entries(folder.session.log):
        if entry.name != "frame" or entry.kind != "observation" or "file" not in entry.data:
            continue
        if entry.data.get("mode") == "fluoro":
            if last_us is not None and entry.t_us - last_us < LEAST_APART_US:
                continue
            last_us = entry.t_us
        if isinstance(name := entry.data["file"], str) and PICTURE.fullmatch(name):
            yield name


def unpack(data: bytes, into: Path, home: Home) -> AttemptFacts:
    """Open a file into a fresh folder, whole or not at all.

    Parameters
    ----------
    data : bytes
        The file.
    into : Path
        A folder that does not exist.
    home : Home
        For the scratch folder on the same file system.

    Raises
    ------
    RefusedInput
        When it is no such file, is damaged, too large, or names files outside its folder.
    """
    scratch = home.scratch("shared")
    try:
        with _opened(data) as archive:
            for name, digest in _manifest(archive).items():
                path = scratch / _safe(name)
                path.parent.mkdir(parents=True, exist_ok=True)
                content = archive.read(name)
                if hashlib.sha256(content).hexdigest() != digest:
                    raise _refuse("A file in the run was changed or damaged", "run-file-damaged", name)
                path.write_bytes(content)
        folder = AttemptFolder(scratch)
        facts = folder.facts()
        if not is_safe_id(facts.id):
            raise _refuse("The run's id is not one", "run-file-broken", str(facts.id)[:60])
        read_header(folder.session.log)
        folder.session.facts()
        _look_over(folder)
        into.parent.mkdir(parents=True, exist_ok=True)
        scratch.replace(into)
    except BROKEN as error:
        raise _refuse("The run cannot be read", "run-file-broken", type(error).__name__) from error
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return facts


def _look_over(folder: AttemptFolder) -> None:
    """Read all that a debrief reads, so that what cannot be read is refused now and not half-way through."""
    Debrief(folder).judge_now()
    kept = folder.read("judgement")
    if kept is not None and not kept["judgement"].keys() >= NEEDED:
        raise KeyError("judgement")
    for note in folder.read("notes") or []:
        if not {"id": int, "t_us": int, "text": str}.items() <= {k: type(v) for k, v in note.items()}.items():
            raise TypeError("notes")
    Moments(folder.path)


def _opened(data: bytes) -> zipfile.ZipFile:
    if len(data) > MOST_BYTES:
        raise _refuse("The run is too large", "run-file-large", len(data))
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except zipfile.BadZipFile as error:
        raise _refuse("This is not a run's file", "run-file-unknown", data[:16].hex()) from error
    infos = archive.infolist()
    if len(infos) > MOST_FILES or sum(info.file_size for info in infos) > 2 * MOST_BYTES:
        raise _refuse("The run unpacks to more than a run can hold", "run-file-large", len(infos))
    return archive


def _manifest(archive: zipfile.ZipFile) -> Mapping[str, str]:
    manifest = json.loads(archive.read("manifest.json"))
    if not isinstance(manifest, dict) or manifest.get("kind") != "attempt":
        raise _refuse("This is not a run's file", "run-file-unknown", "manifest.json")
    if int(manifest["form"]) > FORM:
        raise _refuse("The run was written by a newer Angiosuite", "run-file-new", manifest["form"])
    files = manifest["files"]
    for needed in ("session.json", "log.jsonl", "practice/attempt.json", "practice/drill.json"):
        if needed not in files:
            raise _refuse("The run lacks a file", "run-file-broken", needed)
    return {str(name): str(digest) for name, digest in files.items()}


def _safe(name: str) -> PurePosixPath:
    path = PurePosixPath(name)
    parts = path.parts
    plain = not path.is_absolute() and "\\" not in name and ":" not in name and len(parts) <= 2
    if not plain or not parts or any(part in ("..", ".") or part.startswith(".") for part in parts):
        raise _refuse("The run names a file outside its folder", "run-file-path", name[:80])
    if name not in KNOWN and not (parts[0] == "frames" and len(parts) == 2 and PICTURE.fullmatch(parts[1])):
        raise _refuse("The run holds a file that none holds", "run-file-unknown-part", name[:80])
    return path


def _refuse(problem: str, code: str, value: Any) -> RefusedInput:
    return RefusedInput(
        problem,
        code=code,
        value=value,
        way_out="Ask for the file again; it is made under Export of a debrief.",
    )


# ---- challenges ------------------------------------------------------------------------------------


def challenge(facts: AttemptFacts, by: str) -> dict[str, Any]:
    """The same drill, patient and start for another person, as a small file."""
    return {
        "angiosuite": __version__,
        "kind": "challenge",
        "form": FORM,
        "drill": facts.drill,
        "drill_hash": facts.drill_hash,
        "title": facts.title,
        "patient": facts.patient,
        "seed": facts.seed,
        "by": by[:60],
    }


def read_challenge(data: bytes) -> dict[str, Any]:
    """What a challenge's file asks for.

    Raises
    ------
    RefusedInput
        When it is no challenge or holds what none holds.
    """
    try:
        read = json.loads(data)
        drill, patient, seed = read["drill"], read["patient"], read["seed"]
        whole = read["kind"] == "challenge" and isinstance(seed, int) and 0 <= seed < 2**53
        whole = whole and isinstance(drill, str) and is_task_id(drill)
        whole = whole and isinstance(patient, str) and is_safe_id(patient)
    except (ValueError, KeyError, TypeError) as error:
        raise _refuse(
            "This is not a challenge's file", "challenge-unreadable", type(error).__name__
        ) from error
    if not whole:
        raise _refuse("The challenge holds what none holds", "challenge-broken", str(read)[:80])
    return {
        "drill": drill,
        "patient": patient,
        "seed": seed,
        "by": str(read.get("by", ""))[:60],
        "hash": str(read.get("drill_hash", "")),
    }


def is_challenge(data: bytes) -> bool:
    """Whether a file begins as JSON does, and not as a zip."""
    return data.lstrip()[:1] == b"{"
