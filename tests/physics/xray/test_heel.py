"""The heel effect against SpekPy's profile."""

import numpy as np
import pytest

from angiosuite.physics.xray.heel import heel_factor

# Energy-integrated CsI signal at -12, -8, -4, 4, 8, 12 cm along the anode axis at 105 cm over the centre's;
# SpekPy 2.5.4, 11 degrees, 2.5 mm Al, inverse square included.
PROFILES = {
    60: [0.874, 0.942, 0.979, 1.009, 1.010, 1.005],
    100: [0.822, 0.912, 0.966, 1.020, 1.030, 1.032],
    120: [0.790, 0.894, 0.958, 1.026, 1.041, 1.048],
}


@pytest.mark.parametrize("kv", PROFILES)
def test_the_profile_equals_spekpy(kv: int) -> None:
    n = 301
    image = heel_factor(
        n, n, side_mm=301, source_detector_mm=1050, kv=kv, filter_cu_mm=0.0, anode_toward="top"
    )
    line = image[:, n // 2]
    x = np.array([-120, -80, -40, 40, 80, 120])
    obliquity = np.cos(np.arctan2(x, 1050))  # a flat detector sees one cosine more than a fluence
    ours = line[x + n // 2] / obliquity
    assert np.abs(ours / np.array(PROFILES[kv]) - 1).max() < 0.02


def test_the_centre_is_one_and_the_anode_side_is_weaker() -> None:
    image = heel_factor(64, 64, side_mm=300, source_detector_mm=1050, kv=80, filter_cu_mm=0.1)
    assert image[31:33, 31:33].mean() == pytest.approx(1, abs=2e-3)
    assert image[60, 32] < image[3, 32]
    assert np.allclose(image[:, 10], image[:, 53], rtol=1e-5)


def test_turning_the_anode_turns_the_image() -> None:
    kwargs = {"side_mm": 300.0, "source_detector_mm": 1050.0, "kv": 80.0, "filter_cu_mm": 0.1}
    bottom = heel_factor(64, 64, anode_toward="bottom", **kwargs)
    assert np.allclose(bottom[::-1], heel_factor(64, 64, anode_toward="top", **kwargs), rtol=1e-5)
    assert np.allclose(bottom.T, heel_factor(64, 64, anode_toward="right", **kwargs), rtol=1e-5)
