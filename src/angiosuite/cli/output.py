"""What a command prints: tables and JSON on standard output, progress and errors on standard error."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterable, Sequence
from typing import Any

from angiosuite.kit.errors import AngiosuiteError


def out(text: str = "") -> None:
    """One line of the answer, at once."""
    print(text, flush=True)


def out_json(value: Any) -> None:
    """The answer as JSON."""
    print(json.dumps(value, indent=2, ensure_ascii=False, default=str), flush=True)


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """A plain table: two blanks between columns, numbers to the right."""
    body = [["" if cell is None else str(cell) for cell in row] for row in rows]
    widths = [max(len(line[i]) for line in [list(head), *body]) for i in range(len(head))]
    right = [bool(body) and all(_is_number(line[i]) for line in body) for i in range(len(head))]
    for line in [list(head), *body]:
        cells = [c.rjust(w) if r else c.ljust(w) for c, w, r in zip(line, widths, right, strict=True)]
        out("  ".join(cells).rstrip())


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return text in ("", "-")
    return True


def megabytes(size: float) -> str:
    """Bytes as whole megabytes, one decimal below ten."""
    value = size / 1e6
    return f"{value:.1f} MB" if value < 10 else f"{value:.0f} MB"


def complain(error: AngiosuiteError) -> None:
    """An error with what, where, the value and the way out."""
    print(f"angiosuite: {error} [{error.code}]", file=sys.stderr, flush=True)


class Progress:
    """One line on standard error that shows a step and its share; silent when it is no terminal."""

    def __init__(self) -> None:
        self._shown = sys.stderr.isatty()
        self._last_s = 0.0
        self._step = ""

    def __call__(self, step: str, fraction: float) -> None:
        """Note progress, at most ten times a second."""
        now = time.monotonic()
        self._step = step or self._step
        if self._shown and (now - self._last_s > 0.1 or fraction >= 1.0):
            self._last_s = now
            print(f"\r\033[K{fraction:4.0%}  {self._step[:100]}", end="", file=sys.stderr, flush=True)

    def done(self) -> None:
        """Clear the line."""
        if self._shown:
            print("\r\033[K", end="", file=sys.stderr, flush=True)
