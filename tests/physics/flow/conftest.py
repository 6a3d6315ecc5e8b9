"""Networks that several tests of flow share."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from angiosuite.physics.flow.network import Network
from angiosuite.physics.flow.respiration import external_mmhg

EXPIRED = external_mmhg(0.0)
PHASE_STEP = 0.002 * 72.0 / 60.0


@pytest.fixture(scope="session")
def beat() -> Callable[[Network, float], None]:
    """Let the heart of a closed loop beat at 72 a minute, whole beats nearest to some seconds, expired."""

    def run(network: Network, seconds: float) -> None:
        steps = round(round(seconds * 1.2) / PHASE_STEP)
        network.step(PHASE_STEP, EXPIRED, steps, PHASE_STEP)

    return run


@pytest.fixture(scope="session")
def mean_flow() -> Callable[[Network, int, int], float]:
    """Mean flow (ml/s) of an edge over whole beats at 72 a minute."""

    def run(network: Network, edge: int, beats: int = 1) -> float:
        steps = round(beats / PHASE_STEP)
        total, phase = 0.0, 0.0
        for _ in range(steps):
            phase = (phase + PHASE_STEP) % 1.0
            network.step(phase, EXPIRED, 1, PHASE_STEP)
            total += float(network.flow_ml_s[edge])
        return total / steps

    return run


@pytest.fixture(scope="session")
def at_rest() -> Callable[[Network, float], None]:
    """Step a network without a heart in atmosphere for some seconds."""

    def run(network: Network, seconds: float) -> None:
        network.step(0.0, np.zeros(3), round(seconds / network.step_s))

    return run
