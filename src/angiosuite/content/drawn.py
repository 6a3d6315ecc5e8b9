"""Numbers and words that an attempt draws from its seed: a range, or what goes with a drawn word."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import Field, model_validator

from angiosuite.content.faults import nearest
from angiosuite.content.schema import Broken, Kebab, Strict
from angiosuite.kit.randomness import generator

_STEP = 10.0
"""Drawn numbers are whole tenths, so that a task reads well."""


class Spread(Strict):
    """A number, ``5``, or a range that one is drawn from, ``[-30, 30]``."""

    low: float
    high: float

    @model_validator(mode="before")
    @classmethod
    def _from_a_number_or_a_pair(cls, value: Any) -> Any:
        if isinstance(value, int | float) and not isinstance(value, bool):
            return {"low": value, "high": value}
        if isinstance(value, list | tuple) and len(value) == 2:
            return {"low": value[0], "high": value[1]}
        return value

    def rules(self) -> Iterator[Broken]:
        """A range goes upwards."""
        if self.low > self.high:
            yield Broken(
                ("low",), f"is above the range's end, {self.high:g}", "the lower one first", self.low
            )

    def drawn(self, seed: int, name: str) -> float:
        """The number of an attempt: the same for the same seed and name."""
        if self.low == self.high:
            return self.low
        share = generator(seed, f"drill:{name}").random()
        return round((self.low + share * (self.high - self.low)) * _STEP) / _STEP


class Drawn(Strict):
    """A number, a range ``[low, high]``, or ``{by: side, values: {before: -50, behind: [40, 60]}}``."""

    fixed: Spread | None = None
    by: Kebab | None = Field(default=None, description="name of a drawn word")
    values: dict[Kebab, Spread] = Field(default_factory=dict, description="the number for each word")

    @model_validator(mode="before")
    @classmethod
    def _from_a_number_or_a_pair(cls, value: Any) -> Any:
        return value if isinstance(value, dict) else {"fixed": value}

    def rules(self) -> Iterator[Broken]:
        """It is one of the three."""
        if (self.fixed is None) == (self.by is None) or (self.by is None and self.values):
            yield Broken((), "is neither a number, a range nor drawn by a word", "5, [-5, 5] or {by, values}")
        for word, spread in self.values.items():
            if spread.low > spread.high:
                yield Broken(("values", word), "is a range that goes down", "the lower one first", spread.low)

    def drawn(self, seed: int, name: str, words: Mapping[str, str]) -> float:
        """The number of an attempt.

        Parameters
        ----------
        seed : int
            The attempt's.
        name : str
            Where the number stands: numbers of other names are drawn apart.
        words : mapping
            The drawn words by their names.
        """
        if self.by is not None:
            return self.values[words[self.by]].drawn(seed, name)
        assert self.fixed is not None
        return self.fixed.drawn(seed, name)

    def unknown(self, words: Mapping[str, tuple[str, ...]]) -> Iterator[Broken]:
        """Broken rules where it is drawn by a word that is none, or lacks one of its values."""
        yield from unknown_words(self.by, self.values, words)


class DrawnWord(Strict):
    """An id, or ``{by: side, values: {left: left-renal-artery, right: right-renal-artery}}``."""

    fixed: Kebab | None = None
    by: Kebab | None = Field(default=None, description="name of a drawn word")
    values: dict[Kebab, Kebab] = Field(default_factory=dict, description="the id for each word")

    @model_validator(mode="before")
    @classmethod
    def _from_an_id(cls, value: Any) -> Any:
        return {"fixed": value} if isinstance(value, str) else value

    def rules(self) -> Iterator[Broken]:
        """It is one of the two."""
        if (self.fixed is None) == (self.by is None):
            yield Broken((), "is neither an id nor drawn by a word", "an id, or {by, values}")

    def drawn(self, words: Mapping[str, str]) -> str:
        """The id of an attempt."""
        return self.fixed if self.fixed is not None else self.values[words[self.by or ""]]

    def unknown(self, words: Mapping[str, tuple[str, ...]]) -> Iterator[Broken]:
        """Broken rules where it is drawn by a word that is none, or lacks one of its values."""
        yield from unknown_words(self.by, self.values, words)


def unknown_words(
    by: str | None, values: Mapping[str, Any], words: Mapping[str, tuple[str, ...]]
) -> Iterator[Broken]:
    """Broken rules of something that is given by a drawn word: the word exists, each value has its entry."""
    if by is None:
        return
    if by not in words:
        way_out = nearest(by, words) or f"`draws: {{{by}: [one, other]}}`"
        yield Broken(("by",), "is not a drawn word", way_out, by, ("draws",))
        return
    for word in words[by]:
        if word not in values:
            yield Broken(("values",), f"has nothing for '{word}'", f"`{word}: …`", uses=("draws",))
    for word in values:
        if word not in words[by]:
            way_out = nearest(word, words[by]) or "one of " + ", ".join(words[by])
            yield Broken(("values", word), f"is not a value of {by}", way_out, word, ("draws",))


def drawn_words(draws: Mapping[str, tuple[str, ...]], seed: int, owner: str) -> dict[str, str]:
    """One value of each word, from the seed."""
    return {
        name: values[int(generator(seed, f"drill:{owner}:{name}").integers(len(values)))]
        for name, values in draws.items()
    }
