"""A session of the small patient whose vessels can be entered."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.suite.circulation.small import flowing_in

from angiosuite.suite.opening import create_session
from angiosuite.suite.room import Room
from angiosuite.suite.session import Session


@pytest.fixture(scope="session")
def entered_room(small_room: Room, tmp_path_factory: pytest.TempPathFactory) -> Room:
    """The small body with the small patient's vessels in it, at rest; walls are kept in a folder."""
    return flowing_in(small_room, tmp_path_factory.mktemp("walls"))


@pytest.fixture
def entered(entered_room: Room, tmp_path: Path) -> Iterator[Session]:
    """A session of that patient."""
    session = create_session(tmp_path / "s1", entered_room, seed=7)
    session.pictures = "asked"
    yield session
    session.close()
