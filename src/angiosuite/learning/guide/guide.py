"""The guide of one installation: contents, pages, glossary, search; and what each reader keeps about them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal

from angiosuite.content.glossary import GlossaryItem
from angiosuite.content.guide import PAGE_KINDS, GuidePageItem, Question
from angiosuite.content.loader import Library
from angiosuite.content.markdown import plain_text
from angiosuite.kit.errors import RefusedInput
from angiosuite.kit.people import Principal
from angiosuite.records.notes import Note, Notes
from angiosuite.records.positions import Position, Positions
from angiosuite.records.reflections import Reflection, Reflections

from .pages import SECTION_TITLES, Pages, is_stale
from .passages import hash_of, passages_of
from .rendering import render_line
from .search_index import Found, SearchIndex

SCALE = range(1, 6)
"""Answers to a question on a scale."""
LONGEST_ANSWER = 5000


@dataclass(frozen=True, slots=True)
class Place:
    """Where a reader is on a page: heading, share from 0 to 1, whether they read it, since when (UTC)."""

    anchor: str
    fraction: float
    read: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class PageLine:
    """A page in the contents."""

    id: str
    title: str
    summary: str
    order: int
    quality: str
    minutes: int
    written_on: date
    stale: bool
    position: Place | None


@dataclass(frozen=True, slots=True)
class Section:
    """The pages of one kind."""

    kind: str
    title: str
    pages: tuple[PageLine, ...]


@dataclass(frozen=True, slots=True)
class Contents:
    """All pages, and how many notes of the reader are open."""

    sections: tuple[Section, ...]
    notes_open: int


@dataclass(frozen=True, slots=True)
class Term:
    """A term of the glossary, its text plain and as HTML."""

    id: str
    title: str
    also: tuple[str, ...]
    text: str
    html: str
    quality: str
    sources: tuple[dict[str, Any], ...]


class Guide:
    """What a reader asks of the guide.

    Parameters
    ----------
    library : Library
        All content.
    positions, notes, reflections
        Repositories of what readers keep.
    cache : Path
        Folder for the search file.
    """

    def __init__(
        self,
        library: Library,
        positions: Positions,
        notes: Notes,
        reflections: Reflections,
        cache: Path,
    ) -> None:
        self._library = library
        self._pages = Pages(library)
        self._positions, self._notes, self._reflections = positions, notes, reflections
        self._cache = cache
        self._index: SearchIndex | None = None
        self._terms: tuple[Term, ...] | None = None

    def contents(self, principal: Principal, on: date) -> Contents:
        """Every page by kind, with where the reader is on it."""
        places = {one.page: _place(one) for one in self._positions.list(principal)}
        sections = []
        for kind in PAGE_KINDS:
            lines = tuple(
                PageLine(
                    item.id,
                    item.title,
                    item.summary,
                    item.order,
                    item.quality,
                    self._pages.minutes(item.id),
                    item.written_on,
                    is_stale(item.written_on, item.verify_every_months, on),
                    places.get(item.id),
                )
                for item in self._pages.items()
                if item.kind == kind
            )
            if lines:
                sections.append(Section(kind, SECTION_TITLES[kind], lines))
        return Contents(tuple(sections), len(self._notes.list(principal)))

    def page(self, principal: Principal, identity: str, on: date) -> dict[str, Any]:
        """A page with everything that is shown of it, as plain JSON values."""
        page = self._pages.page(identity)
        before, after = self._pages.neighbours(identity)
        found = self._positions.get(principal, identity)
        shown = page.item.model_dump(mode="json", by_alias=True)
        numbers = page.text.numbers
        for source in shown["sources"]:
            source["number"] = numbers[source["key"]]
        shown["sources"].sort(key=lambda source: source["number"])
        return shown | {
            "html": page.text.html,
            "headings": [{"id": heading.id, "title": heading.title} for heading in page.text.headings],
            "words": page.words,
            "minutes": page.minutes,
            "stale": page.stale(on),
            "previous": _neighbour(before),
            "next": _neighbour(after),
            "position": _place(found) if found is not None else None,
        }

    def figure(self, identity: str, file: str) -> Path:
        """The file of a page's figure."""
        return self._pages.figure(identity, file)

    def titles(self) -> dict[str, str]:
        """Title of each page by id, in the order of the contents."""
        return {item.id: item.title for item in self._pages.items()}

    def minutes(self, identity: str) -> int:
        """About how long it takes to read a page, minutes."""
        self._pages.item(identity)
        return self._pages.minutes(identity)

    def glossary(self) -> tuple[Term, ...]:
        """Every term, by title."""
        if self._terms is None:
            known = {kind: set(ids) for kind, ids in self._library.items.items()}
            items = [loaded.item for loaded in self._library.items["glossary"].values()]
            self._terms = tuple(
                Term(
                    item.id,
                    item.title,
                    item.also,
                    plain_text(item.text),
                    render_line(item.text, known),
                    item.quality,
                    tuple(source.model_dump(mode="json") for source in item.sources),
                )
                for item in sorted(items, key=lambda item: (item.title.casefold(), item.id))
                if isinstance(item, GlossaryItem)
            )
        return self._terms

    def search(self, text: str, limit: int = 20) -> list[Found]:
        """What of the content matches a text, best first; any text is a safe query."""
        if self._index is None:
            library = self._library
            self._index = SearchIndex(self._cache, hash_of(library), lambda: passages_of(library))
        return self._index.search(text, limit)

    def keep_position(
        self, principal: Principal, identity: str, anchor: str, fraction: float, read: bool
    ) -> Place:
        """Keep where the reader is on a page."""
        self._pages.item(identity)
        return _place(self._positions.set(principal, identity, anchor, fraction, read))

    def notes(self, principal: Principal) -> tuple[Note, ...]:
        """Open notes of the reader, newest first."""
        return self._notes.list(principal)

    def add_note(
        self, principal: Principal, about: str, anchor: str, kind: Literal["stale", "wrong"], text: str
    ) -> Note:
        """Keep the reader's word that something is stale or wrong; `about` names what is there."""
        word, _, identity = about.partition(":")
        kinds = {"guide": "guide", "field": "field", "pathway": "pathways"}
        if word not in kinds or identity not in self._library.items[kinds[word]]:
            raise RefusedInput(
                "A note is about a page, an entry or a pathway",
                code="note-about-nothing",
                where="about",
                value=about[:100],
                way_out="Name it: guide:<id>, field:<id> or pathway:<id>.",
            )
        return self._notes.add(principal, about, anchor, kind, text)

    def withdraw_note(self, principal: Principal, identity: str) -> None:
        """Take a note back."""
        self._notes.withdraw(principal, identity)

    def title_of(self, about: str) -> str:
        """Title of what an address of content names; the address itself when it is gone."""
        word, _, identity = about.partition(":")
        loaded = self._library.items.get("pathways" if word == "pathway" else word, {}).get(identity)
        return loaded.item.title if loaded is not None else about

    def reflections(self, principal: Principal) -> tuple[Reflection, ...]:
        """The reader's reflections, newest first."""
        return self._reflections.list(principal)

    def reflect(
        self, principal: Principal, identity: str, answers: Mapping[str, str | int], on: date, occasion: str
    ) -> Reflection:
        """Keep answers to the questions of a page.

        Raises
        ------
        RefusedInput
            When the page asks nothing, or an answer does not fit its question.
        """
        item = self._pages.item(identity)
        questions = item.reflection.questions if item.reflection is not None else ()
        if not questions:
            raise RefusedInput(
                "This page asks nothing",
                code="no-questions",
                where="page",
                value=identity,
                way_out="Pages of the kind reflection ask.",
            )
        _check_answers(questions, answers)
        return self._reflections.add(principal, identity, dict(answers), on, occasion)

    def withdraw_reflection(self, principal: Principal, identity: str) -> None:
        """Take a reflection back; it is shown no more."""
        self._reflections.withdraw(principal, identity)


def _check_answers(questions: Sequence[Question], answers: Mapping[str, str | int]) -> None:
    """Refuse answers to no question, and those that do not fit theirs."""
    by_id = {question.id: question for question in questions}
    for name, value in answers.items():
        question = by_id.get(name)
        if question is None:
            fits, way_out = False, "Answer " + ", ".join(by_id) + "."
        elif question.kind == "scale":
            fits = isinstance(value, int) and not isinstance(value, bool) and value in SCALE
            way_out = f"Give a whole number from {SCALE[0]} to {SCALE[-1]}."
        else:
            fits = isinstance(value, str) and len(value) <= LONGEST_ANSWER
            way_out = f"Give a text of at most {LONGEST_ANSWER} letters."
        if not fits:
            raise RefusedInput(
                "The answer does not fit the question",
                code="answer-does-not-fit",
                where=name[:100],
                value=str(value)[:100],
                way_out=way_out,
            )
    if not answers:
        raise RefusedInput(
            "There is no answer", code="no-answers", where="answers", way_out="Answer one question or more."
        )


def _place(position: Position) -> Place:
    return Place(position.anchor, position.fraction, position.read, position.at)


def _neighbour(item: GuidePageItem | None) -> dict[str, str] | None:
    return None if item is None else {"id": item.id, "title": item.title}
