"""Mastery of a drill: two passes in a row on different patients, and what becomes of it.

It is reached by criterion, never by a number of attempts; a failure afterwards is a relapse, and two passes
in a row on different patients win it back.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from . import cusum
from .cusum import Course, Rates
from .refreshers import Refresher, Review, refresher

State = Literal["none", "passed", "mastered", "relapsed"]
MOST_HELP_FOR_MASTERY = 1
MOST_HELP_FOR_A_PASS = 2


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt that was judged.

    Parameters
    ----------
    drill, patient : str
        Ids.
    on : datetime
        When it began, with its zone.
    passed : bool
        As it was judged.
    help_level : int
        Highest hint taken, 0 to 3.
    score : float
        Points; mastery does not depend on them.
    """

    drill: str
    on: datetime
    patient: str
    passed: bool
    help_level: int = 0
    score: float = 0.0

    @property
    def counts(self) -> bool:
        """Whether it counts at all: with the third hint it is neither a pass nor a failure."""
        return self.help_level <= MOST_HELP_FOR_A_PASS

    @property
    def counts_for_mastery(self) -> bool:
        """Whether it is a pass that counts for mastery."""
        return self.passed and self.help_level <= MOST_HELP_FOR_MASTERY


@dataclass(frozen=True, slots=True)
class Mastery:
    """Where a person stands with a drill.

    Parameters
    ----------
    state : str
        "none", "passed" (once), "mastered" or "relapsed".
    patients : tuple of str
        Patients of the passes in a row that stand now, oldest first.
    mastered_on, relapsed_on : datetime or None
        When it was last mastered, and lost since.
    cusum : Course
        Over all attempts that count.
    refresher : Refresher or None
        When it is due again; None before the first attempt that counts.
    is_due : bool
        Whether a mastered drill is due now.
    """

    state: State
    patients: tuple[str, ...]
    mastered_on: datetime | None
    relapsed_on: datetime | None
    cusum: Course
    days: tuple[str, ...]
    refresher: Refresher | None
    is_due: bool

    @property
    def passes_in_a_row(self) -> int:
        """Passes since the last failure that count for mastery."""
        return len(self.patients)

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON."""
        due = None if self.refresher is None or self.state == "none" else self.refresher.due
        return {
            "state": self.state,
            "passes_in_a_row": self.passes_in_a_row,
            "patients": list(self.patients),
            "mastered_on": _day(self.mastered_on),
            "relapsed_on": _day(self.relapsed_on),
            "cusum": self.cusum.as_dict(self.days),
            "due": _day(due),
            "is_due": self.is_due,
            "recall": None if self.refresher is None else self.refresher.recall,
        }


def mastery(attempts: Iterable[Attempt], now: datetime | None = None, rates: Rates | None = None) -> Mastery:
    """Where a person stands with one drill.

    Parameters
    ----------
    attempts : iterable of Attempt
        At one drill, in any order.
    now : datetime, optional
        When it is asked; decides whether a refresher is due.
    rates : Rates, optional
        For the CUSUM; a drill's or a programme's own.

    Notes
    -----
    **Rules** help of level 2 makes a pass that neither counts for mastery nor breaks the row; an attempt
    with level 3 counts for nothing. Two passes one after the other, on different patients and with at most
    the first hint, are mastery. Any failure after it is a relapse; the CUSUM tells beside it whether
    failures have become frequent. Held by ``tests/assess/test_mastery.py``.
    """
    counted = sorted((one for one in attempts if one.counts), key=lambda one: one.on)
    state: State = "none"
    row: list[str] = []
    mastered_on: datetime | None = None
    relapsed_on: datetime | None = None
    for one in counted:
        if not one.passed:
            row = []
            if state == "mastered":
                state, relapsed_on = "relapsed", one.on
            continue
        if state == "none":
            state = "passed"
        if one.counts_for_mastery:
            row.append(one.patient)
            if len(row) > 1 and row[-1] != row[-2] and state != "mastered":
                state, mastered_on, relapsed_on = "mastered", one.on, None
    found = refresher((Review(one.on, one.passed, one.help_level > 0) for one in counted), now)
    return Mastery(
        state=state,
        patients=tuple(row),
        mastered_on=mastered_on,
        relapsed_on=relapsed_on,
        cusum=cusum.course((not one.passed for one in counted), rates),
        days=_days(counted),
        refresher=found,
        is_due=state == "mastered" and found is not None and found.due <= (now or datetime.now(UTC)),
    )


def _days(attempts: Sequence[Attempt]) -> tuple[str, ...]:
    return tuple(one.on.isoformat(timespec="seconds") for one in attempts)


def _day(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat(timespec="seconds")
