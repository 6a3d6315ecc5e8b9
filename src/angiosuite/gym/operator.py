"""A scripted operator: it sees what `Navigate` shows and moves what hands move, nothing else."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from itertools import product

import numpy as np
from numpy.typing import NDArray

from angiosuite.gym.chart import BELOW_MM, Chart, around
from angiosuite.gym.navigate import hands

__all__ = ["Operator"]

Floats = NDArray[np.float64]
Shown = Mapping[str, NDArray[np.float32]]
Work = Generator[NDArray[np.float32], Shown, None]
WIRE, CATHETER = 0, 1
PERIOD_S = 1.0 / 7.5
ASTRAY_MM = 2.0
"""How far outside the road's wall a tip is in another vessel."""
LEVELS, TURNS = (0.0, 5.0, -5.0, 10.0, -10.0), (0.0, 0.4, -0.4)
"""What is tried at a mouth: mm above it, rad beside it."""
GOLDEN_RAD = 2.4
"""Turn between two tries: never the same twice."""


SEATED_MM = 4.0
"""How far into a branch a hooked tip is drawn before the wire comes."""
CLOSE_MM, FORMED_MM = 3.0, 45.0
"""How far the wire is drawn into the catheter: its soft end left in the curve, or out of the curve."""


class Operator:
    """Leads a wire and a shaped catheter along the road of the map.

    Parameters
    ----------
    formed : bool
        Whether the catheter hooks by its whole curve, which forms only when the wire's end has left it.

    Notes
    -----
    **Model** wire up the aorta past the mouth, catheter over it, wire back into the catheter; the catheter is
    held at the mouth's level and turned until its tip points there (a closed loop on the picture of its tip),
    the wire is pushed; where it does not enter, level and turn are varied. In the branch the wire is turned
    toward the road at each mouth, drawn back where it went astray, and the catheter follows. Held by
    ``tests/gym/test_operator.py``.
    """

    def __init__(self, formed: bool = False) -> None:
        self._hidden_mm = FORMED_MM if formed else CLOSE_MM
        self._work: Work | None = None
        self.said = ""
        """What it is doing."""

    def act(self, shown: Shown) -> NDArray[np.float32]:
        """What the hands do now; all zero once it has given up."""
        try:
            if self._work is None:
                self._take(shown)
                self.chart = Chart(shown)
                self._work = self._lead()
                return next(self._work)
            return self._work.send(shown)
        except StopIteration:
            self.said = "gave up"
            return hands((0.0, 0.0), (0.0, 0.0))

    # ---- what it sees --------------------------------------------------------------------------------------

    def _take(self, shown: Shown) -> None:
        self.tools = np.asarray(shown["tools_mm"], np.float64)
        self.depth = np.asarray(shown["depth_mm"], np.float64)
        self.left = float(shown["left_mm"][0])

    def _do(self, mm_s: tuple[float, float], rad_s: tuple[float, float] = (0.0, 0.0)) -> Work:
        shown = yield hands(mm_s, rad_s)
        self._take(shown)

    def _tip(self, tool: int) -> Floats:
        return np.asarray(self.tools[tool, 0])

    def _way(self, tool: int, points: int = 1) -> Floats:
        step = self.tools[tool, 0] - self.tools[tool, points]
        return np.asarray(step / max(float(np.linalg.norm(step)), 1e-9))

    def _astray(self, tool: int) -> bool:
        _, off, radius = self.chart.road.near(self._tip(tool))
        return off > radius + ASTRAY_MM

    # ---- the plan ------------------------------------------------------------------------------------------

    def _lead(self) -> Work:
        for attempt in range(12):
            if not self._is_on_the_way():
                yield from self._withdraw()
                yield from self._wire_up(attempt)
            if not self._is_on_the_way():
                yield from self._catheter_up()
                yield from self._probe(attempt)
            if self._is_on_the_way():
                yield from self._follow()
                yield from self._withdraw()

    def _is_on_the_way(self) -> bool:
        """Whether the wire's tip has left the aorta, or what comes before it, into the road's next vessel."""
        chart, tip = self.chart, self._tip(WIRE)
        road, far, wide = chart.road.near(tip)
        _, off, radius = chart.trunk.near(tip)
        return road > chart.leave + 3.0 and far < wide + 1.0 and off > radius + 2.0

    def _withdraw(self) -> Work:
        """Catheter and wire out of where they strayed, until the catheter lies below the mouth."""
        self.said = "withdraw"
        chart = self.chart
        for _ in range(200):
            arc, off, radius = chart.trunk.near(self._tip(CATHETER))
            low = arc < chart.level - 15.0 or self.depth[CATHETER] < chart.leave - 25.0
            if self.depth[CATHETER] < 1.0 or (low and (off < radius or not self._astray(CATHETER))):
                return
            yield from self._do((-25.0, -25.0))

    def _wire_up(self, attempt: int) -> Work:
        """Push the wire up the aorta past the mouth; out of side branches and on again."""
        self.said = "wire up"
        chart = self.chart
        entry = chart.road.near(chart.trunk.at(BELOW_MM))[0] - BELOW_MM
        level, tries = chart.level + 45.0 + 10.0 * attempt, 0
        level = min(level, chart.trunk.arc[-1] - 20.0)
        for _ in range(600):
            arc, off, radius = chart.trunk.near(self._tip(WIRE))
            if (arc >= level and off < radius) or self._is_on_the_way() or tries > 20:
                return
            in_aorta = self.depth[WIRE] > entry + BELOW_MM + 12.0
            folded = self.depth[WIRE] - (entry + arc) > 40.0
            outside = off > radius + ASTRAY_MM
            if folded or (outside and (in_aorta or self._astray(WIRE))):
                tries += 1
                back = self.depth[WIRE] - (65.0 if folded else 25.0)
                yield from self._wire_to(max(back, self.depth[CATHETER], 8.0))
                yield from self._turn_wire(GOLDEN_RAD)
                if folded and tries > 4:
                    yield from self._catheter_to(max(self.depth[CATHETER] - 20.0, 0.0))
                continue
            yield from self._do((35.0, 0.0))

    def _catheter_up(self) -> Work:
        """The catheter over the wire to a little above the mouth, then the wire back into it."""
        chart = self.chart
        above = chart.leave + 20.0 + (20.0 if self._hidden_mm == FORMED_MM else 0.0)
        yield from self._catheter_to(min(self.depth[WIRE] - 20.0, above))
        yield from self._wire_to(self.depth[CATHETER] - self._hidden_mm)

    def _turn_wire(self, angle: float) -> Work:
        for _ in range(6):
            yield from self._do((0.0, 0.0), (angle / 6.0 / PERIOD_S, 0.0))

    def _turn_catheter(self, angle: float) -> Work:
        for _ in range(4):
            yield from self._do((0.0, 0.0), (0.0, angle / 4.0 / PERIOD_S))

    def _wire_to(self, depth: float) -> Work:
        """Move the wire to a depth."""
        for _ in range(200):
            rest = depth - self.depth[WIRE]
            before = self.depth[WIRE]
            if abs(rest) < 1.0:
                return
            yield from self._do((float(np.clip(rest / PERIOD_S, -38.0, 38.0)), 0.0))
            if abs(self.depth[WIRE] - before) < 1e-3:
                return

    def _catheter_to(self, depth: float) -> Work:
        """Push or pull the catheter to a depth; the wire is held."""
        self.said = "catheter"
        for _ in range(300):
            rest = depth - self.depth[CATHETER]
            before = self.depth[CATHETER]
            if abs(rest) < 1.0:
                return
            yield from self._do((0.0, float(np.clip(rest / PERIOD_S, -30.0, 30.0))))
            if abs(self.depth[CATHETER] - before) < 1e-3:
                return

    def _is_below(self) -> bool:
        """Whether the catheter's tip has come far below the mouth, or out of the aorta."""
        arc, off, radius = self.chart.trunk.near(self._tip(CATHETER))
        return arc < self.chart.level - 25.0 or (arc < BELOW_MM + 2.0 and off > radius + 6.0)

    # ---- at the mouth --------------------------------------------------------------------------------------

    def _probe(self, attempt: int) -> Work:
        """Level and turn the catheter at the mouth and try with the wire, until it goes in."""
        order = sorted(product(LEVELS, TURNS), key=lambda one: abs(one[0]) / 5.0 + abs(one[1]) / 0.4)
        begin = 3 * attempt % len(order)
        for up, turn in (order[begin:] + order[:begin])[:9]:
            yield from self._aim(up, turn)
            if self._hidden_mm == FORMED_MM:
                yield from self._seat()
            yield from self._try_wire()
            if self._is_on_the_way():
                return
            yield from self._wire_to(self.depth[CATHETER] - self._hidden_mm)
            if self._is_below():
                return  # lost its place

    def _aim(self, up: float, turn: float) -> Work:
        """Hold the catheter's tip at the mouth's level, turned toward it."""
        self.said = f"aim {up:+.0f} mm {turn:+.1f} rad"
        chart, steady = self.chart, 0
        for _ in range(90):
            tip = self._tip(CATHETER)
            arc, _, radius = chart.trunk.near(tip)
            wrong = around(chart.trunk.way(chart.level), self._way(CATHETER, 2), chart.mouth_way) + turn
            wrong = float(np.arctan2(np.sin(wrong), np.cos(wrong)))
            rest = chart.level + up - arc
            if self._is_below():
                return
            road, far, wide = chart.road.near(tip)
            if road > chart.leave + radius and far < wide:
                return  # hooked
            steady = steady + 1 if abs(wrong) < 0.2 and abs(rest) < 2.5 else 0
            if steady >= 3:
                return
            push = float(np.clip(1.5 * rest, -15.0, 15.0))
            yield from self._do((push, push), (0.0, float(np.clip(1.5 * wrong, -1.5, 1.5))))

    def _seat(self) -> Work:
        """Draw a hooked catheter down: its tip goes on into the mouth that it lies in."""
        self.said = "seat"
        start, out, _ = self.chart.trunk.near(self._tip(CATHETER))
        for _ in range(24):
            arc, off, radius = self.chart.trunk.near(self._tip(CATHETER))
            if off > radius + SEATED_MM or off < out - 1.5 or start - arc > 6.0:
                return
            out = max(out, off)
            yield from self._do((-8.0, -8.0))

    def _try_wire(self) -> Work:
        """Push the wire out of the catheter until it is on its way, or plainly is not."""
        self.said = "try"
        chart = self.chart
        for _ in range(60):
            tip = self._tip(WIRE)
            _, off, radius = chart.trunk.near(tip)
            if self._is_on_the_way() or off > radius + 4.0:
                return
            if self.depth[WIRE] - self.depth[CATHETER] > 40.0:
                return
            yield from self._do((20.0, 0.0))

    # ---- beyond it -----------------------------------------------------------------------------------------

    def _follow(self) -> Work:
        """Along the road: the wire turned toward it, drawn back where it strays, the catheter behind."""
        self.said = "follow"
        chart, tries, since, best = self.chart, 0, 0.0, -1.0
        supports, asked = not chart.goes_back, 0
        while tries < 18:
            tip = self._tip(WIRE)
            road, far, wide = chart.road.near(tip)
            _, off, radius = chart.trunk.near(tip)
            if off < radius - 1.0 and road < chart.leave + 2.0:
                return  # fell out
            if far > wide + ASTRAY_MM or since > 14.0:
                tries += 1
                self.said = f"follow, try {tries}"
                back = self.depth[WIRE] - since - (8.0, 14.0, 26.0)[tries % 3]
                if self._astray(CATHETER):
                    yield from self._both_back(12.0)
                elif tries % 3 == 0 and self.depth[WIRE] - self.depth[CATHETER] < 40.0:
                    yield from self._both_back(6.0)  # too near the mouth, the catheter points past it
                    yield from self._turn_catheter(0.8 if tries % 6 else -1.2)
                yield from self._wire_to(max(back, self.depth[CATHETER] - 2.0))
                yield from self._turn_wire(GOLDEN_RAD)
                road, since = chart.road.near(self._tip(WIRE))[0], 0.0
                best = road
                continue
            ahead = self.depth[WIRE] - self.depth[CATHETER]
            if supports and ahead > 55.0 and tries - asked > 3:
                asked, supports = tries, (yield from self._support())
                self.said = "follow"
                continue
            before = self.depth[WIRE]
            wrong = around(self._way(WIRE, 3), self._way(WIRE, 1), chart.road.at(road + 12.0) - tip)
            spin = float(np.clip(wrong, -2.0, 2.0)) if tries % 2 == 0 else 0.0  # else every try is alike
            yield from self._do((15.0, 0.0), (spin, 0.0))
            road = chart.road.near(self._tip(WIRE))[0]
            if road > best + 1.0:
                best, since = road, 0.0
            else:
                since += max(self.depth[WIRE] - before, 0.5)

    def _both_back(self, mm: float) -> Work:
        end = self.depth[CATHETER] - mm
        while self.depth[CATHETER] > max(end, 1.0):
            yield from self._do((-20.0, -20.0))

    def _support(self) -> Generator[NDArray[np.float32], Shown, bool]:
        """The catheter over the held wire; whether it comes on, or else it is drawn back."""
        self.said = "support"
        chart, begun = self.chart, self.depth[CATHETER]
        start = chart.road.near(self._tip(CATHETER))[0]
        while self.depth[WIRE] - self.depth[CATHETER] > 25.0:
            yield from self._do((0.0, 15.0))
            gone = self.depth[CATHETER] - begun
            if gone > 10.0 and chart.road.near(self._tip(CATHETER))[0] - start < 0.4 * gone:
                yield from self._catheter_to(begun)
                return False
        return True
