"""One hash of many packaged files: what tells whether something would be made the same way again."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from importlib.resources.abc import Traversable

__all__ = ["hash_of_files"]


def hash_of_files(*roots: tuple[Traversable, tuple[str, ...]], without: tuple[str, ...] = ()) -> str:
    """SHA-256 (hex) over names and bytes of the files below folders.

    Parameters
    ----------
    *roots : (folder, endings)
        Only files with one of the endings count.
    without : tuple of str
        Beginnings of names, from the folder on ("/vessels/"), that do not count.
    """
    digest = hashlib.sha256()
    for root, endings in roots:
        for name, data in sorted(_files(root, endings)):
            if not name.startswith(without):
                digest.update(name.encode() + b"\0" + hashlib.sha256(data).digest())
    return digest.hexdigest()


def _files(root: Traversable, endings: tuple[str, ...], prefix: str = "") -> Iterator[tuple[str, bytes]]:
    for entry in root.iterdir() if root.is_dir() else ():
        name = f"{prefix}/{entry.name}"
        if entry.is_dir():
            yield from _files(entry, endings, name)
        elif entry.name.endswith(endings):
            yield name, entry.read_bytes()
