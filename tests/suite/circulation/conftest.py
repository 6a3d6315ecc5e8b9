"""A small circulation at rest."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from angiosuite.suite.circulation.plumbing import plumb
from angiosuite.suite.circulation.settling import Settled, settle
from angiosuite.suite.opening import create_session
from angiosuite.suite.room import Room
from angiosuite.suite.session import Session

from .small import PLUMBED, flowing_in, small_graph

STEPS = 441


@pytest.fixture(scope="session")
def rest() -> Settled:
    return settle(plumb(small_graph(), **PLUMBED), 60.0 / (STEPS * 0.002))


@pytest.fixture(scope="session")
def flowing_room(small_room: Room) -> Room:
    """The small body with the small patient's vessels in it, at rest."""
    return flowing_in(small_room)


@pytest.fixture
def flowing(flowing_room: Room, tmp_path: Path) -> Iterator[Session]:
    """A session of that patient."""
    session = create_session(tmp_path / "s1", flowing_room, seed=7)
    yield session
    session.close()
