"""Exports as jobs: a session into a zip, in a process of its own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any


def export_session(
    session: str, target: str, progress: Callable[[str, float], None], cancelled: Callable[[], bool]
) -> dict[str, Any]:
    """Write a session's folder to a zip, whole or not at all."""
    from angiosuite.suite.export import export

    return dict(export(Path(session), Path(target), progress, cancelled).as_dict())
