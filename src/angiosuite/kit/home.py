"""The one home folder: patients, sessions, settings, caches, and what can still be undone."""

from __future__ import annotations

import json
import os
import shutil
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from platformdirs import user_data_path

from .errors import AngiosuiteError, RefusedInput

VERSION = 1
"""Layout version of the home folder."""
ENVIRONMENT = "ANGIOSUITE_HOME"

_UPGRADES: dict[int, Callable[[Path], None]] = {}
"""Steps that lead from layout `n` to `n + 1`; numbered, kept for ever."""


def atomic_write(path: Path, data: bytes | str, *, sync: bool = True) -> None:
    """Write a whole file or nothing: temporary file, fsync (unless a loss of power may undo it), rename."""
    raw = data.encode() if isinstance(data, str) else data
    temporary = path.with_name(f".{path.name}.{uuid.uuid4().hex[:8]}")
    try:
        with open(temporary, "wb") as f:
            f.write(raw)
            f.flush()
            if sync:
                os.fsync(f.fileno())
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def size_of(folder: Path) -> int:
    """Bytes of all regular files below a folder."""
    total = 0
    for root, _, names in os.walk(folder):
        for name in names:
            try:
                total += os.lstat(os.path.join(root, name)).st_size
            except OSError:
                continue
    return total


@dataclass(frozen=True, slots=True)
class Trashed:
    """One removed folder that can still be restored."""

    key: str
    kind: str
    name: str
    removed_s: float


class Home:
    """The home folder of one installation; made on first use, upgraded when older."""

    def __init__(self, root: Path | None = None) -> None:
        chosen = root or (Path(os.environ[ENVIRONMENT]) if os.environ.get(ENVIRONMENT) else None)
        self.root = (chosen or user_data_path("angiosuite", appauthor=False)).expanduser().resolve()
        self.patients = self.root / "patients"
        self.sessions = self.root / "sessions"
        self.trash = self.root / "trash"
        self.tmp = self.root / "tmp"
        self.cache = self.root / "cache"
        self.kernels = self.cache / "kernels"
        self.settings_file = self.root / "settings.json"
        self.runtime_file = self.root / "running.json"

    def open(self) -> Home:
        """Create or upgrade the folder and return itself.

        Raises
        ------
        AngiosuiteError
            When the folder cannot be made or was written by a newer version.
        """
        try:
            for folder in (self.root, self.patients, self.sessions, self.trash, self.tmp, self.kernels):
                folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise AngiosuiteError(
                "The home folder cannot be made",
                code="home-not-writable",
                where=str(self.root),
                value=error.strerror,
                way_out=f"Set {ENVIRONMENT} to a folder that you may write.",
            ) from error
        self._upgrade()
        return self

    def _upgrade(self) -> None:
        marker = self.root / "version.json"
        if not marker.exists():
            atomic_write(marker, json.dumps({"layout": VERSION}))
            return
        try:
            found = int(json.loads(marker.read_text())["layout"])
        except (ValueError, KeyError, TypeError) as error:
            raise RefusedInput(
                "The home folder's version file cannot be read",
                code="home-version-broken",
                where=str(marker),
                way_out="Restore it, or move the folder away to start afresh.",
            ) from error
        if found > VERSION:
            raise RefusedInput(
                "The home folder was written by a newer Angiosuite",
                code="home-too-new",
                where=str(marker),
                value=found,
                way_out=f"Update Angiosuite, or set {ENVIRONMENT} to another folder.",
            )
        for layout in range(found, VERSION):
            _UPGRADES[layout](self.root)
            atomic_write(marker, json.dumps({"layout": layout + 1}))

    def scratch(self, prefix: str) -> Path:
        """A fresh folder under `tmp`, on the same file system as all that is kept."""
        folder = self.tmp / f"{prefix}-{uuid.uuid4().hex[:12]}"
        folder.mkdir(parents=True)
        return folder

    def clear_scratch(self, older_than_s: float = 3600.0) -> None:
        """Remove left-overs of killed work."""
        now = time.time()
        for entry in self.tmp.iterdir():
            if now - entry.stat().st_mtime > older_than_s:
                shutil.rmtree(entry, ignore_errors=True) if entry.is_dir() else entry.unlink(missing_ok=True)

    def discard(self, folder: Path, kind: str) -> str:
        """Move a folder to the trash and return the key under which it can be restored."""
        key = f"{kind}--{folder.name}"
        target = self.trash / key
        if target.exists():
            shutil.rmtree(target)
        os.replace(folder, target)
        os.utime(target)
        return key

    def restore(self, key: str, into: Path) -> Path:
        """Move a trashed folder back below `into`.

        Raises
        ------
        RefusedInput
            When the key is not in the trash or its place is taken.
        """
        source = self.trash / key
        if "/" in key or "\\" in key or "--" not in key or not source.is_dir():
            raise RefusedInput("Nothing to restore under this name", code="not-in-trash", value=key)
        target = into / key.split("--", 1)[1]
        if target.exists():
            raise RefusedInput("The place is taken again", code="restore-taken", where=target.name)
        os.replace(source, target)
        return target

    def trashed(self, kind: str | None = None) -> list[Trashed]:
        """What can still be restored, newest first."""
        found = []
        for entry in self.trash.iterdir():
            entry_kind, _, name = entry.name.partition("--")
            if kind in (None, entry_kind):
                found.append(Trashed(entry.name, entry_kind, name, entry.stat().st_mtime))
        return sorted(found, key=lambda t: -t.removed_s)

    def empty_trash(self, older_than_s: float = 30 * 86400.0) -> None:
        """Delete for good what was removed longer ago than `older_than_s`."""
        now = time.time()
        for item in self.trashed():
            if now - item.removed_s > older_than_s:
                shutil.rmtree(self.trash / item.key, ignore_errors=True)

    def disk_use(self) -> dict[str, int]:
        """Bytes by purpose."""
        return {
            name: size_of(getattr(self, name)) for name in ("patients", "sessions", "trash", "tmp", "cache")
        }
