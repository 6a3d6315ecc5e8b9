"""The stenosis tool against vessels of known shape, drawn through the detector's chain."""

import json

import numpy as np
import pytest

from angiosuite.imaging.stenosis import measure
from angiosuite.kit.errors import WrongUse

ROWS, OVER = 256, 3
CENTRE = (ROWS - 1) / 2
DSA_NGY = 3000.0


def drawn(
    width_px: float,
    percent: float = 0.0,
    length_px: float = 28.0,
    *,
    angle: float = 0.4,
    bend_px: float = 6.0,
    taper: float = 0.0,
) -> tuple[np.ndarray, np.ndarray]:
    """Log signal of a winding round vessel with a smooth narrowing, and seven points (x, y) along it.

    Drawn three times as fine and binned as intensity; half a log unit where it is widest.
    """
    n = ROWS * OVER
    y, x = ((np.mgrid[:n, :n] + 0.5) / OVER - 0.5 - CENTRE).astype(np.float32)
    along, across = x * np.cos(angle) + y * np.sin(angle), -x * np.sin(angle) + y * np.cos(angle)
    slope = bend_px / 40 * np.cos(along / 40)
    across = (across - bend_px * np.sin(along / 40)) / np.sqrt(1 + slope**2)
    closed = np.where(np.abs(along) < length_px / 2, 0.5 + 0.5 * np.cos(2 * np.pi * along / length_px), 0.0)
    radius = 0.5 * width_px * (1 + taper * along / 100) * (1 - percent / 100 * closed)
    chord = 2 * np.sqrt(np.maximum(radius**2 - across**2, 0.0))
    signal = np.exp(-0.5 / width_px * chord).reshape(ROWS, OVER, ROWS, OVER).mean(axis=(1, 3))
    u = np.linspace(-85, 85, 7)
    v = bend_px * np.sin(u / 40)
    path = CENTRE + np.stack(
        [u * np.cos(angle) - v * np.sin(angle), u * np.sin(angle) + v * np.cos(angle)], 1
    )
    return np.log(signal), path


@pytest.fixture
def subtracted(detected):
    """A subtracted frame of a log signal, at the noise of subtraction angiography."""

    def of(log: np.ndarray, seed: int = 0, side_mm: float = 148.5) -> np.ndarray:
        live, mask = (
            detected(each, ngy=DSA_NGY, frame=2 * seed + k, side_mm=side_mm)
            for k, each in enumerate((log, np.zeros_like(log)))
        )
        return live - mask

    return of


def clicked(path: np.ndarray, width_px: float, seed: int) -> np.ndarray:
    """The path as a hand clicks it, off the middle by an eighth of the width."""
    return path + np.random.default_rng(seed).normal(scale=width_px / 8, size=path.shape)


@pytest.mark.parametrize("width_px", [5.0, 10.0, 20.0])
@pytest.mark.parametrize("percent", [30.0, 55.0, 80.0])
def test_percent_stenosis_is_found_within_five_points(subtracted, width_px: float, percent: float) -> None:
    log, path = drawn(width_px, percent)
    found = measure(subtracted(log, round(width_px + percent)), clicked(path, width_px, 1))
    assert found.diameter_percent == pytest.approx(percent, abs=5.0)
    assert found.reference_px == pytest.approx(width_px, abs=0.3)
    assert found.minimal_px == pytest.approx(width_px * (1 - percent / 100), abs=0.4)
    area = 100 * (1 - (1 - percent / 100) ** 2)
    assert found.area_percent == pytest.approx(area, abs=7.0)
    assert found.densitometric_percent == pytest.approx(area, abs=7.0)
    assert np.hypot(*np.subtract(found.narrowest_px, CENTRE)) < 4.0


@pytest.mark.parametrize("side_mm", [148.5, 74.25])
@pytest.mark.parametrize("width_px", [5.0, 12.0, 20.0])
def test_diameters_are_right_within_a_third_of_a_pixel_whatever_the_blur(
    subtracted, width_px: float, side_mm: float
) -> None:
    log, path = drawn(width_px)
    found = measure(subtracted(log, 3, side_mm), clicked(path, width_px, 2))
    inside = found.diameters_px[5:-5]
    assert np.sqrt(np.mean((inside - width_px) ** 2)) < 0.3
    assert found.diameter_percent < 5.0
    assert found.length_px == 0.0


@pytest.mark.parametrize("angle", [0.0, 0.8, 1.6, -2.2])
def test_the_direction_of_the_vessel_does_not_matter(subtracted, angle: float) -> None:
    log, path = drawn(8.0, 50.0, angle=angle)
    image = subtracted(log, 5)
    there, back = measure(image, path), measure(image, path[::-1])
    assert there.diameter_percent == pytest.approx(50.0, abs=5.0)
    assert back.diameter_percent == pytest.approx(there.diameter_percent, abs=2.0)


def test_the_reference_follows_a_vessel_that_tapers(subtracted) -> None:
    log, path = drawn(10.0, 50.0, taper=0.35)
    found = measure(subtracted(log, 6), path)
    assert found.reference_px == pytest.approx(10.0, abs=0.4)
    assert found.diameter_percent == pytest.approx(50.0, abs=5.0)
    assert found.references_px[-5] > found.references_px[5] + 2.0


def test_a_longer_lesion_is_longer(subtracted) -> None:
    lengths = []
    for length_px in (20.0, 40.0, 60.0):
        log, path = drawn(10.0, 60.0, length_px)
        lengths.append(measure(subtracted(log, 7), path).length_px)
    # A raised cosine is above a quarter of its height over two thirds of its length.
    assert lengths == pytest.approx([20 * 2 / 3, 40 * 2 / 3, 60 * 2 / 3], abs=3.0)


def test_edges_lie_on_both_sides_of_the_vessel(subtracted) -> None:
    log, path = drawn(12.0, 0.0, bend_px=0.0, angle=0.0)
    found = measure(subtracted(log, 8), path)
    assert np.mean(found.left_px[5:-5, 1]) == pytest.approx(CENTRE - 6.0, abs=0.3)
    assert np.mean(found.right_px[5:-5, 1]) == pytest.approx(CENTRE + 6.0, abs=0.3)


def test_two_points_are_enough_and_calibration_gives_millimetres(subtracted) -> None:
    log, path = drawn(10.0, 50.0, bend_px=0.0)
    image = subtracted(log, 9)
    plain, calibrated = measure(image, path[[0, -1]]), measure(image, path[[0, -1]], 0.25)
    assert (plain.minimal_mm, plain.reference_mm, plain.length_mm) == (None, None, None)
    assert calibrated.reference_mm == pytest.approx(0.25 * plain.reference_px)
    assert calibrated.minimal_mm == pytest.approx(0.25 * plain.minimal_px)
    written = json.loads(json.dumps(calibrated.as_dict()))
    assert written["diameter_percent"] == round(calibrated.diameter_percent, 1)
    assert len(written["left_px"]) == len(written["right_px"]) == len(written["diameters_px"])


def test_a_vessel_on_an_unsubtracted_frame_is_measured_too(body, detected) -> None:
    log, path = drawn(10.0, 50.0)
    frame = detected(log + 0.5 * body(4).log(ROWS), ngy=DSA_NGY, frame=1, side_mm=148.5)
    assert measure(frame, path).diameter_percent == pytest.approx(50.0, abs=10.0)


def test_where_there_is_no_vessel_the_tool_says_so(subtracted) -> None:
    log, path = drawn(8.0)
    for empty in (np.zeros_like(log), -log):
        with pytest.raises(WrongUse, match="No vessel was found") as refused:
            measure(subtracted(empty, 11), path)
        assert refused.value.way_out
    with pytest.raises(WrongUse, match="No vessel was found"):
        measure(subtracted(log, 12), path + np.array([0.0, 60.0]))


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ([(10.0, 10.0)], "2 to 20 points"),
        ([(10.0 + k, 10.0) for k in range(21)], "2 to 20 points"),
        ([(10.0, 10.0), (10.0, float("nan"))], "2 to 20 points"),
        ([(10.0, 10.0), (300.0, 10.0)], "leaves the image"),
        ([(10.0, 10.0), (14.0, 10.0)], "too short"),
        ([(10.0, 10.0), (10.0, 10.0)], "too short"),
    ],
)
def test_a_path_that_cannot_be_followed_is_refused(path: list, words: str) -> None:
    with pytest.raises(WrongUse, match=words):
        measure(np.zeros((ROWS, ROWS), np.float32), path)


def test_any_path_on_any_image_is_measured_or_refused(subtracted) -> None:
    log, _ = drawn(8.0, 40.0)
    draw = np.random.default_rng(13)
    vessel = subtracted(log, 13)
    images = [vessel, np.zeros_like(vessel), np.full_like(vessel, -6.9), -vessel, np.round(vessel, 1)]
    for k in range(5):
        path = draw.uniform(0, ROWS - 1, (draw.integers(2, 5), 2))
        try:
            found = measure(images[k % len(images)], path)
        except WrongUse:
            continue
        assert all(np.isfinite(values).all() for values in (found.left_px, found.diameters_px))
        assert 0.0 <= found.diameter_percent <= 100.0
