"""Script of the drill with a bleeding pelvis: fluid, slurry into both internal iliac arteries, runs."""

from __future__ import annotations

from angiosuite.content.drill import DrillItem

from .embolising import Portion, looked
from .injecting import few_frames, inject, place
from .scripts import answer, script, value_of
from .stage import Do, Script, Stage, Wait

SLURRY, TUBE = "gelatin-slurry", "cobra-2-5f"
PORTIONS = (Portion(3.0, 0.6), Portion(3.0, 0.4), Portion(2.0, 0.25))
"""Of one side: each slower than the last, as the flow becomes less."""
HASTY = (Portion(6.0, 1.5),)
RECKLESS = (Portion(12.0, 6.0),) * 6
CHASE_ML, CHASE_ML_S = 1.5, 0.25
"""Contrast that pushes out what lies in the catheter, as slowly as the last portion."""
SETTLES_S = 9.0
"""Until the last of a portion lies where it stays."""
FLUID_ML = 1000.0
DEEP_MM = 16.0
"""So far within the trunk the tip is placed: half of it lies behind."""


def side_of(me: Stage) -> str:
    """The side that the brief names first: the catheter lies there."""
    brief = str(value_of(me, "task", "brief", default=""))
    return "left" if "from the left" in brief else "right"


def other_than(side: str) -> str:
    """The other side."""
    return "right" if side == "left" else "left"


def pushed(me: Stage, one: Portion) -> Script:
    """A portion of slurry under fluoroscopy."""
    yield Do("xray.press", {"pedal": "fluoro"})
    yield Do("agent.inject", {"ml": one.ml, "rate_ml_s": one.rate_ml_s})
    yield Wait(one.ml / one.rate_ml_s + 0.5)
    yield Do("xray.release", {"pedal": "fluoro"})
    yield Wait(0.1)


def closed(me: Stage) -> Script:
    """One side: portions that become slower, a look after each; who does not look gives it at once."""
    if not me.skill.checks:
        for one in HASTY if me.skill.tries > 1 else RECKLESS:
            yield Do("agent.prepare", {"device": SLURRY})
            yield Wait(0.5)
            yield from pushed(me, one)
        yield Wait(SETTLES_S)
        return
    yield Do("agent.prepare", {"device": SLURRY})
    yield Wait(0.5)
    for one in PORTIONS:
        yield from pushed(me, one)
        yield from me.think(0.5)
    yield Do("hand.puff", {"ml": CHASE_ML, "rate_ml_s": CHASE_ML_S})
    yield Wait(CHASE_ML / CHASE_ML_S + 0.5)
    yield from looked(me)


def filmed(me: Stage) -> Script:
    """A short run of one side."""
    yield from inject(me, 2.0, 8.0, 6.0)
    yield from me.think()


@script("gelatin-in-an-unstable-pelvis")
def pelvis(drill: DrillItem, me: Stage) -> Script:
    """Fluid first, the torn side, the other side, a run of each; haste closes one side and leaves."""
    side = side_of(me)
    yield from me.think()
    if me.skill.tries > 1:
        yield Do("fluid.give", {"ml": FLUID_ML})
    named = other_than(side) if me.skill.checks else "either"
    yield from answer(me, drill, "groin", named)
    yield from few_frames(me, (2.0, None))
    if me.skill.spares:
        yield from me.spare(0.8)
    yield from closed(me)
    if me.skill.tries > 1:
        yield from place(me, TUBE, f"{other_than(side)}-internal-iliac-artery", DEEP_MM)
        yield from closed(me)
    if me.skill.checks:
        yield from filmed(me)
        yield from place(me, TUBE, f"{side}-internal-iliac-artery", DEEP_MM)
        yield from filmed(me)
    yield from me.finish()
