"""The folder of one patient: what stands in it, how it is read, and how it appears whole or not at all.

```
patients/<id>/patient.json               kind, title, facts from closed lists
patients/<id>/bodies/<um>um-<key>/       one body per voxel size (body.json, *.npy)
```
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psutil

from angiosuite.anatomy.body import Body, BodyFileError, load_body, save_body
from angiosuite.kit.errors import AngiosuiteError, RefusedInput
from angiosuite.kit.home import Home, atomic_write

Progress = Callable[[str, float], None]

FORMAT = 1
_PREFIX = "patient"


def facts_of(folder: Path) -> dict[str, Any]:
    """What `patient.json` says.

    Raises
    ------
    RefusedInput
        When it is missing, damaged or of a newer format.
    """
    path = folder / "patient.json"
    try:
        facts = json.loads(path.read_text("utf-8"))
        if not isinstance(facts, dict) or facts["kind"] not in ("builtin", "imported"):
            raise ValueError("not a patient")
    except (OSError, ValueError, KeyError) as error:
        raise RefusedInput(
            "The patient's folder is damaged",
            code="patient-damaged",
            where=folder.name,
            value=type(error).__name__,
            way_out="Delete the patient and import the CT again.",
        ) from error
    if facts.get("format") != FORMAT:
        raise RefusedInput(
            "The patient was written by another version",
            code="patient-format",
            where=folder.name,
            value=facts.get("format"),
            way_out="Update Angiosuite, or delete the patient and import the CT again.",
        )
    return facts


def body_name(spacing_mm: float, key: str) -> str:
    """Folder name of a body: voxel size in micrometres and the key of what made it."""
    return f"{round(spacing_mm * 1000)}um-{key[:16]}"


def bodies_of(folder: Path) -> list[Path]:
    """Folders of the bodies of a patient, finest first."""
    found = []
    for entry in (folder / "bodies").glob("*um-*"):
        size, _, _ = entry.name.partition("um-")
        if size.isdigit():
            found.append((int(size), entry.name, entry))
    return [entry for _, _, entry in sorted(found)]


def finest(folder: Path) -> Body | None:
    """The finest body that can be read, voxels still on disk; None when there is none."""
    for path in bodies_of(folder):
        with suppress(BodyFileError):
            return load_body(path)
    return None


@contextmanager
def scratch(home: Home) -> Iterator[Path]:
    """A folder to build a patient in; gone afterwards unless it was moved into place."""
    home.tmp.mkdir(parents=True, exist_ok=True)
    folder = home.scratch(f"{_PREFIX}-{os.getpid()}")
    try:
        yield folder
    except OSError as error:
        raise AngiosuiteError(
            "The patient cannot be stored",
            code="not-stored",
            where=str(home.patients),
            value=error.strerror,
            way_out="Make room on the disk, or check the folder's rights; nothing was changed.",
        ) from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def sweep(home: Home) -> None:
    """Remove what builds left that were killed: scratch folders whose process is gone."""
    for entry in home.tmp.glob(f"{_PREFIX}-*") if home.tmp.is_dir() else []:
        owner = entry.name.split("-")[1]
        if owner.isdigit() and not psutil.pid_exists(int(owner)):
            shutil.rmtree(entry, ignore_errors=True)


def write_patient(folder: Path, facts: dict[str, Any]) -> None:
    """Write `patient.json`."""
    folder.mkdir(parents=True, exist_ok=True)
    atomic_write(
        folder / "patient.json", json.dumps({"format": FORMAT, **facts}, indent=1, ensure_ascii=False)
    )


def write_body(folder: Path, body: Body, spacing_mm: float, key: str) -> Path:
    """Write a body below a patient's folder, whole or not at all, and return its place."""
    target = folder / "bodies" / body_name(spacing_mm, key)
    save_body(body, target)
    return target


def place(built: Path, target: Path, scratch: Path) -> None:
    """Move a built folder to where it belongs, a damaged one out of the way; a good one that was first stays.

    Parameters
    ----------
    built : Path
        The new folder, on the same file system.
    target : Path
        Its place.
    scratch : Path
        Where to put what stands there and cannot be read.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.is_dir() and not is_readable(target):
        os.replace(target, scratch / "damaged")
    try:
        os.replace(built, target)
    except OSError:
        if not target.is_dir():
            raise


def is_readable(folder: Path) -> bool:
    """Whether a folder is a body, or a patient with one, that can be opened."""
    try:
        if (folder / "body.json").is_file():
            load_body(folder)
            return True
        facts_of(folder)
        return finest(folder) is not None
    except AngiosuiteError:
        return False


def monotone(progress: Progress, shares: Mapping[str, tuple[float, float]]) -> Progress:
    """A progress callback for the steps of some work that reports the rising fraction of the whole.

    Parameters
    ----------
    progress : callable
        Told ``(step, fraction of the whole)``.
    shares : mapping of step to (low, high)
        Share of each step; an unknown step stands still.
    """
    reached = 0.0

    def report(step: str, fraction: float) -> None:
        nonlocal reached
        low, high = shares.get(step, (reached, reached))
        reached = max(reached, low + (high - low) * min(max(fraction, 0.0), 1.0))
        progress(step, reached)

    return report
