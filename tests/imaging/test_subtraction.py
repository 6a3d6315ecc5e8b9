"""Subtraction: noise, movement by parts of a pixel, landmarks, peak, display."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from angiosuite.imaging.detector import Detector, Panel, from_twelve_bits, to_twelve_bits
from angiosuite.imaging.opacification import PeakOpacification
from angiosuite.imaging.subtraction import (
    DARKEST,
    SubtractionDisplay,
    log_signal,
    logs_of,
    mask_of,
    moved,
    subtract,
)
from angiosuite.kit.errors import WrongUse

NO_LAG = Panel(lag_first_frame=0.0, lag_after_1_s=0.0)
SHIFTS = st.floats(-10, 10, allow_nan=False)


def anatomy(n: int = 256) -> np.ndarray:
    """Mean signal behind a body: slow thickness, a bone, a sharp rod."""
    y, x = np.mgrid[:n, :n] / n - 0.5
    log = -0.6 * np.cos(3 * x) + 0.4 * y - 0.5 * (np.abs(x - 0.1) < 0.06) - 0.3 * (np.abs(y + x) < 0.01)
    return (0.01 * np.exp(log)).astype(np.float32)


def exposures(signal: np.ndarray, count: int, quanta_at_one: float = 1e6, seed: int = 3) -> list[np.ndarray]:
    detector = Detector(NO_LAG, 297.0, signal.shape[0], seed)
    return [
        detector.expose(
            signal, quanta_at_one=quanta_at_one, wanted_signal=0.01, electronic_quanta=8.0, frame=k,
            interval_s=1 / 3, magnification=1.0,
        )
        for k in range(count)
    ]  # fmt: skip


def test_a_still_scene_subtracted_is_noise_alone_with_the_variance_of_two_frames() -> None:
    frames = [log_signal(frame) for frame in exposures(anatomy(), 24)]
    mean = np.mean(frames, axis=0)
    one = np.mean([(frame - mean).var() for frame in frames]) * len(frames) / (len(frames) - 1)
    diffs = [subtract(live, mask) for live, mask in zip(frames[::2], frames[1::2], strict=True)]
    assert np.mean([diff.var() for diff in diffs]) == pytest.approx(2 * one, rel=0.01)
    # Nothing of the anatomy is left: the mean over a band of the bone is that of its surroundings.
    left = np.mean(diffs, axis=0)
    assert abs(left[:, 120:128].mean() - left[:, 20:100].mean()) < 4 * np.sqrt(2 * one / 12 / (256 * 8))


@pytest.mark.parametrize("count", [2, 4, 8])
def test_a_mask_of_n_frames_leaves_one_and_one_nth_of_the_variance(count: int) -> None:
    frames = exposures(anatomy(), 12 + count)
    mask = mask_of(frames[:count])
    alone = mask_of(frames[:1])
    averaged = np.mean([subtract(log_signal(live), mask).var() for live in frames[count:]])
    single = np.mean([subtract(log_signal(live), alone).var() for live in frames[count:]])
    assert averaged / single == pytest.approx((1 + 1 / count) / 2, rel=0.02)


def test_stored_frames_subtract_as_detected_ones() -> None:
    live, mask = exposures(anatomy(), 2)
    exact = subtract(log_signal(live), log_signal(mask))
    stored = subtract(logs_of(to_twelve_bits(live)), logs_of(to_twelve_bits(mask)))
    # The 12-bit scale ln(1 + x/0.01) has steps of 0.2 % at signal 1 and little more down to 0.05.
    assert np.abs(stored - exact).max() < 0.005


def test_logarithms_of_stored_values_are_those_of_the_contract() -> None:
    values = np.arange(4096, dtype=np.uint16)
    expected = np.log(np.maximum(0.01 * np.expm1(values / 4095.0 * np.log(4001.0)), DARKEST))
    assert np.abs(logs_of(values) - expected).max() < 1e-5
    assert np.allclose(log_signal(from_twelve_bits(values)), expected, atol=1e-4)


def test_identical_frames_give_exactly_nothing() -> None:
    (frame,) = exposures(anatomy(), 1)
    assert not subtract(log_signal(frame), log_signal(frame)).any()


def test_landmarking_brings_back_a_share_of_the_anatomy() -> None:
    live, mask = (log_signal(frame) for frame in exposures(anatomy(), 2))
    assert np.array_equal(subtract(live, mask, landmark=1.0), live)
    part = subtract(live, mask, landmark=0.3)
    assert np.allclose(part, subtract(live, mask) + 0.3 * mask, atol=1e-5)
    assert np.corrcoef(part.ravel(), mask.ravel())[0, 1] > 0.97


@given(dx=st.integers(-9, 9), dy=st.integers(-9, 9))
@settings(max_examples=20, deadline=None)
def test_whole_steps_move_exactly(dx: int, dy: int) -> None:
    image = np.random.default_rng(1).normal(size=(64, 64)).astype(np.float32)
    shifted = moved(image, dx, dy)
    inside = slice(10, 54)
    assert np.array_equal(shifted[inside, inside], np.roll(image, (dy, dx), (0, 1))[inside, inside])


@given(dx=SHIFTS, dy=SHIFTS, a=st.floats(-1, 1), b=st.floats(-1, 1), c=st.floats(-1, 1))
@settings(max_examples=40, deadline=None)
def test_the_cubic_moves_quadratics_without_error(dx: float, dy: float, a: float, b: float, c: float) -> None:
    y, x = (np.mgrid[:64, :64] - 32.0) / 32.0

    def surface(x: np.ndarray, y: np.ndarray) -> np.ndarray:
        return a * x * x + b * x * y + c * y * y + 0.3 * x - 0.2 * y

    shifted = moved(surface(x, y).astype(np.float32), dx, dy)
    inside = slice(13, 51)
    expected = surface(x - dx / 32, y - dy / 32)
    assert np.abs(shifted - expected)[inside, inside].max() < 2e-5


@given(dx=SHIFTS, dy=SHIFTS)
@settings(max_examples=25, deadline=None)
def test_moving_there_and_back_returns_what_a_panel_can_resolve(dx: float, dy: float) -> None:
    y, x = np.mgrid[:96, :96].astype(float)
    wave = np.sin(2 * np.pi * x / 8.0) * np.cos(2 * np.pi * y / 11.0)
    image = wave.astype(np.float32)
    inside = slice(26, 70)
    back = moved(moved(image, dx, dy), -dx, -dy)
    assert np.abs(back - image)[inside, inside].max() < 0.06
    twice = moved(moved(image, dx / 2, dy / 2), dx / 2, dy / 2)
    assert np.abs(twice - moved(image, dx, dy))[inside, inside].max() < 0.06


def test_a_difference_of_sizes_and_an_empty_mask_are_refused() -> None:
    with pytest.raises(WrongUse, match="differ in size"):
        subtract(np.zeros((64, 64), np.float32), np.zeros((32, 32), np.float32))
    with pytest.raises(WrongUse, match="at least one frame"):
        mask_of([])


def test_peak_opacification_is_the_lowest_of_each_pixel_and_comes_back() -> None:
    diffs = np.random.default_rng(2).normal(size=(6, 32, 32)).astype(np.float32)
    peak = PeakOpacification()
    with pytest.raises(WrongUse, match="no frame"):
        peak.peak()
    assert peak.state() == {}
    for diff in diffs[:4]:
        peak.add(diff)
    other = PeakOpacification()
    other.restore(peak.state())
    for diff in diffs[4:]:
        other.add(diff)
    assert np.array_equal(other.peak(), diffs.min(axis=0))
    assert other.frames == 6


def vessel(depth: float = 0.3, n: int = 256, noise: float = 0.01) -> np.ndarray:
    diff = np.random.default_rng(4).normal(scale=noise, size=(n, n))
    diff[:, 100:110] -= depth
    return diff.astype(np.float32)


def test_vessels_are_dark_on_middle_grey_and_light_when_inverted() -> None:
    diff = vessel()
    normal = SubtractionDisplay(256).show(diff, noise=0.007)
    inverted = SubtractionDisplay(256).show(diff, noise=0.007, invert=True)
    assert np.median(normal) == pytest.approx(150, abs=1)
    assert normal[:, 102:108].mean() < 45
    assert inverted[:, 102:108].mean() > 210
    assert np.abs(normal.astype(int) + inverted - 255).max() <= 1


@given(offset=st.floats(-1.5, 1.5))
@settings(max_examples=10, deadline=None)
def test_the_background_is_middle_grey_whatever_the_exposure(offset: float) -> None:
    shown = SubtractionDisplay(256).show(vessel() + np.float32(offset), noise=0.007)
    assert abs(int(shown.max()) - int(SubtractionDisplay(256).show(vessel(), noise=0.007).max())) <= 1


def test_the_window_is_fixed_however_much_contrast_flows() -> None:
    faint = SubtractionDisplay(256).show(vessel(0.05), noise=0.007)
    strong = SubtractionDisplay(256).show(vessel(0.05) + vessel(1.5)[:, ::-1], noise=0.007)
    assert abs(faint[:, 102:108].mean() - strong[:, 102:108].mean()) < 3


def test_noise_never_fills_the_window() -> None:
    for noise in (0.005, 0.02, 0.06):
        diff = vessel(0.0, noise=noise * np.sqrt(2))
        assert SubtractionDisplay(256).show(diff, noise=noise)[:, :90].std() < 20


def test_the_level_follows_within_two_frames_and_state_brings_it_back() -> None:
    display = SubtractionDisplay(256)
    display.show(vessel(), noise=0.007)
    other = SubtractionDisplay(256)
    other.restore(display.state())
    step = vessel() + np.float32(0.2)
    assert np.array_equal(display.show(step, noise=0.007), other.show(step, noise=0.007))
    for _ in range(3):
        shown = display.show(step, noise=0.007)
    assert np.median(shown) == pytest.approx(150, abs=5)


def test_closed_blades_are_black() -> None:
    opening = np.ones((256, 256), np.float32)
    opening[:40] = 0.0
    shown = SubtractionDisplay(256).show(vessel(), noise=0.007, mask=opening)
    assert shown[:40].max() <= 1
    assert np.median(shown[40:]) == pytest.approx(150, abs=1)
