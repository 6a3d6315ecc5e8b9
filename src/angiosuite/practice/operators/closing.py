"""Hands at the end of a case: a device as the sheath comes out, and a hand on what still bleeds."""

from __future__ import annotations

from .scripts import value_of
from .stage import Do, Script, Stage, Wait
from .steering import Held, pick

FIRM_SHARE = 0.8
"""Of the mean pressure: the hole stands still, and the artery is still open."""
SETTLES_S, SETTLES = 30.0, 6
"""A device oozes for a minute or two: it is looked at so often, s, and so many times."""
LOOKS_S = 20.0
"""A hand that goes is followed by a look for so long."""
HOLDS_S = 1200.0
"""A hand holds so long where a device did not: blood with heparin in it clots late."""
HURRY_S = 150.0
"""Who is in a hurry presses for so long."""


def bleeds(me: Stage, access: str) -> bool:
    """Whether blood comes from a puncture, as anybody sees."""
    told = value_of(me, "treating", "closing", default=None) or []
    return any(one["bleeds"] for one in told if one["access"] == access)


def closed(me: Stage, access: str, device: str) -> Script:
    """The sheath out with a device, looked at; a hand where it bleeds. In a hurry a short hand, or none."""
    if not me.skill.checks:
        yield from hurried(me, access)
        return
    held = Held()
    yield from pick(me, device, held)
    yield Do("closing.device", {"tool": held.tool, "access": access})
    for _ in range(SETTLES):
        yield Wait(SETTLES_S)
        if not bleeds(me, access):
            break
    for _ in range(3):
        if not bleeds(me, access):
            return
        yield from pressed(me, access)


def pressed(me: Stage, access: str) -> Script:
    """A firm hand for as long as it takes, and a look."""
    yield Do("closing.press", {"access": access, "share": FIRM_SHARE})
    yield Wait(HOLDS_S)
    yield Do("closing.release", {"access": access})
    yield Wait(LOOKS_S)


def hurried(me: Stage, access: str) -> Script:
    """A short hand by who is unsure; none by who is reckless."""
    share = FIRM_SHARE if me.skill.tries > 1 else 0.0
    yield Do("closing.remove_sheath", {"access": access, "share": share})
    if not share:
        yield Wait(2.0)
        return
    yield Wait(HURRY_S)
    yield Do("closing.release", {"access": access})
    yield Wait(LOOKS_S)
