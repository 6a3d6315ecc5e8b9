"""The directory of the field: entries with how fresh they are, and what a person keeps about each."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from angiosuite.assess.months import MONTH_NAMES, add_months
from angiosuite.content.field import FieldItem
from angiosuite.content.loader import Library
from angiosuite.content.markdown import plain_text
from angiosuite.kit.errors import RefusedInput, did_you_mean
from angiosuite.kit.people import Principal
from angiosuite.records.follows import Follow, Follows

MONTH_HIDDEN_AFTER = 24
"""A usual month that nobody verified for so many months is shown no more."""


@dataclass(frozen=True, slots=True)
class Mine:
    """What a person keeps about an entry."""

    follow: bool
    note: str
    remind_on: date | None


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry as it is shown on a day.

    Parameters
    ----------
    item : FieldItem
        What its file says.
    stale : bool
        Whether nobody has verified it for longer than it asks.
    month_words : str or None
        Its usual months in words; None when there are none or they are too old to be shown.
    mine : Mine or None
        What the person keeps about it.
    """

    item: FieldItem
    stale: bool
    month_words: str | None
    mine: Mine | None

    def as_dict(self, known: Collection[str]) -> dict[str, Any]:
        """The entry as plain values; related entries that are not `known` are left out."""
        shown = self.item.model_dump(mode="json")
        shown["text"] = plain_text(self.item.text)
        shown["usual_months"] = shown["usual_months"] if self.month_words is not None else []
        shown["related"] = [one for one in shown["related"] if one in known]
        return shown | {"stale": self.stale, "month_words": self.month_words, "mine": self.mine}


class Directory:
    """What a person asks of the field.

    Parameters
    ----------
    library : Library
        All content.
    follows : Follows
        Repository of what people keep about entries.
    """

    def __init__(self, library: Library, follows: Follows) -> None:
        found = [loaded.item for loaded in library.items["field"].values()]
        items = [item for item in found if isinstance(item, FieldItem)]
        self._items: Mapping[str, FieldItem] = {
            item.id: item for item in sorted(items, key=lambda item: (item.kind, item.title.casefold()))
        }
        self._follows = follows

    def entries(
        self,
        principal: Principal,
        on: date,
        kind: str | None = None,
        country: str | None = None,
        who_for: str | None = None,
    ) -> list[Entry]:
        """Entries by kind and title; of a kind, for a country (or bound to none), for a reader."""
        mine = {follow.entry: _mine(follow) for follow in self._follows.list(principal)}
        return [
            _entry(item, on, mine.get(item.id))
            for item in self._items.values()
            if (kind is None or item.kind == kind)
            and (country is None or not item.countries or country in item.countries)
            and (who_for is None or who_for in item.who_for)
        ]

    def ids(self) -> Collection[str]:
        """Ids of all entries."""
        return self._items.keys()

    def keep(
        self, principal: Principal, identity: str, follow: bool, note: str, remind_on: date | None
    ) -> Mine:
        """Keep what a person says about an entry; raises RefusedInput (``entry-not-known``)."""
        if identity not in self._items:
            raise RefusedInput(
                f"The field has no entry '{identity[:100]}'",
                code="entry-not-known",
                where="field",
                value=identity[:100],
                way_out=f"{did_you_mean(identity, self._items)} The directory lists every entry.".strip(),
            )
        return _mine(self._follows.set(principal, identity, follow, note, remind_on))

    def followed(self, principal: Principal, on: date) -> list[Entry]:
        """Entries that a person follows or wants to be reminded of."""
        return [
            entry
            for entry in self.entries(principal, on)
            if entry.mine is not None and (entry.mine.follow or entry.mine.remind_on is not None)
        ]


def _entry(item: FieldItem, on: date, mine: Mine | None) -> Entry:
    stale = on > add_months(item.verified_on, item.verify_every_months)
    hidden = on > add_months(item.verified_on, MONTH_HIDDEN_AFTER)
    return Entry(item, stale, None if hidden else month_words(item), mine)


def month_words(item: FieldItem) -> str | None:
    """Usual months in words: "usually May or June"; with a doubt when they were not read."""
    if not item.usual_months:
        return None
    names = [MONTH_NAMES[month - 1] for month in item.usual_months]
    text = names[0] if len(names) == 1 else ", ".join(names[:-1]) + f" or {names[-1]}"
    return f"usually {text}" + ("" if item.months_basis == "read" else " (check the link)")


def _mine(follow: Follow) -> Mine:
    return Mine(follow.follow, follow.note, follow.remind_on)
