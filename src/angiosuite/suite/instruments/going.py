"""Whether what moves instruments is just being made ready elsewhere on this machine."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from angiosuite.kit.errors import WrongUse

__all__ = ["check_ready", "hands_going"]

MARK = "hands-going"
LONGEST_S = 900.0
"""A mark that is older was left by something that was killed."""


@contextmanager
def hands_going(kernels: Path) -> Iterator[None]:
    """Mark a folder of kernels while those of instruments are compiled into it."""
    mark = kernels / MARK
    mark.parent.mkdir(parents=True, exist_ok=True)
    mark.touch()
    try:
        yield
    finally:
        mark.unlink(missing_ok=True)


def check_ready() -> None:
    """Refuse to lead anything while the kernels for it are compiled: it would stand still for a minute.

    Raises
    ------
    WrongUse
        While they are.
    """
    folder = os.environ.get("NUMBA_CACHE_DIR")
    if not folder:
        return
    try:
        age_s = time.time() - (Path(folder) / MARK).stat().st_mtime
    except OSError:
        return
    if age_s < LONGEST_S:
        raise WrongUse(
            "Wires and catheters are being made ready for the first time",
            code="hands-not-ready",
            way_out="Try again in a minute; the start page shows how far it is.",
        )
