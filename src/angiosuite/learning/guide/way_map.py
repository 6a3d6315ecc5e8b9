"""The map of the whole way: for each station the guide's page, what to do about it today, what is missing.

Made from content alone, so that it stays true: `docs/learn/the-way.md` and the table of the README are
written by it, and a test compares them.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from angiosuite.content.address import item_of
from angiosuite.content.field import FieldItem
from angiosuite.content.guide import DoNow, GuidePageItem, PageKind
from angiosuite.content.loader import Library, load_library

from .pages import Pages

PARTS: tuple[tuple[str, str, tuple[PageKind, ...]], ...] = (
    (
        "Why",
        "What the work is, why one might choose it, and whether it is for oneself.",
        ("welcome", "why", "reflection"),
    ),
    ("Stages", "From the first years of medical school to renewing a certificate.", ("stage",)),
    (
        "Skills",
        "What good looks like at each level, how it is assessed and practised here.",
        ("skill",),
    ),
    ("The working day", "What a day is made of besides the pictures.", ("day",)),
    ("Procedures", "From the indication to what to log.", ("procedure",)),
)
"""Parts of the map: title, what they are about, kinds of pages."""

PAGES_OF_ADDRESSES = {
    "home": "home", "room": "the room", "suite": "the suite", "guide": "the guide",
    "glossary": "the glossary",
    "reflection": "the reflection", "field": "the field", "pathway": "my pathway",
    "evidence": "evidence", "practice": "practice", "settings": "the settings",
}  # fmt: skip
"""What the product calls the pages that an address names."""

ENTRY_KINDS = {
    "society": "societies", "section": "sections", "interest-group": "interest groups", "meeting": "meetings",
    "course": "courses", "journal": "journals", "programme": "programmes", "fellowship": "fellowships",
    "observership": "observerships", "scholarship": "scholarships", "grant": "grants",
    "mentorship": "mentorship programmes", "job-board": "job boards",
    "wellbeing": "places of wellbeing and peer support",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Station:
    """One station of the way.

    Parameters
    ----------
    id, title, summary : str
        The guide's page.
    do_now : tuple of str
        What can be done in the product today, with where.
    not_yet : tuple of str
        What cannot.
    """

    id: str
    title: str
    summary: str
    do_now: tuple[str, ...]
    not_yet: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the way with its stations in order."""

    title: str
    about: str
    stations: tuple[Station, ...]


def way_map(library: Library) -> tuple[Part, ...]:
    """The parts of the way, the field last."""
    items = Pages(library).items()
    parts = [
        Part(title, about, tuple(_station(item, library) for item in items if item.kind in kinds))
        for title, about, kinds in PARTS
    ]
    entries = [loaded.item for loaded in library.items["field"].values()]
    counts: Counter[str] = Counter(item.kind for item in entries if isinstance(item, FieldItem))
    listed = ", ".join(f"{counts[kind]} {words}" for kind, words in ENTRY_KINDS.items() if counts[kind])
    field = Station(
        "",
        "The directory of the field",
        f"{listed[:1].upper()}{listed[1:]}." if listed else "",
        ("Follow an entry, note something about it, be reminded of it (the field)",),
        ("Dates of meetings and deadlines are not kept: each entry links to where they stand",),
    )
    about = "Who is there: societies, meetings, courses, posts, money, people to ask."
    return (*parts, Part("The field", about, (field,)))


def _station(item: GuidePageItem, library: Library) -> Station:
    do_now = tuple(f"{_sentence(one.label)} ({_where(one, library)})" for one in item.do_now)
    return Station(item.id, item.title, item.summary, do_now, tuple(map(_sentence, item.not_yet)))


def _sentence(text: str) -> str:
    return text.rstrip(".")


def _where(one: DoNow, library: Library) -> str:
    """Where something is done, in the product's words."""
    named = item_of(one.go)
    if named is None:
        return PAGES_OF_ADDRESSES[one.go.partition(":")[0]]
    kinds, identity = named
    found = (library.items[kind].get(identity) for kind in kinds)
    return next((loaded.item.title for loaded in found if loaded is not None), one.go)


def the_way_markdown(library: Library | None = None) -> str:
    """The page `docs/learn/the-way.md`."""
    lines = [
        "# The whole way",
        "",
        "<!-- Written by docs/generate.py from the content of the guide and the field; change it there. -->",
        "",
        "Every station from the first question to renewing a certificate: what the guide says about it,",
        "what can be done about it in the product today, and what is not there yet. The pages are read in",
        "the product; all of them are drafts that no clinician has reviewed.",
        "",
    ]
    for part in way_map(library or load_library()):
        lines += [
            f"## {part.title}",
            "",
            part.about,
            "",
            "| station | to do today | not there yet |",
            "|---|---|---|",
        ]
        for station in part.stations:
            title = f"**{station.title}**<br>{station.summary}" if station.summary else f"**{station.title}**"
            cells = (title, "<br>".join(station.do_now), "<br>".join(station.not_yet) or "–")
            lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def readme_map(library: Library | None = None) -> str:
    """The table of the README: a row for each part."""
    lines = [
        "| part of the way | stations | to do today, for example | not there yet, for example |",
        "|---|---|---|---|",
    ]
    for part in way_map(library or load_library()):
        titles = " · ".join(station.title for station in part.stations)
        if part.title == "The field":
            titles = part.stations[0].summary.rstrip(".")
        doing = _example([one for station in part.stations for one in station.do_now])
        missing = _example([one for station in part.stations for one in station.not_yet])
        cells = (f"**{part.title}**", titles, doing, missing)
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(lines) + "\n"


def _example(sentences: list[str]) -> str:
    """The first sentence that is short enough for a table."""
    return next((one for one in sentences if len(one) <= 110), sentences[0] if sentences else "–")
