"""A bench: the instruments of a case in motion, moved at the hub, without a session."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

import numpy as np
from numpy.typing import NDArray

from angiosuite.gym.case import Case
from angiosuite.physics.rods.chain import Chain
from angiosuite.suite.instruments.feeling import given_way, grip_n
from angiosuite.suite.instruments.stack import IN_SHEATH_MM, STOP_MM, Lying, Stack

__all__ = ["STEP_S", "Bench"]

Floats = NDArray[np.float64]
STEP_S = 0.02
"""Longest step of the rods, s: at 40 mm/s less than a millimetre is fed in it."""
PASSES = 20
"""Passes of a step at most: jerky hands need them, and a step done again in halves costs more."""
FIRST_MM, LAST_MM = 10.0, -5.0
"""Where the innermost tip and those of the others lie when a case begins, from the sheath's tip."""
HAND_MM = 100.0
"""What a hand holds of a tool behind what it lies in."""
NEAR_MM = 3.0
"""Wall force this near to a tip is the tip's."""


class Bench:
    """Wire and catheters in the vessels of a case.

    Parameters
    ----------
    case : Case
    turns_rad : sequence of float, optional
        How the tools lie turned at first.
    step_s : float
        Longest step of the rods, s; a session has 0.01.

    Notes
    -----
    **Model** chain, walls, grip and lengths of a session's
    :class:`~angiosuite.suite.instruments.stack.Stack`; walls give way but neither breathe nor beat, and what
    a hand feels is looked at once a move. Tools stay in the sheath: none is drawn farther back than where a
    case begins. Held by ``tests/gym/test_bench.py``.
    """

    def __init__(
        self, case: Case, turns_rad: Sequence[float] | Floats | None = None, step_s: float = STEP_S
    ) -> None:
        self.case, self.step_s = case, step_s
        self.stack = Stack(case.walls(), case.access)
        count = len(case.kit)
        turns = np.zeros(count) if turns_rad is None else np.asarray(turns_rad, np.float64)
        self._least_mm = np.array([FIRST_MM] + [LAST_MM] * (count - 1))
        for tool, depth, turn in zip(case.kit, self._least_mm, turns, strict=True):
            self.stack.lying.append(Lying(tool, float(depth), turn=float(turn)))
        self._length_mm = np.array(self.stack.lengths_mm)
        lying = self.stack.lying
        self._push_n, self._pull_n = (
            [grip_n(one.instrument, one.torquer, pulls) for one in lying] for pulls in (False, True)
        )
        self.stack.step()
        self.worst_mm = 0.0
        """How far the last Newton pass of the last move still went: above 0.1 it had not converged."""

    @property
    def chain(self) -> Chain:
        """The rods."""
        assert self.stack.chain is not None
        return self.stack.chain

    @property
    def depth_mm(self) -> Floats:
        """How far each tip has come beyond the sheath's, mm."""
        return np.array(self.stack.depths_mm)

    @property
    def turn_rad(self) -> Floats:
        """How far each hub is turned."""
        return np.array([one.turn for one in self.stack.lying])

    @property
    def push_n(self) -> Floats:
        """Force that each hand feels, N; positive resists."""
        return np.array([one.push_n for one in self.stack.lying])

    @property
    def leader(self) -> int:
        """The tool that has come farthest."""
        return int(np.argmax(self.stack.depths_mm))

    @property
    def tip_mm(self) -> Floats:
        """Where the farthest tip is."""
        return np.asarray(self.chain.tip_mm)

    @property
    def wall_n(self) -> Floats:
        """Force of the walls on all, and on the farthest tip, N, (2,)."""
        pressed = np.asarray(self.chain.pressed)
        near = ((self.chain.x - self.tip_mm) ** 2).sum(axis=1) < NEAR_MM**2
        return np.array([pressed.sum(), pressed[near].sum()])

    def advance(
        self, mm_s: Sequence[float] | Floats, rad_s: Sequence[float] | Floats, seconds: float
    ) -> None:
        """Hands push (mm/s, negative pulls) and turn (rad/s) each tool for some time."""
        count = max(1, ceil(seconds / self.step_s - 1e-9))
        step = seconds / count
        wanted, spins = np.asarray(mm_s, np.float64) * step, np.asarray(rad_s, np.float64) * step
        for k, one in enumerate(self.stack.lying):
            most_n = self._pull_n[k] if wanted[k] < 0.0 else self._push_n[k]
            wanted[k] = given_way(float(wanted[k]), one.push_n, most_n)
        chain, walls, depth, self.worst_mm = self.chain, self.stack.walls, self.depth_mm, 0.0
        for _ in range(count):
            feeds = self._in_reach(depth, wanted)
            walls.move(None)
            told = chain.advance(feeds, spins, step, STOP_MM, PASSES)
            walls.settle(step)
            depth += feeds
            self.worst_mm = max(self.worst_mm, told.moved_mm)
        for k, (one, force) in enumerate(zip(self.stack.lying, chain.push_n, strict=True)):
            one.depth_mm, one.push_n = float(depth[k]), float(force)
            one.turn += float(spins[k] * count)

    def _in_reach(self, depth: Floats, wanted: Floats) -> Floats:
        """Feeds that leave each tool in the sheath, and its hub in a hand behind that of what it lies in."""
        then = np.maximum(depth + wanted, self._least_mm)
        behind = self._length_mm[-1] - self.case.access.sheath_mm - HAND_MM
        for k in reversed(range(len(depth))):
            then[k] = min(then[k], behind)
            if k > 0:
                behind = self._length_mm[k - 1] - self._length_mm[k] + then[k] - HAND_MM
        return np.asarray(then - depth)

    def points_mm(self, tool: int, count: int, spacing_mm: float) -> Floats:
        """Points of a tool from its tip backwards, (count, 3)."""
        course = self._end_mm(tool, count * spacing_mm)[::-1]
        arc = np.concatenate([[0.0], np.cumsum(np.sqrt((np.diff(course, axis=0) ** 2).sum(axis=1)))])
        at = spacing_mm * np.arange(count)
        return np.stack([np.interp(at, arc, course[:, c]) for c in range(3)], axis=1)

    def _end_mm(self, tool: int, long_mm: float) -> Floats:
        """The end of a tool's course, at least so long."""
        chain, reach = self.chain, IN_SHEATH_MM + self.stack.lying[tool].depth_mm
        if reach <= long_mm:
            return self.stack.course_mm(tool)
        arc = chain.arc_mm[: chain.nodes]
        first, last = np.searchsorted(arc, (reach - long_mm, reach - 1e-6))
        return np.concatenate([chain.x[first - 1 : last], chain.tip(tool)[0][None]])
