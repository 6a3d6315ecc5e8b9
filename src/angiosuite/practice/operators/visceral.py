"""Pieces of a case in the arteries of the belly: a curve in a trunk, runs, a free catheter, and out again."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from math import dist

from .closing import Hand
from .injecting import breathless, inject, joined, prove
from .scripts import value_of
from .selective import levels, rest_in
from .stage import Do, Script, Stage, Wait
from .steering import Held, circle, depth_mm, lit, out, ready, to_depth

MESENTERIC = ("superior-mesenteric", "common-hepatic", "right-hepatic")
"""The superior mesenteric artery and what may come from it."""
TRUNK_ML_S, TRUNK_ML, TRUNK_S = 5.0, 20.0, 12.0
OPEN, NARROW = 1.0, 0.55
"""Blades for a trunk, and for one artery."""
PUFF_ML = 2.0
"""Contrast that proves a tip free before a run."""
ASPIRATED_ML = 4.0
"""Drawn back before each flush."""
PHASES = ((3.0, 6.0), (1.0, None))
"""Frames a second: three while the arteries fill, then one to the end."""
TRUNK_Z = -50.0
"""Where the table stands for both trunks and what they feed, mm."""
FIRM = Hand(share=0.8, first_s=420.0, again_s=180.0, times=4, look_s=8.0)
"""On an artery, as a 5 F sheath leaves it."""
LEVELS = 9
"""So many levels a trunk is looked for at."""
DRAWS, LEAST_DRAW_MM, MOST_DRAW_MM, PASSED_MM = 40, 1.0, 3.0, 3.0
"""A microcatheter is drawn back so often at most, by so much at a time; and how much farther away again a
tip stands that has passed."""
IN_A_BREATH = 12
"""So often while one breath is held."""
Place = tuple[float, float]
"""In the picture, from its middle to the right and downwards, mm at the isocentre."""


def brief(me: Stage) -> str:
    """What is asked, with the person's story."""
    return str(value_of(me, "task", "brief", default=""))


def begun(me: Stage) -> Script:
    """A field that suits, and what a run is to be like."""
    yield from ready(me, TRUNK_Z)
    if me.skill.spares:
        yield Do("exposure.set", {"dose_level": "normal"})
        yield Do("acquisition.set", {"phases": [list(phase) for phase in PHASES], "level": "normal"})
        yield Wait(0.1)


def hooked(me: Stage, cobra: Held, trunk: Sequence[str], top_mm: float) -> Script:
    """A Cobra turned at each level until it lies in the trunk that is looked for."""
    yield from circle(me, cobra, [trunk], levels(me, top_mm, LEVELS), partial(rest_in, me, cobra))
    yield from lit(me, False)


def filmed(me: Stage, tube: Held) -> Script:
    """A run of a trunk in the open field with the breath held, from a catheter that is free of clot."""
    yield from joined(me, tube)
    yield from drawn_back(me, tube)
    yield from field(me, OPEN)
    rate_ml_s, volume_ml = (8.0, 30.0) if me.skill.tries < 2 else (TRUNK_ML_S, TRUNK_ML)
    yield from inject(me, rate_ml_s, volume_ml, TRUNK_S, prove(me, PUFF_ML))
    yield from me.think()
    yield from field(me, NARROW)


def cleared(me: Stage, tube: Held) -> Script:
    """Drawn back and flushed: blood that stands in a lumen for two minutes begins to clot."""
    if me.skill.checks:
        yield from drawn_back(me, tube)
        yield Do("instrument.flush", {"tool": tube.tool})
        yield Wait(1.0)


def drawn_back(me: Stage, tube: Held) -> Script:
    """Fresh blood into a lumen, and no flush: in some breaths a tip in a trunk leans on its wall.

    A flush would tear it there. The puff before a run clears the lumen as well.
    """
    if me.skill.checks:
        yield Do("instrument.aspirate", {"tool": tube.tool, "ml": ASPIRATED_ML})
        yield Wait(0.5)


def field(me: Stage, blades: float) -> Script:
    """The blades, by those who think of them."""
    if me.skill.spares:
        yield Do("collimator.set", {"left": blades, "right": blades, "top": blades, "bottom": blades})
        yield Wait(1.0)


def drawn(me: Stage, micro: Held, mouth: Place | None, wanted_mm: float) -> Script:
    """The microcatheter drawn back under X-rays until its tip stands so far from an artery's mouth.

    In the picture, not by what goes in at the hub: that takes up slack first. The breath is held as in the
    run that showed the mouth: the artery goes up and down with the diaphragm. A tip that goes away from the
    mouth again has passed it. It does not go on without its wire.
    """
    yield from lit(me, True)
    least_mm = float("inf")
    for number in range(DRAWS):
        if number % IN_A_BREATH == 0 and me.skill.spares:
            yield from breathless(me)
        yield Wait(0.4)
        gap_mm = apart_mm(mouth, me.stands(micro.tool))
        if gap_mm is None or gap_mm <= wanted_mm or gap_mm > least_mm + PASSED_MM:
            break
        least_mm = min(least_mm, gap_mm)
        step_mm = min(max(0.5 * (gap_mm - wanted_mm), LEAST_DRAW_MM), MOST_DRAW_MM)
        yield from to_depth(me, micro, depth_mm(me, micro.tool) - step_mm, 10.0, 4.0)
    yield from lit(me, False)
    yield Do("patient.breathe", {"to": "free"})
    yield from me.think(0.5)


def begins(me: Stage, target: str, since: int) -> Place | None:
    """Where a vessel, or blood that runs out of one, begins in the picture that showed it fullest."""
    sight = me.watched(target, since)
    return None if sight is None else sight.read.get("begins_mm")


def apart_mm(one: Place | None, other: Place | None) -> float | None:
    """How far two places in the picture are apart, mm; None where one was not seen."""
    return None if one is None or other is None else dist(one, other)


def seen_out(me: Stage, tube: Held) -> Script:
    """Drawn out under X-rays by those who check: what clings to it would come along."""
    yield from lit(me, me.skill.checks)
    yield from out(me, tube)
    yield from lit(me, False)
