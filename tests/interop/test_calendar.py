"""Calendar feeds: read back by another parser, folded, escaped, and the same bytes for the same items."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from angiosuite.interop.calendar import LINE_OCTETS, Entry, Kind, escaped, feed, folded, uid

STAMP = datetime(2026, 11, 29, 12, 0, tzinfo=UTC)
DAYS = st.dates(date(1901, 1, 1), date(2199, 12, 30))
WORDS = st.text(max_size=200)
KINDS: st.SearchStrategy[Kind] = st.sampled_from(
    ["deadline", "review", "exam", "credential", "field", "rotation"]
)


@st.composite
def entries(draw: st.DrawFn) -> Entry:
    """Any entry."""
    on = draw(DAYS)
    length = draw(st.none() | st.integers(0, 400))
    return Entry(
        id=draw(st.text(min_size=1, max_size=40)),
        kind=draw(KINDS),
        title=draw(WORDS),
        on=on,
        until=None if length is None else min(on + timedelta(days=length), date(2199, 12, 30)),
        note=draw(WORDS),
        tentative=draw(st.booleans()),
        remind_days=draw(st.none() | st.integers(0, 365)),
    )


def events(text: str) -> list[Any]:
    """The events that the other parser finds."""
    return list(Calendar.from_ical(text).walk("VEVENT"))


def plain(text: str) -> str:
    """What of a text a calendar can hold: no controls, one kind of line break."""
    kept = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(c for c in kept if c in "\n\t" or (c >= " " and c != "\x7f"))


@given(st.lists(entries(), max_size=4, unique_by=lambda entry: entry.id))
def test_every_entry_comes_back_from_another_parser_with_its_days_and_words(wanted: list[Entry]) -> None:
    found = {str(event["UID"]): event for event in events(feed("Way", wanted, STAMP))}
    assert len(found) == len(wanted)
    for entry in wanted:
        event = found[uid(entry.id)]
        last = entry.on if entry.until is None else entry.until
        assert event["DTSTART"].dt == entry.on
        assert event["DTEND"].dt == last + timedelta(days=1)
        assert str(event["SUMMARY"]) == plain(entry.title)
        assert str(event.get("DESCRIPTION", "")) == plain(entry.note)
        assert event["DTSTAMP"].dt == STAMP
        assert event["STATUS"] == ("TENTATIVE" if entry.tentative else "CONFIRMED")
        alarms = event.walk("VALARM")
        assert len(alarms) == (entry.remind_days is not None)
        if alarms:
            assert alarms[0]["TRIGGER"].dt == -timedelta(days=entry.remind_days or 0)


@given(st.text(max_size=400))
def test_no_line_is_longer_than_75_octets_and_unfolding_gives_the_line_back(text: str) -> None:
    line = "DESCRIPTION:" + escaped(text)
    pieces = list(folded(line))
    assert all(len(piece.encode("utf-8", "surrogatepass")) <= LINE_OCTETS for piece in pieces)
    assert all(piece.startswith(" ") for piece in pieces[1:])
    assert pieces[0] + "".join(piece[1:] for piece in pieces[1:]) == line


@given(st.lists(entries(), max_size=5, unique_by=lambda entry: entry.id))
def test_the_order_of_the_entries_changes_nothing(wanted: list[Entry]) -> None:
    assert feed("Way", wanted, STAMP) == feed("Way", list(reversed(wanted)), STAMP)


def test_every_line_ends_in_carriage_return_and_line_feed() -> None:
    text = feed("Way", [Entry("a", "review", "Semi-annual review", date(2027, 1, 15))], STAMP)
    assert text.endswith("END:VCALENDAR\r\n")
    assert text.count("\n") == text.count("\r\n") == text.count("\r")


def test_an_event_keeps_its_id_when_its_day_and_words_change() -> None:
    before = events(feed("Way", [Entry("exam:1", "exam", "Core", date(2027, 6, 1))], STAMP))
    after = events(feed("Way", [Entry("exam:1", "exam", "Core exam", date(2027, 11, 1))], STAMP))
    assert before[0]["UID"] == after[0]["UID"] == uid("exam:1")
    assert uid("exam:1") == "b94e7a14-903d-5843-9cda-273b5113dbc6"


def test_an_event_on_the_leap_day_ends_on_the_first_of_march() -> None:
    (event,) = events(feed("Way", [Entry("l", "credential", "Permit ends", date(2028, 2, 29))], STAMP))
    assert (event["DTSTART"].dt, event["DTEND"].dt) == (date(2028, 2, 29), date(2028, 3, 1))


def test_the_stamp_is_written_in_universal_time() -> None:
    local = datetime(2026, 11, 29, 23, 30, tzinfo=timezone(timedelta(hours=-8)))
    assert "DTSTAMP:20261130T073000Z\r\n" in feed(
        "Way", [Entry("a", "field", "Meeting", date(2027, 3, 1))], local
    )


def test_what_cannot_be_a_feed_is_refused() -> None:
    twice = [Entry("a", "exam", "Core", date(2027, 6, 1)), Entry("a", "exam", "Oral", date(2028, 6, 1))]
    with pytest.raises(ValueError, match="same id"):
        feed("Way", twice, STAMP)
    with pytest.raises(ValueError, match="before it begins"):
        feed("Way", [Entry("a", "exam", "Core", date(2027, 6, 2), date(2027, 6, 1))], STAMP)
    with pytest.raises(ValueError, match="time zone"):
        feed("Way", [], datetime(2027, 1, 1))


def test_a_link_cannot_break_out_of_its_line() -> None:
    entry = Entry(
        "a", "field", "Meeting", date(2027, 3, 1), link="https://x.example/\r\nATTENDEE:mailto:a@b.example"
    )
    text = feed("Way", [entry], STAMP)
    assert "\r\nATTENDEE" not in text
    assert len(events(text)) == 1
