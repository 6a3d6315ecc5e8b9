"""Hours of work against a rule set: which clause holds, which does not, and in which weeks.

The clauses and where each was read stand in `RULES`. What follows from one that does not hold is a matter of
the person and the programme; here it is only counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from angiosuite.assess.months import amount_words, counted, day_words
from angiosuite.content.schema import Basis

Measure = Literal["hours", "free-days", "call-nights", "longest-hours", "rest-hours", "night-hours"]
Outcome = Literal["kept", "not-kept", "not-enough-weeks", "not-given"]

ACGME = (
    "ACGME, Summary of changes to Common Program Requirements Section VI, acgme.org (read 2026-11-29): "
    "80 hours a week, one day in seven and call every third night, averaged over four weeks; at most "
    "24 hours of continuous scheduled assignments; clinical work from home counts"
)
ACGME_VI_F = (
    "LSU GME copy of Common Program Requirements VI.F.1 (read 2026-11-29): "
    "in-house work, clinical work from home "
    "and all moonlighting are within the 80 hours"
)
AJNR = (
    "AJNR, programme requirements for neuroradiology fellowships, table 6 (read 2026-11-29): "
    "8 hours between "
    "periods of work, 14 hours after 24 hours of in-house call"
)
UFL = (
    "University of Florida PM&R, duty hours under ACGME rules (read 2026-11-29): "
    "up to four additional hours for "
    "transfer of care, no new patients in them"
)
EU_OSHA = (
    "EU-OSHA summary of Directive 2003/88/EC (read 2026-11-29): "
    "48 hours a week on average, 11 consecutive hours "
    "of rest in 24, 24 uninterrupted hours in seven days, eight hours on average at night"
)
BMA = (
    "BMA, Working Time Directive for junior doctors (read 2026-11-29): "
    "48 hours on average over 26 weeks, 11 hours "
    "of rest a day, a day off each week or two in a fortnight"
)


@dataclass(frozen=True, slots=True)
class Clause:
    """One limit.

    Parameters
    ----------
    id, title : str
        Of the clause.
    measure : str
        What of a week it looks at.
    limit : float
        The figure.
    at_most : bool
        Whether it is an upper limit.
    weeks : int
        Over how many weeks in a row it is averaged; 1 for every single week.
    basis, source : str
        How it is known, and where it was read.
    """

    id: str
    title: str
    measure: Measure
    limit: float
    at_most: bool
    weeks: int
    basis: Basis
    source: str


@dataclass(frozen=True, slots=True)
class Week:
    """A week of work, Monday to Sunday or any seven days in a row.

    Parameters
    ----------
    begins : date
        First day.
    hours : float
        All that counts, work from home and other jobs included.
    free_days : int, optional
        Whole days without work or call.
    call_nights : int, optional
        Nights of in-house call.
    longest_hours : float, optional
        Longest period of work without a break.
    rest_hours : float, optional
        Shortest rest between two periods.
    night_hours : float, optional
        Mean length of night work in 24 hours.
    away : bool
        On leave; left out of averages.
    """

    begins: date
    hours: float
    free_days: int | None = None
    call_nights: int | None = None
    longest_hours: float | None = None
    rest_hours: float | None = None
    night_hours: float | None = None
    away: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """What became of one clause.

    Parameters
    ----------
    clause : Clause
        Which.
    outcome : str
        "kept", "not-kept", "not-enough-weeks" for its average, or "not-given".
    value : float, optional
        The figure nearest to, or farthest beyond, the limit.
    since : date, optional
        First week of the span with that figure.
    words : str
        In a sentence.
    """

    clause: Clause
    outcome: Outcome
    value: float | None
    since: date | None
    words: str


RULES: dict[str, tuple[Clause, ...]] = {
    "us-acgme": (
        Clause("weekly-hours", "80 hours a week", "hours", 80, True, 4, "read", ACGME_VI_F),
        Clause("free-days", "One day in seven free", "free-days", 1, False, 4, "read", ACGME),
        Clause("call", "In-house call every third night", "call-nights", 7 / 3, True, 4, "read", ACGME),
        Clause(
            "continuous",
            "24 hours of continuous work, and 4 for hand-over",
            "longest-hours",
            28,
            True,
            1,
            "read",
            f"{ACGME}; {UFL}",
        ),
        Clause("rest", "8 hours between periods of work", "rest-hours", 8, False, 1, "read", AJNR),
    ),
    "eu-48": (
        Clause("weekly-hours", "48 hours a week on average", "hours", 48, True, 17, "memory", EU_OSHA),
        Clause("rest", "11 hours of rest in 24", "rest-hours", 11, False, 1, "read", EU_OSHA),
        Clause("free-days", "A day of rest each week", "free-days", 1, False, 1, "read", EU_OSHA),
        Clause("night", "8 hours at night on average", "night-hours", 8, True, 17, "memory", EU_OSHA),
    ),
    "uk-48": (
        Clause("weekly-hours", "48 hours a week on average", "hours", 48, True, 26, "read", BMA),
        Clause("rest", "11 hours of rest a day", "rest-hours", 11, False, 1, "read", BMA),
        Clause("free-days", "Two days off in a fortnight", "free-days", 1, False, 2, "read", BMA),
    ),
}
"""Rule sets by the name that a pathway's `work_hours` gives.

The 17 weeks of `eu-48` stand for the four months of its reference period, which states may lengthen: from
memory, as is the averaging of nights over it.
"""


def checked(rule: str, weeks: Sequence[Week]) -> tuple[Finding, ...]:
    """Every clause of a rule set against weeks of work.

    Parameters
    ----------
    rule : str
        A key of `RULES`.
    weeks : sequence of Week
        In any order; weeks of leave are left out of every average.

    Notes
    -----
    An average runs over every span of so many worked weeks in a row, and the span farthest from the limit is
    shown. With fewer weeks than the span nothing is judged, but the average so far is given.
    """
    worked = sorted((week for week in weeks if not week.away), key=lambda week: week.begins)
    return tuple(_finding(clause, worked) for clause in RULES[rule])


def _finding(clause: Clause, weeks: list[Week]) -> Finding:
    given = [(week.begins, value) for week in weeks if (value := _measured(week, clause.measure)) is not None]
    if not given:
        return Finding(clause, "not-given", None, None, f"{clause.title}: nothing was given to check it")
    span = min(clause.weeks, len(given))
    spans = [
        (sum(value for _, value in given[at : at + span]) / span, given[at][0])
        for at in range(len(given) - span + 1)
    ]
    value, since = max(spans) if clause.at_most else min(spans)
    holds = value <= clause.limit + 1e-9 if clause.at_most else value >= clause.limit - 1e-9
    over = f"averaged over {counted(span, 'week')} from {day_words(since)}"
    if span == 1:
        over = f"in the week from {day_words(since)}"
    words = f"{clause.title}: {amount_words(value)} {over}"
    if span < clause.weeks:
        words += f"; {counted(clause.weeks, 'week')} are needed to judge"
        return Finding(clause, "not-enough-weeks", value, since, words)
    return Finding(clause, "kept" if holds else "not-kept", value, since, words)


def _measured(week: Week, measure: Measure) -> float | None:
    value = {
        "hours": week.hours,
        "free-days": week.free_days,
        "call-nights": week.call_nights,
        "longest-hours": week.longest_hours,
        "rest-hours": week.rest_hours,
        "night-hours": week.night_hours,
    }[measure]
    return None if value is None else float(value)
