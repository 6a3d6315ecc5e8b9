"""People: who they are on this installation, how they are recognised, and how they are erased."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from angiosuite.kit.errors import AngiosuiteError, RefusedInput
from angiosuite.kit.evidence import Evidence, EvidenceKind, Status
from angiosuite.kit.people import Principal, Role

from .database import Database
from .evidence import EvidenceForm
from .faults import NotThere
from .ledger import Ledger
from .sealing import Seal, new_key
from .tables import kept_decisions, marks, people, person_keys


@dataclass(frozen=True, slots=True)
class Profile:
    """What a person said of themselves.

    Parameters
    ----------
    id : str
        Random.
    name : str
        As they are called here; empty for the one person of a local installation.
    roles : frozenset of Role
    country, stage, language : str, optional
        ISO code, stage of training, language tag; None until the first run asked for them.
    created_at : datetime
        UTC.
    """

    id: str
    name: str
    roles: frozenset[Role]
    country: str | None
    stage: str | None
    language: str | None
    created_at: datetime

    @property
    def first_run(self) -> bool:
        """Whether nobody asked for country and stage yet."""
        return self.country is None and self.stage is None


@dataclass(frozen=True, slots=True)
class KeptDecision:
    """What remains of a signed decision on an erased person."""

    id: str
    owner: str
    kind: EvidenceKind
    day: str
    term: str
    level: str | None
    scheme: str | None
    signed_by: str


class People:
    """The people of one installation."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def local(self) -> Principal:
        """The one person of a local installation, made on first use; needs no account."""
        found = self._local()
        if found is None:
            try:
                with self._database.writing() as connection:
                    self._insert(connection, "", frozenset({Role.TRAINEE}), local=True)
            except AngiosuiteError as error:
                if error.code != "records-changed-meanwhile":
                    raise  # else another process was faster
            found = self._local()
            assert found is not None
        return found

    def _local(self) -> Principal | None:
        query = select(people.c.id, people.c.roles).where(people.c.local.is_(True))
        with self._database.reading() as connection:
            row = connection.execute(query).first()
        return Principal(row.id, _roles(row.roles)) if row else None

    def add(self, by: Principal, name: str, roles: frozenset[Role]) -> tuple[str, str]:
        """Make a person; their id, and the access key, which is shown this once and kept as a hash.

        Raises
        ------
        NotThere
            When the caller is neither a director nor the local person.
        """
        self._must_govern(by)
        if not name.strip() or not roles:
            raise RefusedInput(
                "A person has a name and at least one role",
                code="person-incomplete",
                where="people",
                way_out=f"Roles: {', '.join(Role)}.",
            )
        access_key = secrets.token_urlsafe(32)
        with self._database.writing() as connection:
            made = self._insert(connection, name.strip(), roles, access_hash=_hash(access_key))
        return made, access_key

    def _insert(
        self,
        connection: Connection,
        name: str,
        roles: frozenset[Role],
        *,
        local: bool = False,
        access_hash: str | None = None,
    ) -> str:
        made, key = secrets.token_hex(8), new_key()
        row = {
            "id": made,
            "roles": ",".join(sorted(roles)),
            "local": local,
            "access_hash": access_hash,
            "created_at": datetime.now(UTC),
            "sealed": Seal(key).close({"name": name}, f"people|{made}"),
        }
        connection.execute(insert(people), [row])
        connection.execute(insert(person_keys), [{"person": made, "key": key}])
        return made

    def _must_govern(self, by: Principal) -> None:
        if Role.DIRECTOR not in by.roles and not self._row(by.person).local:
            raise NotThere("person", by.person)

    def _row(self, person: str) -> Any:
        with self._database.reading() as connection:
            query = select(people, person_keys.c.key).where(people.c.id == person)
            row = connection.execute(query.outerjoin_from(people, person_keys)).first()
        if row is None or row.key is None:
            raise NotThere("person", person)
        return row

    def identify(self, access_key: str) -> Principal | None:
        """Whose access key this is."""
        query = select(people.c.id, people.c.roles).where(people.c.access_hash == _hash(access_key))
        with self._database.reading() as connection:
            row = connection.execute(query).first()
        return Principal(row.id, _roles(row.roles)) if row else None

    def profile(self, principal: Principal) -> Profile:
        """What the caller said of themselves."""
        return _profile(self._row(principal.person))

    def set_profile(
        self, principal: Principal, country: str | None, stage: str | None, language: str | None
    ) -> Profile:
        """Say country, stage and language."""
        with self._database.writing() as connection:
            query = select(person_keys.c.key).where(person_keys.c.person == principal.person)
            key = connection.execute(query.with_for_update()).scalar()
            if key is None:
                raise NotThere("person", principal.person)
            row = connection.execute(select(people).where(people.c.id == principal.person)).one()
            place = f"people|{row.id}"
            said = {**Seal(key).open(row.sealed, place), "country": country, "stage": stage}
            said["language"] = language
            connection.execute(
                update(people).where(people.c.id == row.id).values(sealed=Seal(key).close(said, place))
            )
        return self.profile(principal)

    def list(self, principal: Principal) -> tuple[Profile, ...]:
        """Everybody, for a director or the local person; the caller alone for others."""
        own = self._row(principal.person)
        if Role.DIRECTOR not in principal.roles and not own.local:
            return (_profile(own),)
        query = select(people, person_keys.c.key).join_from(people, person_keys)
        with self._database.reading() as connection:
            return tuple(map(_profile, connection.execute(query.order_by(people.c.created_at)).all()))

    def erase(self, principal: Principal, *, keep_signed: bool = True) -> None:
        """Erase the caller: their key is destroyed, and all that it encrypted is noise from then on.

        What stays: random ids, and of each entry its kind, day, action and time. With `keep_signed`, signed
        attestations and entrustments keep kind, day, first term, level, scheme and who signed: where a
        programme must be able to show which decisions it took, erasure does not reach them; elsewhere leave
        them out.
        Copies beside the database lose the key too. Backups made before hold it; `backup.restore` does not
        bring back whom this database erased.
        """
        ledger: Ledger[Evidence] = Ledger(self._database, "evidence", EvidenceForm())
        shelf = ledger.shelf(principal.person)
        now = datetime.now(UTC)
        kept = [
            {
                "object": piece.id,
                "owner": piece.owner,
                "kind": str(piece.value.kind),
                "day": piece.day,
                "term": piece.value.terms[0] if piece.value.terms else "",
                "level": piece.value.level,
                "scheme": piece.value.scheme,
                "signed_by": piece.signed_by or piece.owner,
                "kept_at": now,
            }
            for piece in shelf.ordered
            if not piece.withdrawn
            and piece.value.status is Status.SIGNED
            and piece.value.kind in (EvidenceKind.ATTESTATION, EvidenceKind.ENTRUSTMENT)
        ]
        with self._database.writing() as connection:
            person = principal.person
            found = connection.execute(delete(person_keys).where(person_keys.c.person == person)).rowcount
            if not found:
                raise NotThere("person", person)
            if keep_signed and kept:
                connection.execute(insert(kept_decisions), kept)
            connection.execute(delete(marks).where(marks.c.owner == person))
            gone = {"sealed": None, "access_hash": None, "local": False, "erased_at": now}
            connection.execute(update(people).where(people.c.id == person).values(gone))
        self._database.tidy()
        self._database.forget_in_copies(person)

    def kept(self, principal: Principal) -> tuple[KeptDecision, ...]:
        """Signed decisions on erased people, for a director or the local person."""
        self._must_govern(principal)
        with self._database.reading() as connection:
            rows = connection.execute(select(kept_decisions).order_by(kept_decisions.c.day)).all()
        return tuple(
            KeptDecision(
                r.object,
                r.owner,
                EvidenceKind(r.kind),
                r.day.isoformat(),
                r.term,
                r.level,
                r.scheme,
                r.signed_by,
            )
            for r in rows
        )


def _profile(row: Any) -> Profile:
    said = Seal(row.key).open(row.sealed, f"people|{row.id}")
    return Profile(
        row.id,
        said.get("name", ""),
        _roles(row.roles),
        said.get("country"),
        said.get("stage"),
        said.get("language"),
        row.created_at,
    )


def _roles(text: str) -> frozenset[Role]:
    return frozenset(Role(part) for part in text.split(","))


def _hash(access_key: str) -> str:
    return hashlib.sha256(access_key.encode()).hexdigest()
