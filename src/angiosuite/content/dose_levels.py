"""Schema of ``dose/levels.yaml``: dose levels that are told, what is asked at one of them, what follows.

A pack has one such file or none; that of a pack that the settings name takes the place of the built-in one.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError

from angiosuite.content.faults import Fault, dotted, faults_of, nearest
from angiosuite.content.marks import read_marked
from angiosuite.content.pathway import KeyedSource
from angiosuite.content.schema import GATHER_RULES, Basis, Broken, Item, Kebab, Line, Sentence, Strict
from angiosuite.kit.errors import RefusedInput

FOLDER, FILE = "dose", "levels.yaml"

Quantity = Literal["peak-skin-dose", "reference-air-kerma", "kerma-area-product", "fluoroscopy-time"]
UNITS: dict[str, str] = {
    "peak-skin-dose": "Gy",
    "reference-air-kerma": "Gy",
    "kerma-area-product": "Gy cm²",
    "fluoroscopy-time": "min",
}
"""The unit that each quantity's value is written in."""


class DoseLevel(Strict):
    """One level, told when it is reached and, if the source says so, at every further step."""

    id: Kebab
    title: Line
    quantity: Quantity
    value: float = Field(gt=0, le=10_000)
    unit: Line
    then_every: float | None = Field(default=None, gt=0, le=10_000, description="in the same unit")
    role: Literal["record", "notify", "follow-up", "review"]
    meaning: Sentence = Field(description="what the source wants done, in own words")
    source: Kebab = Field(description="key of a source of this file")
    basis: Basis

    def rules(self) -> Iterator[Broken]:
        """The unit is the quantity's own."""
        if self.unit != UNITS[self.quantity]:
            yield Broken(
                ("unit",), "is not the quantity's unit", UNITS[self.quantity], self.unit, ("quantity",)
            )


class DoseOption(Strict):
    """One answer to the question, and what it means."""

    id: Kebab
    title: Line
    meaning: Sentence


class DoseAsked(Strict):
    """The question that a level asks. It is asked, and never answered for anyone."""

    id: Kebab
    level: Kebab = Field(description="id of the level that asks it")
    text: Sentence
    options: tuple[DoseOption, ...] = Field(min_length=2, max_length=5)


class FollowUp(Strict):
    """What is due afterwards."""

    text: Sentence
    from_gy: float = Field(ge=0, le=100, description="peak skin dose from which it is due")
    source: Kebab
    basis: Basis


class Reaction(Strict):
    """What a single dose to the skin may lead to, from this dose on."""

    from_gy: float = Field(ge=0, le=100)
    text: Sentence
    source: Kebab
    basis: Basis


class DoseLevelsItem(Item):
    """All of it."""

    sources: tuple[KeyedSource, ...] = Field(min_length=1)
    levels: tuple[DoseLevel, ...] = Field(min_length=1, max_length=60)
    asked: DoseAsked | None = None
    follow_up: tuple[FollowUp, ...] = Field(default=(), max_length=40)
    reactions: tuple[Reaction, ...] = Field(default=(), max_length=20)

    def level(self, name: str) -> DoseLevel:
        """The level with this id; KeyError when there is none."""
        return {level.id: level for level in self.levels}[name]

    def rules(self) -> Iterator[Broken]:
        """Ids are unique, sources are there and read where the basis says so, the question has its level."""
        yield from super().rules()
        sources = {source.key: source for source in self.sources}
        seen: set[str] = set()
        for index, level in enumerate(self.levels):
            if level.id in seen:
                yield Broken(("levels", index, "id"), "is given twice", "another id", level.id)
            seen.add(level.id)
        named: tuple[tuple[str, tuple[DoseLevel | FollowUp | Reaction, ...]], ...] = (
            ("levels", self.levels),
            ("follow_up", self.follow_up),
            ("reactions", self.reactions),
        )
        for field, entries in named:
            for index, entry in enumerate(entries):
                source = sources.get(entry.source)
                if source is None:
                    way_out = nearest(entry.source, sources) or "a source with this key"
                    yield Broken(
                        (field, index, "source"),
                        "is no source of this file",
                        way_out,
                        entry.source,
                        ("sources",),
                    )
                elif entry.basis == "read" and source.read_on is None:
                    yield Broken(
                        (field, index, "basis"),
                        f"is read, but the source {entry.source} has no day on which it was",
                        "`read_on: 2026-…` at the source, or `basis: memory`",
                        entry.basis,
                        ("sources",),
                    )
        if self.asked is not None and self.asked.level not in seen:
            way_out = nearest(self.asked.level, seen) or "the id of a level"
            yield Broken(
                ("asked", "level"), "is no level of this file", way_out, self.asked.level, ("levels",)
            )


def read_dose_levels(path: Path) -> tuple[DoseLevelsItem | None, list[Fault]]:
    """A file and every fault it has; no item when there is any fault."""
    marked = read_marked(path)
    faults = list(marked.faults)
    if marked.value is None:
        return None, faults
    try:
        item = DoseLevelsItem.model_validate_json(json.dumps(marked.value), context=GATHER_RULES)
    except ValidationError as error:
        return None, [*faults, *faults_of(error, DoseLevelsItem, path, marked.line_of)]
    for base, rule in item.broken():
        where = (*base, *rule.location)
        faults.append(Fault(path, marked.line_of(where), dotted(where), rule.problem, rule.got, rule.way_out))
    if item.id != FOLDER:
        line = marked.line_of(("id",))
        faults.append(Fault(path, line, "id", "differs from the folder's name", item.id, f"`id: {FOLDER}`"))
    return (None if faults else item), sorted(faults, key=lambda fault: (fault.line, fault.field))


def dose_level_faults(paths: Iterable[Path]) -> list[Fault]:
    """Every fault of the files in these packs or at these paths; a pack without one has none."""
    files = (dose_file(path) for path in paths)
    return [fault for file in files if file is not None for fault in read_dose_levels(file)[1]]


def dose_file(path: Path) -> Path | None:
    """The file that a path is, or that its folder or pack holds; None where there is none."""
    if path.is_file():
        return path if path.name == FILE else None
    own = [path / FILE] if path.absolute().name == FOLDER else []
    return next((file for file in [*own, path / FOLDER / FILE] if file.is_file()), None)


def load_dose_levels(packs: Iterable[Path]) -> DoseLevelsItem:
    """The levels of the last of these packs that has a sound file; the built-in pack comes first.

    Raises
    ------
    RefusedInput
        When none has; the first fault is named.
    """
    return _loaded(tuple(packs))


@lru_cache(maxsize=8)
def _loaded(packs: tuple[Path, ...]) -> DoseLevelsItem:
    faults: list[Fault] = []
    for folder in reversed(packs):
        file = dose_file(folder)
        if file is not None:
            item, found = read_dose_levels(file)
            if item is not None:
                return item
            faults += found
    raise RefusedInput(
        "No pack has dose levels that can be read",
        code="dose-levels-missing",
        value=str(faults[0]) if faults else None,
        way_out="See: angiosuite check.",
    )
