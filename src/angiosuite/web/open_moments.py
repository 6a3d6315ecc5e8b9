"""Indices of the logs that were looked at last, so that a scrubber does not read one again."""

from __future__ import annotations

from pathlib import Path

from angiosuite.suite.moments import Moments


class OpenMoments:
    """The last few indices."""

    def __init__(self, most: int = 4) -> None:
        self._most = most
        self._open: dict[Path, tuple[int, Moments]] = {}

    def of(self, path: Path) -> Moments:
        """The index of a session's log, fresh when the log has grown."""
        stamp = (path / "log.jsonl").stat().st_mtime_ns
        found = self._open.pop(path, None)
        if found is None or found[0] != stamp:
            found = (stamp, Moments(path))
        self._open[path] = found
        while len(self._open) > self._most:
            self._open.pop(next(iter(self._open)))
        return found[1]
