"""Calendar feeds: dated items as iCalendar text (RFC 5545), all of them whole days.

Nothing here reads a clock or a database: the same items and stamp give the same text, so that a feed that did
not change is the same bytes. Days are days of the person's own calendar and carry no time zone.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Literal

NAMESPACE = uuid.UUID("6f4f1c52-6a0e-5a35-9a8e-4d7f7f0a0c11")
"""Root of the event ids; never changes, because a changed id doubles every event for who subscribed."""
LINE_OCTETS = 75
"""Longest line of the text without its line break (RFC 5545, 3.1)."""
PRODUCT = "-//Angiosuite//The way//EN"

Kind = Literal["deadline", "review", "exam", "credential", "field", "rotation"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing of the calendar.

    Parameters
    ----------
    id : str
        Stable and unique within the feed, such as "enrolment:7f:requirement:ccc-review:2027-06-30".
    kind : Kind
        Shown as the category of the event.
    title : str
        One line.
    on : date
        First day.
    until : date, optional
        Last day, included; `on` when left out.
    note : str
        What stands below the title: the rule of an exam window, the arithmetic of a deadline.
    link : str
        Address of the page about it.
    tentative : bool
        A usual month or a window that nobody has confirmed; the event does not block the days.
    remind_days : int, optional
        Days before `on` on which a reminder is shown.
    """

    id: str
    kind: Kind
    title: str
    on: date
    until: date | None = None
    note: str = ""
    link: str = ""
    tentative: bool = False
    remind_days: int | None = None


def feed(name: str, entries: Iterable[Entry], stamp: datetime) -> str:
    """The text of an iCalendar feed of these entries, by day, then id.

    Parameters
    ----------
    name : str
        What the calendar is called where it is subscribed.
    entries : iterable of Entry
        In any order.
    stamp : datetime
        When the feed was made, with its time zone.

    Returns
    -------
    str
        Lines of at most 75 octets that end in CR LF; media type ``text/calendar; charset=utf-8``.

    Raises
    ------
    ValueError
        When two entries have one id, one ends before it begins, or the stamp has no time zone.
    """
    if stamp.tzinfo is None:
        raise ValueError("the stamp of a feed has a time zone")
    ordered = sorted(entries, key=lambda entry: (entry.on, entry.id))
    if len({entry.id for entry in ordered}) < len(ordered):
        raise ValueError("two entries of a feed have the same id")
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:{PRODUCT}",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{escaped(name)}",
    ]
    for entry in ordered:
        lines += _event(entry, stamp)
    lines.append("END:VCALENDAR")
    return "".join(piece + "\r\n" for line in lines for piece in folded(line))


def uid(identity: str) -> str:
    """The event id that an entry keeps for ever, whatever becomes of its day or words."""
    return str(uuid.uuid5(NAMESPACE, identity))


def escaped(text: str) -> str:
    """A text as the value of a property: its signs and line breaks escaped, other controls dropped."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    plain = "".join(c for c in plain if c in "\n\t" or (c >= " " and c != "\x7f"))
    for sign, written in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\n", "\\n")):
        plain = plain.replace(sign, written)
    return plain


def folded(line: str) -> Iterator[str]:
    """A line as pieces of at most 75 octets, characters kept whole; all but the first begin with a space."""
    piece, room = "", LINE_OCTETS
    for character in line:
        octets = len(character.encode())
        if octets > room:
            yield piece
            piece, room = " ", LINE_OCTETS - 1
        piece += character
        room -= octets
    yield piece


def _event(entry: Entry, stamp: datetime) -> list[str]:
    last = entry.on if entry.until is None else entry.until
    if last < entry.on:
        raise ValueError(f"the entry {entry.id} ends before it begins")
    day_after = last + timedelta(days=1)
    lines = [
        "BEGIN:VEVENT",
        f"UID:{uid(entry.id)}",
        f"DTSTAMP:{stamp.astimezone(UTC):%Y%m%dT%H%M%SZ}",
        f"DTSTART;VALUE=DATE:{_day(entry.on)}",
        f"DTEND;VALUE=DATE:{_day(day_after)}",
        f"SUMMARY:{escaped(entry.title)}",
        f"CATEGORIES:{escaped(entry.kind)}",
        f"STATUS:{'TENTATIVE' if entry.tentative else 'CONFIRMED'}",
        "TRANSP:TRANSPARENT",
    ]
    if entry.note:
        lines.append(f"DESCRIPTION:{escaped(entry.note)}")
    if entry.link:
        lines.append(f"URL:{_address(entry.link)}")
    if entry.remind_days is not None:
        lines += [
            "BEGIN:VALARM",
            "ACTION:DISPLAY",
            f"DESCRIPTION:{escaped(entry.title)}",
            f"TRIGGER:-P{entry.remind_days}D",
            "END:VALARM",
        ]
    lines.append("END:VEVENT")
    return lines


def _day(day: date) -> str:
    """A day as eight digits, whatever the year."""
    return f"{day.year:04d}{day.month:02d}{day.day:02d}"


def _address(link: str) -> str:
    """An address without the characters that would end its line."""
    return "".join(character for character in link if character > " " and character != "\x7f")
