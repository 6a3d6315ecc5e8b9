"""A senior colleague who can be called: comes after a while and says what content has for this state."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from angiosuite.content.advice import AdviceItem
from angiosuite.content.hazard import HazardItem
from angiosuite.content.loader import Library
from angiosuite.kit.randomness import generator

__all__ = ["Senior", "advice_for"]

SOONEST_S, LATEST_S = 60.0, 150.0
"""How long help is on its way, s (own choice; draft)."""
STAYS_S = 900.0
"""And how long it stays beside the table, s."""
MOST_SAID = 3
HARM_S = 900.0
"""A harm of the last minutes is spoken of, s."""


def advice_for(
    content: Library, facts: Mapping[str, float | bool | None], ago_s: Mapping[str, float]
) -> list[tuple[str, str]]:
    """What is said in a state, most urgent first: ids and words, three at most.

    What is to be done after the last harm comes from its hazard where no advice of its own speaks of it.
    """
    items = [one.item for one in content.items["advice"].values()]
    held = sorted(
        (i for i in items if isinstance(i, AdviceItem) and i.when.holds(facts, ago_s)),
        key=lambda i: (i.order, i.id),
    )
    spoken = {name for item in held for name in item.when.events}
    said = [(item.id, item.says) for item in held]
    harms = [one.item for one in content.items["hazards"].values()]
    recent = [
        (ago_s.get(harm.id, 1e9), harm.id, harm.answer)
        for harm in harms
        if isinstance(harm, HazardItem) and harm.id not in spoken
    ]
    last = min(recent, default=(1e9, "", ""))
    if last[0] <= HARM_S:
        said.insert(0, last[1:])
    return said[:MOST_SAID]


class Senior:
    """Help of one session.

    Parameters
    ----------
    seed : int
        Of the session: how long help takes.
    """

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._calls = 0
        self.comes_us: int | None = None
        self.leaves_us: int | None = None

    def call(self, now_us: int) -> bool:
        """Call for help; whether somebody is here already and speaks at once."""
        if self.is_here(now_us):
            self.leaves_us = now_us + round(1e6 * STAYS_S)
            return True
        if self.comes_us is None:
            self._calls += 1
            chance = float(generator(self._seed, "help", self._calls).random())
            self.comes_us = now_us + round(1e6 * (SOONEST_S + (LATEST_S - SOONEST_S) * chance))
        return False

    def arrives(self, now_us: int) -> bool:
        """Whether help comes in at this moment."""
        if self.comes_us is None or now_us < self.comes_us:
            return False
        self.comes_us, self.leaves_us = None, now_us + round(1e6 * STAYS_S)
        return True

    def is_here(self, now_us: int) -> bool:
        """Whether help stands beside the table."""
        return self.leaves_us is not None and now_us < self.leaves_us

    def show(self, now_us: int) -> str:
        """``none``, ``coming`` or ``here``."""
        if self.comes_us is not None:
            return "coming"
        return "here" if self.is_here(now_us) else "none"

    def state(self) -> dict[str, Any]:
        """Everything that the next step depends on."""
        return {"calls": self._calls, "comes_us": self.comes_us, "leaves_us": self.leaves_us}

    def restore(self, plain: Mapping[str, Any]) -> None:
        """Go on from a `state`."""
        self._calls = plain["calls"]
        self.comes_us, self.leaves_us = plain["comes_us"], plain["leaves_us"]


def ago_of(events: Sequence[Mapping[str, Any]], now_us: int) -> dict[str, float]:
    """How long ago each event happened last, s."""
    return {event["name"]: 1e-6 * (now_us - event["t_us"]) for event in events}
