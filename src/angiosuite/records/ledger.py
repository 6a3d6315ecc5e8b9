"""The append-only ledger: an object is what its latest entry says; every entry keeps author, time and reason.

Nothing is updated in place, in this module or in the database (triggers refuse it). Each entry holds the
whole object, encrypted with its owner's key and bound to its row. What stands now is kept decrypted in memory
per owner and brought up to date from the entries that came since, so that a page costs one small question.
"""

from __future__ import annotations

import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any, Generic, NamedTuple, Protocol, TypeVar

from sqlalchemy import Connection, func, insert, select

from angiosuite.kit.errors import RefusedInput
from angiosuite.kit.people import Principal, Visibility

from .database import Database
from .faults import NotThere
from .sealing import Seal
from .tables import entries, person_keys, store

T = TypeVar("T")
KEPT_IN_MEMORY = 60_000
"""Objects of a collection that are kept decrypted; whole owners go, the one longest unread first."""


class Action(StrEnum):
    """What an entry does."""

    ADD = "add"
    CORRECT = "correct"
    WITHDRAW = "withdraw"
    SIGN = "sign"
    SHOW = "show"
    """A change of who may read it."""


class Place(NamedTuple):
    """The clear part of an entry's row, as an object takes it over."""

    id: str
    owner: str
    kind: str
    day: date
    visibility: Visibility
    revision: int
    recorded_at: datetime


class Form(Protocol[T]):
    """How objects of one collection are written and read."""

    def place(self, value: T) -> tuple[str, date, Visibility]:
        """Kind, day and visibility, which stay in the clear."""
        ...

    def body(self, value: T) -> dict[str, Any]:
        """All else, as plain JSON values."""
        ...

    def value(self, place: Place, body: dict[str, Any]) -> T:
        """The object."""
        ...


class Piece(NamedTuple, Generic[T]):
    """An object as it stands now.

    Parameters
    ----------
    value : object
        What its latest entry says.
    id, owner, visibility, day
        As its row has them in the clear.
    seq : int
        Number of its latest entry, ascending in time.
    action : Action
        What that entry did.
    signed_by : str, optional
        Who vouched for it as it stands; nobody after a correction.
    """

    value: T
    id: str
    owner: str
    visibility: Visibility
    day: date
    seq: int
    action: Action
    signed_by: str | None = None

    @property
    def withdrawn(self) -> bool:
        """Whether it no longer counts."""
        return self.action is Action.WITHDRAW


@dataclass(frozen=True, slots=True)
class Entry(Generic[T]):
    """One entry of an object's history: what it said from then on, who wrote it, when (UTC) and why."""

    revision: int
    action: Action
    at: datetime
    by: str
    reason: str
    value: T


@dataclass(frozen=True, slots=True)
class Shelf(Generic[T]):
    """All objects of one owner as of one entry."""

    stamp: tuple[str, int]
    pieces: dict[str, Piece[T]]
    ordered: tuple[Piece[T], ...]
    """Newest day first, withdrawn ones too."""
    notes: dict[str, str] = field(default_factory=dict)
    """What a repository keeps beside it, by id, for searching."""


_ACTIONS = {str(action): action for action in Action}
_VISIBILITIES = {str(visibility): visibility for visibility in Visibility}
_READ = (
    entries.c.seq,
    entries.c.object,
    entries.c.revision,
    entries.c.owner,
    entries.c.kind,
    entries.c.day,
    entries.c.visibility,
    entries.c.action,
    entries.c.recorded_at,
    entries.c.recorded_by,
    entries.c.sealed,
)


class Ledger(Generic[T]):
    """The entries of one collection.

    Parameters
    ----------
    database : Database
    collection : str
        Name of the collection; codes of errors carry it: ``<collection>-not-known``.
    form : Form
        How its objects are written and read.
    """

    def __init__(self, database: Database, collection: str, form: Form[T]) -> None:
        self.database = database
        self.collection = collection
        self._form = form
        self._shelves: OrderedDict[str, Shelf[T]] = OrderedDict()
        self._lock = threading.Lock()

    # reading

    def shelf(self, owner: str) -> Shelf[T]:
        """All objects of an owner; empty when there is no such person or their key was destroyed."""
        with self.database.reading() as connection:
            epoch, last, key = connection.execute(
                select(
                    select(store.c.value).where(store.c.name == "epoch").scalar_subquery(),
                    select(func.max(entries.c.seq))
                    .where(entries.c.owner == owner, entries.c.collection == self.collection)
                    .scalar_subquery(),
                    select(person_keys.c.key).where(person_keys.c.person == owner).scalar_subquery(),
                )
            ).one()
            if key is None or last is None:
                with self._lock:
                    self._shelves.pop(owner, None)
                return Shelf((epoch, 0), {}, ())
            with self._lock:
                known = self._shelves.get(owner)
                if known is not None and known.stamp == (epoch, last):
                    self._shelves.move_to_end(owner)
                    return known
            since = known if known is not None and known.stamp[0] == epoch else None
            rows = self._rows_since(connection, owner, since.stamp[1] if since else 0)
        shelf = self._shelved((epoch, last), rows, Seal(key), since)
        with self._lock:
            self._shelves[owner] = shelf
            self._shelves.move_to_end(owner)
            while (
                len(self._shelves) > 1 and sum(len(s.pieces) for s in self._shelves.values()) > KEPT_IN_MEMORY
            ):
                self._shelves.popitem(last=False)
        return shelf

    def _rows_since(self, connection: Connection, owner: str, seq: int) -> Sequence[Any]:
        query = select(*_READ).where(
            entries.c.owner == owner, entries.c.collection == self.collection, entries.c.seq > seq
        )
        latest = {row.object: row for row in connection.execute(query.order_by(entries.c.seq))}
        return list(latest.values())

    def _shelved(
        self, stamp: tuple[str, int], rows: Sequence[Any], seal: Seal, since: Shelf[T] | None
    ) -> Shelf[T]:
        pieces = dict(since.pieces) if since else {}
        notes = {} if since is None else dict(since.notes)
        for row in rows:
            pieces[row[1]] = self._piece(row, seal)[0]
            notes.pop(row[1], None)
        ordered = tuple(sorted(pieces.values(), key=lambda p: (p.day, p.seq), reverse=True))
        return Shelf(stamp, pieces, ordered, notes)

    def _piece(self, row: Any, seal: Seal) -> tuple[Piece[T], str]:
        seq, name, revision, owner, kind, day, shown, action, at, by, sealed = row
        body = seal.open(sealed, self._bound(name, revision, owner, kind, day, shown, action, by))
        visibility = _VISIBILITIES[shown]
        value = self._form.value(Place(name, owner, kind, day, visibility, revision, at), body["value"])
        piece = Piece(value, name, owner, visibility, day, seq, _ACTIONS[action], body.get("signed_by"))
        return piece, body.get("reason", "")

    def _bound(self, name: str, revision: int, owner: str, kind: str, day: date, *rest: str) -> str:
        return f"{self.collection}|{name}|{revision}|{owner}|{kind}|{day.isoformat()}|{'|'.join(rest)}"

    def pieces(self, principal: Principal, owner: str | None = None) -> tuple[Piece[T], ...]:
        """What stands of an owner (the caller when None) and the caller may read, newest day first."""
        whose = owner or principal.person
        return tuple(
            piece
            for piece in self.shelf(whose).ordered
            if not piece.withdrawn and principal.may_read(whose, piece.visibility)
        )

    def piece(self, principal: Principal, name: str) -> Piece[T]:
        """One object; `NotThere` when it is not there or not for the caller."""
        owner = self._owner_of(name)
        piece = self.shelf(owner).pieces.get(name) if owner else None
        if piece is None or not principal.may_read(piece.owner, piece.visibility):
            raise NotThere(self.collection, name)
        return piece

    def history(self, principal: Principal, name: str) -> tuple[Entry[T], ...]:
        """All entries of an object, oldest first; `NotThere` when it is not there or not for the caller."""
        piece = self.piece(principal, name)
        with self.database.reading() as connection:
            seal = self._seal(connection, piece.owner)
            query = select(*_READ).where(entries.c.object == name).order_by(entries.c.revision)
            rows = connection.execute(query).all()
        made = []
        for row in rows:
            then, reason = self._piece(row, seal)
            made.append(
                Entry(row.revision, then.action, row.recorded_at, row.recorded_by, reason, then.value)
            )
        return tuple(made)

    def _owner_of(self, name: str) -> str | None:
        if not name.isascii() or "\0" in name or len(name) > 32:
            return None
        with self.database.reading() as connection:
            return connection.execute(
                select(entries.c.owner).where(
                    entries.c.object == name, entries.c.revision == 1, entries.c.collection == self.collection
                )
            ).scalar()

    def _seal(self, connection: Connection, owner: str, *, lock: bool = False) -> Seal:
        query = select(person_keys.c.key).where(person_keys.c.person == owner)
        key = connection.execute(query.with_for_update() if lock else query).scalar()
        if key is None:
            raise NotThere("person", owner)
        return Seal(key)

    # writing

    def add(
        self,
        principal: Principal,
        values: Iterable[T],
        *,
        sources: Sequence[str | None] | None = None,
    ) -> list[T]:
        """Write new objects of the caller, all or none; ids are random.

        Parameters
        ----------
        principal : Principal
            Owner and author.
        values : iterable of objects
        sources : sequence of str, optional
            Where each came from, when it is to be found again by `sourced`.
        """
        made: list[T] = []
        with self.database.writing() as connection:
            seal = self._seal(connection, principal.person, lock=True)
            rows = []
            for index, value in enumerate(values):
                source = sources[index] if sources else None
                row, place = self._row(
                    secrets.token_hex(8), 1, principal.person, Action.ADD, principal.person, value, {}, seal
                )
                rows.append({**row, "source": seal.handle(source) if source else None})
                made.append(self._form.value(place, self._form.body(value)))
            if rows:
                connection.execute(insert(entries), rows)
        return made

    def append(
        self,
        principal: Principal,
        name: str,
        action: Action,
        reason: str,
        change: Callable[[Piece[T]], T],
        *,
        may: Callable[[Piece[T]], bool] | None = None,
    ) -> T:
        """Write a further entry of an object.

        Parameters
        ----------
        principal : Principal
            Author.
        name : str
            Id of the object.
        action : Action
        reason : str
            Kept with the entry, encrypted.
        change : callable
            Gives the object as it is to stand from the one that stands; sees the latest state.
        may : callable, optional
            Who may do it; the owner alone when left out.

        Raises
        ------
        NotThere
            When it is not there, or the caller may not do this.
        RefusedInput
            ``<collection>-withdrawn``.
        """
        owner = self._owner_of(name)
        if owner is None:
            raise NotThere(self.collection, name)
        with self.database.writing() as connection:
            seal = self._seal_or_absent(connection, owner, name)
            query = select(*_READ).where(entries.c.object == name)
            row = connection.execute(query.order_by(entries.c.revision.desc()).limit(1)).one()
            piece, _ = self._piece(row, seal)
            if not (may(piece) if may else principal.may_change(owner)):
                raise NotThere(self.collection, name)
            if piece.withdrawn:
                raise RefusedInput(
                    "It was withdrawn and stays as it is",
                    code=f"{self.collection}-withdrawn",
                    where=self.collection,
                    value=name,
                    way_out="Add it afresh.",
                )
            value = change(piece)
            signed_by = {Action.SIGN: principal.person, Action.CORRECT: None}.get(action, piece.signed_by)
            said = {"reason": reason, "signed_by": signed_by}
            made, place = self._row(
                name, row.revision + 1, owner, action, principal.person, value, said, seal
            )
            connection.execute(insert(entries), [{**made, "source": None}])
        return self._form.value(place, self._form.body(value))

    def _seal_or_absent(self, connection: Connection, owner: str, name: str) -> Seal:
        try:
            return self._seal(connection, owner, lock=True)
        except NotThere:
            raise NotThere(self.collection, name) from None

    def sourced(self, principal: Principal, source: str) -> str | None:
        """Id of the caller's object that came from this source."""
        with self.database.reading() as connection:
            handle = self._seal(connection, principal.person).handle(source)
            return connection.execute(
                select(entries.c.object).where(
                    entries.c.owner == principal.person,
                    entries.c.collection == self.collection,
                    entries.c.source == handle,
                    entries.c.revision == 1,
                )
            ).scalar()

    def _row(
        self,
        name: str,
        revision: int,
        owner: str,
        action: Action,
        by: str,
        value: T,
        said: dict[str, Any],
        seal: Seal,
    ) -> tuple[dict[str, Any], Place]:
        kind, day, visibility = self._form.place(value)
        place = Place(name, owner, kind, day, visibility, revision, datetime.now(UTC))
        body = {"value": self._form.body(value), **{name: text for name, text in said.items() if text}}
        bound = self._bound(name, revision, owner, kind, day, str(visibility), str(action), by)
        return {
            "collection": self.collection,
            "object": name,
            "revision": revision,
            "owner": owner,
            "kind": kind,
            "day": day,
            "visibility": str(visibility),
            "action": str(action),
            "recorded_at": place.recorded_at,
            "recorded_by": by,
            "sealed": seal.close(body, bound),
        }, place
