"""Curves of a region: what is known of a gamma variate is told back, and noise is no peak."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from angiosuite.imaging.time_density import ellipse, region_means, time_density
from angiosuite.kit.errors import WrongUse


def hump(t: np.ndarray, start_s: float, peak_s: float, power: float, height: float) -> np.ndarray:
    """Gamma variate with its peak at start + peak_s."""
    x = np.maximum(t - start_s, 0.0) / peak_s
    return height * x**power * np.exp(power * (1.0 - x))


@given(
    st.floats(0.5, 2.0), st.floats(0.8, 3.0), st.floats(1.0, 4.0), st.floats(0.05, 1.5), st.floats(3.0, 15.0)
)
def test_a_gamma_variate_is_told_back(
    start_s: float, peak_s: float, power: float, height: float, frames_per_s: float
) -> None:
    t = np.arange(0.0, 40.0, 1.0 / frames_per_s)
    fine = np.arange(0.0, 40.0, 1e-3)
    truth = hump(fine, start_s, peak_s, power, height)
    curve = time_density(t, hump(t, start_s, peak_s, power, height))
    assert curve.peak == pytest.approx(height, rel=0.03)
    assert curve.peak_s == pytest.approx(start_s + peak_s, abs=0.25 / frames_per_s + 0.02)
    above = fine[truth > 0.5 * height]
    assert curve.width_s == pytest.approx(above[-1] - above[0], abs=0.35 / frames_per_s)
    arrived = fine[truth > 0.1 * height][0]
    assert curve.arrival_s == pytest.approx(arrived, abs=0.6 / frames_per_s)
    # the integral of a gamma variate: height tp e^a Gamma(a + 1) / a^(a + 1)
    area = np.trapezoid(truth, fine)
    assert curve.area_s == pytest.approx(area, rel=0.02)
    late = fine >= arrived
    transit = np.trapezoid(truth[late] * (fine[late] - arrived), fine[late]) / np.trapezoid(
        truth[late], fine[late]
    )
    assert curve.mean_transit_s == pytest.approx(transit, rel=0.04, abs=0.6 / frames_per_s)


@given(st.floats(0.1, 5.0), st.floats(-3.0, 3.0))
def test_times_do_not_depend_on_strength_or_on_when_counting_begins(factor: float, later_s: float) -> None:
    t = np.arange(0.0, 20.0, 0.2)
    d = hump(t, 1.0, 2.0, 2.0, 0.4)
    one, two = time_density(t, d), time_density(t + later_s, factor * d)
    assert one.peak_s is not None and two.peak_s is not None
    assert two.peak_s - one.peak_s == pytest.approx(later_s, abs=1e-6)
    assert two.width_s == pytest.approx(one.width_s, rel=1e-6)
    assert two.area_s == pytest.approx(factor * one.area_s, rel=1e-9)


def test_noise_alone_has_no_peak_and_a_run_that_ends_early_has_no_width() -> None:
    t = np.arange(0.0, 6.0, 0.2)
    noise = 0.01 * np.sin(37.0 * t**2)
    assert time_density(t, noise).peak_s is None
    rising = time_density(t, np.maximum(t - 3.0, 0.0))
    assert rising.peak_s == pytest.approx(t[-1]) and rising.width_s is None and rising.wash_out_per_s is None


def test_a_region_is_a_mean_less_its_background() -> None:
    frames = [np.full((40, 60), -0.1 * k, np.float32) for k in range(4)]
    inside = ellipse((40, 60), (30.0, 20.0), (6.0, 4.0))
    assert inside.sum() == pytest.approx(np.pi * 24, rel=0.06)
    for k, frame in enumerate(frames):
        frame[inside] -= 0.5 * k
    beside = ellipse((40, 60), (45.0, 20.0), (4.0, 4.0))
    assert region_means(frames, inside) == pytest.approx([0.0, 0.6, 1.2, 1.8], rel=1e-6)
    assert region_means(frames, inside, beside) == pytest.approx([0.0, 0.5, 1.0, 1.5], rel=1e-6)
    with pytest.raises(WrongUse, match="pixels"):
        region_means(frames, np.zeros((40, 60), bool))
    with pytest.raises(WrongUse, match="ascending"):
        time_density(np.zeros(3), np.zeros(3))
