"""What grew a graph: the templates of a library and this code; whoever keeps graphs names it in the key."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from importlib.resources import files

import angiosuite.anatomy.vessels
from angiosuite.content.loader import Library
from angiosuite.kit.file_hash import hash_of_files

__all__ = ["maker_hash"]


def maker_hash(library: Library) -> str:
    """SHA-256 (hex) of a library's vessel templates and of the code that lays vessels along them."""
    templates = {name: loaded.content_hash for name, loaded in library.items["vessels"].items()}
    return hashlib.sha256(json.dumps([templates, _code_hash()], sort_keys=True).encode()).hexdigest()


@cache
def _code_hash() -> str:
    """SHA-256 (hex) of the code that grows vessels and of what it measures on the reference body."""
    return hash_of_files(
        (files(angiosuite.anatomy.vessels), (".py",)),
        (files("angiosuite_content") / "vessels", (".json", ".npz", ".yaml")),
    )
