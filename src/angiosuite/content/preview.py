"""An item while it is being written: whether its files changed, and what is wrong with it now."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

from angiosuite.content.checker import check
from angiosuite.content.faults import Fault
from angiosuite.content.kinds import KINDS, Kind
from angiosuite.content.loader import LoadedItem
from angiosuite.kit.errors import WrongUse

EVERY_S = 0.5
"""So often the files are looked at."""

Stamp = tuple[tuple[str, int, int], ...]


def stamp_of(folder: Path) -> Stamp:
    """Name, time and size of every file below a folder: equal stamps mean that nothing was saved."""
    found = []
    for path in sorted(folder.rglob("*")):
        try:
            facts = path.stat()
        except OSError:
            continue  # an editor has just replaced it
        if path.is_file():
            found.append((str(path), facts.st_mtime_ns, facts.st_size))
    return tuple(found)


def version_of(loaded: LoadedItem) -> str:
    """SHA-256 (hex) of an item with its text: a page that shows it asks for it and draws anew on a change."""
    text_file = KINDS[loaded.kind].text_file
    digest = hashlib.sha256(loaded.content_hash.encode())
    if text_file is not None and (loaded.folder / text_file).is_file():
        digest.update((loaded.folder / text_file).read_bytes())
    return digest.hexdigest()


class Preview:
    """One item that someone is writing.

    Parameters
    ----------
    path : Path
        Its folder or its file, ``my-pack/drills/my-drill``.
    directories : iterable of path
        Packs of the settings, which it may refer to.

    Raises
    ------
    WrongUse
        When the path is no item's.
    """

    def __init__(self, path: Path, directories: Iterable[Path] = ()) -> None:
        folder = path.expanduser().absolute()
        folder = folder if folder.is_dir() else folder.parent
        kind = KINDS.get(folder.parent.name)
        if kind is None or not folder.is_dir():
            raise WrongUse(
                "There is no item here",
                code="no-item",
                where=str(path),
                way_out="Name its folder, for example my-pack/drills/my-drill; angiosuite new writes one.",
            )
        self.folder, self.kind = folder, kind
        self._directories = [*directories, self.pack]
        self._seen: Stamp | None = None

    folder: Path
    kind: Kind

    @property
    def pack(self) -> Path:
        """The pack that it belongs to."""
        return self.folder.parent.parent

    def look(self) -> list[Fault] | None:
        """Every fault when something was saved since the last look, the first time too; else None."""
        stamp = stamp_of(self.folder)
        if stamp == self._seen:
            return None
        self._seen = stamp
        return check([self.folder], self._directories)
