"""A patient who lies and breathes: the means of pressures and flows that nerves and organs keep."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from angiosuite.physics.flow.network import Network
from angiosuite.physics.flow.respiration import external_mmhg
from angiosuite.physics.physiology.breathing import Breathing

__all__ = ["Quiet", "breathing_mmhg", "quiet"]

Floats = NDArray[np.float64]

STEP_S = 0.002
PIECE_STEPS = 10
"""Blood goes on in pieces of so many steps, as in a session; the chest moves between them."""
BREATHS = 7
"""Breaths that means are taken over, and as many before them: veins fill anew once the chest moves."""


@dataclass(frozen=True, slots=True, eq=False)
class Quiet:
    """Means over whole breaths of a patient at rest whose nerves answer nothing.

    Parameters
    ----------
    mmhg : ndarray (n,)
        Pressure of each node.
    ml_s : ndarray (e,)
        Flow of each edge.
    """

    mmhg: Floats
    ml_s: Floats


def breathing_mmhg(breathing: Breathing) -> Floats:
    """Pressure outside the vessels by region, mmHg, as the chest stands now."""
    return external_mmhg(float(np.clip(breathing.dome_mm / breathing.traits.quiet_mm, 0.0, 3.0)))


def quiet(network: Network, rate_per_min: float) -> Quiet:
    """Let a settled network breathe for a minute; means over the second half of it.

    Parameters
    ----------
    network : Network
        At phase 0; goes on.
    rate_per_min : float
        Heart rate.

    Notes
    -----
    **Model** even beats, quiet breathing, no answer of nerves or organs. A network settles in a chest that
    stands still at its mean; one that breathes has some 0.5 mmHg less in the aorta. What is kept are means,
    since the reflex and the beds feel means. Another half minute before changes them by less than 0.01 mmHg.
    **Valid for** whole breaths of 14 a minute. Held by ``tests/suite/circulation/test_control.py``.
    """
    breathing, turn = Breathing(), STEP_S * rate_per_min / 60.0
    pieces = round(60.0 / breathing.traits.rate_per_min / (STEP_S * PIECE_STEPS) * BREATHS)
    mmhg, ml_s = np.zeros(len(network.pressure_mmhg)), np.zeros(len(network.flow_ml_s))
    phase = 0.0
    for k in range(2 * pieces):
        outside = breathing_mmhg(breathing)
        for _ in range(PIECE_STEPS):
            phase = (phase + turn) % 1.0
            network.step(phase, outside, 1, turn)
            if k >= pieces:
                mmhg += network.pressure_mmhg
                ml_s += network.flow_ml_s
        breathing.glide(STEP_S, PIECE_STEPS)
    count = pieces * PIECE_STEPS
    return Quiet(mmhg / count, ml_s / count)
