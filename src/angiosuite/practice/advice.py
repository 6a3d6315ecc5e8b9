"""What to practise next, with the reason; a pure function of attempts, judgement and the tree of drills."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from angiosuite.content.address import practised
from angiosuite.content.case import CaseItem
from angiosuite.content.case_id import case_id
from angiosuite.content.drill import DrillItem

from .procedures import ProcedureStanding

LEAD_US = 10_000_000
"""So long before a fault "try from here" begins: time to see it come."""


@dataclass(frozen=True, slots=True)
class Advice:
    """One thing to do next.

    Parameters
    ----------
    kind : str
        "moment", "again", "drill", "case" or "guide".
    id, title, reason : str
        What, and why.
    minutes : int
        About how long.
    go : str
        Address within the product.
    """

    kind: str
    id: str
    title: str
    reason: str
    minutes: int
    go: str


def advise(
    attempt: str,
    drill: DrillItem,
    judgement: Mapping[str, Any],
    drills: Mapping[str, DrillItem],
    passed: Iterable[str],
    patients_passed: Sequence[str],
    guide_titles: Mapping[str, str],
    most: int = 4,
    procedure: ProcedureStanding | None = None,
) -> list[dict[str, Any]]:
    """The next practice after an attempt, most pressing first.

    Parameters
    ----------
    attempt : str
        Its id.
    drill : DrillItem
        What was practised.
    judgement : mapping
        As the debrief tells it.
    drills : mapping of str to DrillItem
        All that there are.
    passed : iterable of str
        Drills that were passed once.
    patients_passed : sequence of str
        Patients on which this drill was passed in a row, the last one last.
    guide_titles : mapping of str to str
        Titles of the guide's pages.
    most : int
        At most so many.
    procedure : ProcedureStanding, optional
        Of a case, where the person stands with its procedure.
    """
    found = [
        *_moments(attempt, judgement),
        *_again(drill, judgement, patients_passed),
        *_next_case(drill, judgement, procedure),
        *_following(drill, judgement, drills, set(passed)),
        *_reading(drill, judgement, guide_titles),
    ]
    return [asdict(one) for one in found[:most]]


def _moments(attempt: str, judgement: Mapping[str, Any]) -> Iterator[Advice]:
    """The costliest fault that has a moment."""
    order = {"critical": 0, "goal": 1, "limit": 2, "stewardship": 3}
    faults = [one for one in judgement["faults"] if one.get("t_us")]
    faults.sort(key=lambda one: (order.get(one["kind"], 9), -float(one.get("points_lost") or 0.0)))
    for one in faults[:1]:
        t_us = max(int(one["t_us"]) - LEAD_US, 0)
        reason = f"At {_clock(int(one['t_us']))}: {one['text']}"
        yield Advice(
            "moment", one["id"], "Try again from just before", reason, 2, f"debrief:{attempt}@{t_us}"
        )


def _again(drill: DrillItem, judgement: Mapping[str, Any], patients: Sequence[str]) -> Iterator[Advice]:
    others = [name for name in drill.patients if name not in patients]
    go = practised(drill.id)
    if not judgement["passed"]:
        yield Advice("again", drill.id, drill.title, "It is not passed yet", drill.minutes, go)
    elif len(set(patients)) < 2 and others and not isinstance(drill, CaseItem):
        reason = "A pass on another patient in a row makes mastery"
        yield Advice("again", drill.id, f"{drill.title}, another patient", reason, drill.minutes, go)


def _next_case(
    drill: DrillItem, judgement: Mapping[str, Any], standing: ProcedureStanding | None
) -> Iterator[Advice]:
    """After a pass the next person of this level that is not passed yet, or the first of the next level."""
    if standing is None or not isinstance(drill, CaseItem) or not judgement["passed"]:
        return
    procedure, here = standing.procedure, drill.case
    variants, levels = list(procedure.variants), list(procedure.levels)
    at = next((n for n, one in enumerate(variants) if one.id == here.variant), -1)
    first = next((n for n, one in enumerate(levels) if one.id == here.level), 0)
    for level in levels[first:]:
        same = level.id == here.level
        for variant in (*variants[at + 1 :], *variants[: at + 1]) if same else variants:
            if not standing.case(variant, level).passed and (variant.id, same) != (here.variant, True):
                reason = "The next person at this level" if same else f"The next level: {level.title}"
                name = case_id(procedure.id, variant.id, level.id)
                yield Advice("case", name, variant.title, reason, procedure.minutes, practised(name))
                return


def _following(
    drill: DrillItem, judgement: Mapping[str, Any], drills: Mapping[str, DrillItem], passed: set[str]
) -> Iterator[Advice]:
    if not judgement["passed"]:
        for name in drill.after:
            if name in drills and name not in passed:
                one = drills[name]
                what = "procedure" if isinstance(drill, CaseItem) else "drill"
                reason = f"This {what} stands on it, and it is not passed yet"
                yield Advice("drill", name, one.title, reason, one.minutes, f"practice:{name}")
        return
    for one in sorted(drills.values(), key=lambda each: (each.order, each.id)):
        if drill.id in one.after and one.id not in passed:
            reason = f"It builds on “{drill.title}”, which you passed"
            yield Advice("drill", one.id, one.title, reason, one.minutes, f"practice:{one.id}")


def _reading(drill: DrillItem, judgement: Mapping[str, Any], titles: Mapping[str, str]) -> Iterator[Advice]:
    lost = next((one for one in judgement["faults"] if one["kind"] != "critical"), None)
    for page in drill.guide:
        if page in titles:
            reason = "Background to this drill" if lost is None else f"Background to: {lost['text']}"
            yield Advice("guide", page, titles[page], reason, 8, f"guide:{page}")


def _clock(t_us: int) -> str:
    seconds = t_us // 1_000_000
    return f"{seconds // 60:02d}:{seconds % 60:02d}"
