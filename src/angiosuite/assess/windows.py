"""Requirements with a window of the calendar: credits that roll or come in periods, and recency.

A window of n months on a day holds that day and all days after the same day n months before: it is open at
its beginning and closed at its end, so that n months hold each day of the year the same number of times.
"""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

from angiosuite.assess.ledger import Found
from angiosuite.assess.months import DAYS_IN_MONTH, add_months, amount_words, counted, day_words, month_words
from angiosuite.assess.reckoning import EARLY_MONTHS, ENOUGH, WARN_DAYS, Reckoning
from angiosuite.assess.standing import Reason, Standing, State
from angiosuite.assess.training_time import ONE_DAY, leave_days
from angiosuite.content.requirement import Credits, Recency
from angiosuite.kit.evidence import EvidenceKind

CREDIT_UNITS = (None, "credit", "hour", "point")


def window_begins(day: date, months: float) -> date:
    """First day of a window of so many months that ends on a day."""
    return add_months(day, -months) + ONE_DAY


def last_day_within(day: date, months: float) -> date:
    """Last day on which something of `day` is still within a window of so many months."""
    reached = add_months(day, months) - ONE_DAY
    while window_begins(reached + ONE_DAY, months) <= day:
        reached += ONE_DAY
    while window_begins(reached, months) > day:
        reached -= ONE_DAY
    return reached


def credits(now: Reckoning, asked: Credits) -> Standing:
    """Credits in the window."""
    assert asked.target is not None
    place = now.place(asked)
    now = now.up_to(None if place is None else place.ends)
    counts = asked.counts.model_copy(update={"before_start": True})
    found = now.find(asked, counts, EvidenceKind.CREDIT)
    amounts = np.array([_credit(now, index) for index in found.counted.tolist()])
    if len(amounts) and (amounts <= 0).any():
        without = found.counted[amounts <= 0]
        found = Found(found.counted[amounts > 0], (*found.missed, (Reason.NO_AMOUNT, without)))
        amounts = amounts[amounts > 0]
    if asked.per == "cycle":
        return _cycle(now, asked, found, amounts)
    return _rolling(now, asked, found, amounts)


def _credit(now: Reckoning, index: int) -> float:
    row = now.ledger.rows[index]
    return float(row.amount) if row.amount is not None and row.unit in CREDIT_UNITS else 0.0


def _rolling(now: Reckoning, asked: Credits, found: Found, amounts: np.ndarray) -> Standing:
    assert asked.target is not None
    since = window_begins(now.as_of, asked.window_months)
    days = now.ledger.days[found.counted]
    inside = now.ledger.within(found, since, now.as_of)
    value = float(amounts[days >= since.toordinal()].sum())
    first_due = now.named_due(asked) or add_months(now.begins(asked), asked.window_months) - ONE_DAY
    per_month = float(amounts[days >= window_begins(now.as_of, 12).toordinal()].sum()) / 12
    span = f"the last {counted(asked.window_months, 'month')}"
    words = f"{amount_words(value)} of {counted(asked.target, 'credit')} in {span}"
    due: date | None = first_due
    if value >= asked.target - ENOUGH:
        ahead = now.as_of + timedelta(days=WARN_DAYS)
        later = window_begins(ahead, asked.window_months).toordinal()
        leaving = float(amounts[(days >= since.toordinal()) & (days < later)].sum())
        expected = value - leaving + per_month * WARN_DAYS / DAYS_IN_MONTH
        state = State.MET if expected >= asked.target - ENOUGH else State.AT_RISK
        due = _lapse(days, amounts, asked.target, asked.window_months)
        words += f"; {amount_words(leaving)} leave the window by {day_words(ahead)}" if leaving else ""
    elif now.as_of <= first_due:
        gone = (now.as_of - now.begins(asked)).days / DAYS_IN_MONTH
        ahead_months = (first_due - now.as_of).days / DAYS_IN_MONTH
        pace = value / gone if 0 < gone < 12 else per_month
        fits = value + pace * ahead_months >= asked.target - ENOUGH
        state = State.ON_TRACK if gone < EARLY_MONTHS or fits else State.AT_RISK
        words += f"; needed from {month_words(first_due)}"
    else:
        state = State.OVERDUE
        words += f"; {amount_words(asked.target - value)} are missing"
        longer = _on_leave(now, since)
        if longer and float(amounts[days >= since.toordinal() - longer].sum()) >= asked.target - ENOUGH:
            state = State.ON_TRACK
            words += (
                f"; with {counted(longer, 'day')} of leave left out they are there: ask whether leave counts"
            )
    return now.standing(
        asked, state, words, inside, value=value, target=asked.target, unit="credit", due=due,
        per_month=per_month,
    )  # fmt: skip


def _cycle(now: Reckoning, asked: Credits, found: Found, amounts: np.ndarray) -> Standing:
    assert asked.target is not None
    begins = now.begins(asked)
    days = now.ledger.days[found.counted]
    number = 0
    while add_months(begins, asked.window_months * (number + 1)) <= now.as_of:
        number += 1
    since = add_months(begins, asked.window_months * number)
    due = add_months(begins, asked.window_months * (number + 1)) - ONE_DAY
    inside = now.ledger.within(found, since, now.as_of)
    value = float(amounts[days >= since.toordinal()].sum())
    words = f"{amount_words(value)} of {counted(asked.target, 'credit')} in the period to {day_words(due)}"
    gone = (now.as_of - since).days / DAYS_IN_MONTH
    ahead = (due - now.as_of).days / DAYS_IN_MONTH
    state = State.ON_TRACK
    if number:
        before = add_months(begins, asked.window_months * (number - 1)).toordinal()
        earlier = float(amounts[(days >= before) & (days < since.toordinal())].sum())
        if earlier < asked.target - ENOUGH:
            state = State.OVERDUE
            words += f"; {amount_words(earlier)} in the period before"
    if state is not State.OVERDUE:
        if value >= asked.target - ENOUGH:
            state = State.MET
        elif gone >= min(EARLY_MONTHS, asked.window_months / 4) and value / gone * (gone + ahead) < (
            asked.target - ENOUGH
        ):
            state = State.AT_RISK
    return now.standing(asked, state, words, inside, value=value, target=asked.target, unit="credit", due=due)


def _lapse(days: np.ndarray, amounts: np.ndarray, target: float, months: float) -> date:
    """Last day on which the target is still there when nothing is added."""
    after = np.cumsum(amounts[::-1])[::-1]
    at = int(np.flatnonzero(after >= target - ENOUGH)[-1])
    return last_day_within(date.fromordinal(int(days[at])), months)


def recency(now: Reckoning, asked: Recency) -> Standing:
    """So many recent ones; at risk shortly before too few are left."""
    assert asked.target is not None
    place = now.place(asked)
    now = now.up_to(None if place is None else place.ends)
    counts = asked.counts.model_copy(update={"before_start": True})
    found = now.find(asked, counts, EvidenceKind.REAL_CASE)
    days, weights = now.ledger.days[found.counted], now.ledger.weights[found.counted]
    since = window_begins(now.as_of, asked.within_months)
    value = float(weights[days >= since.toordinal()].sum())
    unit = now.noun(asked.counts, EvidenceKind.REAL_CASE)
    span = f"the last {counted(asked.within_months, 'month')}"
    words = f"{amount_words(value)} of {counted(asked.target, unit)} in {span}"
    if len(days):
        words += f"; the last on {day_words(date.fromordinal(int(days[-1])))}"
    inside = now.ledger.within(found, since, now.as_of)
    due = now.named_due(asked) or add_months(now.begins(asked), asked.within_months) - ONE_DAY
    if value >= asked.target - ENOUGH:
        due = _lapse(days, weights, asked.target, asked.within_months)
        soon = (due - now.as_of).days < asked.warn_days
        state = State.AT_RISK if soon else State.MET
        words += f"; holds to {day_words(due)}"
    elif now.as_of <= due:
        soon = (due - now.as_of).days < asked.warn_days and now.as_of >= now.begins(asked)
        state = State.AT_RISK if soon else State.ON_TRACK
        words += f"; needed from {day_words(due)}"
    else:
        state = State.OVERDUE
        longer = _on_leave(now, since)
        if longer and float(weights[days >= since.toordinal() - longer].sum()) >= asked.target - ENOUGH:
            state = State.ON_TRACK
            words += f"; {counted(longer, 'day')} of leave are left out"
    return now.standing(asked, state, words, inside, value=value, target=asked.target, unit=unit, due=due)


def _on_leave(now: Reckoning, since: date) -> int:
    """Days of leave by which a window reaches further back, leave met on the way included."""
    spans = leave_days(now.enrolment.leave)
    last, begin = now.as_of.toordinal() + 1, since.toordinal()
    longer = 0
    while True:
        away = sum(max(0, min(until, last) - max(first, begin - longer)) for first, until in spans)
        if away == longer:
            return longer
        longer = away
