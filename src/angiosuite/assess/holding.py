"""Requirements that something be there or valid: exams, credentials, papers, entrustment, cadence."""

from __future__ import annotations

from datetime import date

import numpy as np

from angiosuite.assess.ledger import Found, Indexes
from angiosuite.assess.months import add_months, amount_words, counted, day_words, month_words
from angiosuite.assess.reckoning import EXAM_WARN_DAYS, Reckoning
from angiosuite.assess.stages import Plan
from angiosuite.assess.standing import Reason, Standing, State
from angiosuite.assess.training_time import ONE_DAY
from angiosuite.content.pathway import PathwayItem
from angiosuite.content.requirement import Attestation, Cadence, Credential, Document, Entrustment, Exam
from angiosuite.kit.evidence import EvidenceKind

CADENCE_WARN_DAYS = 30
"""The next one is at risk this long before its day."""


def exam(now: Reckoning, asked: Exam) -> Standing:
    """An exam passed; other results are attempts.

    Where no day is named and it can first be sat when its stage is over, there is none: nobody is late
    for what cannot be done yet.
    """
    counts = asked.counts if asked.counts.terms else asked.counts.model_copy(update={"terms": (asked.exam,)})
    if not counts.results:
        counts = counts.model_copy(update={"results": ("pass",)})
    found = now.find(asked, counts, EvidenceKind.EXAM)
    passed = bool(len(found.counted))
    on = now.ledger.day(int(found.counted[0])) if passed else None
    words = f"passed in {month_words(on)}" if on is not None else "not passed yet"
    due = now.due(asked)
    first = first_sitting(now.pathway, now.plan, asked.exam)
    if asked.due is None and due is not None and first is not None and first > due:
        due = None
    return now.single(
        asked, found, float(passed), 1.0, words, due=due, warn_days=EXAM_WARN_DAYS, met_on=on, unit="exam"
    )


def first_sitting(pathway: PathwayItem, laid: Plan, exam_id: str) -> date | None:
    """First day on which an exam can be sat; None when that cannot be computed."""
    spec = next((each for each in pathway.exams if each.id == exam_id), None)
    if spec is None or spec.when is None:
        return None
    place = laid.place(spec.when.stage)
    if place is None or place.begins is None:
        return None
    return laid.day(place.months_before + spec.when.months)


def document(now: Reckoning, asked: Document) -> Standing:
    """So many documents, projects or letters."""
    return _pieces(now, asked, EvidenceKind.DOCUMENT)


def attestation(now: Reckoning, asked: Attestation) -> Standing:
    """So many signed statements."""
    return _pieces(now, asked, EvidenceKind.ATTESTATION)


def _pieces(now: Reckoning, asked: Document | Attestation, usual: EvidenceKind) -> Standing:
    assert asked.target is not None
    found = now.find(asked, asked.counts, usual)
    weights = now.ledger.weights[found.counted]
    value, unit = float(weights.sum()), now.noun(asked.counts, usual)
    met_on = now.met_on(found, weights, asked.target)
    words = f"{amount_words(value)} of {counted(asked.target, unit)}"
    if asked.target == 1:
        words = "not there yet" if met_on is None else f"there since {month_words(met_on)}"
    return now.single(asked, found, value, asked.target, words, due=now.due(asked), unit=unit, met_on=met_on)


def entrustment(now: Reckoning, asked: Entrustment) -> Standing:
    """The latest human decision on each item is at the level or above."""
    assert asked.level is not None
    least = asked.scale.index(asked.level)
    used: list[int] = []
    missed: list[tuple[Reason, Indexes]] = []
    met_on: date | None = None
    open_items: list[str] = []
    for item in asked.items:
        found = now.find(asked, asked.counts.model_copy(update={"terms": (item,)}), EvidenceKind.ENTRUSTMENT)
        missed += found.missed
        latest = int(found.counted[-1]) if len(found.counted) else None
        level = None if latest is None else now.ledger.rows[latest].level
        if latest is not None and level in asked.scale and asked.scale.index(level) >= least:
            used.append(latest)
            day = now.ledger.day(latest)
            met_on = day if met_on is None else max(met_on, day)
        else:
            open_items.append(item)
            if latest is not None:
                missed.append((Reason.LEVEL, np.array([latest], dtype=np.intp)))
    found = Found(np.array(sorted(set(used)), dtype=np.intp), tuple(missed))
    value, target = float(len(asked.items) - len(open_items)), float(len(asked.items))
    words = f"{amount_words(value)} of {counted(target, 'activity')} at level {asked.level} or above"
    if open_items:
        words += "; open: " + ", ".join(open_items[:5]) + (" …" if len(open_items) > 5 else "")
    return now.single(asked, found, value, target, words, due=now.due(asked), unit="activity", met_on=met_on)


def credential(now: Reckoning, asked: Credential) -> Standing:
    """One that is valid on the day; at risk shortly before it expires."""
    place = now.place(asked)
    now = now.up_to(None if place is None else place.ends)
    counts = asked.counts.model_copy(update={"before_start": True})
    found = now.find(asked, counts, EvidenceKind.CREDENTIAL)
    expiry: dict[int, date] = {}
    for index in found.counted.tolist():
        row = now.ledger.rows[index]
        last = row.until
        if last is None and asked.valid_months is not None:
            last = add_months(row.on, asked.valid_months) - ONE_DAY
        expiry[index] = last or date.max
    valid = [index for index, last in expiry.items() if last >= now.as_of]
    gone = np.array([index for index in expiry if index not in valid], dtype=np.intp)
    found = Found(np.array(valid, dtype=np.intp), (*found.missed, (Reason.EXPIRED, gone)))
    needed = now.named_due(asked) or now.begins(asked)
    if valid:
        last = max(expiry[index] for index in valid)
        soon = (last - now.as_of).days < asked.renew_before_days
        words = "valid without an end" if last == date.max else f"valid to {day_words(last)}"
        return now.standing(
            asked,
            State.AT_RISK if soon else State.MET,
            words + ("; renew it now" if soon else ""),
            found,
            value=1.0,
            target=1.0,
            unit="credential",
            due=None if last == date.max else last,
            met_on=min(now.ledger.day(index) for index in valid),
        )
    if now.as_of > needed:
        state, words = State.OVERDUE, f"none that is valid; needed since {day_words(needed)}"
    else:
        soon = now.days_left(needed) < asked.renew_before_days and now.as_of >= now.plan.begins
        state = State.AT_RISK if soon else State.ON_TRACK
        words = f"none yet; needed from {day_words(needed)}"
    return now.standing(asked, state, words, found, value=0.0, target=1.0, unit="credential", due=needed)


def cadence(now: Reckoning, asked: Cadence) -> Standing:
    """The last one is no longer ago than the interval, on the clock of training."""
    assert asked.every_months is not None
    place = now.place(asked)
    ends = place.ends if place is not None else now.plan.ends
    now = now.up_to(ends)
    found = now.find(asked, asked.counts, EvidenceKind.ATTESTATION)
    begins = now.begins(asked)
    done = len(found.counted)
    last = now.ledger.day(int(found.counted[-1])) if done else None
    due = now.clock.later(begins if last is None else max(last, begins), asked.every_months)
    if last is None:
        due = max(now.named_due(asked) or date.min, due - ONE_DAY)
    every = f"every {counted(asked.every_months, 'month')}"
    words = f"{amount_words(float(done))} so far, {every}"
    if last is not None:
        words += f"; the last on {day_words(last)}"
    nothing_left = ends is not None and due > ends and last is not None
    if nothing_left:
        state = State.MET
    elif now.as_of > due:
        state, words = State.OVERDUE, f"{words}; was due by {day_words(due)}"
    elif now.as_of >= begins and now.days_left(due) < CADENCE_WARN_DAYS:
        state, words = State.AT_RISK, f"{words}; due by {day_words(due)}"
    else:
        state = State.ON_TRACK if last is None else State.MET
        words += f"; the next by {day_words(due)}"
    return now.standing(
        asked, state, words, found, value=float(done), unit="", due=None if nothing_left else due, met_on=last
    )
