"""Compile the kernels of contrast and gas by a tiny injection, with progress."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from angiosuite.physics.flow import layering
from angiosuite.physics.flow.draft import Draft
from angiosuite.physics.flow.exchange import Traits
from angiosuite.physics.flow.gas import Gas
from angiosuite.physics.flow.spec import EdgeKind, NodeLaw
from angiosuite.physics.flow.transport import Transport

__all__ = ["warm_up_contrast"]

Progress = Callable[[str, float], None]


class _Still:
    """Flow that never changes."""

    def __init__(self, nodes: int, edges: int, volume_ml: float) -> None:
        self.flow_ml_s = np.full(edges, 1.0)
        self.volume_ml = np.full(nodes, volume_ml)
        self.sources_ml_s = np.zeros(nodes)


def warm_up_contrast(progress: Progress | None = None) -> None:
    """Compile the kernels; some seconds the first time, then from the cache.

    Parameters
    ----------
    progress : callable, optional
        Told the step's name and the share that is done (0 to 1).
    """

    def tell(name: str, share: float) -> None:
        if progress is not None:
            progress(name, share)

    tell("contrast", 0.0)
    draft = Draft()
    draft.node("in", law=NodeLaw.FIXED)
    draft.node("a", law=NodeLaw.TUBE)
    draft.node("out", law=NodeLaw.LINEAR, volume_ml=50.0)
    draft.tube("v/0", "in", "a", length_cm=4.0, area_cm2=0.3, stiffness=100.0, lanes=3)
    draft.edge("bed", "a", "out", kind=EdgeKind.BED, bed_ml=5.0, tanks=2)
    spec = draft.spec()
    transport = Transport(spec, Traits.none(2), window=1)
    still = _Still(3, 2, 5.0)
    source = np.array([100.0, 0.0, 0.0])
    still.sources_ml_s[1] = 0.1
    for _ in range(2):
        transport.step(still, source)
    transport.at(np.zeros(1, np.int64), np.zeros(1))
    tell("layering", 0.8)
    layering.warm_up()
    tell("gas", 0.9)
    gas = Gas(spec, np.zeros(2), np.array([1]))
    gas.step(still, np.full((2, 3), 0.1))
    tell("gas", 1.0)
