"""Blood as a task begins with it, and targets that are judged in it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from angiosuite.kit.errors import AngiosuiteError, RefusedInput, WrongUse
from angiosuite.kit.log import read_entries
from angiosuite.suite.opening import create_session
from angiosuite.suite.room import Room
from angiosuite.suite.session import Session

BLOOD: dict[str, Any] = {
    "egfr_ml_min": 31.0,
    "catheter": {"device": "pigtail-5f", "vessel": "aorta", "percent_along": 50.0, "tip": "wall"},
    "injector": {"medium": "iohexol-300", "filled_ml": 80.0, "air": "clear", "warmed": True},
    "devices": ["pigtail-5f"],
    "vessels": ["aorta"],
    "tree": False,
}
TARGETS = (
    {"id": "aorta", "kind": "vessel", "vessel": "aorta", "along_mm": [160, 200]},
    {"id": "renal", "kind": "vessel", "vessel": "right-renal-artery"},
    {"id": "nowhere", "kind": "vessel", "vessel": "a-vessel-of-another-patient"},
)


def opened(path: Path, room: Room, **blood: Any) -> Session:
    """A session whose task begins with blood."""
    task: Mapping[str, Any] = {
        "id": "t",
        "title": "A task",
        "start": {"blood": {**BLOOD, **blood}},
        "targets": list(TARGETS),
    }
    return create_session(path, room, seed=3, task=task)


def test_catheter_injector_and_kidneys_are_as_the_task_has_them(flowing_room: Room, tmp_path: Path) -> None:
    session = opened(tmp_path / "s", flowing_room)
    blood = session.blood
    assert blood.placed is not None and blood.placed.contact == "wall" and not blood.placed.is_checked
    assert blood.placed.tip.at_mm == pytest.approx(150.0, abs=0.5)
    assert blood.desk.injector.fill_ml == 80.0 and blood.desk.injector.air == "clear"
    assert blood.egfr_ml_min == 31.0 and not blood.shows_tree
    assert blood.desk.injector.arm() == ()
    session.close()


@pytest.mark.parametrize(("air", "seen"), [("clear", "clear"), ("unknown", "clear"), ("air", "seen")])
def test_air_is_there_or_not_and_nobody_looked_or_did(
    flowing_room: Room, tmp_path: Path, air: str, seen: str
) -> None:
    session = opened(tmp_path / "s", flowing_room, injector={"medium": "iohexol-300", "air": air})
    injector = session.blood.desk.injector
    assert injector.air == ("clear" if air == "clear" else "unknown")
    assert injector.check() == seen
    session.close()


def test_what_the_task_does_not_offer_is_refused(flowing_room: Room, tmp_path: Path) -> None:
    session = opened(tmp_path / "s", flowing_room)
    with pytest.raises(WrongUse, match="pigtail-5f"):
        session.blood.place("cobra-2-5f", "aorta", 100.0)
    with pytest.raises(WrongUse, match="aorta"):
        session.blood.place("pigtail-5f", "coeliac-trunk", 10.0)
    session.close()


@pytest.mark.parametrize(
    "blood",
    [
        {"catheters": {}},
        {"catheter": {"device": "no-such", "vessel": "aorta", "percent_along": 5.0}},
        {"lesions": [{"lesion": "no-such"}]},
        {"media": ["no-such"]},
    ],
)
def test_blood_that_cannot_be_is_refused_before_anything_is_made(
    flowing_room: Room, tmp_path: Path, blood: dict[str, Any]
) -> None:
    with pytest.raises(RefusedInput):
        opened(tmp_path / "s", flowing_room, **blood)
    assert not (tmp_path / "s").exists()


def test_a_target_in_blood_needs_blood(flowing_room: Room, tmp_path: Path) -> None:
    task = {"id": "t", "title": "A task", "targets": [TARGETS[0]]}
    with pytest.raises(RefusedInput, match="blood"):
        create_session(tmp_path / "s", flowing_room, seed=3, task=task)


def test_pictures_tell_how_full_a_vessel_is(flowing_room: Room, tmp_path: Path) -> None:
    session = opened(tmp_path / "s", flowing_room)
    session.command("injector.set", {"rate_ml_s": 20.0, "volume_ml": 30.0})
    session.command("injector.arm", {})
    session.command("injector.start", {})
    session.advance(session.now_us + 1_400_000)
    session.command("xray.press", {"pedal": "shot"})
    session.advance(session.now_us + 300_000)
    assert session.folder is not None
    frames = [e.data for e in read_entries(session.folder.log) if e.name == "frame"]
    judged = next(data["judged"] for data in frames if data["mode"] == "shot")
    assert set(judged) == {"aorta", "renal"}, "a vessel that this patient has not got is not judged"
    assert judged["aorta"]["iodine_mg_ml"] > 20.0 and 0.0 <= judged["aorta"]["filled"] <= 1.0
    assert judged["aorta"]["true_mm"] == pytest.approx(40.0, abs=3.0)
    assert judged["renal"]["vessel"] == "right-renal-artery"
    session.close()


def test_the_subtraction_of_a_run_is_judged_on_what_was_filled(flowing_room: Room, tmp_path: Path) -> None:
    session = opened(tmp_path / "s", flowing_room)
    session.command("acquisition.set", {"programme": "dsa-body", "matrix": 512, "phases": [[3.0, None]]})
    session.command("injection.set", {"coupled": True, "injection_delay_s": 1.0})
    session.command("injector.set", {"rate_ml_s": 20.0, "volume_ml": 30.0})
    session.command("injector.arm", {})
    session.command("xray.press", {"pedal": "acquire"})
    session.advance(session.now_us + 3_000_000)
    session.command("xray.release", {"pedal": "acquire"})
    session.advance(session.now_us + 300_000)
    assert session.folder is not None
    entries = list(read_entries(session.folder.log))
    (judged,) = [e.data for e in entries if e.name == "judged-run"]
    frames = [e.data for e in entries if e.name == "frame" and e.data["mode"] == "run"]
    fullest = [sum(one["filled"] for one in data["judged"].values()) for data in frames]
    assert fullest[judged["frame"] - 1] == max(fullest)
    assert judged["cnr"] is None or judged["cnr"] > 0.0
    session.close()


def test_lost_blood_filters_clots_and_covered_groins_are_as_the_task_has_them(
    flowing_room: Room, tmp_path: Path
) -> None:
    standing = {"device": "filter-cone-7f", "vessel": "inferior-vena-cava", "at_mm": 200.0, "tilt_deg": 5.0}
    session = opened(
        tmp_path / "s",
        flowing_room,
        lost_percent=10.0,
        filters=[{**standing, "days": 40.0, "clot_mm": 6.0}],
        clots=[{"vessel": "right-common-femoral-vein", "thick_mm": 8.0, "after_s": 0.5}],
        accesses=["right-femoral-vein"],
    )
    assert list(session.instruments.accesses) == ["right-femoral-vein"]
    (one,) = session.treating.filters.standing
    held = one.clot_mm3
    assert one.dwell_days == 40.0 and one.tilt_deg == pytest.approx(5.0) and held > 0.0
    session.advance(400_000)
    assert one.clot_mm3 == held
    session.advance(800_000)
    names = [entry.name for entry in read_entries(session.folder.log) if entry.kind == "event"]
    assert "blood-lost-before" in names
    assert ("filter-caught" in names) != ("clot-embolus" in names), "it goes one way"
    session.close()


@pytest.mark.parametrize(
    ("blood", "named"),
    [
        ({"accesses": ["left-elbow"]}, "left-elbow"),
        ({"filters": [{"device": "no-such"}]}, "no-such"),
        ({"clots": [{"wide_mm": 3.0}]}, "wide_mm"),
    ],
)
def test_accesses_filters_and_clots_that_nobody_knows_are_refused_by_name(
    flowing_room: Room, tmp_path: Path, blood: dict[str, Any], named: str
) -> None:
    with pytest.raises(AngiosuiteError, match=named):
        opened(tmp_path / "s", flowing_room, **blood)
