"""Contrast to noise and artefact of pictures whose answer is known."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import ndimage

from angiosuite.imaging.target_contrast import (
    capsule_mask,
    contrast_to_noise,
    noise_sd,
    robust_sd,
    subtraction_artefact,
)

SHAPE = (256, 256)
EVERYWHERE = np.ones(SHAPE, bool)
ROW, COLUMN = np.indices(SHAPE)


def noise(sd=1.0, seed=1):
    return np.random.Generator(np.random.Philox(seed)).normal(0.0, sd, SHAPE).astype(np.float32)


def ball(radius):
    spot = np.array([[128.0, 128.0, 128.0, 128.0]])
    return capsule_mask(SHAPE, spot, np.array([radius]), (0, 0))


def test_a_capsule_has_its_area_and_a_window_cuts_the_same_pixels():
    rod = np.array([[60.3, 40.0, 170.7, 140.0]])
    mask = capsule_mask(SHAPE, rod, np.array([9.0]), (0, 0))
    assert mask.sum() == pytest.approx(18.0 * np.hypot(110.4, 100.0) + np.pi * 81.0, rel=0.01)
    assert np.array_equal(capsule_mask((50, 70), rod, np.array([9.0]), (60, 80)), mask[60:110, 80:150])


def test_contrast_to_noise_is_contrast_over_noise_on_any_slope():
    target, ring = ball(12.0), ball(34.0) & ~ball(18.0)
    slope = 0.05 * ROW - 0.03 * COLUMN
    seen = contrast_to_noise(10.0 - 3.0 * target + slope + noise(0.5), target, ring)
    assert seen == pytest.approx(6.0, rel=0.08)
    assert contrast_to_noise(10.0 + slope + noise(0.5), target, ring) < 0.3
    assert contrast_to_noise(10.0 + noise(0.5), target, ball(1.0)) is None


def test_edges_of_anatomy_are_no_noise():
    stripes = 5.0 * (COLUMN // 32 % 2)
    assert noise_sd(stripes + noise(0.5), EVERYWHERE) == pytest.approx(0.5, rel=0.12)
    assert robust_sd(noise(2.0).ravel()) == pytest.approx(2.0, rel=0.03)


@pytest.mark.parametrize("blur_px", [0.0, 0.5, 0.8])
def test_noise_alone_leaves_no_artefact(blur_px):
    plain = ndimage.gaussian_filter(noise(0.02), blur_px) if blur_px else noise(0.02)
    assert subtraction_artefact(plain, EVERYWHERE) == pytest.approx(1.0, abs=0.15)
    slow = 0.1 * np.cos(ROW / 90.0) + 0.3
    assert subtraction_artefact((plain + slow).astype(np.float32), EVERYWHERE) < 1.4


def test_edges_that_do_not_cancel_are_artefact_and_grow_with_the_shift():
    bones = ndimage.gaussian_filter(1.0 * ((ROW // 40 + COLUMN // 40) % 2), 1.5)
    found = [
        subtraction_artefact((bones - np.roll(bones, k, axis=1) + noise(0.02)).astype(np.float32), EVERYWHERE)
        for k in (0, 1, 2, 4)
    ]
    assert found[0] == pytest.approx(1.0, abs=0.15) and found == sorted(found) and found[2] > 5.0
