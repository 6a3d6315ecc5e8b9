"""Marks: what is overwritten in place, one per person and thing: where they read, what they follow."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from angiosuite.kit.people import Principal

from .database import Database
from .faults import NotThere
from .sealing import Seal
from .tables import marks, person_keys


class Marks:
    """The marks of one collection; a person reads and writes their own alone."""

    def __init__(self, database: Database, collection: str) -> None:
        self._database = database
        self._collection = collection

    def _seal(self, connection: Connection, person: str, *, lock: bool = False) -> Seal:
        query = select(person_keys.c.key).where(person_keys.c.person == person)
        key = connection.execute(query.with_for_update() if lock else query).scalar()
        if key is None:
            raise NotThere("person", person)
        return Seal(key)

    def set(self, principal: Principal, name: str, said: dict[str, Any]) -> datetime:
        """Mark a thing; what was said of it before is gone. Returns when, UTC."""
        now = datetime.now(UTC)
        with self._database.writing() as connection:
            seal = self._seal(connection, principal.person, lock=True)
            row = {
                "owner": principal.person,
                "collection": self._collection,
                "handle": seal.handle(name),
                "changed_at": now,
            }
            row["sealed"] = seal.close({"name": name, **said}, self._bound(row))
            at = [marks.c[column] == row[column] for column in ("owner", "collection", "handle")]
            connection.execute(delete(marks).where(*at))
            connection.execute(insert(marks), [row])
        return now

    def get(self, principal: Principal, name: str) -> tuple[dict[str, Any], datetime] | None:
        """What was said of a thing and when, or None."""
        with self._database.reading() as connection:
            seal = self._seal(connection, principal.person)
            query = select(marks).where(
                marks.c.owner == principal.person,
                marks.c.collection == self._collection,
                marks.c.handle == seal.handle(name),
            )
            row = connection.execute(query).mappings().first()
        return (seal.open(row["sealed"], self._bound(row)), row["changed_at"]) if row else None

    def all(self, principal: Principal) -> Iterator[tuple[dict[str, Any], datetime]]:
        """All marks of the caller, latest first."""
        with self._database.reading() as connection:
            seal = self._seal(connection, principal.person)
            query = select(marks).where(
                marks.c.owner == principal.person, marks.c.collection == self._collection
            )
            rows = connection.execute(query.order_by(marks.c.changed_at.desc())).mappings().all()
        for row in rows:
            yield seal.open(row["sealed"], self._bound(row)), row["changed_at"]

    def _bound(self, row: Any) -> str:
        return f"{row['collection']}|{row['handle']}|{row['owner']}"
