"""A coil as a strand: its loops, its hold, what pushes back, and that it never passes through itself."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from angiosuite.physics.treating.coil_hold import spring_n_mm, standing_n
from angiosuite.physics.treating.coil_strand import Strand, Wound, lumen_ends

Z = np.arange(-30.0, 121.0, 2.0)
RADIUS = 2.5
TUBE = lumen_ends(np.stack([0.0 * Z, 0.0 * Z, Z, 0.0 * Z + RADIUS], axis=1))
WAY = np.array([0.3, 0.0, 1.0])


def fed(loop_mm: float, length_mm: float = 120.0, shape: str = "helix", wind_mm: float = 0.43) -> Strand:
    """A coil that was pushed out whole, and what it pushed back with on the way."""
    strand = Strand(Wound(wind_mm, loop_mm, length_mm, 0.02, shape), TUBE, np.zeros(3), WAY, mu_wall=0.5)
    while not strand.is_out:
        strand.feed(0.2, 0.02)
    for _ in range(50):
        strand.feed(0.0, 0.02)
    return strand


def span(strand: Strand) -> float:
    return float(np.ptp(strand.points_mm[:, 2]))


def standing(strand: Strand) -> float:
    x = strand.points_mm
    axis, wide = np.tile([0.0, 0.0, 1.0], (len(x), 1)), np.full(len(x), RADIUS)
    rest = float(np.hypot(*strand.rest[0]))
    return standing_n(x, axis, wide, np.hypot(x[:, 0], x[:, 1]), rest, 0.02, strand.wound.wind_mm)


@pytest.fixture(scope="module")
def right() -> Strand:
    return fed(6.0)


@pytest.fixture(scope="module")
def small() -> Strand:
    return fed(3.0)


@pytest.fixture(scope="module")
def large() -> Strand:
    return fed(10.0)


def test_it_keeps_its_length_and_lies_in_the_lumen(right: Strand, small: Strand, large: Strand) -> None:
    for strand in (right, small, large):
        x = strand.points_mm
        edges = np.linalg.norm(np.diff(x, axis=0), axis=1)
        assert edges.sum() == pytest.approx(strand.length_mm, rel=0.02)
        assert abs(edges - strand.h).max() < 0.15 * strand.h
        assert np.hypot(x[:, 0], x[:, 1]).max() < RADIUS - 0.5 * strand.wound.wind_mm + 0.1


def test_it_never_passes_through_itself(right: Strand, small: Strand) -> None:
    for strand in (right, small):
        x, fine = strand.points_mm, []
        for a, b in pairwise(x):
            fine += [a + s * (b - a) for s in np.linspace(0.0, 1.0, 6)[:-1]]
        points = np.array(fine)
        gap = np.linalg.norm(points[:, None] - points[None], axis=2)
        far = abs(np.subtract.outer(np.arange(len(points)), np.arange(len(points)))) > 20
        assert gap[far].min() > 0.5 * strand.wound.wind_mm


def test_a_coil_of_the_right_size_makes_loops_as_wide_as_the_vessel_and_stands(right: Strand) -> None:
    x = right.points_mm
    assert np.median(np.hypot(x[:, 0], x[:, 1])) > 0.85 * (RADIUS - 0.215)
    assert span(right) < 0.2 * right.length_mm
    turns = np.unwrap(np.arctan2(x[:, 1], x[:, 0]))
    assert abs(np.diff(turns)).sum() > 2.0 * np.pi * 5.0
    assert standing(right) > 0.0


def test_a_coil_that_is_too_wide_runs_along_the_vessel(right: Strand, large: Strand) -> None:
    assert span(large) > 1.4 * span(right)


def test_loops_that_are_too_narrow_keep_their_own_width_and_do_not_stand(
    right: Strand, small: Strand
) -> None:
    x = small.points_mm
    second = np.linalg.norm(x[2:] + x[:-2] - 2.0 * x[1:-1], axis=1) / small.h**2
    own = float(np.hypot(*small.rest[0]))
    assert np.median(second) > 0.65 * own > 1.0 / RADIUS
    assert standing(small) < 0.2 * standing(right)


def test_what_loops_press_on_the_wall_is_what_their_spring_tells() -> None:
    wound = Wound(0.46, 6.0, 60.0, 0.02)
    strand = Strand(wound, TUBE, np.array([0.0, 0.0, -20.0]), WAY)
    radius = RADIUS - 0.23
    a = 2.0 * np.arcsin(0.5 * strand.h / np.hypot(radius, 0.08)) * np.arange(strand.count)
    strand.x[:] = np.stack([radius * np.cos(a), radius * np.sin(a), 0.08 * a], axis=1)
    strand.director[:] = -np.stack([np.cos(a), np.sin(a), 0.0 * a], axis=1)
    strand.rest[:] = [1.0 / (0.5 * (6.0 - 0.46)), 0.0]
    strand.fed_mm = strand.length_mm + 1.0
    pressed = []
    for _ in range(60):
        strand.feed(0.0, 0.01)
        pressed.append(strand.wall_n)
    told = spring_n_mm(0.02, 6.0, 2.0 * RADIUS, 0.46) * strand.length_mm
    assert np.median(pressed[20:]) == pytest.approx(told, rel=0.25), (pressed, told)


def test_a_free_strand_winds_itself_to_its_own_loop() -> None:
    ball = lumen_ends(np.array([[0.0, 0.0, 0.0, 30.0]]))
    strand = Strand(Wound(0.4, 8.0, 30.0, 0.02), ball, np.zeros(3), WAY)
    while not strand.is_out:
        strand.feed(0.2, 0.02)
    for _ in range(100):
        strand.feed(0.0, 0.02)
    x = strand.points_mm
    across = max(float(np.linalg.norm(x - one, axis=1).max()) for one in x)
    assert across + 0.4 == pytest.approx(8.0, rel=0.02)


def test_it_pushes_the_catheter_back_and_comes_back_into_it() -> None:
    strand = Strand(Wound(0.43, 10.0, 80.0, 0.02), TUBE, np.zeros(3), WAY)
    back = []
    for _ in range(200):
        strand.feed(0.2, 0.02)
        back.append(strand.back_n)
    assert 0.0 < np.mean(back[100:]) < 0.2
    while strand.fed_mm > 0.0:
        strand.feed(-0.2, 0.02)
    assert strand.free == 0
    assert np.allclose(np.cross(strand.x, WAY), 0.0, atol=1e-9)


def test_a_state_goes_on_with_the_same_bytes() -> None:
    def new() -> Strand:
        return Strand(Wound(0.43, 6.0, 60.0, 0.02), TUBE, np.zeros(3), WAY)

    one, two = new(), new()
    for _ in range(150):
        one.feed(0.2, 0.02)
    two.restore({name: np.array(value) for name, value in one.state().items()})
    for _ in range(100):
        one.feed(0.2, 0.02)
        two.feed(0.2, 0.02)
    for name, value in one.state().items():
        assert np.array_equal(value, two.state()[name]), name


@pytest.mark.parametrize("number", range(8))
def test_whatever_is_pushed_and_drawn_in_whatever_size_stays_whole_and_in_the_lumen(number: int) -> None:
    draw = np.random.default_rng(number)
    s = np.arange(0.0, 81.0, 2.0)
    bent = np.stack([20.0 * np.sin(s / 25.0), 0.05 * s**1.5, s, 2.0 + 1.5 * draw.random() + 0.0 * s], axis=1)
    side = np.stack([s, 0.3 * s, 0.2 * s, 1.2 + 0.0 * s], axis=1)
    side[:, :3] += bent[12, :3]
    wind = float(draw.uniform(0.25, 0.9))
    loop = float(draw.uniform(max(3.0 * wind, 2.0), 12.0))
    shape = ("helix", "complex", "straight")[number % 3]
    wound = Wound(
        wind, loop, float(draw.uniform(30.0, 120.0)), float(10.0 ** draw.uniform(-3.0, -1.0)), shape
    )
    way = bent[11, :3] - bent[10, :3]
    strand = Strand(wound, lumen_ends(bent, side), bent[10, :3], way)
    for _ in range(60):
        mm = float(draw.uniform(-0.15, 0.3))
        for _ in range(10):
            strand.feed(mm, 0.02)
    x = strand.x[: strand.free]
    assert np.isfinite(strand.x).all() and np.isfinite(strand.director).all()
    edges = np.linalg.norm(np.diff(strand.x, axis=0), axis=1)
    assert abs(edges - strand.h).max() < 0.35 * strand.h
    off = min_gap(x, strand.ends)
    assert off.size == 0 or off.min() > 0.5 * wind - 0.25


def min_gap(x: np.ndarray, ends: np.ndarray) -> np.ndarray:
    """How deep points lie within the lumen, mm."""
    a, d = ends[:, :3], ends[:, 4:7] - ends[:, :3]
    q = np.clip(((x[:, None] - a) * d).sum(axis=2) / np.maximum((d * d).sum(axis=1), 1e-12), 0.0, 1.0)
    wide = ends[:, 3] + q * (ends[:, 7] - ends[:, 3])
    return np.asarray(
        (wide - np.linalg.norm(x[:, None] - a - q[..., None] * d, axis=2)).max(axis=1, initial=-9)
    )
