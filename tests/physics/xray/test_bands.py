"""Bands: what is spread over shadows is what rays would find, and no gram is lost."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from angiosuite.physics.xray.band_rows import rows_of_bands
from angiosuite.physics.xray.bands import SPOT_PX, left_to_rays, spread_bands
from angiosuite.physics.xray.geometry import BeamGeometry
from angiosuite.physics.xray.layers import Phase
from angiosuite.physics.xray.lumen_projector import Lumen, LumenProjector
from angiosuite.physics.xray.ray_sums import add_up

Vector = tuple[float, float, float]


def beam(along: Vector, rows: int = 200, pixel_mm: float = 0.8) -> BeamGeometry:
    """A C-arm's cone along a direction, source 750 mm before the origin and detector 300 mm behind it."""
    ray = np.array(along) / np.linalg.norm(along)
    across = np.cross(ray, (0.0, 0.0, 1.0) if abs(ray[2]) < 0.9 else (1.0, 0.0, 0.0))
    across /= np.linalg.norm(across)
    down = np.cross(ray, across)
    return BeamGeometry.centred(-750 * ray, 300 * ray, pixel_mm * across, pixel_mm * down, rows, rows)


def grams(image: np.ndarray, geometry: BeamGeometry, place_mm: np.ndarray) -> float:
    """Mass that a picture holds, of something small at a place."""
    ray = place_mm - geometry.source_mm
    depth = float(-ray @ geometry.normal)
    area_cm2 = 1e-2 * geometry.pixel_mm2 * (depth / geometry.source_to_detector_mm) ** 2
    return float(image.sum(dtype=np.float64)) * area_cm2 * depth / float(np.linalg.norm(ray))


def piece(begin: Vector, end: Vector, radii: tuple[float, float]) -> tuple[np.ndarray, ...]:
    return (
        np.array([begin, end]),
        np.array([[0, 1]]),
        np.array([radii]),
        np.full((1, 2), -1),
        np.ones(1, bool),
    )


@settings(max_examples=60, deadline=None)
@given(
    st.tuples(*[st.floats(-1.0, 1.0)] * 3).filter(lambda v: np.linalg.norm(v) > 0.2),
    st.floats(0.1, 2.0),
    st.floats(0.4, 1.0),
    st.floats(0.0, 1.0),
    st.floats(0.2, 1.5),
)
def test_a_piece_holds_its_grams_in_every_direction(
    along: Vector, radius: float, taper: float, empty: float, pixel_mm: float
) -> None:
    way = 8.0 * np.array(along) / np.linalg.norm(along)
    nodes, ends, radii, joints, wanted = piece(tuple(-0.5 * way), tuple(0.5 * way), (radius, taper * radius))
    fill = np.array([0.3, 0.3 * (1.0 - empty)])
    geometry = beam((0.3, 1.0, 0.2), pixel_mm=pixel_mm)
    image = np.zeros((200, 200), np.float32)
    if left_to_rays(geometry, nodes, ends, radii)[0]:
        assert radius * 1.4 / pixel_mm > SPOT_PX * 0.95, "narrow pieces are always drawn"
        return
    window = spread_bands(image, geometry, nodes, ends, radii, joints, wanted, fill)
    a, b = radius, taper * radius
    whole = 1e-3 * np.pi * 8.0 / 12.0 * (
        fill[0] * (3 * a * a + 2 * a * b + b * b) + fill[1] * (a * a + 2 * a * b + 3 * b * b)
    )  # fmt: skip
    # its two ends fall between lines of pixels; in a chain what one piece lacks its neighbour has
    assert grams(image, geometry, np.zeros(3)) == pytest.approx(whole, rel=0.06)
    assert window is not None
    outside = image.copy()
    outside[window[0] : window[1], window[2] : window[3]] = 0.0
    assert not outside.any()


CHAINS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "straight": lambda t: np.stack([60 * t - 30, 4 * t, 50 * t - 25], axis=1),
    "bend": lambda t: np.stack([25 * np.cos(3 * t), 8 * t, 25 * np.sin(3 * t)], axis=1),
}


@pytest.mark.parametrize("along", [(0.0, 1.0, 0.0), (0.0, 1.0, 0.5), (0.6, 1.0, 0.4)])
@pytest.mark.parametrize(
    ("chain", "radius"),
    [("straight", 0.8), ("straight", 3.0), ("straight", 9.0), ("bend", 0.8), ("bend", 3.0)],
)
def test_a_chain_looks_as_rays_see_it(chain: str, radius: float, along: Vector) -> None:
    """Against the mean chords of the same projector's rays; no seam is seen between pieces."""
    line = CHAINS[chain](np.linspace(0, 1, 31))
    fill = np.full(31, 0.3)
    by_bands = LumenProjector([Lumen.along("a", line, np.full(31, radius))])
    by_rays = LumenProjector([Lumen.along("a", line, np.full(31, radius))])
    by_rays._projector._is_cut[:] = True
    pictures = []
    for projector in (by_bands, by_rays):
        layer = projector.mass(beam(along), Phase(), fill)
        assert layer is not None
        whole = {"iodine": np.zeros((200, 200), np.float32)}
        layer.add_to(whole)
        pictures.append(whole["iodine"].astype(np.float64))
    off, most = np.abs(pictures[0] - pictures[1]), pictures[1].max()
    assert pictures[0].sum() == pytest.approx(pictures[1].sum(), rel=0.002)
    # a narrow lumen's edge is averaged along lines of pixels alone
    assert np.sqrt((off**2).sum() / (pictures[1] ** 2).sum()) < (0.04 if radius < 1.0 else 0.02)
    assert off.max() < 0.09 * most


def test_the_bytes_are_those_of_any_number_of_threads(spare_threads: Callable[[int], None]) -> None:
    draw = np.random.default_rng(2)
    nodes = draw.uniform(-60, 60, (900, 3))
    nodes[1::2] = nodes[::2] + draw.uniform(-6, 6, (450, 3))
    ends = np.arange(900).reshape(-1, 2)
    radii, joints = draw.uniform(0.2, 1.2, (450, 2)), np.full((450, 2), -1)
    fill, wanted = draw.uniform(0.0, 0.3, 900), draw.random(450) > 0.1
    found = []
    for threads in (1, 2, 3):
        spare_threads(threads)
        image = np.zeros((200, 200), np.float32)
        spread_bands(image, beam((0.2, 1, 0)), nodes, ends, radii, joints, wanted, fill)
        found.append(image.tobytes())
    assert len(set(found)) == 1


def test_what_lies_half_beyond_the_detector_is_shown_as_far_as_it_goes() -> None:
    nodes, ends, radii, joints, wanted = piece((-80.0, 0, 0), (-20.0, 0, 0), (2.0, 2.0))
    small, large = np.zeros((100, 100), np.float32), np.zeros((300, 300), np.float32)
    fill = np.full(2, 0.3)
    spread_bands(small, beam((0, 1, 0), 100), nodes, ends, radii, joints, wanted, fill)
    spread_bands(large, beam((0, 1, 0), 300), nodes, ends, radii, joints, wanted, fill)
    assert small.any() and np.allclose(small, large[100:200, 100:200], atol=1e-6)


def test_nothing_behind_the_source_and_no_piece_without_length_is_drawn() -> None:
    image = np.zeros((200, 200), np.float32)
    for begin, end in (((0.0, -900.0, 0.0), (0.0, -880.0, 5.0)), ((1.0, 1.0, 1.0), (1.0, 1.0, 1.0))):
        nodes, ends, radii, joints, wanted = piece(begin, end, (1.0, 1.0))
        window = spread_bands(image, beam((0, 1, 0)), nodes, ends, radii, joints, wanted, np.ones(2))
        assert window is None and not image.any()


def test_rows_of_bands_times_concentrations_are_the_bands() -> None:
    """Also where the room given is too little at first."""
    draw = np.random.default_rng(4)
    nodes = draw.uniform(-30.0, 30.0, (40, 3))
    ends = np.stack([np.arange(39), np.arange(1, 40)], axis=1)
    radii, fill = draw.uniform(0.3, 1.5, (39, 2)), draw.uniform(0.0, 0.3, 40)
    joints = np.stack([np.arange(39) - 1, np.append(np.arange(1, 39), -1)], axis=1)
    geometry = beam((0.3, 1.0, 0.2))
    drawn = ~left_to_rays(geometry, nodes, ends, radii)
    expected = np.zeros((200, 200), np.float32)
    spread_bands(expected, geometry, nodes, ends, radii, joints, drawn, fill)
    work, room = np.flatnonzero(drawn), 40_000
    pixel, lengths = np.zeros(room, np.int32), np.zeros((room, 2), np.float32)
    scratch = np.zeros((2, 200, 200), np.float32)
    place, counts, boxes = np.zeros(39, np.int64), np.zeros(39, np.int64), np.zeros((39, 4), np.int64)
    done, used, calls, most = 0, 0, 0, 1000
    while done < len(work):
        done, used = rows_of_bands(
            nodes, ends, radii, joints, work, geometry.numbers, geometry.pixel_mm2, scratch,
            pixel[:most], lengths[:most], used, place, counts, boxes, done,
        )  # fmt: skip
        calls, most = calls + 1, room
    assert calls == 2 and not scratch.any()
    image = np.zeros((200, 200), np.float32)
    add_up(work, pixel, lengths, place, counts, ends, fill, image)
    off = np.abs(image - expected)  # pieces seen end on are weighed by sums over points
    assert off.max() < 2e-3 * expected.max()
    assert float(image.sum()) == pytest.approx(float(expected.sum()), rel=1e-4)
