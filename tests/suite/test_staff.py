"""The staff of a room: geometry of shields and sides, sums of pulses, commands, state."""

from dataclasses import replace

import numpy as np
import pytest

from angiosuite.kit.errors import WrongUse
from angiosuite.physics.xray.beam import Technique
from angiosuite.suite.collimator import Blades
from angiosuite.suite.moment import Moment
from angiosuite.suite.outputs import EventOut
from angiosuite.suite.pose import Pose, beam_geometry
from angiosuite.suite.session import Session
from angiosuite.suite.staff_dose import BeamKey, Emission
from angiosuite.suite.staff_plan import Floor, Plan
from angiosuite.suite.watchers import PulseTaken

POSE = Pose(sod_mm=785.0)


def pulse(room, t_us=0, pose=POSE, pka_ugy_m2=2.0, blades=None, mode="fluoro") -> PulseTaken:
    """A pulse of 74 kV and 0.3 mm copper through 21 cm of water."""
    return PulseTaken(
        t_us=t_us,
        mode=mode,
        pose=pose,
        geometry=beam_geometry(pose, room.reference_mm, 226.0, 8),
        field_mm=226.0,
        blades=blades or Blades(),
        technique=Technique(74.0, 50.0, 8.0, 0.3, 0.4),
        moment=Moment(0.0, 0.0),
        kar_mgy=0.02,
        pka_ugy_m2=pka_ugy_m2,
        interval_s=1 / 15,
        thickness_cm=21.0,
    )


def emission(room, pose=POSE, **more) -> Emission:
    key = BeamKey.of(pulse(room, pose=pose, **more))
    return Emission(key, room.equipment, room.envelope, room.table_below_mm)


@pytest.fixture
def watch(small_room):
    """The staff of a fresh session."""
    return Session(small_room, seed=1).watchers["staff"]


def standing(plan: Plan, who: str, x_mm: float, z_mm: float) -> Plan:
    return plan.with_person(replace(plan.person(who), x_mm=x_mm, z_mm=z_mm))


def used(plan: Plan, shield: str, up: bool = True, **place: float) -> Plan:
    return plan.with_shield(replace(plan.shield(shield), up=up, **place))


def test_the_eye_without_shields_gets_what_operators_get(small_room):
    # Measured at operators without screens: parts of a µSv to some µSv per Gy cm²; this stands close.
    eye = emission(small_room).people(Plan())["operator"]["eye"]
    assert 0.5 < eye < 8.0


def test_standing_on_the_tube_side_costs_several_times_the_detector_side(small_room):
    plan = standing(Plan(), "operator", -1200.0, 100.0)
    tube = emission(small_room, replace(POSE, rotation_deg=90)).people(plan)["operator"]
    detector = emission(small_room, replace(POSE, rotation_deg=-90)).people(plan)["operator"]
    assert tube["chest_over"] > 3 * detector["chest_over"]
    assert tube["eye"] > 3 * detector["eye"]


@pytest.mark.parametrize("angle", [15, 45, 75])
def test_a_mirrored_view_with_mirrored_people_gives_the_same_dose(small_room, angle):
    plan, mirrored = used(Plan(), "table-skirt", False), used(Plan(), "table-skirt", False)
    plan = standing(plan, "operator", -1100.0, -300.0)
    mirrored = standing(mirrored, "operator", 1100.0, -300.0)
    left = emission(small_room, replace(POSE, rotation_deg=angle)).people(plan)["operator"]
    right = emission(small_room, replace(POSE, rotation_deg=-angle)).people(mirrored)["operator"]
    assert right == pytest.approx(left, rel=0.02)


def test_stepping_back_lowers_every_dose(small_room):
    beam = emission(small_room)
    near, far = (beam.people(standing(Plan(), "operator", x, -380.0))["operator"] for x in (-900.0, -1800.0))
    assert all(far[place] < 0.6 * near[place] for place in ("eye", "chest", "chest_over", "neck"))


def test_the_ceiling_screen_shields_the_eye_that_stands_behind_it_alone(small_room):
    beam = emission(small_room)
    bare = beam.people(used(Plan(), "ceiling-screen", False))["operator"]["eye"]
    behind = beam.people(used(Plan(), "ceiling-screen", True))["operator"]["eye"]
    beside = beam.people(used(Plan(), "ceiling-screen", True, x_mm=250.0, z_mm=900.0))["operator"]["eye"]
    assert behind < 0.1 * bare
    assert beside == pytest.approx(bare)


def test_the_table_skirt_shields_legs_and_leaves_the_eye(small_room):
    beam = emission(small_room)
    bare, hung = (beam.people(used(Plan(), "table-skirt", up))["operator"] for up in (False, True))
    assert hung["leg"] < 0.2 * bare["leg"]
    assert hung["eye"] == bare["eye"]


def test_no_shield_and_nothing_worn_ever_raises_a_dose(small_room):
    rng, beam = np.random.default_rng(4), emission(small_room, replace(POSE, rotation_deg=30))
    for _ in range(25):
        plan = used(Plan(), "table-skirt", False)
        plan = standing(plan, "operator", float(rng.uniform(-2500, -450)), float(rng.uniform(-2500, 2000)))
        name = str(rng.choice(["ceiling-screen", "table-skirt", "mobile-screen"]))
        x, z = float(rng.uniform(-1500, 500)), float(rng.uniform(-1000, 1000))
        turn = float(rng.uniform(-180, 180))
        shielded = used(plan, name, True, x_mm=x, z_mm=z, turn_deg=turn)
        before, after = beam.people(plan), beam.people(shielded)
        assert all(after[w][p] <= before[w][p] * (1 + 1e-9) for w in before for p in before[w])
    naked = plan.with_person(replace(plan.person("operator"), apron=False, collar=False))
    dressed = plan.with_person(replace(plan.person("operator"), glasses=True))
    for place in ("eye", "neck", "chest", "leg"):
        assert beam.people(dressed)["operator"][place] < beam.people(naked)["operator"][place]


def test_a_hand_in_the_open_field_is_told_once_and_counts(small_room):
    session = Session(small_room, seed=1)
    watch = session.watchers["staff"]
    aside = replace(POSE, table_x_mm=140)
    watch.plan = standing(watch.plan, "operator", -500.0, 20.0)
    operator = watch.plan.person("operator")
    open_ = emission(small_room, aside)
    closed = emission(small_room, aside, blades=Blades(0.1, 0.1, 0.1, 0.1))
    assert open_.hand_in_beam(operator) > 20 * open_.people(watch.plan)["operator"]["hand"]
    assert closed.hand_in_beam(operator) == 0.0
    watch.pulse(pulse(small_room, pose=aside))
    watch.pulse(pulse(small_room, pose=aside, t_us=600_000))
    told = [event for event in session.events if event["name"] == "hand-in-beam"]
    assert [event["data"]["who"] for event in told] == ["operator"]
    assert watch.beam_off()["operator"]["hand_usv"] > 50.0


def test_doses_add_up_over_pulses_and_grow_with_the_kerma_area_product(small_room, watch):
    for i in range(10):
        watch.pulse(pulse(small_room, t_us=i * 66_000))
    ten = watch.beam_off()
    watch.pulse(pulse(small_room, t_us=5_000_000, pka_ugy_m2=20.0))
    twenty = watch.beam_off()
    for who in ("operator", "assistant", "nurse"):
        assert twenty[who]["eye_usv"] == pytest.approx(2 * ten[who]["eye_usv"], rel=1e-3)
        assert twenty[who]["chest_usv"] < twenty[who]["chest_over_usv"]


def test_what_was_radiated_before_a_step_counts_for_the_place_before(small_room, watch):
    watch.pulse(pulse(small_room))
    watch.pulse(pulse(small_room, t_us=66_000, pka_ugy_m2=50.0))
    watch.move("operator", -2000.0, -1500.0)
    moved = watch.beam_off()["operator"]["eye_usv"]
    other = Session(small_room, seed=1).watchers["staff"]
    other.pulse(pulse(small_room))
    other.pulse(pulse(small_room, t_us=66_000, pka_ugy_m2=50.0))
    assert moved == other.beam_off()["operator"]["eye_usv"]


def test_time_without_an_apron_near_the_beam_is_counted(small_room, watch):
    watch.pulse(pulse(small_room))
    assert watch.beam_off()["unprotected_s"] == 0.0
    watch.wear("nurse", "apron", False)
    watch.pulse(pulse(small_room))
    assert watch.beam_off()["unprotected_s"] == pytest.approx(1 / 15, abs=1e-4)
    watch.move("nurse", 2000.0, 2000.0)
    watch.pulse(pulse(small_room))
    assert watch.beam_off()["unprotected_s"] == pytest.approx(1 / 15, abs=1e-4)


@pytest.mark.parametrize(("x_mm", "z_mm"), [(0.0, 0.0), (-300.0, -800.0), (2790.0, 0.0), (0.0, -2990.0)])
def test_nobody_stands_in_table_gantry_or_wall(small_room, watch, x_mm, z_mm):
    before = watch.plan
    with pytest.raises(WrongUse) as refused:
        watch.move("nurse", x_mm, z_mm)
    assert refused.value.code == "place-taken"
    assert watch.plan == before


def test_people_step_aside_for_a_tube_that_comes_onto_them(small_room):
    session = Session(small_room, seed=1)
    watch = session.watchers["staff"]
    lateral = replace(POSE, rotation_deg=90)
    watch.move("operator", -700.0, 50.0)
    watch.pulse(pulse(small_room, pose=lateral))
    operator = watch.plan.person("operator")
    floor = Floor(small_room.equipment, lateral, small_room.table_below_mm)
    assert floor.what_is_at(operator.x_mm, operator.z_mm) is None
    assert session.events[-1]["name"] == "staff-moved"
    assert session.events[-1]["data"]["why"] == "gantry"


def test_a_task_puts_people_and_shields_where_it_says(small_room, watch):
    watch.begin(
        {
            "people": [
                {"id": "nurse", "x_mm": 900, "z_mm": None, "wears": {"apron": False, "glasses": True}}
            ],
            "shields": [{"id": "ceiling-screen", "up": True, "turn_deg": 30}],
        }
    )
    nurse, screen = watch.plan.person("nurse"), watch.plan.shield("ceiling-screen")
    assert (nurse.x_mm, nurse.z_mm, nurse.apron, nurse.glasses) == (900, 1500, False, True)
    assert (screen.up, screen.turn_deg) == (True, 30)
    with pytest.raises(WrongUse):
        watch.begin({"people": [{"id": "surgeon"}]})


def test_a_restored_staff_goes_on_as_if_nothing_had_been(small_room, watch):
    watch.pulse(pulse(small_room))
    watch.pulse(pulse(small_room, t_us=66_000))
    watch.wear("operator", "glasses", True)
    watch.pulse(pulse(small_room, t_us=132_000, pose=replace(POSE, angulation_deg=20)))
    other = Session(small_room, seed=1).watchers["staff"]
    other.restore(*watch.state())
    assert other.part() == watch.part()
    for one in (watch, other):
        one.pulse(pulse(small_room, t_us=700_000))
    assert other.part() == watch.part()
    assert other.beam_off() == watch.beam_off()


def test_the_part_stays_the_same_while_nothing_changes_and_its_rates_end_with_the_beam(small_room, watch):
    assert watch.part()["isodose"] is None
    watch.pulse(pulse(small_room))
    shown = watch.part()
    assert watch.part() is shown
    isodose = shown["isodose"]
    assert len(isodose["usv_h"]) == isodose["rows"] * isodose["columns"]
    assert shown["people"][0]["rate"]["eye_usv_h"] > 0
    watch.beam_off()
    assert watch.part()["people"][0]["rate"]["eye_usv_h"] == 0


def test_commands_move_and_dress_people_and_the_log_says_so(small_room):
    session = Session(small_room, seed=1)
    session.command("staff.move", {"who": "nurse", "x_mm": -1500.0, "z_mm": 1000.0})
    session.command("staff.wear", {"who": "nurse", "item": "glasses", "on": True})
    session.command("shield.use", {"shield": "ceiling-screen", "on": True})
    session.command("shield.move", {"shield": "mobile-screen", "x_mm": -1000.0, "z_mm": 0.0})
    told = [out.name for out in session.advance(40_000) if isinstance(out, EventOut)]
    assert told == ["staff-moved", "staff-dressed", "shield-used", "shield-moved"]
    nurse = session.snapshot()["staff"]["people"][2]
    assert (nurse["x_mm"], nurse["wears"]["glasses"]) == (-1500.0, True)
