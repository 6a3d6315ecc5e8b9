"""A person's evidence, indexed once by kind, term, role and status, so that many can ask it quickly.

The order in which evidence is handed in changes nothing: it is sorted by day and id.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from operator import attrgetter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from angiosuite.assess.standing import NotCounted, Reason
from angiosuite.content.requirement import Predicate
from angiosuite.kit.evidence import CaseRole, Evidence, EvidenceKind, Status

Indexes = NDArray[np.intp]
Mask = NDArray[np.bool_]

KINDS = tuple(EvidenceKind)
ROLES = tuple(CaseRole)
VOUCHED = {Status.DRAFT: 0, Status.NEEDS_REVISION: 1, Status.SUBMITTED: 2, Status.SIGNED: 3}
NEEDED = {"draft": 0, "submitted": 2, "signed": 3}
SIGNED_KINDS = frozenset(
    {
        EvidenceKind.REAL_CASE,
        EvidenceKind.OBSERVATION,
        EvidenceKind.ATTESTATION,
        EvidenceKind.ENTRUSTMENT,
    }
)
"""Evidence that somebody else has to vouch for, unless a requirement says otherwise."""

_KIND_CODE = {id(kind): code for code, kind in enumerate(KINDS)}
_ROLE_CODE = {id(role): code for code, role in enumerate(ROLES)} | {id(None): -1}
_STATUS_CODE = {id(status): code for status, code in VOUCHED.items()}
PIECE_UNITS = (None, "case", "piece")
"""Units in which an amount is a number of pieces; another unit leaves one piece."""


def _codes(table: dict[int, int], values: list[Any]) -> NDArray[np.int8]:
    """Codes of members of an enumeration, by identity: hashing them would take most of the time."""
    return np.fromiter(map(table.__getitem__, map(id, values)), np.int8, len(values))


@dataclass(frozen=True, slots=True)
class Found:
    """What a predicate finds.

    Parameters
    ----------
    counted : array of index
        Evidence that counts, in order of its days.
    missed : tuple of (Reason, array of index)
        What is about the matter and does not count.
    """

    counted: Indexes
    missed: tuple[tuple[Reason, Indexes], ...] = ()


def _by_term(terms: Sequence[tuple[str, ...]]) -> dict[str, Indexes]:
    """Where each term stands; evidence with the same terms is taken together."""
    together: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for index, each in enumerate(terms):
        together[each].append(index)
    parts: dict[str, list[Indexes]] = defaultdict(list)
    for each, at in together.items():
        indexes = np.array(at, dtype=np.intp)
        for term in dict.fromkeys(each):
            parts[term].append(indexes)
    return {
        term: found[0] if len(found) == 1 else np.sort(np.concatenate(found)) for term, found in parts.items()
    }


class Ledger:
    """All evidence of one person, once."""

    def __init__(self, evidence: Iterable[Evidence]) -> None:
        rows = sorted(evidence, key=attrgetter("id"))
        rows.sort(key=attrgetter("on"))
        self.rows: Sequence[Evidence] = rows
        size = len(rows)
        self.ids = np.empty(size, dtype=object)
        self.ids[:] = [row.id for row in rows]
        self.days = np.fromiter(map(date.toordinal, [row.on for row in rows]), np.int64, size)
        self.kinds = _codes(_KIND_CODE, [row.kind for row in rows])
        self.roles = _codes(_ROLE_CODE, [row.role for row in rows])
        self.status = _codes(_STATUS_CODE, [row.status for row in rows])
        self.weights = np.ones(size)
        for index in [at for at, row in enumerate(rows) if row.amount is not None]:
            if rows[index].unit in PIECE_UNITS:
                self.weights[index] = max(0.0, rows[index].amount or 0.0)
        self._terms = _by_term([row.terms for row in rows])
        self._kind_masks: dict[tuple[EvidenceKind, ...], Mask] = {}
        self._found: dict[tuple[Predicate, tuple[EvidenceKind, ...]], Found] = {}

    def __len__(self) -> int:
        return len(self.rows)

    def find(self, asks: Predicate, usual: tuple[EvidenceKind, ...]) -> Found:
        """Evidence that meets a predicate, whenever it was.

        Parameters
        ----------
        asks : Predicate
            Its window of time is not looked at here.
        usual : tuple of EvidenceKind
            Kinds that are meant when the predicate names none.
        """
        key = (asks, usual)
        found = self._found.get(key)
        if found is None:
            found = self._found[key] = self._search(asks, usual)
        return found

    def within(
        self, found: Found, since: date | None, until: date, reason: Reason = Reason.OUTSIDE_WINDOW
    ) -> Found:
        """What of it lies from one day to another, both included; the rest is missed for a reason."""
        days = self.days[found.counted]
        late = days > until.toordinal()
        early = np.zeros_like(late) if since is None else days < since.toordinal()
        if not late.any() and not early.any():
            return found
        missed = [*found.missed]
        if early.any():
            missed.append((reason, found.counted[early & ~late]))
        if late.any():
            missed.append((Reason.AFTER_DATE, found.counted[late]))
        return Found(found.counted[~(early | late)], tuple(missed))

    def among(self, indexes: Indexes, others: Indexes) -> Mask:
        """Which of some evidence is among other evidence."""
        there = np.zeros(len(self.rows), dtype=np.bool_)
        there[others] = True
        return there[indexes]

    def names(self, indexes: Indexes) -> tuple[str, ...]:
        """Ids of evidence in the order of its days."""
        return tuple(self.ids[indexes].tolist())

    def not_counted(self, found: Found) -> tuple[NotCounted, ...]:
        """What was missed, each reason once."""
        by_reason: dict[Reason, list[Indexes]] = {}
        for reason, indexes in found.missed:
            if len(indexes):
                by_reason.setdefault(reason, []).append(indexes)
        return tuple(
            NotCounted(reason, self.names(parts[0] if len(parts) == 1 else np.unique(np.concatenate(parts))))
            for reason, parts in by_reason.items()
        )

    def day(self, index: int) -> date:
        """Day of one piece."""
        return self.rows[index].on

    def _of_kinds(self, kinds: tuple[EvidenceKind, ...]) -> Mask:
        mask = self._kind_masks.get(kinds)
        if mask is None:
            listed = np.zeros(len(KINDS), dtype=np.bool_)
            listed[[_KIND_CODE[id(kind)] for kind in kinds]] = True
            mask = self._kind_masks[kinds] = listed[self.kinds]
        return mask

    def _about(self, terms: tuple[str, ...], mask: Mask) -> Indexes:
        """Evidence of a mask with any of the terms; all of it when there are none."""
        if not terms:
            return np.flatnonzero(mask)
        parts = [self._terms[term] for term in terms if term in self._terms]
        if not parts:
            return np.empty(0, dtype=np.intp)
        at = parts[0] if len(parts) == 1 else np.unique(np.concatenate(parts))
        return at[mask[at]]

    def _search(self, asks: Predicate, usual: tuple[EvidenceKind, ...]) -> Found:
        kinds = tuple(EvidenceKind(name) for name in asks.evidence) or usual
        at = self._about(asks.terms, self._of_kinds(kinds))
        missed: list[tuple[Reason, Indexes]] = []

        def keep(good: Mask, reason: Reason) -> None:
            nonlocal at
            if not good.all():
                missed.append((reason, at[~good]))
                at = at[good]

        if EvidenceKind.SUITE_PRACTICE not in kinds and EvidenceKind.REAL_CASE in kinds:
            practised = self._about(asks.terms, self._of_kinds((EvidenceKind.SUITE_PRACTICE,)))
            if len(practised):
                missed.append((Reason.SIMULATED, practised))
        if asks.primary_only and asks.terms:
            wanted = set(asks.terms)
            keep(self._each(at, lambda row: row.terms[0] in wanted), Reason.NOT_PRIMARY)
        if asks.roles:
            listed = np.zeros(len(ROLES) + 1, dtype=np.bool_)
            listed[[_ROLE_CODE[id(CaseRole(name))] for name in asks.roles]] = True
            keep(listed[self.roles[at]], Reason.ROLE)
        if asks.schemes:
            schemes = set(asks.schemes)
            keep(self._each(at, lambda row: row.scheme in schemes), Reason.SCHEME)
        if asks.levels:
            levels = set(asks.levels)
            keep(self._each(at, lambda row: row.level in levels), Reason.LEVEL)
        if asks.results:
            results = set(asks.results)
            keep(self._each(at, lambda row: row.result in results), Reason.RESULT)
        needed = self._needed(asks, kinds)[at]
        status = self.status[at]
        if (status < needed).any():
            short = status < needed
            for reason, code in (
                (Reason.DRAFT, Status.DRAFT),
                (Reason.NEEDS_REVISION, Status.NEEDS_REVISION),
                (Reason.UNSIGNED, Status.SUBMITTED),
            ):
                of_it = short & (status == VOUCHED[code])
                if of_it.any():
                    missed.append((reason, at[of_it]))
            at = at[~short]
        return Found(at, tuple(missed))

    def _each(self, at: Indexes, holds: object) -> Mask:
        assert callable(holds)
        return np.fromiter((holds(self.rows[index]) for index in at.tolist()), np.bool_, len(at))

    def _needed(self, asks: Predicate, kinds: tuple[EvidenceKind, ...]) -> NDArray[np.int8]:
        """Status that each piece needs."""
        if asks.min_status is not None:
            return np.full(len(self.rows), NEEDED[asks.min_status], dtype=np.int8)
        signed = tuple(kind for kind in kinds if kind in SIGNED_KINDS)
        return np.where(self._of_kinds(signed), NEEDED["signed"], NEEDED["submitted"]).astype(np.int8)
