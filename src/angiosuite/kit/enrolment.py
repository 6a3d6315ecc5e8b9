"""Enrolment: one person on one version of one pathway, with part-time, leave and extension."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

LeaveKind = Literal["parental", "medical", "caregiver", "vacation", "research", "military", "other"]


@dataclass(frozen=True, slots=True)
class Fte:
    """The share of full time from a day on, until the next such day.

    Parameters
    ----------
    since : date
        First day of it.
    fraction : float
        Above 0, at most 1; 0.6 is three days of five.
    """

    since: date
    fraction: float


@dataclass(frozen=True, slots=True)
class Leave:
    """Days away; the clock of training stands still on them.

    Parameters
    ----------
    since, until : date
        First and last day away, both included.
    kind : str
        See `LeaveKind`; a pathway's leave cap may look at one kind alone.
    why : str
        Free text of the person.
    """

    since: date
    until: date
    kind: LeaveKind = "other"
    why: str = ""


@dataclass(frozen=True, slots=True)
class Enrolment:
    """One person on one pathway.

    Parameters
    ----------
    id, owner : str
        Of the enrolment and of the person.
    pathway, version : str
        Item and its version, pinned: a newer version changes nothing until the person moves.
    start : date
        First day, in the person's own calendar.
    variant : str, optional
        Variant of the pathway; its first one when left out.
    from_stage : str, optional
        Stage that begins on `start`; the stages before it are taken as done. The first one when left out.
    fte : tuple of Fte
        Full time where it says nothing.
    leave : tuple of Leave
        May overlap; a day counts once.
    extension_months : int
        Months by which the last stage was lengthened.
    ended : date, optional
        Last day, when the person left or finished.
    overrides : dict
        What the programme or the person set: requirement id to a mapping of fields, such as
        ``{"procedures": {"target": 1000, "source": "programme handbook 2026"}}``.
    """

    id: str
    owner: str
    pathway: str
    version: str
    start: date
    variant: str | None = None
    from_stage: str | None = None
    fte: tuple[Fte, ...] = ()
    leave: tuple[Leave, ...] = ()
    extension_months: int = 0
    ended: date | None = None
    overrides: dict[str, dict[str, Any]] = field(default_factory=dict)
