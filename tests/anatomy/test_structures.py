"""Named structures lie in the bones they are called after, on every built-in patient."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from angiosuite.anatomy.builtin import PatientParameters, build
from angiosuite.anatomy.structures import STRUCTURES, structure_of
from angiosuite.kit.errors import RefusedInput

BONES = range(40, 56)
PEDICLES = [name for name, (_, kind, _) in STRUCTURES.items() if kind == "pedicle"]


def labels_at(body, points):
    """Labels of the nearest voxels of points (n, 3), mm."""
    index = np.round((points - np.array(body.label_origin_mm)) / body.label_spacing_mm).astype(int)
    return body.labels[index[:, 2], index[:, 1], index[:, 0]]


def bony(body, points):
    return np.isin(labels_at(body, np.atleast_2d(points)), BONES)


@pytest.fixture(scope="session", params=["average", "slim", "obese", "female"])
def patient(request, coarse):
    """Each build of patient, at 3 mm; the first is the one that other tests build too."""
    if request.param == "average":
        return coarse
    sex = "female" if request.param == "female" else "male"
    return build(
        PatientParameters(sex=sex, habitus="average" if sex == "female" else request.param, seed=5), 3.0
    )


@pytest.mark.ci
@pytest.mark.parametrize("name", PEDICLES)
def test_a_pedicle_is_a_bridge_of_bone_with_a_hole_above_and_below(patient, name):
    pedicle = structure_of(patient, name)
    centre, axis = np.array(pedicle.centre_mm), np.array(pedicle.axis)
    along = centre + np.linspace(-5.0, 5.0, 11)[:, None] * axis
    assert bony(patient, along).all()
    turn = np.linspace(0.0, 2.0 * np.pi, 24, endpoint=False)
    long, short = np.array(pedicle.long_axis), np.array(pedicle.short_axis)
    ring = np.cos(turn)[:, None] * pedicle.half_axes_mm[0] * long
    ring = ring + np.sin(turn)[:, None] * pedicle.half_axes_mm[1] * short
    assert bony(patient, centre + 0.6 * ring).mean() > 0.8
    assert bony(patient, centre + 1.7 * ring).mean() < 0.55
    ends = centre + np.array([[-1.4], [1.4]]) * pedicle.half_axes_mm[0] * long
    assert not bony(patient, ends).all()  # a foramen


def test_a_pedicle_leads_forward_and_to_the_midline_into_the_vertebral_body(coarse):
    for name in PEDICLES:
        pedicle = structure_of(coarse, name)
        side = 1.0 if "left" in name else -1.0
        axis = np.array(pedicle.axis)
        assert np.linalg.norm(axis) == pytest.approx(1.0) and axis[1] < -0.8
        assert 0.0 < -side * axis[0] < 0.5 and abs(axis[2]) < 0.35
        assert 8.0 < side * (pedicle.centre_mm[0] - coarse.landmarks["l3"][0]) < 22.0
        long, short = np.array(pedicle.long_axis), np.array(pedicle.short_axis)
        assert abs(long @ axis) < 1e-6 and abs(short @ axis) < 1e-6 and abs(long @ short) < 0.1
        assert 4.0 < pedicle.half_axes_mm[1] <= pedicle.half_axes_mm[0] < 13.0
        front = np.array(pedicle.centre_mm) + 22.0 * axis
        assert labels_at(coarse, front[None])[0] == 41


def test_a_femoral_head_is_a_ball_of_bone_with_a_rim_of_something_else(coarse):
    for side, name in ((1.0, "left-femoral-head"), (-1.0, "right-femoral-head")):
        head = structure_of(coarse, name)
        centre = np.array(head.centre_mm)
        assert 20.0 < head.radius_mm < 28.0 and side * centre[0] > 70.0
        assert np.linalg.norm(centre - np.array(coarse.landmarks[name])) < 3.0
        medial = np.array([[-side, 0.0, 0.3], [-side, 0.5, 0.3], [-side, -0.5, 0.3], [0.0, -1.0, 0.2]])
        medial /= np.linalg.norm(medial, axis=1, keepdims=True)
        inside = labels_at(coarse, centre + (head.radius_mm - 4.0) * medial)
        outside = labels_at(coarse, centre + (head.radius_mm + 4.0) * medial)
        assert (inside == 46).all() and (outside != 46).all()


def test_a_vertebral_body_has_its_middle_in_its_own_bone(coarse):
    for name in ("l2-body", "l3-body", "l4-body"):
        middle = np.array(structure_of(coarse, name).centre_mm)
        assert labels_at(coarse, middle[None])[0] == 41


def test_a_body_without_labels_refuses_and_names_the_structure(coarse):
    scan = replace(coarse, labels=None)
    with pytest.raises(RefusedInput, match="l3-left-pedicle") as refused:
        structure_of(scan, "l3-left-pedicle")
    assert refused.value.code == "structure-missing" and refused.value.way_out
    with pytest.raises(RefusedInput, match="l3-left-pedicle"):
        structure_of(coarse, "l3-left-pedicel")
