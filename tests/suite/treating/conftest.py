"""The small patient, whose sheaths can be taken out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.suite.circulation.small import small_graph

from angiosuite.suite.circulation.plumbing import plumb
from angiosuite.suite.circulation.settling import settle
from angiosuite.suite.opening import create_session
from angiosuite.suite.room import Room
from angiosuite.suite.session import Session


@pytest.fixture(scope="session")
def groin_room(small_room: Room) -> Room:
    """The small body with the small patient's vessels in it, at rest."""
    room = Room(
        "small",
        "Small body",
        small_room.body,
        small_room.equipment,
        small_room.equipment_hash,
        {"mass_kg": 75.0, "egfr_ml_min": 60.0},
        grow_vessels=small_graph,
    )
    room._rest = settle(plumb(room.vessels, **room.plumbed), 68.0)
    return room


@pytest.fixture
def groin(groin_room: Room, tmp_path: Path) -> Iterator[Session]:
    """A session of that patient."""
    session = create_session(tmp_path / "s1", groin_room, seed=7)
    session.pictures = "asked"
    yield session
    session.close()
