"""Drugs, fluid, clotting times and help in a session: what they do, what is told, the same bytes again."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from angiosuite.content import load_library
from angiosuite.kit.errors import WrongUse
from angiosuite.kit.log import read_entries
from angiosuite.suite.circulation.plumbing import RESERVOIR
from angiosuite.suite.instruments.tube_lumen import TubeLumen
from angiosuite.suite.opening import create_session, resume_session
from angiosuite.suite.remedies.dosing import drugs_of
from angiosuite.suite.replay import replay
from angiosuite.suite.room import Room
from angiosuite.suite.session import Session

S = 1_000_000
NITRO: dict[str, Any] = {"drug": "nitroglycerin", "dose": 200.0}


def told(session: Session, name: str) -> list[dict[str, Any]]:
    """What events of a name say."""
    return [event["data"] for event in session.events if event["name"] == name]


def mean_mmhg(session: Session) -> float:
    return session.blood.blood.control.reflex.map_mmhg


def course_of(
    room: Room, given: dict[str, Any] | None, times_s: Sequence[int]
) -> tuple[list[float], Session]:
    """Mean pressure up to some times of a session that is given a dose after four seconds, or nothing.

    Each is the mean over four seconds, about a breath: what the reflex feels at one moment still rises and
    falls with it.
    """
    session = Session(room, 3, pictures="asked")
    session.command("catheter.place", {"device": "cobra-2-5f", "vessel": "right-renal-artery", "at_mm": 10.0})
    session.advance(4 * S)
    if given is not None:
        session.command("drug.give", given)
    found = []
    for t_s in times_s:
        session.advance((t_s - 4) * S)
        felt = []
        while session.now_us < t_s * S:
            session.advance(session.now_us + S // 5)
            felt.append(mean_mmhg(session))
        found.append(float(np.mean(felt)))
    return found, session


def test_heparin_lengthens_the_clotting_time_and_a_result_comes_minutes_later(still: Session) -> None:
    still.command("drug.give", {"drug": "heparin", "dose": 5000.0})
    still.advance(150 * S)
    truth = still.remedies.act_s
    assert truth > 165.0
    still.command("drug.measure_act", {})
    still.advance(200 * S)
    assert told(still, "act-measured") == [] and still.snapshot()["remedies"]["act"] is None
    still.advance(560 * S)
    (result,) = told(still, "act-measured")
    assert result["act_s"] == pytest.approx(truth, rel=0.3)
    assert still.snapshot()["remedies"]["act"]["act_s"] == result["act_s"]
    (come,) = [event["t_us"] for event in still.events if event["name"] == "act-measured"]
    assert come - result["drawn_us"] == pytest.approx((60.0 + result["act_s"]) * S, abs=S)


def test_two_samples_of_the_same_blood_read_differently_and_always_the_same(flowing_room: Room) -> None:
    read = []
    for _ in range(2):
        one = Session(flowing_room, 11, pictures="asked")
        one.command("drug.measure_act", {})
        one.command("drug.measure_act", {})
        one.advance(260 * S)
        read.append([data["act_s"] for data in told(one, "act-measured")])
    assert read[0] == read[1]
    assert len(set(read[0])) == 2


def test_protamine_over_ten_minutes_takes_the_heparin_back(still: Session) -> None:
    still.command("drug.give", {"drug": "heparin", "dose": 5000.0})
    still.command("drug.give", {"drug": "protamine", "dose": 50.0})
    still.advance(300 * S)
    halfway = still.remedies.act_s
    still.advance(720 * S)
    assert still.remedies.act_s < halfway
    assert still.remedies.act_s < 150.0
    assert told(still, "drug-warning") == []


def test_nitroglycerin_acts_downstream_of_the_tip(session: Session) -> None:
    session.command("drug.give", {**NITRO, "route": "ia"})
    session.advance(6 * S)
    session.remedies.nitrates.advance(90.0)
    relaxes = session.remedies.relaxes
    assert relaxes("right-renal-artery") > 0.7
    assert relaxes("left-renal-artery") == relaxes("aorta") == relaxes("no-such-vessel") == 0.0
    (data,) = told(session, "drug-given")
    assert data["vessel"] == "right-renal-artery" and data["unit"] == "µg" and data["route"] == "ia"


@pytest.mark.parametrize(("at_mm", "reached"), [(10.0, True), (50.0, False)])
def test_it_reaches_the_branches_beyond_the_tip_and_not_those_before_it(
    session: Session, at_mm: float, reached: bool
) -> None:
    session.command("catheter.place", {"device": "cobra-2-5f", "vessel": "coeliac-trunk", "at_mm": at_mm})
    session.command("drug.give", {**NITRO, "route": "ia"})
    session.advance(6 * S)
    session.remedies.nitrates.advance(90.0)
    assert session.remedies.relaxes("coeliac-trunk") > 0.4
    assert (session.remedies.relaxes("hepatic-artery") > 0.4) is reached


def test_into_a_vein_it_acts_everywhere_and_less(session: Session) -> None:
    session.command("drug.give", {**NITRO, "route": "iv"})
    session.advance(6 * S)
    session.remedies.nitrates.advance(90.0)
    everywhere = session.remedies.relaxes("right-renal-artery")
    assert 0.2 < everywhere == session.remedies.relaxes("hepatic-artery") < 0.6


def test_the_pressure_falls_within_a_minute_and_the_hooks_are_let_go_afterwards(flowing_room: Room) -> None:
    times = range(30, 74, 6)
    (untreated, _), (treated, session) = (
        course_of(flowing_room, {**NITRO, "route": "ia"} if is_given else None, times)
        for is_given in (False, True)
    )
    falls = [a - b for a, b in zip(untreated, treated, strict=True)]
    deepest = int(np.argmax(falls))
    assert 6.0 < falls[deepest] < 22.0
    assert times[0] < times[deepest] < times[-1]
    session.remedies.nitrates.advance(1800.0)
    session.advance(times[-1] * S + 200_000)
    assert np.array_equal(session.blood.blood.control.outside, [1.0, 1.0, 0.0])


def test_a_dose_through_the_catheter_is_pushed_through_with_saline(session: Session) -> None:
    session.command("hand.puff", {"ml": 2.0, "rate_ml_s": 2.0})
    session.advance(4 * S)
    column = session.blood.desk.column
    assert column is not None and column.content.iodine_mg > 10.0
    session.command("drug.give", {**NITRO, "route": "ia"})
    session.advance(10 * S)
    assert column.content.iodine_mg < 0.1


def test_through_a_catheter_where_none_is_connected_names_both_ways_out(session: Session) -> None:
    session.command("catheter.remove", {})
    session.command("drug.give", {**NITRO, "route": "ia"})
    session.advance(100_000)
    (refused,) = told(session, "command-refused")
    assert refused["code"] == "no-tube-connected" and "iv" in refused["way_out"]
    assert told(session, "drug-given") == []
    with pytest.raises(WrongUse, match="Connect a catheter"):
        session.remedies.give("nitroglycerin", 100.0, "ia")


def test_nothing_goes_through_a_catheter_that_clot_has_closed_or_that_is_not_in(session: Session) -> None:
    lumen = TubeLumen(1.0, 1000.0, 0.9)
    lumen.flush(5.0, 0.0)
    lumen.aspirate(0.9)
    lumen.advance(3000.0, 120.0)
    session.blood.desk.column = lumen
    with pytest.raises(WrongUse, match="lets nothing through"):
        session.remedies.give("nitroglycerin", 100.0, "ia")
    lumen.inject(5.0, psi=2000.0)
    session.remedies.give("nitroglycerin", 100.0, "ia")
    with pytest.raises(WrongUse, match="not lie in the patient"):
        session.remedies.give("nitroglycerin", 100.0, "ia", tool="c9")


def test_an_unknown_drug_is_refused_with_the_nearest_name(still: Session) -> None:
    with pytest.raises(WrongUse, match="'heparin'"):
        still.remedies.give("heparine", 100.0)
    with pytest.raises(WrongUse, match="crystalloid"):
        still.remedies.give_fluid(100.0, "nitroglycerin")


@pytest.mark.parametrize(
    ("drug", "dose", "more", "of"),
    [
        ("heparin", 9000.0, {}, "once-per-kg"),
        ("protamine", 50.0, {"over_s": 60.0}, "per-minute"),
        ("protamine", 10.0, {"route": "ia"}, "not-this-route"),
        ("nitroglycerin", 400.0, {}, "once"),
    ],
)
def test_too_much_is_told_and_given_all_the_same(
    session: Session, drug: str, dose: float, more: dict[str, Any], of: str
) -> None:
    session.command("drug.give", {"drug": drug, "dose": dose, **more})
    session.advance(100_000)
    assert of in [data["of"] for data in told(session, "drug-warning")]
    assert told(session, "drug-given")[0]["dose"] == dose
    assert told(session, "command-refused") == []


def test_small_doses_that_add_up_are_told(still: Session) -> None:
    for k in range(3):
        still.command("drug.give", {"drug": "heparin", "dose": 4000.0})
        still.advance((k + 1) * 10 * S)
    (warning,) = told(still, "drug-warning")
    assert warning["of"] == "in-all"
    assert still.snapshot()["remedies"]["sums"] == {"heparin": 12000.0}


def test_protamine_given_fast_lets_the_pressure_fall(flowing_room: Room) -> None:
    fast = {"drug": "protamine", "dose": 50.0, "over_s": 25.0}
    (untreated, _), (treated, session) = (course_of(flowing_room, given, (22, 30)) for given in (None, fast))
    assert min(a / b for a, b in zip(treated, untreated, strict=True)) == pytest.approx(0.78, abs=0.08)
    assert [data["of"] for data in told(session, "drug-warning")] == ["per-minute"]


def test_fluid_fills_the_veins_by_what_stays_of_it(flowing_room: Room) -> None:
    (_, without), (_, session) = (
        course_of(flowing_room, given, (14,))
        for given in (None, {"drug": "saline", "dose": 400.0, "over_s": 8.0})
    )
    fluids, blood = session.remedies.fluids, session.blood.blood
    assert fluids.given_ml == pytest.approx(400.0)
    gained = blood.network.total_ml - without.blood.blood.network.total_ml
    assert gained == pytest.approx(fluids.plasma_ml, abs=1.0)
    assert blood.control.reflex.cvp_mmhg > without.blood.blood.control.reflex.cvp_mmhg + 0.3
    assert [data["ml"] for data in told(session, "fluid-ended")] == [400]


def test_fluid_answers_a_loss_of_blood(flowing_room: Room) -> None:
    means = {}
    for ml in (0.0, 1000.0):
        one = Session(flowing_room, 3, pictures="asked")
        one.command("catheter.place", {"device": "pigtail-5f", "vessel": "aorta", "at_mm": 150.0})
        one.advance(2 * S)
        blood = one.blood.blood
        veins = np.array([blood.plumbing.node[RESERVOIR]])
        blood.network.volume_ml[veins] -= 1200.0  # what a hole has let out
        if ml:
            one.command("drug.give", {"drug": "saline", "dose": ml, "over_s": 12.0})
        one.advance(25 * S)
        means[ml] = mean_mmhg(one), blood.control.heart_rate
    assert means[1000.0][0] > means[0.0][0] + 2.0
    assert means[1000.0][1] < means[0.0][1]


def test_oxygen_is_logged_and_saturation_stays_not_modelled(session: Session) -> None:
    session.command("oxygen.give", {"l_min": 6.0})
    session.advance(100_000)
    assert told(session, "oxygen-given") == [{"l_min": 6.0}]
    assert session.snapshot()["remedies"]["oxygen_l_min"] == 6.0
    spo2 = next(value for name, value in session.snapshot()["vitals"].items() if "spo2" in name.lower())
    assert "not" in json.dumps(spo2)


def test_help_comes_after_a_while_and_says_what_fits_the_state(still: Session) -> None:
    still.command("drug.give", {"drug": "heparin", "dose": 5000.0})
    still.event("spasm", {"vessel": "right-renal-artery"}, "Spasm")
    still.command("help.call", {})
    still.advance(40 * S)
    assert still.snapshot()["remedies"]["help"] == "coming" and told(still, "help-arrived") == []
    still.advance(160 * S)
    (arrived,) = told(still, "help-arrived")
    assert arrived["advice"][:2] == ["spasm", "clotting-time-not-known"]
    shown = still.snapshot()["remedies"]
    assert shown["help"] == "here" and "nitroglycerin" in shown["said"][0]
    still.command("help.call", {})
    still.advance(161 * S)
    assert len(told(still, "help-said")) == 1


def test_a_result_ends_the_advice_to_measure(still: Session) -> None:
    still.command("drug.give", {"drug": "heparin", "dose": 5000.0})
    still.advance(60 * S)
    assert still.remedies.facts["act_unknown"]
    still.command("drug.measure_act", {})
    still.advance(420 * S)
    facts = still.remedies.facts
    assert not facts["act_unknown"] and facts["act_s"] is not None and not facts["tools_in"]


GIVEN: tuple[tuple[int, str, dict[str, Any]], ...] = (
    (100_000, "drug.give", {"drug": "heparin", "dose": 3000.0}),
    (200_000, "drug.give", {**NITRO, "route": "ia"}),
    (300_000, "fluid.give", {"ml": 250.0}),
    (400_000, "drug.measure_act", {}),
    (500_000, "help.call", {}),
    (600_000, "drug.give", {"drug": "protamine", "dose": 10.0, "over_s": 20.0}),
)
END_US = 8 * S


def course(path: Path, room: Room, stop_us: int = END_US) -> Session:
    """A session in which all kinds of remedies are under way."""
    session = create_session(path, room, seed=5)
    session.command("catheter.place", {"device": "cobra-2-5f", "vessel": "right-renal-artery", "at_mm": 10.0})
    for t_us, name, given in GIVEN:
        session.command(name, given)
        session.advance(t_us)
    session.advance(stop_us)
    return session


def assert_same(one: Session, other: Session) -> None:
    (a, x), (b, y) = one.remedies.state(), other.remedies.state()
    assert a == b and x.keys() == y.keys()
    assert all(np.array_equal(value, y[name]) for name, value in x.items())
    flow = one.blood.blood.network.state(), other.blood.blood.network.state()
    assert all(np.array_equal(value, flow[1][name]) for name, value in flow[0].items())


def test_a_restored_session_goes_on_with_every_remedy_under_way(flowing_room: Room, tmp_path: Path) -> None:
    one = course(tmp_path / "a", flowing_room, 3 * S)
    state, arrays = one.state()
    json.dumps(state)  # plain values alone
    other = create_session(tmp_path / "b", flowing_room, seed=5)
    other.restore(state, arrays)
    for session in (one, other):
        session.advance(END_US)
    assert_same(one, other)
    one.close()
    other.close()


def test_a_session_that_was_cut_off_comes_back_the_same(flowing_room: Room, tmp_path: Path) -> None:
    whole = course(tmp_path / "a", flowing_room)
    cut = course(tmp_path / "b", flowing_room, 7 * S)
    assert cut.log is not None
    cut.log.close()
    back = resume_session(tmp_path / "b", flowing_room)
    back.advance(END_US)
    assert_same(whole, back)
    whole.close()
    back.close()


def test_a_replay_writes_the_same_log(flowing_room: Room, tmp_path: Path) -> None:
    course(tmp_path / "a", flowing_room).close()
    report = replay(tmp_path / "a", flowing_room, tmp_path / "again")
    assert report.differences == ()
    names = {entry.name for entry in read_entries(tmp_path / "a" / "log.jsonl") if entry.kind == "event"}
    assert {"drug-given", "fluid-given", "act-asked", "help-called"} <= names


def test_a_checkpoint_of_a_release_without_remedies_leaves_them_as_they_begin(still: Session) -> None:
    before, _ = still.remedies.state()
    state, arrays = still.state()
    del state["remedies"]
    still.restore(state, {k: v for k, v in arrays.items() if not k.startswith("remedies/")})
    assert still.remedies.state()[0] == before


DRUGS = drugs_of(load_library())


@pytest.mark.parametrize("drug", [item.id for item in DRUGS])
def test_every_drug_of_the_content_can_be_given_in_every_dose_and_way_it_has(
    still: Session, drug: str
) -> None:
    (item,) = (one for one in DRUGS if one.id == drug)
    for dose in item.doses:
        still.command("drug.give", {"drug": drug, "dose": dose})
    still.advance(30 * S)
    assert told(still, "command-refused") == []
    _, arrays = still.remedies.state()
    assert all(np.isfinite(value).all() for value in arrays.values())
    offered = {one["id"]: one for one in still.snapshot()["remedies"]["drugs"]}
    assert offered[drug]["doses"] == list(item.doses) and offered[drug]["draft"]
