"""Reflections: private answers to the questions of a page, repeatable; nobody else ever reads them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from angiosuite.kit.people import Principal, Visibility

from .database import Database
from .ledger import Action, Ledger, Place


@dataclass(frozen=True, slots=True)
class Reflection:
    """One time of answering.

    Parameters
    ----------
    id, owner : str
    page : str
        Guide page whose questions were answered.
    answers : dict
        Question id to a number or a text.
    occasion : str
        Such as "after surgery rotation".
    on : date
        Day in the person's own calendar.
    recorded_at : datetime
        UTC.
    """

    id: str
    owner: str
    page: str
    on: date
    answers: dict[str, Any] = field(default_factory=dict)
    occasion: str = ""
    recorded_at: datetime | None = None


class ReflectionForm:
    """A reflection in the ledger; always private."""

    def place(self, value: Reflection) -> tuple[str, date, Visibility]:
        """Private for good."""
        return "reflection", value.on, Visibility.PRIVATE

    def body(self, value: Reflection) -> dict[str, Any]:
        """What was answered."""
        return {"page": value.page, "answers": value.answers, "occasion": value.occasion}

    def value(self, place: Place, body: dict[str, Any]) -> Reflection:
        """The reflection."""
        return Reflection(
            place.id,
            place.owner,
            body["page"],
            place.day,
            body["answers"],
            body["occasion"],
            place.recorded_at,
        )


class Reflections:
    """Reflections of all people; each sees their own."""

    def __init__(self, database: Database) -> None:
        self._ledger: Ledger[Reflection] = Ledger(database, "reflection", ReflectionForm())

    def add(
        self, principal: Principal, page: str, answers: dict[str, Any], on: date, occasion: str = ""
    ) -> Reflection:
        """Keep what the caller answered."""
        made = Reflection("", principal.person, page, on, answers, occasion)
        return self._ledger.add(principal, [made])[0]

    def get(self, principal: Principal, name: str) -> Reflection:
        """One reflection of the caller."""
        return self._ledger.piece(principal, name).value

    def withdraw(self, principal: Principal, name: str, reason: str = "") -> Reflection:
        """Take one back; it is shown no more."""
        return self._ledger.append(principal, name, Action.WITHDRAW, reason, lambda piece: piece.value)

    def list(self, principal: Principal, page: str | None = None) -> tuple[Reflection, ...]:
        """The caller's reflections, newest first; on one page when named."""
        own = (piece.value for piece in self._ledger.pieces(principal))
        return tuple(one for one in own if page is None or one.page == page)
