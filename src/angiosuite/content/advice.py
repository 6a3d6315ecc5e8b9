"""Schema of ``advice/<id>/advice.yaml``: what a senior colleague says who was called, and in which state.

Whatever of several holds is said, the first in `order` first. They say what they see; they do nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pydantic import Field

from angiosuite.content.known_source import KnownSource
from angiosuite.content.schema import Broken, Item, Kebab, Sentence, Strict

__all__ = ["AdviceItem", "When"]


class When(Strict):
    """The state that it is for: all of what is given has to hold; of `events` any."""

    events: tuple[Kebab, ...] = Field(default=(), max_length=20, description="one of these happened lately")
    lately_min: float = Field(default=15, gt=0, le=600, description="how long ago at most")
    no_events: tuple[Kebab, ...] = Field(
        default=(), max_length=20, description="and none of these since then"
    )
    map_below_mmhg: float | None = Field(default=None, gt=0, le=200, description="mean arterial pressure")
    rate_below_per_min: float | None = Field(default=None, gt=0, le=250, description="of the heart")
    rate_above_per_min: float | None = Field(default=None, gt=0, le=250)
    act_below_s: float | None = Field(default=None, gt=0, le=1000, description="clotting time in the patient")
    act_above_s: float | None = Field(default=None, gt=0, le=1000)
    act_unknown: bool = Field(
        default=False, description="heparin was given and no clotting time was taken since"
    )
    tools_in: bool | None = Field(default=None, description="whether instruments lie in the patient")

    def rules(self) -> Iterator[Broken]:
        """A number below which and one above which leave room between them."""
        for low, high in (("act_above_s", "act_below_s"), ("rate_above_per_min", "rate_below_per_min")):
            above, below = getattr(self, low), getattr(self, high)
            if above is not None and below is not None and above >= below:
                yield Broken((low,), f"is not below {high}, {below:g}", "swapping the two", above, (high,))

    def holds(self, facts: Mapping[str, float | bool | None], ago_s: Mapping[str, float]) -> bool:
        """Whether the state is this one.

        Parameters
        ----------
        facts : mapping
            ``map_mmhg``, ``rate_per_min``, ``act_s``, ``act_unknown``, ``tools_in``; None where not known.
        ago_s : mapping of event to float
            How long ago each event happened last.
        """
        recent = [ago_s[name] for name in self.events if ago_s.get(name, 1e9) <= 60.0 * self.lately_min]
        if self.events and not recent:
            return False
        if any(ago_s.get(name, 1e9) <= (min(recent) if recent else 1e8) for name in self.no_events):
            return False
        if self.act_unknown and not facts["act_unknown"]:
            return False
        if self.tools_in is not None and facts["tools_in"] is not self.tools_in:
            return False
        limits = (
            (facts["map_mmhg"], None, self.map_below_mmhg),
            (facts["rate_per_min"], self.rate_above_per_min, self.rate_below_per_min),
            (facts["act_s"], self.act_above_s, self.act_below_s),
        )
        return all(_within(value, low, high) for value, low, high in limits)


def _within(value: float | bool | None, low: float | None, high: float | None) -> bool:
    if low is None and high is None:
        return True
    return value is not None and (low is None or value > low) and (high is None or value < high)


class AdviceItem(Item):
    """One thing that is said."""

    sources: tuple[KnownSource, ...] = Field(
        min_length=1, description="each says what it covers and its basis"
    )
    order: int = Field(default=100, ge=0, le=10_000, description="the lower, the sooner it is said")
    when: When = Field(default_factory=When, description="left out: always")
    says: Sentence
