"""A session with lesions, catheter, injection and pressure: the same log gives the same bytes."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from angiosuite.kit.log import read_entries
from angiosuite.suite.branching import branch
from angiosuite.suite.opening import create_session, resume_session
from angiosuite.suite.replay import replay
from angiosuite.suite.room import Room
from angiosuite.suite.session import Session

TASK = {
    "id": "bleeding",
    "title": "Bleeding",
    "kind": "drill",
    "mode": "practice",
    "brief": "b",
    "start": {
        "blood": {
            "egfr_ml_min": 45,
            "lesions": [
                {"lesion": "renal-stenosis", "vessel": "right-renal-artery", "percent_along": 60},
                {"lesion": "retroperitoneal-bleeding", "vessel": "aorta", "percent_along": 80},
            ],
        }
    },
}
INJECTING_US, PULL_US, LAST_US, END_US = 1_500_000, 1_700_000, 2_400_000, 3_200_000


def begun(path: Path, room: Room) -> Session:
    """Up to the middle of an injection."""
    session = create_session(path, room, seed=5, task=TASK)
    for name, given in (
        ("catheter.place", {"device": "pigtail-5f", "vessel": "aorta", "at_mm": 150.0}),
        ("pressure.zero", {}),
        ("injector.fill", {"medium": "iohexol-300"}),
        ("injector.purge", {}),
        ("injector.check", {}),
        ("injector.set", {"rate_ml_s": 15.0, "volume_ml": 10.0, "rise_s": 0.3}),
    ):
        session.command(name, given)
    session.advance(1_200_000)
    session.command("pressure.record", {"label": "aorta"})
    session.command("injector.arm", {})
    session.command("injector.start", {})
    session.advance(INJECTING_US)
    return session


def ended(session: Session) -> Session:
    """From there to the end: the catheter is pulled while contrast still flows."""
    session.advance(PULL_US)
    session.command("catheter.pull", {"mm": 20.0})
    session.advance(LAST_US)
    session.command("hand.puff", {"ml": 3.0, "rate_ml_s": 3.0})
    session.advance(END_US)
    return session


def assert_same(one: Session, other: Session) -> None:
    (a, x), (b, y) = one.blood.state(), other.blood.state()
    assert a == b and x.keys() == y.keys()
    for name, value in x.items():
        assert np.array_equal(value, y[name]), name


@pytest.fixture(scope="module")
def whole(flowing_room: Room, tmp_path_factory: pytest.TempPathFactory) -> Session:
    """A session that nothing happened to, closed."""
    session = ended(begun(tmp_path_factory.mktemp("whole") / "s1", flowing_room))
    session.close()
    return session


def entries(session: Session) -> list[tuple[int, str, str, Mapping[str, Any]]]:
    assert session.folder is not None
    kept = read_entries(session.folder.log)
    return [(e.t_us, e.kind, e.name, e.data) for e in kept if e.kind != "checkpoint"]


def test_the_log_tells_of_lesions_catheter_injection_and_pressure(whole: Session) -> None:
    names = {name for _, kind, name, _ in entries(whole) if kind == "event"}
    assert {
        "blood-begun",
        "catheter-placed",
        "pressure-recorded",
        "injection-ended",
        "catheter-moved",
    } <= names
    given = next(d for _, _, name, d in entries(whole) if name == "injection-ended")
    assert given["ml"] == pytest.approx(10.0, abs=1.5) and given["vessel"] == "aorta"


def test_the_same_commands_give_the_same_log_and_blood(
    whole: Session, flowing_room: Room, tmp_path: Path
) -> None:
    again = ended(begun(tmp_path / "s2", flowing_room))
    again.close()
    assert entries(again) == entries(whole)
    assert_same(again, whole)


def test_a_replay_is_the_same(whole: Session, flowing_room: Room, tmp_path: Path) -> None:
    assert whole.folder is not None
    report = replay(whole.folder.path, flowing_room, tmp_path / "again")
    assert report.is_same, report.differences[:3]


def test_a_session_killed_amid_an_injection_goes_on_as_it_was(
    whole: Session, flowing_room: Room, tmp_path: Path
) -> None:
    killed = begun(tmp_path / "s2", flowing_room)
    assert killed.blood.desk.injector.stage == "injecting" and killed.log is not None
    killed.log.close()
    again = resume_session(tmp_path / "s2", flowing_room)
    assert again.blood.desk.injector.stage == "injecting"
    ended(again)
    again.close()
    assert_same(again, whole)


@pytest.mark.parametrize("t_us", [INJECTING_US - 100_000, LAST_US + 300_000])
def test_a_branch_begins_with_the_blood_of_that_moment(
    whole: Session, flowing_room: Room, tmp_path: Path, t_us: int
) -> None:
    assert whole.folder is not None
    made = branch(whole.folder.path, t_us, tmp_path / "s2")
    again = resume_session(made.path, flowing_room)
    if t_us < LAST_US:
        assert again.blood.desk.injector.stage == "injecting"
        ended(again)
    else:
        again.advance(END_US)
    again.close()
    assert_same(again, whole)


@pytest.mark.parametrize(
    ("name", "given", "code"),
    [
        ("catheter.place", {"device": "pigtale-5f", "vessel": "aorta", "at_mm": 5.0}, None),
        ("catheter.place", {"device": "pigtail-5f", "vessel": "aort", "at_mm": 5.0}, "vessel-unknown"),
        ("catheter.place", {"device": "pigtail-5f", "vessel": "aorta", "at_mm": 1500.0}, "vessel-too-short"),
        ("catheter.pull", {"mm": 5.0}, "no-catheter"),
        ("catheter.free", {}, "no-catheter"),
        ("catheter.remove", {}, "no-catheter"),
        ("injector.fill", {"medium": "water"}, "medium-not-known"),
        ("injector.protocol", {"id": "nothing"}, "protocol-not-known"),
        ("injector.arm", {}, "injector-not-ready"),
        ("injector.start", {}, "injector-not-armed"),
        ("hand.puff", {"ml": 3.0}, "no-catheter"),
        ("hand.flush", {}, "no-catheter"),
        ("gas.purge", {}, "gas-empty"),
        ("gas.inject", {"ml": 20.0}, "no-catheter"),
        ("pressure.record", {"label": "x"}, "no-catheter"),
    ],
)
def test_bad_uses_are_refused_with_a_code_and_a_way_out_and_change_nothing(
    flowing: Session, name: str, given: Mapping[str, Any], code: str | None
) -> None:
    before = flowing.blood.state()[0]
    flowing.command(name, dict(given))
    flowing.advance(40_000)
    told = [data for _, _, event, data in entries(flowing) if event == "command-refused"]
    assert len(told) == 1 and told[0]["command"] == name
    assert told[0]["way_out"] and told[0]["code"] == (code or told[0]["code"])
    assert flowing.blood.state()[0] == before


def test_a_catheter_that_is_pushed_out_of_the_patient_s_order_of_hands_stays_finite(flowing: Session) -> None:
    for k, (name, given) in enumerate(
        (
            ("catheter.place", {"device": "cobra-2-5f", "vessel": "right-renal-artery", "at_mm": 20.0}),
            ("hand.puff", {"ml": 5.0, "rate_ml_s": 4.0}),
            ("catheter.place", {"device": "pigtail-5f", "vessel": "inferior-vena-cava", "at_mm": 100.0}),
            ("hand.puff", {"ml": 5.0, "rate_ml_s": 4.0}),
            ("catheter.remove", {}),
            ("catheter.place", {"device": "pigtail-5f", "vessel": "pulmonary-trunk", "at_mm": 10.0}),
            ("hand.flush", {"ml": 5.0}),
        )
    ):
        flowing.command(name, given)
        flowing.advance((k + 1) * 300_000)
    blood = flowing.blood.blood
    assert np.isfinite(blood.network.pressure_mmhg).all() and (blood.network.volume_ml > 0.0).all()
    gone = blood.transport.in_system_mg + blood.transport.excreted_mg + blood.transport.lost_mg
    assert gone == pytest.approx(blood.transport.injected_mg, rel=1e-9)


def test_a_checkpoint_of_other_vessels_gives_the_patient_back_with_blood_at_rest(
    flowing_room: Room, tmp_path: Path
) -> None:
    session = begun(tmp_path / "s", flowing_room)
    state, arrays = session.state()
    state["blood"]["graph"] = "of another version"
    other = create_session(tmp_path / "other", flowing_room, seed=5, task=TASK)
    other.restore(state, arrays)
    other.advance(INJECTING_US + 40_000)
    assert other.blood.placed is None and not other.blood.desk.is_busy
    assert other.blood.desk.used == session.blood.desk.used
    assert [event["name"] for event in other.events if event["name"] == "blood-anew"] == ["blood-anew"]
    other.command("catheter.place", {"device": "pigtail-5f", "vessel": "aorta", "at_mm": 150.0})
    other.advance(INJECTING_US + 400_000)
    assert np.isfinite(other.blood.blood.network.pressure_mmhg).all()
    for one in (session, other):
        one.close()
