"""Notes: a reader says that something on a page is stale or wrong; open until it is withdrawn."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Literal

from angiosuite.kit.people import Principal, Visibility

from .database import Database
from .ledger import Action, Ledger, Place

NoteKind = Literal["stale", "wrong"]


@dataclass(frozen=True, slots=True)
class Note:
    """One note.

    Parameters
    ----------
    id, owner : str
    about : str
        ``guide:<id>``, ``field:<id>`` or ``pathway:<id>``.
    anchor : str
        Heading of the page, or empty.
    kind : str
        ``stale`` or ``wrong``.
    text : str
    made_at : datetime
        UTC.
    """

    id: str
    owner: str
    about: str
    anchor: str
    kind: NoteKind
    text: str
    made_at: datetime | None = None


class NoteForm:
    """A note in the ledger."""

    def place(self, value: Note) -> tuple[str, date, Visibility]:
        """The day is the one it was written on, UTC."""
        return "note", (value.made_at or datetime.now(UTC)).date(), Visibility.PRIVATE

    def body(self, value: Note) -> dict[str, Any]:
        """What it says."""
        return {"about": value.about, "anchor": value.anchor, "kind": value.kind, "text": value.text}

    def value(self, place: Place, body: dict[str, Any]) -> Note:
        """The note."""
        return Note(
            place.id,
            place.owner,
            body["about"],
            body["anchor"],
            body["kind"],
            body["text"],
            place.recorded_at,
        )


class Notes:
    """Notes of all people; each sees their own."""

    def __init__(self, database: Database) -> None:
        self._ledger: Ledger[Note] = Ledger(database, "note", NoteForm())

    def add(self, principal: Principal, about: str, anchor: str, kind: NoteKind, text: str) -> Note:
        """Write a note."""
        return self._ledger.add(principal, [Note("", principal.person, about, anchor, kind, text)])[0]

    def withdraw(self, principal: Principal, name: str, reason: str = "") -> Note:
        """Take a note back."""
        return self._ledger.append(principal, name, Action.WITHDRAW, reason, lambda piece: piece.value)

    def list(self, principal: Principal, about: str | None = None) -> tuple[Note, ...]:
        """Open notes of the caller, newest first; of one page when `about` names it."""
        notes = (piece.value for piece in self._ledger.pieces(principal))
        return tuple(note for note in notes if about is None or note.about == about)
