"""In the aorta: wire up, catheter over it, its tip held at the mouth, the wire tried."""

from __future__ import annotations

from itertools import product

import numpy as np

from angiosuite.gym.operating.chart import BELOW_MM, around
from angiosuite.gym.operating.tableside import (
    ASTRAY_MM,
    FORMED_MM,
    GOLDEN_RAD,
    WIRE,
    Tableside,
    Work,
    into_guide,
)

__all__ = ["catheter_up", "probe", "wire_up", "withdraw"]

LEVELS, TURNS = (0.0, 5.0, -5.0, 10.0, -10.0), (0.0, 0.4, -0.4)
"""What is tried at a mouth: mm above it, rad beside it."""
SEATED_MM = 4.0
"""How far into a branch a hooked tip is drawn before the wire comes."""


def withdraw(at: Tableside) -> Work:
    """Catheter and wire out of where they strayed, until the catheter lies below the mouth."""
    at.said = "withdraw"
    chart = at.chart
    yield from into_guide(at)
    for _ in range(200):
        arc, off, radius = chart.trunk.near(at.tip(at.catheter))
        low = arc < chart.level - 15.0 or at.depth[at.catheter] < chart.leave - 25.0
        if at.depth[at.catheter] < 1.0 or (low and (off < radius or not at.is_astray(at.catheter))):
            return
        yield from at.do((-25.0, -25.0))


def wire_up(at: Tableside, attempt: int) -> Work:
    """Push the wire up the aorta past the mouth; out of side branches and on again."""
    at.said = "wire up"
    chart = at.chart
    entry = chart.road.near(chart.trunk.at(BELOW_MM))[0] - BELOW_MM
    level, tries = chart.level + 45.0 + 10.0 * attempt, 0
    level = min(level, chart.trunk.arc[-1] - 20.0)
    for _ in range(600):
        arc, off, radius = chart.trunk.near(at.tip(WIRE))
        if (arc >= level and off < radius) or at.is_on_the_way() or tries > 20:
            return
        in_aorta = at.depth[WIRE] > entry + BELOW_MM + 12.0
        folded = at.depth[WIRE] - (entry + arc) > 40.0
        outside = off > radius + ASTRAY_MM
        if folded or (outside and (in_aorta or at.is_astray(WIRE))):
            tries += 1
            back = at.depth[WIRE] - (65.0 if folded else 25.0)
            yield from at.wire_to(max(back, at.depth[at.catheter], 8.0))
            yield from at.turn_wire(GOLDEN_RAD)
            if folded and tries > 4:
                yield from at.catheter_to(max(at.depth[at.catheter] - 20.0, 0.0))
            continue
        yield from at.do((35.0, 0.0))


def catheter_up(at: Tableside) -> Work:
    """The catheter over the wire to a little above the mouth, then the wire back into it."""
    at.said = "catheter"
    above = at.chart.leave + 20.0 + (20.0 if at.hidden_mm == FORMED_MM else 0.0)
    yield from at.catheter_to(min(at.depth[WIRE] - 20.0, above))
    yield from at.wire_to(at.depth[at.catheter] - at.hidden_mm)


def probe(at: Tableside, attempt: int) -> Work:
    """Level and turn the catheter at the mouth and try with the wire, until it goes in."""
    order = sorted(product(LEVELS, TURNS), key=lambda one: abs(one[0]) / 5.0 + abs(one[1]) / 0.4)
    begin = 3 * attempt % len(order)
    for up, turn in (order[begin:] + order[:begin])[:9]:
        yield from _aim(at, up, turn)
        if at.hidden_mm == FORMED_MM:
            yield from _seat(at)
        yield from _try_wire(at)
        if at.is_on_the_way():
            return
        yield from at.wire_to(at.depth[at.catheter] - at.hidden_mm)
        if _is_below(at):
            return  # lost its place


def _is_below(at: Tableside) -> bool:
    """Whether the catheter's tip has come far below the mouth, or out of the aorta."""
    arc, off, radius = at.chart.trunk.near(at.tip(at.catheter))
    return arc < at.chart.level - 25.0 or (arc < BELOW_MM + 2.0 and off > radius + 6.0)


def _aim(at: Tableside, up: float, turn: float) -> Work:
    """Hold the catheter's tip at the mouth's level, turned toward it."""
    at.said = f"aim {up:+.0f} mm {turn:+.1f} rad"
    chart, steady = at.chart, 0
    for _ in range(90):
        tip = at.tip(at.catheter)
        arc, off, radius = chart.trunk.near(tip)
        wrong = (
            around(chart.trunk.way(chart.level), at.way(at.catheter, at.curve_points), chart.mouth_way) + turn
        )
        wrong = float(np.arctan2(np.sin(wrong), np.cos(wrong)))
        rest = chart.level + up - arc
        if _is_below(at):
            return
        if off > radius + SEATED_MM and abs(rest) < 12.0 and at.is_beyond(at.catheter):
            return  # hooked
        steady = steady + 1 if abs(wrong) < 0.2 and abs(rest) < 2.5 else 0
        if steady >= 3:
            return
        push = float(np.clip(1.5 * rest, -15.0, 15.0))
        yield from at.do((push, push), (0.0, float(np.clip(1.5 * wrong, -1.5, 1.5))))


def _seat(at: Tableside) -> Work:
    """Draw a hooked catheter down: its tip goes on into the mouth that it lies in."""
    at.said = "seat"
    start, out, _ = at.chart.trunk.near(at.tip(at.catheter))
    for _ in range(24):
        arc, off, radius = at.chart.trunk.near(at.tip(at.catheter))
        if off > radius + SEATED_MM or off < out - 1.5 or start - arc > 6.0:
            return
        out = max(out, off)
        yield from at.do((-8.0, -8.0))


def _try_wire(at: Tableside) -> Work:
    """Push the wire out of the catheter until it is on its way, or plainly is not."""
    at.said = "try"
    chart = at.chart
    for _ in range(60):
        _, off, radius = chart.trunk.near(at.tip(WIRE))
        if at.is_on_the_way() or off > radius + 4.0 or at.ahead_mm > 40.0:
            return
        yield from at.do((20.0, 0.0))
