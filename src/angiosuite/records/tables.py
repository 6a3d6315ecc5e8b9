"""The tables: people and their keys, the one append-only table of entries, and marks that are overwritten.

Only ids, owner, collection, kind, day, visibility, action, author and time are in the clear. All else is in
`sealed`, encrypted with the key of the owner (`sealing.py`); without the key it is noise.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    TypeDecorator,
    UniqueConstraint,
    text,
)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class UtcTime(TypeDecorator[datetime]):
    """A moment as whole microseconds since 1970, the same on every engine; always UTC in Python."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        """Refuses a time without a zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs its time zone")
        return (value - _EPOCH) // timedelta(microseconds=1)

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        """UTC."""
        return None if value is None else _EPOCH + timedelta(microseconds=value)


_BIG = BigInteger().with_variant(Integer, "sqlite")

people = Table(
    "people",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("roles", String(80), nullable=False),
    Column("local", Boolean, nullable=False),
    Column("access_hash", String(64), unique=True),
    Column("created_at", UtcTime, nullable=False),
    Column("erased_at", UtcTime),
    Column("sealed", LargeBinary),
    Index(
        "uq_people_local", "local", unique=True, sqlite_where=text("local"), postgresql_where=text("local")
    ),
)
"""A person; name, country, stage and language are sealed."""

person_keys = Table(
    "person_keys",
    metadata,
    Column("person", String(32), ForeignKey("people.id"), primary_key=True),
    Column("key", LargeBinary, nullable=False),
)
"""The key of each person; to erase a person is to remove this row."""

entries = Table(
    "entries",
    metadata,
    Column("seq", _BIG, primary_key=True, autoincrement=True),
    Column("collection", String(16), nullable=False),
    Column("object", String(32), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("owner", String(32), ForeignKey("people.id"), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("day", Date, nullable=False),
    Column("visibility", String(16), nullable=False),
    Column("action", String(16), nullable=False),
    Column("recorded_at", UtcTime, nullable=False),
    Column("recorded_by", String(32), nullable=False),
    Column("source", String(64)),
    Column("sealed", LargeBinary, nullable=False),
    UniqueConstraint("object", "revision"),
    Index("ix_entries_owner_collection_seq", "owner", "collection", "seq"),
    Index(
        "uq_entries_source",
        "owner",
        "collection",
        "source",
        unique=True,
        sqlite_where=text("revision = 1 AND source IS NOT NULL"),
        postgresql_where=text("revision = 1 AND source IS NOT NULL"),
    ),
    sqlite_autoincrement=True,
)
"""Append-only: evidence, enrolments, notes, reflections; each change is a row, triggers refuse any other.

`source` is a keyed hash of where a piece came from, so that the same suite session is found again.
"""

marks = Table(
    "marks",
    metadata,
    Column("owner", String(32), ForeignKey("people.id"), primary_key=True),
    Column("collection", String(16), primary_key=True),
    Column("handle", String(64), primary_key=True),
    Column("changed_at", UtcTime, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
)
"""What is overwritten: reading positions and follows. `handle` is a keyed hash of what is marked."""

kept_decisions = Table(
    "kept_decisions",
    metadata,
    Column("object", String(32), primary_key=True),
    Column("owner", String(32), ForeignKey("people.id"), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("day", Date, nullable=False),
    Column("term", String(120), nullable=False),
    Column("level", String(40)),
    Column("scheme", String(80)),
    Column("signed_by", String(32), nullable=False),
    Column("kept_at", UtcTime, nullable=False),
)
"""What stays of signed decisions of a person who was erased; written at that moment, never before."""

store = Table(
    "store",
    metadata,
    Column("name", String(16), primary_key=True),
    Column("value", String(80), nullable=False),
)
"""Facts on the database itself: `epoch`, which changes when a backup is brought back."""
