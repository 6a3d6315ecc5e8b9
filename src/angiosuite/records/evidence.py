"""Evidence: added, corrected, withdrawn, signed by entries; read as it stands or with its history."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import date
from typing import Any

from angiosuite.kit.errors import AngiosuiteError, RefusedInput
from angiosuite.kit.evidence import CaseRole, Evidence, EvidenceKind, Status
from angiosuite.kit.people import Principal, Role, Visibility

from .database import Database
from .faults import NotThere
from .ledger import Action, Entry, Ledger, Piece, Place

_KINDS = {str(kind): kind for kind in EvidenceKind}
_ROLES = {str(role): role for role in CaseRole}
_STATES = {str(status): status for status in Status}
_PLAIN = ("amount", "unit", "result", "level", "scheme", "rater", "rater_role", "site", "patient")


class EvidenceForm:
    """Evidence in the ledger; what has its default is left out."""

    def place(self, value: Evidence) -> tuple[str, date, Visibility]:
        """Kind, day and visibility."""
        return str(value.kind), value.on, value.visibility

    def body(self, value: Evidence) -> dict[str, Any]:
        """All other fields that say something."""
        body: dict[str, Any] = {n: v for n in _PLAIN if (v := getattr(value, n)) is not None}
        if value.until is not None:
            body["until"] = value.until.isoformat()
        if value.terms:
            body["terms"] = list(value.terms)
        if value.role is not None:
            body["role"] = str(value.role)
        if value.status is not Status.DRAFT:
            body["status"] = str(value.status)
        if value.note:
            body["note"] = value.note
        if value.source != "hand":
            body["source"] = value.source
        if value.data:
            body["data"] = value.data
        return body

    def value(self, place: Place, body: dict[str, Any]) -> Evidence:
        """The evidence."""
        get = body.get
        until, role = get("until"), get("role")
        return Evidence(  # in order, since names would cost as much as all else
            place.id,
            place.owner,
            _KINDS[place.kind],
            place.day,
            date.fromisoformat(until) if until else None,
            tuple(get("terms", ())),
            get("amount"),
            get("unit"),
            _ROLES[role] if role else None,
            get("result"),
            get("level"),
            get("scheme"),
            get("rater"),
            get("rater_role"),
            get("site"),
            get("patient"),
            _STATES[get("status", "draft")],
            place.visibility,
            get("note", ""),
            get("source", "hand"),
            get("data") or {},
            place.recorded_at,
            place.revision,
        )


class EvidenceStore:
    """All evidence of all people; implements `kit.evidence.EvidenceSink`.

    Every call is made in the name of a `Principal`; what is not for them answers like what is not there.
    """

    def __init__(self, database: Database) -> None:
        self._ledger: Ledger[Evidence] = Ledger(database, "evidence", EvidenceForm())

    def add(self, principal: Principal, evidence: Evidence) -> Evidence:
        """Write a new piece; its id is made here, its owner is the caller."""
        return self.add_all(principal, (evidence,))[0]

    def add_all(self, principal: Principal, evidence: Iterable[Evidence]) -> tuple[Evidence, ...]:
        """Write many new pieces of the caller, all or none."""
        pieces = [self._own(principal, piece) for piece in evidence]
        sources = [None if piece.source in ("hand", "import") else piece.source for piece in pieces]
        return tuple(self._ledger.add(principal, pieces, sources=sources))

    def _own(self, principal: Principal, evidence: Evidence) -> Evidence:
        if evidence.owner not in ("", principal.person):
            raise NotThere("person", evidence.owner)
        return evidence if evidence.owner else replace(evidence, owner=principal.person)

    def correct(self, principal: Principal, name: str, evidence: Evidence, reason: str) -> Evidence:
        """Say what a piece should have said; kind, visibility and source stay.

        A piece that another person signed is open again (``submitted``): what they signed is in its history.
        """

        def change(piece: Piece[Evidence]) -> Evidence:
            old = piece.value
            if evidence.kind is not old.kind:
                raise RefusedInput(
                    "A piece of evidence keeps its kind",
                    code="evidence-kind-fixed",
                    where="kind",
                    value=str(evidence.kind),
                    way_out="Withdraw it, and add one of the other kind.",
                )
            status = evidence.status
            if piece.signed_by is not None and status is Status.SIGNED:
                status = Status.SUBMITTED
            return replace(
                evidence, owner=old.owner, visibility=old.visibility, source=old.source, status=status
            )

        return self._ledger.append(principal, name, Action.CORRECT, _given(reason), change)

    def withdraw(self, principal: Principal, name: str, reason: str) -> Evidence:
        """Take a piece out of every count; it stays in the history."""
        return self._ledger.append(
            principal, name, Action.WITHDRAW, _given(reason), lambda piece: piece.value
        )

    def set_visibility(self, principal: Principal, name: str, visibility: Visibility) -> Evidence:
        """Say who besides the owner may read it."""
        return self._ledger.append(
            principal, name, Action.SHOW, "", lambda piece: replace(piece.value, visibility=visibility)
        )

    def sign(self, principal: Principal, name: str, reason: str = "") -> Evidence:
        """Vouch for a piece of another person: a teacher or director to whom it is shown."""

        def may(piece: Piece[Evidence]) -> bool:
            return (
                piece.owner != principal.person
                and bool(principal.roles & {Role.TEACHER, Role.DIRECTOR})
                and principal.may_read(piece.owner, piece.visibility)
            )

        def change(piece: Piece[Evidence]) -> Evidence:
            return replace(piece.value, status=Status.SIGNED)

        return self._ledger.append(principal, name, Action.SIGN, reason, change, may=may)

    def put(self, principal: Principal, evidence: Evidence) -> None:
        """Record what came from a source, or correct what came from it before.

        What the person withdrew stays withdrawn, whatever its source says later.
        """
        known = self._ledger.sourced(principal, evidence.source)
        if known is None:
            try:
                self.add(principal, evidence)
                return
            except AngiosuiteError as error:
                known = self._ledger.sourced(principal, evidence.source)
                if error.code != "records-changed-meanwhile" or known is None:
                    raise  # else another process was faster with the same source
        piece = self._ledger.piece(principal, known)
        told = replace(evidence, note=evidence.note or piece.value.note)
        if not piece.withdrawn and self._says_else(piece.value, told):
            self.correct(principal, known, told, f"from {evidence.source}")

    def _says_else(self, old: Evidence, new: Evidence) -> bool:
        form = EvidenceForm()
        return form.body(old) != form.body(new) or old.on != new.on or old.kind is not new.kind

    def get(self, principal: Principal, name: str) -> Evidence:
        """One piece as it stands, or as it stood when it was withdrawn."""
        return self._ledger.piece(principal, name).value

    def is_withdrawn(self, principal: Principal, name: str) -> bool:
        """Whether a piece was taken back."""
        return self._ledger.piece(principal, name).withdrawn

    def history(self, principal: Principal, name: str) -> tuple[Entry[Evidence], ...]:
        """All entries of a piece, oldest first."""
        return self._ledger.history(principal, name)

    def current(self, principal: Principal, owner: str | None = None) -> tuple[Evidence, ...]:
        """All that stands of a person (the caller when None) and the caller may read, newest day first."""
        return tuple([piece.value for piece in self._ledger.pieces(principal, owner)])

    def list(
        self,
        principal: Principal,
        owner: str | None = None,
        *,
        kinds: Collection[EvidenceKind] = (),
        since: date | None = None,
        until: date | None = None,
        before: str | None = None,
        limit: int = 50,
        withdrawn: bool = False,
    ) -> tuple[Evidence, ...]:
        """A page of the list, newest day first.

        Parameters
        ----------
        principal : Principal
        owner : str, optional
            Whose; the caller's when None.
        kinds : collection of EvidenceKind
            These kinds alone; all when empty.
        since, until : date, optional
            First and last day, both included.
        before : str, optional
            Id of the last piece of the page before; `NotThere` when the caller may not read it.
        limit : int
            Most pieces of a page.
        withdrawn : bool
            Those that were withdrawn, in place of those that stand.
        """
        whose = owner or principal.person
        shelf = self._ledger.shelf(whose)
        after = None
        if before is not None:
            last = shelf.pieces.get(before)
            if last is None or not principal.may_read(whose, last.visibility):
                raise NotThere("evidence", before)
            after = (last.day, last.seq)
        page: list[Evidence] = []
        for piece in shelf.ordered:
            if len(page) >= limit:
                break
            if piece.withdrawn is not withdrawn or not principal.may_read(whose, piece.visibility):
                continue
            if after is not None and (piece.day, piece.seq) >= after:
                continue
            if (kinds and piece.value.kind not in kinds) or (since and piece.day < since):
                continue
            if until is None or piece.day <= until:
                page.append(piece.value)
        return tuple(page)

    def search(self, principal: Principal, text: str, limit: int = 20) -> tuple[Evidence, ...]:
        """The caller's own pieces that hold every word of a text, newest day first."""
        words = text.casefold().split()
        if not words:
            return ()
        shelf = self._ledger.shelf(principal.person)
        found: list[Evidence] = []
        for piece in shelf.ordered:
            if piece.withdrawn:
                continue
            hay = shelf.notes.get(piece.id)
            if hay is None:
                hay = shelf.notes[piece.id] = _words(piece.value)
            if all(word in hay for word in words):
                found.append(piece.value)
                if len(found) >= limit:
                    break
        return tuple(found)

    def count(self, principal: Principal, owner: str | None = None) -> dict[EvidenceKind, int]:
        """Number of pieces that stand, by kind; kinds are never added up here."""
        return dict(Counter(piece.value.kind for piece in self._ledger.pieces(principal, owner)))


def _given(reason: str) -> str:
    if not reason.strip():
        raise RefusedInput(
            "A correction or withdrawal needs its reason",
            code="evidence-reason-missing",
            where="reason",
            way_out="Say in a few words why.",
        )
    return reason.strip()


def _words(piece: Evidence) -> str:
    plain = (str(v) for v in piece.data.values() if isinstance(v, str | int | float))
    parts = (piece.kind, *piece.terms, piece.note, piece.result, piece.level, piece.scheme, piece.site)
    more = (piece.rater, piece.rater_role, piece.role, piece.on.isoformat(), *plain)
    text = " ".join(str(part) for part in (*parts, *more) if part)
    return f"{text} {text.replace('-', ' ')}".casefold()
