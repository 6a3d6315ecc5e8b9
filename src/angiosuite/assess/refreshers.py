"""When a skill is due again, by FSRS: the time until the chance of passing has fallen to nine in ten.

The scheduler is the published one with its own parameters, which were found from reviews of flash cards.
That they hold for hands in a room is an assumption; the date is an advice, never a lock.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from fsrs import Card, Rating, Scheduler

RETENTION = 0.9
"""The chance of passing at which a refresher is due."""


@dataclass(frozen=True, slots=True)
class Review:
    """One attempt as the scheduler sees it.

    Parameters
    ----------
    on : datetime
        When, with its zone.
    passed : bool
        Whether it passed.
    helped : bool
        Whether a hint was taken.
    """

    on: datetime
    passed: bool
    helped: bool = False

    @property
    def rating(self) -> Rating:
        """Again after a failure, hard after a pass with help, else good; easy is never given."""
        if not self.passed:
            return Rating.Again
        return Rating.Hard if self.helped else Rating.Good


@dataclass(frozen=True, slots=True)
class Refresher:
    """Where the memory of a skill stands.

    Parameters
    ----------
    due : datetime
        When to do it again.
    stability_days : float
        Time until the chance falls to nine in ten.
    recall : float or None
        The chance at a moment that was asked for.
    """

    due: datetime
    stability_days: float
    recall: float | None = None


def refresher(reviews: Iterable[Review], now: datetime | None = None) -> Refresher | None:
    """When a skill is due again; None before the first attempt.

    Parameters
    ----------
    reviews : iterable of Review
        In the order of time.
    now : datetime, optional
        When the chance of passing is asked for.

    Notes
    -----
    **Model** FSRS 6 with its 21 default parameters and learning steps, without fuzz: equal attempts give
    equal dates. **Valid for** an order of dates; the chances themselves are those of flash cards. Held by
    ``tests/assess/test_refreshers.py``.
    """
    scheduler = Scheduler(desired_retention=RETENTION, enable_fuzzing=False)
    card: Card | None = None
    for review in reviews:
        if card is None:
            card = Card(card_id=1, due=review.on)
        card, _ = scheduler.review_card(card, review.rating, review.on)
    if card is None:
        return None
    recall = None if now is None else round(scheduler.get_card_retrievability(card, now), 4)
    return Refresher(card.due, float(card.stability or 0.0), recall)
