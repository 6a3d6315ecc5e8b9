"""What a drill asks of an attempt: goals, critical errors, limits, and dose that is to be spared."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

from pydantic import ConfigDict, Field

from angiosuite.content.measure_entry import MeasureEntry, measure_entries
from angiosuite.content.schema import Broken, Kebab, Line, Sentence, Strict

__all__ = ["POINTS", "Condition", "Critical", "Goal", "Limit", "Stewardship", "limit_told"]

POINTS = 100
"""All points of a drill."""
Window = Literal[
    "last-held", "best-held", "last-shot", "last-run", "any-run", "all-runs", "session", "two-views"
]


class Condition(Strict):
    """A measure and what it must be."""

    model_config = ConfigDict(validate_by_alias=True, validate_by_name=False)

    id: Kebab
    text: Line
    measure: Kebab
    of: Kebab | None = Field(default=None, description="a target or a question of the drill")
    within: Window | None = Field(default=None, alias="in", description="which pictures, runs or moments")
    at_most: float | None = None
    at_least: float | None = None
    equals: float | None = Field(default=None, alias="is")
    why: Sentence
    source: Kebab = Field(description="key of one of the drill's sources")

    def rules(self) -> Iterator[Broken]:
        """One bound, or both at_most and at_least."""
        bounds = (self.at_most is not None) + (self.at_least is not None)
        if (bounds > 0) == (self.equals is not None):
            yield Broken(
                (), "needs one condition", "`at_most: …`, `at_least: …` or `is: …`", uses=("at_most",)
            )
        elif self.at_most is not None and self.at_least is not None and self.at_least > self.at_most:
            yield Broken(("at_least",), "is above at_most", "swapping the two", self.at_least, ("at_most",))

    @property
    def entry(self) -> MeasureEntry | None:
        """What the dictionary says of its measure; None when there is no such measure."""
        return measure_entries().get(self.measure)


class Goal(Condition):
    """What is to be reached. A required one that is missed fails the attempt."""

    points: int = Field(ge=0, le=POINTS)
    required: bool = False


class Critical(Condition):
    """What may never be: when this condition holds, the attempt fails whatever else was reached."""


class Limit(Condition):
    """A bound that is shown beforehand."""

    points: int = Field(default=0, ge=0, le=POINTS)


class Stewardship(Strict):
    """Points for sparing people dose; they count only when all required goals are met."""

    model_config = ConfigDict(validate_by_alias=True, validate_by_name=False)

    id: Kebab
    text: Line
    measure: Kebab
    of: Kebab | None = None
    within: Window | None = Field(default=None, alias="in")
    full_at: float = Field(description="all points up to here")
    none_at: float = Field(description="no points from here on; straight between")
    points: int = Field(ge=1, le=POINTS)
    why: Sentence
    source: Kebab

    def rules(self) -> Iterator[Broken]:
        """The two ends differ."""
        if self.full_at == self.none_at:
            yield Broken(("none_at",), "is where all points are given", "another value", self.none_at)

    @property
    def entry(self) -> MeasureEntry | None:
        """What the dictionary says of its measure; None when there is no such measure."""
        return measure_entries().get(self.measure)


def limit_told(one: Limit | Stewardship) -> dict[str, Any]:
    """A limit as the task shows it; one of the whole session with how near to it the person is."""
    told: dict[str, Any] = {"id": one.id, "text": one.text}
    if one.of is not None or one.within not in (None, "session"):
        return told
    if isinstance(one, Stewardship):
        if one.none_at > one.full_at >= 0:
            told |= {"measure": one.measure, "at_most": one.none_at, "full_at": one.full_at}
    elif one.at_most is not None and one.at_most >= 0:
        told |= {"measure": one.measure, "at_most": one.at_most}
    return told
