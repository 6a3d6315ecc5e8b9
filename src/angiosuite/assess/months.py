"""Months of the calendar: adding them, measuring in them, naming them."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from math import floor

DAYS_IN_MONTH = 30.4375
"""Mean length of a month of the Gregorian calendar over four years, days."""

MONTH_NAMES = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November", "December",
)  # fmt: skip


def add_months(day: date, months: float) -> date:
    """The same day of the month so many months later, or the last of that month when it has no such day.

    A part of a month is added as days of 30.4375 to a month, rounded. 29 February and 12 months give
    28 February, and 48 months give 29 February again.
    """
    whole = floor(months)
    rest = round((months - whole) * DAYS_IN_MONTH)
    years, month = divmod(day.month - 1 + whole, 12)
    year = day.year + years
    moved = date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
    return moved + timedelta(days=rest)


def month_measure(day: date) -> float:
    """Months since year 0 at the beginning of a day; each day is one part of its own month.

    Differences add up, a calendar month is exactly 1, a year exactly 12.
    """
    return day.year * 12 + day.month + (day.day - 1) / monthrange(day.year, day.month)[1]


def month_words(day: date) -> str:
    """Month and year: "March 2029"."""
    return f"{MONTH_NAMES[day.month - 1]} {day.year}"


def day_words(day: date) -> str:
    """Day, month and year: "5 March 2029"."""
    return f"{day.day} {month_words(day)}"


def amount_words(value: float) -> str:
    """A number as people write it: whole, or with one decimal."""
    rounded = round(value, 1)
    return f"{rounded:.0f}" if rounded == int(rounded) else f"{rounded:.1f}"


def counted(value: float, noun: str) -> str:
    """A number with its noun, in the plural unless it is one: "1 day", "12 months"."""
    text = amount_words(value)
    if text == "1":
        return f"{text} {noun}"
    return f"{text} {noun[:-1]}ies" if noun.endswith("ity") else f"{text} {noun}s"
