"""Script of uterine fibroid embolisation: over the bifurcation, into the uterine artery, to the end-point."""

from __future__ import annotations

from collections.abc import Generator

from angiosuite.content.room_task import RoomTask

from .closing import closed
from .embolising import (
    AT_ONCE_BEATS,
    ENOUGH_BEATS,
    MOST_PORTIONS,
    Portion,
    beats_of,
    chased,
    filmed,
    given,
    looked,
    portion,
)
from .injecting import inject, joined, prove
from .leading import PELVIS_Z, up
from .scripts import script
from .stage import Do, Script, Stage, Step, Wait
from .steering import (
    Held,
    Road,
    depth_mm,
    find,
    is_in,
    lit,
    load,
    onward,
    out,
    pick,
    ready,
    to_depth,
    to_sheath,
    turn,
)

OWN, OTHER = "left", "right"
"""Sides of the groin that is entered, and across from it."""
GROIN = f"{OWN}-femoral-artery"
SPHERES, SMALL = "spheres-soft-500-700", "spheres-100-300"
HOOK, GUIDE, MICRO = "rim-5f", "vertebral-5f", "microcatheter-2-7f-110"
WIRE, THIN = "wire-hydrophilic-035-angled-260", "microwire-018-double-angle-180"
OBLIQUE_DEG = -25.0
"""To the side that is treated, LAO positive: it shows where the uterine artery leaves."""
UTERUS_Z = 140.0
"""Where the table stands for the artery from its mouth to the uterus, mm."""
TRUNK, FRONT, ARTERY = (
    f"{OTHER}-internal-iliac",
    f"{OTHER}-internal-iliac-artery,-anterior",
    f"{OTHER}-uterine",
)
BEYOND = (f"{OTHER}-superior-gluteal", f"{OTHER}-inferior-gluteal", f"{OTHER}-internal-pudendal")
HIGH_MM = 40.0
"""So far up the aorta the wire goes first: above its end a hook has no room to open."""
DROP_MM, CATCHES = 6.0, 26
"""A hook is drawn down by so much, so often at most."""
LOW_MM, OUT_MM = 104.0, 22.0
"""From this height in the picture on, as the woman lies, a wire is led out of the hook by so much."""
SEAT_MM, SEATS = 3.0, 24
"""Steps of a catheter in the internal iliac artery, and how many."""
BEFORE_MM, BACK_MM = 10.0, 6.0
"""A curve opens so far down the anterior division, and is drawn back by so much: the mouth lies before it."""
TURNS_DEG = (-90.0, -45.0, 90.0, -135.0, 135.0, 45.0, 180.0)
"""How a hub is turned until the wire goes into the uterine artery; the first one mostly does."""
FEEL_MM, FEEL_MM_S, FELT_MM = 2.0, 6.0, 14.0
"""A wire goes on by so little at a time, and so slowly; so far it is followed before another turn."""
RAIL_MM, GUIDE_MM = 26.0, 20.0
"""The wire lies so far in the uterine artery before the catheter follows it, and the catheter then."""
LEAD_MM, BEHIND_MM = 14.0, 5.0
"""A microwire lies so far before its microcatheter, which comes up to it as near as that."""
PAST_MM, SHALLOW_MM = 64.0, 30.0
"""From so far beyond the mouth on nothing goes to the cervix; who does not check stops sooner."""
TRIES = 20
RUN_ML_S, RUN_ML, RUN_S = 2.5, 8.0, 8.0
PUFF_ML = 2.0
"""Contrast that proves a tip free; the run of a uterine artery before it goes on until veins are seen."""
NITRATE = {"drug": "nitroglycerin", "dose": 200.0, "route": "ia"}
WORKS_S, AGAIN_S, WAITS = 100.0, 60.0, 4
"""Nitroglycerin into a uterine artery, and how long it is waited for: a spasm seems an end-point."""
FIRST = (Portion(4.0, 0.3), Portion(3.0, 0.2), Portion(2.0, 0.15), Portion(1.0, 0.1))
"""While contrast goes at once, one after the other: no faster than the artery takes it."""
PHASES = ((3.0, None),)
"""Frames a second."""
PROOFS = 2
"""So often the end-point is proved by nitroglycerin: more of it would lower the pressure."""
DIVISION, DIVISION_Z = (5.0, 12.0), 100.0
"""Rate and volume of the run that shows where the internal iliac artery leaves; where the table stands."""
HASTY, RECKLESS, HASTY_PORTIONS = Portion(5.0, 0.8), Portion(10.0, 2.5), 4


@script("uterine-fibroid-embolisation")
def uterine(drill: RoomTask, me: Stage) -> Script:
    """Across, the catheter into the uterine artery, a microcatheter past the cervix, particles, closure."""
    wire, guide = Held(), Held()
    yield from ready(me, PELVIS_Z)
    if me.skill.spares:
        yield Do("exposure.set", {"dose_level": "normal"})
        yield Do("acquisition.set", {"phases": [list(phase) for phase in PHASES], "level": "normal"})
        yield Wait(0.1)
    yield from pick(me, WIRE, wire)
    yield from crossed(me, wire, guide)
    if me.skill.tries < 2:
        yield from out(me, wire)
        yield from shot(me, guide)
        yield from given(me, RECKLESS, SMALL)
    else:
        yield from treated(me, wire, guide)
    yield from out(me, guide)
    yield from lit(me, False)
    yield from closed(me, GROIN, "closure-sealant")
    yield from me.finish()


def opened(me: Stage, wire: Held) -> Generator[Step, None, Held]:
    """A hook high in the aorta, where it is wide enough for it to open, the wire back out of its curve."""
    tube = Held()
    yield from pick(me, HOOK, tube)
    yield from load(me, wire, GROIN)
    yield from to_sheath(me, wire)
    yield from lit(me, True)
    yield from find(me, wire, Road(up(OWN)[:3], ("abdominal-aorta",)), 340.0, HIGH_MM)
    yield from load(me, tube, GROIN, over=wire)
    yield from to_sheath(me, tube)
    yield from to_depth(me, tube, depth_mm(me, wire.tool) - 15.0)
    yield from to_depth(me, wire, depth_mm(me, tube.tool) - 70.0)
    yield from to_depth(me, tube, depth_mm(me, tube.tool) + 12.0, 20.0, 3.0)
    return tube


def crossed(me: Stage, wire: Held, guide: Held) -> Script:
    """Over the bifurcation by a hook, a plain catheter after the wire into the anterior division."""
    hook = yield from opened(me, wire)
    yield from caught(me, wire, hook)
    if me.skill.checks:
        yield from divided(me, wire, hook)
    there, tries = depth_mm(me, wire.tool) + 2.0, 40 if me.skill.checks else 12
    road = Road((f"{OTHER}-common-iliac",), (TRUNK, *BEYOND))
    yield from find(me, wire, road, there + 200.0, 60.0, 8.0, tries, back_to_mm=there)
    yield from out(me, hook)
    yield from pick(me, GUIDE, guide)
    yield from load(me, guide, GROIN, over=wire)
    yield from to_sheath(me, guide)
    for _ in range(SEATS):
        yield from to_depth(me, guide, depth_mm(me, guide.tool) + 8.0, 20.0, 4.0)
        if is_in(me, guide.tool, TRUNK):
            break
    yield from lit(me, False)


def caught(me: Stage, wire: Held, hook: Held) -> Script:
    """A hook drawn down until the wire out of it goes into the other leg."""
    leg = (f"{OTHER}-common-iliac", f"{OTHER}-external-iliac", TRUNK)
    for _ in range(CATCHES):
        yield from to_depth(me, hook, depth_mm(me, hook.tool) - DROP_MM, 25.0, 3.0)
        place = me.tip(hook.tool)
        if place is None or -place[1] > LOW_MM:
            continue
        yield from to_depth(me, wire, depth_mm(me, hook.tool) + OUT_MM, 30.0, 4.0)
        if is_in(me, wire.tool, *leg) or is_in(me, hook.tool, f"{OWN}-common-iliac"):
            return
        yield from to_depth(me, wire, depth_mm(me, hook.tool) - 30.0, 60.0, 4.0)


def divided(me: Stage, wire: Held, hook: Held) -> Script:
    """The other leg's arteries from the hook, in an oblique to its own side: wire out, a run, wire back."""
    lay_mm = depth_mm(me, wire.tool)
    yield from out(me, wire)
    yield from lit(me, False)
    yield from me.go(rotation_deg=-OBLIQUE_DEG, table_z_mm=DIVISION_Z)
    yield from shot(me, hook, *DIVISION)
    yield from me.go(rotation_deg=0.0, table_z_mm=PELVIS_Z)
    yield from load(me, wire, GROIN)
    yield from to_depth(me, wire, depth_mm(me, hook.tool) - 2.0, 100.0, 40.0)
    yield from lit(me, True)
    yield from to_depth(me, wire, lay_mm, 30.0, 6.0)


def shot(me: Stage, guide: Held, rate_ml_s: float = RUN_ML_S, volume_ml: float = RUN_ML) -> Script:
    """A run from the 5 F catheter, whose tip a puff has shown to be free."""
    yield from joined(me, guide)
    yield from prove(me, PUFF_ML)
    yield from inject(me, rate_ml_s, volume_ml, RUN_S)
    yield from me.think()


def treated(me: Stage, wire: Held, guide: Held) -> Script:
    """The catheter into the uterine artery, the microcatheter out of it to its place, particles, two runs."""
    yield from me.go(rotation_deg=OBLIQUE_DEG, table_z_mm=UTERUS_Z)
    yield from lit(me, True)
    yield from seated(me, wire, guide)
    mouth_mm = yield from entered(me, wire, guide)
    yield from lit(me, False)
    yield from out(me, wire)
    yield from shot(me, guide)
    yield from lit(me, True)
    micro, thin = Held(), Held()
    yield from pick(me, MICRO, micro)
    yield from pick(me, THIN, thin)
    yield from load(me, micro, GROIN)
    yield from to_depth(me, micro, depth_mm(me, guide.tool) - 3.0, 100.0, 40.0)
    yield from load(me, thin, GROIN)
    yield Do("instrument.torquer", {"tool": thin.tool, "on": True})
    yield from to_depth(me, thin, depth_mm(me, guide.tool) - 2.0, 100.0, 60.0)
    yield from along(me, guide, micro, thin, mouth_mm)
    if me.skill.checks:
        yield Do("drug.give", {**NITRATE, "tool": micro.tool})
        yield Wait(5.0)
    yield from out(me, thin)
    yield from lit(me, False)
    if not me.skill.checks or is_in(me, micro.tool, ARTERY):  # elsewhere nothing is given
        yield Do("instrument.connect", {"tool": micro.tool})
        yield from embolised(me, micro)
    yield from lit(me, True)
    yield from out(me, micro)
    yield from lit(me, False)


def seated(me: Stage, wire: Held, guide: Held) -> Script:
    """Down the anterior division over the wire, back a little, and the wire into the curve: that opens it."""
    first = float("inf")
    for _ in range(SEATS):
        yield from to_depth(me, guide, depth_mm(me, guide.tool) + SEAT_MM, 10.0, 3.0)
        if is_in(me, guide.tool, FRONT):
            first = min(first, depth_mm(me, guide.tool))
            if depth_mm(me, guide.tool) >= first + BEFORE_MM - SEAT_MM:
                break
    yield from to_depth(me, guide, depth_mm(me, guide.tool) - BACK_MM, 10.0, 3.0)
    yield from to_depth(me, wire, depth_mm(me, guide.tool) + FEEL_MM, 20.0, 10.0)


def entered(me: Stage, wire: Held, guide: Held) -> Generator[Step, None, float]:
    """Hub turned, wire out a little, again until it lies in the uterine artery; the catheter after it.

    What comes back is the depth of the artery's mouth, mm, as it seems from where the wire was told of.
    """
    start = depth_mm(me, guide.tool)
    turned_deg = 0.0
    for aim_deg in TURNS_DEG if me.skill.checks else TURNS_DEG[:2]:
        yield from to_depth(me, wire, start + 0.5, 15.0, 6.0)
        yield from turn(me, guide, aim_deg - turned_deg)
        yield Wait(0.5)
        turned_deg = aim_deg
        if (yield from felt(me, wire, depth_mm(me, wire.tool) + FELT_MM)):
            break
    mouth_mm = depth_mm(me, wire.tool) - FEEL_MM
    yield from fed(me, wire, mouth_mm + RAIL_MM)
    if is_in(me, wire.tool, ARTERY):
        yield from fed(me, guide, mouth_mm + GUIDE_MM)
    return mouth_mm


def felt(me: Stage, wire: Held, end_mm: float) -> Generator[Step, None, bool]:
    """A wire on in small steps, given up where it does not go; whether it is in the uterine artery."""
    stuck = 0
    while depth_mm(me, wire.tool) < end_mm and stuck < 3:
        goes = yield from onward(me, wire, FEEL_MM, FEEL_MM_S)
        stuck = 0 if goes else stuck + 1
        if is_in(me, wire.tool, ARTERY):
            return True
    return False


def fed(me: Stage, held: Held, end_mm: float) -> Script:
    """On in small steps to a depth; given up where the tip stays."""
    stuck = 0
    while depth_mm(me, held.tool) < end_mm and stuck < 4:
        goes = yield from onward(me, held, FEEL_MM, FEEL_MM_S)
        stuck = 0 if goes else stuck + 1


def along(me: Stage, guide: Held, micro: Held, thin: Held, mouth_mm: float) -> Script:
    """Microwire and microcatheter in turns, until the tip lies where it is meant to."""
    end = mouth_mm + (PAST_MM if me.skill.checks else SHALLOW_MM)
    tries = 0
    while tries < (TRIES if me.skill.checks else 6):
        lay = depth_mm(me, micro.tool)
        stuck = 0
        while depth_mm(me, thin.tool) < min(max(lay, depth_mm(me, guide.tool)) + LEAD_MM, end + LEAD_MM):
            goes = yield from onward(me, thin, FEEL_MM, FEEL_MM_S)
            stuck = 0 if goes else stuck + 1
            if stuck > 2 or not is_in(me, thin.tool, ARTERY):
                break
        else:
            yield from fed(me, micro, min(depth_mm(me, thin.tool) - BEHIND_MM, end))
            if is_in(me, micro.tool, ARTERY) and depth_mm(me, micro.tool) >= end - 1.0:
                return
            tries += depth_mm(me, micro.tool) < lay + 1.0
            continue
        tries += 1
        yield from to_depth(me, thin, max(lay + 2.0, depth_mm(me, thin.tool) - 8.0), 15.0, 4.0)
        yield from turn(me, thin, 50.0)


def embolised(me: Stage, micro: Held) -> Script:
    """Particles by the beats of the last look, to the end-point; haste gives what is in the syringe."""
    if not me.skill.checks:
        for _ in range(HASTY_PORTIONS):
            yield from given(me, HASTY, SPHERES)
        return
    yield from relaxed(me)
    yield Do("agent.prepare", {"device": SPHERES})
    proofs = 0
    for number in range(MOST_PORTIONS):
        beats = beats_of(me)
        if beats >= ENOUGH_BEATS and proofs == PROOFS:
            break
        if beats >= ENOUGH_BEATS:
            proofs += 1
            yield from proved(me, micro)
            if beats_of(me) >= ENOUGH_BEATS:
                break
            continue
        one = FIRST[min(number, len(FIRST) - 1)] if beats <= AT_ONCE_BEATS else portion(MOST_PORTIONS, beats)
        yield from given(me, one, SPHERES)
        yield from chased(me, one)
        yield from me.think(0.5)
        yield from looked(me)
    yield from filmed(me)


def relaxed(me: Stage) -> Script:
    """Looked at until contrast goes at once: what stands still in a spasm is no end-point."""
    yield Wait(WORKS_S)
    for _ in range(WAITS):
        yield from looked(me)
        if beats_of(me) <= AT_ONCE_BEATS:
            return
        yield Wait(AGAIN_S)


def proved(me: Stage, micro: Held) -> Script:
    """Nitroglycerin once more, and the beats again: whether the spheres or a spasm hold the blood up."""
    yield Do("drug.give", {**NITRATE, "tool": micro.tool})
    yield Wait(WORKS_S)
    yield from looked(me)
