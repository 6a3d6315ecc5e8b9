"""Automatic pixel shift finds known movement, made before detection, to a tenth of a pixel."""

import numpy as np
import pytest

from angiosuite.imaging.collimator import blade_opening, through_blades
from angiosuite.imaging.pixel_shift import find_shift
from angiosuite.imaging.subtraction import subtract

DSA, FLUOROSCOPY = 3000.0, 36.0


@pytest.fixture
def errors(body, detected, vessels):
    """Found less true shift of each pair, pixels."""

    def of(
        rows: int,
        ngy: float,
        shifts: list[tuple[float, float]],
        *,
        filled: bool = False,
        blades: bool = False,
    ) -> np.ndarray:
        opening, closed = None, 0.0
        if blades:
            opening = blade_opening(rows, left=0.7, right=0.8, top=0.9, bottom=0.6, penumbra_pixels=3)
            closed = np.log(through_blades(opening))
        off = []
        for k, (x, y) in enumerate(shifts):
            mask = detected(body(k).log(rows) + closed, ngy=ngy, frame=2 * k)
            contrast = vessels(rows, k) if filled else 0.0
            live = detected(body(k).log(rows, x, y) - contrast + closed, ngy=ngy, frame=2 * k + 1)
            off.append(np.subtract(find_shift(live, mask, opening), (x, y)))
        return np.array(off)

    return of


def rms(off: np.ndarray) -> float:
    return float(np.sqrt((off**2).mean()))


NEAR_AND_FAR = [(0.37, -0.21), (-2.5, 4.25), (9.8, -7.4)]


@pytest.mark.parametrize("ngy", [DSA, FLUOROSCOPY])
def test_shifts_of_nought_to_ten_pixels_are_found_in_noise(errors, ngy: float) -> None:
    assert rms(errors(512, ngy, NEAR_AND_FAR)) < 0.06


@pytest.mark.parametrize("ngy", [DSA, FLUOROSCOPY])
def test_vessels_that_fill_and_blades_that_stand_still_do_not_pull(errors, ngy: float) -> None:
    assert rms(errors(512, ngy, NEAR_AND_FAR, filled=True, blades=True)) < 0.1


def test_large_frames_are_as_exact(errors) -> None:
    assert rms(errors(1024, DSA, [(6.3, -8.8)], filled=True, blades=True)) < 0.1


def test_parts_of_a_pixel_are_not_drawn_to_whole_ones(errors) -> None:
    steps = [(k / 8, -k / 8) for k in range(-4, 5)]
    off = errors(256, DSA, steps)
    slope = np.polyfit([x for x, _ in steps], off[:, 0], 1)[0]
    assert abs(slope) < 0.03
    assert rms(off) < 0.06


def test_identical_frames_need_no_shift(body, detected) -> None:
    frame = detected(body(3).log(256), ngy=DSA, frame=0)
    assert find_shift(frame, frame) == pytest.approx((0.0, 0.0), abs=1e-6)


def test_there_and_back_are_opposite(body, detected) -> None:
    at = body(5).log
    a = detected(at(256), ngy=DSA, frame=0)
    b = detected(at(256, 3.4, -1.7), ngy=DSA, frame=1)
    assert np.add(find_shift(b, a), find_shift(a, b)) == pytest.approx((0.0, 0.0), abs=0.05)


def test_frames_that_show_nothing_give_no_shift(detected) -> None:
    blank = [detected(np.zeros((256, 256)), ngy=FLUOROSCOPY, frame=k) for k in range(2)]
    assert find_shift(*blank) == (0.0, 0.0)
    closed = np.zeros((256, 256), np.float32)
    assert find_shift(*blank, closed) == (0.0, 0.0)


def test_a_change_of_exposure_does_not_matter(body, detected) -> None:
    at = body(2).log
    mask = detected(at(256), ngy=DSA, frame=0)
    drift = 0.3 + 0.2 * np.linspace(-1, 1, 256)[:, None]
    live = detected(at(256, -1.4, 2.2) + drift, ngy=DSA, frame=1)
    assert find_shift(live, mask) == pytest.approx((-1.4, 2.2), abs=0.08)


def test_the_shift_found_clears_the_picture(body, detected) -> None:
    at = body(1).log
    mask = detected(at(512), ngy=DSA, frame=0)
    live = detected(at(512, 2.6, -1.3), ngy=DSA, frame=1)
    still = detected(at(512), ngy=DSA, frame=2)
    inside = slice(20, 492)
    cleared = subtract(live, mask, find_shift(live, mask))[inside, inside].std()
    assert cleared < 1.1 * subtract(still, mask)[inside, inside].std()
    assert cleared < 0.6 * subtract(live, mask)[inside, inside].std()
