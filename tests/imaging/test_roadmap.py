"""Roadmap and overlay: what is made, how it is shown, and when it no longer lies on the picture."""

import numpy as np
import pytest

from angiosuite.imaging.roadmap import MASK_FRAMES, SETTLING_FRAMES, TOO_SHORT, Roadmap
from angiosuite.imaging.vessel_map import VesselMap, changed_view

ROWS, NGY = 256, 36.0
TURNS = ("rotation_deg", "angulation_deg", "detector_rotation_deg", "table_tilt_deg")
PLACES = ("table_x_mm", "table_y_mm", "table_z_mm")
VIEW = {
    **dict.fromkeys(TURNS + PLACES, 0.0),
    "sid_mm": 1050.0,
    "sod_mm": 785.0,
    "fov_cm": 42.0,
    "matrix": ROWS,
}
NOISE = 0.06
BEFORE = SETTLING_FRAMES + MASK_FRAMES


@pytest.fixture(scope="module")
def frame(body, detected):
    """A fluoroscopy frame: anatomy, a band of contrast and a wire, each where it is asked for."""
    still = body(1).log(ROWS)

    def of(number: int, contrast: float = 0.0, wire_row: int | None = None) -> np.ndarray:
        log = still.copy()
        log[:, 120:132] -= contrast
        if wire_row is not None:
            log[wire_row : wire_row + 3, 60:200] -= 1.2
        return np.exp(detected(log, ngy=NGY, frame=number))

    return of


@pytest.fixture(scope="module")
def first_press(frame) -> Roadmap:
    """A roadmap whose vessel is the columns 120 to 131."""
    roadmap = Roadmap(ROWS)
    roadmap.begin()
    for k in range(BEFORE + 12):
        contrast = 0.5 * np.sin(np.pi * (k - BEFORE) / 12) if k >= BEFORE else 0.0
        shown = roadmap.show(frame(k, contrast), VIEW, noise=NOISE, fade=1.0)
        assert (shown is None) == (k < BEFORE)
    roadmap.end()
    assert roadmap.state == "ready"
    return roadmap


@pytest.fixture
def made(first_press) -> Roadmap:
    """A copy of it for each test."""
    roadmap = Roadmap(ROWS)
    roadmap.restore(first_press.plain_state(), first_press.arrays_state())
    return roadmap


def test_it_goes_from_armed_over_making_and_ready_to_live(made, frame) -> None:
    made.begin()
    assert made.state == "live"
    assert made.show(frame(50), VIEW, noise=NOISE, fade=0.5) is not None
    made.end()
    assert made.state == "ready"


def test_vessels_are_light_and_a_wire_is_dark(made, frame) -> None:
    made.begin()
    for k in range(60, 70):
        shown = made.show(frame(k, wire_row=100), VIEW, noise=NOISE, fade=1.0).astype(float)
    background = np.median(shown)
    assert background == pytest.approx(150, abs=4)
    assert shown[20:90, 122:130].mean() > background + 50
    assert shown[101, 70:115].mean() < background - 70
    assert shown[101, 122:130].mean() < shown[60, 122:130].mean() - 70
    # Anatomy is gone: what is left beside vessel and wire is calmed noise.
    assert shown[120:, 140:].std() < 25


def test_fade_sets_the_strength_of_the_vessels(made, frame) -> None:
    made.begin()
    lifts = []
    for fade in (0.0, 0.5, 1.0):
        shown = made.show(frame(80), VIEW, noise=NOISE, fade=fade).astype(float)
        lifts.append(shown[:, 122:130].mean() - np.median(shown))
    assert abs(lifts[0]) < 6
    assert lifts[0] < lifts[1] < lifts[2]


def test_live_frames_are_calmer_than_the_difference_of_two(made, frame) -> None:
    made.begin()
    spread = [
        made.show(frame(90 + k), VIEW, noise=NOISE, fade=0.0)[:, :100].astype(float).std() for k in range(8)
    ]
    assert spread[-1] < 0.75 * spread[0]


def test_a_press_too_short_leaves_it_armed_and_says_so(frame) -> None:
    roadmap = Roadmap(ROWS)
    roadmap.begin()
    for k in range(BEFORE):
        roadmap.show(frame(k), VIEW, noise=NOISE, fade=1.0)
    roadmap.end()
    assert (roadmap.state, roadmap.reason) == ("armed", TOO_SHORT)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"table_z_mm": 2.0}, "The table moved"),
        ({"table_tilt_deg": 1.0}, "The table moved"),
        ({"rotation_deg": 3.0}, "The C-arm turned"),
        ({"detector_rotation_deg": 3.0}, "The C-arm turned"),
        ({"sid_mm": 1000.0}, "The source-image distance changed"),
        ({"fov_cm": 32.0}, "The field of view changed"),
        ({"matrix": 512}, "The field of view changed"),
    ],
)
def test_it_is_invalid_once_the_view_changed_and_says_why(made, frame, change: dict, words: str) -> None:
    assert made.valid_for(VIEW) == ""
    assert made.valid_for({**VIEW, **change}) == words
    made.begin()
    assert made.show(frame(0), {**VIEW, **change}, noise=NOISE, fade=1.0) is None
    assert (made.state, made.reason) == ("invalid", words)
    # Going back does not bring it back.
    assert made.show(frame(0), VIEW, noise=NOISE, fade=1.0) is None
    assert made.check(VIEW) == words


def test_a_move_without_x_rays_is_noticed(made) -> None:
    assert made.check({**VIEW, "table_x_mm": 0.1}) == ""
    assert made.check({**VIEW, "table_x_mm": 5.0}) == "The table moved"
    assert made.state == "invalid"


@pytest.mark.parametrize("frames", [3, BEFORE - 1, BEFORE + 5])
def test_state_brings_back_the_next_picture_while_it_is_made(frame, frames: int) -> None:
    roadmap, other = Roadmap(ROWS), Roadmap(ROWS)
    roadmap.begin()
    for k in range(frames):
        roadmap.show(frame(k, 0.02 * k), VIEW, noise=NOISE, fade=1.0)
    other.restore(roadmap.plain_state(), roadmap.arrays_state())
    for k in range(frames, BEFORE + 8):
        ours = roadmap.show(frame(k), VIEW, noise=NOISE, fade=1.0)
        theirs = other.show(frame(k), VIEW, noise=NOISE, fade=1.0)
        assert (ours is None and theirs is None) or np.array_equal(ours, theirs)
    for each in (roadmap, other):
        each.end()
        each.begin()
    ours, theirs = (each.show(frame(99), VIEW, noise=NOISE, fade=0.7) for each in (roadmap, other))
    assert np.array_equal(ours, theirs)


def test_state_brings_back_the_next_live_picture(made, frame) -> None:
    made.begin()
    made.show(frame(70), VIEW, noise=NOISE, fade=1.0)
    other = Roadmap(ROWS)
    other.restore(made.plain_state(), made.arrays_state())
    ours, theirs = (each.show(frame(71), VIEW, noise=NOISE, fade=1.0) for each in (made, other))
    assert np.array_equal(ours, theirs)


def test_noise_alone_is_no_vessel() -> None:
    noise = np.random.default_rng(0).normal(scale=0.05, size=(ROWS, ROWS)).astype(np.float32)
    assert VesselMap.of(noise, VIEW, 0.58).opacity.mean() < 0.002
    noise[:, 100:106] -= 0.3
    assert VesselMap.of(noise, VIEW, 0.58).opacity[:, 101:105].mean() > 0.4


def test_the_map_lies_on_another_field_of_the_same_pose() -> None:
    diff = np.zeros((ROWS, ROWS), np.float32)
    y, x = np.mgrid[:ROWS, :ROWS] - (ROWS - 1) / 2
    diff[np.hypot(x - 30, y + 20) < 6] = -1.0
    vessels = VesselMap.of(diff, VIEW, 1.16)

    def place(opacity: np.ndarray, pixel_mm: float) -> tuple[float, float]:
        r, c = np.mgrid[: opacity.shape[0], : opacity.shape[1]] - (opacity.shape[0] - 1) / 2
        total = opacity.sum()
        return (c * opacity).sum() / total * pixel_mm, (r * opacity).sum() / total * pixel_mm

    true_mm = 30 * 1.16, -20 * 1.16
    for rows, pixel_mm in ((ROWS, 1.16), (512, 0.58), (512, 0.4), (128, 2.32)):
        assert place(vessels.on(rows, pixel_mm).opacity, pixel_mm) == pytest.approx(true_mm, abs=0.1)
    assert vessels.valid_for({**VIEW, "fov_cm": 22.0, "matrix": 1024}) == ""
    assert vessels.valid_for({**VIEW, "rotation_deg": 20.0}) == "The C-arm turned"


def test_over_a_picture_vessels_lighten_and_fade_to_nothing() -> None:
    picture = np.full((64, 64), 90, np.uint8)
    picture[:8] = 0
    picture[40, :] = 20
    opacity = np.zeros((64, 64), np.float32)
    opacity[:, 30:34] = 1.0
    vessels = VesselMap(opacity, VIEW, 1.0)
    assert np.array_equal(vessels.over(picture, 0.0), picture)
    half, full = vessels.over(picture, 0.5), vessels.over(picture, 1.0)
    assert 90 < half[20, 31] < full[20, 31] < 236
    assert full[40, 31] < full[20, 31]
    assert not full[:8].any()
    assert (full[8:, :30] == picture[8:, :30]).all()


def test_views_within_a_quarter_of_a_millimetre_or_degree_are_the_same() -> None:
    assert changed_view(VIEW, {**VIEW, "table_x_mm": 0.2, "rotation_deg": 0.2}, same_field=True) == ""
