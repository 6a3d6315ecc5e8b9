"""Requirements on time: months of a rotation, a mix of rotations, and how much leave need not be made up."""

from __future__ import annotations

from datetime import date

import numpy as np

from angiosuite.assess.ledger import Found
from angiosuite.assess.months import DAYS_IN_MONTH, amount_words, counted, month_words
from angiosuite.assess.reckoning import ENOUGH, Reckoning
from angiosuite.assess.standing import Reason, Standing, State
from angiosuite.assess.training_time import ONE_DAY, leave_days
from angiosuite.content.requirement import Asked, Duration, LeaveCap, Predicate, RotationMix
from angiosuite.kit.evidence import EvidenceKind

NEARLY_MONTHS = 0.05
"""A day and a half: blocks of weeks and months of the calendar do not add up to the day."""

IN_MONTHS = {"day": 1 / DAYS_IN_MONTH, "week": 7 / DAYS_IN_MONTH, "month": 1.0, "year": 12.0}
WEEK_MONTHS = 7 / DAYS_IN_MONTH


def duration(now: Reckoning, asked: Duration) -> Standing:
    """Full-time months; at risk when what is missing no longer fits before its day."""
    assert asked.target_months is not None
    found, value, met_on = _months(now, asked, asked.counts, asked.target_months)
    words = f"{amount_words(value)} of {counted(asked.target_months, 'month')}, full time"
    return _fitting(now, asked, found, value, asked.target_months, asked.target_months - value, words, met_on)


def rotation_mix(now: Reckoning, asked: RotationMix) -> Standing:
    """Rotations in all, with a least and a most of each part."""
    assert asked.target is not None
    total = missing_parts = 0.0
    parts: list[str] = []
    counted_at: list[np.ndarray] = []
    missed: list[tuple[Reason, np.ndarray]] = []
    for part in asked.parts:
        counts = asked.counts.model_copy(update={"terms": part.terms})
        if asked.unit == "rotation":
            found = now.find(asked, counts, EvidenceKind.ROTATION)
            value = float(now.ledger.weights[found.counted].sum())
        else:
            found, value, _ = _months(now, asked, counts, 1.0)
            value = value / WEEK_MONTHS if asked.unit == "week" else value
        counted_at.append(found.counted)
        missed += found.missed
        total += value if part.at_most is None else min(value, part.at_most)
        missing_parts += max(0.0, part.at_least - value)
        asks = f" of {amount_words(part.at_least)}" if part.at_least else ""
        most = (
            f", at most {amount_words(part.at_most)} count" if part.at_most and value > part.at_most else ""
        )
        parts.append(f"{part.title} {amount_words(value)}{asks}{most}")
    missing = max(asked.target - total, missing_parts)
    months = missing * (WEEK_MONTHS if asked.unit == "week" else 1.0)
    found = Found(np.unique(np.concatenate(counted_at)), tuple(missed))
    words = f"{amount_words(total)} of {counted(asked.target, asked.unit)}; " + ", ".join(parts)
    return _fitting(now, asked, found, total, asked.target, months, words, None, asked.unit)


def leave_cap(now: Reckoning, asked: LeaveCap) -> Standing:
    """Leave within the cap; more of it lengthens training and is never a risk."""
    assert asked.target_days is not None
    kinds = set(asked.leave)
    leave = [each for each in now.enrolment.leave if not kinds or each.kind in kinds]
    place = now.place(asked)
    begins = now.begins(asked) if asked.per != "pathway" else now.plan.begins
    last = now.as_of if place is None or place.ends is None else min(now.as_of, place.ends)
    over = taken = 0.0
    since = begins
    while since <= last:
        until = last
        if asked.per == "training-year":
            months = now.clock.months(begins, since)
            until = min(last, now.clock.later(begins, 12 * (round(months / 12) + 1)) - ONE_DAY)
        taken = _days_away(leave_days(leave), since, until, asked.working_days)
        over += max(0.0, taken - asked.target_days)
        since = until + ONE_DAY
    words = f"{amount_words(taken)} of {counted(asked.target_days, 'day')}"
    words += {"training-year": " in this year of training", "stage": " in this stage", "pathway": ""}[
        asked.per
    ]
    nothing = Found(np.empty(0, dtype=np.intp))
    if over > 0:
        words += f"; {counted(over, 'day')} to be made up, and the days that follow are moved"
    state = State.ON_TRACK if over > 0 else State.MET
    return now.standing(
        asked, state, words, nothing, value=taken, target=asked.target_days, unit="day", due=None
    )


def _days_away(spans: list[tuple[int, int]], since: date, until: date, working_days: bool) -> float:
    low, high = since.toordinal(), until.toordinal() + 1
    total = 0
    for first, last in spans:
        days = range(max(first, low), min(last, high))
        # the ordinal 1 was a Monday
        total += sum((day - 1) % 7 < 5 for day in days) if working_days else len(days)
    return float(total)


def _months(
    now: Reckoning, asked: Asked, counts: Predicate, target: float
) -> tuple[Found, float, date | None]:
    """Full-time months of rotations, each day once, and the day on which a target was reached.

    Of a rotation that reaches over the edge of its stage, the days within count where the stage alone does.
    """
    window = now.window(asked, counts)
    wide = counts if window is None else counts.model_copy(update={"stage_only": False})
    found = now.find(asked, wide, EvidenceKind.ROTATION)
    first, last = window or (None, now.as_of)
    spans: list[tuple[date, date]] = []
    amounts, without, outside, kept = 0.0, list[int](), list[int](), list[int]()
    for index in found.counted.tolist():
        row = now.ledger.rows[index]
        timed = row.until is not None and row.until >= row.on
        since, until = row.on, row.until if timed and row.until is not None else row.on
        since, until = max(since, first or since), min(until, last)
        if not timed and (row.amount is None or row.unit not in IN_MONTHS):
            without.append(index)
        elif until < since:
            outside.append(index)
        else:
            kept.append(index)
            if timed:
                spans.append((since, until))
            else:
                amounts += (row.amount or 0.0) * IN_MONTHS[row.unit or ""]
    value, met_on, covered = amounts, None, date.min
    for since, until in sorted(spans):
        begin = max(since, covered)
        if until >= begin:
            value += now.clock.full_time_months(begin, until)
            covered = until + ONE_DAY
        if met_on is None and value >= target - NEARLY_MONTHS:
            met_on = until
    missed = [(Reason.NO_AMOUNT, without), (Reason.OUTSIDE_STAGE, outside)]
    if without or outside:
        more = tuple((reason, np.array(at, dtype=np.intp)) for reason, at in missed if at)
        found = Found(np.array(kept, dtype=np.intp), (*found.missed, *more))
    return found, value, met_on


def _fitting(
    now: Reckoning,
    asked: Asked,
    found: Found,
    value: float,
    target: float,
    missing_months: float,
    words: str,
    met_on: date | None,
    unit: str = "month",
) -> Standing:
    """Time that is missing fits before its day, or does not."""
    due = now.due(asked)
    expected = None
    slack = NEARLY_MONTHS if unit != "rotation" else ENOUGH
    if missing_months <= slack:
        state = State.MET
    elif due is None:
        state = State.ON_TRACK
    elif now.as_of > due:
        state = State.OVERDUE
        words += f"; was due {month_words(due)}"
    else:
        begin = max(now.tomorrow, now.plan.begins)
        ahead = now.clock.months(begin, due + ONE_DAY)
        fits = missing_months <= ahead + (slack if unit != "rotation" else 1.0)
        state = State.ON_TRACK if fits else State.AT_RISK
        expected = now.clock.later(begin, missing_months)
        words += f"; {counted(ahead, 'month')} of training are left, due {month_words(due)}"
    return now.standing(
        asked, state, words, found, value=value, target=target, unit=unit, due=due,
        met_on=met_on if state is State.MET else None, expected_on=expected,
    )  # fmt: skip
