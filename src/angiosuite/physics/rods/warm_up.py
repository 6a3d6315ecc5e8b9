"""Compile the kernels of rods and walls by a few steps in a short tube."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from angiosuite.physics.rods.baking import bake
from angiosuite.physics.rods.bedding import Bedding
from angiosuite.physics.rods.chain import Chain
from angiosuite.physics.rods.felt import gather
from angiosuite.physics.rods.foundation import Foundation
from angiosuite.physics.rods.tool import Bent, Stretch, Tool
from angiosuite.physics.rods.union import Lines
from angiosuite.physics.rods.walls import Walls

__all__ = ["warm_up"]

Progress = Callable[[str, float], None]


def warm_up(progress: Progress | None = None) -> None:
    """Compile the kernels; some seconds the first time, then from the cache.

    Parameters
    ----------
    progress : callable, optional
        Told the step's name and the share that is done (0 to 1).
    """
    if progress is not None:
        progress("vessel walls", 0.0)
    along = np.linspace(0.0, 80.0, 41)
    line = np.column_stack([along, 0.0 * along, 0.0 * along, 0.0 * along + 5.0])
    bed = Bedding(80.0, 50.0, 0.01, 0.001, -1, 0.0, False)
    still = np.zeros(1, np.int32)
    walls = Walls(
        bake([line]), Lines.joined([line]), ("tube",), np.array([0.5]), np.array([1.0]), ("still",), still,
        np.zeros(len(line)), Foundation([bed]),
    )  # fmt: skip
    if progress is not None:
        progress("wires and catheters", 0.3)
    wire = Tool([Stretch(30.0, 4.0, 1.4), Stretch(1e5, 200.0, 130.0)], [Bent(6.0, 0.2)], yield_per_mm=0.04)
    tube = Tool([Stretch(1e5, 120.0, 120.0)], [Bent(10.0, 0.05)], outer_mm=0.8, bore_mm=0.5)
    chain = Chain([wire], [12.0], (10.0, 0.0, 0.0), (1.0, 0.0, 0.0), 3.0, walls)
    chain.insert(1, tube, 2.0)
    for feeds in ([0.8, 0.5], [0.5, 1.0], [-0.8, -0.5]):
        walls.move(np.eye(4)[None])
        chain.advance(feeds, [0.02, 0.0], 0.01, 0.1, 8)
        walls.settle(0.01)
    chain.tip(0)
    _ = chain.push_n, chain.torque_nmm, chain.curvature()
    walls.radius_at(chain.vessel, chain.at_mm)
    by_tool, worst, slid = np.empty((5, 2)), np.empty(2, np.int64), np.empty(chain.nodes)
    gather(
        chain.inserted_mm, np.zeros(2), chain.leader, 0.01, 3.0, chain.velocity, chain.tangent, chain.inward,
        chain.pressed, chain.friction, chain.skin, chain.arc_mm, chain.curvature(), *by_tool, worst, slid,
    )  # fmt: skip
    chain.remove(1)
