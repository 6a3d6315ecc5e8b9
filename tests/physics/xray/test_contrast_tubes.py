"""Where contrast is and when: the bolus, the way along tubes, the shape of their walls."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from angiosuite.kit.errors import WrongUse
from angiosuite.physics.xray.bolus import Bolus
from angiosuite.physics.xray.contrast_tubes import CentreLine, ContrastTube, ContrastTubes, Stenosis
from angiosuite.physics.xray.layers import Phase

TRAPEZOID = Bolus("trapezoid", 100.0, 0.5, 0.4, 2.0, 1.0)
HUMP = Bolus("gamma-variate", 100.0, 0.5, 1.5, 0.0, 0.8)
TIMES = np.arange(0.0, 20.0, 0.01)


def line(length_mm: float = 120.0, radius_mm: float = 3.0, stenoses: tuple[Stenosis, ...] = ()) -> CentreLine:
    points = np.array([[0, 0, 0], [0, 0, length_mm / 2], [0, 0, length_mm]], np.float64)
    return CentreLine.through(points, np.full(3, radius_mm), np.ones(3), stenoses)


@pytest.mark.parametrize("bolus", [TRAPEZOID, HUMP], ids=["trapezoid", "gamma-variate"])
def test_a_bolus_begins_on_time_peaks_at_one_and_is_over_when_it_says(bolus: Bolus) -> None:
    share = bolus.share(TIMES)
    assert (share[TIMES <= 0.5] == 0).all() and (share[(TIMES > 0.51) & (TIMES < 2)] > 0).all()
    assert share.max() == pytest.approx(1.0, abs=1e-4) and (share >= 0).all()
    assert TIMES[share.argmax()] == pytest.approx(0.5 + bolus.rise_s, abs=0.011)
    assert (share[bolus.over_s < TIMES] < 1e-3).all()
    rise = share[: share.argmax() + 1]
    assert (np.diff(rise) >= 0).all()


def test_the_tail_of_a_gamma_variate_falls_with_its_time_constant() -> None:
    late = np.array([12.0, 12.8])
    one, two = HUMP.share(late)
    corrected = two / one * ((late[0] - 0.5) / (late[1] - 0.5)) ** (1.5 / 0.8)
    assert corrected == pytest.approx(np.exp(-1.0), rel=1e-9)


def test_contrast_arrives_later_the_farther_along_and_later_still_in_a_branch() -> None:
    trunk = ContrastTube("trunk", line(), 0.0, 200.0)
    branch = ContrastTube("branch", line(), trunk.arrival_s(60.0), 100.0)
    tubes = ContrastTubes((trunk, branch), TRAPEZOID)
    ages = np.arange(0.0, 6.0, 0.01)
    over_time = np.array([tubes.concentration((age,)) for age in ages])
    first = ages[(over_time > 0).argmax(axis=0)]
    half = len(trunk.line.arc_mm)
    assert (np.diff(first[:half]) >= 0).all() and (np.diff(first[half:]) >= 0).all()
    assert first[half - 1] == pytest.approx(0.5 + 120.0 / 200.0, abs=0.011)
    assert first[-1] == pytest.approx(0.5 + 60.0 / 200.0 + 120.0 / 100.0, abs=0.011)
    assert over_time.max() == pytest.approx(0.1), "100 mg/ml are 0.1 g/cm3"


@given(st.lists(st.floats(0.0, 12.0), min_size=1, max_size=4))
def test_several_injections_add(ages_s: list[float]) -> None:
    tubes = ContrastTubes((ContrastTube("t", line(), 0.0, 200.0, strength=0.5),), HUMP)
    apart = sum(tubes.concentration((age,)) for age in ages_s)
    assert np.allclose(tubes.concentration(ages_s), apart, rtol=1e-12, atol=1e-15)


def test_nothing_is_left_when_it_is_over() -> None:
    tubes = ContrastTubes((ContrastTube("t", line(), 0.3, 200.0),), TRAPEZOID)
    assert not tubes.concentration((tubes.over_s + 1e-9,)).any()
    assert tubes.concentration((tubes.over_s - 0.1,)).any()


def test_fades_begin_at_nothing_and_leave_the_middle_whole() -> None:
    tube = ContrastTube("t", line(), 0.0, 200.0, strength=0.8, fade_in_mm=30.0, fade_out_mm=20.0)
    arc = tube.line.arc_mm
    assert tube.strengths[0] == 0.0 and tube.strengths[-1] == 0.0
    assert np.allclose(tube.strengths[(arc > 30) & (arc < 100)], 0.8)


def test_a_stenosis_takes_the_stated_share_of_the_diameter_over_the_stated_length() -> None:
    narrow = line(stenoses=(Stenosis(60.0, 16.0, 0.6),))
    arc, radius = narrow.arc_mm, narrow.radius_mm
    assert radius.min() == pytest.approx(3.0 * 0.4, rel=0.03)
    assert arc[radius.argmin()] == pytest.approx(60.0, abs=1.0)
    assert np.allclose(radius[np.abs(arc - 60.0) > 8.0], 3.0)
    assert np.abs(np.diff(radius)).max() < 0.5, "no step in the wall"


def test_a_centre_line_passes_its_points_at_its_own_length() -> None:
    turn = np.linspace(0, np.pi / 2, 7)
    circle = CentreLine.through(
        np.stack([50 * np.cos(turn), 50 * np.sin(turn), 0 * turn], axis=1), np.full(7, 2.0), np.zeros(7)
    )
    assert circle.arc_mm[-1] == pytest.approx(50 * np.pi / 2, rel=2e-3)
    assert np.allclose(np.linalg.norm(circle.points_mm, axis=1), 50.0, atol=0.2)
    assert np.allclose(circle.at(0.5 * circle.arc_mm[-1])[0], [35.36, 35.36, 0.0], atol=0.3)


def test_a_tube_moves_by_its_share_and_its_start_stays() -> None:
    points = np.array([[0, 0, 0], [20, 0, 0], [40, 0, 0]], np.float64)
    bent = CentreLine.through(points, np.full(3, 2.0), np.array([0.0, 0.6, 1.0]))

    def down(breath_mm: float, cardiac_phase: float) -> np.ndarray:
        affine = np.eye(4)
        affine[2, 3] = -breath_mm
        return affine

    tube = ContrastTube("renal", bent, 0.0, 200.0, motion=down)
    moved = tube.nodes_at(Phase(breath_mm=10.0))
    assert np.allclose(moved[0], 0.0) and np.allclose(moved[-1], [40.0, 0.0, -10.0])
    assert (np.diff(moved[:, 2]) <= 0).all()
    assert np.array_equal(tube.nodes_at(Phase()), bent.points_mm)


def test_a_tube_without_length_is_refused() -> None:
    with pytest.raises(WrongUse, match="two points"):
        CentreLine.through(np.zeros((2, 3)), np.ones(2), np.ones(2))
