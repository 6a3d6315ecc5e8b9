"""A bench: the instruments of a case in motion, moved at the hub by hands that tire at four newtons."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from angiosuite.gym.case import Case
from angiosuite.physics.rods.chain import Chain
from angiosuite.suite.instruments.instrument import rod_tool

__all__ = ["Bench"]

Floats = NDArray[np.float64]
STEP_S = 0.02
MOST_PASSES = 8
STOP_MM = 0.1
GRIP_N = 4.0
"""What fingers push before a wire slips through them."""
FIRST_MM = 8.0
"""How far the innermost tool lies beyond the sheath's tip when a case begins."""
HELD_MM = 100.0
"""Of a tool, behind what it lies in: what the hand holds."""


class Bench:
    """Wire and catheters in the lumen of a case.

    Parameters
    ----------
    case : Case
    step_s : float
        Longest step of the rods, s.
    """

    def __init__(self, case: Case, step_s: float = STEP_S) -> None:
        self.case, self.step_s = case, step_s
        self.most_mm = np.array(
            [one.length_mm - case.access.sheath_mm - HELD_MM for one in case.kit], np.float64
        )
        self.chain = self._fresh()
        self.turn_rad = np.zeros(len(case.kit))
        self.worst_mm = 0.0

    def _fresh(self) -> Chain:
        point, inward = self.case.access.back_from_tip(0.0)
        depths = [FIRST_MM] + [0.0] * (len(self.case.kit) - 1)
        return Chain([rod_tool(one) for one in self.case.kit], depths, point, inward, wall=self.case.lumen)

    @property
    def depth_mm(self) -> Floats:
        """How far each tip has come beyond the sheath's, mm."""
        return self.chain.inserted_mm

    @property
    def push_n(self) -> float:
        """Compression of what lies in the sheath's tip, N: what the hand feels."""
        return float(-min(self.chain.tension[1], 0.0))

    def advance(self, mm_s: Sequence[float] | Floats, rad_s: Sequence[float] | Floats, seconds: float) -> None:
        """Hands push (mm/s, negative pulls) and turn (rad/s) each tool for some time."""
        count = max(1, round(seconds / self.step_s))
        step = seconds / count
        turns = np.asarray(rad_s, np.float64) * step
        for _ in range(count):
            feeds = self._allowed(np.asarray(mm_s, np.float64) * step)
            told = self.chain.advance(feeds, turns, step, STOP_MM, MOST_PASSES)
            self.worst_mm = told.moved_mm
            self.turn_rad += turns

    def _allowed(self, feeds: Floats) -> Floats:
        """What the sheath, the tools' lengths and the grip let through; the innermost stays in for good."""
        depth = self.chain.inserted_mm
        least = np.zeros(len(depth))
        least[0] = FIRST_MM if depth[1:].max(initial=0.0) <= 0.0 else 0.0
        if self.push_n > GRIP_N:
            feeds = np.minimum(feeds, 0.0)
        then = np.clip(depth + feeds, least, self.most_mm)
        # something must reach beyond the clamp
        if then.max() < FIRST_MM:
            then = np.where(depth >= FIRST_MM, FIRST_MM, then)
        return np.asarray(then - depth)

    def twist(self, turns: Floats) -> None:
        """Turn the tools where they lie, before anything is pushed."""
        self.chain.theta[:] += turns
        self.turn_rad += turns

    def tip_mm(self, tool: int) -> Floats:
        """Where a tool's tip is, (3,)."""
        return self.points_mm(tool, 1, 1.0)[0]

    def points_mm(self, tool: int, count: int, spacing_mm: float) -> Floats:
        """Points of a tool from its tip backwards, (count, 3); behind the sheath's tip they go on straight."""
        chain = self.chain
        arc = np.concatenate([[-chain.rest[0], 0.0], np.cumsum(chain.rest[1 : chain.nodes - 1])])
        at = chain.inserted_mm[tool] - spacing_mm * np.arange(count)
        line = chain.x[: chain.nodes]
        found = np.stack([np.interp(at, arc, line[:, c]) for c in range(3)], axis=1)
        behind = np.minimum(at - arc[0], 0.0)
        way = (line[1] - line[0]) / np.linalg.norm(line[1] - line[0])
        return np.asarray(found + behind[:, None] * way)
