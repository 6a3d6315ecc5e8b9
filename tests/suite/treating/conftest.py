"""The small patient, whose sheaths come out, and one with an aorta as wide as an iliac artery, narrow."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.suite.circulation.small import flowing_in, small_graph

from angiosuite.anatomy.vessels.graph import VesselGraph
from angiosuite.suite.opening import create_session
from angiosuite.suite.room import Room
from angiosuite.suite.session import Session

LESION: dict[str, Any] = {
    "id": "narrow",
    "vessel": "aorta",
    "percent_along": 65.0,
    "kind": "stenosis",
    "length_mm": 20.0,
    "diameter_percent": 65.0,
    "eccentric_percent": 0.0,
    "calcium_percent": 20.0,
}


def slim_graph() -> VesselGraph:
    """The small patient with an aorta of 9 mm."""
    graph = small_graph()
    aorta = graph.vessels["aorta"]
    slim = replace(aorta, radius_mm=np.linspace(4.6, 4.4, len(aorta.radius_mm)))
    return replace(graph, vessels={**graph.vessels, "aorta": slim})


@pytest.fixture(scope="session")
def slim_room(small_room: Room, tmp_path_factory: pytest.TempPathFactory) -> Room:
    """The small body with that patient's vessels in it, at rest; walls are kept in a folder."""
    return flowing_in(small_room, tmp_path_factory.mktemp("walls"), grow=slim_graph)


@pytest.fixture
def narrow(slim_room: Room, tmp_path: Path) -> Iterator[Session]:
    """A session of that patient with a narrowing of the aorta at 195 mm."""
    session = create_session(tmp_path / "s1", slim_room, seed=7)
    session.pictures = "asked"
    session.blood.begin(lesions=[LESION])
    yield session
    session.close()


@pytest.fixture(scope="session")
def groin_room(small_room: Room) -> Room:
    """The small body with the small patient's vessels in it, at rest."""
    return flowing_in(small_room)


@pytest.fixture
def groin(groin_room: Room, tmp_path: Path) -> Iterator[Session]:
    """A session of that patient."""
    session = create_session(tmp_path / "s1", groin_room, seed=7)
    session.pictures = "asked"
    yield session
    session.close()
