"""Stress of a wall: force over area as a share of its strength, with all that makes it worse or milder."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from angiosuite.anatomy.vessels.lesion_effects import Narrowing
from angiosuite.content import load_library
from angiosuite.suite.instruments.hazards import Hazards
from angiosuite.suite.instruments.patient_facts import PatientFacts, of_chart, plaques_of
from angiosuite.suite.instruments.wall_stress import (
    end_area_mm2,
    shaft_shares,
    tip_pressure_mpa,
    tip_radius_mm,
    worse,
)

from .touching import lying, pressing, small_graph, tip

WALL = Hazards.of(load_library()).wall
YOUNG = PatientFacts(small_graph())
THICK = np.array([0.46])


# Force at the axial strength of porcine aorta, 1.46 MPa, over each tip's area (research notes on devices)
@pytest.mark.parametrize(
    ("area_mm2", "newton"), [(0.10, 0.15), (0.16, 0.24), (0.62, 0.9), (0.26, 0.4), (1.4, 2.1)]
)
def test_a_tip_fails_the_wall_at_the_force_of_the_notes(area_mm2: float, newton: float) -> None:
    share = tip_pressure_mpa(tip(area_mm2=area_mm2, wall_n=newton), WALL) / YOUNG.strength_mpa(WALL)
    assert share == pytest.approx(1.0, abs=0.08)


@given(low=st.floats(0.0, 2.0), more=st.floats(0.0, 2.0), angle=st.floats(0.0, 90.0))
def test_more_force_is_never_less_stress(low: float, more: float, angle: float) -> None:
    one, other = (tip_pressure_mpa(tip(wall_n=n, angle_deg=angle), WALL) for n in (low, low + more))
    assert one <= other


@given(force=st.floats(0.01, 3.0), angle=st.floats(1.0, 90.0))
def test_a_bow_presses_with_an_eighth(force: float, angle: float) -> None:
    blunt, bow = tip(wall_n=force, angle_deg=angle), tip(wall_n=force, angle_deg=angle, curved=True)
    assert end_area_mm2(bow, WALL) == 8.0 * end_area_mm2(blunt, WALL)
    assert tip_pressure_mpa(bow, WALL) == pytest.approx(tip_pressure_mpa(blunt, WALL) / 8.0)


def test_along_the_wall_and_in_a_tube_an_end_presses_on_nothing() -> None:
    assert tip_pressure_mpa(tip(wall_n=1.0, angle_deg=0.0), WALL) == 0.0
    assert tip_pressure_mpa(tip(wall_n=1.0, in_tube=True), WALL) == 0.0
    assert tip_pressure_mpa(tip(wall_n=1.0, vessel=-1), WALL) == 0.0
    half = tip_pressure_mpa(tip(wall_n=1.0, angle_deg=30.0), WALL)
    assert half == pytest.approx(0.5 * tip_pressure_mpa(tip(wall_n=1.0), WALL))


def test_walls_weaken_with_age_pressure_and_sugar_and_no_further_than_to_six_tenths() -> None:
    ages = [replace(YOUNG, age_years=float(age)).strength_mpa(WALL) for age in (18, 20, 40, 60, 90)]
    assert ages[0] == ages[1] == 1.46 and ages[3] == ages[4] and ages[1] > ages[2] > ages[3]
    worst = replace(YOUNG, age_years=90.0, hypertension=True, diabetes=True).strength_mpa(WALL)
    assert worst / 1.46 == pytest.approx(0.6, abs=0.01)


def test_plaque_thin_walls_and_treated_stretches_multiply() -> None:
    effects = [Narrowing("stenosis", "right-renal-artery", 20.0, 10.0, 0.2)]
    sick = PatientFacts.of(small_graph(), effects, treated={"right-renal-artery": [(0.0, 30.0)]})
    assert worse(WALL, YOUNG, "right-renal-artery", 20.0, 2.8) == 1.0
    assert worse(WALL, YOUNG, "right-renal-artery", 20.0, 0.9) == 2.0
    assert worse(WALL, sick, "right-renal-artery", 20.0, 2.8) == 3.0
    assert worse(WALL, sick, "right-renal-artery", 28.0, 0.9) == 4.0
    assert worse(WALL, sick, "left-renal-artery", 20.0, 2.8) == 1.0


def test_calcified_vessels_are_plaque_over_their_length() -> None:
    graph = small_graph()
    hard = replace(graph.vessels["aorta"], calcium=0.4)
    plaques = plaques_of(replace(graph, vessels={**graph.vessels, "aorta": hard}))
    facts = replace(YOUNG, plaques=plaques)
    assert facts.plaque_at("aorta", 150.0) == 0.4 and facts.plaque_at("right-renal-artery", 10.0) == 0.0


def test_a_shaft_presses_with_force_over_width_and_length() -> None:
    shares = shaft_shares(lying(0.3), THICK, WALL, YOUNG)
    assert shares == pytest.approx(0.3 / (3.0 * 0.5 * 0.46) / 1.46)
    rubbed = shaft_shares(lying(0.3, slid_mm=0.1), THICK, WALL, YOUNG)
    assert rubbed == pytest.approx(shares * np.sqrt(1.03))
    thin = shaft_shares(lying(0.3, radius_mm=0.8), THICK, WALL, YOUNG)
    assert thin == pytest.approx(2.0 * shares)


def test_a_stiff_wire_in_a_bend_irritates_and_a_plain_one_does_not() -> None:
    # 2 EI / R2 over about R: 0.36 N of a plain wire, 6 N of a Lunderquist, R 40 (research notes, 2.3)
    plain, stiff = (
        shaft_shares(lying(newton * 3.0 / 40.0), np.array([0.89]), WALL, YOUNG).max()
        for newton in (0.36, 6.0)
    )
    assert plain < 0.15 < stiff < 0.4


@given(low=st.floats(0.0, 3.0), more=st.floats(0.0, 3.0))
def test_more_on_a_shaft_is_never_less(low: float, more: float) -> None:
    one, other = (shaft_shares(lying(n), THICK, WALL, YOUNG) for n in (low, low + more))
    assert (one <= other + 1e-12).all()


def test_the_lumen_at_a_tip_is_that_of_its_own_vessel() -> None:
    base = pressing(0.1)
    radius = np.linspace(9.0, 2.0, len(base.x))
    other = replace(base, radius_mm=radius, vessel=np.where(np.arange(len(base.x)) < 11, base.vessel, 0))
    assert (
        tip_radius_mm(base.tips[0], replace(base, radius_mm=radius))
        < tip_radius_mm(other.tips[0], other) + 5.0
    )
    assert tip_radius_mm(other.tips[0], other) in radius[:11]


def test_finer_nodes_do_not_make_a_load_at_one_place_any_worse() -> None:
    base = lying(0.0)
    shares = []
    for spacing in (0.3, 0.1):
        pressed = np.zeros(12)
        pressed[6] = 0.2
        fine = replace(base, arc_mm=np.arange(12) * spacing, pressed_n=pressed)
        shares.append(float(shaft_shares(fine, THICK, WALL, YOUNG).max()))
    assert shares[0] == shares[1] == pytest.approx(0.2 / (0.46 * 0.5 * 0.46) / 1.46)


@pytest.mark.parametrize(
    ("about", "share"),
    [
        ({}, 1.0),
        ({"age": 40}, 0.85),
        ({"age": 60, "conditions": ["hypertension"]}, 0.7 * 0.9),
        ({"age_band": "60-69", "conditions": ["diabetes", "hypertension"]}, 0.7 * 0.9 * 0.95),
        ({"age_band": "90+"}, 0.7),
    ],
)
def test_walls_are_as_strong_as_the_chart_says(about: dict[str, object], share: float) -> None:
    patient = PatientFacts.of(small_graph(), **of_chart(about))
    assert patient.strength_mpa(WALL) == pytest.approx(share * WALL.failure_mpa)
