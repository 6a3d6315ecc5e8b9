"""Schema of ``frameworks/<id>/framework.yaml``: competencies, milestones or EPAs, scales, crosswalks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Literal

from pydantic import Field

from angiosuite.content.faults import nearest
from angiosuite.content.pathway import KeyedSource, Relation
from angiosuite.content.requirement import Word
from angiosuite.content.schema import Basis, Broken, Item, Kebab, Line, Prose, Strict


class Level(Strict):
    """One level of a scale, in own words unless the text policy is full."""

    value: Word
    label: Line


class Scale(Strict):
    """Levels from lowest to highest."""

    id: Kebab
    title: Line
    kind: Literal["milestone", "entrustment", "autonomy", "performance"]
    levels: tuple[Level, ...] = Field(min_length=2, max_length=30)
    states: tuple[Level, ...] = Field(
        default=(), max_length=10, description="outside the order, such as not assessable"
    )

    def rules(self) -> Iterator[Broken]:
        """Every value is there once."""
        values = [level.value for level in (*self.levels, *self.states)]
        for index, value in enumerate(values):
            if value in values[:index]:
                yield Broken(("levels",), f"has {value} twice", "another value", value)


class FrameworkEntry(Strict):
    """One competency, milestone, EPA or topic."""

    id: Kebab
    code: Line | None = None
    title: Line
    parent: Kebab | None = None
    kind: Literal["domain", "subcompetency", "epa", "cip", "topic", "module"]
    scale: Kebab | None = None
    hint: Prose = Field(default="", description="in own words, what to look for")


class Link(Strict):
    """One item here and one of another framework."""

    item: Kebab
    framework: Kebab
    other: Line = Field(description="id or code there")
    relation: Relation = "related"
    note: Prose = ""


class FrameworkItem(Item):
    """A framework of competencies; protected text stays with its owner."""

    sources: tuple[KeyedSource, ...] = Field(min_length=1, max_length=100)
    publisher: Line
    version: Line
    valid_from: date | None = None
    valid_to: date | None = None
    licence: Line
    text_policy: Literal["titles-only", "full", "user-supplied"]
    notice: Prose = Field(default="", description="shown wherever the titles are")
    basis: Basis
    source: Kebab | None = None
    order: int = Field(default=100, ge=0, le=10_000, description="place in the list")
    scales: tuple[Scale, ...] = Field(default=(), max_length=20)
    items: tuple[FrameworkEntry, ...] = Field(default=(), max_length=2000)
    crosswalks: tuple[Link, ...] = Field(default=(), max_length=5000)

    def rules(self) -> Iterator[Broken]:
        """Ids are unique, parents, scales and sources exist, titles-only holds no text of the owner."""
        yield from super().rules()
        keys, scales = [s.key for s in self.sources], [s.id for s in self.scales]
        items = [entry.id for entry in self.items]
        if self.basis == "read" and self.source is None:
            yield Broken(
                ("source",), "is missing for basis read", "the key of the source, or `basis: memory`"
            )
        if self.source is not None and self.source not in keys:
            way_out = nearest(self.source, keys) or "a key of `sources`"
            yield Broken(("source",), "is not the key of a source", way_out, self.source)
        if self.text_policy == "titles-only" and not self.notice:
            yield Broken(
                ("notice",), "is missing for titles alone", "whose titles they are and on what terms"
            )
        if self.valid_from and self.valid_to and self.valid_to < self.valid_from:
            yield Broken(
                ("valid_to",), "is before valid_from", "a later day", str(self.valid_to), ("valid_from",)
            )
        before: set[str] = set()
        for index, entry in enumerate(self.items):
            here = ("items", index)
            if entry.id in before:
                yield Broken((*here, "id"), "is given twice", "another id", entry.id)
            if entry.parent is not None and entry.parent not in before:
                way_out = nearest(entry.parent, before) or "an item that stands before it"
                yield Broken((*here, "parent"), "is not an item before this one", way_out, entry.parent)
            if entry.scale is not None and entry.scale not in scales:
                way_out = nearest(entry.scale, scales) or "the id of one of `scales`"
                yield Broken((*here, "scale"), "is not a scale", way_out, entry.scale)
            before.add(entry.id)
        for index, link in enumerate(self.crosswalks):
            if link.item not in before:
                way_out = nearest(link.item, items) or "the id of one of `items`"
                yield Broken(("crosswalks", index, "item"), "is not an item", way_out, link.item)
