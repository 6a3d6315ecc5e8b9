"""Hands at the end of a case: a device as the sheath comes out, and a hand on what still bleeds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .scripts import value_of
from .stage import Do, Script, Stage, Wait
from .steering import Held, pick

SETTLES_S, SETTLES = 30.0, 6
"""A device oozes for a minute or two: it is looked at so often, s, and so many times."""


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


BEHIND_A_DEVICE = Hand(share=0.8, first_s=1200.0, again_s=1200.0, hasty_s=150.0, look_s=20.0)
"""On an artery that a device did not close: blood with heparin in it clots late. The hole stands still at
this share of the mean pressure, and the artery is still open. Who is in a hurry presses in place of it."""


def bleeds(me: Stage, *accesses: str) -> bool:
    """Whether blood comes from one of these punctures, as anybody sees."""
    told = value_of(me, "treating", "closing", default=None) or []
    return any(one["bleeds"] for one in told if one["access"] in accesses)


def held(me: Stage, accesses: Sequence[str], hand: Hand, device: str = "") -> Script:
    """Sheaths out, with a device or a hand on each puncture; a hand again where one bleeds.

    Parameters
    ----------
    me : Stage
        Who does not check takes no device and presses once and shortly; who is reckless does not press.
    accesses : sequence of str
    hand : Hand
    device : str
        Closes each puncture in place of the first hand.
    """
    if device and me.skill.checks:
        for access in accesses:
            yield from sealed(me, access, device)
    else:
        share = hand.share if me.skill.tries > 1 else 0.0
        for access in accesses:
            yield Do("closing.remove_sheath", {"access": access, "share": share})
        if not share:
            yield Wait(2.0)
            return
        yield from let_go(me, accesses, hand, hand.first_s if me.skill.checks else hand.hasty_s)
    for _ in range(hand.times if me.skill.checks else 0):
        if not bleeds(me, *accesses):
            return
        for access in accesses:
            yield Do("closing.press", {"access": access, "share": hand.share})
        yield from let_go(me, accesses, hand, hand.again_s)


def let_go(me: Stage, accesses: Sequence[str], hand: Hand, seconds: float) -> Script:
    """The hands go after a time, and a look."""
    yield Wait(seconds)
    for access in accesses:
        yield Do("closing.release", {"access": access})
    yield Wait(hand.look_s)


def sealed(me: Stage, access: str, device: str) -> Script:
    """The sheath out with a device, which is given time to settle."""
    taken = Held()
    yield from pick(me, device, taken)
    yield Do("closing.device", {"tool": taken.tool, "access": access})
    for _ in range(SETTLES):
        yield Wait(SETTLES_S)
        if not bleeds(me, access):
            return


def closed(me: Stage, access: str, device: str) -> Script:
    """An artery closed with a device; a firm hand where it bleeds."""
    yield from held(me, (access,), BEHIND_A_DEVICE, device)
