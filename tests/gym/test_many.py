"""Environments side by side tell what one alone tells, on every host."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import gymnasium
import numpy as np
import pytest

import angiosuite.gym
from angiosuite.gym.many import Many
from angiosuite.gym.navigate import hands
from angiosuite.runtime.work import HOSTS

NAMES = ("angiosuite/Navigate-left-renal-v0", "angiosuite/Navigate-flow-v0")
assert angiosuite.gym


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("host", HOSTS)
def test_every_host_tells_what_one_alone_tells_and_begins_anew_at_the_end(
    lumens: Path, host: str, name: str
) -> None:
    if host == "ray" and importlib.util.find_spec("ray") is None:
        pytest.skip("Ray is not installed: pip install angiosuite[ray]")
    kept = {"home": str(lumens), "seconds": 0.6}
    alone = gymnasium.vector.SyncVectorEnv(
        [lambda: gymnasium.make(name, disable_env_checker=True, **kept) for _ in range(2)]
    )
    together = Many(name, 2, host, **kept)
    try:
        shown, _ = together.reset(seed=5)
        wanted, _ = alone.reset(seed=5)
        action = np.stack([hands((30.0, 0.0), (0.5, 0.0)), hands((20.0, 10.0), (0.0, 1.0))])
        ended = 0
        for _ in range(9):
            assert all(np.array_equal(shown[key], wanted[key]) for key in wanted)
            shown, reward, done, cut, infos = together.step(action)
            wanted, due, over, late, told = alone.step(action)
            assert np.array_equal(reward, due) and np.array_equal(done, over) and np.array_equal(cut, late)
            assert np.array_equal(infos["left_mm"], told["left_mm"])
            ended += int(cut.any())
        assert ended == 1
    finally:
        together.close()
        alone.close()
