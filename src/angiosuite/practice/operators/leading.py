"""Scripts of the drills about wires and catheters."""

from __future__ import annotations

from angiosuite.content.drill import DrillItem

from .scripts import answer, guess, script, value_of
from .stage import Do, Script, Stage, Wait
from .steering import (
    Held,
    Road,
    depth_mm,
    find,
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

KIT = (
    "needle-18g-thin-wall-7cm",
    "sheath-5f-11cm",
    "wire-hydrophilic-035-angled-260",
    "cobra-2-5f",
    "microcatheter-2-7f-110",
    "microwire-014-shapeable-190",
)
HASTY_KIT = ("needle-18g-regular-7cm", "sheath-4f-11cm", "wire-j3-035-145", *KIT[3:])
NEEDLES = {"eighteen": "micropuncture", "twenty-five": "nineteen", "thirty-five": "thin"}
LENGTHS = {"sixty-five": "one-fifty", "hundred-twenty-five": "three-hundred", "hundred": "two-sixty"}
LONG_J, SHORT_J = "wire-j3-035-260", "wire-j3-035-145"


def up(side: str = "right") -> tuple[str, ...]:
    """Vessels from a groin to the end of the abdominal aorta."""
    return f"{side}-common-femoral", f"{side}-external-iliac", f"{side}-common-iliac", "abdominal-aorta"


TO_CHEST = Road(up(), ("descending-thoracic",), 15.0)
CHEST_Z, ARCH_Z, PELVIS_Z, RENAL_Z = -150.0, -290.0, 60.0, -10.0
"""Where the table stands for a region, mm."""
WATCHED_MM = 30.0
"""So much of a catheter goes along a wire between two looks at the wire's tip; less where it is near."""
NEAR_MM = 170.0
SOFT_MM = 140.0
"""A J wire is soft for 110 mm: a curved tip that is led further along it bends it and takes its tip away."""
SLACK_MM = 4.0
"""A wire is drawn back by so much before its place is noted: the rest of its slack would show later."""


@script("kit-that-fits")
def kit(drill: DrillItem, me: Stage) -> Script:
    """One of each that fits the next; the questions by arithmetic."""
    yield from me.think()
    for device in KIT if me.skill.checks else HASTY_KIT:
        yield Do("instrument.pick", {"device": device})
        yield Wait(0.2)
    if not me.skill.checks:
        yield from guess(me, drill)
        yield from me.finish()
        return
    brief = str(value_of(me, "task", "brief", default=""))
    told = {"18": "eighteen", "25": "twenty-five", "35": "thirty-five"}
    for question, table in (("needle", NEEDLES), ("exchange", LENGTHS)):
        said = next((word for word in table if word in brief or told.get(word, "") in brief.split()), None)
        if said is not None:
            yield from answer(me, drill, question, table[said])
    yield from me.finish()


def rail(me: Stage, wire: Held, tube: Held, road: Road, deepest_mm: float, beyond_mm: float) -> Script:
    """A wire along a road, and a catheter after it to the wire's tip."""
    yield from load(me, wire)
    yield from to_sheath(me, wire)
    yield from lit(me, True)
    yield from find(me, wire, road, deepest_mm, beyond_mm)
    yield from follow(me, wire, tube)


def follow(me: Stage, wire: Held, tube: Held, behind_mm: float = 15.0) -> Script:
    """A catheter over a wire until it lies a little behind its tip."""
    yield from load(me, tube, over=wire)
    yield from to_sheath(me, tube)
    yield from to_depth(me, tube, depth_mm(me, wire.tool) - behind_mm)


def into(me: Stage, tube: Held, vessel: str, steps: int, beyond_mm: float, step_mm: float = 5.0) -> Script:
    """On in small steps until a tip is in a vessel, and a little beyond."""
    for _ in range(steps):
        if is_in(me, tube.tool, vessel):
            break
        yield from to_depth(me, tube, depth_mm(me, tube.tool) + step_mm, 20.0, 2.0)
    yield from to_depth(me, tube, depth_mm(me, tube.tool) + beyond_mm, 20.0, 3.0)


@script("exchange-over-a-wire")
def exchange(drill: DrillItem, me: Stage) -> Script:
    """A long wire, pinned while one catheter comes out and another goes in."""
    wire, first, second = Held(), Held(), Held()
    yield from ready(me, CHEST_Z)
    yield from pick(me, LONG_J if me.skill.checks else SHORT_J, wire)
    yield from pick(me, "pigtail-5f", first)
    yield from pick(me, "vertebral-5f", second)
    yield from load(me, wire)
    yield from to_sheath(me, wire)
    yield from lit(me, True)
    yield from find(me, wire, TO_CHEST, 460.0, 155.0)
    yield from follow(me, wire, first, SOFT_MM if me.skill.checks else 10.0)
    if me.skill.checks:
        yield from to_depth(me, wire, depth_mm(me, wire.tool) - SLACK_MM, 15.0, 2.0)
    lay, place = depth_mm(me, first.tool), me.tip(wire.tool)
    if me.skill.checks:
        yield from held_still(me, wire, place, first, -8.0)
    else:
        yield Do("instrument.pin", {"tool": wire.tool, "on": False})
        yield from lit(me, False)
    yield from out(me, first, 60.0)
    yield from load(me, second, over=wire)
    yield from to_sheath(me, second)
    if me.skill.checks:
        yield from held_still(me, wire, place, second, lay)
    else:
        yield from to_depth(me, second, lay)
    yield from lit(me, False)
    yield from me.finish()


def held_still(me: Stage, wire: Held, place: tuple[float, float] | None, tube: Held, depth: float) -> Script:
    """A catheter along a wire in short pulls, the eye on the wire's tip, the other hand giving and taking."""
    while abs(depth_mm(me, tube.tool) - depth) > 1.0:
        before = depth_mm(me, tube.tool)
        most = WATCHED_MM if depth_mm(me, wire.tool) - before > NEAR_MM else 0.3 * WATCHED_MM
        step = max(-most, min(most, depth - before))
        yield from to_depth(me, tube, before + step, 30.0, 4.0)
        now = me.tip(wire.tool)
        if place is not None and now is not None and abs(now[1] - place[1]) > me.skill.content_mm:
            yield from to_depth(me, wire, depth_mm(me, wire.tool) + 0.8 * (now[1] - place[1]), 20.0, 2.0)
        if abs(depth_mm(me, tube.tool) - before) < 0.5:
            return


@script("pigtail-into-the-arch")
def pigtail(drill: DrillItem, me: Stage) -> Script:
    """J wire to below the arch, the pigtail over it, and around the arch by its curl; wire out, flushed."""
    wire, tube = Held(), Held()
    yield from ready(me, CHEST_Z)
    yield from pick(me, LONG_J if me.skill.checks else "wire-hydrophilic-035-angled-260", wire)
    yield from pick(me, "pigtail-5f", tube)
    yield from load(me, wire)
    yield from to_sheath(me, wire)
    yield from lit(me, me.skill.checks)
    yield from find(me, wire, TO_CHEST, 420.0, 120.0)
    yield from me.go(table_z_mm=ARCH_Z)
    yield from follow(me, wire, tube, 20.0)
    if me.skill.checks:  # the curl keeps out of the branches by itself
        yield from to_depth(me, wire, depth_mm(me, tube.tool) - 80.0)
        yield from into(me, tube, "ascending-aorta", 50, 15.0)
    yield from lit(me, False)
    if me.skill.tries > 1:
        yield from out(me, wire)
        yield Do("instrument.flush", {"tool": tube.tool})
        yield Wait(0.5)
    yield from me.finish()


@script("up-and-over")
def up_and_over(drill: DrillItem, me: Stage) -> Script:
    """A hook drawn onto the bifurcation, the wire far into the leg, a slim catheter over it."""
    side = "left" if "leg on the left" in str(value_of(me, "task", "brief", default="")) else "right"
    other = "right" if side == "left" else "left"
    access = f"{other}-femoral-artery"
    wire, tube, slim = Held(), Held(), Held()
    yield from ready(me, PELVIS_Z)
    yield from pick(me, "wire-hydrophilic-035-angled-260", wire)
    yield from pick(me, "rim-5f", tube)
    yield from pick(me, "angled-hydrophilic-4f", slim)
    yield from load(me, wire, access if me.skill.checks else f"{side}-femoral-artery")
    yield from to_sheath(me, wire)
    yield from lit(me, True)
    yield from find(
        me, wire, Road(up(other if me.skill.checks else side)[:3], ("abdominal-aorta",)), 260.0, 40.0
    )
    yield from load(me, tube, access if me.skill.checks else f"{side}-femoral-artery", over=wire)
    yield from to_sheath(me, tube)
    yield from to_depth(me, tube, depth_mm(me, wire.tool) - 15.0)
    yield from cross(me, wire, tube, side)
    over_mm = depth_mm(me, tube.tool) + 10.0
    yield from out(me, tube)
    yield from load(me, slim, access if me.skill.checks else f"{side}-femoral-artery", over=wire)
    yield from to_sheath(me, slim)
    yield from to_depth(me, slim, over_mm, 30.0, 20.0)
    yield from into(me, slim, f"{side}-external-iliac", 20 if me.skill.checks else 0, 40.0)
    yield from lit(me, False)
    yield from me.finish()


def cross(me: Stage, wire: Held, tube: Held, side: str) -> Script:
    """Down onto the bifurcation, and the wire into the other leg until it is far enough to carry more."""
    there = (f"{side}-common-iliac", f"{side}-external-iliac", f"{side}-common-femoral")
    for number in range(24 if me.skill.checks else 1):
        yield from to_depth(me, wire, depth_mm(me, tube.tool) - 50.0)
        yield from to_depth(me, tube, depth_mm(me, tube.tool) - 6.0, 20.0, 3.0)
        if number % 4 == 3:
            yield from turn(me, tube, 60.0)
        yield from to_depth(me, wire, depth_mm(me, tube.tool) + 25.0, 30.0, 5.0)
        if is_in(me, wire.tool, *there):
            break
    far = (f"{side}-external-iliac", f"{side}-common-femoral", f"{side}-superficial-femoral")
    leg = Road((f"{side}-common-iliac",), far)
    tip, tries = depth_mm(me, tube.tool), 40 if me.skill.checks else 1
    yield from find(me, wire, leg, tip + 280.0, 200.0, 10.0, tries, back_to_mm=tip + 4.0)
