"""The tree of drills as it stands for one person: open, passed, mastered, due; and five minutes now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from angiosuite.assess import mastery as standing
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
    return [
        standing.Attempt(
            drill=one.facts.drill,
            on=datetime.fromisoformat(one.facts.on),
            patient=one.facts.patient,
            passed=bool(one.passed),
            help_level=one.help_level,
            score=float(one.judgement["score"] if one.judgement else 0.0),
        )
        for one in first.values()
    ]


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


def five_minutes(standings: Mapping[str, DrillStanding]) -> dict[str, Any] | None:
    """The one short thing worth doing now, with the reason: what is due, what slipped, what comes next."""
    ranked: list[tuple[int, int, DrillStanding, str]] = []
    for one in standings.values():
        minutes, last = one.drill.minutes, one.attempts[0] if one.attempts else None
        if one.state == "due":
            ranked.append((0, minutes, one, "It is due for a refresher"))
        elif one.state == "relapsed":
            ranked.append((1, minutes, one, "It was mastered and then failed"))
        elif last is not None and last.passed is False and one.state in ("open", "passed"):
            ranked.append((2, minutes, one, "The last attempt did not pass"))
        elif one.state == "passed":
            ranked.append((3, minutes, one, "One more pass, on another patient, makes mastery"))
        elif one.state == "open":
            ranked.append((4, one.drill.order, one, "It is the next one in the tree"))
    if not ranked:
        return None
    _, _, best, reason = min(
        ranked, key=lambda each: (each[0], each[2].drill.minutes > SHORT_MINUTES, each[1])
    )
    return {
        "drill": best.drill.id,
        "title": best.drill.title,
        "minutes": best.drill.minutes,
        "reason": reason,
        "go": f"practice:{best.drill.id}",
    }


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
