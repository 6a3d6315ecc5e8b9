"""The tree of drills as it stands for one person: open, passed, mastered, due; and five minutes now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from angiosuite.assess import mastery as standing
from angiosuite.content.address import practised
from angiosuite.content.case_id import case_parts
from angiosuite.content.drill import DrillItem

from .attempt import PERSON
from .attempts import Attempt

SHORT_MINUTES = 6
"""A drill that is usually done in five minutes or so."""


@dataclass(frozen=True, slots=True)
class DrillStanding:
    """Where one person stands with one drill.

    Parameters
    ----------
    drill : DrillItem
        The drill.
    mastery : mapping
        :func:`angiosuite.assess.mastery.mastery`, as plain JSON.
    attempts : tuple of Attempt
        Newest first; branches are among them and count for nothing.
    waits_for : tuple of str
        Prerequisites that are not passed yet.
    """

    drill: DrillItem
    mastery: Mapping[str, Any]
    attempts: tuple[Attempt, ...]
    waits_for: tuple[str, ...]

    @property
    def state(self) -> str:
        """ "locked", "open", "passed", "mastered", "relapsed" or "due"."""
        found = str(self.mastery["state"])
        if found in ("passed", "mastered") and self.mastery.get("is_due"):
            return "due"
        if found == "none":
            return "locked" if self.waits_for else "open"
        return found


def counted(attempts: Iterable[Attempt]) -> list[standing.Attempt]:
    """The attempts that count, oldest first: judged, by a person, from the drill's own start.

    Of several with the same drill, patient and seed the first counts: the others knew what was drawn.
    """
    counting = [
        one
        for one in attempts
        if one.judgement is not None and one.facts.operator == PERSON and one.facts.branched_from is None
    ]
    first: dict[tuple[str, str, int], Attempt] = {}
    for one in sorted(counting, key=lambda each: each.facts.on):
        first.setdefault((one.facts.drill, one.facts.patient, one.facts.seed), one)
    return list(map(as_standing, first.values()))


def as_standing(one: Attempt) -> standing.Attempt:
    """An attempt that was judged, as mastery reads it; of a case the person stands for the patient."""
    case = case_parts(one.facts.drill)
    return standing.Attempt(
        drill=one.facts.drill,
        on=datetime.fromisoformat(one.facts.on),
        patient=one.facts.patient if case is None else case.variant,
        passed=bool(one.passed),
        help_level=one.help_level,
        score=float(one.judgement["score"] if one.judgement else 0.0),
    )


def stand(
    drills: Mapping[str, DrillItem], attempts: Sequence[Attempt], now: datetime
) -> dict[str, DrillStanding]:
    """Where a person stands with every drill, in the drills' order."""
    by_drill: dict[str, list[Attempt]] = {name: [] for name in drills}
    for one in attempts:
        if one.facts.drill in by_drill:
            by_drill[one.facts.drill].append(one)
    told = {name: standing.mastery(counted(found), now).as_dict() for name, found in by_drill.items()}
    done = {name for name, one in told.items() if one["state"] != "none"}
    return {
        name: DrillStanding(
            drills[name],
            told[name],
            tuple(by_drill[name]),
            tuple(each for each in drills[name].after if each in drills and each not in done),
        )
        for name in sorted(drills, key=lambda each: (drills[each].order, each))
    }


@dataclass(frozen=True, slots=True)
class Proposal:
    """Something worth doing now: the lowest rank, then what is short, then the lowest place comes first.

    Parameters
    ----------
    rank : int
        0 due, 1 slipped, 2 not passed last time, 3 to go on with, 4 what comes next.
    place : int
        Among equals.
    drill, title : str
        Id and title of a drill or a case.
    minutes : int
        Usual time.
    reason : str
        Why.
    """

    rank: int
    place: int
    drill: str
    title: str
    minutes: int
    reason: str


def five_minutes(
    standings: Mapping[str, DrillStanding], further: Iterable[Proposal] = ()
) -> dict[str, Any] | None:
    """The one short thing worth doing now, with the reason: what is due, what slipped, what comes next."""
    every = [*(found for one in standings.values() if (found := _proposal(one)) is not None), *further]
    if not every:
        return None
    best = min(every, key=lambda one: (one.rank, one.minutes > SHORT_MINUTES, one.place))
    return {
        "drill": best.drill,
        "title": best.title,
        "minutes": best.minutes,
        "reason": best.reason,
        "go": practised(best.drill),
    }


def _proposal(one: DrillStanding) -> Proposal | None:
    drill, last = one.drill, one.attempts[0] if one.attempts else None
    rank, place, reason = 4, drill.order, "It is the next one in the tree"
    if one.state == "due":
        rank, place, reason = 0, drill.minutes, "It is due for a refresher"
    elif one.state == "relapsed":
        rank, place, reason = 1, drill.minutes, "It was mastered and then failed"
    elif last is not None and last.passed is False and one.state in ("open", "passed"):
        rank, place, reason = 2, drill.minutes, "The last attempt did not pass"
    elif one.state == "passed":
        rank, place, reason = 3, drill.minutes, "One more pass, on another patient, makes mastery"
    elif one.state != "open":
        return None
    return Proposal(rank, place, drill.id, drill.title, drill.minutes, reason)


def last_fault(attempts: Iterable[Attempt]) -> dict[str, Any] | None:
    """The costliest fault of the newest judged attempt, with its moment; None when that one has none."""
    for one in attempts:
        if one.judgement is None or not one.assessed_itself or one.facts.branched_from is not None:
            continue
        faults = [fault for fault in one.judgement["faults"] if fault.get("t_us") is not None]
        if not faults:
            return None
        worst = max(faults, key=lambda f: (f["kind"] == "critical", float(f.get("points_lost") or 0.0)))
        return {
            "attempt": one.facts.id,
            "drill": one.facts.drill,
            "title": one.facts.title,
            "on": one.facts.on,
            "t_us": worst["t_us"],
            "text": worst["text"],
            "go": f"debrief:{one.facts.id}@{worst['t_us']}",
        }
    return None


def told(one: DrillStanding, titles: Mapping[str, str]) -> dict[str, Any]:
    """One drill of the tree, for the page."""
    drill = one.drill
    last = next((a for a in one.attempts if a.judgement is not None and a.assessed_itself), None)
    waits = [titles.get(name, name) for name in one.waits_for]
    return {
        "id": drill.id,
        "title": drill.title,
        "summary": drill.summary,
        "order": drill.order,
        "minutes": drill.minutes,
        "after": list(drill.after),
        "quality": drill.quality,
        "state": one.state,
        "attempts": len(one.attempts),
        "last": last
        and {
            "id": last.facts.id,
            "on": last.facts.on,
            "passed": last.passed,
            "score": last.judgement["score"] if last.judgement else None,
        },
        "due": one.mastery.get("due"),
        "passes_in_a_row": one.mastery.get("passes_in_a_row", 0),
        "why_locked": f"Better after {' and '.join(f'“{name}”' for name in waits)}" if waits else "",
    }
