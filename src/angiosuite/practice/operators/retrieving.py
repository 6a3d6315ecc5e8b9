"""Script of the drill that takes a cava filter out: filmed from below, snared from the neck, veins held."""

from __future__ import annotations

from collections.abc import Generator

from angiosuite.content.drill import DrillItem

from .cavagram import VEIN, cavagram, wire_up
from .closing import Hand, held
from .injecting import last_run, read
from .leading import LONG_J
from .scripts import script, value_of
from .stage import Do, Script, Stage, Step, Wait
from .steering import Held, depth_mm, lit, load, out, pick, ready, to_depth, to_sheath

NECK = "right-jugular-vein"
OUTER, GUIDING, SNARE = "sheath-large-10f-25cm", "sheath-guiding-straight-7f-90cm", "snare-loop-25"
CAVA_Z = -22.0
LOW_MM, STEP_MM, BEHIND_MM = 15.0, 6.0, 5.0
"""The wire goes no further into the cava from below, in small steps, and the pigtail to just behind its tip:
the filter's feet are near."""
SAFE_MM = 110.0
"""From the jugular sheath's end the wire stops above the filter."""
BELOW_HOOK_MM = 4.0
"""The sheath's end lies so far below the hook when the loop is closed."""
MORE_MM = 4.0
FREE_SHARE = 0.8
"""A stream in the filter that seems narrower than this share of that below tells of clot."""
PULLS_N = (8.0, 12.0, 16.0, 20.0)
SOFT = Hand(share=0.2, first_s=900.0, again_s=900.0)
"""So long both veins are held at once: a hole of 10 F needs eight minutes in the middle, some twice that, and
one that bleeds begins anew."""


def from_below(me: Stage) -> Generator[Step, None, bool]:
    """A pigtail at the confluence and a run; whether the filter seems free of clot."""
    wire, tube = Held(), Held()
    yield from pick(me, LONG_J, wire)
    yield from wire_up(me, wire, LOW_MM, STEP_MM)
    yield from cavagram(me, wire, tube, BEHIND_MM)
    yield from out(me, tube)
    return seems_free(me)


def seems_free(me: Stage) -> bool:
    """Whether the stream in the filter seems about as wide as that below it."""
    within, below = read(me, "within", "widest_mm"), read(me, "below", "widest_mm")
    return within is None or below is None or within > FREE_SHARE * below


def from_neck(me: Stage, guiding: Held) -> Script:
    """A sheath that takes the filter, a wire to above it, the guiding sheath over the wire."""
    outer, wire = Held(), Held()
    yield from pick(me, OUTER, outer)
    yield Do("access.sheath", {"access": NECK, "tool": outer.tool})
    yield from pick(me, LONG_J, wire)
    yield from pick(me, GUIDING, guiding)
    yield from load(me, wire, NECK)
    yield from to_sheath(me, wire)
    yield from lit(me, True)
    yield from to_depth(me, wire, SAFE_MM, 40.0, 8.0)
    yield from lit(me, False)
    yield from load(me, guiding, NECK, over=wire)
    yield from to_sheath(me, guiding)
    yield from to_depth(me, guiding, SAFE_MM - 10.0, 40.0, 8.0)
    yield from out(me, wire)


def hook_mm(me: Stage) -> float | None:
    """Where the hook stands in the last run, below the picture's middle."""
    run = last_run(me)
    seen = [
        sight.v_mm
        for one in me.pictures
        if one["mode"] == "run" and one.get("run") == run
        for sight in (me.eye.find("hook", one),)
        if sight is not None
    ]
    return sum(seen) / len(seen) if seen else None


def under_hook(me: Stage, guiding: Held, level_mm: float | None) -> Script:
    """The sheath on until its end stands a little below the hook; who has no run goes by the depth."""
    yield from lit(me, True)
    for _ in range(30):
        there = me.stands(guiding.tool)
        if level_mm is None or there is None:
            gap_mm = 8.0
            if level_mm is None and depth_mm(me, guiding.tool) > 165.0:
                break
        else:
            gap_mm = level_mm + BELOW_HOOK_MM - there[1]
            if gap_mm < 1.0:
                break
        yield from to_depth(me, guiding, depth_mm(me, guiding.tool) + min(gap_mm, 15.0), 20.0, 4.0)
    yield from lit(me, False)


def is_snared(me: Stage) -> bool:
    """Whether the page says that a snare holds a filter."""
    return bool(value_of(me, "treating", "filter", "snared", default=False))


def snared(me: Stage, guiding: Held) -> Script:
    """The loop closed, a little further on each time that it takes nothing."""
    loop = Held()
    yield from pick(me, SNARE, loop)
    for _ in range(6 if me.skill.tries > 1 else 2):
        yield Do("filter.snare", {"tool": loop.tool, "through": guiding.tool})
        yield Wait(0.4)
        if is_snared(me):
            return
        yield from lit(me, True)
        yield from to_depth(me, guiding, depth_mm(me, guiding.tool) + MORE_MM, 20.0, 3.0)
        yield from lit(me, False)


def pulled(me: Stage) -> Script:
    """The filter into its sheath, harder each time that it holds."""
    for newton in PULLS_N if me.skill.tries > 1 else PULLS_N[-1:]:
        if not is_snared(me):
            return
        yield Do("filter.pull", {"force_n": newton})
        yield Wait(0.5)
    if is_snared(me):
        yield Do("filter.let_go")
        yield Wait(0.3)


@script("take-a-filter-out")
def take_out(drill: DrillItem, me: Stage) -> Script:
    """Filmed from below, left when it is full, else snared from the neck and pulled; haste films nothing."""
    guiding = Held()
    yield from ready(me, CAVA_Z)
    free = True
    accesses: tuple[str, ...] = (NECK,)
    if me.skill.checks:
        free, accesses = (yield from from_below(me)), (VEIN,)
    if free:
        yield from from_neck(me, guiding)
        yield from under_hook(me, guiding, hook_mm(me))
        yield from snared(me, guiding)
        yield from pulled(me)
        yield from out(me, guiding)
        accesses = (*accesses, NECK) if me.skill.checks else accesses
    yield from held(me, accesses, SOFT)
    yield from me.finish()
