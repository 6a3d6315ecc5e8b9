"""The table's chords in closed form."""

from __future__ import annotations

import numpy as np
import pytest

from angiosuite.physics.xray.layers import Phase
from angiosuite.physics.xray.table_top import Board, TableTop


def _pose(tilt_deg=0.0, y_mm=100.0, x_mm=0.0):
    a = np.deg2rad(tilt_deg)
    pose = np.eye(4)
    pose[:3, :3] = [[1, 0, 0], [0, np.cos(a), -np.sin(a)], [0, np.sin(a), np.cos(a)]]
    pose[:3, 3] = [x_mm, y_mm, 0]
    return pose


def test_a_ray_from_below_meets_both_skins_and_all_foam(arm):
    b = Board()
    result = TableTop(_pose(), b).mass(arm(rows=65, side_mm=65), Phase())
    carbon, pmma = result.mass[:, 32, 32]
    assert carbon == pytest.approx(0.1 * 2 * b.skin_mm * b.skin_g_cm3, rel=1e-5)
    assert pmma == pytest.approx(
        0.1 * (b.core_mm * b.core_g_cm3 + b.mattress_mm * b.mattress_g_cm3), rel=1e-5
    )


@pytest.mark.parametrize("view", [(0, 0), (40, 0), (0, 30), (25, -20)])
def test_oblique_rays_pass_more_of_it(view, arm):
    b = Board(width_mm=5000)
    g = arm(*view, rows=33)
    result = TableTop(_pose(y_mm=60), b).mass(g, Phase())
    ray = g.pixels_mm() - g.source_mm
    slope = np.linalg.norm(ray, axis=-1) / np.abs(ray[..., 1])
    assert np.allclose(result.mass[0], 0.1 * 2 * b.skin_mm * b.skin_g_cm3 * slope, rtol=1e-5)


def test_tilting_the_table_lengthens_the_central_path(arm):
    flat, tilted = (
        TableTop(_pose(t)).mass(arm(rows=65, side_mm=65), Phase()).mass[0, 32, 32] for t in (0, 20)
    )
    assert tilted == pytest.approx(flat / np.cos(np.deg2rad(20)), rel=1e-5)


def test_the_lateral_view_misses_the_table_above_it_and_sees_its_edge_below(arm):
    g = arm(90, rows=129, side_mm=400)
    result = TableTop(_pose(y_mm=60)).mass(g, Phase())
    shadow = result.mass[0][64] > 0
    place = g.project_points(np.array([[0, 60 + 50.0, 0], [0, 60 + 93.2, 0]]))[:, 1]
    low, high = sorted(place)
    columns = np.flatnonzero(shadow)
    assert columns.min() >= low - 12
    assert columns.max() <= high + 12
    assert result.mass[0].max() > 2.0


def test_a_table_out_of_the_field_is_no_layer(arm):
    assert TableTop(_pose(y_mm=-5000)).mass(arm(), Phase()) is None


@pytest.mark.parametrize("view", [(0, 0), (35, 10), (-80, 0)])
def test_what_lies_before_a_point_is_what_the_ray_to_it_meets_and_nothing_behind(view, arm):
    table, g = TableTop(_pose(tilt_deg=6, y_mm=90, x_mm=20)), arm(*view, rows=17)
    whole = table.mass(g, Phase())
    pixels = g.pixels_mm().reshape(-1, 3)
    seen = np.zeros((2, 17, 17)) if whole is None else whole.mass
    assert table.mass_before(g.source_mm, pixels) == pytest.approx(seen.reshape(2, -1), abs=1e-5)
    near = g.source_mm + 1e-3 * (pixels - g.source_mm)
    assert np.all(table.mass_before(g.source_mm, near) == 0)
