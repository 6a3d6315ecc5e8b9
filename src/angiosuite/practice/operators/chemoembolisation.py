"""Script of hepatic chemoembolisation: to the artery of a section, oil and gelatin to the end-point, out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from angiosuite.content.room_task import RoomTask

from .closing import held
from .embolising import Portion, beats_of, chased, given, looked
from .embolising import filmed as filmed_by_hand
from .injecting import inject
from .leading import SHORT_J
from .scripts import script
from .selective import COELIAC, LIVER, after, open_curve, thread, wire_ahead
from .stage import Do, Script, Stage, Wait
from .steering import GROIN, Held, Road, depth_mm, is_in, is_on, lit, onward, out, pick, to_depth, turn
from .visceral import (
    CURVE,
    FIRM,
    MESENTERIC,
    THIN,
    TRUNK_Z,
    begun,
    brief,
    cleared,
    filmed,
    hooked,
    out_ahead,
    seen_out,
)

OIL, GELATIN = "iodised-oil", "gelatin-slurry-fine"
TWIGS = ("left-gastric-artery,-branch",)
"""To the stomach, and named after the artery that the liver's leaves."""


@dataclass(frozen=True, slots=True)
class Leg:
    """A part of the way that one microwire leads.

    Parameters
    ----------
    road : Road
    well_mm : float
        So far into its end the microcatheter goes.
    thin : str
        The microwire.
    reach_mm : float
        Its end leaves the side of an artery: it is felt for within so much beyond the microcatheter's tip.
    """

    road: Road
    well_mm: float
    thin: str = THIN
    reach_mm: float = 0.0


@dataclass(frozen=True, slots=True)
class Way:
    """From the aorta to the artery of a section.

    Parameters
    ----------
    trunk : sequence of str
        What leaves the aorta, and what may be told of once a tip is in it.
    drop_mm : float
        So far below where the curve opens its mouth is looked for.
    out_of : sequence of str
        What a wire goes for out of the trunk.
    legs : tuple of Leg
        From there on.
    """

    trunk: Sequence[str]
    drop_mm: float
    out_of: Sequence[str]
    legs: tuple[Leg, ...]


WELL_MM, SHORT_MM = 14.0, 8.0
"""So far into the artery of a section, where it is long, and where it is short."""
BENT, REACH_MM = "microwire-018-double-angle-180", 24.0
"""With two turns at its tip, for what leaves the side of an artery."""
FEEL_MM, FEEL_MM_S, FURTHER_MM = 2.0, 8.0, 12.0
"""A wire feels for a branch in such steps, and goes on into it by so much before it is followed."""
FEELS, FEEL_DEG = 24, 50.0
RUN_ML_S, RUN_ML, RUN_S = 1.0, 4.0, 7.0
ENOUGH_BEATS = 3
"""The end-point of the brief: what is nearly at a stand is not pushed to one."""
OIL_ML = 6.0
"""So much oil at most; then gelatin shuts what leads there."""
OILS = (Portion(2.0, 0.15), Portion(1.0, 0.1), Portion(0.5, 0.06))
GELATINS = (Portion(1.5, 0.12), Portion(0.6, 0.08), Portion(0.2, 0.04))
"""By the beats of the last look, from none on: the longer contrast took to clear, the smaller and slower."""
MOST_PORTIONS = 36
HASTY, HASTY_PORTIONS, RECKLESS = Portion(3.0, 0.6), 2, Portion(10.0, 2.5)
"""What is given without a look; in haste from the trunk itself."""


@script("hepatic-chemoembolisation")
def chemoembolisation(drill: RoomTask, me: Stage) -> Script:
    """The trunk filmed, a microcatheter to its place, oil and gelatin, filmed again, the groin held."""
    wire, cobra, micro = Held(), Held(), Held()
    way = way_of(brief(me))
    yield from begun(me, TRUNK_Z)
    yield from pick(me, SHORT_J, wire)
    yield from pick(me, CURVE, cobra)
    top = yield from open_curve(me, wire, cobra)
    yield from hooked(me, cobra, way.trunk, top - way.drop_mm)
    yield from filmed(me, cobra)
    if me.skill.tries < 2:
        yield from given(me, RECKLESS, OIL)
    else:
        yield from led(me, cobra, micro, way)
        yield from embolised(me, micro)
        yield from seen_out(me, micro)
    yield from seen_out(me, cobra)
    yield from held(me, (GROIN,), FIRM)
    yield from me.finish()


def way_of(told: str) -> Way:
    """The way that a brief with the person's story asks for."""
    if "artery of the left-medial section" in told:
        last = Leg(Road(("left-hepatic",), ("artery-of-segment-4",)), SHORT_MM, BENT, REACH_MM)
        if "left hepatic artery comes from the left gastric artery" in told:
            first = Leg(Road(("coeliac",), ("left-gastric",), off=TWIGS), SHORT_MM)
            over = Leg(Road(("left-gastric",), ("left-hepatic",), off=TWIGS), WELL_MM, BENT, REACH_MM)
            return Way(COELIAC, 18.0, ("left-gastric",), (first, over, last))
        return Way(COELIAC, 18.0, LIVER, (Leg(Road(LIVER, ("left-hepatic",)), SHORT_MM), last))
    end = (
        "right-posterior-hepatic"
        if "artery of the right-posterior section" in told
        else "right-anterior-hepatic"
    )
    if "right hepatic artery comes from the superior mesenteric artery" in told:
        return Way(MESENTERIC, 32.0, ("right-hepatic",), (Leg(Road(("right-hepatic",), (end,)), WELL_MM),))
    return Way(COELIAC, 18.0, LIVER, (Leg(Road((*LIVER, "right-hepatic"), (end,)), WELL_MM),))


def led(me: Stage, cobra: Held, micro: Held, way: Way) -> Script:
    """Microwires and microcatheter from fork to fork into the section's artery, the wire out."""
    thin = Held()
    yield from out_ahead(me, cobra, micro, thin, way.trunk[0], way.out_of, way.legs[0].thin)
    taken = way.legs[0].thin
    for leg in way.legs:
        if leg.thin != taken:
            taken, old, thin = leg.thin, thin, Held()
            yield from pick(me, taken, thin)
            yield from out(me, old)
            yield from wire_ahead(me, thin, micro)
        if leg.reach_mm:
            yield from felt(me, cobra, micro, thin, leg)
        yield from thread(me, cobra, micro, thin, leg.road, leg.well_mm)
    yield from settled(me, cobra, micro, thin, way.legs[-1])
    yield from lit(me, False)
    yield from cleared(me, micro)
    yield Do("instrument.connect", {"tool": micro.tool})
    yield Wait(0.5)


def felt(me: Stage, cobra: Held, micro: Held, thin: Held, leg: Leg) -> Script:
    """The wire out a little, turned, again until it is in the branch; the microcatheter waits till then."""
    start = depth_mm(me, micro.tool)
    for _ in range(FEELS if me.skill.checks else 4):
        yield from to_depth(me, thin, start + FEEL_MM, 15.0, 6.0)
        yield from turn(me, thin, FEEL_DEG)
        while depth_mm(me, thin.tool) < start + leg.reach_mm:
            goes = yield from onward(me, thin, FEEL_MM, FEEL_MM_S)
            if is_in(me, thin.tool, *leg.road.end) or not goes or not is_on(me, thin.tool, leg.road):
                break
        if not is_in(me, thin.tool, *leg.road.end):
            continue
        yield from to_depth(me, thin, depth_mm(me, thin.tool) + FURTHER_MM, FEEL_MM_S, 6.0)
        if is_in(me, thin.tool, *leg.road.end):
            yield from after(me, cobra, micro, thin)
            return


def settled(me: Stage, cobra: Held, micro: Held, thin: Held, leg: Leg) -> Script:
    """The wire out; again where the microcatheter sprang back over the fork without it."""
    for left in reversed(range(3 if me.skill.checks else 1)):
        yield from out(me, thin)
        yield Wait(0.5)
        if not left or is_in(me, micro.tool, *leg.road.end):
            return
        yield from wire_ahead(me, thin, micro)
        yield from thread(me, cobra, micro, thin, leg.road, leg.well_mm)


def embolised(me: Stage, micro: Held) -> Script:
    """Mapped, oil and then gelatin by the beats of the last look, mapped again; haste looks at nothing."""
    if not me.skill.checks:
        for _ in range(HASTY_PORTIONS):
            yield from given(me, HASTY, OIL)
        return
    yield from inject(me, RUN_ML_S, RUN_ML, RUN_S)
    yield from me.think()
    oil_ml, agent = 0.0, ""
    for _ in range(MOST_PORTIONS):
        beats = beats_of(me)
        if beats >= ENOUGH_BEATS:
            break
        wanted = OIL if oil_ml < OIL_ML else GELATIN
        if wanted != agent:
            yield Do("agent.prepare", {"device": wanted})
            yield Wait(0.5)
            agent = wanted
        one = portion(wanted, beats)
        oil_ml += one.ml if wanted == OIL else 0.0
        yield from given(me, one, wanted)
        yield from chased(me, one)
        yield from me.think(0.5)
        yield from looked(me)
    yield from filmed_by_hand(me)


def portion(agent: str, beats: int) -> Portion:
    """The next portion by the beats that were counted last."""
    table = OILS if agent == OIL else GELATINS
    return table[min(beats, len(table) - 1)]
