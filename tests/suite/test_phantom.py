"""A test phantom in a body, and a patient who has moved, as the pictures show them."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from angiosuite.content.loader import load_library
from angiosuite.physics.xray.beam import beam
from angiosuite.suite.moment import Moment
from angiosuite.suite.paths import Paths
from angiosuite.suite.phantom import NOTICE, phantom_of
from angiosuite.suite.pose import Pose, beam_geometry

RAYS = beam(80.0, 0.1)
POSE = Pose(sid_mm=1050, sod_mm=785)
IDS = sorted(load_library().items["phantoms"])


@pytest.fixture(scope="module")
def paths(small_room):
    """Paths of its own, so that the phantom stays here."""
    return Paths(small_room.body, small_room.equipment, small_room.reference_mm)


def phantom(room, identity):
    return phantom_of(load_library().phantom(identity), room.body)


def geometry_of(room, pose=POSE, rows=256, side_mm=297.0):
    return beam_geometry(pose, room.reference_mm, side_mm, rows)


def loss(paths, room, moment, pose=POSE, rows=256, side_mm=297.0):
    """-ln of the signal with contrast over that without."""
    geometry = geometry_of(room, pose, rows, side_mm)
    without = paths.signal(geometry, RAYS, replace(moment, injections_s=()), "full")
    return -np.log(paths.signal(geometry, RAYS, moment, "full") / without)


@pytest.mark.parametrize("identity", IDS)
def test_every_phantom_says_what_it_is_and_is_seen(small_room, paths, identity):
    paths.phantom = phantom(small_room, identity)
    assert paths.phantom.title.startswith("Test phantom: ")
    assert paths.phantom.notice == NOTICE and "not this patient's vessels" in NOTICE
    seen = loss(paths, small_room, Moment(injections_s=(2.0,)))
    assert np.isfinite(seen).all() and seen.max() > 0.5 and seen.min() > -1e-5
    paths.phantom = None


def test_without_its_landmark_it_lies_in_the_middle_and_says_so(small_room):
    item = load_library().phantom("straight-tubes")
    lost = phantom_of(item, replace(small_room.body, landmarks={}))
    assert "no landmark 'l3'" in lost.notice
    middle = [0.5 * (low + high) for low, high in small_room.body.extent_mm]
    assert np.allclose(lost.tubes.tubes[0].line.points_mm[:, 1], middle[1])


def test_a_filled_tube_weakens_the_beam_as_beer_and_lambert_say(small_room, paths):
    """The 8 mm tube of 300 mg/ml over water: six energies against the sum with water in front."""
    paths.phantom = phantom(small_room, "straight-tubes")
    tubes = {tube.name: tube for tube in paths.phantom.tubes.tubes}
    geometry = geometry_of(small_room, rows=512)
    seen = loss(paths, small_room, Moment(injections_s=(20.0,)), rows=512)
    bare = paths.signal(geometry, RAYS, Moment(), "full")
    depths = np.linspace(0, 60, 6001)
    water = np.asarray(RAYS.signal({"water": depths}))
    for name, diameter_cm, g_cm3 in (("8 mm, 300 mg/ml", 0.8, 0.3), ("8 mm, 75 mg/ml", 0.8, 0.075)):
        middle = tubes[name].line.at(56.0)[0]
        row, column = np.round(geometry.project_points(middle)).astype(int)
        assert 3 < row < 508
        here = seen[row - 3 : row + 4, column - 2 : column + 3].max()
        in_front = np.interp(-bare[row, column], -water, depths)
        path = {"water": np.array(in_front), "iodine": np.array(diameter_cm * g_cm3)}
        expected = -np.log(float(RAYS.signal(path)) / float(RAYS.signal({"water": np.array(in_front)})))
        assert here == pytest.approx(expected, rel=0.02)
    paths.phantom = None


def test_contrast_is_seen_from_above_downwards(small_room, paths):
    """The lowest row with iodine in it goes down as time passes, until all is filled; then it washes out."""
    paths.phantom = phantom(small_room, "renal-abdominal-tubes")
    pose = POSE.moved({"table_z_mm": 60.0})
    lowest, total = [], []
    for age_s in np.arange(0.3, 9.0, 0.3):
        seen = loss(paths, small_room, Moment(injections_s=(float(age_s),)), pose)
        rows = np.flatnonzero((seen > 0.02).any(axis=1))
        lowest.append(int(rows.max()) if len(rows) else -1)
        total.append(float(seen.sum()))
    front = lowest[: int(np.argmax(total)) + 1]
    assert all(b >= a for a, b in pairwise(front)) and front[-1] > front[0] + 60
    assert total[-1] < 0.01 * max(total)
    paths.phantom = None


def test_the_exposure_meter_sees_the_same_iodine(small_room, paths):
    paths.phantom = phantom(small_room, "renal-abdominal-tubes")
    geometry = geometry_of(small_room)
    filled = Moment(injections_s=(2.0,))
    coarse = -np.log(paths.measure(geometry, RAYS, filled) / paths.measure(geometry, RAYS, Moment())).mean()
    assert coarse == pytest.approx(loss(paths, small_room, filled).mean(), rel=0.06)
    paths.phantom = None


def test_before_an_injection_and_after_the_phantom_is_gone_pictures_are_byte_for_byte_the_old(
    small_room, paths
):
    geometry = geometry_of(small_room)
    moment = Moment(breath_mm=6.0, cardiac_phase=0.3)

    def pair():
        return paths.signal(geometry, RAYS, moment, "full").tobytes(), paths.measure(
            geometry, RAYS, moment
        ).tobytes()

    plain = pair()
    paths.phantom = phantom(small_room, "renal-abdominal-tubes")
    assert pair() == plain
    assert paths.signal(geometry, RAYS, replace(moment, injections_s=(2.0,)), "full").tobytes() != plain[0]
    paths.phantom = None
    assert pair() == plain


@pytest.mark.parametrize("shift_mm", [(3.0, 0.0, 0.0), (0.0, 0.0, -5.5), (2.5, -4.0, 7.25)])
def test_a_patient_who_moves_looks_like_one_whose_table_moved(small_room, paths, shift_mm):
    """Without the board, which stays: the beam carried by minus the shift is what a moved table does.

    Table height grows upwards, to the patient's front.
    """
    bare = Paths(small_room.body, small_room.equipment, small_room.reference_mm)
    bare.phantom = phantom(small_room, "renal-abdominal-tubes")
    for view in (bare._picture, bare._meter):
        view._table = replace(view._table, world_from_table=np.eye(4) + 1e6 * np.eye(4, k=3))
    moment = Moment(breath_mm=4.0, injections_s=(2.0,))
    geometry = geometry_of(small_room)
    moved = bare.signal(geometry, RAYS, replace(moment, shift_mm=shift_mm), "full")
    x, y, z = shift_mm
    table = POSE.moved({"table_x_mm": x, "table_y_mm": -y, "table_z_mm": z})
    as_table = bare.signal(geometry_of(small_room, table), RAYS, moment, "full")
    assert not np.allclose(moved, bare.signal(geometry, RAYS, moment, "full"), rtol=1e-3)
    assert np.allclose(moved, as_table, rtol=2e-4, atol=1e-6)


def test_the_table_stays_when_the_patient_moves(small_room, paths):
    """Beside the trunk only the board is seen, and it is the same."""
    geometry = geometry_of(small_room, POSE.moved({"table_x_mm": 120.0, "table_z_mm": -60.0}))
    one, two = (paths.signal(geometry, RAYS, Moment(shift_mm=s), "full") for s in ((0, 0, 0), (0, 0, 20.0)))
    assert not np.array_equal(one, two)
    beside = (one > 0.3) & (two > 0.3)
    assert beside.any(axis=0).sum() >= 3
    assert np.allclose(one[beside], two[beside], rtol=1e-5)
