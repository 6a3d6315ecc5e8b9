"""A person's evidence as they keep it: checked by its form, scanned for identifiers, read page by page."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from angiosuite.kit.errors import RefusedInput
from angiosuite.kit.evidence import Evidence, EvidenceKind
from angiosuite.kit.people import Principal, Visibility
from angiosuite.records.evidence import EvidenceStore
from angiosuite.records.ledger import Entry

from .forms import check, forms
from .identifiers import Found, Identifies, scan, scan_evidence


@dataclass(frozen=True, slots=True)
class Page:
    """Part of a list.

    Parameters
    ----------
    evidence : tuple of Evidence
        Newest day first.
    following : str, optional
        Id to ask the next page with; None on the last one.
    """

    evidence: tuple[Evidence, ...]
    following: str | None


@dataclass(frozen=True, slots=True)
class Told:
    """One piece with all that was ever said of it."""

    evidence: Evidence
    withdrawn: bool
    history: tuple[Entry[Evidence], ...]


class Portfolio:
    """What a person may do with their evidence.

    Parameters
    ----------
    store : EvidenceStore
    """

    def __init__(self, store: EvidenceStore) -> None:
        self._store = store

    def add(self, principal: Principal, evidence: Evidence, *, confirmed: bool = False) -> Evidence:
        """Keep a new piece.

        Parameters
        ----------
        principal : Principal
        evidence : Evidence
            Its id, owner and source are made here.
        confirmed : bool
            The person looked at the passages that could identify somebody, and keeps them.

        Raises
        ------
        RefusedInput
            When its form does not allow it; `Identifies` when it could identify somebody.
        """
        if not forms()[evidence.kind].by_hand:
            raise RefusedInput(
                "Practice in the suite enters by itself when a session is saved",
                code="evidence-not-by-hand",
                where="kind",
                value=str(evidence.kind),
                way_out="A procedure on a patient is of kind 'real-case'.",
            )
        check(evidence)
        _shield(scan_evidence(evidence), confirmed)
        return self._store.add(principal, evidence)

    def correct(
        self, principal: Principal, name: str, evidence: Evidence, reason: str, *, confirmed: bool = False
    ) -> Evidence:
        """Say what a piece should have said; the former words stay in its history."""
        old = self._store.get(principal, name)  # another's answers like absent before anything is checked
        if old.simulated:
            raise RefusedInput(
                "What the suite measured is not corrected by hand",
                code="evidence-measured",
                where="kind",
                value=name,
                way_out="Withdraw it when it should not count.",
            )
        check(evidence)
        _shield((*scan_evidence(evidence), *scan(reason, "reason")), confirmed)
        return self._store.correct(principal, name, evidence, reason)

    def withdraw(self, principal: Principal, name: str, reason: str, *, confirmed: bool = False) -> Evidence:
        """Take a piece out of every count."""
        self._store.get(principal, name)
        _shield(scan(reason, "reason"), confirmed)
        return self._store.withdraw(principal, name, reason)

    def show(self, principal: Principal, name: str, visibility: Visibility) -> Evidence:
        """Say who besides the owner may read a piece."""
        return self._store.set_visibility(principal, name, visibility)

    def told(self, principal: Principal, name: str) -> Told:
        """One piece with its history."""
        history = self._store.history(principal, name)
        return Told(history[-1].value, history[-1].action == "withdraw", history)

    def page(
        self,
        principal: Principal,
        *,
        kinds: Collection[EvidenceKind] = (),
        since: date | None = None,
        until: date | None = None,
        before: str | None = None,
        limit: int = 50,
        withdrawn: bool = False,
    ) -> Page:
        """Part of the caller's list, newest day first."""
        found = self._store.list(
            principal,
            kinds=kinds,
            since=since,
            until=until,
            before=before,
            limit=limit + 1,
            withdrawn=withdrawn,
        )
        return Page(found[:limit], found[limit - 1].id if len(found) > limit else None)

    def counts(self, principal: Principal) -> dict[str, int]:
        """Pieces by kind, every kind named; kinds are not added up."""
        found = self._store.count(principal)
        return {str(kind): found.get(kind, 0) for kind in EvidenceKind}


def _shield(found: tuple[Found, ...], confirmed: bool) -> None:
    if found and not confirmed:
        raise Identifies(found)
