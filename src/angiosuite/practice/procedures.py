"""Where one person stands with a procedure: each case, each level, and which person comes next."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from angiosuite.assess.mastery import MOST_HELP_FOR_A_PASS, mastery
from angiosuite.content.case_id import CASE_MARK, case_id, case_parts
from angiosuite.content.procedure import Level, ProcedureItem, Variant

from .attempts import Attempt
from .tree import Proposal, counted


@dataclass(frozen=True, slots=True)
class CaseStanding:
    """Where one person stands with one case.

    Parameters
    ----------
    id : str
        ``procedure.variant.level``.
    attempts : tuple of Attempt
        Newest first; branches are among them and count for nothing.
    passed : bool
        Whether an attempt that counts passed.
    best : float or None
        Highest score that was told of one that counts.
    """

    id: str
    attempts: tuple[Attempt, ...]
    passed: bool
    best: float | None

    @property
    def state(self) -> str:
        """ "open", "tried" or "passed"."""
        return "passed" if self.passed else "tried" if self.attempts else "open"


@dataclass(frozen=True, slots=True)
class ProcedureStanding:
    """Where one person stands with one procedure.

    Parameters
    ----------
    procedure : ProcedureItem
        The procedure.
    cases : mapping of str to CaseStanding
        Every case by its id, by variant, the easiest level first.
    mastery : mapping of str to mapping
        By level, :func:`angiosuite.assess.mastery.mastery` over its cases: a variant stands for the patient.
    waits_for : tuple of str
        Drills before it that are not passed yet.
    """

    procedure: ProcedureItem
    cases: Mapping[str, CaseStanding]
    mastery: Mapping[str, Mapping[str, Any]]
    waits_for: tuple[str, ...]

    def case(self, variant: Variant, level: Level) -> CaseStanding:
        """One person at one level."""
        return self.cases[case_id(self.procedure.id, variant.id, level.id)]

    def passed_at(self, level: Level) -> int:
        """So many persons were treated well at a level."""
        return sum(self.case(one, level).passed for one in self.procedure.variants)

    def is_done(self, level: Level) -> bool:
        """Whether every person passed at a level."""
        return self.passed_at(level) == len(self.procedure.variants)

    @property
    def due(self) -> Level | None:
        """The hardest level of which a refresher is due."""
        late = (one for one in reversed(self.procedure.levels) if self.mastery[one.id].get("is_due"))
        return next(late, None)

    @property
    def state(self) -> str:
        """ "locked", "open", "begun", "done" (each person at each level) or "due"."""
        if self.due is not None:
            return "due"
        if all(map(self.is_done, self.procedure.levels)):
            return "done"
        if any(one.attempts for one in self.cases.values()):
            return "begun"
        return "locked" if self.waits_for else "open"

    @property
    def next(self) -> CaseStanding:
        """The case to do now: the next person of the easiest level not done; else the one met least often."""
        for level in self.procedure.levels:
            for variant in self.procedure.variants:
                if not (found := self.case(variant, level)).passed:
                    return found
        level = self.due or self.procedure.levels[-1]
        there = [self.case(variant, level) for variant in self.procedure.variants]
        return min(there, key=lambda one: len(one.attempts))


def stand_with(
    procedures: Mapping[str, ProcedureItem],
    attempts: Sequence[Attempt],
    passed: Collection[str],
    now: datetime,
) -> dict[str, ProcedureStanding]:
    """Where a person stands with every procedure, in the procedures' order.

    Parameters
    ----------
    procedures : mapping of str to ProcedureItem
        All that there are.
    attempts : sequence of Attempt
        The person's, newest first.
    passed : collection of str
        Drills that were passed once.
    now : datetime
        Decides what is due.
    """
    mine: dict[str, list[Attempt]] = {name: [] for name in procedures}
    for one in attempts:
        case = case_parts(one.facts.drill)
        if case is not None and case.procedure in mine:
            mine[case.procedure].append(one)
    return {
        name: _standing(procedures[name], mine[name], passed, now)
        for name in sorted(procedures, key=lambda each: (procedures[each].order, each))
    }


def _standing(
    procedure: ProcedureItem, attempts: Sequence[Attempt], passed: Collection[str], now: datetime
) -> ProcedureStanding:
    by_case: dict[str, list[Attempt]] = {name: [] for name in procedure.cases}
    for one in attempts:
        if one.facts.drill in by_case:
            by_case[one.facts.drill].append(one)
    at_level = {
        level.id: mastery(
            counted(a for name, found in by_case.items() if _level_of(name) == level.id for a in found), now
        ).as_dict()
        for level in procedure.levels
    }
    return ProcedureStanding(
        procedure,
        {name: _case(name, found) for name, found in by_case.items()},
        at_level,
        tuple(name for name in procedure.after if name not in passed),
    )


def _level_of(name: str) -> str:
    parts = case_parts(name)
    return "" if parts is None else parts.level


def _case(name: str, attempts: Sequence[Attempt]) -> CaseStanding:
    told = [one for one in attempts if one.assessed_itself]
    scores = [one.score for one in counted(told) if one.help_level <= MOST_HELP_FOR_A_PASS]
    passes = (one.passed and one.help_level <= MOST_HELP_FOR_A_PASS for one in counted(attempts))
    return CaseStanding(name, tuple(attempts), any(passes), max(scores, default=None))


def proposals(standings: Mapping[str, ProcedureStanding]) -> Iterator[Proposal]:
    """What of the procedures is worth doing now: a refresher, the next person, the first one."""
    for one in standings.values():
        procedure, case = one.procedure, one.next
        every = (each for found in one.cases.values() for each in found.attempts)
        last = max(every, key=lambda each: each.facts.on, default=None)
        rank, reason = 4, "The drills before it are passed"
        if one.state in ("locked", "done"):
            continue
        if one.due is not None:
            rank, reason = 0, f"Its level “{one.due.title}” is due for a refresher"
        elif last is not None and last.passed is False:
            rank, reason = 2, "The last attempt at it did not pass"
        elif one.state != "open":
            rank, reason = 3, "The next person waits"
        variant = next(v for v in procedure.variants if case.id.split(CASE_MARK)[1] == v.id)
        title = f"{procedure.title}: {variant.title}"
        yield Proposal(rank, procedure.order, case.id, title, procedure.minutes, reason)


def told(
    one: ProcedureStanding, titles: Mapping[str, str], patients: Mapping[str, Mapping[str, Any]]
) -> dict[str, Any]:
    """One procedure for the page: persons, levels, and where the caller stands with each case.

    Parameters
    ----------
    one : ProcedureStanding
        Where the person stands.
    titles : mapping of str to str
        Titles of drills.
    patients : mapping of str to mapping
        Of each body its id, its title, and whether it is ready.
    """
    procedure = one.procedure
    waits = [titles.get(name, name) for name in one.waits_for]
    return {
        "id": procedure.id,
        "title": procedure.title,
        "summary": procedure.summary,
        "order": procedure.order,
        "minutes": procedure.minutes,
        "quality": procedure.quality,
        "after": list(procedure.after),
        "state": one.state,
        "why_locked": f"Better after {' and '.join(f'“{name}”' for name in waits)}" if waits else "",
        "next": one.next.id,
        "variants": [
            {"id": v.id, "title": v.title, "story": v.story, "patient": patients[v.patient]}
            for v in procedure.variants
        ],
        "levels": [_level_told(one, level) for level in procedure.levels],
        "cases": [_case_told(case) for case in one.cases.values()],
    }


def _level_told(one: ProcedureStanding, level: Level) -> dict[str, Any]:
    return {
        "id": level.id,
        "title": level.title,
        "about": level.about,
        "hints": level.hints,
        "tree": level.tree,
        "pass": level.passing,
        "sparing": level.sparing,
        "passed": one.passed_at(level),
        "of": len(one.procedure.variants),
        "done": one.is_done(level),
        "mastery": one.mastery[level.id]["state"],
        "due": one.mastery[level.id]["due"],
        "is_due": bool(one.mastery[level.id]["is_due"]),
    }


def _case_told(one: CaseStanding) -> dict[str, Any]:
    parts = case_parts(one.id)
    assert parts is not None
    return {
        "id": one.id,
        "variant": parts.variant,
        "level": parts.level,
        "state": one.state,
        "attempts": len(one.attempts),
        "passed": one.passed,
        "best": one.best,
        "going": next((each.facts.id for each in one.attempts if each.state == "going"), None),
    }
