"""Beyond the aorta: along the road with the wire, the catheter behind it."""

from __future__ import annotations

import numpy as np

from angiosuite.gym.operating.chart import Mouth, around
from angiosuite.gym.operating.tableside import ASTRAY_MM, GOLDEN_RAD, WIRE, Asked, Tableside, Work, into_guide

__all__ = ["follow"]

ANCHOR_MM = 90.0
"""How far past a mouth the wire goes on, so that a catheter follows it."""
MICRO_ANCHOR_MM = 45.0
"""The same for a microcatheter."""
PAST_MM = 14.0
"""How far past a mouth the catheter is led, to be drawn back to it."""
LOST_MM = 22.0
"""How far from a mouth a catheter that is drawn back to it has been lost."""
NEAR_MM = 12.0
"""How far before a mouth a catheter's tip still looks at it."""
CURVE_MM = 38.0
"""How far from the middle of the aorta a catheter's curve lies in the branch, free to be turned."""
WIDE_MM = 2.0
"""Radius of a vessel in which a catheter's tip can be turned toward a mouth."""


def follow(at: Tableside) -> Work:
    """Along the road: the wire turned toward it, drawn back where it strays, the catheter behind."""
    at.said = "follow"
    is_micro = at.guide > 1
    if is_micro:
        at.catheter = 1
    lead, close = (18.0, 6.0) if is_micro else (55.0, 25.0)
    chart, tries, since, best = at.chart, 0, 0.0, -1.0
    first = chart.next_mouth(chart.leave)
    if first is not None and first.is_passed(at.tip(at.guide)):
        yield from _turn_in(at, first, at.guide)
        at.catheter = 1
    supports, asked, drawn = is_micro or not chart.goes_back, 0, 0
    while tries < 18:
        tip = at.tip(WIRE)
        road, far, wide = chart.road.near(tip)
        _, off, radius = chart.trunk.near(tip)
        if off < radius - 1.0 and road < chart.leave + 2.0:
            return  # fell out
        if far > wide + ASTRAY_MM or since > 14.0:
            tries += 1
            at.said = f"follow, try {tries}"
            mouth = chart.next_mouth(best)
            if mouth is not None and mouth.radius > WIDE_MM and tries % 4 == 3 and drawn < 5:
                drawn += 1
                yield from _turn_in(at, mouth, at.guide if drawn % 2 else 1)
                at.catheter = 1
                at.said = "follow"
                best, since = chart.road.near(at.tip(WIRE))[0], 0.0
                continue
            back = at.depth[WIRE] - since - (8.0, 14.0, 26.0)[tries % 3]
            if at.is_astray(at.catheter):
                yield from at.both_back(12.0)
            elif tries % 3 == 0 and at.ahead_mm < 40.0:
                yield from at.both_back(6.0)  # too near the mouth, the catheter points past it
                yield from at.turn_catheter(0.8 if tries % 6 else -1.2)
            yield from at.wire_to(max(back, at.depth[at.catheter] - 2.0))
            yield from at.turn_wire(GOLDEN_RAD)
            best, since = chart.road.near(at.tip(WIRE))[0], 0.0
            continue
        if supports and at.ahead_mm > lead and (is_micro or tries - asked > 3):
            asked, supports = tries, (yield from _support(at, close))
            at.said = "follow"
            continue
        before = at.depth[WIRE]
        wrong = around(at.way(WIRE, 3), at.way(WIRE, 1), chart.road.at(road + 12.0) - tip)
        spin = float(np.clip(wrong, -2.0, 2.0)) if tries % 2 == 0 else 0.0  # else every try is alike
        yield from at.do((15.0, 0.0), (spin, 0.0))
        road = chart.road.near(at.tip(WIRE))[0]
        if road > best + 1.0:
            best, since = road, 0.0
        else:
            since += max(at.depth[WIRE] - before, 0.5)


def _support(at: Tableside, close: float) -> Asked[bool]:
    """The catheter over the held wire; whether it comes on, or else it is drawn back."""
    at.said = "support"
    chart, begun = at.chart, at.depth[at.catheter]
    start = chart.road.near(at.tip(at.catheter))[0]
    while at.ahead_mm > close:
        yield from at.do((0.0, 15.0))
        gone = at.depth[at.catheter] - begun
        if gone > 10.0 and chart.road.near(at.tip(at.catheter))[0] - start < 0.4 * gone:
            yield from at.catheter_to(begun)
            return False
    return True


# ---- a mouth that the wire does not turn into --------------------------------------------------------------


def _turn_in(at: Tableside, mouth: Mouth, tool: int) -> Work:
    """A catheter drawn back past a mouth with its tip turned there, the wire tried; led past it before."""
    yield from into_guide(at)
    if tool == at.guide and at.guide > 1 and mouth.past_mm(at.tip(tool)) < -NEAR_MM:
        return  # a guide is not led deep
    at.catheter = tool
    if mouth.past_mm(at.tip(tool)) < (-NEAR_MM if tool == at.guide else mouth.radius):
        at.said = "past the mouth"
        yield from _wire_past(at, mouth, ANCHOR_MM if tool == at.guide else MICRO_ANCHOR_MM)
        if not (yield from _catheter_past(at, mouth)):
            return
    yield from at.wire_to(at.depth[tool] - at.hidden_mm)
    is_free = mouth.arc - at.chart.leave > CURVE_MM or (at.guide > 1 and tool != at.guide)
    begin = min(mouth.radius + 6.0 if is_free else -1.0, mouth.past_mm(at.tip(tool)))
    for level in np.arange(begin, min(begin, 0.0) - 9.0, -3.0):
        yield from _draw_back(at, mouth, float(level), is_free)
        if (yield from _enters(at, mouth)):
            return
        yield from at.wire_to(at.depth[tool] - at.hidden_mm)
        if _is_lost(at, mouth):
            return


def _wire_past(at: Tableside, mouth: Mouth, anchor: float) -> Work:
    """The wire on, wherever it goes, until it lies deep enough to hold."""
    end = at.depth[WIRE] - mouth.past_mm(at.tip(WIRE)) + anchor
    since, here = 0.0, at.tip(WIRE)
    while at.depth[WIRE] < end and since < 15.0:
        yield from at.do((25.0, 0.0), (1.0, 0.0))
        if np.linalg.norm(at.tip(WIRE) - here) > 3.0:
            since, here = 0.0, at.tip(WIRE)
        else:
            since += 25.0 / 7.5


def _catheter_past(at: Tableside, mouth: Mouth) -> Asked[bool]:
    """The catheter over the held wire; whether it came past the mouth."""
    at.said = "catheter past it"
    since, here = 0.0, at.tip(at.catheter)
    while mouth.past_mm(at.tip(at.catheter)) < mouth.radius + PAST_MM or since < 0.0:
        if at.ahead_mm < 12.0 or since > 40.0:
            return False
        yield from at.do((0.0, 15.0))
        if np.linalg.norm(at.tip(at.catheter) - here) > 2.0:
            since, here = 0.0, at.tip(at.catheter)
        else:
            since += 2.0
    return True


def _is_lost(at: Tableside, mouth: Mouth) -> bool:
    """Whether the catheter in hand has come out of the vessel that a mouth lies in."""
    tip = at.tip(at.catheter)
    return at.is_in_aorta(at.catheter) or bool(np.linalg.norm(tip - mouth.point) > LOST_MM)


def _draw_back(at: Tableside, mouth: Mouth, level: float, is_turned: bool) -> Work:
    """The catheter back to so far past a mouth, its tip turned there."""
    at.said = f"drawn back {level:+.0f} mm"
    for _ in range(45):
        rest = mouth.past_mm(at.tip(at.catheter)) - level
        wrong = around(mouth.along, at.way(at.catheter, 2), mouth.out) if is_turned else 0.0
        if rest < 1.0 and abs(wrong) < 0.3:
            return
        if _is_lost(at, mouth):
            return
        pull = -float(np.clip(2.0 * rest, 0.0, 10.0))
        yield from at.do((pull, pull), (0.0, float(np.clip(1.5 * wrong, -1.5, 1.5))))


def _enters(at: Tableside, mouth: Mouth) -> Asked[bool]:
    """The wire a little out, its bent end turned toward the mouth, and on; whether it went in."""
    for step in range(32):
        wrong = around(at.way(WIRE, 3), at.way(WIRE, 1), mouth.out)
        is_turned = at.ahead_mm < 3.0 or abs(wrong) < 0.4 or step % 12 > 8  # what will not turn is tried so
        yield from at.do((15.0 if is_turned else 2.0, 0.0), (float(np.clip(2.0 * wrong, -3.0, 3.0)), 0.0))
        road, far, wide = at.chart.road.near(at.tip(WIRE))
        if road > mouth.arc + mouth.radius + 3.0 and far < wide + 1.0:
            return True
        if at.ahead_mm > 16.0:
            break
    return False
