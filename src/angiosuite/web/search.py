"""One search over all that a person may see, content and their own: `/api/search`."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import APIRouter, Query

from angiosuite.kit.evidence import Evidence
from angiosuite.kit.terms import term_words
from angiosuite.learning.guide.search_index import Piece, folded, words_of

from .access import OWN, Caller
from .answers import FAULTS
from .patients import store_of
from .services import Given, Services
from .sessions import scan_facts

router = APIRouter(prefix="/api/search", tags=["search"], responses=FAULTS, dependencies=[OWN])

Kind = Literal[
    "guide", "drill", "procedure", "glossary", "field", "pathway", "requirement", "evidence", "session",
    "patient",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing that was found and where it opens; `snippet` marks the words that were looked for."""

    kind: Kind
    id: str
    title: str
    snippet: tuple[Piece, ...]
    go: str


@dataclass(frozen=True, slots=True)
class Hits:
    """What was found, best first within its kind, and how long that took."""

    results: tuple[Hit, ...]
    ms: float


@router.get("")
def search(
    services: Given,
    caller: Caller,
    q: Annotated[str, Query(max_length=1000)] = "",
    limit: Annotated[int, Query(ge=1, le=100)] = 30,
) -> Hits:
    """What holds all words of `q`: content first, then the caller's evidence, sessions and patients."""
    began_s = time.perf_counter()
    words = words_of(q)
    found: list[Hit] = []
    if words:
        found += _content(services, q, limit)
        found += _evidence(services, caller, words, limit)
        found += _sessions(services, caller, words)
        found += _patients(services, words)
    return Hits(tuple(found[:limit]), round((time.perf_counter() - began_s) * 1e3, 2))


def _content(services: Services, text: str, limit: int) -> Iterator[Hit]:
    for one in services.guide.search(text, limit):
        yield Hit(one.kind, one.id, one.title, one.snippet, one.go)  # type: ignore[arg-type]


def _evidence(services: Services, caller: Caller, words: list[str], limit: int) -> Iterator[Hit]:
    for piece in services.records.evidence.search(caller, " ".join(words), max(3, limit // 3)):
        yield Hit("evidence", piece.id, _named(piece), _marked(piece.note, words), f"evidence:{piece.id}")


def _sessions(services: Services, caller: Caller, words: list[str]) -> Iterator[Hit]:
    for facts in scan_facts(services, caller):
        if _holds(f"{facts.patient_title} {facts.created[:10]}", words):
            day = facts.created[:16].replace("T", " ")
            yield Hit("session", facts.id, facts.patient_title, (Piece(day, False),), f"session:{facts.id}")


def _patients(services: Services, words: list[str]) -> Iterator[Hit]:
    for record in store_of(services).list():
        if _holds(record.title, words):
            yield Hit("patient", record.id, record.title, (), "suite")


def _holds(text: str, words: list[str]) -> bool:
    hay = folded(text)
    return all(word in hay for word in words)


def _named(piece: Evidence) -> str:
    what = ", ".join(map(term_words, piece.terms[:2])) or term_words(piece.kind)
    return f"{what}, {piece.on.isoformat()}"


def _marked(text: str, words: list[str], around: int = 60) -> tuple[Piece, ...]:
    """The part of a text around the first word that was looked for, with that word marked."""
    hay = text.casefold()
    places = sorted((hay.find(word), len(word)) for word in words if word in hay)
    if not places or len(hay) != len(text):
        return (Piece(text[: 2 * around], False),) if text else ()
    start, length = places[0]
    begin = max(0, start - around)
    pieces = (
        Piece(text[begin:start], False),
        Piece(text[start : start + length], True),
        Piece(text[start + length : start + length + around], False),
    )
    return tuple(piece for piece in pieces if piece.text)
