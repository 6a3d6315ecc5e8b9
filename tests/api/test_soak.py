"""Hours of use: memory stays flat and nothing piles up.

The use goes on at a server of its own while other tests run, for it waits far more than it computes; this
test comes last and looks at how it went.
"""

from __future__ import annotations

import statistics

import pytest

from .soak import Soak

GROWTH_MB = 25.0
"""Largest growth of one process from the second quarter to the last."""


@pytest.mark.ci
def test_memory_stays_flat(soaking: Soak) -> None:
    used = soaking.result()
    assert used.turns >= 8 and used.frames > 10 * used.turns, "a use that pressed the pedal and saw pictures"
    assert used.processes_after == len(used.memory_mb) == 2
    for row in used.memory_mb:
        quarter = max(1, len(row) // 4)
        early, late = statistics.median(row[quarter : 2 * quarter]), statistics.median(row[-quarter:])
        print(f"memory {early:.0f} MB, then {late:.0f} MB")
        assert late - early <= GROWTH_MB
