"""What every content item has in common: identity, text, sources and how far it can be trusted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationInfo,
    model_validator,
)
from pydantic_core import PydanticCustomError

Quality = Literal["draft", "reviewed", "validated"]
"""*draft* is the default; *reviewed* names two clinicians; *validated* adds a comparison with reality."""

Kebab = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=64)]
GATHER_RULES = "gather-rules"
"""Validation context of the checker, which reads `Strict.broken` itself and prints every rule."""

Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Sentence = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=600)]
Citation = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=800)]
Prose = Annotated[str, StringConstraints(strip_whitespace=True, max_length=4000)]
Basis = Literal["read", "memory", "open"]
"""How a statement is known: its source was *read*, it is from *memory*, or it is an *open* question."""
Country = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
"""ISO 3166-1 code of two letters."""


def _day_of(value: Any) -> Any:
    """A day from its text, 2026-11-29; anything else as it is, for the schema to refuse."""
    try:
        return date.fromisoformat(value) if isinstance(value, str) and len(value) == 10 else value
    except ValueError:
        return value


Day = Annotated[date, BeforeValidator(_day_of)]
"""A day as text, also in mappings that a validator has seen before."""


@dataclass(frozen=True, slots=True)
class Broken:
    """A rule between fields that does not hold.

    Parameters
    ----------
    location : tuple
        The field it is shown at, relative to the mapping whose rule it is.
    problem : str
        What is wrong.
    way_out : str
        What to try.
    got : object
        The value, None when the problem names it.
    uses : tuple of str
        Further fields that the rule read.
    """

    location: tuple[str | int, ...]
    problem: str
    way_out: str
    got: Any = None
    uses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Refers:
    """Marks a field that holds the id of another item; the loader looks it up.

    Parameters
    ----------
    kind : str
        Folder name of the kind, for example "patients".
    """

    kind: str


@dataclass(frozen=True, slots=True)
class Leads:
    """Marks a field that holds an address of the product, see `address`; the loader looks its item up."""


class Strict(BaseModel):
    """A mapping that knows all its keys: unknown ones are faults, values are not converted."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False, defer_build=True)

    def rules(self) -> Iterator[Broken]:
        """Rules between this mapping's own fields that do not hold."""
        yield from ()

    def broken(self, location: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], Broken]]:
        """Every broken rule of this mapping and those below, each with the location of its mapping."""
        for rule in self.rules():
            yield location, rule
        for name, info in type(self).model_fields.items():
            value, key = getattr(self, name), info.alias or name
            if isinstance(value, Strict):
                yield from value.broken((*location, key))
            elif isinstance(value, tuple):
                for index, entry in enumerate(value):
                    if isinstance(entry, Strict):
                        yield from entry.broken((*location, key, index))


class Source(Strict):
    """Where a figure comes from; a bare text stands for `citation` alone."""

    citation: Citation
    covers: Line | None = Field(default=None, description="which fields it supports")
    licence: Line | None = None
    url: Line | None = None

    @model_validator(mode="before")
    @classmethod
    def _text_is_a_citation(cls, value: Any) -> Any:
        return {"citation": value} if isinstance(value, str) else value


class Item(Strict):
    """Fields of every item, whatever its kind.

    Notes
    -----
    `quality` above draft needs names in `reviewers`: two for reviewed, as the rules of the tiers say.
    """

    id: Kebab = Field(description="kebab-case, equal to the folder's name, never reused")
    title: Line = Field(description="what the page shows")
    summary: Prose = Field(default="", description="one paragraph for the page")
    quality: Quality = "draft"
    reviewers: tuple[Line, ...] = ()
    sources: tuple[Source, ...] = Field(min_length=1, description="at least one citation")

    @model_validator(mode="after")
    def _rules_hold(self, info: ValidationInfo) -> Self:
        if info.context != GATHER_RULES:
            for location, rule in self.broken():
                where = ".".join(map(str, (*location, *rule.location)))
                raise PydanticCustomError(
                    "rule", "{text}", {"text": f"{where}: {rule.problem}; try {rule.way_out}"}
                )
        return self

    def rules(self) -> Iterator[Broken]:
        """Quality above draft has its names."""
        if self.quality != "draft" and len(self.reviewers) < 2:
            yield Broken(
                ("quality",),
                "above draft needs two named clinicians",
                "two names in `reviewers`, or `quality: draft`",
                self.quality,
                ("reviewers",),
            )


class Range(Strict):
    """Lowest and highest value that an axis or setting can take; the unit is in the field's name."""

    low: float
    high: float

    def rules(self) -> Iterator[Broken]:
        """Low is below high."""
        if not self.low < self.high:
            yield Broken(
                ("low",), f"is not below high, {self.high:g}", "swapping the two", self.low, ("high",)
            )

    def holds(self, value: float) -> bool:
        """Whether a value lies within, ends included."""
        return self.low <= value <= self.high
