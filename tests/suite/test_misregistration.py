"""A table that moves between mask and frame leaves the misregistration that geometry predicts."""

from __future__ import annotations

import numpy as np
import pytest

from angiosuite.anatomy.body import Body, BodyLayer, grid_extent_mm, hash_layers
from angiosuite.content.loader import load_library
from angiosuite.imaging.pixel_shift import find_shift
from angiosuite.imaging.subtraction import logs_of, moved, subtract
from angiosuite.suite.room import Room

SPACING_MM = 2.0
SHAPE = (170, 80, 170)
FIELD_MM, ROWS = 297.0, 512
PIXEL_MM = FIELD_MM / ROWS


def thin_body(depth_mm: float) -> Body:
    """A slab of water wider than the field, with a sheet of bony flakes `depth_mm` behind its middle."""
    nz, ny, nx = SHAPE
    water = np.full(SHAPE, 1000, np.int16)
    bone = np.zeros(SHAPE, np.uint8)
    plane = ny // 2 + round(depth_mm / SPACING_MM)
    z, x = np.mgrid[:nz, :nx]
    draw = np.random.default_rng(12)
    for _ in range(160):
        cz, cx, radius = draw.uniform((0, 0, 2.5), (nz, nx, 7.0))
        flake = np.hypot(z - cz, x - cx) < radius
        bone[:, plane - 1 : plane + 1, :][np.broadcast_to(flake[:, None], (nz, 2, nx))] = 220
    origin = tuple(-(n - 1) / 2 * SPACING_MM for n in (nx, ny, nz))
    layers = (BodyLayer("still", water, bone, origin, SPACING_MM),)
    extent = grid_extent_mm(SHAPE, origin, SPACING_MM)
    return Body(patient_id="thin", content_hash=hash_layers(layers), layers=layers, extent_mm=extent)


@pytest.fixture(scope="module", params=[0.0, 50.0], ids=["isocentre", "nearer-to-the-tube"])
def thin(request) -> tuple[Room, float]:
    """A room with the sheet at a depth, and how much the sheet is magnified."""
    item = load_library().get("equipment", "ceiling-single-plane")
    room = Room("thin", "Thin body", thin_body(request.param), item.item, item.content_hash)
    home = room.gantry.home
    return room, home.sid_mm / (home.sod_mm - request.param)


def shot(room: Room, seed: int, **table: float) -> np.ndarray:
    exposure = room.expose(room.gantry.home.moved(table), kind="shot", seed=seed, frame_size=ROWS)
    assert exposure.raw is not None
    return logs_of(exposure.raw)


@pytest.mark.parametrize(("x_mm", "z_mm"), [(3.0, 0.0), (0.0, -2.2), (-1.3, 3.7)])
def test_features_shift_by_table_travel_times_magnification(thin, x_mm: float, z_mm: float) -> None:
    room, magnification = thin
    mask = shot(room, 1)
    live = shot(room, 2, table_x_mm=x_mm, table_z_mm=z_mm)
    # The table's x is to the right of the picture, its z, toward the head, is up.
    expected = np.array([x_mm, -z_mm]) * magnification / PIXEL_MM
    assert find_shift(live, mask) == pytest.approx(tuple(expected), abs=0.2)


def test_the_predicted_shift_clears_the_subtraction_of_a_moved_table(thin) -> None:
    room, magnification = thin
    mask, still = shot(room, 1), shot(room, 3)
    live = shot(room, 2, table_x_mm=2.0)
    inside = slice(40, ROWS - 40)
    predicted = (2.0 * magnification / PIXEL_MM, 0.0)
    noise = subtract(still, mask)[inside, inside].std()
    assert subtract(live, mask)[inside, inside].std() > 2.0 * noise
    assert subtract(live, mask, predicted)[inside, inside].std() < 1.2 * noise
    # It looks as geometry says, the mask moved less the mask: a dark and a light border of each flake.
    left = subtract(live, mask)[inside, inside]
    drawn = (moved(mask, *predicted) - mask)[inside, inside]
    assert np.corrcoef(left.ravel(), drawn.ravel())[0, 1] > 0.85
