"""Hands at the end of a case: a device as the sheath comes out, and a hand on what still bleeds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True)
class Hand:
    """A hand on punctures: its share of the mean pressure, and for how long, s, at first and again."""

    share: float
    first_s: float
    again_s: float
    times: int = 3
    hasty_s: float = 90.0
    """So long it presses whose hand is unsure; who is reckless does not press."""
    look_s: float = 5.0


def bleeds(me: Stage, *accesses: str) -> bool:
    """Whether blood comes from one of these punctures, as anybody sees."""
    told = value_of(me, "treating", "closing", default=None) or []
    return any(one["bleeds"] for one in told if one["access"] in accesses)


def held(me: Stage, accesses: Sequence[str], hand: Hand) -> Script:
    """Sheaths out, a hand on each puncture, and again where one bleeds; in a hurry once, or not at all."""
    share = hand.share if me.skill.tries > 1 else 0.0
    for access in accesses:
        yield Do("closing.remove_sheath", {"access": access, "share": share})
    seconds = hand.first_s if me.skill.checks else hand.hasty_s if me.skill.tries > 1 else 0.0
    for _ in range(hand.times if me.skill.checks else 1):
        if not seconds:
            return
        yield Wait(seconds)
        for access in accesses:
            yield Do("closing.release", {"access": access})
        yield Wait(hand.look_s)
        if not bleeds(me, *accesses):
            return
        for access in accesses:
            yield Do("closing.press", {"access": access, "share": hand.share})
        seconds = hand.again_s


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
