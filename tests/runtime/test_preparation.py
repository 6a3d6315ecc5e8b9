"""Preparation: after it, a session compiles nothing more."""

from __future__ import annotations

import os
from pathlib import Path

from angiosuite.runtime.preparation import compile_kernels, warm_ups


def compiled() -> dict[str, float]:
    """Files of compiled kernels."""
    folder = Path(os.environ["NUMBA_CACHE_DIR"])
    return {str(path): path.stat().st_mtime for path in folder.rglob("*.nb*")}


def test_warm_ups_are_found_by_discovery() -> None:
    assert {name for name, _ in warm_ups()} >= {"angiosuite.imaging.warm_up"}


def test_the_second_time_is_at_once_and_compiles_nothing(tmp_path: Path) -> None:
    told: list[tuple[str, float]] = []
    compile_kernels(str(tmp_path), lambda step, share: told.append((step, share)), lambda: False)
    shares = [share for _, share in told]
    assert shares == sorted(shares) and all(0 <= share <= 1 for share in shares)
    before = compiled()
    again: list[str] = []
    compile_kernels(str(tmp_path), lambda step, share: again.append(step), lambda: False)
    assert again == [] and compiled() == before
