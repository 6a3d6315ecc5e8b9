"""The skin of a body: where its cells lie, which way they face, and how they unroll."""

import numpy as np
import pytest

from angiosuite.anatomy.body import Body, BodyLayer, grid_extent_mm, hash_layers
from angiosuite.anatomy.skin import Skin, skin_of
from angiosuite.anatomy.skin_sheet import VIEWS, sheet_of

HALF_X, HALF_Y, LENGTH, SPACING = 150.0, 100.0, 400.0, 2.0


def trunk(hollow: bool = False) -> Body:
    """An elliptic cylinder of water, off the grid's middle, with a lung in it when `hollow`."""
    shape = (220, 130, 180)
    z, y, x = np.meshgrid(
        *((np.arange(n) - (n - 1) / 2) * SPACING for n in shape), indexing="ij", sparse=True
    )
    inside = ((x - 6) / HALF_X) ** 2 + ((y + 4) / HALF_Y) ** 2 < 1
    water = np.where(inside & (np.abs(z) < LENGTH / 2), 1000, 0).astype(np.int16)
    if hollow:
        water[((x / 60) ** 2 + (y / 50) ** 2 < 1) & (np.abs(z) < 100)] = 200
    origin = tuple(-(n - 1) / 2 * SPACING for n in reversed(shape))
    layers = (BodyLayer("still", water, None, origin, SPACING),)
    return Body("trunk", hash_layers(layers), layers, extent_mm=grid_extent_mm(shape, origin, SPACING))


@pytest.fixture(scope="module")
def skin() -> Skin:
    return skin_of(trunk())


def test_the_cells_cover_the_surface_once(skin):
    girth = np.pi * (3 * (HALF_X + HALF_Y) - np.sqrt((3 * HALF_X + HALF_Y) * (HALF_X + 3 * HALF_Y)))
    assert skin.area_mm2.sum() == pytest.approx(girth * LENGTH, rel=0.03)
    assert np.sqrt(np.median(skin.area_mm2)) == pytest.approx(8.0, rel=0.1)


def test_every_cell_lies_on_the_surface_and_faces_outwards(skin):
    place = skin.centre_mm - [6.0, -4.0, 0.0]
    radius = np.sqrt((place[:, 0] / HALF_X) ** 2 + (place[:, 1] / HALF_Y) ** 2)
    assert np.abs(radius - 1).max() * HALF_Y < 1.5
    true = np.stack([place[:, 0] / HALF_X**2, place[:, 1] / HALF_Y**2, 0 * place[:, 2]], axis=1)
    true /= np.linalg.norm(true, axis=1, keepdims=True)
    assert np.median(np.einsum("ij,ij->i", true, skin.normal)) > 0.995
    assert np.linalg.norm(skin.normal, axis=1) == pytest.approx(np.ones(skin.cells))


def test_columns_begin_at_the_back_and_go_over_the_left_side(skin):
    normal = skin.normal.reshape(skin.rows, skin.columns, 3)[skin.rows // 2]
    assert normal[0] @ [0, 1, 0] > 0.99
    assert normal[skin.columns // 4] @ [1, 0, 0] > 0.99
    assert normal[skin.columns // 2] @ [0, -1, 0] > 0.99


def test_air_within_the_body_makes_no_skin(skin):
    assert np.allclose(skin_of(trunk(hollow=True)).centre_mm, skin.centre_mm)


def test_the_skin_of_a_body_is_made_once():
    body = trunk()
    assert skin_of(body, 16.0) is skin_of(body, 16.0)
    assert skin_of(body).cells > 2 * skin_of(body, 16.0).cells


def test_every_view_shows_the_cells_that_face_it_with_the_head_up(skin):
    sheet = sheet_of(skin)
    assert tuple(panel.view for panel in sheet.panels) == VIEWS
    assert sheet.panels[-1].column + sheet.panels[-1].columns == sheet.columns
    for panel, towards in zip(sheet.panels, ([0, 1], [1, 0], [0, -1], [-1, 0]), strict=True):
        part = sheet.cell[:, panel.column : panel.column + panel.columns]
        shown = np.unique(part[part >= 0])
        assert (skin.normal[shown][:, :2] @ towards > 0).all()
        z = skin.centre_mm[part[:, panel.columns // 2], 2]
        assert (np.diff(z) < 0).all()


def test_every_cell_has_a_square_of_its_own_view(skin):
    sheet = sheet_of(skin)
    for cell in range(0, skin.cells, 211):
        view, row, column = sheet.place(cell)
        shown = sheet.cell[row, column]
        assert shown >= 0
        assert np.linalg.norm(skin.centre_mm[shown] - skin.centre_mm[cell]) < 15.0
        assert view == ("back" if skin.normal[cell, 1] > 0.8 else view)


def test_the_patients_left_is_on_the_left_from_behind_and_on_the_right_from_the_front(skin):
    sheet = sheet_of(skin)
    for panel, first in ((sheet.panels[0], -1), (sheet.panels[2], 1)):
        row = sheet.cell[sheet.rows // 2, panel.column : panel.column + panel.columns]
        x = skin.centre_mm[row[row >= 0], 0]
        assert np.sign(x[-1] - x[0]) == first


def test_a_drawn_sheet_marks_what_is_outside_and_the_highest_dose(skin):
    sheet = sheet_of(skin)
    dose = np.zeros(skin.cells)
    dose[skin.cells // 2] = 8.0
    drawn = sheet.drawn(dose, 8.0)
    assert ((drawn == 255) == (sheet.cell < 0)).all()
    assert drawn[sheet.place(skin.cells // 2)[1:]] == 254


def test_a_body_that_shows_none_has_cells_without_area():
    water = np.zeros((20, 20, 20), np.int16)
    layers = (BodyLayer("still", water, None, (0.0, 0.0, 0.0), 4.0),)
    skin = skin_of(Body("air", hash_layers(layers), layers))
    assert skin.area_mm2.sum() == 0
    assert (sheet_of(skin).drawn(np.ones(skin.cells), 1.0) == 255).all()
