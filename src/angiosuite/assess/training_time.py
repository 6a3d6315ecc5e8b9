"""The clock of training: it stands still on leave, runs slower part-time, and says when time is up.

All days are days of the person's own calendar; there is no time of day and so no time zone in it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from angiosuite.assess.months import DAYS_IN_MONTH, add_months, month_measure
from angiosuite.kit.enrolment import Enrolment, Fte, Leave

ONE_DAY = timedelta(days=1)
_FARTHEST = date(9000, 1, 1).toordinal()
"""No day beyond is reached, however slow the clock runs."""


@dataclass(frozen=True, slots=True)
class TrainingTime:
    """Training time since `start`, in full-time days.

    Parameters
    ----------
    start : date
        Where it is 0; before that it runs like the calendar.
    turns : tuple of int
        Ordinals of days from which on the rate changes, rising; the first is `start`.
    rates : tuple of float
        Full-time days that one calendar day gives, from each turn on.
    gone : tuple of float
        Full-time days at each turn.
    """

    start: date
    turns: tuple[int, ...]
    rates: tuple[float, ...]
    gone: tuple[float, ...]

    @classmethod
    def of(
        cls, enrolment: Enrolment, *, with_leave: bool = True, with_part_time: bool = True
    ) -> TrainingTime:
        """The clock of one enrolment."""
        fte = enrolment.fte if with_part_time else ()
        leave = enrolment.leave if with_leave else ()
        return _built(enrolment.start, fte, leave)

    def elapsed(self, day: date) -> float:
        """Full-time days from the start to the beginning of a day; negative before the start."""
        ordinal = day.toordinal()
        if ordinal < self.turns[0]:
            return float(ordinal - self.turns[0])
        at = bisect_right(self.turns, ordinal) - 1
        return self.gone[at] + (ordinal - self.turns[at]) * self.rates[at]

    def months(self, since: date, until: date) -> float:
        """Full-time months from the beginning of one day to that of another, in mean months."""
        return (self.elapsed(until) - self.elapsed(since)) / DAYS_IN_MONTH

    def reached(self, days: float) -> date:
        """The first day at whose beginning so many full-time days are behind.

        Notes
        -----
        Leave that begins on that very day does not move it.
        """
        if days <= 0:
            return self.start + timedelta(days=round(days))
        at = len(self.turns) - 1
        while at > 0 and self.gone[at] >= days:
            at -= 1
        rate = self.rates[at]
        if rate == 0:
            return date.fromordinal(self.turns[at + 1])
        more = min((days - self.gone[at]) / rate, _FARTHEST)
        return date.fromordinal(min(self.turns[at] + _ceil(more), _FARTHEST))

    def after_months(self, months: float) -> date:
        """The first day after so many months of training from the start; before the start with a minus."""
        plain = add_months(self.start, months)
        return self.reached((plain - self.start).days) if plain > self.start else plain

    def later(self, day: date, months: float) -> date:
        """The first day on which so many months of training have passed since a day."""
        if months <= 0:
            return day
        plain = (add_months(day, months) - day).days
        if day < self.start:
            before = min(plain, (self.start - day).days)
            return day + timedelta(days=before) if plain <= before else self.reached(plain - before)
        return max(day, self.reached(self.elapsed(day) + plain))

    def earlier(self, day: date, months: float) -> date:
        """The first day since which no more than so many months of training have passed by a day."""
        plain = (day - add_months(day, -months)).days
        goal = self.elapsed(day) - plain
        found = self.reached(goal) if goal > 0 else self.start + timedelta(days=round(goal))
        return min(found, day)

    def full_time_months(self, since: date, until: date) -> float:
        """Full-time calendar months from one day to another, both included, as a rotation has them."""
        begin, end = since.toordinal(), until.toordinal() + 1
        cuts = [begin, *(turn for turn in self.turns if begin < turn < end), end]
        total = 0.0
        for low, high in pairwise(cuts):
            at = bisect_right(self.turns, low) - 1
            rate = 1.0 if at < 0 else self.rates[at]
            if rate and high > low:
                total += rate * (month_measure(date.fromordinal(high)) - month_measure(date.fromordinal(low)))
        return total


def leave_days(leave: Iterable[Leave]) -> list[tuple[int, int]]:
    """Days of leave as ordinals, first and day after the last, merged where they touch or overlap."""
    spans = sorted((each.since.toordinal(), each.until.toordinal() + 1) for each in leave)
    merged: list[tuple[int, int]] = []
    for since, until in spans:
        if until <= since:
            continue
        if merged and since <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], until))
        else:
            merged.append((since, until))
    return merged


def _built(start: date, fte: Iterable[Fte], leave: Iterable[Leave]) -> TrainingTime:
    begin = start.toordinal()
    steps = sorted((each.since.toordinal(), each.fraction) for each in fte)
    away = leave_days(leave)
    edges = {begin, *(day for day, _ in steps), *(day for span in away for day in span)}
    turns = sorted(edge for edge in edges if edge >= begin)
    rates: list[float] = []
    for turn in turns:
        at = bisect_right(steps, (turn, 2.0)) - 1
        rate = steps[at][1] if at >= 0 else 1.0
        rates.append(0.0 if any(since <= turn < until for since, until in away) else rate)
    gone = [0.0]
    for index in range(1, len(turns)):
        gone.append(gone[-1] + (turns[index] - turns[index - 1]) * rates[index - 1])
    return TrainingTime(start, tuple(turns), tuple(rates), tuple(gone))


def _ceil(value: float) -> int:
    """The next whole number, forgiving what adding fractions of days leaves over."""
    nearest = round(value)
    return nearest if abs(value - nearest) < 1e-6 else int(value) + 1
