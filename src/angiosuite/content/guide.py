"""Schema of ``guide/<id>/page.yaml``: one page of the guide; its text stands beside it in ``text.md``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, StringConstraints, field_validator

from angiosuite.content.address import form_problem
from angiosuite.content.faults import nearest
from angiosuite.content.schema import (
    Basis,
    Broken,
    Country,
    Day,
    Item,
    Kebab,
    Leads,
    Line,
    Prose,
    Sentence,
    Source,
    Strict,
)

PageKind = Literal["welcome", "why", "reflection", "stage", "skill", "day", "procedure"]
PAGE_KINDS: tuple[PageKind, ...] = ("welcome", "why", "reflection", "stage", "skill", "day", "procedure")
"""Kinds of pages in the order of the contents."""

HEADINGS: dict[PageKind, tuple[str, ...]] = {
    "welcome": (),
    "why": ("Evidence", "Counter-evidence"),
    "reflection": (),
    "stage": ("What it is", "What is asked of you", "What to do now", "Elsewhere"),
    "skill": ("What good looks like", "How it is assessed", "How it is practised here"),
    "day": ("What it is", "What good looks like", "How it is practised here"),
    "procedure": (
        "Indications",
        "Contraindications",
        "Anatomy and variants",
        "Kit",
        "Steps",
        "Dose",
        "Complications",
        "Aftercare",
        "What to log",
    ),
}
"""Headings of the second level that the text of each kind must have."""

LEAST_WORDS: dict[PageKind, int] = {"procedure": 1200}
LEAST_SOURCES: dict[PageKind, int] = {"procedure": 3}

MEASURED = re.compile(
    r"\d[\d.,]*(?:\s|\u00a0|\u202f)*"
    r"(?:%|mGy|µGy|Gy|mSv|Sv|mm|cm|m(?:in|l|s|onths?)?\b|µm|Fr?\b|kV|mA|kg|mg|g\b|h(?:ours?)?\b|s\b|weeks?|years?|days?|"
    r"procedures?|cases?|credits?)"
)
"""A number with its unit, as a programme would print it."""

FigureFile = Annotated[
    str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*\.(svg|jpg|png|webp)$", max_length=80)
]


class GuideSource(Source):
    """A source whose supporting passage was read: where, when, and what it says in our own words."""

    key: Kebab = Field(description="the text cites it as [@key]")
    url: Line
    read_on: Day
    supports: Prose = Field(min_length=1, description="in our own words, what the passage says")


class DoNow(Strict):
    """Something to do in the product now."""

    label: Sentence
    go: Annotated[Line, Leads()] = Field(description="address of the page it opens")
    why: Sentence | None = None

    def rules(self) -> Iterator[Broken]:
        """The address is well formed."""
        wrong = form_problem(self.go)
        if wrong is not None:
            yield Broken(("go",), *wrong, self.go)


class Statement(Strict):
    """A statement that a programme could print as a rule; shown as fact only when it was read."""

    id: Kebab
    text: Sentence
    basis: Basis
    source: Kebab | None = Field(default=None, description="key of one of the page's sources")

    def rules(self) -> Iterator[Broken]:
        """What was read, and what gives a number with a unit, names its source."""
        if self.source is not None:
            return
        if self.basis == "read":
            yield Broken(("basis",), "read without a source", "`source: …`, or `basis: memory`", self.basis)
        elif self.basis == "memory" and (found := MEASURED.search(self.text)):
            problem = "gives a number with a unit and no source"
            yield Broken(("text",), problem, "`source: …`, or `basis: open` and no number", found[0])


class Figure(Strict):
    """A picture made from the product's own engine."""

    file: FigureFile
    alt: Sentence = Field(description="what is seen, for those who cannot see it")
    caption: Sentence


class DoseWindow(Strict):
    """A dose that was published for the procedure."""

    text: Sentence
    source: Kebab


class Complication(Strict):
    """One complication: how it is graded and how often it was seen."""

    name: Sentence
    grade: Sentence | None = None
    rate: Sentence | None = None
    source: Kebab | None = None

    def rules(self) -> Iterator[Broken]:
        """A rate names its source."""
        if self.rate is not None and self.source is None:
            yield Broken(("rate",), "has no source", "`source: …`, or no rate", self.rate, ("source",))


class Procedure(Strict):
    """What a procedure page says in short."""

    access: tuple[Sentence, ...] = Field(min_length=1)
    kit: tuple[Sentence, ...] = Field(min_length=1)
    dose_window: tuple[DoseWindow, ...] = ()
    complications: tuple[Complication, ...] = Field(min_length=1)
    log: tuple[Sentence, ...] = Field(min_length=1)

    @field_validator("dose_window", mode="before")
    @classmethod
    def _one_is_a_list_of_one(cls, value: Any) -> Any:
        entries = [value] if isinstance(value, dict) else value
        return tuple(entries) if isinstance(entries, list) else entries


class Question(Strict):
    """One question of a reflection."""

    id: Kebab
    text: Sentence
    kind: Literal["scale", "text"]
    low: Line | None = None
    high: Line | None = None

    def rules(self) -> Iterator[Broken]:
        """A scale says what its two ends mean."""
        for name in ("low", "high"):
            if self.kind == "scale" and getattr(self, name) is None:
                yield Broken((name,), "is missing of a scale", f"`{name}: …`, what that end means")


class Reflection(Strict):
    """The questions of a private reflection."""

    questions: tuple[Question, ...] = Field(min_length=1, max_length=40)

    def rules(self) -> Iterator[Broken]:
        """Ids are unique."""
        yield from taken_twice("questions", [question.id for question in self.questions], "id")


class GuidePageItem(Item):
    """One page of the guide."""

    model_config = ConfigDict(validate_by_alias=True, validate_by_name=False)

    summary: Sentence = Field(description="one sentence for lists")
    sources: tuple[GuideSource, ...] = Field(min_length=1)
    kind: PageKind
    order: int = Field(ge=0, le=10_000, description="place within its kind")
    written_on: Day
    verify_every_months: int = Field(ge=1, le=60)
    countries: tuple[Country, ...] = Field(default=(), description="when it is of some countries only")
    terms: tuple[Kebab, ...] = Field(default=(), description="what evidence about it is filed under")
    do_now: tuple[DoNow, ...] = Field(min_length=1)
    not_yet: tuple[Sentence, ...] = Field(default=(), description="what the product cannot do about it yet")
    statements: tuple[Statement, ...] = Field(
        default=(), alias="rules", description="statements that a programme could print as a rule"
    )
    figures: tuple[Figure, ...] = ()
    procedure: Procedure | None = None
    reflection: Reflection | None = None

    def rules(self) -> Iterator[Broken]:
        """Parts of a kind are there, keys are unique, and every source that is named exists."""
        yield from super().rules()
        for part in ("procedure", "reflection"):
            given = getattr(self, part) is not None
            if given != (self.kind == part):
                problem = (
                    "belongs to a page of this kind only" if given else "is missing of a page of its kind"
                )
                yield Broken((part,), problem, f"`kind: {part}` with `{part}: …`, or neither", uses=("kind",))
        least = LEAST_SOURCES.get(self.kind, 1)
        if len(self.sources) < least:
            problem = f"has too few for a {self.kind} page"
            yield Broken(("sources",), problem, f"{least} or more", len(self.sources), ("kind",))
        keys = [source.key for source in self.sources]
        yield from taken_twice("sources", keys, "key")
        yield from taken_twice("rules", [statement.id for statement in self.statements], "id")
        yield from taken_twice("figures", [figure.file for figure in self.figures], "file")
        for where, key in self._named_sources():
            if key is not None and key not in keys:
                way_out = nearest(key, keys) or "one of " + ", ".join(keys)
                yield Broken(where, "is not the key of a source", way_out, key, ("sources",))

    def _named_sources(self) -> Iterator[tuple[tuple[str | int, ...], str | None]]:
        for index, statement in enumerate(self.statements):
            yield ("rules", index, "source"), statement.source
        if self.procedure is not None:
            for index, window in enumerate(self.procedure.dose_window):
                yield ("procedure", "dose_window", index, "source"), window.source
            for index, complication in enumerate(self.procedure.complications):
                yield ("procedure", "complications", index, "source"), complication.source


def taken_twice(part: str, names: list[str], field: str) -> Iterator[Broken]:
    """A broken rule for each entry of a list whose name another has already."""
    for index, name in enumerate(names):
        if name in names[:index]:
            yield Broken((part, index, field), "is given twice", "another one", name)
