"""Time to peak as colour: early is told from late, nothing is told where nothing passes."""

from __future__ import annotations

import numpy as np
import pytest

from angiosuite.imaging.opacification import PeakOpacification
from angiosuite.imaging.parametric import TimeToPeak, colours, parametric
from angiosuite.kit.errors import WrongUse


def run(frames_per_s: float = 3.0) -> tuple[TimeToPeak, np.ndarray, PeakOpacification]:
    """A band of columns that peak one after the other, rows below it without contrast; true times."""
    draw = np.random.default_rng(2)
    times = np.linspace(2.0, 6.0, 64)
    made, peak = TimeToPeak(), PeakOpacification()
    for t in np.arange(0.0, 10.0, 1.0 / frames_per_s):
        diff = draw.normal(0.0, 0.01, (64, 64)).astype(np.float32)
        diff[:32] -= (0.5 * np.exp(-(((t - times) / 0.8) ** 2))).astype(np.float32)
        made.add(float(t), diff)
        peak.add(diff)
    return made, times, peak


def test_the_time_of_the_peak_is_finer_than_the_frames() -> None:
    made, times, peak = run()
    error = made.times_s()[:32] - times
    assert np.abs(np.median(error, axis=0)).max() < 0.07
    assert np.array_equal(made.peak(), peak.peak()), "one peak, not two"


def test_later_is_another_colour_and_still_pixels_are_black() -> None:
    made, _, _ = run()
    picture = parametric(made, noise=0.015)
    assert picture.rgb.shape == (64, 64, 3) and picture.rgb.dtype == np.uint8
    assert not picture.rgb[34:].any()
    early, late = picture.rgb[:32, 4].mean(axis=0), picture.rgb[:32, -4].mean(axis=0)
    assert early[0] > early[2] + 60 and late[2] > late[0] + 60, "red first, blue last"
    assert picture.first_s == pytest.approx(2.0, abs=0.4) and picture.last_s == pytest.approx(6.0, abs=0.4)


def test_a_given_span_makes_two_runs_alike_and_a_closed_collimator_is_black() -> None:
    made, _, _ = run()
    mask = np.ones((64, 64), np.float32)
    mask[:, :10] = 0.0
    picture = parametric(made, noise=0.015, span_s=(0.0, 10.0), mask=mask)
    assert (picture.first_s, picture.last_s) == (0.0, 10.0)
    assert not picture.rgb[:, :10].any() and picture.rgb[:32, 20:].any()


def test_steps_of_the_map_are_even_and_all_colours_are_on_the_screen() -> None:
    table = colours()
    assert table.min() >= 0 and table.max() <= 255
    steps = np.linalg.norm(np.diff(table, axis=0), axis=1)
    assert steps.max() < 6.0 and steps.min() > 0.1


def test_frames_out_of_order_or_none_are_refused() -> None:
    made = TimeToPeak()
    with pytest.raises(WrongUse):
        made.times_s()
    made.add(1.0, np.zeros((4, 4), np.float32))
    with pytest.raises(WrongUse, match="order"):
        made.add(1.0, np.zeros((4, 4), np.float32))
