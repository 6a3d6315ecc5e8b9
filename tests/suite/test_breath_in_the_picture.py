"""What the patient is told is seen: the dome moves in the picture by millimetres times magnification."""

from __future__ import annotations

import numpy as np
import pytest

from angiosuite.physics.xray.beam import beam
from angiosuite.suite.moment import Moment
from angiosuite.suite.pose import Pose, beam_geometry

FIELD_MM, PIXELS = 297.0, 512
RAYS = beam(120.0, 0.9)


AWAY_MM = 500.0
"""A shift that takes the dome out of the picture: what is left is the background."""


def dome_profile(room, pose, breath_mm):
    """What the dome adds to the log signal, down the middle of the picture."""
    geometry = beam_geometry(pose, room.reference_mm, FIELD_MM, PIXELS)
    with_dome, without = (room.paths.signal(geometry, RAYS, Moment(b), "full") for b in (breath_mm, AWAY_MM))
    return np.log(without / with_dome)[:, 246:266].mean(axis=1)


def shift_px(before, after):
    """Rows by which a profile moved down, to a fraction, by the peak of the correlation."""
    score = np.correlate(after, before, mode="full").astype(float)
    k = int(score.argmax())
    a, b, c = score[k - 1 : k + 2]
    return k + 0.5 * (a - c) / (a - 2 * b + c) - (len(before) - 1)


@pytest.mark.parametrize("rotation_deg", [0.0, 90.0, 30.0])
@pytest.mark.parametrize("told_mm", [15.0, 35.0])
def test_the_dome_moves_by_the_commanded_amount_times_magnification(small_room, rotation_deg, told_mm):
    pose = Pose(rotation_deg=rotation_deg, sid_mm=1050, sod_mm=785, table_z_mm=-135)
    moved = shift_px(dome_profile(small_room, pose, 0.0), dome_profile(small_room, pose, told_mm))
    expected = told_mm * pose.sid_mm / pose.sod_mm * PIXELS / FIELD_MM
    assert moved == pytest.approx(expected, rel=0.05)


def test_it_does_so_while_the_gantry_turns(small_room):
    still, turned = Pose(rotation_deg=10, sid_mm=1050, sod_mm=785, table_z_mm=-135), None
    rows = []
    for step in range(6):
        turned = still.moved({"rotation_deg": 10 + 4 * step})
        reference = dome_profile(small_room, turned, 0.0)
        rows.append(shift_px(reference, dome_profile(small_room, turned, 6.0 * step)))
    expected = 6.0 * np.arange(6) * still.sid_mm / still.sod_mm * PIXELS / FIELD_MM
    assert np.abs(np.array(rows) - expected).max() < 0.05 * expected.max()
