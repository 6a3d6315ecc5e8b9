"""Reading positions: where a person is on each page of the guide."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from angiosuite.kit.people import Principal

from .database import Database
from .marks import Marks


@dataclass(frozen=True, slots=True)
class Position:
    """Where a person is on a page: heading, share from 0 to 1, whether they read it, since when (UTC)."""

    page: str
    anchor: str
    fraction: float
    read: bool
    at: datetime


def _position(said: dict[str, Any], at: datetime) -> Position:
    return Position(said["name"], said["anchor"], said["fraction"], said["read"], at)


class Positions:
    """Reading positions of all people; each sees their own."""

    def __init__(self, database: Database) -> None:
        self._marks = Marks(database, "position")

    def set(self, principal: Principal, page: str, anchor: str, fraction: float, read: bool) -> Position:
        """Keep where the caller is."""
        said = {"anchor": anchor, "fraction": fraction, "read": read}
        return _position({"name": page, **said}, self._marks.set(principal, page, said))

    def get(self, principal: Principal, page: str) -> Position | None:
        """Where the caller is on a page; None when they never opened it."""
        found = self._marks.get(principal, page)
        return _position(*found) if found else None

    def list(self, principal: Principal) -> tuple[Position, ...]:
        """All pages that the caller opened, latest first."""
        return tuple(_position(said, at) for said, at in self._marks.all(principal))
