"""Consequences: what presses harms, what presses more harms sooner, and the same hands do the same."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from angiosuite.anatomy.vessels.lesion_effects import Narrowing
from angiosuite.content import load_library
from angiosuite.content.device import DeviceItem
from angiosuite.content.hazard import HazardItem
from angiosuite.suite.circulation.harm import Dissection, Harm, Perforation, Release, Spasm
from angiosuite.suite.instruments.consequences import Consequences
from angiosuite.suite.instruments.contact import Contact
from angiosuite.suite.instruments.patient_facts import PatientFacts

from .touching import AORTA, MESENTERIC, RENAL, VEIN, Told, contact, lying, pressing, small_graph, tip

LIBRARY = load_library()
FACTS = PatientFacts(small_graph(), frame=12)
FAILS_N = 0.16 * 1.46
"""Force at which the 0.018 wire's end fails a healthy young wall, N."""
CATHETER = "cobra-2-5f"
Step = Callable[[int], Contact]


def judged(
    made: Step | Contact, seconds: float, seed: int = 1, facts: PatientFacts = FACTS, step: float = 0.01,
    judge: Consequences | None = None, start_s: float = 0.0,
) -> tuple[list[Harm], Told, Consequences]:  # fmt: skip
    """Harms and events of some contacts in a row."""
    told = Told()
    judge = judge or Consequences.of(LIBRARY, seed, told)
    harms: list[Harm] = []
    for k in range(round(seconds / step)):
        one = made if isinstance(made, Contact) else made(k)
        harms += judge.judge(one, step, replace(facts, moment_s=start_s + k * step))
    return harms, told, judge


def first_s(contact: Contact, kind: type[Any], seed: int, most: float = 200.0, step: float = 0.02) -> float:
    """When a harm of a kind comes, s."""
    judge = Consequences.of(LIBRARY, seed, Told())
    for k in range(round(most / step)):
        found = judge.judge(contact, step, replace(FACTS, moment_s=k * step))
        if any(isinstance(harm, kind) for harm in found):
            return k * step
    return most


# ---- spasm ------------------------------------------------------------------------------------------------


def test_nothing_happens_below_fifteen_hundredths_of_failure_nor_within_two_seconds() -> None:
    for seed in range(20):
        below, _, _ = judged(pressing(0.14 * FAILS_N), 10.0, seed, step=0.1)
        brief, _, _ = judged(pressing(0.5 * FAILS_N), 1.9, seed, step=0.1)
        assert below == [] and brief == []


def test_a_spasm_comes_at_a_twentieth_a_second_after_two_seconds() -> None:
    times = np.array([first_s(pressing(0.2 * FAILS_N), Spasm, seed, step=0.2) for seed in range(120)])
    assert times.min() >= 2.0
    assert (times - 2.0).mean() == pytest.approx(20.0, rel=0.25)
    assert np.mean(times > 22.0) == pytest.approx(np.exp(-1.0), abs=0.13)


def test_mesenteric_vessels_answer_twice_as_soon() -> None:
    graph = small_graph()
    renal, name = graph.vessels["right-renal-artery"], "superior-mesenteric-artery"
    more = replace(graph, vessels={**graph.vessels, name: replace(renal, id=name)})
    facts = replace(FACTS, graph=more)

    def mean_s(vessel: int) -> float:
        times = []
        for seed in range(60):
            judge, k = Consequences.of(LIBRARY, seed, Told()), 0
            here = pressing(0.2 * FAILS_N, vessel=vessel)
            while k < 1000 and not judge.judge(here, 0.2, replace(facts, moment_s=0.2 * k)):
                k += 1
            times.append(0.2 * k - 2.0)
        return float(np.mean(times))

    assert mean_s(RENAL) / mean_s(MESENTERIC) == pytest.approx(2.0, rel=0.6)


def test_wide_vessels_veins_and_relaxed_ones_do_not_narrow() -> None:
    wide = replace(pressing(0.3 * FAILS_N), radius_mm=np.full(12, 9.0))
    vein = pressing(0.3 * FAILS_N, vessel=VEIN)
    for seed in range(8):
        assert judged(wide, 60.0, seed, step=0.1)[0] == []
        assert judged(vein, 60.0, seed, step=0.1)[0] == []
        relaxed = replace(FACTS, relaxes=lambda vessel: 1.0)
        assert judged(pressing(0.3 * FAILS_N), 60.0, seed, relaxed, step=0.1)[0] == []


def test_a_shaft_that_presses_hard_enough_irritates_too() -> None:
    soft, hard = lying(0.05), lying(0.3)
    assert judged(soft, 100.0, 3, step=0.1)[0] == []
    harms, told, _ = judged(hard, 100.0, 3, step=0.1)
    assert isinstance(harms[0], Spasm) and told.names[0] == "spasm"


def test_a_spasm_is_told_once_and_not_at_every_step() -> None:
    harms, told, _ = judged(pressing(0.3 * FAILS_N), 250.0, 5, step=0.1)
    assert told.names == ["spasm"] and len(harms) == 1


@settings(max_examples=20)
@given(seed=st.integers(0, 500), share=st.floats(0.16, 0.39), more=st.floats(1.0, 1.8))
def test_more_force_never_harms_later(seed: int, share: float, more: float) -> None:
    some, greater = (
        first_s(pressing(f * FAILS_N), (Spasm, Dissection, Perforation), seed, 40.0, 0.1)  # type: ignore[arg-type]
        for f in (share, min(share * more, 0.69))
    )
    assert greater <= some


# ---- perforation ------------------------------------------------------------------------------------------


def test_above_failure_a_tip_goes_through_within_a_twentieth_of_a_second() -> None:
    harms, told, _ = judged(pressing(1.05 * FAILS_N), 0.06)
    (hole,) = [harm for harm in harms if isinstance(harm, Perforation)]
    assert hole.vessel == "right-renal-artery" and hole.orifice_mm2 == pytest.approx(0.15 * 0.16)
    assert told.names == ["perforation"]
    assert judged(pressing(1.05 * FAILS_N), 0.04)[0] == []


def test_a_spike_of_one_step_goes_through_nothing() -> None:
    harms, _, _ = judged(lambda k: pressing((3.0 if k % 5 == 0 else 0.1) * FAILS_N), 1.0, seed=2)
    assert not any(isinstance(harm, Perforation) for harm in harms)


def test_a_bow_goes_through_nothing_wide_and_is_milder_everywhere() -> None:
    wide = pressing(50.0, curved=True)
    narrow = replace(pressing(9.0 * FAILS_N, curved=True), radius_mm=np.full(12, 1.2))
    assert not any(isinstance(harm, Perforation) for harm in judged(wide, 5.0)[0])
    assert any(isinstance(harm, Perforation) for harm in judged(narrow, 0.1)[0])
    for seed in range(20):
        blunt, bow = pressing(0.6 * FAILS_N), pressing(0.6 * FAILS_N, curved=True)
        assert first_s(bow, Spasm, seed, 20.0, 0.1) >= first_s(blunt, Spasm, seed, 20.0, 0.1)


def test_side_branches_go_at_half_the_force_and_the_old_at_less() -> None:
    thin = replace(pressing(0.55 * FAILS_N), radius_mm=np.full(12, 0.9))
    assert any(isinstance(harm, Perforation) for harm in judged(thin, 0.1)[0])
    old = replace(FACTS, age_years=70.0, hypertension=True, diabetes=True)
    assert judged(pressing(0.65 * FAILS_N), 0.1)[0] == []
    assert any(isinstance(harm, Perforation) for harm in judged(pressing(0.65 * FAILS_N), 0.1, facts=old)[0])


def test_below_failure_some_walls_fail_and_more_so_while_a_catheter_follows() -> None:
    def share(follows: bool) -> float:
        end = tip(wall_n=0.8 * FAILS_N)
        tube = tip(tool="c1", device=CATHETER, in_tube=True, is_wire=False, moved_mm=0.05 if follows else 0.0)
        made = contact(end, tube)
        through = [
            any(isinstance(harm, Perforation) for harm in judged(made, 6.0, seed, step=0.2)[0])
            for seed in range(150)
        ]
        return float(np.mean(through))

    # 0.05 a second for 6 s, and three times that
    assert share(False) == pytest.approx(1.0 - np.exp(-0.3), abs=0.1)
    assert share(True) == pytest.approx(1.0 - np.exp(-0.9), abs=0.11)


def test_one_place_is_gone_through_once() -> None:
    _, told, _ = judged(pressing(2.0 * FAILS_N), 3.0)
    assert told.names.count("perforation") == 1
    elsewhere, _, _ = judged(lambda k: pressing(2.0 * FAILS_N, at_mm=10.0 if k < 100 else 40.0), 2.0)
    assert sum(isinstance(harm, Perforation) for harm in elsewhere) == 2


# ---- dissection -------------------------------------------------------------------------------------------


def test_the_intima_is_lifted_by_the_millimetre_not_by_time() -> None:
    for seed in range(30):
        still = pressing(0.5 * FAILS_N)
        assert not any(isinstance(harm, Dissection) for harm in judged(still, 20.0, seed, step=0.2)[0])
    ways = []
    for seed in range(120):
        judge, mm = Consequences.of(LIBRARY, seed, Told()), 0.0
        while mm < 400.0:
            mm += 0.5
            found = judge.judge(pressing(0.5 * FAILS_N, moved_mm=0.5), 0.01, replace(FACTS, moment_s=mm))
            if any(isinstance(harm, Dissection) for harm in found):
                break
        ways.append(mm)
    assert np.mean(ways) == pytest.approx(50.0, rel=0.25)


def test_a_dissection_runs_the_way_that_the_tip_points_and_stays_in_its_vessel() -> None:
    for onwards in (True, False):
        direction = np.array([-1.0 if onwards else 1.0, 0.0, 0.0])
        made = pressing(0.5 * FAILS_N, moved_mm=1.0, direction=direction)
        harms, _, _ = judged(made, 10.0, 3)
        (flap,) = [harm for harm in harms if isinstance(harm, Dissection)]
        first, last = flap.stretch_mm
        assert (
            flap.towards_end is onwards
            and 0.0 <= first < last <= small_graph().vessels[flap.vessel].length_mm
        )
        assert (first if onwards else last) == flap.at_mm == 20.0


def test_below_four_tenths_no_slide_lifts_anything() -> None:
    harms, _, _ = judged(pressing(0.38 * FAILS_N, moved_mm=1.0), 10.0, 3)
    assert not any(isinstance(harm, Dissection) for harm in harms)


# ---- plaque -----------------------------------------------------------------------------------------------


def test_plaque_comes_off_where_there_is_some_and_only_by_sliding() -> None:
    sick = PatientFacts.of(small_graph(), [Narrowing("stenosis", "right-renal-artery", 20.0, 30.0, 0.3)])
    sliding, still = lying(0.3, slid_mm=0.5), lying(0.3)
    found, told, _ = judged(sliding, 20.0, 4, sick)
    pieces = [harm for harm in found if isinstance(harm, Release)]
    assert pieces and all(one.matter == "plaque" and 0.2 <= one.mm3 <= 8.0 for one in pieces)
    assert "plaque-loose" in told.names
    for facts, made in ((FACTS, sliding), (sick, still)):
        assert not any(isinstance(harm, Release) for harm in judged(made, 20.0, 4, facts)[0])


# ---- the heart --------------------------------------------------------------------------------------------


def test_a_tip_at_the_heart_makes_extra_beats_and_elsewhere_not() -> None:
    at_heart = pressing(0.02, vessel=AORTA, at_mm=3.0, angle_deg=10.0)
    _, told, _ = judged(at_heart, 10.0, 1)
    assert set(told.names) == {"ectopy"} and len(told.names) >= 2
    data = told.events[0][1]
    assert data["chamber"].startswith("left ventricle") and 1 <= data["beats"] <= 5
    _, quiet, _ = judged(pressing(0.02, vessel=AORTA, at_mm=120.0, angle_deg=10.0), 10.0, 1)
    assert quiet.names == []


# ---- told, and again --------------------------------------------------------------------------------------


def test_an_event_says_where_by_what_how_hard_and_when() -> None:
    _, told, _ = judged(pressing(1.5 * FAILS_N), 1.0)
    name, data, words = told.events[0]
    assert name == "perforation" and words == data["words"]
    assert "right renal artery" in words and "{" not in words
    assert data["tool"] == "w1" and data["device"] == "microwire-018-double-angle-180"
    assert data["vessel"] == "right-renal-artery" and data["at_mm"] == 20.0 and data["frame"] == 12
    assert data["force_n"] == pytest.approx(1.5 * FAILS_N, abs=1e-3)
    assert data["pressure_mpa"] == pytest.approx(1.5 * 1.46, abs=1e-3)
    assert data["share"] == pytest.approx(1.5, abs=1e-3) and data["angle_deg"] == 90.0
    assert data["moment_s"] == pytest.approx(0.04) and data["answer"]


def random_contact(seed: int) -> Step:
    rng = np.random.default_rng(seed)
    force, angle, moved = rng.uniform(0.3, 1.6, 4000), rng.uniform(40, 90, 4000), rng.normal(0.2, 0.4, 4000)
    shaft, vessel = rng.uniform(0, 0.4, 4000), rng.integers(1, 4, 4000 // 200)

    def at(k: int) -> Contact:
        where = int(vessel[k // 200])
        end = tip(
            wall_n=float(force[k]) * FAILS_N,
            angle_deg=float(angle[k]),
            moved_mm=float(moved[k]),
            vessel=where,
        )
        base = lying(float(shaft[k]), abs(float(moved[k])), where)
        return replace(base, tips=(end,))

    return at


@pytest.mark.parametrize("seed", [1, 2])
def test_the_same_hands_and_seed_do_the_same_and_a_restored_session_goes_on(seed: int) -> None:
    made = random_contact(seed)
    harms, told, _ = judged(made, 12.0, seed)
    again, told_again, _ = judged(made, 12.0, seed)
    assert harms == again and told.events == told_again.events and harms
    first, before, judge = judged(made, 5.0, seed)
    later_told = Told()
    later = Consequences.of(LIBRARY, seed, later_told)
    later.restore(judge.state())
    rest, _, _ = judged(lambda k: made(k + 500), 7.0, seed, judge=later, start_s=5.0)
    assert first + rest == harms
    assert before.events + later_told.events == told.events
    other, _, _ = judged(made, 12.0, seed + 50)
    assert other != harms


def test_two_stacks_do_not_break_each_others_dwell() -> None:
    told = Told()
    judge = Consequences.of(LIBRARY, 1, told)
    pressing_one = pressing(0.3 * FAILS_N)
    other = replace(contact(tip(tool="w2")), access="left-femoral-artery")
    for k in range(2000):
        for made in (pressing_one, other):
            judge.judge(made, 0.05, replace(FACTS, moment_s=0.05 * k))
    assert "spasm" in told.names


def test_every_device_can_be_judged() -> None:
    judge = Consequences.of(LIBRARY, 1, Told())
    for name, loaded in LIBRARY.items["devices"].items():
        assert isinstance(loaded.item, DeviceItem)
        made = pressing(0.1 * FAILS_N, device=name, tool=name)
        assert judge.judge(made, 0.01, FACTS) == []


def test_a_hospitals_own_hazard_counts_before_the_built_in_one() -> None:
    from angiosuite.suite.instruments.hazards import Hazards

    builtin = LIBRARY.get("hazards", "spasm").item
    assert isinstance(builtin, HazardItem)
    own = builtin.model_copy(update={"id": "our-spasm", "order": 1})
    assert Hazards([builtin, own]).item(type(builtin.hazard)).id == "our-spasm"
