"""Scripts of the drills with balloons: across a narrowing, filmed, a balloon placed and inflated."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import dataclass
from typing import Any

from angiosuite.content.drill import DrillItem

from .eye import Sight
from .injecting import few_frames, inject, last_run, read
from .leading import PELVIS_Z, up
from .scripts import script, value_of
from .stage import Do, Script, Stage, Step, Wait
from .steering import (
    Held,
    Road,
    depth_mm,
    find,
    in_patient,
    is_in,
    lit,
    load,
    out,
    pick,
    ready,
    to_depth,
    to_sheath,
    turn,
)

NARROWING = "narrowing"
"""What the drills call the target that is to be treated."""
WIRE, FLUSH, SHEATH = "wire-hydrophilic-035-angled-260", "straight-flush-5f", "sheath-7f-11cm"
USUAL_MM = 8.0
"""Diameter that is taken where nobody measured one."""
LEAD_MM, ABOVE_MM, BACK_MM = 80.0, 25.0, 50.0
"""The wire lies so far up the aorta; the catheter films from so far above its end; how far the wire leads."""
HOLD_S = 30.0
EASED_MM, SLOWLY_MM_S = 8.0, 10.0
"""Steps and speed of a tube that goes through a narrowing: at 40 mm/s one went through the wall beside it."""
STEP_ATM, LOOKS_S = 2.0, 2.4
Balloons = Mapping[float, tuple[str, float]]
"""By diameter, mm: which balloon, and the pressure that it is rated for, atm."""
COMPLIANT: Balloons = {
    6.0: ("balloon-6x40-035-80", 14.0),
    7.0: ("balloon-7x40-035-80", 14.0),
    8.0: ("balloon-8x40-035-80", 12.0),
    9.0: ("balloon-9x40-035-80", 11.0),
    10.0: ("balloon-10x40-035-80", 10.0),
    12.0: ("balloon-high-12x40-035-80", 16.0),
}
HARD: Balloons = {
    6.0: ("balloon-high-6x40-035-80", 24.0),
    7.0: ("balloon-ultra-7x40-035-80", 40.0),
    8.0: ("balloon-high-8x40-035-80", 22.0),
    10.0: ("balloon-ultra-10x40-035-80", 30.0),
    12.0: ("balloon-high-12x40-035-80", 16.0),
}
MIDDLE_MM = 26.0
"""From the tip of these balloons to their middle."""


@dataclass(frozen=True, slots=True)
class Filmed:
    """What a run told of a narrowing: where it stands in the picture, how wide its vessel is beside it."""

    sight: Sight | None
    wide_mm: float | None


def side_of(me: Stage) -> str:
    """The side that the brief names."""
    return "left" if "left" in str(value_of(me, "task", "brief", default="")).split() else "right"


def narrowed(me: Stage, side: str) -> str:
    """The artery that the brief calls narrowed, as the aid says its name."""
    words = str(value_of(me, "task", "brief", default="")).split()
    return f"{side}-{'external' if 'external' in words else 'common'}-iliac"


def groin(side: str) -> str:
    """The access on a side."""
    return f"{side}-femoral-artery"


def across(me: Stage, wire: Held, side: str) -> Script:
    """A larger sheath, and a hydrophilic wire turned until it has passed the narrowing, into the aorta."""
    yield from ready(me, PELVIS_Z)
    yield from sheathed(me, side)
    yield from threaded(me, wire, side)


def sheathed(me: Stage, side: str) -> Script:
    """The sheath of the groin changed for a larger one; over what wire lies in it."""
    sheath = Held()
    yield from pick(me, SHEATH, sheath)
    yield Do("access.sheath", {"access": groin(side), "tool": sheath.tool})


def threaded(me: Stage, wire: Held, side: str, mm_s: float = 40.0) -> Script:
    """A hydrophilic wire turned until it has passed the narrowing, into the aorta; X-rays stay on."""
    if not wire.tool:
        yield from pick(me, WIRE, wire)
    yield from load(me, wire, groin(side))
    yield from to_sheath(me, wire)
    yield from lit(me, True)
    road = Road(up(side)[:3], ("abdominal-aorta",))
    tries = 30 if me.skill.checks else 12
    yield from find(me, wire, road, 320.0, LEAD_MM, 10.0, tries, mm_s)


def filmed(me: Stage, wire: Held, tube: Held, side: str) -> Generator[Step, None, Filmed]:
    """A flush catheter above the bifurcation, and a run of few frames; those in a hurry do without."""
    if (yield from flushed_up(me, wire, tube, side)):
        yield from few_frames(me, (2.0, None))
        yield from inject(me, 8.0, 12.0, 3.5 if me.skill.spares else 7.0)
    return (yield from looked_at(me))


def flushed_up(me: Stage, wire: Held, tube: Held, side: str) -> Generator[Step, None, bool]:
    """A flush catheter over the wire to above the bifurcation, the wire out; not by those in a hurry."""
    if me.skill.tries < 2:
        yield from lit(me, False)
        return False
    yield from pick(me, FLUSH, tube)
    yield from load(me, tube, groin(side), over=wire)
    yield from to_sheath(me, tube)
    yield from eased(me, tube, depth_mm(me, wire.tool) - LEAD_MM + ABOVE_MM, side)
    yield from lit(me, False)
    yield from out(me, wire)
    yield Do("instrument.connect", {"tool": tube.tool})
    return True


def looked_at(me: Stage) -> Generator[Step, None, Filmed]:
    """What the last run tells of the narrowing; nothing where there was none."""
    run = last_run(me)
    if run is None:
        return Filmed(None, None)
    yield from me.think()
    shown = [
        one
        for one in me.pictures
        if one["mode"] == "run" and one.get("run") == run and one.get("judged", {}).get(NARROWING)
    ]
    best = max(shown, key=lambda one: float(one["judged"][NARROWING].get("filled") or 0.0), default=None)
    return Filmed(me.eye.find(NARROWING, best), read(me, NARROWING, "widest_mm"))


def eased(me: Stage, held: Held, depth: float, side: str) -> Script:
    """Along the wire to a depth, slowly through the artery that is narrowed: a tip may catch on a plaque."""
    while (before := depth_mm(me, held.tool)) < depth - 0.6:
        slowly = me.skill.checks and is_in(me, held.tool, narrowed(me, side))
        step_mm = EASED_MM if me.skill.checks else depth - before
        yield from to_depth(me, held, min(before + step_mm, depth), SLOWLY_MM_S if slowly else 40.0, 8.0)
        if depth_mm(me, held.tool) < before + 0.5:
            return


def rewired(me: Stage, wire: Held, tube: Held, side: str) -> Script:
    """The wire back through the catheter and beyond it, and the catheter out over it."""
    if not tube.tool:
        return
    yield from load(me, wire, groin(side))
    yield from to_depth(me, wire, depth_mm(me, tube.tool) - 5.0, 100.0, 30.0)
    yield from lit(me, True)
    yield from to_depth(me, wire, depth_mm(me, tube.tool) + BACK_MM, 30.0, 10.0)
    yield from lit(me, False)
    yield from out(me, tube)


def nearest(balloons: Mapping[float, Any], wide_mm: float | None) -> float:
    """The diameter on the shelf that is nearest to what was measured."""
    return min(balloons, key=lambda mm: abs(mm - (wide_mm or USUAL_MM)))


def centred(me: Stage, tool: Held, seen: Filmed, middle_mm: float, side: str) -> Script:
    """A tool over the wire until its middle stands where the narrowing was seen.

    The tip is led to it in the picture, and the tool goes on by what its middle lies behind its tip. Who has
    no picture of it guesses from the vessel that the tip is in.
    """
    yield from to_sheath(me, tool)
    yield from lit(me, True)
    for _ in range(60):
        there = me.stands(tool.tool)
        if seen.sight is None:
            if is_in(me, tool.tool, narrowed(me, side), "abdominal-aorta"):
                break
            gap_mm = 15.0
        elif there is None:
            gap_mm = 5.0
        else:
            gap_mm = there[1] - seen.sight.v_mm
            if gap_mm < 1.0:
                break
        before = depth_mm(me, tool.tool)
        yield from eased(me, tool, before + max(min(gap_mm, 20.0), 2.0), side)
        if depth_mm(me, tool.tool) < before + 0.5:
            break
    yield from eased(me, tool, depth_mm(me, tool.tool) + middle_mm, side)
    yield from lit(me, False)


def balloon(me: Stage, tool: str) -> Mapping[str, Any]:
    """What gauge and picture tell of a balloon."""
    for one in value_of(me, "treating", "balloons", default=[]):
        if one["tool"] == tool:
            return dict(one)
    return {}


def inflated(me: Stage, tool: str, rated_atm: float, hold_s: float = HOLD_S, watched: bool = False) -> Script:
    """Up step by step with looks until the waist is gone, held, and down; in a hurry, high at once.

    `watched` keeps X-rays on while it goes up and while it comes down.
    """
    if not me.skill.checks:
        atm = 8.0 if me.skill.tries > 1 else 1.5 * rated_atm
        yield from lit(me, True)
        yield Do("balloon.inflate", {"tool": tool, "atm": atm})
        yield Wait(atm / 1.5 + (4.0 if me.skill.tries > 1 else 1.0))
        yield from down(me, tool)
        yield from lit(me, False)
        return
    atm = 0.0
    yield from lit(me, watched)
    while atm < rated_atm - 0.1:
        atm = min(atm + STEP_ATM, rated_atm)
        yield Do("balloon.inflate", {"tool": tool, "atm": atm})
        yield Wait(LOOKS_S)
        if not watched:
            yield from me.screen()
        if not balloon(me, tool).get("waist", True) and atm >= 6.0:
            break
    yield from lit(me, False)
    yield Wait(hold_s)
    yield from lit(me, watched)
    yield from down(me, tool)
    yield from lit(me, False)


def down(me: Stage, tool: str) -> Script:
    """The inflator to vacuum until the balloon is down."""
    yield Do("balloon.deflate", {"tool": tool})
    for _ in range(20):
        yield Wait(1.0)
        if not balloon(me, tool).get("up", False):
            break
    yield Wait(1.0)


def withdrawn(me: Stage, held: Held) -> Script:
    """A balloon that was up and is down: turned under its vacuum, so that its wings wrap again, and out.

    Who does not think of it draws first, and turns when it does not come.
    """
    for number in range(3):
        if me.skill.checks or number:
            for _ in range(2):
                yield from turn(me, held, 360.0)
        yield from out(me, held, 12.0)
        if in_patient(me, held.tool) is None:
            return
        yield Do("instrument.halt")


def dilated(
    me: Stage,
    wire: Held,
    seen: Filmed,
    side: str,
    balloons: Balloons,
    hold_s: float = HOLD_S,
    watched: bool = False,
) -> Generator[Step, None, Held]:
    """A balloon of the measured size, brought there, inflated, and let down; it stays on the wire."""
    device, rated_atm = balloons[nearest(balloons, seen.wide_mm if me.skill.tries > 1 else 12.0)]
    held, inflator = Held(), Held()
    yield from pick(me, device, held)
    yield from pick(me, "inflator-20ml-40atm", inflator)
    if me.skill.tries > 1:
        yield Do("balloon.prepare", {"tool": held.tool})
    yield from load(me, held, groin(side), over=wire)
    yield from centred(me, held, seen, MIDDLE_MM, side)
    yield from me.think()
    yield from inflated(me, held.tool, rated_atm, hold_s, watched)
    return held


@script("size-and-place-a-balloon")
def size_and_place(drill: DrillItem, me: Stage) -> Script:
    """Across, filmed, a balloon of the vessel's diameter with its middle in the narrowing."""
    side, wire, tube = side_of(me), Held(), Held()
    yield from across(me, wire, side)
    seen = yield from filmed(me, wire, tube, side)
    yield from rewired(me, wire, tube, side)
    yield from dilated(me, wire, seen, side, COMPLIANT)
    yield from me.finish()


@script("waist-and-pressure")
def waist(drill: DrillItem, me: Stage) -> Script:
    """The same with a balloon that bears pressure, up until the waist is gone."""
    side, wire, tube = side_of(me), Held(), Held()
    yield from across(me, wire, side)
    seen = yield from filmed(me, wire, tube, side)
    yield from rewired(me, wire, tube, side)
    yield from dilated(me, wire, seen, side, HARD if me.skill.checks else COMPLIANT, 60.0)
    yield from me.finish()
