"""What an operator sees at the table, and its plain moves of wire and catheter."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from typing import TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from angiosuite.gym.navigate import hands
from angiosuite.gym.operating.chart import BELOW_MM, Chart

__all__ = [
    "CLOSE_MM",
    "FORMED_MM",
    "GOLDEN_RAD",
    "PERIOD_S",
    "WIRE",
    "Asked",
    "Floats",
    "Shown",
    "Tableside",
    "Work",
    "into_guide",
]

Floats = NDArray[np.float64]
Shown = Mapping[str, NDArray[np.float32]]
_Told = TypeVar("_Told")
Asked: TypeAlias = Generator[NDArray[np.float32], Shown, _Told]
Work = Asked[None]
WIRE = 0
PERIOD_S = 1.0 / 7.5
ASTRAY_MM = 2.0
"""How far outside the road's wall a tip is in another vessel."""
GOLDEN_RAD = 2.4
"""Turn between two tries: never the same twice."""
CLOSE_MM, FORMED_MM = 3.0, 45.0
"""How far the wire is drawn into the catheter: its soft end left in the curve, or out of the curve."""


class Tableside:
    """Tools as shown last, the map, and moves that are made of many actions.

    Parameters
    ----------
    shown : mapping
        The first observation.
    is_formed : bool
        Whether the catheter hooks by its whole curve, which forms only when the wire's end has left it.

    Attributes
    ----------
    catheter : int
        Which catheter is in hand; the others are held, but a microcatheter goes with its guide.
    guide : int
        The outermost.
    curve_points : int
        Points of the catheter that tell where it looks: across a hook, or along a tip.
    """

    def __init__(self, shown: Shown, is_formed: bool) -> None:
        self.chart = Chart(shown)
        self.hidden_mm = FORMED_MM if is_formed else CLOSE_MM
        self.curve_points = 6 if is_formed else 2
        self.said = ""
        self.take(shown)
        self.guide = self.catheter = len(self.tools) - 1

    def take(self, shown: Shown) -> None:
        """Look."""
        self.tools = np.asarray(shown["tools_mm"], np.float64)
        self.depth = np.asarray(shown["depth_mm"], np.float64)

    # ---- what it sees --------------------------------------------------------------------------------------

    def tip(self, tool: int) -> Floats:
        """Tip of a tool, mm, (3,)."""
        return np.asarray(self.tools[tool, 0])

    def way(self, tool: int, points: int = 1) -> Floats:
        """Where the end of a tool points, over so many of its points."""
        step = self.tools[tool, 0] - self.tools[tool, points]
        return np.asarray(step / max(float(np.linalg.norm(step)), 1e-9))

    @property
    def ahead_mm(self) -> float:
        """How far the wire is out of the catheter."""
        return float(self.depth[WIRE] - self.depth[self.catheter])

    def is_astray(self, tool: int) -> bool:
        """Whether a tip is in a vessel that the road does not take."""
        _, far, wide = self.chart.road.near(self.tip(tool))
        return far > wide + ASTRAY_MM

    def is_beyond(self, tool: int) -> bool:
        """Whether a tip has left the aorta, or what comes before it, into the road's next vessel."""
        chart, tip = self.chart, self.tip(tool)
        _, off, radius = chart.trunk.near(tip)
        if off < radius + 2.0:
            return False
        road, far, wide = chart.road.near(tip)
        first = chart.next_mouth(chart.leave)
        is_past = first is not None and first.is_passed(tip)
        return is_past or (road > chart.leave + 3.0 and far < wide + 1.0)

    def is_on_the_way(self) -> bool:
        """Whether the wire leads into the road's next vessel."""
        return self.is_beyond(WIRE)

    def is_in_aorta(self, tool: int) -> bool:
        """Whether a tip lies in the aorta, not in the mouth of a branch."""
        arc, off, radius = self.chart.trunk.near(self.tip(tool))
        return arc > BELOW_MM and off < radius - 2.0

    # ---- moves ---------------------------------------------------------------------------------------------

    def do(self, mm_s: tuple[float, float], rad_s: tuple[float, float] = (0.0, 0.0)) -> Work:
        """One action: wire and catheter pushed and turned."""
        push, spin = np.zeros(len(self.depth)), np.zeros(len(self.depth))
        push[WIRE], spin[WIRE] = mm_s[0], rad_s[0]
        held = (
            slice(1, self.guide + 1)
            if self.catheter == self.guide
            else slice(self.catheter, self.catheter + 1)
        )
        push[held], spin[self.catheter] = mm_s[1], rad_s[1]
        shown = yield hands(push.tolist(), spin.tolist())
        self.take(shown)

    def turn_wire(self, angle: float) -> Work:
        """Turn the wire."""
        for _ in range(6):
            yield from self.do((0.0, 0.0), (angle / 6.0 / PERIOD_S, 0.0))

    def turn_catheter(self, angle: float) -> Work:
        """Turn the catheter."""
        for _ in range(4):
            yield from self.do((0.0, 0.0), (0.0, angle / 4.0 / PERIOD_S))

    def wire_to(self, depth: float) -> Work:
        """Move the wire to a depth."""
        for _ in range(200):
            rest = depth - self.depth[WIRE]
            before = self.depth[WIRE]
            if abs(rest) < 1.0:
                return
            yield from self.do((float(np.clip(rest / PERIOD_S, -38.0, 38.0)), 0.0))
            if abs(self.depth[WIRE] - before) < 1e-3:
                return

    def catheter_to(self, depth: float) -> Work:
        """Push or pull the catheter to a depth; the wire is held."""
        for _ in range(300):
            rest = depth - self.depth[self.catheter]
            before = self.depth[self.catheter]
            if abs(rest) < 1.0:
                return
            yield from self.do((0.0, float(np.clip(rest / PERIOD_S, -30.0, 30.0))))
            if abs(self.depth[self.catheter] - before) < 1e-3:
                return

    def both_back(self, mm: float) -> Work:
        """Draw wire and catheter back together; a microcatheter no farther than its guide's tip."""
        least = 1.0 if self.catheter == self.guide else float(self.depth[self.guide])
        end = max(self.depth[self.catheter] - mm, least)
        while self.depth[self.catheter] > end:
            yield from self.do((-20.0, -20.0))


def into_guide(at: Tableside) -> Work:
    """A microcatheter and its wire back into the guide, which is in hand then."""
    if at.catheter != at.guide:
        yield from at.wire_to(at.depth[at.catheter])
        while at.depth[at.catheter] > at.depth[at.guide] + 1.0:
            yield from at.do((-30.0, -30.0))
        at.catheter = at.guide
