"""The pages of the guide in their order, each made once: its text as HTML, its length, its neighbours."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from angiosuite.assess.months import add_months
from angiosuite.content.glossary import GlossaryItem
from angiosuite.content.guide import PAGE_KINDS, GuidePageItem, PageKind
from angiosuite.content.loader import Library, LoadedItem
from angiosuite.kit.errors import RefusedInput, did_you_mean

from .passages import text_of
from .rendering import RenderedText, Vocabulary, render

SECTION_TITLES: dict[PageKind, str] = {
    "welcome": "Begin here",
    "why": "Why interventional radiology",
    "reflection": "Is it for me",
    "stage": "The stages",
    "skill": "The five skills",
    "day": "The working day",
    "procedure": "The procedures",
}
WORDS_A_MINUTE = 200
_MARKS = re.compile(r"\]\([^)]*\)|\[@[^\]]*\]|\{\{[^}]*\}\}")
_WORD = re.compile(r"\w[\w'’-]*")


@dataclass(frozen=True, slots=True)
class Page:
    """One page, ready to be shown.

    Parameters
    ----------
    item : GuidePageItem
        What its file says.
    folder : Path
        Where its figures are.
    text : RenderedText
        Its text as HTML.
    words, minutes : int
        Its length, and about how long it takes to read.
    """

    item: GuidePageItem
    folder: Path
    text: RenderedText
    words: int
    minutes: int

    def stale(self, on: date) -> bool:
        """Whether nobody has verified it for longer than it asks."""
        return is_stale(self.item.written_on, self.item.verify_every_months, on)


def is_stale(since: date, months: int, on: date) -> bool:
    """Whether a day lies more than so many months after another."""
    return on > add_months(since, months)


class Pages:
    """All pages of a library, in the order of the contents."""

    def __init__(self, library: Library) -> None:
        self._loaded: dict[str, tuple[GuidePageItem, LoadedItem]] = {}
        found = [(i.item, i) for i in library.items["guide"].values() if isinstance(i.item, GuidePageItem)]
        found.sort(key=lambda one: (PAGE_KINDS.index(one[0].kind), one[0].order, one[0].id))
        self._loaded = {item.id: (item, loaded) for item, loaded in found}
        self._known: Mapping[str, Collection[str]] = {kind: set(ids) for kind, ids in library.items.items()}
        self._vocabulary = Vocabulary()
        for loaded in library.items["glossary"].values():
            if isinstance(loaded.item, GlossaryItem):
                self._vocabulary.add(loaded.item.id, (loaded.item.title, *loaded.item.also))
        self._made: dict[str, Page] = {}
        self._lengths: dict[str, int] = {}

    def items(self) -> list[GuidePageItem]:
        """Every page's item, in order."""
        return [item for item, _ in self._loaded.values()]

    def item(self, identity: str) -> GuidePageItem:
        """A page's item; raises RefusedInput (``page-not-known``) when there is none."""
        if identity not in self._loaded:
            raise RefusedInput(
                f"The guide has no page '{identity[:100]}'",
                code="page-not-known",
                where="guide",
                value=identity[:100],
                way_out=f"{did_you_mean(identity, self._loaded)} The contents list every page.".strip(),
            )
        return self._loaded[identity][0]

    def words(self, identity: str) -> int:
        """Number of words of a page's text."""
        if identity not in self._lengths:
            plain = _MARKS.sub(" ", text_of(self._loaded[identity][1]))
            self._lengths[identity] = len(_WORD.findall(plain))
        return self._lengths[identity]

    def minutes(self, identity: str) -> int:
        """About how long it takes to read a page, minutes."""
        return max(1, round(self.words(identity) / WORDS_A_MINUTE))

    def page(self, identity: str) -> Page:
        """A page, made on first use."""
        self.item(identity)
        if identity not in self._made:
            item, loaded = self._loaded[identity]
            text = render(item, text_of(loaded), self._known, self._vocabulary)
            words, minutes = self.words(identity), self.minutes(identity)
            self._made[identity] = Page(item, loaded.folder, text, words, minutes)
        return self._made[identity]

    def neighbours(self, identity: str) -> tuple[GuidePageItem | None, GuidePageItem | None]:
        """The pages before and after one, in the order of the contents."""
        order = list(self._loaded)
        at = order.index(self.item(identity).id)
        before = self.item(order[at - 1]) if at > 0 else None
        return before, self.item(order[at + 1]) if at + 1 < len(order) else None

    def figure(self, identity: str, file: str) -> Path:
        """The file of a figure; raises RefusedInput (``figure-not-known``)."""
        item = self.item(identity)
        path = self._loaded[identity][1].folder / file
        if file not in [figure.file for figure in item.figures] or not path.is_file():
            raise RefusedInput(
                "The page has no figure of this name",
                code="figure-not-known",
                where=identity,
                value=file[:100],
                way_out="The page names its figures.",
            )
        return path
