"""Poses mean what the room says: cranial looks from the head, LAO from the patient's left."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from angiosuite.suite.pose import (
    Pose,
    beam_geometry,
    detector_axes,
    detector_direction,
    iso_pixel_mm,
    isocentre_mm,
)

angle = st.floats(-89, 89)
ZERO = np.zeros(3)


@pytest.mark.parametrize(
    ("pose", "axis", "sign"),
    [
        (Pose(), 1, -1),
        (Pose(rotation_deg=90), 0, 1),
        (Pose(rotation_deg=-90), 0, -1),
        (Pose(angulation_deg=89), 2, 1),
    ],
)
def test_the_detector_goes_where_the_name_says(pose, axis, sign):
    towards = detector_direction(pose)
    assert np.argmax(np.abs(towards)) == axis and np.sign(towards[axis]) == sign


def test_in_ap_the_patients_left_is_right_and_the_head_is_up():
    u, v = detector_axes(Pose())
    assert np.allclose(u, [1, 0, 0]) and np.allclose(v, [0, 0, -1])


@given(rotation=angle, angulation=angle, turn=st.floats(-180, 180))
def test_axes_are_orthonormal_and_the_ray_meets_the_detector_square(rotation, angulation, turn):
    pose = Pose(rotation_deg=rotation, angulation_deg=angulation, detector_rotation_deg=turn)
    frame = np.stack([*detector_axes(pose), detector_direction(pose)])
    assert np.allclose(frame @ frame.T, np.eye(3), atol=1e-12)


@given(
    rotation=angle, angulation=angle, sid=st.floats(900, 1200), x=st.floats(-100, 100), z=st.floats(-300, 300)
)
def test_the_isocentre_falls_on_the_middle_and_is_magnified_by_sid_over_sod(rotation, angulation, sid, x, z):
    pose = Pose(rotation_deg=rotation, angulation_deg=angulation, sid_mm=sid, table_x_mm=x, table_z_mm=z)
    geometry = beam_geometry(pose, ZERO, 300.0, 512)
    iso = isocentre_mm(pose, ZERO)
    middle = geometry.project_points(iso)
    assert np.allclose(middle, 255.5, atol=1e-6)
    u, _ = detector_axes(pose)
    beside = geometry.project_points(iso + u)
    assert np.linalg.norm(beside - middle) == pytest.approx(1.0 / iso_pixel_mm(pose, 300.0, 512), rel=1e-9)


def test_moving_the_table_to_the_head_brings_lower_parts_into_view():
    assert isocentre_mm(Pose(table_z_mm=100), ZERO)[2] == -100
    assert isocentre_mm(Pose(table_y_mm=30), ZERO)[1] == 30
