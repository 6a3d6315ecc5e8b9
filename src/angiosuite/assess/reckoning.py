"""What every kind of requirement is reckoned with: the evidence, the stages on the calendar and the day."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

import numpy as np

from angiosuite.assess.ledger import Found, Ledger
from angiosuite.assess.months import amount_words, counted, month_words
from angiosuite.assess.stages import Plan, StagePlace, plan
from angiosuite.assess.standing import Reason, Standing, State
from angiosuite.assess.training_time import ONE_DAY, TrainingTime, leave_days
from angiosuite.content.pathway import PathwayItem
from angiosuite.content.requirement import Asked, Predicate
from angiosuite.kit.enrolment import Enrolment
from angiosuite.kit.evidence import EvidenceKind

PACE_MONTHS = 12.0
"""Months of training over which a pace is taken."""

EARLY_MONTHS = 3.0
"""Months of training in which no pace is taken yet; a quarter of the time when that is shorter."""

WARN_DAYS = 90
"""A single thing that is missing is at risk this long before its day."""

EXAM_WARN_DAYS = 180
"""Exams have few sittings a year."""

FARTHEST_MONTHS = 600.0
"""Beyond 50 years a pace leads nowhere worth a date."""

ENOUGH = 1e-6
NOUNS = {
    EvidenceKind.REAL_CASE: "procedure",
    EvidenceKind.SUITE_PRACTICE: "session",
    EvidenceKind.OBSERVATION: "observation",
    EvidenceKind.EXAM: "exam",
    EvidenceKind.CREDIT: "credit",
    EvidenceKind.COURSE: "course",
    EvidenceKind.ROTATION: "rotation",
    EvidenceKind.TEACHING: "session",
    EvidenceKind.MEETING: "meeting",
    EvidenceKind.CREDENTIAL: "credential",
    EvidenceKind.DOCUMENT: "document",
    EvidenceKind.ATTESTATION: "statement",
    EvidenceKind.ENTRUSTMENT: "decision",
}


@dataclass(frozen=True)
class Reckoning:
    """One person on one pathway on one day.

    Parameters
    ----------
    pathway : PathwayItem
        With every override in place.
    enrolment : Enrolment
        Whose it is.
    ledger : Ledger
        Their evidence.
    plan : Plan
        The stages on the calendar.
    as_of : date
        The day that is looked at, at its end; never after the enrolment's own end.
    pace : float
        Factor of the pace of what is to come: 1 is the present one.
    """

    pathway: PathwayItem
    enrolment: Enrolment
    ledger: Ledger
    plan: Plan
    as_of: date
    pace: float = 1.0

    @property
    def clock(self) -> TrainingTime:
        """The clock of training."""
        return self.plan.clock

    @cached_property
    def tomorrow(self) -> date:
        """The beginning of the day after: what is behind at the end of `as_of`."""
        return self.as_of + ONE_DAY

    @cached_property
    def plain_plan(self) -> Plan:
        """The stages as they would lie without any leave."""
        return plan(self.pathway, replace(self.enrolment, leave=()))

    def up_to(self, day: date | None) -> Reckoning:
        """The same, but not later than a day."""
        return self if day is None or day >= self.as_of else replace(self, as_of=day)

    def days_left(self, day: date) -> int:
        """Days from this one to another without those of leave: a warning does not come because of leave."""
        first, last = self.as_of.toordinal() + 1, day.toordinal() + 1
        spans = leave_days(self.enrolment.leave) if self.enrolment.leave else ()
        away = sum(max(0, min(until, last) - max(since, first)) for since, until in spans)
        return last - first - away

    def place(self, asked: Asked) -> StagePlace | None:
        """Where its stage lies."""
        return self.plan.place(asked.stage)

    def begins(self, asked: Asked) -> date:
        """First day of its stage, or of the enrolment."""
        place = self.place(asked)
        return place.begins if place is not None and place.begins is not None else self.enrolment.start

    def named_due(self, asked: Asked) -> date | None:
        """Last day for it where the requirement names one."""
        due = asked.due
        if due is None:
            return None
        if due.on is not None:
            return due.on
        if due.months_after_start is not None:
            return self.plan.day(due.months_after_start) - ONE_DAY
        place = self.plan.place(due.stage_end or due.stage_start)
        if place is None or place.begins is None:
            return None
        if due.stage_start is not None:
            return self.plan.day(place.months_before + due.plus_months) - ONE_DAY
        if place.months is None:
            return None
        return self.plan.day(place.months_before + place.months + due.plus_months) - ONE_DAY

    def due(self, asked: Asked) -> date | None:
        """Last day for it: named, the end of its stage, or of the pathway."""
        if asked.due is not None:
            return self.named_due(asked)
        if asked.stage is not None:
            place = self.place(asked)
            return None if place is None else place.ends
        return self.plan.ends

    def window(self, asked: Asked, counts: Predicate) -> tuple[date | None, date] | None:
        """First and last day that count, when its stage alone does.

        Leave must never push evidence out of its stage, so the window is taken at its widest.
        """
        if not counts.stage_only or asked.stage is None:
            return None
        place, plain = self.place(asked), self.plain_plan.place(asked.stage)
        if place is None or plain is None:
            return None
        first = plain.begins if place.begins is None else min(plain.begins or date.max, place.begins)
        return first, self.as_of if place.ends is None else min(self.as_of, place.ends)

    def find(self, asked: Asked, counts: Predicate, *usual: EvidenceKind) -> Found:
        """Evidence that counts for it on the day, within its window of time."""
        found = self.ledger.find(counts, usual)
        window = self.window(asked, counts)
        if window is not None:
            found = self.ledger.within(found, None, self.as_of)
            return self.ledger.within(found, *window, Reason.OUTSIDE_STAGE)
        since = None if counts.before_start else self.plan.begins
        return self.ledger.within(found, since, self.as_of, Reason.BEFORE_START)

    def noun(self, counts: Predicate, usual: EvidenceKind) -> str:
        """What one piece is called."""
        return NOUNS[EvidenceKind(counts.evidence[0]) if counts.evidence else usual]

    def growing(
        self,
        asked: Asked,
        found: Found,
        weights: np.ndarray,
        value: float,
        target: float,
        unit: str,
        *,
        aside: str = "",
    ) -> Standing:
        """A number that grows with the work: judged by its pace over the last twelve months of training."""
        due, begins = self.due(asked), self.begins(asked)
        days = self.ledger.days[found.counted]
        since = max(begins, self.clock.earlier(self.tomorrow, PACE_MONTHS))
        behind = max(0.0, self.clock.months(since, self.tomorrow))
        seen = float(weights[days >= since.toordinal()].sum()) if behind > 0 else 0.0
        per_month = self.pace * seen / behind if behind > 0 else 0.0
        missing = target - value
        clauses = [f"{amount_words(value)} of {counted(target, unit)}{aside}"]
        expected: date | None = None
        if missing > ENOUGH and behind > 0 and self.as_of >= begins:
            clauses.append(
                _pace_words(per_month, behind) + (f", taken {self.pace:g} times" if self.pace != 1 else "")
            )
            if per_month > 0 and missing / per_month <= FARTHEST_MONTHS:
                expected = self.clock.later(self.tomorrow, missing / per_month)
                clauses.append(f"at this pace {amount_words(target)} in {month_words(expected)}")
        if due is not None and missing > ENOUGH:
            clauses.append(f"due {month_words(due)}" if self.as_of <= due else f"was due {month_words(due)}")
        state = self._growing_state(missing, due, begins, per_month)
        if state is State.ON_TRACK and self.as_of < begins:
            clauses.append(f"begins {month_words(begins)}")
        return self.standing(
            asked,
            state,
            "; ".join(clauses),
            found,
            value=value,
            target=target,
            unit=unit,
            due=due,
            met_on=self.met_on(found, weights, target) if state is State.MET else None,
            expected_on=expected,
            per_month=per_month,
        )

    def _growing_state(self, missing: float, due: date | None, begins: date, per_month: float) -> State:
        if missing <= ENOUGH:
            return State.MET
        if due is None:
            return State.ON_TRACK
        if self.as_of > due:
            return State.OVERDUE
        if self.as_of < begins:
            return State.ON_TRACK
        whole = self.clock.months(begins, due + ONE_DAY)
        if self.clock.months(begins, self.tomorrow) < min(EARLY_MONTHS, whole / 4):
            return State.ON_TRACK
        ahead = self.clock.months(self.tomorrow, due + ONE_DAY)
        return State.ON_TRACK if per_month * ahead >= missing - ENOUGH else State.AT_RISK

    def single(
        self,
        asked: Asked,
        found: Found,
        value: float,
        target: float,
        words: str,
        *,
        due: date | None,
        unit: str = "",
        warn_days: int = WARN_DAYS,
        met_on: date | None = None,
    ) -> Standing:
        """Something that is there or not: at risk when it is missing shortly before its day."""
        clauses = [words]
        if value >= target - ENOUGH:
            state = State.MET
        elif due is None:
            state = State.ON_TRACK
            clauses.append("no day is set for it")
        elif self.as_of > due:
            state = State.OVERDUE
            clauses.append(f"was due {month_words(due)}")
        else:
            state = State.AT_RISK if self.days_left(due) < warn_days else State.ON_TRACK
            clauses.append(f"due {month_words(due)}")
        return self.standing(
            asked,
            state,
            "; ".join(clauses),
            found,
            value=value,
            target=target,
            unit=unit,
            due=due,
            met_on=met_on if state is State.MET else None,
        )

    def met_on(self, found: Found, weights: np.ndarray, target: float) -> date | None:
        """Day on which a sum reached its target."""
        at = int(np.searchsorted(np.cumsum(weights), target - ENOUGH))
        return self.ledger.day(int(found.counted[at])) if at < len(found.counted) else None

    def standing(
        self,
        asked: Asked,
        state: State,
        arithmetic: str,
        found: Found,
        *,
        value: float | None = None,
        target: float | None = None,
        unit: str = "",
        due: date | None = None,
        met_on: date | None = None,
        expected_on: date | None = None,
        per_month: float | None = None,
    ) -> Standing:
        """A standing with its evidence and what was not counted."""
        not_counted = self.ledger.not_counted(found)
        if not_counted:
            arithmetic += "; not counted: " + ", ".join(each.words for each in not_counted)
        return Standing(
            requirement=asked.id,
            state=state,
            arithmetic=arithmetic,
            value=value,
            target=target,
            unit=unit,
            due=due,
            used=self.ledger.names(found.counted),
            not_counted=not_counted,
            met_on=met_on,
            basis=asked.basis,
            expected_on=expected_on,
            per_month=per_month,
        )


def _pace_words(per_month: float, behind: float) -> str:
    months = max(1, round(behind))
    span = f"over the last {months} months" if months > 1 else "over the last month"
    if per_month <= 0:
        return f"none {span}"
    if per_month >= 1 / 3:
        return f"{amount_words(per_month * 3)} a quarter {span}"
    return f"{amount_words(per_month * 12)} a year {span}"
