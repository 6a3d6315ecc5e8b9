"""A small body and the built-in machine: a room that is ready in a second."""

from __future__ import annotations

import numpy as np
import pytest

from angiosuite.anatomy.body import Body, BodyLayer, grid_extent_mm, hash_layers
from angiosuite.anatomy.motion import Motion
from angiosuite.content.loader import load_library
from angiosuite.suite.folder import SessionFolder
from angiosuite.suite.opening import create_session
from angiosuite.suite.room import Room

SPACING_MM = 4.0


def small_body() -> Body:
    """An elliptic trunk of water with a bony column, a beating ball and a breathing block."""
    nz, ny, nx = 100, 60, 90
    z, y, x = np.meshgrid(
        *((np.arange(n) - (n - 1) / 2) * SPACING_MM for n in (nz, ny, nx)), indexing="ij", sparse=True
    )
    trunk = ((x / 160) ** 2 + (y / 105) ** 2 < 1) & (np.abs(z) < 190)
    spine = ((x / 18) ** 2 + ((y - 55) / 18) ** 2 < 1) & (np.abs(z) < 190)
    bone = np.where(spine & ((z // 4).astype(int) % 8 != 0), 40, 0).astype(np.uint8)
    still = np.where(trunk, 1000, 0).astype(np.int16)
    lung = ((x / 110) ** 2 + (y / 80) ** 2 < 1) & (z > 40) & (z < 170)
    still[np.broadcast_to(lung, still.shape)] = 260
    cap = (x / 105) ** 2 + (y / 75) ** 2 + ((z - 30) / 60) ** 2 < 1
    dome = np.where(lung & cap, 740, 0).astype(np.int16)
    ball = np.where((x - 25) ** 2 + (y + 20) ** 2 + (z - 115) ** 2 < 45**2, 780, 0).astype(np.int16)
    origin = tuple(float(-(n - 1) / 2 * SPACING_MM) for n in (nx, ny, nz))
    layers = (
        BodyLayer("still", still, bone, origin, SPACING_MM),
        BodyLayer("abdomen", dome, None, origin, SPACING_MM, Motion("breath-organ", 1.0)),
        BodyLayer("heart", ball, None, origin, SPACING_MM, Motion("heart", 0.12, (25.0, -20.0, 115.0))),
    )
    return Body(
        patient_id="small",
        content_hash=hash_layers(layers),
        layers=layers,
        landmarks={"l3": (0.0, 55.0, -60.0)},
        extent_mm=grid_extent_mm((nz, ny, nx), origin, SPACING_MM),
    )


@pytest.fixture(scope="session")
def small_room() -> Room:
    """The small body before the built-in machine."""
    item = load_library().get("equipment", "ceiling-single-plane")
    return Room("small", "Small body", small_body(), item.item, item.content_hash)


@pytest.fixture
def session(small_room, tmp_path):
    """A fresh session in a folder of its own."""
    return create_session(tmp_path / "s1", small_room, seed=7)


@pytest.fixture
def folder(session) -> SessionFolder:
    """Where it keeps itself."""
    return session.folder
