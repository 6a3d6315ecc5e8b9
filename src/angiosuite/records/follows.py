"""Follows: entries of the field that a person follows, with a note and a day to be reminded on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from angiosuite.kit.people import Principal

from .database import Database
from .marks import Marks


@dataclass(frozen=True, slots=True)
class Follow:
    """What a person keeps on an entry of the field; `remind_on` is a day of their own calendar."""

    entry: str
    follow: bool
    note: str
    remind_on: date | None
    at: datetime


def _follow(said: dict[str, Any], at: datetime) -> Follow:
    day = said["remind_on"]
    return Follow(said["name"], said["follow"], said["note"], date.fromisoformat(day) if day else None, at)


class Follows:
    """Follows of all people; each sees their own."""

    def __init__(self, database: Database) -> None:
        self._marks = Marks(database, "follow")

    def set(
        self, principal: Principal, entry: str, follow: bool, note: str = "", remind_on: date | None = None
    ) -> Follow:
        """Keep what the caller says of an entry."""
        said = {"follow": follow, "note": note, "remind_on": remind_on.isoformat() if remind_on else None}
        return _follow({"name": entry, **said}, self._marks.set(principal, entry, said))

    def get(self, principal: Principal, entry: str) -> Follow | None:
        """What the caller said of an entry; None when nothing."""
        found = self._marks.get(principal, entry)
        return _follow(*found) if found else None

    def list(self, principal: Principal) -> tuple[Follow, ...]:
        """All that the caller said of entries, latest first."""
        return tuple(_follow(said, at) for said, at in self._marks.all(principal))
