"""Attempts made by hand: a small drill, and a session's folder whose log says what was done."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from angiosuite.bench.attempt_sample import AttemptSample, sample_drill
from angiosuite.content.drill import DrillItem
from angiosuite.kit.home import Home


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """An empty home folder."""
    return Home(tmp_path / "home").open()


@pytest.fixture
def drill() -> DrillItem:
    """A small drill."""
    return sample_drill()


@pytest.fixture
def made(home: Home) -> Callable[..., AttemptSample]:
    """Makes attempts in the home folder."""

    def make(name: str = "20261129-120000-abcd", **facts: Any) -> AttemptSample:
        return AttemptSample(home.sessions / name, **facts)

    return make
