"""Vessel templates as loaded: entries repeated over sides and levels, and chosen by sex and variants."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, TypeVar

from angiosuite.content.loader import Library, load_library
from angiosuite.content.vessel_template import BedEntry, MarkEntry, VesselEntry, VesselTemplateItem
from angiosuite.kit.errors import RefusedInput

__all__ = ["Placed", "beds_of", "marks_of", "templates", "vessels_of"]

Side = Literal["left", "right"]
Entry = TypeVar("Entry", MarkEntry, VesselEntry, BedEntry)
SIDES: tuple[Side, Side] = ("right", "left")


@dataclass(frozen=True, slots=True)
class Placed:
    """One repetition of an entry.

    Parameters
    ----------
    entry : VesselEntry
    side : {"left", "right"} or None
    level : str or None
    """

    entry: VesselEntry
    side: Side | None = None
    level: str | None = None

    def text(self, templated: str) -> str:
        """A templated id or name of the entry with side and level filled in."""
        return filled(templated, self.side, self.level)

    @property
    def id(self) -> str:
        """Id of the vessel."""
        return self.text(self.entry.id)


def templates(library: Library | None = None) -> list[VesselTemplateItem]:
    """All vessel templates of a library (the shipped one when None), parents' regions first."""
    items = (library or load_library()).items["vessels"].values()
    found = [loaded.item for loaded in items if isinstance(loaded.item, VesselTemplateItem)]
    return sorted(found, key=lambda item: (item.order, item.id))


def filled(text: str, side: str | None, level: str | None = None) -> str:
    """A templated text with side and level; capitalised where the template's letter is."""
    for word, value in (("side", side), ("level", level)):
        if value is not None:
            text = text.replace(f"{{{word}}}", value).replace(f"{{{word.capitalize()}}}", value.capitalize())
            text = text.replace(f"{{{word.upper()}}}", value.upper())
    return text


def marks_of(items: Iterable[VesselTemplateItem]) -> Iterator[tuple[MarkEntry, Side | None]]:
    """Every mark, once for each side."""
    for item in items:
        for entry in item.marks:
            for side in SIDES if entry.sides else (None,):
                yield entry, side


def beds_of(items: Iterable[VesselTemplateItem], sex: str) -> Iterator[tuple[BedEntry, Side | None]]:
    """Every bed of a sex, once for each side."""
    for item in items:
        for entry in item.beds:
            if entry.only in (None, sex):
                for side in SIDES if entry.sides else (None,):
                    yield entry, side


def vessels_of(items: Iterable[VesselTemplateItem], sex: str, variants: Mapping[str, str]) -> list[Placed]:
    """The vessels that a patient has, parents before children.

    Raises
    ------
    RefusedInput
        When a vessel comes twice, or its parent is not there.
    """
    found: dict[str, Placed] = {}
    for item in items:
        for entry in item.vessels:
            if entry.only not in (None, sex):
                continue
            for side in SIDES if entry.sides else (None,):
                for level in entry.levels or (None,):
                    placed = Placed(entry, side, level)
                    if not _is_there(placed, variants):
                        continue
                    if placed.id in found:
                        raise _refused(f"Vessel '{placed.id}' comes twice", item.id, placed.id)
                    found[placed.id] = placed
    return _ordered(found)


def _is_there(placed: Placed, variants: Mapping[str, str]) -> bool:
    return all(variants[placed.text(site)] in kept for site, kept in placed.entry.when.items())


def _ordered(found: Mapping[str, Placed]) -> list[Placed]:
    """Parents and what a loop opens into before the vessel itself; else the order of the files."""
    done: dict[str, Placed] = {}

    def add(identity: str, asked_by: str, trail: tuple[str, ...]) -> None:
        if identity in done:
            return
        if identity not in found or identity in trail:
            raise _refused(f"Vessel '{asked_by}' hangs on what is not there", asked_by, identity)
        placed = found[identity]
        for other in (placed.entry.parent, placed.entry.joins):
            if other is not None:
                add(placed.text(other), identity, (*trail, identity))
        done[identity] = placed

    for identity in found:
        add(identity, identity, ())
    return list(done.values())


def _refused(problem: str, where: str, value: str) -> RefusedInput:
    return RefusedInput(
        problem,
        code="vessel-template",
        where=f"vessels/{where}",
        value=value,
        way_out="Run angiosuite check, and see docs/howto/new-vessels.md.",
    )
