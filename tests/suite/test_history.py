"""Logs of every release are read for ever: the samples of `tests/golden/history`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from angiosuite.kit.log import KINDS, carried, read_entries, read_header
from angiosuite.suite.folder import SessionFolder

HISTORY = Path(__file__).resolve().parent.parent / "golden" / "history"
RELEASES = sorted(path for path in HISTORY.iterdir() if path.is_dir())


@pytest.mark.parametrize("release", RELEASES, ids=lambda path: path.name)
def test_a_released_log_is_read_whole(release):
    folder = SessionFolder(release)
    assert folder.facts().version == release.name
    assert read_header(folder.log)["angiosuite"] == release.name
    entries = list(read_entries(folder.log))
    lines = folder.log.read_text(encoding="utf-8").splitlines()
    assert len(entries) == len(lines) - 1 and {entry.kind for entry in entries} <= set(KINDS)
    assert [entry.seq for entry in entries] == list(range(1, len(entries) + 1))
    assert all(json.loads(line) for line in lines)
    doses = [entry.data["kar_mgy"] for entry in entries if entry.name == "frame" and "kar_mgy" in entry.data]
    shown = [entry.data["dose"][0] for entry in carried(entries) if entry.name == "room"]
    assert sum(doses) == pytest.approx(shown[-1], rel=1e-4) and len(doses) > 5
