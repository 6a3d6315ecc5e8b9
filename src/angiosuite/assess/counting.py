"""Requirements that count pieces of evidence: count, sub-quota, maximum, distinct, yearly minimum."""

from __future__ import annotations

from datetime import date
from math import floor

import numpy as np

from angiosuite.assess.ledger import Found
from angiosuite.assess.months import amount_words, counted, day_words, month_words
from angiosuite.assess.reckoning import ENOUGH, Reckoning
from angiosuite.assess.standing import Reason, Standing, State
from angiosuite.assess.training_time import ONE_DAY
from angiosuite.content.requirement import Count, Distinct, Maximum, SubQuota, YearlyMinimum
from angiosuite.kit.evidence import EvidenceKind

CASE = EvidenceKind.REAL_CASE


def count(now: Reckoning, asked: Count) -> Standing:
    """So many of something; more of a kind than its maximum allows does not count."""
    assert asked.target is not None
    found = now.find(asked, asked.counts, CASE)
    weights = _capped(now, asked.id, found)
    unit = now.noun(asked.counts, CASE)
    surplus = float(now.ledger.weights[found.counted].sum() - weights.sum())
    if surplus > ENOUGH:
        kept = weights > 0
        over = found.counted[~kept]
        found = Found(found.counted[kept], (*found.missed, (Reason.OVER_MAXIMUM, over)))
        weights = weights[kept]
    return now.growing(
        asked,
        found,
        weights,
        float(weights.sum()),
        asked.target,
        unit,
        aside=_vouched(asked.counts.min_status),
    )


def sub_quota(now: Reckoning, asked: SubQuota) -> Standing:
    """So many of what counts for another requirement; never more than that one counts."""
    assert asked.target is not None
    whole = now.pathway.requirement(asked.of)
    assert isinstance(whole, Count | SubQuota)
    parent = _pool(now, whole)
    mine = now.find(asked, asked.counts, CASE)
    shared = now.ledger.among(mine.counted, parent.counted)
    found = Found(mine.counted[shared], mine.missed)
    weights = now.ledger.weights[found.counted]
    value = min(float(weights.sum()), _value(now, whole, parent))
    return now.growing(asked, found, weights, value, asked.target, now.noun(asked.counts, CASE))


def maximum(now: Reckoning, asked: Maximum) -> Standing:
    """The most that counts, or that may happen."""
    assert asked.target is not None
    found = now.find(asked, asked.counts, CASE)
    total = float(now.ledger.weights[found.counted].sum())
    unit = now.noun(asked.counts, CASE)
    if asked.of is None:
        words = f"{amount_words(total)} of at most {counted(asked.target, unit)}"
        state = State.MET if total <= asked.target + ENOUGH else State.OVERDUE
        return now.standing(asked, state, words, found, value=total, target=asked.target, unit=unit)
    value = min(total, asked.target)
    words = (
        f"{counted(total, unit)}, of which {amount_words(value)} count; at most {amount_words(asked.target)}"
    )
    return now.standing(asked, State.MET, words, found, value=value, target=asked.target, unit=unit)


def distinct(now: Reckoning, asked: Distinct) -> Standing:
    """So many different people, places or patients."""
    assert asked.target is not None
    found = now.find(asked, asked.counts, EvidenceKind.OBSERVATION)
    name = {"raters": "rater", "sites": "site", "patients": "patient"}[asked.what]
    first: dict[str, int] = {}
    for index in found.counted.tolist():
        alias = getattr(now.ledger.rows[index], name)
        if alias:
            first.setdefault(alias, index)
    value = float(len(first))
    order = sorted(first.values())
    reached = int(np.ceil(asked.target)) - 1
    met_on = now.ledger.day(order[reached]) if reached < len(order) else None
    words = f"{amount_words(value)} of {counted(asked.target, f'different {name}')}"
    return now.single(asked, found, value, asked.target, words, due=now.due(asked), unit=name, met_on=met_on)


def yearly_minimum(now: Reckoning, asked: YearlyMinimum) -> Standing:
    """So many in every year; a year that is cut short, or spent on leave, asks for its share.

    Notes
    -----
    Years of training are counted on the clock of training from the stage's beginning. Years of the calendar
    ask for the share of full-time days in them, rounded down.
    """
    assert asked.target is not None
    place = now.place(asked)
    now = now.up_to(None if place is None else place.ends)
    found = now.find(asked, asked.counts, CASE)
    days, weights = now.ledger.days[found.counted], now.ledger.weights[found.counted]
    unit = now.noun(asked.counts, CASE)
    begins, last = now.begins(asked), now.due(asked)
    short: list[str] = []
    value, target, ends = 0.0, asked.target, last
    if now.as_of < begins:
        words = f"0 of {counted(target, unit)} a year; begins {month_words(begins)}"
        return now.standing(
            asked, State.ON_TRACK, words, found, value=0.0, target=target, unit=unit, due=last
        )
    since = begins
    for number, (since, ends, share) in enumerate(_years(now, asked, begins, last), 1):
        inside = (days >= since.toordinal()) & (days <= ends.toordinal())
        value, target = float(weights[inside].sum()), _asked_of(asked, share)
        if ends >= now.as_of:
            break
        if value < target - ENOUGH:
            short.append(
                f"year {number}, to {day_words(ends)}: {amount_words(value)} of {amount_words(target)}"
            )
    words = f"{amount_words(value)} of {counted(target, unit)} in the year to {day_words(ends or now.as_of)}"
    if short:
        state = State.OVERDUE
        words += "; short in " + ", ".join(short)
    elif value >= target - ENOUGH:
        state = State.MET
    elif ends is None or now.as_of > ends:
        state = State.OVERDUE
    else:
        gone = now.clock.months(since, now.tomorrow)
        ahead = now.clock.months(now.tomorrow, ends + ONE_DAY)
        early = gone < min(3.0, (gone + ahead) / 4)
        fits = gone > 0 and value / gone * ahead >= target - value - ENOUGH
        state = State.ON_TRACK if early or fits or (gone <= 0 and ahead > 0) else State.AT_RISK
    return now.standing(asked, state, words, found, value=value, target=target, unit=unit, due=ends)


def _asked_of(asked: YearlyMinimum, share: float) -> float:
    assert asked.target is not None
    return asked.target if share > 1 - ENOUGH else float(floor(asked.target * share + ENOUGH))


def _years(
    now: Reckoning, asked: YearlyMinimum, begins: date, last: date | None
) -> list[tuple[date, date, float]]:
    """First and last day of each year up to the present one, and the share of a year that it is."""
    years: list[tuple[date, date, float]] = []
    since = begins
    while since <= now.as_of:
        if asked.year == "calendar":
            until = date(since.year, 12, 31)
            until = until if last is None else min(until, last)
            whole = (date(since.year + 1, 1, 1) - date(since.year, 1, 1)).days
            share = (now.clock.elapsed(until + ONE_DAY) - now.clock.elapsed(since)) / whole
        else:
            until = now.clock.later(begins, 12 * (len(years) + 1)) - ONE_DAY
            share = 1.0
            if last is not None and until > last:
                share = min(1.0, now.clock.months(since, last + ONE_DAY) / 12)
                until = last
        years.append((since, until, min(1.0, share)))
        if last is not None and until >= last:
            break
        since = until + ONE_DAY
    return years


def _vouched(status: str | None) -> str:
    return {"draft": ", drafts included", "submitted": ", signed or not"}.get(status or "", ", signed")


def _pool(now: Reckoning, whole: Count | SubQuota) -> Found:
    """All evidence that a whole may draw on."""
    found = now.find(whole, whole.counts, CASE)
    if isinstance(whole, SubQuota):
        above = now.pathway.requirement(whole.of)
        assert isinstance(above, Count | SubQuota)
        inside = now.ledger.among(found.counted, _pool(now, above).counted)
        found = Found(found.counted[inside], found.missed)
    return found


def _value(now: Reckoning, whole: Count | SubQuota, pool: Found) -> float:
    """What a whole counts."""
    if isinstance(whole, Count):
        return float(_capped(now, whole.id, pool).sum())
    above = now.pathway.requirement(whole.of)
    assert isinstance(above, Count | SubQuota)
    total = float(now.ledger.weights[pool.counted].sum())
    return min(total, _value(now, above, _pool(now, above)))


def _capped(now: Reckoning, identity: str, found: Found) -> np.ndarray:
    """Amounts of evidence, with what is over a maximum of this requirement taken away, latest first.

    Notes
    -----
    Evidence that two maxima name belongs to the first of them, so that more evidence never counts for less.
    """
    weights: np.ndarray = now.ledger.weights[found.counted].copy()
    free = np.ones(len(weights), dtype=np.bool_)
    for other in now.pathway.requirements:
        if not isinstance(other, Maximum) or other.of != identity or other.target is None:
            continue
        if other.basis not in ("read", "programme"):
            continue
        limited = free & now.ledger.among(found.counted, now.find(other, other.counts, CASE).counted)
        at = np.flatnonzero(limited)
        before = np.cumsum(weights[at]) - weights[at]
        weights[at] = np.clip(other.target - before, 0.0, weights[at])
        free &= ~limited
    return weights
