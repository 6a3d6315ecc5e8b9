"""Calibrations by similar triangles, lengths and angles on pictures."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from angiosuite.kit.errors import WrongUse
from angiosuite.suite.measuring import angle_deg, length, mm_per_px
from angiosuite.suite.pose import Pose, beam_geometry, iso_pixel_mm

LINE = [[0.0, 0.0], [30.0, 40.0]]
BELOW_MM = 110.0
AP = {"pose": Pose().as_dict(), "pixel_mm_iso": 0.3}


def scaled(calibration, facts=AP):
    return mm_per_px(calibration, facts, BELOW_MM)


def test_a_length_is_calibrated_by_isocentre_known_length_or_marker_bands():
    known = {"kind": "known", "length_mm": 20.0, "points": [[0.0, 0.0], [0.0, 100.0]]}
    marker = {"kind": "marker", "spacing_mm": 10.0, "count": 4, "points": [[0.0, 0.0], [0.0, 100.0]]}
    assert length(LINE, scaled(None))["length_mm"] is None
    assert length(LINE, scaled({"kind": "isocentre"}))["length_mm"] == 15.0
    assert length(LINE, scaled(known))["length_mm"] == 10.0
    assert length(LINE, scaled(marker))["length_mm"] == 20.0


def test_calibrations_that_say_nothing_are_refused():
    for bad in (
        {"kind": "known", "length_mm": 20.0, "points": [[1.0, 1.0], [1.0, 1.0]]},
        {"kind": "known", "length_mm": 20.0},
        {"kind": "marker", "points": LINE},
        {"kind": "height"},
    ):
        with pytest.raises(WrongUse):
            scaled(bad)


@given(
    rotation=st.floats(-50, 50),
    angulation=st.floats(-30, 30),
    table_y=st.floats(-80, 80),
    height=st.floats(0, 250),
    sid=st.floats(900, 1200),
)
def test_a_known_height_gives_the_size_that_the_beam_geometry_draws(
    rotation, angulation, table_y, height, sid
):
    pose = Pose(rotation, angulation, sid, table_y_mm=table_y)
    rays = beam_geometry(pose, np.zeros(3), 300.0, 512)
    towards = (rays.origin_mm + 255.5 * (rays.row_step_mm + rays.column_step_mm) - rays.source_mm) / sid
    plane_y = BELOW_MM - height  # the table top stands BELOW_MM behind the reference point, patient axes
    at = rays.source_mm + towards * ((plane_y - rays.source_mm[1]) / towards[1])
    across = rays.column_step_mm / np.linalg.norm(rays.column_step_mm)
    ends = rays.project_points(np.stack([at - 10.0 * across, at + 10.0 * across]))
    px = float(np.linalg.norm(ends[1] - ends[0]))
    facts = {"pose": pose.as_dict(), "pixel_mm_iso": iso_pixel_mm(pose, 300.0, 512)}
    if math.isclose(abs(towards[1]), 0.5, abs_tol=1e-3):
        return
    assert scaled({"kind": "height", "height_mm": height}, facts) == pytest.approx(20.0 / px, rel=2e-3)


def test_a_height_says_nothing_in_a_lateral_view():
    facts = {"pose": Pose(rotation_deg=90.0).as_dict(), "pixel_mm_iso": 0.3}
    with pytest.raises(WrongUse, match="flat"):
        scaled({"kind": "height", "height_mm": 100.0}, facts)


@given(st.floats(0, 360), st.floats(1, 179))
def test_an_angle_is_the_same_wherever_it_is_turned(turn, opening):
    t, o = np.deg2rad([turn, opening])
    a, b = [100 * np.cos(t), 100 * np.sin(t)], [50 * np.cos(t + o), 50 * np.sin(t + o)]
    assert angle_deg([a, [0.0, 0.0], b]) == pytest.approx(opening, abs=1e-6)
    shifted = [[x + 7.0, y - 3.0] for x, y in ([0.0, 0.0], b)]
    assert angle_deg([[0.0, 0.0], a, *shifted]) == pytest.approx(opening, abs=1e-6)


def test_an_angle_without_a_side_is_refused():
    with pytest.raises(WrongUse):
        angle_deg([[0.0, 0.0], [0.0, 0.0], [5.0, 5.0]])
