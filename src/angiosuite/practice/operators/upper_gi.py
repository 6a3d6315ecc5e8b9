"""Script of the procedure for a bleeding gastroduodenal artery, from the sheath to the closed groin."""

from __future__ import annotations

from collections.abc import Sequence

from angiosuite.content.drill import DrillItem

from .closing import held
from .coiling import (
    LOOPS,
    USUAL_MM,
    WIDE,
    clotted,
    coil,
)
from .injecting import inject, joined, read
from .leading import SHORT_J
from .scripts import script
from .selective import COELIAC, CURVE, DEEPER_MM, open_curve, out_ahead, threaded
from .stage import Do, Script, Stage, Wait
from .steering import (
    GROIN,
    Held,
    Road,
    depth_mm,
    is_in,
    lit,
    pick,
    to_depth,
)
from .visceral import (
    FIRM,
    MESENTERIC,
    Place,
    apart_mm,
    begins,
    begun,
    brief,
    cleared,
    drawn,
    drawn_back,
    filmed,
    hooked,
    seen_out,
)

INTO = ("gastroduodenal", "right-gastroepiploic")
"""The artery that bleeds, and what it goes on as."""
FLUID_ML = 500.0
"""Of crystalloid for somebody who bleeds, and again before the groin is closed."""
PAST_MM = 32.0
"""So far beyond where the wire was first told of in the artery a microcatheter lies past the leak."""
BACK_MM, FRONT_MM = 24.0, 7.0
"""How far from the artery's mouth in the picture the doors lie where no leak was seen: well before the arcade
leaves, and where no loop reaches out into the artery of the liver."""
BEHIND_MM, BEFORE_MM, NEAREST_MM = 8.0, 12.0, 4.0
"""Where it was seen: so far behind it, no farther than above, and in front of it, as loops come to lie before
the tip; and so near to the mouth at most."""
SMALL_ML_S, SMALL_ML, SMALL_S = 2.0, 6.0, 6.0
WIDER, MANY = 1.1, {4.0: 3, 5.0: 2}
"""How much wider loops are than the artery at least, and how many close a door: narrow ones are short."""
WATCHED_MM = 200.0
"""How long a coil's last way is that is looked at."""
BRANCHED = 4
"""A tip that stands in a trunk's branch is drawn back into it in so many small steps at most."""
LOWER_MM, UPPER_MM = 20.0, 40.0
"""So far below a curve in one trunk the other one is looked for first; the upper one so far above that."""
CLEARED_S = 80.0
"""So often a catheter that waits is drawn back."""


@script("upper-gi-bleeding")
def upper_gi(drill: DrillItem, me: Stage) -> Script:
    """Both trunks filmed, coils behind and in front through a microcatheter, filmed again, the groin held."""
    wire, cobra, micro, thin = Held(), Held(), Held(), Held()
    yield from begun(me)
    if me.skill.tries > 1:
        yield Do("fluid.give", {"ml": FLUID_ML})
    yield from pick(me, SHORT_J, wire)
    yield from pick(me, CURVE, cobra)
    from_below = "hepatic artery comes from the superior" in brief(me)
    trunk = MESENTERIC if from_below else COELIAC
    top = yield from open_curve(me, wire, cobra)
    yield from hooked(me, cobra, trunk, top - (32.0 if from_below else 18.0))
    before = me.last_index
    yield from filmed(me, cobra)
    mouth, wide_mm = begins(me, "whole", before), read(me, "artery", "widest_mm")
    yield from past_leak(me, cobra, micro, thin, trunk[0])
    yield from closed_off(me, micro, mouth, wide_mm)
    yield from seen_out(me, micro)
    if me.skill.checks:
        yield from waited(me, cobra)
        yield from looked_after(me, cobra, trunk, COELIAC if from_below else MESENTERIC)
    yield from ended(me, cobra)
    yield from me.finish()


def past_leak(me: Stage, cobra: Held, micro: Held, thin: Held, trunk: str) -> Script:
    """Microwire and microcatheter into the bleeding artery, past the leak."""
    yield from out_ahead(me, cobra, micro, thin, trunk)
    road = Road(("common-hepatic",), INTO)
    yield from threaded(me, cobra, micro, thin, road, PAST_MM)
    yield from lit(me, False)
    yield from cleared(me, micro)


def closed_off(me: Stage, micro: Held, mouth: Place | None, wide_mm: float | None) -> Script:
    """A small run, coils that fit at the back door and at the front one, and time to clot."""
    yield from joined(me, micro)
    if me.skill.checks:
        yield from drawn(me, micro, mouth, BACK_MM)
    before = me.last_index
    if me.skill.tries > 1:
        yield from inject(me, SMALL_ML_S, SMALL_ML, SMALL_S)
        yield from me.think()
    if not me.skill.checks:
        yield from coil(me, WIDE, micro.tool)
        return
    mouth = begins(me, "whole", before) or mouth
    loop = chosen_mm(wide_mm)
    for door_mm in doors_mm(apart_mm(mouth, begins(me, "leak", before))):
        yield from cleared(me, micro)
        yield from drawn(me, micro, mouth, door_mm)
        for _ in range(MANY[loop]):
            yield from coil(me, LOOPS[loop], micro.tool, WATCHED_MM)


def doors_mm(leak_mm: float | None) -> tuple[float, float]:
    """How far from the artery's mouth the back door and the front door are closed."""
    if leak_mm is None:
        return BACK_MM, FRONT_MM
    return min(leak_mm + BEHIND_MM, BACK_MM), max(leak_mm - BEFORE_MM, NEAREST_MM)


def chosen_mm(wide_mm: float | None) -> float:
    """Loops a tenth wider than the artery seems, or the next larger ones."""
    least = WIDER * (USUAL_MM if wide_mm is None else wide_mm)
    return min((loop for loop in LOOPS if loop >= least), default=max(LOOPS))


def waited(me: Stage, tube: Held) -> Script:
    """Until clot has filled the coils, fresh blood drawn into the catheter meanwhile."""
    stood_s = CLEARED_S
    for step in clotted(me):
        if isinstance(step, Wait):
            stood_s += step.seconds
        if stood_s >= CLEARED_S:
            stood_s = 0.0
            yield from drawn_back(me, tube)
        yield step


def looked_after(me: Stage, cobra: Held, trunk: Sequence[str], other: Sequence[str]) -> Script:
    """Both supplies filmed after the coils, and the pressure read.

    The trunk from its mouth, where the curve falls out sometimes and is hooked in again.
    """
    lay_mm = depth_mm(me, cobra.tool)
    yield from lit(me, True)
    yield from to_depth(me, cobra, lay_mm - DEEPER_MM, 10.0, 3.0)
    for _ in range(BRANCHED):
        if not is_in(me, cobra.tool, "common-hepatic", "splenic"):
            break
        yield from to_depth(me, cobra, depth_mm(me, cobra.tool) - 3.0, 10.0, 2.0)
    if not is_in(me, cobra.tool, *trunk):
        yield from hooked(me, cobra, trunk, lay_mm)
    yield from lit(me, False)
    yield from filmed(me, cobra)
    yield Do("pressure.record", {"label": "end"})
    yield from lit(me, True)
    yield from to_depth(me, cobra, lay_mm - LOWER_MM, 15.0, 4.0)
    yield from hooked(me, cobra, other, depth_mm(me, cobra.tool) + (UPPER_MM if other == COELIAC else 0.0))
    if is_in(me, cobra.tool, *other):
        yield from filmed(me, cobra)


def ended(me: Stage, cobra: Held) -> Script:
    """The catheter out, the sheath out, a hand on the artery until it is dry."""
    yield from seen_out(me, cobra)
    if me.skill.checks:
        yield Do("fluid.give", {"ml": FLUID_ML})
    yield from held(me, (GROIN,), FIRM)
