"""The gantry keeps its speeds and limits, and stops before it touches anything."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from angiosuite.kit.errors import WrongUse
from angiosuite.suite.gantry import AXES, Axis, Gantry, GantrySpec, PatientEnvelope, collision
from angiosuite.suite.pose import Pose

SPEC = GantrySpec(
    axes={
        "rotation": Axis(-120, 120, 25),
        "angulation": Axis(-50, 50, 20),
        "sid": Axis(850, 1200, 100),
        "detector_rotation": Axis(-90, 90, 30),
        "table_x": Axis(-150, 150, 100),
        "table_y": Axis(-200, 100, 30),
        "table_z": Axis(-700, 700, 150),
        "table_tilt": Axis(-15, 15, 3),
    },
    home=Pose(sid_mm=1100),
)
BODY = PatientEnvelope(half_width_mm=180, front_mm=110, back_mm=110, feet_mm=-400, head_mm=350)


def gantry():
    return Gantry(SPEC, BODY)


def test_an_axis_moves_at_its_speed():
    g = gantry()
    g.move("rotation", 0.5)
    for _ in range(50):
        g.advance(0.02)
    assert g.pose.rotation_deg == pytest.approx(12.5)


def test_an_unknown_axis_is_refused_with_the_nearest_name():
    with pytest.raises(WrongUse, match="rotation"):
        gantry().move("rotatoin", 1.0)


def test_the_detector_stops_before_the_patient():
    g = gantry()
    g.move("sid", -1.0)
    reasons = [r for _ in range(400) if (r := g.advance(0.02))]
    assert reasons == ["detector would touch the patient"]
    assert g.pose.sid_mm - g.pose.sod_mm >= BODY.front_mm + SPEC.clearance_mm - 3
    g.move("sid", 1.0)
    before = g.pose.sid_mm
    g.advance(0.02)
    assert g.pose.sid_mm > before and g.blocked is None


axis_moves = st.lists(
    st.tuples(st.sampled_from(list(AXES)), st.floats(-1, 1), st.integers(1, 200)), max_size=8
)


@settings(max_examples=40)
@given(moves=axis_moves)
def test_no_way_of_driving_leaves_the_limits_or_collides(moves):
    g = gantry()
    for axis, rate, steps in moves:
        g.move(axis, rate)
        for _ in range(steps):
            g.advance(0.02)
    for name, axis in SPEC.axes.items():
        assert axis.low - 1e-9 <= getattr(g.pose, AXES[name]) <= axis.high + 1e-9
    assert collision(g.pose, SPEC, BODY) is None


def test_travel_to_a_pose_ends_there_and_a_hand_on_an_axis_ends_it():
    g = gantry()
    g.go_to(Pose(rotation_deg=30, angulation_deg=-20, sid_mm=1150))
    for _ in range(200):
        g.advance(0.02)
    assert (g.pose.rotation_deg, g.pose.angulation_deg, g.pose.sid_mm) == (30, -20, 1150) and g.goal is None
    g.go_to(Pose(rotation_deg=-30, sid_mm=1150))
    g.advance(0.02)
    g.move("table_z", 1.0)
    assert g.goal is None


def test_a_restored_gantry_goes_on_as_the_first():
    a, b = gantry(), gantry()
    a.go_to(Pose(rotation_deg=40, sid_mm=1150))
    a.advance(0.02)
    b.restore(a.state())
    for g in (a, b):
        for _ in range(30):
            g.advance(0.02)
    assert a.pose == b.pose
