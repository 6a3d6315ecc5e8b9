"""Where one requirement stands on a day, with the evidence that was used and the arithmetic in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class State(StrEnum):
    """What can be said of a requirement."""

    MET = "met"
    ON_TRACK = "on-track"
    AT_RISK = "at-risk"
    OVERDUE = "overdue"
    UNKNOWN = "unknown"
    """Nobody has read it and no programme has set it."""


RANK = {State.OVERDUE: 0, State.AT_RISK: 1, State.UNKNOWN: 2, State.ON_TRACK: 3, State.MET: 4}
"""From worst to best, for joining states; unknown is neither good nor bad."""


class Reason(StrEnum):
    """Why a piece of evidence about the matter was not counted."""

    SIMULATED = "simulated"
    ROLE = "role"
    SCHEME = "scheme"
    LEVEL = "level"
    RESULT = "result"
    DRAFT = "draft"
    NEEDS_REVISION = "needs-revision"
    UNSIGNED = "unsigned"
    AFTER_DATE = "after-date"
    BEFORE_START = "before-start"
    OUTSIDE_STAGE = "outside-stage"
    OUTSIDE_WINDOW = "outside-window"
    OVER_MAXIMUM = "over-maximum"
    NO_AMOUNT = "no-amount"
    EXPIRED = "expired"
    NOT_PRIMARY = "not-primary"


REASON_WORDS = {
    Reason.SIMULATED: "practised in the suite; simulated work never fills a real count",
    Reason.ROLE: "done in another role",
    Reason.SCHEME: "of another scheme or scale",
    Reason.LEVEL: "at another level",
    Reason.RESULT: "with another result",
    Reason.DRAFT: "still a draft",
    Reason.NEEDS_REVISION: "sent back for revision",
    Reason.UNSIGNED: "not signed yet",
    Reason.AFTER_DATE: "after the day that is looked at",
    Reason.BEFORE_START: "from before the pathway began",
    Reason.OUTSIDE_STAGE: "outside the stage",
    Reason.OUTSIDE_WINDOW: "outside the window of time",
    Reason.OVER_MAXIMUM: "over the most that counts",
    Reason.NO_AMOUNT: "without an amount or a last day",
    Reason.EXPIRED: "expired",
    Reason.NOT_PRIMARY: "not the main procedure of its case",
}


@dataclass(frozen=True, slots=True)
class NotCounted:
    """Evidence about the matter that was not counted, for one reason.

    Parameters
    ----------
    reason : Reason
        Why.
    ids : tuple of str
        Which, in order of their days.
    """

    reason: Reason
    ids: tuple[str, ...]

    @property
    def words(self) -> str:
        """Number and reason: "3 not signed yet"."""
        return f"{len(self.ids)} {REASON_WORDS[self.reason]}"


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a requirement stands.

    Parameters
    ----------
    requirement : str
        Its id.
    state : State
        What can be said.
    arithmetic : str
        How it was reckoned, in words.
    value, target : float, optional
        What is there of what is asked, in `unit`.
    unit : str
        "procedure", "month", "credit" … in the singular; empty for a plain yes or no.
    due : date, optional
        Last day for it.
    used : tuple of str
        Ids of the evidence that counted, in order of their days.
    not_counted : tuple of NotCounted
        What is about the matter and did not count.
    met_on : date, optional
        Day on which it was met, where evidence has one.
    basis : str
        "read", "memory", "open", or "programme" when somebody set it.
    expected_on : date, optional
        Day on which it will be met at the present pace.
    per_month : float, optional
        Present pace, `unit` a month of training.
    """

    requirement: str
    state: State
    arithmetic: str
    value: float | None = None
    target: float | None = None
    unit: str = ""
    due: date | None = None
    used: tuple[str, ...] = ()
    not_counted: tuple[NotCounted, ...] = ()
    met_on: date | None = None
    basis: str = "read"
    expected_on: date | None = None
    per_month: float | None = None

    @property
    def progress(self) -> float:
        """Share of the target that is there, 0 to 1."""
        if self.state is State.MET:
            return 1.0
        if not self.target or self.value is None:
            return 0.0
        return max(0.0, min(1.0, self.value / self.target))
