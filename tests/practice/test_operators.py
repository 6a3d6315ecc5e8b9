"""Scripted operators: what their eye may know, and that drills tell good courses from bad ones."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from angiosuite.assess.judging import judge
from angiosuite.assess.session_log import SessionLog
from angiosuite.content.drill import DrillItem
from angiosuite.content.loader import load_library
from angiosuite.kit import kernel_cache
from angiosuite.kit.errors import WrongUse
from angiosuite.kit.home import Home
from angiosuite.practice import operators
from angiosuite.practice.bands import shipped
from angiosuite.practice.operators.eye import GUESS, SURE, Eye
from angiosuite.practice.operators.skill import SKILLS
from angiosuite.practice.operators.stage import Do
from angiosuite.suite.pose import Pose

LIBRARY = load_library().items["drills"]
DRILLS = {name: one.item for name, one in LIBRARY.items() if isinstance(one.item, DrillItem)}
QUICK = ("isocentre", "parallax", "femoral-head-for-access", "measure-and-calibrate")
"""Drills that a script does in a second or two."""
BLIND = ("random", "greedy")


def picture(**judged: Any) -> dict[str, Any]:
    """Facts of a picture that shows one thing."""
    return {
        "index": 3,
        "pixel_mm_iso": 0.5,
        "judged": {"ball": {"in_field": True, "u_mm": 8, "v_mm": -3} | judged},
    }


def eye(name: str = "reference", seed: int = 1) -> Eye:
    """The eye of a script."""
    return Eye(SKILLS[name], np.random.Generator(np.random.Philox(seed)))


def test_an_eye_sees_nothing_outside_the_field_in_noise_or_without_a_picture() -> None:
    assert eye().find("ball", picture()) is not None
    assert eye().find("ball", picture(in_field=False)) is None
    assert eye().find("ball", picture(cnr=0.4)) is None
    assert eye().find("ball", None) is None
    assert eye().find("other", picture()) is None


def test_an_eye_is_never_given_depth_or_what_the_goals_ask() -> None:
    hidden = {"iso_mm": 41.0, "true_mm": 80.0, "off_mm": 8.5, "span_px": 120.0}
    seen = eye().find("ball", picture(**hidden))
    assert seen is not None
    assert not set(seen.read) & set(hidden)


def test_an_eye_guesses_at_an_empty_vessel_by_the_bones_and_reads_nothing_of_it() -> None:
    empty = {"filled": 0.0, "foreshortening": 0.9, "cnr": 0.1}
    looking = eye()
    seen = [s for _ in range(400) if (s := looking.find("ball", picture(**empty)))]
    assert len(seen) == 400 and not any(s.read for s in seen)
    places = np.array([(s.u_mm, s.v_mm) for s in seen])
    assert places.std(axis=0) == pytest.approx([8 * SKILLS["reference"].eye_mm] * 2, rel=0.15)
    assert {s.sure_mm for s in seen} == {SURE * GUESS * SKILLS["reference"].eye_mm}
    full = eye().find("ball", picture(filled=0.8, foreshortening=0.9))
    assert full is not None and full.read["foreshortening"] == pytest.approx(0.9, rel=0.2)
    assert full.sure_mm == 0.0


def test_an_eye_errs_by_as_much_as_its_skill_says() -> None:
    looking = eye("novice")
    places = np.array([(s.u_mm, s.v_mm) for _ in range(800) if (s := looking.find("ball", picture()))])
    error_mm = SKILLS["novice"].eye_mm
    assert places.mean(axis=0) == pytest.approx([8, -3], abs=0.15 * error_mm)
    assert places.std(axis=0) == pytest.approx([error_mm, error_mm], rel=0.1)


def test_an_operator_that_is_not_known_is_refused_with_the_nearest_name() -> None:
    drill = DRILLS["isocentre"]
    with pytest.raises(WrongUse, match="reference"):
        operators.operator_named("referense", drill, 1)
    for name in operators.NAMES:
        assert operators.operator_named(name, drill, 1)


def steps(name: str, drill_id: str, seed: int) -> set[str]:
    """Commands that a blind script gives in a room that stands still and shows what it always shows."""
    drill = DRILLS[drill_id]
    stage, script = operators.operator_named(name, drill, seed)
    stage.state = {
        "pose": Pose().as_exact(),
        "exposure": {},
        "injector": {"media": [{"id": "iohexol-300"}, {"id": "iohexol-240"}]},
        "catheters": [{"id": "pigtail-5f"}],
        "allowed": {"media": [], "devices": [], "vessels": ["abdominal-aorta"]},
        "gas": {"state": "filled" if drill_id == "carbon-dioxide" else "empty"},
    }
    return {step.name for step in script if isinstance(step, Do)}


def test_blind_scripts_inject_where_there_is_blood_and_nowhere_else() -> None:
    injects = {"hand.puff", "injector.fill", "injector.arm", "xray.press"}
    assert steps("greedy", "unfold-the-renal-origin", 1) >= injects
    random = set().union(*(steps("random", "unfold-the-renal-origin", seed) for seed in range(8)))
    assert random >= injects | {"catheter.place", "catheter.free"} and "gas.inject" not in random
    gas = set().union(*(steps("random", "carbon-dioxide", seed) for seed in range(8)))
    assert gas >= {"gas.purge", "gas.inject"} and "injector.arm" not in gas
    for name in BLIND:
        dry = set().union(*(steps(name, "isocentre", seed) for seed in range(8)))
        assert not any(step.startswith(("hand.", "injector.", "gas.", "catheter.")) for step in dry)


class Trial:
    """Lets operators do drills on the patients of a home, each attempt once."""

    def __init__(self, home: Home, folder: Path) -> None:
        self.home, self.folder = home, folder
        kernel_cache.activate(home.kernels, 1)
        self._rooms: dict[tuple[str, str], Any] = {}
        self._count = itertools.count()

    def judged(self, name: str, drill_id: str, patient: str, seed: int = 1) -> dict[str, Any]:
        """What an attempt was judged as."""
        drill = DRILLS[drill_id]
        key = (patient, drill.equipment)
        if key not in self._rooms:
            self._rooms[key] = operators.room_for(self.home, drill, patient)
        stage, script = operators.operator_named(name, drill, seed)
        into = self.folder / f"run-{next(self._count)}"
        made = operators.attempt(self._rooms[key], drill, seed, stage, script, into)
        band = {m: b.median for m, b in shipped(LIBRARY[drill_id].folder, patient).items()}
        return judge(drill, SessionLog.of(made.entries()), drill.answers(seed), band).as_dict()

    def ranks(self, drill_id: str, patient: str) -> None:
        """The first three rank rightly, slow and flawless passes, haste and doing nothing fail."""
        names = ("reference", "slow-flawless", "novice", "reckless-fast", "idle")
        found = {name: self.judged(name, drill_id, patient) for name in names}
        scores = {name: one["score"] for name, one in found.items()}
        passed = {name for name, one in found.items() if one["passed"]}
        assert scores["reference"] >= scores["novice"], scores
        assert scores["slow-flawless"] >= scores["novice"], scores
        assert passed >= {"reference", "slow-flawless"}, scores
        assert not passed & {"reckless-fast", "idle"}, scores
        assert found["slow-flawless"]["duration_s"] > found["reference"]["duration_s"]


@pytest.fixture(scope="module")
def trial(built_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Trial:
    """On the built-in patient that every test has."""
    return Trial(Home(built_home), tmp_path_factory.mktemp("runs"))


@pytest.mark.ci
@pytest.mark.parametrize("drill", QUICK)
def test_good_courses_pass_and_rank_above_the_hasty_in_the_quick_drills(trial: Trial, drill: str) -> None:
    trial.ranks(drill, DRILLS[drill].patients[0])


@pytest.mark.ci
@pytest.mark.parametrize(("drill", "name", "seed"), [(d, n, 11) for d in QUICK[:2] for n in BLIND])
def test_a_script_that_knows_nothing_of_the_goals_does_not_pass(
    trial: Trial, drill: str, name: str, seed: int
) -> None:
    assert not trial.judged(name, drill, DRILLS[drill].patients[0], seed)["passed"]


@pytest.mark.ci
def test_a_wire_lies_still_through_an_exchange_whose_hands_look_and_strays_without(trial: Trial) -> None:
    drift = {}
    for name in ("reference", "novice"):
        found = trial.judged(name, "exchange-over-a-wire", "built-in-adult", 2)
        assert found["passed"] == (name == "reference")
        drift[name] = next(one["value"] for one in found["measures"] if one["id"] == "exchange-drift")
    assert drift["reference"] < 15.0
    assert drift["novice"] is None or drift["novice"] > drift["reference"]


@pytest.mark.long
@pytest.mark.parametrize("kind", ["type-1", "type-2", "type-3"])
def test_a_simmons_is_formed_and_engages_in_every_type_of_arch(trial: Trial, kind: str) -> None:
    drill = DRILLS["reform-then-engage"]
    seed = next(seed for seed in range(1, 99) if kind in drill.words(seed).values())
    assert trial.judged("reference", drill.id, "built-in-adult", seed)["passed"]


@pytest.mark.long
@pytest.mark.parametrize(
    ("drill", "patient"), [(name, patient) for name, one in DRILLS.items() for patient in one.patients[:3]]
)
def test_good_courses_pass_and_rank_above_the_hasty_in_every_drill_on_every_patient(
    trial: Trial, drill: str, patient: str
) -> None:
    trial.ranks(drill, patient)


def test_where_a_course_begins_is_seen_with_the_glance_that_sees_it_and_of_a_full_vessel_alone() -> None:
    seen = eye("novice").find("ball", picture(filled=0.9, begins_mm=[1.0, 2.0]))
    assert seen is not None
    u, v = seen.read["begins_mm"]
    assert (u - 1.0, v - 2.0) == pytest.approx((seen.u_mm - 8.0, seen.v_mm + 3.0))
    empty = eye("novice").find("ball", picture(filled=0.0, begins_mm=[1.0, 2.0]))
    assert empty is not None and "begins_mm" not in empty.read
