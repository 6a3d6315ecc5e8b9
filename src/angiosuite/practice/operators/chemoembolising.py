"""Script of hepatic chemoembolisation: a trunk filmed, a section's artery entered, oil to the end-point."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from angiosuite.content.room_task import RoomTask

from .closing import Hand, held
from .embolising import ENOUGH_BEATS, Portion, beats_of, chased, given, looked
from .embolising import filmed as filmed_by_hand
from .leading import SHORT_J
from .scripts import script
from .selective import COELIAC, LIVER, open_curve, thread, wire_ahead
from .stage import Do, Script, Stage, Wait
from .steering import GROIN, Held, Road, is_in, lit, out, pick
from .visceral import MESENTERIC, begun, brief, cleared, filmed, hooked, out_ahead, seen_out

CURVE, OIL = "cobra-2-5f", "iodised-oil"
TRUNK_Z = -50.0
"""Where the table stands for both trunks and the liver, mm."""
SECTIONS = ("right-anterior", "right-posterior", "left-medial")
WELL_MM = 14.0
"""So far beyond the section's mouth the tip lies: nothing goes back to the sections beside it."""
PORTIONS = (Portion(0.5, 0.06), Portion(0.4, 0.05), Portion(0.3, 0.05), Portion(0.2, 0.05))
"""Of oil, by the beats that were counted last: it closes a section with few millilitres."""
MOST = 24
"""Portions at most."""
HASTY, RECKLESS, HASTY_PORTIONS = Portion(2.5, 0.5), Portion(8.0, 2.0), 3
FIRM = Hand(share=0.8, first_s=420.0, again_s=180.0, times=4, look_s=8.0)
"""On an artery, as a 5 F sheath leaves it."""


@dataclass(frozen=True, slots=True)
class Way:
    """How the tomogram says that a section is reached.

    Parameters
    ----------
    trunk : sequence of str
        What the curve is hooked in, and what may be told of there.
    below_mm : float
        How far below the place where the curve opens it begins to look.
    out : sequence of str
        Where the microwire goes first.
    along, end : sequence of str
        Arteries from there to the section, and that of the section.
    """

    trunk: Sequence[str]
    below_mm: float
    out: Sequence[str]
    along: Sequence[str]
    end: Sequence[str]


def way_to(told: str) -> Way:
    """The way that belongs to what is told of a person's arteries and of the tumour's section."""
    section = next(one for one in SECTIONS if one in told)
    side, end = section.split("-")[0], (f"{section}-hepatic",)
    if "superior mesenteric artery" in told:
        return Way(MESENTERIC, 32.0, ("right-hepatic",), ("right-hepatic",), end)
    if "left gastric" in told:
        return Way(COELIAC, 18.0, ("left-gastric",), ("left-gastric", "left-hepatic"), end)
    return Way(COELIAC, 18.0, LIVER, (*LIVER, f"{side}-hepatic"), end)


@script("hepatic-chemoembolisation")
def chemoembolisation(drill: RoomTask, me: Stage) -> Script:
    """The trunk filmed, a microcatheter into the section, oil by the beats, a run, the groin held."""
    wire, cobra, micro, thin = Held(), Held(), Held(), Held()
    yield from begun(me, TRUNK_Z)
    yield from pick(me, SHORT_J, wire)
    yield from pick(me, CURVE, cobra)
    way = way_to(brief(me))
    top = yield from open_curve(me, wire, cobra)
    yield from hooked(me, cobra, way.trunk, top - way.below_mm)
    yield from filmed(me, cobra)
    if me.skill.tries < 2:
        yield from given(me, RECKLESS, OIL)
    else:
        yield from section_entered(me, cobra, micro, thin, way)
        yield from oiled(me)
        yield from seen_out(me, micro)
    yield from seen_out(me, cobra)
    yield from held(me, (GROIN,), FIRM)
    yield from me.finish()


def section_entered(me: Stage, cobra: Held, micro: Held, thin: Held, way: Way) -> Script:
    """From fork to fork into the section's artery, the wire out, the microcatheter free and connected."""
    yield from out_ahead(me, cobra, micro, thin, way.trunk[0], way.out)
    road = Road(way.along, way.end)
    for left in reversed(range(3 if me.skill.checks else 1)):
        yield from thread(me, cobra, micro, thin, road, WELL_MM)
        yield from out(me, thin)
        yield Wait(0.5)
        if not left or is_in(me, micro.tool, *road.end):
            break
        yield from wire_ahead(me, thin, micro)
    yield from lit(me, False)
    yield from cleared(me, micro)
    yield Do("instrument.connect", {"tool": micro.tool})
    yield Wait(0.5)


def oiled(me: Stage) -> Script:
    """Oil by the beats of the last look, to the end-point, and a run; haste gives it without a look."""
    if not me.skill.checks:
        for _ in range(HASTY_PORTIONS):
            yield from given(me, HASTY, OIL)
        return
    yield from looked(me)
    for _ in range(MOST):
        beats = beats_of(me)
        if beats >= ENOUGH_BEATS:
            break
        one = PORTIONS[min(beats, len(PORTIONS) - 1)]
        yield from given(me, one, OIL)
        yield from chased(me, one)
        yield from me.think(0.5)
        yield from looked(me)
    yield from filmed_by_hand(me)
