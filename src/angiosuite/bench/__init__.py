"""`angiosuite bench`: one module per table, ours beside the public peer, in one run.

A module of this room with a `TITLE` and a function ``rows(peers)`` is a table; `tables` finds it.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from .row import Row

__all__ = ["Row", "Table", "tables"]


@dataclass(frozen=True, slots=True)
class Table:
    """One table: its name, its title and what measures its rows.

    `rows` takes the Python interpreter or folder of a second environment with peers, or None.
    """

    name: str
    title: str
    rows: Callable[[Path | None], Iterable[Row]]


def tables() -> dict[str, Table]:
    """Every table of this room by name, by discovery."""
    found: dict[str, Table] = {}
    for entry in pkgutil.iter_modules(__path__):
        source = Path(entry.module_finder.path) / f"{entry.name}.py"  # type: ignore[union-attr]
        if entry.ispkg or b"\ndef rows(" not in source.read_bytes():
            continue
        module = importlib.import_module(f"{__name__}.{entry.name}")
        name = entry.name.replace("_", "-")
        found[name] = Table(name, module.TITLE, module.rows)
    return found
