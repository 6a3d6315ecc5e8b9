"""The skin of a session: live and from the log, its levels, the question, earlier exposures."""

import json

import numpy as np
import pytest

from angiosuite.anatomy.skin import CELL_MM
from angiosuite.kit.errors import WrongUse
from angiosuite.suite.collimator import Blades
from angiosuite.suite.opening import create_session, resume_session
from angiosuite.suite.recorded import recorded
from angiosuite.suite.session import Session
from angiosuite.suite.skin import skin_of_events, skin_of_log
from angiosuite.suite.skin_map import BeamKey, SkinMap

PRIOR = [{"pose": {"rotation_deg": 0.0}, "fov_cm": 22, "kar_mgy": 2500.0}]


def exposed(session: Session) -> Session:
    """Two short presses in two views, the second while the gantry moves."""
    session.command("xray.press", {"pedal": "fluoro"})
    session.advance(300_000)
    session.command("xray.release")
    session.command("collimator.set", {"left": 0.5, "right": 0.6})
    session.command("gantry.move", {"axis": "rotation", "rate": 1.0})
    session.command("xray.press", {"pedal": "fluoro"})
    session.advance(1_000_000)
    session.command("xray.release")
    session.advance(1_100_000)
    return session


@pytest.fixture(scope="module")
def over(small_room, tmp_path_factory) -> tuple:
    """The folder of a session that is over, and the last live part."""
    path = tmp_path_factory.mktemp("skin") / "s1"
    session = create_session(path, small_room, seed=3, pictures="asked")
    session.watchers["skin"].begin(PRIOR)
    exposed(session)
    part = session.watchers["skin"].part()
    session.close()
    return path, part


def test_the_log_tells_the_same_skin_as_the_session(over, small_room):
    path, live = over
    assert skin_of_log(path, small_room, cell_mm=CELL_MM) == live
    assert live["peak_mgy"] > 2500
    assert 0 < live["own_mgy"] < 100
    assert live["peak_beam"]["prior"]


@pytest.mark.ci
def test_a_finer_map_agrees_with_the_live_one(over, small_room):
    path, live = over
    fine = skin_of_log(path, small_room)
    assert fine["peak_mgy"] == pytest.approx(live["peak_mgy"], rel=0.02)
    assert fine["map"]["rows"] > live["map"]["rows"]


def test_a_moment_of_the_log_shows_what_was_there_then(over, small_room):
    path, live = over
    before, half = (skin_of_log(path, small_room, until_us=t, cell_mm=CELL_MM) for t in (0, 200_000))
    assert before["own_mgy"] < half["own_mgy"] < live["own_mgy"]
    assert before["peak_mgy"] > 2000


def test_irradiation_events_give_the_same_peak_where_nothing_moved(small_room, tmp_path):
    session = create_session(tmp_path / "s", small_room, seed=1)
    session.command("collimator.set", {"left": 0.5, "right": 0.5, "top": 0.8, "bottom": 0.8})
    session.command("xray.press", {"pedal": "shot"})
    session.advance(200_000)
    live = session.watchers["skin"].part()
    session.close()
    events = recorded(tmp_path / "s").events
    assert skin_of_events(events, small_room, cell_mm=CELL_MM)["peak_mgy"] == pytest.approx(
        live["peak_mgy"], rel=1e-3
    )


def test_going_off_writes_peak_beam_and_what_the_press_added(over):
    path, live = over
    lines = [json.loads(line) for line in (path / "log.jsonl").read_text().splitlines()]
    seen = [line["data"] for line in lines if line.get("name") == "skin"]
    assert len(seen) == 2
    assert seen[-1]["peak_mgy"] == live["peak_mgy"]
    assert seen[-1]["peak_at"] == live["peak_at"]
    assert all(0 < one["added_mgy"] < 50 for one in seen)


def test_levels_are_told_once_and_3_gy_asks_and_waits_for_an_answer(small_room, tmp_path):
    session = create_session(tmp_path / "s", small_room, seed=1)
    watch = session.watchers["skin"]
    watch.begin([{**PRIOR[0], "kar_mgy": 1900.0}])
    assert watch.part()["question"] is None
    told = [event["data"]["level"] for event in session.events if event["name"] == "dose-notification"]
    assert told == ["fda-record-skin", "sir-notify-skin", "nci-visit-skin"]
    watch.begin([{**PRIOR[0], "kar_mgy": 900.0}])
    told = [event["data"]["level"] for event in session.events if event["name"] == "dose-notification"]
    assert told[3:] == ["sir-notify-skin", "acr-follow-up-skin", "srdl-skin"]
    question = watch.part()["question"]
    assert [option["id"] for option in question["options"]] == ["go-on", "stage", "stop"]
    session.command("xray.press", {"pedal": "shot"})
    session.advance(100_000)
    assert session.picture.dose.shots == 1
    assert watch.part()["question"] == question
    session.command(
        "dose.decide", {"level": question["level"], "choice": "stage", "reason": "benefit is small"}
    )
    session.advance(200_000)
    assert watch.part()["question"] is None
    assert watch.part()["decided"][0]["choice"] == "stage"
    assert session.events[-1]["name"] == "dose-decided"
    with pytest.raises(WrongUse, match="No dose question"):
        watch.decide("acr-follow-up-skin", "stop", "")
    session.close()
    assert skin_of_log(tmp_path / "s", small_room)["decided"] == watch.part()["decided"]


def test_an_answer_that_is_none_of_the_options_is_refused(session):
    watch = session.watchers["skin"]
    watch.begin([{**PRIOR[0], "kar_mgy": 3000.0}])
    with pytest.raises(WrongUse, match="none of the answers"):
        watch.decide("acr-follow-up-skin", "hurry", "")
    assert watch.part()["question"] is not None


def test_a_session_that_was_cut_goes_on_with_the_same_skin(small_room, tmp_path):
    whole = exposed(create_session(tmp_path / "a", small_room, seed=3, pictures="asked"))
    cut = create_session(tmp_path / "b", small_room, seed=3, pictures="asked")
    cut.command("xray.press", {"pedal": "fluoro"})
    cut.advance(300_000)
    cut.checkpoint()
    cut.log.close()
    again = resume_session(tmp_path / "b", small_room)
    first = again.watchers["skin"].part()["peak_mgy"]
    assert 0 < first < whole.watchers["skin"].part()["peak_mgy"]
    plain, arrays = whole.watchers["skin"].state()
    assert sum(a.nbytes for a in arrays.values()) + len(json.dumps(plain)) < 200_000
    fresh = Session(small_room, 3).watchers["skin"]
    fresh.restore(json.loads(json.dumps(plain)), arrays)
    assert fresh.part() == whole.watchers["skin"].part()


def test_the_view_that_made_the_peak_is_named_with_its_share(small_room):
    skin = SkinMap(small_room.body, small_room.equipment, small_room.reference_mm)
    home, blades = small_room.gantry.home, Blades()
    for turn, kar in ((0.0, 100.0), (35.0, 300.0), (36.0, 100.0)):
        skin.add(BeamKey.of(home.moved({"rotation_deg": turn}), 156.0, blades, 75.0, 0.2), kar)
    skin.spread()
    peak = skin.peak()
    assert peak is not None
    assert peak.view["rotation_deg"] == pytest.approx(35.25, abs=0.1)
    assert 0.6 < peak.share <= 1.0
    assert sum(view.kar_mgy for view in skin.views) == pytest.approx(500.0)


def test_spreading_the_beam_lowers_the_peak(small_room):
    def peak(turns: list[float]) -> float:
        skin = SkinMap(small_room.body, small_room.equipment, small_room.reference_mm)
        for turn in turns:
            pose = small_room.gantry.home.moved({"rotation_deg": turn})
            skin.add(BeamKey.of(pose, 156.0, Blades(), 75.0, 0.2), 600.0 / len(turns))
        skin.spread()
        found = skin.peak()
        assert found is not None
        return found.dose_mgy

    assert peak([-40.0, 0.0, 40.0]) < 0.7 * peak([0.0])


@pytest.mark.ci
def test_pulses_expose_the_skin_alike_whether_their_pictures_are_drawn_or_not(over, small_room, tmp_path):
    session = create_session(tmp_path / "s", small_room, seed=3)
    session.watchers["skin"].begin(PRIOR)
    exposed(session)
    assert session.watchers["skin"].part() == over[1]


def test_equal_parts_stay_equal_while_nothing_changes(session):
    watch = session.watchers["skin"]
    assert watch.part() is watch.part()
    assert watch.part()["map"] is None
    json.dumps(watch.part(), allow_nan=False)


def test_a_key_survives_plain_json(small_room):
    rng = np.random.default_rng(5)
    for _ in range(20):
        pose = small_room.gantry.home.moved({"rotation_deg": float(rng.uniform(-90, 90))})
        shift = tuple(float(s) for s in rng.normal(0, 5, 3))
        key = BeamKey.of(pose, 226.0, Blades(left=0.3), 71.23, 0.3, shift, (("left", 0.2, 5.0),), True)
        assert BeamKey.from_plain(json.loads(json.dumps(key.as_plain()))) == key
