"""The small patient of the circulation's tests, in a session whose blood flows."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from pathlib import Path

import pytest

from angiosuite.suite.circulation.plumbing import plumb
from angiosuite.suite.circulation.settling import settle
from angiosuite.suite.opening import create_session
from angiosuite.suite.room import Room
from angiosuite.suite.session import Session

SMALL = Path(__file__).parents[1] / "circulation" / "small.py"


@pytest.fixture(scope="session")
def flowing_room(small_room: Room) -> Room:
    """The small body with the small patient's vessels in it, at rest."""
    spec = importlib.util.spec_from_file_location("small_vessels", SMALL)
    assert spec is not None and spec.loader is not None
    small = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(small)
    room = Room(
        "small",
        "Small body",
        small_room.body,
        small_room.equipment,
        small_room.equipment_hash,
        {"mass_kg": 75.0, "egfr_ml_min": 60.0},
        grow_vessels=small.small_graph,
    )
    room._rest = settle(plumb(room.vessels, **room.plumbed), 68.0)
    return room


@pytest.fixture
def still(flowing_room: Room) -> Session:
    """A session of that patient with nothing in it: no blood flows, so that time goes fast."""
    return Session(flowing_room, 8, pictures="asked")


@pytest.fixture
def session(flowing_room: Room, tmp_path: Path) -> Iterator[Session]:
    """A session of that patient with a catheter in a renal artery."""
    opened = create_session(tmp_path / "s1", flowing_room, seed=7)
    opened.command("catheter.place", {"device": "cobra-2-5f", "vessel": "right-renal-artery", "at_mm": 10.0})
    opened.advance(40_000)
    yield opened
    opened.close()
