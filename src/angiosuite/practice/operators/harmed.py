"""Script of the drill with an artery that was hurt before: look softly, call, treat, lead a wire past it."""

from __future__ import annotations

from functools import partial

from angiosuite.content.drill import DrillItem

from .injecting import puff
from .leading import RENAL_Z, SHORT_J
from .scripts import answer, guess, script
from .selective import levels, open_curve, rest_in
from .stage import Do, Script, Stage, Wait
from .steering import Held, circle, depth_mm, is_in, lit, load, onward, pick, ready, to_depth, turn

HELP_S = 180.0
"""Help is waited for so long."""
WORKS_S = 100.0
"""Nitroglycerin is strongest after this."""
PAST_MM = 26.0
"""From the catheter's tip at the mouth to beyond the place."""

MOUTH_MM = 10.0
"""So far from there the aid still names the aorta."""


@script("spasm-or-dissection")
def harmed(drill: DrillItem, me: Stage) -> Script:
    """A Cobra at the mouth, a soft puff, help, the drug, and a soft wire past the place; a puff again."""
    wire, cobra, thin = Held(), Held(), Held()
    yield from ready(me, RENAL_Z)
    if me.skill.checks:
        yield Do("help.call")
    yield from pick(me, SHORT_J, wire)
    yield from pick(me, "cobra-2-5f", cobra)
    yield from pick(me, "wire-hydrophilic-018-angled-180", thin)
    top = yield from open_curve(me, wire, cobra)
    drawn_in = partial(rest_in, me, cobra, mm=-2.0)  # the artery runs down
    yield from circle(me, cobra, [("right-renal",)], levels(me, top - 46.0, 10, 4.0), drawn_in)
    yield Do("instrument.connect", {"tool": cobra.tool})
    yield from lit(me, False)
    yield from puff(me, 3.0, 0.9 if me.skill.checks else 4.0)
    if me.skill.checks:
        yield from told(me, drill, cobra)
    else:
        yield from guess(me, drill)
    yield from lit(me, True)
    yield from past(me, cobra, thin)
    yield from lit(me, False)
    if me.skill.checks:
        yield from puff(me, 3.0)
    yield from me.finish()


def told(me: Stage, drill: DrillItem, cobra: Held) -> Script:
    """Wait for help, who looks at the pictures too; say what it is, and give the drug where it is a spasm."""
    words = ""
    for _ in range(int(HELP_S / 2.0)):
        said = [one for one in me.events if str(one.get("name", "")).startswith("help")]
        words = " ".join(str(one.get("text")) for one in said)
        if "spasm" in words or "true lumen" in words:
            break
        yield Wait(2.0)
    is_spasm = "spasm" in words
    yield from answer(me, drill, "what", "spasm" if is_spasm else "dissection")
    if is_spasm:
        yield Do("drug.give", {"drug": "nitroglycerin", "dose": 200.0, "route": "ia", "tool": cobra.tool})
        yield Wait(WORKS_S)


def past(me: Stage, cobra: Held, thin: Held) -> Script:
    """A slim wire past the place; where it stops it is drawn back, turned and tried again."""
    yield from load(me, thin)
    yield from to_depth(me, thin, depth_mm(me, cobra.tool) - 3.0, 100.0, 40.0)
    for _ in range(6 if me.skill.checks else 1):
        begun = depth_mm(me, cobra.tool)
        while depth_mm(me, thin.tool) < begun + PAST_MM:
            goes = yield from onward(me, thin, 4.0)
            near = depth_mm(me, thin.tool) < begun + MOUTH_MM
            if not (goes and (near or is_in(me, thin.tool, "right-renal"))):
                break
        else:
            return
        yield from to_depth(me, thin, begun - 2.0, 15.0, 3.0)
        yield from turn(me, thin, 60.0)
