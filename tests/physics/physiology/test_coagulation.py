"""Heparin, protamine and the clotting time: closed forms, order, and what was measured in patients."""

from __future__ import annotations

from itertools import pairwise
from math import log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from angiosuite.physics.physiology.coagulation import (
    BLOOD_ML_KG,
    NORMAL_ACT_S,
    Coagulation,
    act_of_s,
    clotting_share,
    eliminated,
    heparin_of_act,
    measured_act_s,
    result_after_s,
)

Iu = st.floats(0.01, 8.0)


@pytest.mark.parametrize(
    ("iu_kg", "minutes", "published"), [(25, 29.9, 30), (100, 54.2, 60), (400, 151.6, 150)]
)
def test_half_lives_grow_with_the_dose_as_published(iu_kg: float, minutes: float, published: float) -> None:
    """Hirsh and Raschke 2004 for 25, 100 and 400 IU/kg; the middle number is (Km ln 2 + C0 / 2) / Vmax."""
    begin = iu_kg / BLOOD_ML_KG
    assert eliminated(begin, 60.0 * minutes) == pytest.approx(0.5 * begin, rel=2e-3)
    assert minutes == pytest.approx(published, rel=0.1)


def test_at_low_doses_the_half_life_is_that_of_first_order() -> None:
    half_s = 60.0 * 0.69 * log(2.0) / 0.022
    assert eliminated(1e-3, half_s) == pytest.approx(0.5e-3, rel=1e-3)


@given(Iu, st.floats(0.0, 1e4), st.floats(0.0, 1e4))
def test_two_times_are_one_of_their_sum(iu_ml: float, a_s: float, b_s: float) -> None:
    assert eliminated(eliminated(iu_ml, a_s), b_s) == pytest.approx(eliminated(iu_ml, a_s + b_s), rel=1e-6)


@given(Iu, st.floats(1.0, 1e4))
def test_heparin_only_falls(iu_ml: float, seconds: float) -> None:
    assert 0.0 <= eliminated(iu_ml, seconds) < iu_ml


@given(Iu, Iu)
def test_the_clotting_time_rises_with_heparin_and_can_be_turned_round(a: float, b: float) -> None:
    low, high = sorted((a, b))
    assert NORMAL_ACT_S <= act_of_s(low) <= act_of_s(high) < 600.0
    assert heparin_of_act(act_of_s(a)) == pytest.approx(a, rel=1e-6)


def test_the_clotting_time_bends_without_a_kink() -> None:
    step = [act_of_s(3.0 + d) - act_of_s(3.0 + d - 1e-4) for d in (0.0, 2e-4)]
    assert step[0] == pytest.approx(step[1], rel=1e-3)


def test_ten_thousand_units_do_what_they_did_in_545_patients() -> None:
    """249 +- 44 s after 10,000 IU: Cathet Cardiovasc Diagn 26:260 (1992); a body of 80 kg."""
    patient = Coagulation(80.0)
    patient.give_heparin(10_000)
    patient.advance(300.0)
    assert patient.act_s == pytest.approx(249.0, abs=44.0)


@pytest.mark.parametrize(("iu_kg", "low", "high"), [(70, 210, 235), (100, 240, 260), (300, 308, 520)])
def test_usual_doses_give_the_bands_of_the_research_notes(iu_kg: float, low: float, high: float) -> None:
    assert low <= act_of_s(iu_kg / BLOOD_ML_KG) <= high


def test_blood_without_heparin_clots_fastest_and_blood_at_300_s_not_at_all() -> None:
    shares = [clotting_share(act_s) for act_s in (100.0, 120.0, 180.0, 240.0, 299.0, 300.0, 600.0)]
    assert shares[0] == shares[1] == 1.0 and shares[-1] == shares[-2] == 0.0
    assert all(a >= b for a, b in pairwise(shares))


def test_a_dose_mixes_in_within_minutes_and_then_leaves() -> None:
    patient = Coagulation(70.0)
    patient.give_heparin(5000)
    course = []
    for _ in range(120):
        patient.advance(30.0)
        course.append(patient.act_s)
    peak = int(np.argmax(course))
    assert 3 <= peak <= 10
    assert all(a > b for a, b in pairwise(course[peak:]))


def test_protamine_takes_back_a_hundred_units_a_milligram() -> None:
    patient = Coagulation(70.0)
    patient.give_heparin(5000)
    patient.advance(600.0)
    left = patient.heparin_iu_ml * patient.blood_ml
    patient.give_protamine(left / 100.0)
    patient.advance(300.0)
    assert patient.act_s < NORMAL_ACT_S + 15.0
    assert patient.heparin_iu_ml * patient.blood_ml < 0.15 * left


def test_half_the_protamine_leaves_half_the_heparin() -> None:
    with_it, without = Coagulation(70.0), Coagulation(70.0)
    for patient in (with_it, without):
        patient.give_heparin(6000)
        patient.advance(600.0)
    bound = 0.5 * with_it.heparin_iu_ml * with_it.blood_ml
    with_it.give_protamine(bound / 100.0)
    for patient in (with_it, without):
        patient.advance(240.0)
    gone = (without.heparin_iu_ml - with_it.heparin_iu_ml) * with_it.blood_ml
    assert gone == pytest.approx(bound, rel=0.08)


def test_too_much_protamine_lengthens_the_clotting_time_by_ten_to_thirty_seconds_and_goes() -> None:
    patient = Coagulation(70.0)
    patient.give_protamine(25.0)
    patient.advance(120.0)
    assert 10.0 < patient.act_s - NORMAL_ACT_S < 30.0
    before = patient.protamine_mg
    patient.advance(300.0)
    assert patient.protamine_mg == pytest.approx(0.5 * before, rel=0.15)


def test_a_reading_scatters_as_two_devices_side_by_side_do() -> None:
    """95 % of the differences of two i-STAT readings lay within 74 s: BMC Anesthesiol 2019; here at 350 s."""
    draws = np.random.default_rng(1).standard_normal((4000, 2))
    apart = [measured_act_s(350.0, float(a)) - measured_act_s(350.0, float(b)) for a, b in draws]
    assert np.quantile(np.abs(apart), 0.95) == pytest.approx(74.0, rel=0.15)
    assert result_after_s(250.0) == 310.0


def test_the_course_does_not_depend_on_how_time_is_cut() -> None:
    fine, coarse = Coagulation(75.0, 1.2), Coagulation(75.0, 1.2)
    for patient in (fine, coarse):
        patient.give_heparin(4000)
        patient.give_protamine(11)
    for _ in range(6000):
        fine.advance(0.02)
    coarse.advance(120.0)
    assert fine.act_s == pytest.approx(coarse.act_s, rel=1e-12)


def test_a_restored_patient_goes_on_the_same() -> None:
    one, other = Coagulation(75.0, 1.3), Coagulation(60.0)
    one.give_heparin(3000)
    one.advance(33.37)
    other.restore(one.state())
    for patient in (one, other):
        patient.give_protamine(12)
        patient.advance(77.7)
    assert np.array_equal(one.state()["coagulation"], other.state()["coagulation"])
