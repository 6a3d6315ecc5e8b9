"""Scripts of the drills with stents and with the pressure across a narrowing."""

from __future__ import annotations

from collections.abc import Mapping

from angiosuite.content.drill import DrillItem

from .dilating import (
    COMPLIANT,
    SLOWLY_MM_S,
    Filmed,
    across,
    centred,
    dilated,
    down,
    eased,
    filmed,
    groin,
    nearest,
    rewired,
    side_of,
    withdrawn,
)
from .leading import up
from .scripts import answer, guess, script
from .stage import Do, Script, Stage, Wait
from .steering import Held, Road, depth_mm, find, lit, load, out, pick, to_depth

Stents = Mapping[float, tuple[str, float]]
"""By diameter, mm: which stent, and how far its middle lies behind its tip, mm."""
SHORT: Stents = {
    7.0: ("stent-balloon-7x27-035-80", 19.1),
    8.0: ("stent-balloon-8x27-035-80", 19.1),
    9.0: ("stent-balloon-9x37-035-80", 23.9),
    10.0: ("stent-balloon-10x37-035-80", 23.9),
}
LONG: Stents = {8.0: ("stent-balloon-8x57-035-80", 33.6), 10.0: ("stent-balloon-10x57-035-80", 33.6)}
OPENS_ATM, HOLDS_S = 10.0, 10.0
LISTENS_S = 4.0
"""A mean pressure is read after so long at one place."""
BELOW_MM = 40.0
"""So far below the narrowing the pressure behind it is taken."""
MORE_MM = 0.4
"""A balloon in a stent is chosen for so much more than the artery."""
CHOICES = ((5.0, "small"), (10.0, "middle"), (1e9, "large"))
"""Up to which mean gradient each answer holds, mmHg."""


def stented(me: Stage, wire: Held, seen: Filmed, side: str, stents: Stents) -> Script:
    """A stent on a balloon, its middle in the narrowing, opened, its balloon down and out."""
    device, middle_mm = stents[nearest(stents, seen.wide_mm)]
    yield from opened(me, wire, seen, side, device, middle_mm)


def opened(
    me: Stage,
    wire: Held,
    seen: Filmed,
    side: str,
    device: str,
    middle_mm: float,
    watched: bool = False,
) -> Script:
    """One stent on a balloon, its middle so far beyond where its tip met the narrowing, and opened.

    `watched` keeps X-rays on while it opens, and until its balloon is out.
    """
    held = Held()
    yield from pick(me, device, held)
    if me.skill.tries > 1:
        yield Do("balloon.prepare", {"tool": held.tool})
    yield from load(me, held, groin(side), over=wire)
    yield from centred(me, held, seen, middle_mm, side)
    yield from me.think()
    atm = OPENS_ATM if me.skill.tries > 1 else 16.0
    yield from lit(me, watched)
    yield Do("balloon.inflate", {"tool": held.tool, "atm": atm})
    yield Wait(atm / 1.5 + 1.0)
    if not watched:
        yield from me.screen()
    yield Wait(HOLDS_S if me.skill.checks else 1.0)
    yield from down(me, held.tool)
    if me.skill.checks:
        yield from withdrawn(me, held)
    if watched:
        yield from lit(me, False)


@script("stent-without-jailing")
def stent(drill: DrillItem, me: Stage) -> Script:
    """Across, filmed, and the shortest stent that covers it, between the two bifurcations."""
    side, wire, tube, inflator = side_of(me), Held(), Held(), Held()
    yield from across(me, wire, side)
    seen = yield from filmed(me, wire, tube, side)
    yield from rewired(me, wire, tube, side)
    yield from pick(me, "inflator-20ml-40atm", inflator)
    yield from stented(me, wire, seen, side, SHORT if me.skill.tries > 1 else LONG)
    if me.skill.checks and seen.wide_mm is not None:
        # a stent stands narrower in a plaque than its balloon was
        wider = Filmed(seen.sight, seen.wide_mm + MORE_MM)
        yield from dilated(me, wire, wider, side, COMPLIANT, HOLDS_S)
    yield from me.finish()


def listened(me: Stage, label: str) -> Script:
    """The pressure kept after a few beats at one place."""
    yield Wait(LISTENS_S if me.skill.checks else 1.5)
    yield Do("pressure.record", {"label": label})
    yield Wait(0.2)


def behind(me: Stage, tube: Held, seen: Filmed) -> Script:
    """The catheter drawn back through the narrowing until its tip stands below it."""
    yield from lit(me, True)
    for _ in range(20):
        there = me.stands(tube.tool)
        far = there is not None and seen.sight is not None and there[1] > seen.sight.v_mm + BELOW_MM
        if far or depth_mm(me, tube.tool) < 25.0:
            break
        slowly = me.skill.checks  # a tip that is drawn fast along a plaque breaks pieces off
        yield from to_depth(me, tube, depth_mm(me, tube.tool) - 10.0, SLOWLY_MM_S if slowly else 30.0, 3.0)
    yield from lit(me, False)


def last_gradient(me: Stage) -> float | None:
    """Mean pressure above less that below, of the last two that were kept."""
    kept = [one for one in me.events if one.get("name") == "pressure-recorded"][-2:]
    if len(kept) < 2:
        return None
    return abs(float(kept[0]["data"]["mean"]) - float(kept[1]["data"]["mean"]))


@script("gradient-before-and-after")
def gradient(drill: DrillItem, me: Stage) -> Script:
    """Zeroed, above and below by one catheter at rest; dilated; the same again."""
    side, wire, tube = side_of(me), Held(), Held()
    yield from across(me, wire, side)
    seen = yield from filmed(me, wire, tube, side)
    if not tube.tool:
        yield from guess(me, drill)
        yield from dilated(me, wire, seen, side, COMPLIANT)
        yield from me.finish()
        return
    if me.skill.checks:
        yield Do("pressure.zero")
    yield from both_sides(me, tube, seen)
    mmhg = last_gradient(me)
    if me.skill.checks and mmhg is not None:
        option = next(name for most, name in CHOICES if mmhg < most)
        yield from answer(me, drill, "before", option)
    else:
        yield from guess(me, drill)
    yield from again(me, wire, tube, side)
    yield from out(me, tube)
    ball = yield from dilated(me, wire, seen, side, COMPLIANT)
    if me.skill.checks:
        yield from measured_after(me, wire, tube, ball, seen, side)
    yield from me.finish()


def again(me: Stage, wire: Held, tube: Held, side: str, mm_s: float = 40.0) -> Script:
    """The wire through the catheter below the narrowing, and once more across it."""
    yield from load(me, wire, groin(side))
    yield from to_depth(me, wire, depth_mm(me, tube.tool) - 2.0, 100.0, 30.0)
    yield from lit(me, True)
    road = Road(up(side)[:3], ("abdominal-aorta",))
    back_mm = depth_mm(me, tube.tool) + 2.0
    tries = 30 if me.skill.checks else 12
    yield from find(me, wire, road, 320.0, 60.0, 10.0, tries, mm_s, back_to_mm=back_mm)
    yield from lit(me, False)


def measured_after(me: Stage, wire: Held, tube: Held, ball: Held, seen: Filmed, side: str) -> Script:
    """The same catheter over the wire to above it, the wire out, and both pressures once more."""
    yield from withdrawn(me, ball)
    yield from returned(me, wire, tube, side)
    yield from both_sides(me, tube, seen)


def returned(me: Stage, wire: Held, tube: Held, side: str) -> Script:
    """The flush catheter over the wire to above the narrowing, and the wire out of it."""
    yield Do("instrument.flush", {"tool": tube.tool})
    yield from load(me, tube, groin(side), over=wire)
    yield from lit(me, True)
    yield from eased(me, tube, depth_mm(me, wire.tool) - 30.0, side)
    yield from lit(me, False)
    yield from out(me, wire)
    yield Do("instrument.connect", {"tool": tube.tool})
    yield Wait(1.0)


def both_sides(me: Stage, tube: Held, seen: Filmed) -> Script:
    """The pressure above the narrowing, and by the same catheter below it."""
    yield from listened(me, "above")
    yield from behind(me, tube, seen)
    yield from listened(me, "below")
