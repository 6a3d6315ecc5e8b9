"""Scripts of the drills that lead a shaped catheter into a branch."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from functools import partial
from math import dist

from angiosuite.content.drill import DrillItem

from .leading import ARCH_Z, RENAL_Z, SHORT_J, TO_CHEST, follow, rail, up
from .scripts import script, value_of
from .stage import Do, Script, Stage, Step, Wait
from .steering import (
    Held,
    Road,
    circle,
    depth_mm,
    engage,
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

TO_HEART = Road((*up(), "descending-thoracic", "aortic-arch"), ("ascending-aorta",))
TO_SUBCLAVIAN = Road((*up(), "descending-thoracic", "aortic-arch"), ("left-subclavian",))
TO_ARM = Road(("left-subclavian",), ("left-axillary",))
TRUNK = ("brachiocephalic", "right-common-carotid", "right-subclavian", "right-vertebral")
CAROTID = ("left-common-carotid",)
SUBCLAVIAN = ("left-subclavian", "left-vertebral", "left-axillary", "left-internal-thoracic")
COELIAC = ("coeliac-trunk", "common-hepatic", "splenic", "left-gastric")
CURVE, MICRO, THIN = "cobra-2-5f", "microcatheter-2-4f", "microwire-016-angled-180"
LIVER = ("common-hepatic", "proper-hepatic")
BACK_MM = 3.0
"""A catheter that comes back by more holds no longer."""
WELL_MM, LEAD_MM = 14.0, 10.0
"""A microcatheter lies safe so far beyond its last fork; its wire needs to lead by so much."""
AROUND_DEG, BEHIND_MM = 40.0, 6.0
"""A microwire is turned by so much before each try; after a whole turn its microcatheter is drawn back."""
DEEPER_MM = 6.0
"""So much deeper a catheter is set in a trunk once a microcatheter goes out of it: it holds better."""
DRAWN_MM = 3.0
LEVEL_MM = 6.0
"""Between two levels at which a curve is turned; an opening is wider."""


@script("two-shapes-four-arteries")
def four_arteries(drill: DrillItem, me: Stage) -> Script:
    """A Cobra turned all around at each level; a second shape for what it did not find."""
    wire, cobra, second = Held(), Held(), Held()
    yield from ready(me, RENAL_Z)
    yield from pick(me, SHORT_J, wire)
    yield from pick(me, CURVE, cobra)
    yield from pick(me, "renal-double-curve-5f", second)
    left: list[Sequence[str]] = [COELIAC, ("superior-mesenteric",), ("right-renal",), ("left-renal",)]
    for tube in (cobra, second):
        top = yield from open_curve(me, wire, tube)
        yield from circle(me, tube, left, levels(me, top - 12.0, 14), partial(rest_in, me, tube))
        if not left or not me.skill.checks:
            break
        yield from out(me, tube)
    yield from lit(me, False)
    yield from me.finish()


def rest_in(me: Stage, held: Held, end: Sequence[str], mm: float = 2.0) -> Script:
    """A little deeper, back out of what leaves the artery, and still for more than a second."""
    yield from to_depth(me, held, depth_mm(me, held.tool) + mm, 10.0, 2.0)
    for _ in range(5):
        if is_in(me, held.tool, end[0]):
            break
        yield from to_depth(me, held, depth_mm(me, held.tool) - 3.0, 10.0, 2.0)
    yield Wait(1.6)


def drawn_in(me: Stage, held: Held, end: Sequence[str]) -> Script:
    """A reverse curve goes in when it is drawn: back as long as it stays in the artery, and still there."""
    for _ in range(4 if me.skill.checks else 1):
        yield from to_depth(me, held, depth_mm(me, held.tool) - DRAWN_MM, 10.0, 2.0)
        if not is_in(me, held.tool, end[0]):
            yield from to_depth(me, held, depth_mm(me, held.tool) + DRAWN_MM, 10.0, 2.0)
            break
    yield Wait(1.6)


def draw_up(
    me: Stage,
    held: Held,
    left: list[Sequence[str]],
    levels_mm: Sequence[float],
    arrived: Callable[[Sequence[str]], Script],
    turn_deg: float = 30.0,
) -> Script:
    """Draw a reverse curve along its parent vessel until it catches in an opening; push back, turn, again.

    Parameters
    ----------
    me : Stage
    held : Held
        A formed reverse curve beyond the openings.
    left : list of sequences of str
        What is looked for, as in :func:`~.steering.circle`; what is found is taken out of it.
    levels_mm : sequence of float
        Depths at which it looks, from beyond the openings back.
    arrived : callable
        What is done as soon as it is in one.
    turn_deg : float
        It is turned by so much after each draw.
    """
    for _ in range(round(360.0 / turn_deg)):
        for level in levels_mm:
            yield from to_depth(me, held, level, 15.0, 3.0)
            found = next((end for end in left if is_in(me, held.tool, *end)), None)
            if found is not None:
                yield from engage(me, held, left, found, arrived)
                if not left:
                    return
        yield from to_depth(me, held, levels_mm[0], 25.0, 6.0)
        yield from turn(me, held, turn_deg)


@script("reform-then-engage")
def simmons(drill: DrillItem, me: Stage) -> Script:
    """Wire into the left subclavian artery, the loop pushed down from there, two flushes, drawn up."""
    wire, tube = Held(), Held()
    yield from ready(me, ARCH_Z)
    yield from pick(me, "wire-hydrophilic-035-angled-260", wire)
    yield from pick(me, "simmons-1-5f", tube)
    yield from load(me, wire)
    yield from to_sheath(me, wire)
    yield from lit(me, True)
    yield from find(me, wire, TO_SUBCLAVIAN, 640.0, 25.0, 10.0, 40 if me.skill.checks else 4)
    if me.skill.checks:  # deep enough to hold against the loop, past what goes up to the brain in small steps
        yield from find(me, wire, TO_ARM, 640.0, 5.0, 5.0, 24)
    yield from follow(me, wire, tube, 5.0)
    yield from to_depth(me, wire, depth_mm(me, tube.tool) - 130.0)
    for _ in range(6):
        yield from turn(me, tube, 45.0)
        yield from to_depth(me, tube, depth_mm(me, tube.tool) + 20.0, 15.0, 3.0)
    yield from flushed_twice(me, wire, tube)
    left: list[Sequence[str]] = [TRUNK]
    low = depth_mm(me, tube.tool) - 46.0
    yield from draw_up(me, tube, left, levels(me, low, 16, 3.0), partial(drawn_in, me, tube))
    if me.skill.checks:
        yield from freed(me, tube)
        yield from simple_curve(me, wire, [*left, CAROTID, SUBCLAVIAN])
    yield from lit(me, False)
    yield from me.finish()


def freed(me: Stage, tube: Held) -> Script:
    """A reverse curve pushed out of the artery that it holds, turned away from the openings, and drawn out.

    Drawn out as it hangs, its tip would scrape along the artery's wall.
    """
    head = (*TRUNK, *CAROTID, *SUBCLAVIAN)
    for _ in range(40):
        for _ in range(6):
            if not is_in(me, tube.tool, *head):
                break
            yield from to_depth(me, tube, depth_mm(me, tube.tool) + 8.0, 20.0, 2.0)
            yield from turn(me, tube, 45.0)
        yield from to_depth(me, tube, depth_mm(me, tube.tool) - 12.0, 20.0, 2.0)
        if is_in(me, tube.tool, "descending-thoracic", "abdominal-aorta"):
            break
    yield from out(me, tube)


def simple_curve(me: Stage, wire: Held, left: list[Sequence[str]]) -> Script:
    """A vertebral catheter around the arch, flushed twice, for what the Simmons did not find."""
    tube = Held()
    yield from pick(me, "vertebral-5f", tube)
    yield from rail(me, wire, tube, TO_HEART, 680.0, 25.0)
    yield from flushed_twice(me, wire, tube)
    deep = levels(me, depth_mm(me, tube.tool) - 24.0, 14)
    yield from circle(me, tube, left, deep, partial(rest_in, me, tube, mm=6.0))


def flushed_twice(me: Stage, wire: Held, tube: Held) -> Script:
    """The wire out, and the lumen flushed twice before it comes near an artery of the brain."""
    yield from out(me, wire)
    yield Wait(0.5)
    for _ in range(2 if me.skill.checks else 0):
        yield Do("instrument.flush", {"tool": tube.tool})
        yield Wait(1.5)


@script("to-a-liver-segment")
def liver(drill: DrillItem, me: Stage) -> Script:
    """A Cobra in the coeliac trunk, a microwire ahead of a microcatheter from fork to fork."""
    brief = str(value_of(me, "task", "brief", default=""))
    end = f"{'right-anterior' if 'right-anterior' in brief else 'right-posterior'}-hepatic"
    wire, cobra, micro, thin = Held(), Held(), Held(), Held()
    yield from ready(me, RENAL_Z)
    yield from pick(me, SHORT_J, wire)
    yield from pick(me, CURVE, cobra)
    top = yield from open_curve(me, wire, cobra)
    yield from circle(me, cobra, [COELIAC], levels(me, top - 18.0, 7), partial(rest_in, me, cobra))
    yield from out_ahead(me, cobra, micro, thin)
    road = Road(("common-hepatic", "proper-hepatic", "right-hepatic"), (end,))
    yield from threaded(me, cobra, micro, thin, road)
    yield from lit(me, False)
    yield from me.finish()


def out_ahead(
    me: Stage,
    cobra: Held,
    micro: Held,
    thin: Held,
    trunk: str = "coeliac",
    ends: Sequence[str] = LIVER,
) -> Script:
    """A microcatheter after its wire out of the curve in a trunk, and the curve a little deeper.

    Before that the wire goes back into its microcatheter: what a curve pushes on while it goes in bores with
    a bare wire's tip.
    """
    yield from pick(me, MICRO, micro)
    yield from pick(me, THIN, thin)
    yield from lit(me, True)
    yield from load(me, micro)
    yield from to_depth(me, micro, depth_mm(me, cobra.tool) - 5.0, 100.0, 30.0)
    yield from wire_ahead(me, thin, cobra)
    yield from out_of_trunk(me, cobra, thin, trunk, ends)
    yield from to_depth(me, micro, depth_mm(me, thin.tool) - 5.0, 15.0, 10.0)
    yield from to_depth(me, thin, depth_mm(me, micro.tool) - 2.0, 15.0, 4.0)
    yield from to_depth(me, cobra, depth_mm(me, cobra.tool) + DEEPER_MM, 10.0, 3.0)


def threaded(me: Stage, cobra: Held, micro: Held, thin: Held, road: Road, well_mm: float = WELL_MM) -> Script:
    """Along the road and the wire out; again where the microcatheter springs back over a fork without it."""
    for left in reversed(range(3 if me.skill.checks else 1)):
        yield from thread(me, cobra, micro, thin, road, well_mm)
        yield from out(me, thin)
        yield Wait(0.5)
        if not left or is_in(me, micro.tool, *road.end):
            break
        yield from wire_ahead(me, thin, micro)


def wire_ahead(me: Stage, thin: Held, tube: Held) -> Script:
    """A microwire to just behind the tip of a tube, and a torque device on it."""
    yield from load(me, thin)
    yield Do("instrument.torquer", {"tool": thin.tool, "on": True})
    yield from to_depth(me, thin, depth_mm(me, tube.tool) - 2.0, 100.0, 40.0)


def thread(me: Stage, cobra: Held, micro: Held, thin: Held, road: Road, well_mm: float = WELL_MM) -> Script:
    """From fork to fork: the wire ahead, turned a little before each try; the microcatheter follows it.

    It goes on until the microcatheter lies `well_mm` beyond the last fork: at its mouth it would not stay.
    The wire goes no further than that asks for: beyond are small branches.
    """
    tries, fork_mm = 0, float("inf")
    while tries < (40 if me.skill.checks else 6):
        lay = depth_mm(me, micro.tool)
        yield from to_depth(me, thin, max(depth_mm(me, thin.tool), lay + 3.0), 15.0, 3.0)
        while depth_mm(me, thin.tool) < min(lay + 23.0, fork_mm + well_mm + LEAD_MM):
            goes = yield from onward(me, thin, 4.0)
            there = is_in(me, thin.tool, *road.end)
            fork_mm = min(fork_mm, depth_mm(me, thin.tool) - 4.0) if there else float("inf")
            if goes and (there or is_in(me, thin.tool, *road.along)):
                continue
            tries += 1
            yield from to_depth(me, thin, lay + 3.0, 15.0, 4.0)
            yield from turn(me, thin, AROUND_DEG)
            if tries % round(360.0 / AROUND_DEG) == 0:  # once around: the mouth may lie behind the tip
                yield from to_depth(me, thin, lay + 3.0 - BEHIND_MM, 15.0, 4.0)
                yield from to_depth(me, micro, lay - BEHIND_MM, 10.0, 4.0)
            break
        else:
            yield from after(me, cobra, micro, thin)
            if is_in(me, micro.tool, *road.end) and depth_mm(me, micro.tool) > fork_mm + well_mm:
                return
            tries += depth_mm(me, micro.tool) < lay + 1.0


def after(me: Stage, cobra: Held, micro: Held, thin: Held) -> Script:
    """The microcatheter along the wire, in small steps; it stops where the catheter below comes back."""
    while depth_mm(me, micro.tool) < depth_mm(me, thin.tool) - 8.0:
        held = me.tip(cobra.tool)
        goes = yield from onward(me, micro, 4.0)
        now = me.tip(cobra.tool)
        if not goes or (held is not None and now is not None and dist(held, now) > BACK_MM):
            return


def out_of_trunk(me: Stage, cobra: Held, thin: Held, trunk: str, ends: Sequence[str]) -> Script:
    """A microwire to the liver's side: where it goes to spleen or bowel, the curve below is turned."""
    road = Road((trunk,), ends)
    for number in range(8 if me.skill.checks else 1):
        least = depth_mm(me, cobra.tool) - 2.0
        yield from find(me, thin, road, least + 40.0, 12.0, 4.0, 3, 15.0, least)
        if is_in(me, thin.tool, *road.end):
            return
        yield from to_depth(me, thin, least, 15.0, 4.0)
        yield from turn(me, cobra, -45.0)
        if number % 3 == 2:
            yield from to_depth(me, cobra, depth_mm(me, cobra.tool) - 3.0, 10.0, 2.0)


def open_curve(me: Stage, wire: Held, tube: Held) -> Generator[Step, None, float]:
    """A shaped catheter in the lower thoracic aorta, the wire out; its depth there."""
    yield from rail(me, wire, tube, TO_CHEST, 380.0, 30.0)
    yield from out(me, wire)
    return depth_mm(me, tube.tool)


def levels(me: Stage, top_mm: float, many: int, apart_mm: float = LEVEL_MM) -> list[float]:
    """Depths at which a curve is turned, from above down; who does not check tries few."""
    return [top_mm - apart_mm * number for number in range(many if me.skill.checks else 2)]
