"""Script of hepatic chemoembolisation: to the artery of a section, oil and gelatin to the end-point, out."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass

from angiosuite.content.room_task import RoomTask

from .closing import held
from .embolising import Portion, given, to_the_end
from .injecting import few_frames, inject, joined
from .leading import SHORT_J
from .scripts import script
from .selective import COELIAC, CURVE, LIVER, WELL_MM, open_curve, out_ahead, threaded
from .stage import Do, Script, Stage, Step, Wait
from .steering import GROIN, Held, Road, is_in, lit, pick
from .visceral import (
    FIRM,
    begun,
    brief,
    cleared,
    filmed,
    hooked,
    seen_out,
)

OIL, GELATIN = "iodised-oil", "gelatin-slurry-fine"
DROP_MM = 18.0
"""So far below where the curve opens the trunk's mouth is looked for."""
SHORT_MM = 10.0
"""So far into the artery of a section the microcatheter lies where that is short: further on is an artery
of the tumour, which takes less than is given, and the rest runs back."""


@dataclass(frozen=True, slots=True)
class Way:
    """From the coeliac trunk to the artery of a section.

    Parameters
    ----------
    road : Road
        What lies between, and the section's artery.
    well_mm : float
        So far beyond its mouth the microcatheter lies.
    """

    road: Road
    well_mm: float


SECTIONS = {
    "right-anterior": ("right-hepatic", "right-anterior-hepatic", SHORT_MM),
    "right-posterior": ("right-hepatic", "right-posterior-hepatic", WELL_MM),
    "left-lateral": ("left-hepatic", "left-lateral-hepatic", SHORT_MM),
}
"""By the word of the brief: the artery before the last fork, that behind it, and how far into it."""
RUN_ML_S, RUN_ML, RUN_S = 1.0, 4.0, 7.0
ENOUGH_BEATS = 3
"""The end-point of the brief: what is nearly at a stand is not pushed to one."""
OIL_ML = 10.0
"""So much oil at most; then gelatin shuts what leads there."""
OILS = (Portion(2.0, 0.15), Portion(1.0, 0.1), Portion(0.5, 0.06))
GELATINS = (Portion(3.0, 0.15), Portion(1.0, 0.08), Portion(0.4, 0.04))
"""By the most beats that a look counted, from none on: the longer contrast took, the smaller and slower."""
MOST_PORTIONS = 36
HASTY, HASTY_PORTIONS, RECKLESS = Portion(3.0, 0.6), 2, Portion(10.0, 2.5)
"""What is given without a look; in haste from the trunk itself."""


@script("hepatic-chemoembolisation")
def chemoembolisation(drill: RoomTask, me: Stage) -> Script:
    """The trunk filmed, a microcatheter to its place, oil and gelatin, filmed again, the groin held."""
    wire, cobra, micro = Held(), Held(), Held()
    way = way_of(brief(me))
    yield from begun(me)
    yield from pick(me, SHORT_J, wire)
    yield from pick(me, CURVE, cobra)
    top = yield from open_curve(me, wire, cobra)
    yield from hooked(me, cobra, COELIAC, top - DROP_MM)
    yield from filmed(me, cobra)
    if me.skill.tries < 2:
        yield from given(me, RECKLESS, OIL)
    else:
        yield from led(me, cobra, micro, way)
        if not me.skill.checks or is_in(me, micro.tool, *way.road.end):  # elsewhere nothing is given
            yield from embolised(me)
        yield from seen_out(me, micro)
    yield from seen_out(me, cobra)
    yield from held(me, (GROIN,), FIRM)
    yield from me.finish()


def way_of(told: str) -> Way:
    """The way that a brief with the person's story asks for."""
    section = next((name for name in SECTIONS if f"artery of the {name} section" in told), "right-anterior")
    before, end, well_mm = SECTIONS[section]
    return Way(Road((*LIVER, before), (end,)), well_mm)


def led(me: Stage, cobra: Held, micro: Held, way: Way) -> Script:
    """Microwire and microcatheter from fork to fork into the section's artery, the wire out."""
    thin = Held()
    yield from out_ahead(me, cobra, micro, thin)
    yield from threaded(me, cobra, micro, thin, way.road, way.well_mm)
    yield from lit(me, False)
    yield from cleared(me, micro)
    yield from joined(me, micro)


def embolised(me: Stage) -> Script:
    """Mapped, oil and then gelatin by the beats of the last look, mapped again; haste looks at nothing.

    What is only watched until it clears needs no fine picture.
    """
    if not me.skill.checks:
        for _ in range(HASTY_PORTIONS):
            yield from given(me, HASTY, OIL)
        return
    yield from inject(me, RUN_ML_S, RUN_ML, RUN_S)
    yield from me.think()
    yield from few_frames(me, (1.0, None))
    if me.skill.spares:
        yield Do("exposure.set", {"dose_level": "low"})
    oil_ml, agent, slowest = 0.0, "", 0

    def give(number: int, beats: int) -> Generator[Step, None, Portion]:
        """Oil while there is any, then gelatin; once it was slow, no large portion any more."""
        nonlocal oil_ml, agent, slowest
        wanted = OIL if oil_ml < OIL_ML else GELATIN
        if wanted != agent:
            yield Do("agent.prepare", {"device": wanted})
            yield Wait(0.5)
            agent, slowest = wanted, 0
        slowest = max(slowest, beats)
        one = portion(wanted, slowest)
        oil_ml += one.ml if wanted == OIL else 0.0
        yield from given(me, one, wanted)
        return one

    yield from to_the_end(me, ENOUGH_BEATS, MOST_PORTIONS, give)


def portion(agent: str, beats: int) -> Portion:
    """The next portion by the beats that were counted."""
    table = OILS if agent == OIL else GELATINS
    return table[min(beats, len(table) - 1)]
