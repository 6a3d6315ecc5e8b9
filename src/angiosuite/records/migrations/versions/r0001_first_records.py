"""People, entries, marks."""

import secrets

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_SOURCED = sa.text("revision = 1 AND source IS NOT NULL")


def upgrade() -> None:
    op.create_table(
        "people",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("roles", sa.String(80), nullable=False),
        sa.Column("local", sa.Boolean, nullable=False),
        sa.Column("access_hash", sa.String(64)),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("erased_at", sa.BigInteger),
        sa.Column("sealed", sa.LargeBinary),
        sa.PrimaryKeyConstraint("id", name="pk_people"),
        sa.UniqueConstraint("access_hash", name="uq_people_access_hash"),
    )
    only = sa.text("local")
    op.create_index(
        "uq_people_local", "people", ["local"], unique=True, sqlite_where=only, postgresql_where=only
    )
    op.create_table(
        "person_keys",
        sa.Column("person", sa.String(32), nullable=False),
        sa.Column("key", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("person", name="pk_person_keys"),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name="fk_person_keys_person"),
    )
    op.create_table(
        "entries",
        sa.Column("seq", _BIG, autoincrement=True, nullable=False),
        sa.Column("collection", sa.String(16), nullable=False),
        sa.Column("object", sa.String(32), nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("owner", sa.String(32), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("visibility", sa.String(16), nullable=False),
        sa.Column("action", sa.String(16), nullable=False),
        sa.Column("recorded_at", sa.BigInteger, nullable=False),
        sa.Column("recorded_by", sa.String(32), nullable=False),
        sa.Column("source", sa.String(64)),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_entries"),
        sa.ForeignKeyConstraint(["owner"], ["people.id"], name="fk_entries_owner"),
        sa.UniqueConstraint("object", "revision", name="uq_entries_object_revision"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_entries_owner_collection_seq", "entries", ["owner", "collection", "seq"])
    op.create_index(
        "uq_entries_source",
        "entries",
        ["owner", "collection", "source"],
        unique=True,
        sqlite_where=_SOURCED,
        postgresql_where=_SOURCED,
    )
    op.create_table(
        "marks",
        sa.Column("owner", sa.String(32), nullable=False),
        sa.Column("collection", sa.String(16), nullable=False),
        sa.Column("handle", sa.String(64), nullable=False),
        sa.Column("changed_at", sa.BigInteger, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("owner", "collection", "handle", name="pk_marks"),
        sa.ForeignKeyConstraint(["owner"], ["people.id"], name="fk_marks_owner"),
    )
    op.create_table(
        "kept_decisions",
        sa.Column("object", sa.String(32), nullable=False),
        sa.Column("owner", sa.String(32), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("term", sa.String(120), nullable=False),
        sa.Column("level", sa.String(40)),
        sa.Column("scheme", sa.String(80)),
        sa.Column("signed_by", sa.String(32), nullable=False),
        sa.Column("kept_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("object", name="pk_kept_decisions"),
        sa.ForeignKeyConstraint(["owner"], ["people.id"], name="fk_kept_decisions_owner"),
    )
    store = op.create_table(
        "store",
        sa.Column("name", sa.String(16), nullable=False),
        sa.Column("value", sa.String(80), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_store"),
    )
    op.bulk_insert(store, [{"name": "epoch", "value": secrets.token_hex(16)}])
    if op.get_bind().dialect.name == "sqlite":
        for event in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER entries_no_{event.lower()} BEFORE {event} ON entries "
                "BEGIN SELECT RAISE(ABORT, 'entries is append-only'); END"
            )
    else:
        op.execute(
            "CREATE OR REPLACE FUNCTION angiosuite_append_only() RETURNS trigger LANGUAGE plpgsql AS "
            "$$BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END$$"
        )
        op.execute(
            "CREATE TRIGGER entries_append_only BEFORE UPDATE OR DELETE ON entries "
            "FOR EACH ROW EXECUTE FUNCTION angiosuite_append_only()"
        )
        op.execute(
            "CREATE TRIGGER entries_no_truncate BEFORE TRUNCATE ON entries "
            "FOR EACH STATEMENT EXECUTE FUNCTION angiosuite_append_only()"
        )
