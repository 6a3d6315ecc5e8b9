"""Counter-based noise: known vectors, statistics, independence."""

import numpy as np
import pytest

from angiosuite.imaging.noise import add_noise, philox4x32, philox_key
from angiosuite.physics.threads import set_threads, threads


def noisy(mean: float, *, size: int = 256, seed: int = 1, frame: int = 0, excess: float = 1.0) -> np.ndarray:
    quanta = np.full((size, size), mean, np.float32)
    white = np.empty_like(quanta)
    key = philox_key(seed, "detector")
    add_noise(quanta, white, excess=excess, electronic=1.0, key=key, frame=frame)
    return np.stack([quanta, white])


def test_philox_gives_the_vectors_of_its_authors() -> None:
    # kat_vectors of Random123 1.09, philox4x32 10 rounds.
    assert [int(w) for w in philox4x32(0, 0, 0, 0, 0, 0)] == [0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8]
    ones = [0xFFFFFFFF] * 6
    assert [int(w) for w in philox4x32(*ones)] == [0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD]


@pytest.mark.parametrize("mean", [0.5, 3, 12, 19.9, 20.1, 100, 3000])
def test_noise_equals_the_root_of_the_quanta(mean: float) -> None:
    quanta, _ = noisy(mean, size=512)
    assert quanta.mean() == pytest.approx(mean, rel=0.01)
    assert quanta.var() == pytest.approx(mean, rel=0.02)


def test_variance_against_mean_has_slope_one() -> None:
    means = np.linspace(5, 500, 25)
    variances = [noisy(m, frame=i)[0].var() for i, m in enumerate(means)]
    assert np.polyfit(means, variances, 1)[0] == pytest.approx(1, abs=0.05)


def test_swanks_factor_raises_the_variance() -> None:
    assert noisy(80, size=512, excess=np.sqrt(1 / 0.9))[0].var() == pytest.approx(80 / 0.9, rel=0.02)


def test_threads_change_nothing_and_frames_and_seeds_change_everything() -> None:
    before = threads()
    try:
        images = []
        for count in (1, 2, 3):
            set_threads(count)
            images.append(noisy(90, seed=5, frame=3).tobytes())
        assert len(set(images)) == 1
    finally:
        set_threads(before)
    a, b, c = noisy(90, seed=5, frame=3), noisy(90, seed=5, frame=4), noisy(90, seed=6, frame=3)
    for other in (b, c):
        assert abs(np.corrcoef(a[0].ravel(), other[0].ravel())[0, 1]) < 0.02


def test_neighbours_and_the_electronics_are_independent() -> None:
    quanta, white = noisy(100, size=512)
    q = quanta - 100
    for one, other in ((q[:, 1:], q[:, :-1]), (q[1:], q[:-1]), (q, white), (q[:, 4:], q[:, :-4])):
        assert abs(np.corrcoef(one.ravel(), other.ravel())[0, 1]) < 0.01
