"""Ways of rays through ellipsoids: closed forms, volume, and what is cut out."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from angiosuite.physics.threads import set_threads, threads
from angiosuite.physics.xray.ellipsoids import Solid, solids_mass
from angiosuite.physics.xray.geometry import BeamGeometry

FAR_MM = 1e5


def turned(angle: float) -> np.ndarray:
    c, s = np.cos(angle), np.sin(angle)
    return np.array([[c, s, 0.0], [-s, c, 0.0], [0.0, 0.0, 1.0]]) @ np.array(
        [[1.0, 0.0, 0.0], [0.0, c, s], [0.0, -s, c]]
    )


def beam(far_mm: float = 700.0, pixel_mm: float = 1.0, side: int = 201) -> BeamGeometry:
    return BeamGeometry.centred(
        np.array([0.0, -far_mm, 0.0]), np.array([0.0, 150.0, 0.0]),
        np.array([pixel_mm, 0, 0]), np.array([0, 0, -pixel_mm]), side, side,
    )  # fmt: skip


def mass_g(solids: tuple[Solid, ...], densities: tuple[float, ...]) -> float:
    found = solids_mass(beam(FAR_MM, 0.5, 401), solids, densities, "iodine")
    assert found is not None
    return float(found.mass.sum(dtype=np.float64)) * 0.05**2


def test_the_middle_ray_of_a_ball_is_its_diameter() -> None:
    found = solids_mass(beam(), (Solid(np.zeros(3), np.eye(3) / 30.0),), (0.01,), "iodine")
    assert found is not None
    assert float(found.mass.max()) == pytest.approx(0.01 * 6.0, rel=1e-5)
    r0, r1, c0, c1 = found.window
    assert r1 - r0 == c1 - c0 == pytest.approx(60.0 * 850.0 / 700.0, abs=2.0)


@settings(max_examples=25, deadline=None)
@given(st.tuples(*[st.floats(8.0, 40.0)] * 3), st.floats(0.0, 3.0), st.tuples(*[st.floats(-40.0, 40.0)] * 3))
def test_what_is_seen_is_density_times_volume_however_it_lies(
    half_mm: tuple[float, float, float], angle: float, centre: tuple[float, float, float]
) -> None:
    one = Solid.along(np.array(centre), turned(angle), np.array(half_mm))
    assert mass_g((one,), (0.02,)) == pytest.approx(0.02 * one.volume_ml, rel=4e-3)


def test_a_solid_is_what_is_left_of_it_and_keeps_its_shape_as_it_grows() -> None:
    half = np.array([40.0, 30.0, 25.0])
    cut = (np.array([0.0, 12.0, 5.0]), turned(0.4) / np.array([45.0, 25.0, 25.0])[:, None])
    whole = Solid.along(np.zeros(3), turned(1.0), half)
    left, lost = Solid.along(np.zeros(3), turned(1.0), half, cut), Solid(*cut)
    both = whole.points_mm(60)
    share = float(lost.holds(both).mean())
    assert 0.2 < share < 0.8
    assert mass_g((left,), (1.0,)) == pytest.approx(whole.volume_ml * (1.0 - share), rel=5e-3)
    grown = left.moved(np.array([5.0, -8.0, 3.0]), 1.2)
    assert grown.volume_ml == pytest.approx(1.2**3 * left.volume_ml, rel=1e-9)
    assert mass_g((grown,), (1.0,)) == pytest.approx(grown.volume_ml, rel=5e-3)


def test_every_ray_agrees_with_points_counted_along_it() -> None:
    cut = (np.array([10.0, -5.0, 8.0]), np.eye(3) / np.array([20.0, 18.0, 26.0]))
    solid = Solid.along(np.array([4.0, 6.0, -3.0]), turned(0.7), np.array([35.0, 22.0, 28.0]), cut)
    geometry = beam(pixel_mm=6.0, side=21)
    found = solids_mass(geometry, (solid,), (1.0,), "iodine")
    assert found is not None
    image = np.zeros((21, 21))
    r0, r1, c0, c1 = found.window
    image[r0:r1, c0:c1] = found.mass[0]
    along = np.linspace(0.0, 1.0, 8001)[:, None]
    for r, c in ((10, 10), (8, 12), (12, 7), (6, 10), (10, 15)):
        pixel = geometry.origin_mm + r * geometry.row_step_mm + c * geometry.column_step_mm
        way = pixel - geometry.source_mm
        length = solid.holds(geometry.source_mm + along * way).mean() * np.linalg.norm(way)
        assert image[r, c] == pytest.approx(0.1 * length, abs=0.02)


def test_nothing_is_seen_of_what_is_empty_or_beside_the_picture() -> None:
    ball = Solid(np.zeros(3), np.eye(3) / 30.0)
    assert solids_mass(beam(), (ball,), (0.0,), "iodine") is None
    assert solids_mass(beam(), (ball.moved(np.array([400.0, 0.0, 0.0]), 1.0),), (1.0,), "iodine") is None


def test_one_thread_and_two_give_the_same_bytes() -> None:
    balls = (Solid(np.zeros(3), np.eye(3) / 30.0), Solid(np.full(3, 15.0), np.eye(3) / 20.0))
    before, found = threads(), []
    try:
        for count in (1, 2):
            set_threads(count)
            mass = solids_mass(beam(), balls, (0.3, 0.7), "iodine")
            assert mass is not None
            found.append(mass.mass.tobytes())
    finally:
        set_threads(before)
    assert found[0] == found[1]
