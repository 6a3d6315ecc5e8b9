"""Targets in blood: how full they are in a picture, and how much of them others cover."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.suite.instruments.touching import small_graph

from angiosuite.suite.blood_targets import InBlood, ends_of
from angiosuite.suite.circulation.seen import BloodSeen
from angiosuite.suite.moment import Moment
from angiosuite.suite.targets import Shadow, Target, View

POSE = {
    "rotation_deg": 0.0,
    "angulation_deg": 0.0,
    "sid_mm": 1050.0,
    "table_x_mm": 0.0,
    "table_y_mm": 0.0,
    "table_z_mm": 0.0,
    "table_tilt_deg": 0.0,
    "detector_rotation_deg": 0.0,
    "sod_mm": 750.0,
}


def view_of(room, **facts):
    plain = {
        "pose": POSE,
        "size": [512, 512],
        "pixel_mm_iso": 0.5,
        "breath_mm": 0.0,
        "cardiac_phase": 0.0,
        "blades": {"left": 1.0, "right": 1.0, "top": 1.0, "bottom": 1.0},
    }
    return View.of({**plain, **facts}, room)


def vessel(room, direction, radius_mm=2.0):
    """A straight vessel of 40 mm through the reference point."""
    along = np.linspace(-20.0, 20.0, 41)[:, None] * np.asarray(direction, float)
    count = len(along)
    points = np.asarray(room.reference_mm) + along
    return InBlood("a-vessel", points, np.full(count, radius_mm), np.zeros(count), None, slice(0, count))


def seen(mg_ml, gas=None):
    lumens = np.full(41, 1e-3 * mg_ml, np.float32)
    share = None if gas is None else np.full(41, gas, np.float32)
    return BloodSeen(lumens, np.array([4e-3], np.float32), None, share)


def test_a_vessel_across_the_beam_is_full_from_15_mg_per_square_centimetre_on(small_room):
    view, one = view_of(small_room), vessel(small_room, (0, 0, 1))
    assert one.judged(view, seen(38.0))["filled"] == 1.0  # 0.4 cm of 38 mg/ml are 15.2
    assert one.judged(view, seen(37.0))["filled"] == 0.0
    assert one.judged(view, seen(37.0))["iodine_mg_ml"] == pytest.approx(37.0, abs=0.01)
    assert one.judged(view, None) == {"vessel": "a-vessel", "filled": 0.0, "iodine_mg_ml": 0.0}


def test_along_the_beam_it_is_deeper_but_not_without_end(small_room):
    view, one = view_of(small_room), vessel(small_room, (0, 1, 0))
    assert one.judged(view, seen(9.5))["filled"] == 1.0
    assert one.judged(view, seen(9.0))["filled"] == 0.0


def test_half_a_centimetre_of_gas_is_seen_as_well(small_room):
    view, one = view_of(small_room), vessel(small_room, (0, 0, 1), radius_mm=4.0)
    assert one.judged(view, seen(0.0, gas=0.7))["filled"] == 1.0
    assert one.judged(view, seen(0.0, gas=0.5))["filled"] == 0.0


def test_what_the_blades_hide_is_not_filled(small_room):
    half = {"left": 1.0, "right": 1.0, "top": 0.0, "bottom": 1.0}
    found = vessel(small_room, (0, 0, 1)).judged(view_of(small_room, blades=half), seen(300.0))
    assert found["filled"] == pytest.approx(0.5, abs=0.03)


def test_tissue_is_full_by_its_depth(small_room):
    points = np.asarray(small_room.reference_mm) + np.zeros((5, 3))
    tissue = InBlood("kidney", points, np.full(5, 20.0), np.ones(5), None, None, bed=0)
    told = tissue.judged(view_of(small_room), seen(0.0))
    assert told == {"bed": "kidney", "organ": "", "filled": 1.0, "iodine_mg_ml": 4.0}


def test_half_of_a_vessel_behind_another_outline_is_half_covered(small_room):
    view, one = view_of(small_room), vessel(small_room, (0, 0, 1))
    whole = Target("t", "vessel", blood=one).shadow(view)
    upper = Shadow(whole.segments[:20], whole.radii[:20])
    assert one.covered(view, [upper]) == pytest.approx(0.5, abs=0.08)
    assert one.covered(view, []) == 0.0


def test_it_lies_where_the_patient_moved_to(small_room):
    one = vessel(small_room, (0, 0, 1))
    moved = one.at(Moment(shift_mm=(3.0, 0.0, 0.0)))
    assert moved - one.points_mm == pytest.approx(np.tile([3.0, 0.0, 0.0], (41, 1)))


def test_a_lumen_that_is_narrowed_is_judged_as_narrow_as_it_is_seen(small_room):
    view, one = view_of(small_room), vessel(small_room, (0, 0, 1))
    width = np.concatenate([np.ones(21), np.full(20, 0.6)])
    found = one.judged(view, replace(seen(300.0), width=width))
    assert found["narrowest"] == pytest.approx(0.6) and found["widest_mm"] == pytest.approx(4.0)
    found = one.judged(view, replace(seen(300.0), width=np.full(41, 0.6)))
    assert found["narrowest"] == 1.0 and found["widest_mm"] == pytest.approx(2.4)


def test_a_bed_too_small_for_cells_is_where_its_arteries_end():
    graph = small_graph()
    bed = next(bed for bed in graph.beds.values() if bed.feeders)
    ends = ends_of(graph, bed)
    assert ends.shape == (len(bed.feeders), 3)
    for end, feeder in zip(ends, bed.feeders, strict=True):
        assert (end == graph.vessels[feeder].points_mm[-1]).all()


def test_a_course_begins_at_its_first_place_and_spilt_blood_where_it_left_its_vessel(small_room):
    view, one = view_of(small_room), vessel(small_room, (0, 0, 1))
    assert Target("t", "vessel", blood=one).judged(view)["begins_mm"] == pytest.approx([0.0, 20.0], abs=0.6)
    spilt = replace(one, root_mm=np.add(small_room.reference_mm, (5.0, 0.0, 10.0)))
    told = Target("t", "lesion", blood=spilt).judged(view)
    assert told["begins_mm"] == pytest.approx([5.0, -10.0], abs=0.6)
    assert told["v_mm"] == pytest.approx(0.0, abs=0.6), "its middle is where it was"
