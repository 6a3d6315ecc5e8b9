"""The tube case: a wire is pushed through iliac bends, aorta and arch and then held."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from angiosuite.physics.rods.chain import Chain
from angiosuite.physics.rods.tool import Stretch, Tool

__all__ = [
    "EI_NMM2",
    "FROM_MM",
    "HOLD_S",
    "PUSH_MM",
    "RADIUS_MM",
    "SPEED_MM_S",
    "Pass",
    "iliac_to_arch",
    "pushed",
]

Floats = NDArray[np.float64]

EI_NMM2, GJ_NMM2, RADIUS_MM, FRICTION = 100.0, 80.0, 0.4445, 0.1
FROM_MM, PUSH_MM, SPEED_MM_S, HOLD_S = 5.0, 415.0, 60.0, 1.0


def iliac_to_arch() -> Floats:
    """Centre line and radius, (n, 4), mm: two bends of 30 mm, straight aorta, arch of 171 degrees, branch."""
    points, way = [np.array([-20.0, 0.0, 0.0])], np.array([1.0, 0.0, 0.0])

    def line(length: float) -> None:
        for _ in range(round(length / 2.0)):
            points.append(points[-1] + 2.0 * way)

    def arc(radius: float, angle: float, axis: tuple[float, float, float]) -> None:
        nonlocal way
        about = np.asarray(axis) / np.linalg.norm(axis)
        n = round(abs(radius * angle) / 2.0)
        d = angle / n
        for _ in range(n):
            way = way * np.cos(d) + np.cross(about, way) * np.sin(d) + about * (about @ way) * (1 - np.cos(d))
            points.append(points[-1] + 2.0 * way)

    line(80.0)
    arc(30.0, np.radians(50.0), (0.0, 1.0, 0.0))
    arc(30.0, np.radians(50.0), (0.0, -1.0, 0.3))
    line(160.0)
    arc(40.0, 0.95 * np.pi, (0.0, 1.0, 0.0))
    line(80.0)
    centre = np.array(points)
    along = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(centre, axis=0), axis=1))])
    radius = np.interp(along, [0, 100, 160, 200, 360, 420, 500, 600], [4, 4, 5, 9, 11, 12, 10, 8])
    return np.column_stack([centre, radius])


@dataclass(frozen=True, slots=True)
class Pass:
    """One pass of the case.

    Parameters
    ----------
    chain : Chain
        At its end.
    times : float
        Simulated time over time of the core.
    unsettled : int
        Steps whose last Newton pass moved a node farther than it should.
    deepest_mm : float
        Most that a wall was pressed in, over all steps; measured in a pass that is not timed.
    beyond_mm : float
        The same, less what the wall needs to bear the wire: what the passes of a step left over.
    """

    chain: Chain
    times: float
    unsettled: int
    deepest_mm: float
    beyond_mm: float


def pushed(step_s: float = 0.01, stop_mm: float = 0.1, watch: bool = False) -> Pass:
    """Push and hold; with `watch` the wall is looked at after every step, which takes time."""
    wire = Tool([Stretch(1.0, EI_NMM2, GJ_NMM2)], outer_mm=RADIUS_MM, friction=FRICTION)
    chain = Chain([wire], [FROM_MM], wall=iliac_to_arch())
    push, hold = round(PUSH_MM / SPEED_MM_S / step_s), round(HOLD_S / step_s)
    feed = np.array([PUSH_MM / push])
    unsettled, deepest, beyond = 0, 0.0, 0.0
    began = time.thread_time()
    for k in range(push + hold):
        told = chain.advance(feed if k < push else None, seconds=step_s, stop_mm=stop_mm)
        unsettled += told.moved_mm >= stop_mm
        if watch:
            deepest = max(deepest, -float(chain.gap_mm[2:].min()))
            beyond = max(beyond, float(np.abs(chain.beyond_mm).max()))
    return Pass(chain, (push + hold) * step_s / (time.thread_time() - began), unsettled, deepest, beyond)
