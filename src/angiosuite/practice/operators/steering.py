"""Hands of a scripted operator on wires and catheters, and what it knows of where a tip is.

A script cannot see a tip among pixels. In practice it asks the aid, which names the vessel that a tip is in;
beyond that it has the rulers of the page, and finds branches as hands do: on, and if it is the wrong one,
back, turn, on again.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from math import dist
from typing import Any

from .scripts import value_of
from .stage import Do, Script, Stage, Step, Wait

LOOK_S = 0.2
"""A hand that moves looks at the screen so often."""
FEW_HZ = 3.0
GROIN = "right-femoral-artery"
GOES = 0.3
"""A tip goes on when it is seen to move by this share of what the hand gave."""


@dataclass(slots=True)
class Held:
    """An instrument that the script has picked; its id is known once it lies on the table."""

    tool: str = ""


def on_table(me: Stage) -> list[dict[str, Any]]:
    """What lies on the instrument table."""
    found = value_of(me, "instruments", "table", default=[])
    return list(found)


def in_patient(me: Stage, tool: str) -> dict[str, Any] | None:
    """An instrument in the patient as the page shows it; None where it is out."""
    for stack in value_of(me, "instruments", "stacks", default={}).values():
        for one in stack["tools"]:
            if one["tool"] == tool:
                return dict(one)
    return None


def depth_mm(me: Stage, tool: str) -> float:
    """Depth of a tip beyond the sheath's; far behind it where it is out."""
    one = in_patient(me, tool)
    return -1e3 if one is None else float(one["depth_mm"])


def is_in(me: Stage, tool: str, *vessels: str) -> bool:
    """Whether the aid says that a tip is in one of some vessels.

    The aid tells names as people say them, which begin with the id's words.
    """
    one = in_patient(me, tool)
    said = str((one or {}).get("where") or "").lower().replace(" ", "-")
    return any(said.startswith(vessel) for vessel in vessels)


def pick(me: Stage, device: str, held: Held) -> Script:
    """Take a device, flush what has a lumen, wet what has a coat."""
    before = {one["tool"] for one in on_table(me)}
    yield Do("instrument.pick", {"device": device})
    yield Wait(0.1)
    fresh = [one for one in on_table(me) if one["tool"] not in before]
    if not fresh:
        return
    held.tool = str(fresh[0]["tool"])
    if me.skill.checks:
        if fresh[0]["kind"] in ("catheter", "sheath"):
            yield Do("instrument.flush", {"tool": held.tool})
        if fresh[0].get("coat"):
            yield Do("instrument.wet", {"tool": held.tool})
        yield Wait(0.1)


def load(me: Stage, held: Held, access: str = GROIN, over: Held | None = None) -> Script:
    """Bring it into the sheath, over another one where that is named."""
    asked = {"tool": held.tool, "access": access, "over": None if over is None else over.tool}
    yield Do("instrument.load", asked)
    yield Wait(0.1)


def to_depth(me: Stage, held: Held, depth: float, mm_s: float = 40.0, longest_s: float = 40.0) -> Script:
    """Lead a tip to a depth; given up when it does not go on."""
    yield Do("instrument.goal", {"tool": held.tool, "depth_mm": depth, "mm_s": mm_s})
    still, last = 0, depth_mm(me, held.tool)
    for _ in range(int(longest_s / LOOK_S)):
        yield Wait(LOOK_S)
        now = depth_mm(me, held.tool)
        if abs(now - depth) < 0.6:
            return
        still = still + 1 if abs(now - last) < 0.1 else 0
        last = now
        if still > 4:
            yield Do("instrument.halt")
            return


def to_sheath(me: Stage, held: Held) -> Script:
    """To the end of the sheath: no wall is touched, so it may be quick and needs no X-rays."""
    yield from to_depth(me, held, -8.0, 100.0, 60.0)


def out(me: Stage, held: Held, longest_s: float = 40.0) -> Script:
    """Draw it out wholly."""
    yield Do("instrument.remove", {"tool": held.tool})
    for _ in range(int(longest_s / LOOK_S)):
        if in_patient(me, held.tool) is None:
            return
        yield Wait(LOOK_S)


def turn(me: Stage, held: Held, degrees: float) -> Script:
    """Turn at the hub, and let the turn come through."""
    yield Do("instrument.move", {"tool": held.tool, "mm": 0.0, "deg": degrees})
    yield Wait(0.3 + abs(degrees) / 180.0)


def lit(me: Stage, is_on: bool) -> Script:
    """X-rays on while something moves, off while nothing does."""
    yield Do("xray.press" if is_on else "xray.release", {"pedal": "fluoro"})
    yield Wait(0.1)


def ready(me: Stage, table_z_mm: float | None = None) -> Script:
    """Few pulses and a small field before anything moves, and the aid."""
    yield from me.think()
    if me.skill.spares:
        yield from me.spare(0.6)
        rates = value_of(me, "exposure", "pulse_rates", default=[])
        if rates:
            yield Do("exposure.set", {"pulse_rate": min(rates, key=lambda rate: abs(float(rate) - FEW_HZ))})
    yield Do("instrument.aid", {"on": True})
    if table_z_mm is not None:
        yield from me.go(table_z_mm=table_z_mm)


@dataclass(frozen=True, slots=True)
class Road:
    """Which vessels are on the way, and where it ends.

    Parameters
    ----------
    along : sequence of str
        Vessels that a tip may be in.
    end : sequence of str
        Vessels in which it has arrived.
    past_mm : float
        A mouth at the wayside is passed by so much before it counts as a wrong branch: a tip that slides
        along the wall may dip into what opens there, and is named after it until it is out again.
    """

    along: Sequence[str]
    end: Sequence[str]
    past_mm: float = 0.0


def find(
    me: Stage,
    held: Held,
    road: Road,
    deepest_mm: float,
    beyond_mm: float = 20.0,
    step_mm: float = 10.0,
    tries: int = 24,
    mm_s: float = 40.0,
    back_to_mm: float = 2.0,
) -> Script:
    """Lead a tip along a road: on while it is on it; from a wrong branch back, turn, and on again.

    Parameters
    ----------
    me : Stage
    held : Held
    road : Road
    deepest_mm : float
        No deeper than this beyond the sheath.
    beyond_mm : float
        How far it goes on once it has arrived.
    step_mm : float
        It looks at the screen after each such step.
    tries : int
        Turns before it is given up.
    mm_s : float
    back_to_mm : float
        It is not drawn back further than this: the tip of the tube that it came out of.
    """
    turns, entered, strayed = 0, float("inf"), float("inf")
    while depth_mm(me, held.tool) < deepest_mm and turns < tries:
        before = depth_mm(me, held.tool)
        yield from to_depth(me, held, min(before + step_mm, deepest_mm + 1.0), mm_s, 4.0)
        now = depth_mm(me, held.tool)
        there = is_in(me, held.tool, *road.end)
        entered = min(entered, before) if there else float("inf")
        if there and now >= entered + beyond_mm:
            return
        on_it = there or is_in(me, held.tool, *road.along)
        strayed = float("inf") if on_it else min(strayed, before)
        stuck = now < before + 0.3 * step_mm
        if stuck or now > strayed + road.past_mm:
            turns, back_mm = turns + 1, min(before, strayed) - 2.0 * step_mm - 5.0 * ((turns + 1) % 3)
            entered = strayed = float("inf")
            yield from to_depth(me, held, max(back_mm, back_to_mm), mm_s, 4.0)
            yield from turn(me, held, float(me.rng.choice([-120.0, -75.0, 75.0, 120.0])))


def onward(me: Stage, held: Held, mm: float, mm_s: float = 15.0) -> Generator[Step, None, bool]:
    """A small step on, and whether the tip was seen to go: a shaft that bows goes in, and its tip stays."""
    before = me.tip(held.tool)
    yield from to_depth(me, held, depth_mm(me, held.tool) + mm, mm_s, 2.0)
    now = me.tip(held.tool)
    return before is None or now is None or dist(before, now) > GOES * mm


def engage(
    me: Stage,
    held: Held,
    left: list[Sequence[str]],
    found: Sequence[str],
    arrived: Callable[[Sequence[str]], Script],
) -> Script:
    """What is done in an opening that was found: no longer looked for, unless the tip came out again."""
    left.remove(found)
    yield from arrived(found)
    if not is_in(me, held.tool, *found):
        left.append(found)


def circle(
    me: Stage,
    held: Held,
    left: list[Sequence[str]],
    levels_mm: Sequence[float],
    arrived: Callable[[Sequence[str]], Script],
    turn_deg: float = 30.0,
    mm_s: float = 20.0,
) -> Script:
    """Feel for openings all around with a curve: at each level a whole turn, until the tip has fallen in.

    Parameters
    ----------
    me : Stage
    held : Held
        A catheter whose curve leans on the wall of the parent vessel.
    left : list of sequences of str
        What is looked for: each an artery and those behind it. What is found is taken out of the list; it
        ends when that is empty.
    levels_mm : sequence of float
        Depths at which it is turned.
    arrived : callable
        What is done as soon as it is in one.
    turn_deg : float
        It looks at the screen after each such turn.
    mm_s : float
    """
    for level in levels_mm:
        yield from to_depth(me, held, level, mm_s, 3.0)
        for _ in range(round(360.0 / abs(turn_deg))):
            yield from turn(me, held, turn_deg)
            found = next((end for end in left if is_in(me, held.tool, *end)), None)
            if found is None:
                continue
            yield Wait(0.3)
            if not is_in(me, held.tool, *found):
                continue
            yield from engage(me, held, left, found, arrived)
            if not left:
                return
            yield from to_depth(me, held, level, mm_s, 3.0)
