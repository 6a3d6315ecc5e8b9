"""What a person has done of each skill: numbers, spread, recency; never one score."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from angiosuite.assess.windows import window_begins
from angiosuite.kit.evidence import Evidence, EvidenceKind, Status

RECENT_MONTHS = 12
SKILL_KINDS = frozenset(
    {
        EvidenceKind.REAL_CASE,
        EvidenceKind.SUITE_PRACTICE,
        EvidenceKind.OBSERVATION,
        EvidenceKind.ENTRUSTMENT,
        EvidenceKind.COURSE,
        EvidenceKind.TEACHING,
    }
)
"""Evidence that says something about a skill; exams, credits and papers do not."""


@dataclass(frozen=True, slots=True)
class Tally:
    """Evidence of one kind about one skill.

    Parameters
    ----------
    number : int
        Pieces in all.
    signed : int
        Of them, vouched for.
    recent : int
        In the last twelve months.
    last : date, optional
        The latest.
    raters, sites, patients : int
        Different ones that are named.
    most_of_one_rater : float
        Share that the most frequent rater gave, of those with a rater; 0 without.
    contexts : dict
        How often each role, setting and access was.
    """

    number: int = 0
    signed: int = 0
    recent: int = 0
    last: date | None = None
    raters: int = 0
    sites: int = 0
    patients: int = 0
    most_of_one_rater: float = 0.0
    contexts: dict[str, int] | None = None


@dataclass(frozen=True, slots=True)
class Skill:
    """One term and what there is about it.

    Parameters
    ----------
    term : str
        Procedure term, EPA or item of a framework.
    real : Tally
        Cases on patients.
    simulated : Tally
        Practice in the suite; never added to the real.
    observed : Tally
        Work that somebody watched and rated.
    other : Tally
        Courses and teaching.
    entrusted : tuple
        Latest human decision of each scale: (scheme, level, day).
    successes, outcomes : int
        Real cases that succeeded, of those whose outcome is known.
    last : date, optional
        Latest evidence that is not simulated.
    """

    term: str
    real: Tally
    simulated: Tally
    observed: Tally
    other: Tally
    entrusted: tuple[tuple[str, str, date], ...]
    successes: int
    outcomes: int
    last: date | None


def summary(evidence: Iterable[Evidence], as_of: date) -> tuple[Skill, ...]:
    """Every skill that there is evidence of, the one with the latest evidence first.

    Parameters
    ----------
    evidence : iterable of Evidence
        Of one person; what is after the day, a draft or sent back is left out.
    as_of : date
        The day.
    """
    by_term: dict[str, list[Evidence]] = {}
    for each in evidence:
        if each.on > as_of or each.kind not in SKILL_KINDS:
            continue
        if each.status in (Status.DRAFT, Status.NEEDS_REVISION):
            continue
        for term in dict.fromkeys(each.terms):
            by_term.setdefault(term, []).append(each)
    since = window_begins(as_of, RECENT_MONTHS)
    skills = [_skill(term, pieces, since) for term, pieces in by_term.items()]
    return tuple(sorted(skills, key=lambda skill: (-_order(skill), skill.term)))


def _order(skill: Skill) -> int:
    days = [day for day in (skill.last, skill.simulated.last) if day is not None]
    return max(days).toordinal() if days else 0


def _skill(term: str, pieces: list[Evidence], since: date) -> Skill:
    by_kind: dict[EvidenceKind, list[Evidence]] = {}
    for each in pieces:
        by_kind.setdefault(each.kind, []).append(each)
    cases = by_kind.get(EvidenceKind.REAL_CASE, [])
    simulated = by_kind.get(EvidenceKind.SUITE_PRACTICE, [])
    observed = by_kind.get(EvidenceKind.OBSERVATION, [])
    other = by_kind.get(EvidenceKind.COURSE, []) + by_kind.get(EvidenceKind.TEACHING, [])
    decisions: dict[str, Evidence] = {}
    for each in sorted(by_kind.get(EvidenceKind.ENTRUSTMENT, []), key=lambda one: (one.on, one.id)):
        if each.level is not None and each.status is Status.SIGNED:
            decisions[each.scheme or ""] = each
    outcomes = [case for case in cases if case.result in ("success", "failure")]
    return Skill(
        term=term,
        real=_tally(cases, since),
        simulated=_tally(simulated, since),
        observed=_tally(observed, since),
        other=_tally(other, since),
        entrusted=tuple((scheme, one.level or "", one.on) for scheme, one in sorted(decisions.items())),
        successes=sum(case.result == "success" for case in outcomes),
        outcomes=len(outcomes),
        last=max((each.on for each in pieces if not each.simulated), default=None),
    )


def _tally(pieces: list[Evidence], since: date) -> Tally:
    raters = Counter(each.rater for each in pieces if each.rater)
    contexts: Counter[str] = Counter()
    for each in pieces:
        if each.role is not None:
            contexts[str(each.role)] += 1
        for name in ("setting", "access"):
            value = each.data.get(name)
            if isinstance(value, str) and value:
                contexts[value] += 1
    return Tally(
        number=len(pieces),
        signed=sum(each.status is Status.SIGNED for each in pieces),
        recent=sum(each.on >= since for each in pieces),
        last=max((each.on for each in pieces), default=None),
        raters=len(raters),
        sites=len({each.site for each in pieces if each.site}),
        patients=len({each.patient for each in pieces if each.patient}),
        most_of_one_rater=max(raters.values()) / raters.total() if raters else 0.0,
        contexts=dict(sorted(contexts.items())),
    )
