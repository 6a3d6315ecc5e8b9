"""Today's few tasks out of all that is known, each with its reason; a pure function.

The order is a choice of ours, not a finding: what has a date that passes comes first, then what was begun,
then what is new.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

MOST = 5
"""Tasks of one day."""
EXPIRY_NOTICE_DAYS = 90
"""A credential that expires within these days is a task."""
PRACTICE_EVERY_DAYS = 7
"""Days without practice after which practice is a task."""
REFLECTION_WINDOW_DAYS = 30
"""Days after a rotation in which looking back on it is a task."""


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to do.

    Parameters
    ----------
    id : str
        Stable while it stands.
    kind : str
        "pathway", "evidence", "credential", "reading", "practice", "reflection" or "reminder".
    title : str
        What to do.
    reason : str
        Why today, in a sentence.
    minutes : int
        About how long.
    go : str
        Address within the product.
    """

    id: str
    kind: str
    title: str
    reason: str
    minutes: int
    go: str


@dataclass(frozen=True, slots=True)
class Due:
    """A requirement or credential with a state and a date."""

    id: str
    title: str
    state: str
    due: date | None
    words: str
    go: str


@dataclass(frozen=True, slots=True)
class Reading:
    """A page of the guide: begun when `fraction` is above 0, fitting the stage when `fits` says why."""

    page: str
    title: str
    minutes: int
    fraction: float = 0.0
    fits: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """What today's tasks are made of; everything is about one person.

    Parameters
    ----------
    today : date
        In the person's own calendar.
    enrolled : bool
        On any pathway.
    requirements : sequence of Due
        Of all pathways, with their states.
    credentials : sequence of Due
        Those that expire; `due` is the last valid day.
    drafts : int
        Real cases that wait to be confirmed by the person.
    begun, next_pages : sequence of Reading
        Pages begun and not finished, last read first; unread pages that fit the stage, best first.
    last_practice : date, optional
        Last day in the suite.
    rotation_ended : tuple of (str, date), optional
        Last rotation that ended, by title.
    reflected : date, optional
        Day of the last reflection.
    reminders : sequence of Due
        Reminders that the person set on entries of the field.
    """

    today: date
    enrolled: bool = False
    requirements: Sequence[Due] = ()
    credentials: Sequence[Due] = ()
    drafts: int = 0
    begun: Sequence[Reading] = ()
    next_pages: Sequence[Reading] = ()
    last_practice: date | None = None
    rotation_ended: tuple[str, date] | None = None
    reflected: date | None = None
    reminders: Sequence[Due] = ()


def plan(facts: Facts, most: int = MOST) -> tuple[Task, ...]:
    """The tasks of the day, most pressing first; at most one reading that is new and one practice."""
    ordered = [*_dated(facts), *_open(facts), *_new(facts)]
    return tuple(_once(ordered))[:most]


def _once(tasks: Iterable[Task]) -> Iterator[Task]:
    seen: set[str] = set()
    for task in tasks:
        if task.id not in seen:
            seen.add(task.id)
            yield task


def _dated(facts: Facts) -> Iterator[Task]:
    """What has a date that passes."""
    if not facts.enrolled:
        yield Task(
            "choose-pathway", "pathway", "Choose your pathway",
            "Without one, nothing can be said about what is due or next", 3, "pathway",
        )  # fmt: skip
    soon = facts.today + timedelta(days=EXPIRY_NOTICE_DAYS)
    expiring = [one for one in facts.credentials if one.due is not None and one.due <= soon]
    for one in sorted(expiring, key=lambda one: one.due or date.max):
        assert one.due is not None
        days = (one.due - facts.today).days
        reason = f"It expires in {_days(days)}" if days >= 0 else f"It expired {_days(-days)} ago"
        yield Task(f"credential:{one.id}", "credential", f"Renew {one.title}", reason, 5, one.go)
    for one in facts.reminders:
        if one.due is not None and one.due <= facts.today:
            yield Task(
                f"reminder:{one.id}", "reminder", one.title, "You asked to be reminded on this day", 5, one.go
            )
    pressing = [one for one in facts.requirements if one.state in ("overdue", "at-risk")]
    for one in sorted(pressing, key=lambda one: (one.state != "overdue", one.due or date.max, one.id))[:2]:
        yield Task(f"requirement:{one.id}", "pathway", one.title, one.words, 5, one.go)


def _open(facts: Facts) -> Iterator[Task]:
    """What was begun."""
    if facts.drafts:
        what = "1 procedure" if facts.drafts == 1 else f"{facts.drafts} procedures"
        yield Task(
            "drafts", "evidence", f"Confirm {what}",
            "Drafts are counted nowhere until you hand them in", max(1, facts.drafts // 2), "evidence",
        )  # fmt: skip
    if facts.rotation_ended is not None:
        title, ended = facts.rotation_ended
        recent = timedelta(0) <= facts.today - ended <= timedelta(days=REFLECTION_WINDOW_DAYS)
        if recent and (facts.reflected is None or facts.reflected < ended):
            yield Task(
                "reflect", "reflection", "Look back: is it for me?",
                f"{title} ended {_ago(facts.today, ended)}; what you think now is soon forgotten",
                5, "reflection",
            )  # fmt: skip
    for page in facts.begun[:1]:
        left = max(1, round(page.minutes * (1.0 - page.fraction)))
        yield Task(
            f"read:{page.page}", "reading", f"Go on reading: {page.title}",
            f"You stopped {round(page.fraction * 100)} % through", left, f"guide:{page.page}",
        )  # fmt: skip


def _new(facts: Facts) -> Iterator[Task]:
    """What is worth beginning."""
    away = None if facts.last_practice is None else (facts.today - facts.last_practice).days
    if away is None or away >= PRACTICE_EVERY_DAYS:
        reason = "You have not used the room yet"
        if away is not None:
            reason = f"You were last in the room {_days(away)} ago"
        yield Task("practise", "practice", "Practise in the angiography room", reason, 10, "suite")
    for page in facts.next_pages[:1]:
        yield Task(f"read:{page.page}", "reading", page.title, page.fits, page.minutes, f"guide:{page.page}")


def _days(days: int) -> str:
    return "1 day" if days == 1 else f"{days} days"


def _ago(today: date, day: date) -> str:
    days = (today - day).days
    return "today" if days == 0 else f"{_days(days)} ago"
