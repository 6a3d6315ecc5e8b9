"""What of the content can be found: pages by section, terms, entries, pathways and their requirements."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from itertools import groupby

from angiosuite.content.field import FieldItem
from angiosuite.content.glossary import GlossaryItem
from angiosuite.content.guide import GuidePageItem
from angiosuite.content.loader import Library, LoadedItem
from angiosuite.content.markdown import plain_blocks, plain_text
from angiosuite.content.pathway import PathwayItem
from angiosuite.content.room_task import RoomTask

from .rendering import slug
from .search_index import Passage

KINDS = ("guide", "drills", "procedures", "glossary", "field", "pathways")
"""Kinds of content that can be found."""
KINDS_TOLD = {"drills": "drill", "procedures": "procedure"}


def passages_of(library: Library) -> list[Passage]:
    """Every passage of a library, pages first."""
    passages: list[Passage] = []
    for kind in KINDS:
        for loaded in library.items[kind].values():
            passages += _of_item(loaded)
    return passages


def hash_of(library: Library) -> str:
    """Hash of all that can be found, 16 hex digits, without reading it."""
    digest = hashlib.sha256()
    for kind in KINDS:
        for identity, loaded in sorted(library.items[kind].items()):
            digest.update(f"{kind}/{identity}:{loaded.content_hash}".encode())
            if kind == "guide":
                digest.update(hashlib.sha256(text_of(loaded).encode()).digest())
    return digest.hexdigest()[:16]


def text_of(loaded: LoadedItem) -> str:
    """The text beside a page; empty when it was taken away meanwhile."""
    try:
        return (loaded.folder / "text.md").read_text("utf-8-sig", errors="replace")
    except OSError:
        return ""


def _of_item(loaded: LoadedItem) -> Iterator[Passage]:
    item = loaded.item
    if isinstance(item, GuidePageItem):
        yield from _of_page(item, text_of(loaded))
    elif isinstance(item, RoomTask):
        go = f"practice:{item.id}"
        persons = getattr(item, "variants", ())
        also = "\n".join((*item.terms, *(one.title for one in persons)))
        yield Passage(KINDS_TOLD[loaded.kind], item.id, go, item.title, item.title, also, "", item.summary)
    elif isinstance(item, GlossaryItem):
        body = plain_text(item.text)
        also = "\n".join(item.also)
        yield Passage("glossary", item.id, f"glossary:{item.id}", item.title, item.title, also, "", body)
    elif isinstance(item, FieldItem):
        body = plain_text(item.text)
        go = f"field:{item.id}"
        yield Passage("field", item.id, go, item.title, item.title, item.organiser, item.kind, body)
    elif isinstance(item, PathwayItem):
        go = f"pathway:{item.id}"
        yield Passage("pathway", item.id, go, item.title, item.title, item.country or "", "", item.summary)
        for requirement in item.requirements:
            identity = f"{item.id}/{requirement.id}"
            title = requirement.title
            yield Passage("requirement", identity, go, title, title, "", item.title, "")


def _of_page(item: GuidePageItem, text: str) -> Iterator[Passage]:
    go = f"guide:{item.id}"
    yield Passage("guide", item.id, go, item.title, item.title, "\n".join(item.terms), "", item.summary)
    taken: set[str] = set()
    for heading, blocks in groupby(plain_blocks(text), key=lambda block: block[0]):
        anchor = slug(heading, taken) if heading else ""
        taken.add(anchor)
        body = " ".join(words for _, words in blocks)
        address = f"{go}/{anchor}" if anchor else go
        yield Passage("guide", item.id, address, item.title, "", "", heading, body)
