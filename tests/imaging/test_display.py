"""The monitor's picture: polarity, window, filters, shutters, hold."""

import numpy as np
import pytest

from angiosuite.imaging.collimator import blade_opening, through_blades, through_copper, wedge_copper_g_cm2
from angiosuite.imaging.display import Display, DisplaySettings
from angiosuite.imaging.last_image_hold import LastImageHold
from angiosuite.physics.xray.beam import beam

PLAIN = DisplaySettings(edge=0.0, recursive=0.0, harmonise=0.0)
GIVEN = {"noise_at_one": 0.1, "air": 60.0}


def scene(n: int = 256, noise: float = 0.0, seed: int = 0) -> np.ndarray:
    y, x = np.mgrid[:n, :n] / n - 0.5
    log = -0.8 * np.cos(3 * x) + 0.5 * y
    log[:, int(0.45 * n) : int(0.55 * n)] -= 0.6  # a bone
    image = np.exp(log)
    return (image * (1 + noise * np.random.default_rng(seed).normal(size=image.shape))).astype(np.float32)


def test_dense_is_dark_and_inverted_is_light() -> None:
    frame = scene()
    normal = Display(256).show(frame, PLAIN, **GIVEN)
    inverted = Display(256).show(
        frame, DisplaySettings(edge=0.0, recursive=0.0, harmonise=0.0, invert=True), **GIVEN
    )
    assert normal[128, 128] < normal[128, 60]
    assert inverted[128, 128] > inverted[128, 60]
    assert np.abs(normal.astype(int) + inverted.astype(int) - 255).max() <= 1


def test_the_window_uses_the_range_of_greys_without_clipping_much() -> None:
    image = Display(256).show(scene(noise=0.05), PLAIN, **GIVEN)
    assert 60 < image.mean() < 190
    assert image.std() > 25
    assert ((image <= 7) | (image >= 248)).mean() < 0.05


def test_the_picture_does_not_depend_on_the_exposure() -> None:
    one = Display(256).show(scene(), PLAIN, **GIVEN)
    two = Display(256).show(2 * scene(), PLAIN, noise_at_one=0.1, air=120.0)
    assert np.abs(one.astype(int) - two.astype(int)).max() <= 1


def test_window_and_level_widen_and_shift() -> None:
    frame = scene()
    base = Display(256).show(frame, PLAIN, **GIVEN)
    wide = Display(256).show(
        frame, DisplaySettings(window=2.0, edge=0.0, recursive=0.0, harmonise=0.0), **GIVEN
    )
    dark = Display(256).show(
        frame, DisplaySettings(level=0.3, edge=0.0, recursive=0.0, harmonise=0.0), **GIVEN
    )
    assert wide.std() < 0.7 * base.std()
    assert dark.mean() < base.mean() - 15


def test_the_recursive_filter_calms_a_still_scene_and_follows_a_moving_one() -> None:
    def last_of(recursive: float) -> np.ndarray:
        display = Display(256)
        settings = DisplaySettings(edge=0.0, recursive=recursive, harmonise=0.0)
        for i in range(25):
            image = display.show(scene(noise=0.1, seed=i), settings, **GIVEN)
        return image.astype(float) - display.show(scene(), PLAIN, **GIVEN)

    assert last_of(0.8)[:, :100].std() < 0.62 * last_of(0.0)[:, :100].std()
    display = Display(256)
    settings = DisplaySettings(edge=0.0, recursive=1.0, harmonise=0.0)
    for i in range(10):
        display.show(scene(noise=0.1, seed=i), settings, **GIVEN)
    moved = scene(noise=0.1, seed=50)
    moved[100:140, 40:80] *= 0.3  # something radiopaque arrives
    shown = display.show(moved, settings, **GIVEN)
    assert shown[105:135, 45:75].mean() < shown[150:180, 45:75].mean() - 40


def test_edges_are_raised_and_flat_noise_is_not() -> None:
    frame = scene()
    soft = Display(256).show(frame, PLAIN, **GIVEN).astype(float)
    crisp = (
        Display(256)
        .show(frame, DisplaySettings(edge=1.5, recursive=0.0, harmonise=0.0), **GIVEN)
        .astype(float)
    )
    edge = slice(113, 117)
    assert np.abs(np.diff(crisp[128, edge])).max() > np.abs(np.diff(soft[128, edge])).max() * 1.1
    noisy = scene(noise=0.1)
    flat = [
        Display(256).show(noisy, DisplaySettings(edge=e, recursive=0.0, harmonise=0.0), **GIVEN)[:, :80].std()
        for e in (0.0, 0.8)
    ]
    assert flat[1] < 1.35 * flat[0]


def test_harmonisation_brings_bright_lung_and_dark_pelvis_together() -> None:
    n = 256
    frame = np.exp(np.linspace(1.5, -1.5, n))[:, None] * np.ones((1, n))
    frame = frame.astype(np.float32)
    ranges = []
    for share in (0.0, 0.6):
        display = Display(n)
        display.show(frame, DisplaySettings(edge=0.0, recursive=0.0, harmonise=share), **GIVEN)
        ranges.append(display._width)
    assert ranges[1] < 0.8 * ranges[0]


def test_closed_blades_are_black_with_a_soft_edge() -> None:
    opening = blade_opening(256, left=0.6, right=1.0, top=1.0, bottom=1.0, penumbra_pixels=6)
    image = Display(256).show(scene() * through_blades(opening), PLAIN, mask=opening, **GIVEN)
    assert image[:, :40].max() <= 1
    assert 0.4 < opening[128, 51] < 0.6
    assert image[128, 70] > 30
    assert through_blades(opening)[0, 0] == pytest.approx(1e-3)


def test_blades_do_not_darken_the_open_field() -> None:
    opening = blade_opening(256, left=0.6, right=0.6, top=0.6, bottom=0.6, penumbra_pixels=4)
    free = Display(256).show(scene(), PLAIN, **GIVEN)[110:146, 110:146].mean()
    closed = Display(256).show(scene() * through_blades(opening), PLAIN, mask=opening, **GIVEN)
    assert abs(closed[110:146, 110:146].mean() - free) < 60


def test_a_wedge_weakens_its_side_smoothly() -> None:
    copper = wedge_copper_g_cm2(128, 300, side="left", insert=0.3, angle_deg=0)
    through = through_copper(copper, beam(72, 0.3))
    assert through[64, 5] < 0.5
    assert through[64, 100] == pytest.approx(1)
    assert np.abs(np.diff(through[64])).max() < 0.2


def test_the_held_image_is_calmer_than_a_frame() -> None:
    hold = LastImageHold(4)
    for i in range(6):
        hold.add(scene(noise=0.1, seed=i), b"view")
    assert hold.count == 4
    held = hold.image()
    assert held is not None
    assert (held / scene() - 1).std() == pytest.approx(0.05, rel=0.05)
    hold.add(scene(), b"another view")
    assert hold.count == 1


def test_state_brings_back_the_next_picture() -> None:
    display = Display(256)
    settings = DisplaySettings()
    for i in range(4):
        display.show(scene(noise=0.1, seed=i), settings, **GIVEN)
    kept = display.state()
    expected = display.show(scene(noise=0.1, seed=9), settings, **GIVEN)
    other = Display(256)
    other.restore(kept)
    assert np.array_equal(expected, other.show(scene(noise=0.1, seed=9), settings, **GIVEN))
