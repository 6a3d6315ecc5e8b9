"""The timeline of an enrolment as dated values: stages, rotations, exams, the leading count."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from angiosuite.assess.exams import ExamPlan
from angiosuite.assess.ledger import Ledger
from angiosuite.assess.months import add_months, day_words, month_words
from angiosuite.assess.projection import to_come
from angiosuite.assess.reckoning import PACE_MONTHS
from angiosuite.assess.stages import Plan
from angiosuite.assess.standing import Standing, State
from angiosuite.content.pathway import PathwayItem
from angiosuite.content.requirement import Asked, Exam
from angiosuite.kit.enrolment import Enrolment
from angiosuite.kit.evidence import Evidence, EvidenceKind
from angiosuite.kit.terms import term_words

STEPS = 12
"""Points of a projection."""

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Span:
    """Something that lasts: from its first to its last day."""

    id: str
    title: str
    since: date
    until: date
    state: str
    planned: bool

    def as_dict(self) -> dict[str, object]:
        """As plain values; `from` is the first day."""
        return {
            "id": self.id,
            "title": self.title,
            "from": self.since,
            "until": self.until,
            "state": self.state,
            "planned": self.planned,
        }


@dataclass(frozen=True, slots=True)
class Moment:
    """Something on a day; `requirement` is what it belongs to."""

    id: str
    title: str
    on: date
    done: bool
    words: str
    requirement: str | None = None


@dataclass(frozen=True, slots=True)
class Ahead:
    """What may be reached by a day, with the 80 % band."""

    date: date
    low: float
    mid: float
    high: float


@dataclass(frozen=True, slots=True)
class Growth:
    """The leading count: what was reached by the end of each month, and what is to come."""

    requirement: str
    title: str
    target: float | None
    points: tuple[dict[str, object], ...]
    projection: tuple[Ahead, ...]


def timeline(
    pathway: PathwayItem,
    enrolment: Enrolment,
    plan: Plan,
    ledger: Ledger,
    standings: Sequence[Standing],
    exams: Iterable[ExamPlan],
    as_of: date,
    pace: float = 1.0,
) -> dict[str, object]:
    """All that the picture shows."""
    end = plan.ends or add_months(max(as_of, plan.begins), 12)
    growth = leading_count(pathway, plan, ledger, standings, as_of, pace)
    return {
        "today": as_of,
        "start": plan.begins,
        "end": end,
        "stages": [span.as_dict() for span in _stages(plan, as_of, end)],
        "rotations": [span.as_dict() for span in _rotations(ledger.rows, as_of)],
        "leave": [span.as_dict() for span in _leave(enrolment, as_of)],
        "exams": _exams(pathway, exams, standings, as_of),
        "count": growth,
        "reviews": _reviews(pathway, ledger, standings, end),
        "research": [span.as_dict() for span in _leave(enrolment, as_of, "research")],
        "meetings": [
            Moment(row.id, _title(row), row.on, row.on <= as_of, day_words(row.on))
            for row in ledger.rows
            if row.kind is EvidenceKind.MEETING
        ],
    }


def leading_count(
    pathway: PathwayItem,
    plan: Plan,
    ledger: Ledger,
    standings: Sequence[Standing],
    as_of: date,
    pace: float = 1.0,
) -> Growth | None:
    """The count with the largest target, those that are known first; None when the pathway counts nothing."""
    asked: dict[str, Asked] = {each.id: each for each in pathway.requirements}
    counts = [one for one in standings if getattr(asked[one.requirement], "kind", "") == "count"]
    if not counts:
        return None
    chosen = max(counts, key=lambda one: (one.state is not State.UNKNOWN, one.target or 0.0))
    used = set(chosen.used)
    pieces = [
        (row.on, float(weight))
        for row, weight in zip(ledger.rows, ledger.weights, strict=True)
        if row.id in used
    ]
    points = _points(pieces, plan.begins, as_of)
    value = chosen.value or 0.0
    until = max(filter(None, (chosen.due, plan.ends)), default=None)
    projection = _projection(pieces, value, plan, as_of, until, pace) if chosen.state is not State.MET else ()
    title = asked[chosen.requirement].title
    return Growth(chosen.requirement, title, chosen.target, points, projection)


def _points(pieces: Sequence[tuple[date, float]], begins: date, as_of: date) -> tuple[dict[str, object], ...]:
    """What was reached at the first day of each month and on the day itself."""
    if not pieces or as_of < begins:
        return ()
    made: list[dict[str, object]] = []
    total, at = 0.0, 0
    day = min(begins, pieces[0][0])
    while True:
        while at < len(pieces) and pieces[at][0] <= day:
            total += pieces[at][1]
            at += 1
        made.append({"date": day, "n": round(total, 1)})
        if day >= as_of:
            return tuple(made)
        following = date(day.year + day.month // 12, day.month % 12 + 1, 1)
        day = min(following, as_of)


def _projection(
    pieces: Sequence[tuple[date, float]],
    value: float,
    plan: Plan,
    as_of: date,
    until: date | None,
    pace: float,
) -> tuple[Ahead, ...]:
    tomorrow = as_of + ONE_DAY
    if until is None or until <= as_of or as_of < plan.begins:
        return ()
    since = max(plan.begins, plan.clock.earlier(tomorrow, PACE_MONTHS))
    behind = plan.clock.months(since, tomorrow)
    recent = [amount for day, amount in pieces if day >= since]
    seen = pace * sum(recent)
    size = sum(recent) / len(recent) if recent else 1.0
    ahead = plan.clock.months(tomorrow, until + ONE_DAY)
    made = [Ahead(as_of, value, value, value)]
    for step in range(1, STEPS + 1):
        months = ahead * step / STEPS
        band = to_come(seen, behind, months, size or 1.0)
        day = min(until, plan.clock.later(tomorrow, months))
        made.append(
            Ahead(day, round(value + band.low, 1), round(value + band.mid, 1), round(value + band.high, 1))
        )
    return tuple(made)


def _stages(plan: Plan, as_of: date, end: date) -> Iterable[Span]:
    for place in plan.places:
        if place.begins is not None:
            state = place.state(as_of)
            last = place.ends or max(end, place.begins)
            yield Span(place.stage.id, place.stage.title, place.begins, last, state, state == "next")


def _rotations(rows: Iterable[Evidence], as_of: date) -> Iterable[Span]:
    for row in rows:
        if row.kind is EvidenceKind.ROTATION and row.until is not None and row.until >= row.on:
            state = "next" if row.on > as_of else "now" if row.until >= as_of else "past"
            yield Span(row.id, _title(row), row.on, row.until, state, row.on > as_of)


def _leave(enrolment: Enrolment, as_of: date, kind: str | None = None) -> Iterable[Span]:
    for number, each in enumerate(enrolment.leave):
        if kind is None or each.kind == kind:
            state = "next" if each.since > as_of else "now" if each.until >= as_of else "past"
            yield Span(f"leave-{number}", each.kind, each.since, each.until, state, each.since > as_of)


def _exams(
    pathway: PathwayItem, exams: Iterable[ExamPlan], standings: Sequence[Standing], as_of: date
) -> list[Moment]:
    asked = {each.exam: each.id for each in pathway.requirements if isinstance(each, Exam)}
    due = {one.requirement: one.due for one in standings}
    made = []
    for plan in exams:
        if plan.given:
            continue
        requirement = asked.get(plan.exam.id)
        ahead = plan.earliest or due.get(requirement or "")
        on = plan.passed_on or (None if ahead is None else max(ahead, as_of))
        if on is not None:
            done = plan.passed_on is not None
            made.append(Moment(plan.exam.id, plan.exam.title, on, done, plan.words, requirement))
    return made


def _reviews(pathway: PathwayItem, ledger: Ledger, standings: Sequence[Standing], end: date) -> list[Moment]:
    by_id: Mapping[str, Evidence] = {row.id: row for row in ledger.rows}
    made = []
    for one in standings:
        asked = pathway.requirement(one.requirement)
        if asked is None or getattr(asked, "kind", "") != "cadence":
            continue
        for name in one.used:
            day = by_id[name].on
            made.append(Moment(name, asked.title, day, True, day_words(day), asked.id))
        if one.due is not None and one.due <= end:
            words = f"by {month_words(one.due)}"
            made.append(Moment(f"{asked.id}-next", asked.title, one.due, False, words, asked.id))
    return made


def _title(row: Evidence) -> str:
    return term_words(row.terms[0]) if row.terms else str(row.kind)
