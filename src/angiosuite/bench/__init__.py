"""`angiosuite bench`: tables of figures, ours beside the public peer, in one run.

A module of this room with a `TITLE` and a function ``rows(peers)`` is a part of a table; the table's name is
what stands before the first underscore (`xray_projector` and `xray_frame` are parts of `xray`).
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from .row import Row

__all__ = ["Row", "Table", "tables"]


Measure = Callable[[Path | None], Iterable[Row]]


@dataclass(frozen=True, slots=True)
class Table:
    """One table: its name, its title and the parts that measure its rows.

    Each part takes the Python interpreter or folder of a second environment with peers, or None.
    """

    name: str
    title: str
    parts: tuple[Measure, ...]

    def rows(self, peers: Path | None) -> Iterator[Row]:
        """Every row, in the order of the parts' names."""
        for part in self.parts:
            yield from part(peers)


def tables() -> dict[str, Table]:
    """Every table of this room by name, by discovery."""
    found: dict[str, Table] = {}
    for entry in sorted(pkgutil.iter_modules(__path__), key=lambda e: e.name):
        source = Path(entry.module_finder.path) / f"{entry.name}.py"  # type: ignore[union-attr]
        if entry.ispkg or b"\ndef rows(" not in source.read_bytes():
            continue
        module = importlib.import_module(f"{__name__}.{entry.name}")
        name = entry.name.split("_")[0]
        before = found.get(name)
        title = f"{before.title}; {module.TITLE}" if before else module.TITLE
        found[name] = Table(name, title, (*(before.parts if before else ()), module.rows))
    return found
