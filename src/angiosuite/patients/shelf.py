"""The folder of one patient: what stands in it, how it is read, and how it appears whole or not at all.

```
patients/<id>/patient.json               kind, title, facts from closed lists
patients/<id>/bodies/<um>um-<key>/       one body per voxel size (body.json, *.npy)
patients/<id>/preview/                   imported ones: what the check page shows (see `preview`)
patients/<id>/vessels/                   imported ones: what the CT shows of its vessels (see `ct_vessels`)
```
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil

from angiosuite.anatomy.body import Body, load_body, save_body
from angiosuite.kit.errors import AngiosuiteError
from angiosuite.kit.home import Home
from angiosuite.kit.stored_folder import StoredFolderError
from angiosuite.patients.chart import read_chart

_PREFIX = "patient"


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
        with suppress(StoredFolderError):
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
        read_chart(folder)
        return finest(folder) is not None
    except AngiosuiteError:
        return False
