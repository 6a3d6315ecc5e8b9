"""Terms that pathways ask for, by kind of evidence: what is filed under one of them counts somewhere."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from angiosuite.content.loader import Library
from angiosuite.content.pathway import PathwayItem
from angiosuite.kit.evidence import EvidenceKind

_OWN = {
    "count": EvidenceKind.REAL_CASE,
    "sub-quota": EvidenceKind.REAL_CASE,
    "maximum": EvidenceKind.REAL_CASE,
    "recency": EvidenceKind.REAL_CASE,
    "yearly-minimum": EvidenceKind.REAL_CASE,
    "distinct": EvidenceKind.OBSERVATION,
    "duration": EvidenceKind.ROTATION,
    "rotation-mix": EvidenceKind.ROTATION,
    "exam": EvidenceKind.EXAM,
    "credits": EvidenceKind.CREDIT,
    "cadence": EvidenceKind.ATTESTATION,
    "attestation": EvidenceKind.ATTESTATION,
    "evidence": EvidenceKind.DOCUMENT,
    "credential": EvidenceKind.CREDENTIAL,
    "entrustment": EvidenceKind.ENTRUSTMENT,
}
"""Kind of evidence that a kind of requirement looks at when it names none."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What pathways ask of one kind of evidence, what most of them ask for first.

    Parameters
    ----------
    terms : tuple of str
        What it is about.
    schemes : tuple of str
        Schemes of credits, scales and frameworks.
    """

    terms: tuple[str, ...]
    schemes: tuple[str, ...]


def asked(library: Library) -> dict[EvidenceKind, Asked]:
    """Terms and schemes by kind of evidence."""
    terms: dict[EvidenceKind, Counter[str]] = {kind: Counter() for kind in EvidenceKind}
    schemes: dict[EvidenceKind, Counter[str]] = {kind: Counter() for kind in EvidenceKind}
    for loaded in library.items["pathways"].values():
        if not isinstance(loaded.item, PathwayItem):
            continue
        said = [_said(requirement) for requirement in loaded.item.requirements]
        for kind, term in {(kind, term) for kinds, about, _ in said for kind in kinds for term in about}:
            terms[kind][term] += 1
        for kind, scheme in {
            (kind, scheme) for kinds, _, under in said for kind in kinds for scheme in under
        }:
            schemes[kind][scheme] += 1
    return {
        kind: Asked(_frequent_first(terms[kind]), _frequent_first(schemes[kind])) for kind in EvidenceKind
    }


def _said(requirement: Any) -> tuple[list[EvidenceKind], list[str], tuple[str, ...]]:
    counts = getattr(requirement, "counts", None)
    kinds = [EvidenceKind(kind) for kind in counts.evidence] if counts else []
    if not kinds and requirement.kind in _OWN:
        kinds = [_OWN[requirement.kind]]
    terms = [*(counts.terms if counts else ()), *getattr(requirement, "items", ())]
    if (exam := getattr(requirement, "exam", None)) is not None:
        terms.append(exam)
    for part in getattr(requirement, "parts", ()):
        terms.extend(part.terms)
    return kinds, terms, counts.schemes if counts else ()


def _frequent_first(counter: Counter[str]) -> tuple[str, ...]:
    return tuple(sorted(counter, key=lambda word: (-counter[word], word)))
